// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A policy chooses at compile time what a twin is made of: here etags that follow from the content, snapshots
// that cost nothing until the twin changes, and memory that counts what it gives.

#include <doppel.hpp>

#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace {

class counting_memory {
public:
  void* try_allocate(std::size_t bytes) noexcept {
    void* const p = std::malloc(bytes);
    if (p != nullptr) in_use_ += bytes;
    return p;
  }
  void deallocate(void* p, std::size_t bytes) noexcept {
    in_use_ -= bytes;
    std::free(p);
  }
  [[nodiscard]] std::size_t in_use() const { return in_use_; }

private:
  std::size_t in_use_ = 0;
};

struct my_policy {
  using memory_type = counting_memory;
  using etag_type = doppel::digest_etag;
  static constexpr bool has_snapshots = true;
};
static_assert(doppel::twin_policy<my_policy>);

using my_twin = doppel::basic_twin<my_policy>;

void write(my_twin& twin, std::string_view body, doppel::workspace& scratch) {
  doppel::write_options options;
  options.now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  doppel::change change;
  if (doppel::merge_twin(twin, body, options, scratch, change)) {
    std::cout << body << "\n  desired version " << twin.desired_version() << '\n';
  }
}

}  // namespace

int main() {
  counting_memory memory;
  {
    doppel::workspace scratch;
    my_twin twin(memory);
    if (!twin.reset({.device_id = "pump-1"}, *doppel::parse_timestamp("2024-05-01T09:00:00Z"))) return 1;

    write(twin, R"({"tags":{"site":"A"},"properties":{"desired":{"speed":3}}})", scratch);
    const auto before = twin.snapshot();
    write(twin, R"({"properties":{"desired":{"speed":4}}})", scratch);
    write(twin, R"({"properties":{"desired":{"speed":3}}})", scratch);

    std::cout << "the same content has the same etag: " << (twin.etag() == before->etag() ? "yes" : "no") << '\n'
              << "the snapshot still has desired version " << before->desired_version() << ", the twin "
              << twin.desired_version() << '\n'
              << "memory came from the policy: " << (memory.in_use() != 0 ? "yes" : "no") << '\n';
  }
  std::cout << "bytes in use at the end: " << memory.in_use() << '\n';
}
