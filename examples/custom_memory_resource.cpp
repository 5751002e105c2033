// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Twins in a std::pmr arena of fixed size, as on a small gateway. When the arena is used up, a write is
// refused with out_of_memory, and the twin is byte for byte what it was.

#include <doppel.hpp>
#include <doppel/base/pmr.hpp>

#include <array>
#include <cstddef>
#include <iostream>
#include <memory_resource>
#include <string>

namespace {

struct arena_policy {
  using memory_type = doppel::pmr_memory;
  using etag_type = doppel::counter_etag;
  static constexpr bool has_snapshots = false;
};

}  // namespace

int main() {
  alignas(std::max_align_t) static std::array<std::byte, 64 * 1024> arena;
  // No upstream: beyond the arena there is nothing.
  std::pmr::monotonic_buffer_resource resource(arena.data(), arena.size(), std::pmr::null_memory_resource());
  doppel::pmr_memory memory(&resource);

  doppel::basic_twin<arena_policy> twin(memory);
  if (!twin.reset({.device_id = "sensor-9"}, *doppel::parse_timestamp("2024-05-01T10:00:00Z"))) return 1;

  // Scratch and messages use the C heap here; they too can be given a memory.
  doppel::workspace scratch;
  doppel::change change;
  doppel::text_buffer before;
  doppel::text_buffer after;
  doppel::write_options options;
  options.now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");

  for (int i = 1; i <= 1000; ++i) {
    const std::string body = R"({"log":{"line)" + std::to_string(i) + R"(":"something happened"}})";
    if (!doppel::write_service_view(twin, before)) return 1;
    const auto written = doppel::merge_reported(twin, body, options, scratch, change);
    if (written) continue;

    if (!doppel::write_service_view(twin, after)) return 1;
    std::cout << "some writes were accepted: " << (i > 10 ? "yes" : "no") << '\n'
              << "then: " << written.error().message() << '\n'
              << "the twin is as it was: " << (before.view() == after.view() ? "yes" : "no") << '\n';
    return 0;
  }
  std::cout << "the arena never ran out\n";
  return 1;
}
