// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_STAMP_TEST_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_STAMP_TEST_HPP

#include <doppel/base/timestamp.hpp>
#include <doppel/fleet/columns/detail/stamp_cells.hpp>
#include <doppel/query/detail/string_reader.hpp>
#include <doppel/query/program_parts.hpp>
#include <doppel/query/value.hpp>
#include <doppel/twin/stamp.hpp>

#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

inline constexpr packed_time stamps_end = max_packed_time + 1;

/// The first stamp that is not before a second.
inline packed_time first_stamp_of(std::int64_t second) noexcept {
  if (second <= 0) return zero_time;
  const std::int64_t since = second * timestamp::ticks_per_second - packed_epoch;
  if (since <= static_cast<std::int64_t>(zero_time)) return zero_time + 1;
  return since > static_cast<std::int64_t>(max_packed_time) ? stamps_end : static_cast<packed_time>(since);
}

/// Where a text stands among times, which queries compare as texts: times before the range are less than it, those
/// behind it are greater, and in the range, one second at most, each has to be looked at.
///
/// Times of different seconds differ in their first 19 characters, so that they stand in the order of the seconds.
inline stamp_range second_of_text(const query_constant& literal) noexcept {
  std::int64_t second = literal.second / timestamp::ticks_per_second;
  if (literal.second == query_constant::no_second) {
    // The first second whose last text, without a fraction, is not less.
    std::int64_t low = 0;
    std::int64_t high = timestamp::max_ticks / timestamp::ticks_per_second + 1;
    while (low != high) {
      const std::int64_t middle = low + (high - low) / 2;
      const auto time = timestamp::from_ticks(middle * timestamp::ticks_per_second);
      if (compare_strings(query_value::time(time), literal.value) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    second = low;
  }
  return {first_stamp_of(second), first_stamp_of(second + 1)};
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_STAMP_TEST_HPP
