// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_JSON_VALUES_HPP
#define DOPPEL_TESTS_JSON_VALUES_HPP

#include <doppel/json/value.hpp>

#include <support/random.hpp>

#include <cstddef>
#include <new>
#include <string>

namespace doppel_test {

struct shape {
  std::size_t depth = 4;
  std::size_t keys = 5;
  std::size_t members = 5;
  bool has_nulls = true;
};

inline boost::json::value random_scalar(random_source& random) {
  switch (random.below(5)) {
    case 0: return random.coin();
    case 1: return static_cast<double>(random.below(3));
    case 2: return boost::json::string(random.pick({"", "x", "y"}));
    default: return random.between(-1, 2);
  }
}

inline boost::json::value random_value(random_source& random, const shape& limits, std::size_t depth,
                                       bool is_in_array = false) {
  const std::size_t kind = depth >= limits.depth ? 9 : random.below(10);
  if (kind < 5) {
    boost::json::object object;
    for (std::size_t i = random.below(limits.members + 1); i != 0; --i) {
      const std::string key = "k" + std::to_string(random.below(limits.keys));
      object.insert_or_assign(key, random_value(random, limits, depth + 1, is_in_array));
    }
    return object;
  }
  if (kind == 5) {
    boost::json::array array;
    for (std::size_t i = random.below(3); i != 0; --i) {
      array.push_back(random_value(random, limits, depth + 1, true));
    }
    return array;
  }
  // Nulls in arrays are ordinary values to a merge patch.
  return (limits.has_nulls || is_in_array) && random.one_in(3) ? boost::json::value() : random_scalar(random);
}

// Refuses all allocations after as many as are allowed; allows any number at first.
class failing_resource final : public boost::json::memory_resource {
public:
  failing_resource() noexcept = default;
  ~failing_resource() = default;
  failing_resource(const failing_resource&) = delete;
  failing_resource& operator=(const failing_resource&) = delete;

  void allow(std::size_t count) noexcept { allowed_ = count; }

private:
  void* do_allocate(std::size_t size, std::size_t) override {
    if (allowed_ == 0) {
      throw std::bad_alloc();
    }
    --allowed_;
    return ::operator new(size);
  }
  void do_deallocate(void* p, std::size_t, std::size_t) override { ::operator delete(p); }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::size_t allowed_ = static_cast<std::size_t>(-1);
};

}  // namespace doppel_test

#endif  // DOPPEL_TESTS_JSON_VALUES_HPP
