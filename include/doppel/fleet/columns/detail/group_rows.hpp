// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_GROUP_ROWS_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_GROUP_ROWS_HPP

#include <doppel/fleet/columns/column_segment.hpp>
#include <doppel/fleet/columns/detail/kernels.hpp>
#include <doppel/fleet/columns/detail/stamp_cells.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/query/detail/aggregate_state.hpp>
#include <doppel/query/function.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The rows of a segment with a code.
inline void rows_with_code(const column_segment& s, std::uint32_t code, const column_kernels& kernels,
                           row_set& rows) noexcept {
  if (s.kind() == column_kind::codes8) {
    kernels.is_code8(s.cells<std::uint8_t>(), s.words(), code, rows.words);
  } else {
    kernels.is_code16(s.cells<std::uint16_t>(), s.words(), code, rows.words);
  }
}

/// The rows of a segment that have a value. Rows that there are none of count as if they had one.
inline void defined_rows(const column_segment& s, const column_kernels& kernels, row_set& rows) noexcept {
  constexpr auto less_equal = static_cast<std::size_t>(number_relation::less_equal);
  rows = {};
  switch (s.kind()) {
    case column_kind::floats:
      kernels.floats[less_equal](s.cells<float>(), s.words(), std::numeric_limits<float>::infinity(), rows.words);
      break;
    case column_kind::doubles:
      kernels.doubles[less_equal](s.cells<double>(), s.words(), std::numeric_limits<double>::infinity(), rows.words);
      break;
    case column_kind::stamps: stamped_rows(s.stamps(), s.words(), kernels, rows.words); break;
    default:
      rows_with_code(s, column_segment::undefined_code, kernels, rows);
      for (std::uint64_t& word : rows.words) word = ~word;
      break;
  }
}

inline bool has_objects(const column_segment& s, const row_set& among, const column_kernels& kernels) noexcept {
  row_set objects;
  rows_with_code(s, column_segment::object_code, kernels, objects);
  for (std::uint32_t w = 0; w != row_set::word_count; ++w) {
    if ((objects.words[w] & among.words[w]) != 0) return true;
  }
  return false;
}

/// The rows of one group: as a set or, where there are many groups, as a list.
class group_rows {
public:
  group_rows(const column_kernels* kernels, std::uint32_t words) noexcept : kernels_(*kernels), words_(words) {}

  /// Takes the rows with a code out of those that are left; all of them where there is no key.
  void take(const column_segment* key, std::uint32_t code, row_set& left) noexcept {
    list_ = {};
    if (key == nullptr) {
      set_ = left;
    } else {
      rows_with_code(*key, code, kernels_, set_);
    }
    size_ = kernels_.rows_in_both(set_.words, left.words, words_, set_.words);
    for (std::uint32_t w = 0; w != words_; ++w) left.words[w] &= ~set_.words[w];
  }
  void take(std::span<const std::uint16_t> list) noexcept {
    list_ = list;
    size_ = static_cast<std::uint32_t>(list.size());
  }

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] std::span<const std::uint16_t> list() const noexcept { return list_; }

  /// How many of them are among others.
  [[nodiscard]] std::uint32_t count(const row_set& others) const noexcept {
    std::uint32_t sum = 0;
    row_set both;
    if (list_.empty()) return kernels_.rows_in_both(set_.words, others.words, words_, both.words);
    for (const std::uint16_t row : list_) sum += others.has(row) ? 1u : 0u;
    return sum;
  }

  /// The first row with the least or largest number; `no_index` if there is none.
  [[nodiscard]] std::uint32_t best(const column_segment& s, const row_set& defined,
                                   query_aggregate function) const noexcept {
    std::uint32_t found = no_index;
    double bound = 0;
    for_each(defined, [&](std::uint32_t row) {
      const double d = s.number(row);
      if (found != no_index && !(function == query_aggregate::min ? d < bound : d > bound)) return;
      found = row;
      bound = d;
    });
    return found;
  }

  /// Adds their numbers for SUM and AVG.
  void add_sum(const column_segment& s, const row_set& defined, aggregate_state& state) const noexcept {
    if (list_.empty() && add_sum_at_once(s, defined, state)) return;
    wide_sum whole;
    double real = state.real_sum();
    bool has_real = false;
    std::uint64_t count = 0;
    for_each(defined, [&](std::uint32_t row) {
      const double d = s.number(row);
      ++count;
      if (s.integers().has(row)) {
        whole.add(static_cast<std::int64_t>(d));
      } else {
        real += d;
        has_real = true;
      }
    });
    state.add_numbers(count, whole, real, has_real);
  }

