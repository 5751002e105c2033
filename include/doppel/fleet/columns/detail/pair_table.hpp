// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_PAIR_TABLE_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_PAIR_TABLE_HPP

#include <doppel/fleet/columns/column_segment.hpp>
#include <doppel/fleet/columns/detail/code_table.hpp>
#include <doppel/fleet/columns/detail/dictionary.hpp>
#include <doppel/fleet/columns/detail/group_rows.hpp>
#include <doppel/fleet/columns/detail/kernels.hpp>
#include <doppel/fleet/columns/detail/mask_plan.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/query/detail/rules.hpp>
#include <doppel/query/json_text.hpp>
#include <doppel/query/program.hpp>

#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What a comparison of two coded columns says of each pair of codes, for left columns of few values.
class pair_table {
public:
  /// Codes of the left column, and pairs, that are looked at.
  static constexpr std::uint32_t most_left = 32;
  static constexpr std::uint32_t most_pairs = 8192;

  void reset() noexcept { left_ = right_ = {}; }

  /// Says whether there is a table for two segments, among some rows.
  static bool exists(const column_segment& left, const column_segment& right, const row_set& rows,
                     const column_kernels& kernels) noexcept {
    return left.is_coded() && right.is_coded() && left.codes() <= most_left &&
           left.codes() * right.codes() <= most_pairs &&
           // Two objects are compared by what they hold.
           !(has_objects(left, rows, kernels) && has_objects(right, rows, kernels));
  }

  /// The rows of which the comparison says what is wanted.
  void rows_of(const program& p, const mask_step& step, const column_segment& left, const column_segment& right,
               std::uint32_t words, const column_kernels& kernels, std::uint64_t* rows) noexcept {
    if (left_.get() != left.dictionary().get() || right_.get() != right.dictionary().get()) [[unlikely]]
      compare_all(p, step, left, right);
    for (std::uint32_t w = 0; w != words; ++w) rows[w] = 0;
    row_set some;
    row_set others;
    for (std::uint32_t code = column_segment::object_code; code != left.codes(); ++code) {
      if (sets_[code].empty()) continue;
      rows_with_code(left, code, kernels, some);
      sets_[code].rows_of(right, words, kernels, others.words);
      for (std::uint32_t w = 0; w != words; ++w) rows[w] |= some.words[w] & others.words[w];
    }
  }

private:
  static query_value value_of(const column_segment& s, std::uint32_t code) noexcept {
    if (code == column_segment::object_code) return composite_of_json("{}");
    return value_of_json((*s.dictionary().get())[code - column_segment::first_code]);
  }
  // Nothing that is undefined says yes or no.
  [[gnu::noinline]] void compare_all(const program& p, const mask_step& step, const column_segment& left,
                                     const column_segment& right) noexcept {
    left_ = left.dictionary();
    right_ = right.dictionary();
    for (std::uint32_t l = column_segment::object_code; l != left.codes(); ++l) {
      sets_[l].clear();
      const query_value value = value_of(left, l);
      for (std::uint32_t r = column_segment::object_code; r != right.codes(); ++r) {
        if (compare_by(p.dialect(), step.op, value, value_of(right, r)) == step.wanted) sets_[l].add(r);
      }
    }
  }

  dictionary_ref left_;
  dictionary_ref right_;
  code_set sets_[most_left];  // codes of the right column
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_PAIR_TABLE_HPP
