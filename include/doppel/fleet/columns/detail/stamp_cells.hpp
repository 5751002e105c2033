// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_STAMP_CELLS_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_STAMP_CELLS_HPP

#include <doppel/fleet/columns/detail/kernels.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/twin/stamp.hpp>

#include <bit>
#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

/// A stamp in two parts, so that most scans read only one half of a column: the first parts have the order of the
/// stamps, and few stamps the same one. It stands for 1.7 seconds of the years from 2000 to 2057, and for seven minutes
/// of others.
struct stamp_parts {
  std::uint32_t coarse = 0;  // 0 where there is no stamp; below 2^31
  std::uint32_t fine = 0;

  constexpr stamp_parts() noexcept = default;
  /// @param time up to `max_packed_time + 1`
  explicit constexpr stamp_parts(packed_time time) noexcept : fine(static_cast<std::uint32_t>(time)) {
    if (time == unknown_time) return;
    if (time - era_begin < era_size) {
      coarse = era_first + static_cast<std::uint32_t>((time - era_begin) >> era_bits);
    } else {
      coarse = 1 + static_cast<std::uint32_t>(time >> 32) + (time < era_begin ? 0 : era_extra);
    }
  }
  [[nodiscard]] constexpr packed_time time() const noexcept {
    if (coarse - era_first < era_units) {
      const packed_time unit = era_begin + (packed_time{coarse - era_first} << era_bits);
      return unit >> 32 << 32 | fine;
    }
    if (coarse == 0) return unknown_time;
    return packed_time{coarse - 1 - (coarse < era_first ? 0 : era_extra)} << 32 | fine;
  }

private:
  static constexpr unsigned era_bits = 24;
  static constexpr std::uint32_t era_units = 1u << 30;
  static constexpr packed_time era_size = packed_time{era_units} << era_bits;
  static constexpr packed_time era_begin = packed_time{29'316'075} << 32;  // the last minute of 1999
  static constexpr std::uint32_t era_first = 1 + static_cast<std::uint32_t>(era_begin >> 32);
  /// Units of the era beyond those that it would have if they were as long as others.
  static constexpr std::uint32_t era_extra = era_units - static_cast<std::uint32_t>(era_size >> 32);
};

/// The cells of a segment of stamps: first parts, and somewhere behind them second parts.
struct stamp_cells {
  const std::uint32_t* coarse;
  const std::uint32_t* fine;

  [[nodiscard]] packed_time operator[](std::uint32_t row) const noexcept {
    stamp_parts parts;
    parts.coarse = coarse[row];
    parts.fine = fine[row];
    return parts.time();
  }
};

/// Stamps `[first, last)`.
struct stamp_range {
  packed_time first = 0;
  packed_time last = 0;
};

/// The rows that have a stamp.
inline void stamped_rows(const stamp_cells& cells, std::uint32_t words, const column_kernels& kernels,
                         std::uint64_t* rows) noexcept {
  kernels.is_below(cells.coarse, words, 1, 1, rows);
  for (std::uint32_t w = 0; w != words; ++w) rows[w] = ~rows[w];
}

/// Where stamps stand to a range of a second at most: the rows below it, which include those without a stamp, and
/// those in it; all others are behind.
/// @return whether there may be rows in it; if not, `inside` has not been written
inline bool split_stamps(const stamp_cells& cells, std::uint32_t words, const stamp_range& range,
                         const column_kernels& kernels, std::uint64_t* below, std::uint64_t* inside) noexcept {
  const std::uint32_t first = stamp_parts(range.first).coarse;
  const std::uint32_t last = stamp_parts(range.last).coarse;
  if (!kernels.is_below(cells.coarse, words, first, last, below)) return false;
  kernels.is_below(cells.coarse, words, last + 1, last + 1, inside);
  for (std::uint32_t w = 0; w != words; ++w) {
    inside[w] &= ~below[w];
    for (std::uint64_t rest = inside[w]; rest != 0; rest &= rest - 1) {
      const auto i = static_cast<unsigned>(std::countr_zero(rest));
      const packed_time time = cells[w * 64 + i];
      below[w] |= std::uint64_t{time < range.first} << i;
      inside[w] &= ~(std::uint64_t{time < range.first || time >= range.last} << i);
    }
  }
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_STAMP_CELLS_HPP
