// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_ROW_SET_HPP
#define DOPPEL_FLEET_DETAIL_ROW_SET_HPP

#include <doppel/fleet/options.hpp>

#include <bit>
#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Some of the rows of a chunk, a bit for each.
struct row_set {
  static constexpr std::uint32_t word_count = fleet_options::max_chunk_rows / 64;

  std::uint64_t words[word_count] = {};

  [[nodiscard]] bool has(std::uint32_t row) const noexcept { return (words[row / 64] >> row % 64 & 1) != 0; }
  void add(std::uint32_t row) noexcept { words[row / 64] |= std::uint64_t{1} << row % 64; }
  void remove(std::uint32_t row) noexcept { words[row / 64] &= ~(std::uint64_t{1} << row % 64); }
  [[nodiscard]] bool empty() const noexcept {
    std::uint64_t some = 0;
    for (const std::uint64_t w : words) some |= w;
    return some == 0;
  }
  [[nodiscard]] std::uint32_t count() const noexcept {
    std::uint32_t sum = 0;
    for (const std::uint64_t w : words) sum += static_cast<std::uint32_t>(std::popcount(w));
    return sum;
  }
  /// Takes out all rows below one.
  void remove_below(std::uint32_t row) noexcept {
    for (std::uint32_t w = 0; w != row / 64; ++w) words[w] = 0;
    if (row % 64 != 0) words[row / 64] &= ~std::uint64_t{0} << row % 64;
  }
  /// Keeps the first rows, and takes out the others.
  /// @return the row behind the last that is kept, if others were there; else `fleet_options::max_chunk_rows`
  std::uint32_t keep_first(std::uint32_t count) noexcept {
    for (std::uint32_t w = 0; w != word_count; ++w) {
      const auto here = static_cast<std::uint32_t>(std::popcount(words[w]));
      if (here <= count) {
        count -= here;
        continue;
      }
      std::uint64_t rest = words[w];
      for (; count != 0; --count) rest &= rest - 1;
      words[w] ^= rest;
      for (std::uint32_t other = w + 1; other != word_count; ++other) words[other] = 0;
      return w * 64 + static_cast<std::uint32_t>(std::countr_zero(rest));
    }
    return fleet_options::max_chunk_rows;
  }
  /// The first row from `row` on; `fleet_options::max_chunk_rows` if there is none.
  [[nodiscard]] std::uint32_t next(std::uint32_t row) const noexcept {
    for (std::uint32_t w = row / 64; w < word_count; ++w, row = 0) {
      const std::uint64_t rest = words[w] & ~std::uint64_t{0} << row % 64;
      if (rest != 0) return w * 64 + static_cast<std::uint32_t>(std::countr_zero(rest));
    }
    return fleet_options::max_chunk_rows;
  }
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_ROW_SET_HPP
