// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_SUGGESTION_HPP
#define DOPPEL_QUERY_DETAIL_SUGGESTION_HPP

#include <doppel/query/detail/characters.hpp>

#include <cstddef>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// How many letters must be added, dropped, replaced or swapped with their neighbour to turn one word into the
/// other, without regard to case. Words that are longer than any name of the language count as far apart.
constexpr std::size_t edit_distance(std::string_view a, std::string_view b) noexcept {
  constexpr std::size_t longest = 32;
  if (a.size() > longest || b.size() > longest) return longest;
  // Three rows of the usual table; a swap looks two rows back.
  std::size_t rows[3][longest + 1] = {};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t* const row = rows[i % 3];
    const std::size_t* const above = rows[(i + 2) % 3];
    const std::size_t* const second = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_upper(a[i - 1]) == to_upper(b[j - 1]);
      std::size_t best = above[j - 1] + (same ? 0 : 1);
      if (above[j] + 1 < best) best = above[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      if (i > 1 && j > 1 && to_upper(a[i - 1]) == to_upper(b[j - 2]) && to_upper(a[i - 2]) == to_upper(b[j - 1]) &&
          second[j - 2] + 1 < best) {
        best = second[j - 2] + 1;
      }
      row[j] = best;
    }
  }
  return rows[a.size() % 3][b.size()];
}

/// Picks the candidate that a word was probably meant to be: the nearest, if it is near enough for its length.
class nearest_word {
public:
  constexpr explicit nearest_word(std::string_view word) noexcept : word_(word) {}

  constexpr void offer(std::string_view candidate) noexcept {
    const std::size_t distance = edit_distance(word_, candidate);
    const std::size_t allowed = candidate.size() < 6 ? 1 : candidate.size() < 9 ? 2 : 3;
    if (distance <= allowed && distance < distance_ && distance < word_.size()) {
      distance_ = distance;
      best_ = candidate;
    }
  }

  /// Empty if nothing is near.
  constexpr std::string_view get() const noexcept { return best_; }

private:
  std::string_view word_;
  std::string_view best_;
  std::size_t distance_ = 99;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_SUGGESTION_HPP