private:
  /// Where no sum is rounded, the order does not matter.
  bool add_sum_at_once(const column_segment& s, const row_set& defined, aggregate_state& state) const noexcept {
    constexpr int digits = std::numeric_limits<float>::digits;
    if (s.kind() != column_kind::floats || !s.facts().sums_fit(fleet_options::max_chunk_rows, digits) ||
        !s.facts().can_go_on_from(state.real_sum())) {
      return false;
    }
    const number_sums sums = kernels_.sum_floats(s.cells<float>(), (std::min)(words_, s.words()), set_.words,
                                                 defined.words, s.integers().words);
    wide_sum whole;
    whole.add(static_cast<std::int64_t>(sums.integers));
    state.add_numbers(sums.count, whole, state.real_sum() + sums.reals, sums.has_real);
    return true;
  }

  /// Calls `f` for those among others, in order.
  template <class F>
  void for_each(const row_set& others, F f) const noexcept {
    for (const std::uint16_t row : list_) {
      if (others.has(row)) f(row);
    }
    for (std::uint32_t w = 0; list_.empty() && w != words_; ++w) {
      for (std::uint64_t rest = set_.words[w] & others.words[w]; rest != 0; rest &= rest - 1) {
        f(w * 64 + static_cast<std::uint32_t>(std::countr_zero(rest)));
      }
    }
  }

  const column_kernels& kernels_;
  std::uint32_t words_;
  std::uint32_t size_ = 0;
  row_set set_;
  std::span<const std::uint16_t> list_;
};

/// Rows in the order of their codes, and of themselves.
class rows_by_code {
public:
  void sort(const column_segment& key, const row_set& rows) noexcept {
    std::memset(ends_, 0, (key.codes() + 1) * sizeof *ends_);
    for_each(rows, [&](std::uint32_t row) { ++ends_[key.code(row)]; });
    std::uint32_t begin = 0;
    for (std::uint32_t c = 0; c != key.codes(); ++c) {
      const std::uint32_t count = ends_[c];
      ends_[c] = static_cast<std::uint16_t>(begin);
      begin += count;
    }
    size_ = begin;
    for_each(rows, [&](std::uint32_t row) { rows_[ends_[key.code(row)]++] = static_cast<std::uint16_t>(row); });
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  /// Gives a group the rows that begin at a place. @return the place of the next group
  std::uint32_t next(std::uint32_t begin, const column_segment& key, group_rows& group) const noexcept {
    const std::uint32_t end = ends_[key.code(rows_[begin])];
    group.take({rows_ + begin, end - begin});
    return end;
  }

private:
  template <class F>
  static void for_each(const row_set& rows, F f) noexcept {
    for (std::uint32_t w = 0; w != row_set::word_count; ++w) {
      for (std::uint64_t rest = rows.words[w]; rest != 0; rest &= rest - 1) {
        f(w * 64 + static_cast<std::uint32_t>(std::countr_zero(rest)));
      }
    }
  }

  std::uint16_t ends_[column_segment::max_codes + 1];
  std::uint16_t rows_[fleet_options::max_chunk_rows];
  std::uint32_t size_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_GROUP_ROWS_HPP
