// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_ATOM_ROWS_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_ATOM_ROWS_HPP

#include <doppel/fleet/columns/column_segment.hpp>
#include <doppel/fleet/columns/detail/kernels.hpp>
#include <doppel/fleet/columns/detail/number_test.hpp>
#include <doppel/fleet/columns/detail/stamp_test.hpp>
#include <doppel/query/detail/rules.hpp>
#include <doppel/query/evaluate.hpp>
#include <doppel/query/program.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

// The rows of which an atom says yes, or those of which it says no, from cells that are no codes.
namespace doppel {
inline namespace v0 {
namespace detail {

/// What is asked.
struct atom_question {
  const program& p;
  const query_atom& atom;
  truth wanted;
  const stamp_range* seconds;   // of the atom's literals, where its path leads to a stamp
  const std::uint64_t* needed;  // rows whose answer matters
  std::uint32_t words;
  const column_kernels& kernels;

  const query_constant& literal(std::uint32_t i) const noexcept { return p.literals()[atom.literals.begin + i]; }
  bool is_comparison() const noexcept { return atom.op >= atom_op::equal && atom.op <= atom_op::greater_equal; }
  /// The relation that holds for a defined value if and only if the answer is the wanted one.
  number_relation relation() const noexcept {
    const number_relation r = relation_of(operator_of(atom.op));
    return atom.is_negated == (wanted == truth::yes) ? opposite(r) : r;
  }
};

inline void clear_rows(std::uint64_t* rows, std::uint32_t words) noexcept {
  std::memset(rows, 0, words * sizeof *rows);
}

template <class Number>
column_kernels::relation<Number> kernel_of(const column_kernels& kernels, number_relation r) noexcept {
  if constexpr (sizeof(Number) == sizeof(float)) {
    return kernels.floats[static_cast<std::size_t>(r)];
  } else {
    return kernels.doubles[static_cast<std::size_t>(r)];
  }
}
template <class Number>
number_test<Number> test_of(number_relation r, const query_value& constant) noexcept {
  if constexpr (sizeof(Number) == sizeof(float)) {
    return float_test(r, constant);
  } else {
    return double_test(r, constant);
  }
}

template <class Number>
void defined_numbers(const atom_question& q, const Number* cells, std::uint64_t* rows) noexcept {
  kernel_of<Number>(q.kernels, number_relation::less_equal)(cells, q.words, std::numeric_limits<Number>::infinity(),
                                                            rows);
}

/// All that are undefined and wanted join the rows, which are of defined ones.
template <class Defined>
void add_undefined(const atom_question& q, std::uint64_t* rows, Defined defined) noexcept {
  if (decide(q.p, q.atom, query_value()) != q.wanted) return;
  std::uint64_t there[row_set::word_count];
  defined(there);
  for (std::uint32_t w = 0; w != q.words; ++w) rows[w] |= ~there[w];
}

template <class Number>
void number_rows(const atom_question& q, const Number* cells, std::uint64_t* rows) noexcept {
  const auto defined = [&](std::uint64_t* there) { defined_numbers(q, cells, there); };
  const auto compare = [&](number_relation r, const query_value& constant, std::uint64_t* to) {
    const number_test<Number> test = test_of<Number>(r, constant);
    kernel_of<Number>(q.kernels, test.relation)(cells, q.words, test.constant, to);
  };
  if (q.is_comparison() && q.literal(0).value.is_number()) {
    compare(q.relation(), q.literal(0).value, rows);
  } else if (q.atom.op == atom_op::in) {
    clear_rows(rows, q.words);
    std::uint64_t equal[row_set::word_count];
    for (std::uint32_t i = 0; i != q.atom.literals.size(); ++i) {
      if (!q.literal(i).value.is_number()) continue;
      compare(number_relation::equal, q.literal(i).value, equal);
      for (std::uint32_t w = 0; w != q.words; ++w) rows[w] |= equal[w];
    }
    if (q.atom.is_negated == (q.wanted == truth::yes)) {
      defined(equal);
      for (std::uint32_t w = 0; w != q.words; ++w) rows[w] = equal[w] & ~rows[w];
    }
  } else if (decide(q.p, q.atom, query_value::integer(1)) == q.wanted) {
    // Every number is the same to it.
    defined(rows);
  } else {
    clear_rows(rows, q.words);
  }
  add_undefined(q, rows, defined);
}

/// Decides some rows one by one.
inline void decide_stamps(const atom_question& q, const stamp_cells& cells, const std::uint64_t* which,
                          std::uint64_t* rows) noexcept {
  for (std::uint32_t w = 0; w != q.words; ++w) {
    for (std::uint64_t rest = which[w] & q.needed[w]; rest != 0; rest &= rest - 1) {
      const auto i = static_cast<std::uint32_t>(std::countr_zero(rest));
      const query_value time = query_value::time(unpack_time(cells[w * 64 + i]));
      const std::uint64_t bit = std::uint64_t{1} << i;
      rows[w] = decide(q.p, q.atom, time) == q.wanted ? rows[w] | bit : rows[w] & ~bit;
    }
  }
}

inline void stamp_rows(const atom_question& q, const stamp_cells& cells, std::uint64_t* rows) noexcept {
  std::uint64_t some[row_set::word_count];
  const auto defined = [&](std::uint64_t* there) { stamped_rows(cells, q.words, q.kernels, there); };
  clear_rows(rows, q.words);
  std::uint64_t below[row_set::word_count];
  if (q.is_comparison() && q.literal(0).value.is_string()) {
    const number_relation r = q.relation();
    const bool is_any_inside = split_stamps(cells, q.words, q.seconds[0], q.kernels, below, some);
    if (r == number_relation::less || r == number_relation::less_equal || r == number_relation::not_equal) {
      defined(rows);
      for (std::uint32_t w = 0; w != q.words; ++w) rows[w] &= below[w];
    }
    if (r == number_relation::greater || r == number_relation::greater_equal || r == number_relation::not_equal) {
      for (std::uint32_t w = 0; w != q.words; ++w) rows[w] |= ~below[w];
    }
    if (is_any_inside) decide_stamps(q, cells, some, rows);
  } else if (q.atom.op == atom_op::in) {
    if (q.atom.is_negated == (q.wanted == truth::yes)) defined(rows);
    for (std::uint32_t i = 0; i != q.atom.literals.size(); ++i) {
      if (!q.literal(i).value.is_string()) continue;
      if (split_stamps(cells, q.words, q.seconds[i], q.kernels, below, some)) decide_stamps(q, cells, some, rows);
    }
  } else {
    switch (q.atom.op) {
      case atom_op::starts_with:
      case atom_op::ends_with:
      case atom_op::contains:
      case atom_op::like:
        defined(some);
        decide_stamps(q, cells, some, rows);
        break;
      default:
        // Every time is the same to it.
        if (decide(q.p, q.atom, query_value::time(timestamp())) == q.wanted) defined(rows);
        break;
    }
  }
  add_undefined(q, rows, defined);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_ATOM_ROWS_HPP
