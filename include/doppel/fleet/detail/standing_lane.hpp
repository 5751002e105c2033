// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_STANDING_LANE_HPP
#define DOPPEL_FLEET_DETAIL_STANDING_LANE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/query/scratch.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Some of a number of queries, with what is to be known of each.
class query_set {
public:
  explicit query_set(memory_ref memory) noexcept : members_(memory), states_(memory) {}

  /// Room for the queries below a number. False when memory is refused.
  [[nodiscard]] bool reserve(std::size_t queries) noexcept {
    const std::size_t known = states_.capacity();
    if (!members_.reserve(queries, size_) || !states_.reserve(queries, known)) return false;
    std::fill(states_.data() + known, states_.data() + states_.capacity(), std::uint8_t{0});
    return true;
  }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// Adds bits, at least one, to the state of a query.
  void add(std::uint32_t query, std::uint8_t bits) noexcept {
    std::uint8_t& state = states_.data()[query];
    if (state == 0) members_.data()[size_++] = query;
    state |= bits;
  }
  /// Calls `f(query, state)`, which may add bits.
  template <class F>
  void for_each(F&& f) noexcept {
    for (std::uint32_t i = 0; i != size_; ++i) f(members_.data()[i], states_.data()[members_.data()[i]]);
  }
  void clear() noexcept {
    for (std::uint32_t i = 0; i != size_; ++i) states_.data()[members_.data()[i]] = 0;
    size_ = 0;
  }
  [[nodiscard]] std::size_t bytes_held() const noexcept {
    return members_.capacity() * sizeof(std::uint32_t) + states_.capacity();
  }

private:
  array<std::uint32_t> members_;
  array<std::uint8_t> states_;
  std::uint32_t size_ = 0;
};

/// What one write at a time needs, from before the twin changes until after. Who wants to change what all writes
/// read locks all lanes.
template <class Policy>
struct alignas(64) standing_lane {
  typename Policy::mutex_type mutex;
  /// The twin of the write that has found something before and holds the lock until after. Others look at it too, but
  /// only that write finds its own twin here.
  std::atomic<const void*> writing{nullptr};
  query_set found{memory_ref()};
  query_scratch scratch{memory_ref()};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_STANDING_LANE_HPP
