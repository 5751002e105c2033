// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_RULES_HPP
#define DOPPEL_QUERY_DETAIL_RULES_HPP

#include <doppel/query/compare.hpp>
#include <doppel/query/detail/arithmetic.hpp>
#include <doppel/query/detail/string_functions.hpp>
#include <doppel/query/program_parts.hpp>
#include <doppel/query/value.hpp>

#include <cstdint>

// What operators and functions say of values, in all dialects.
namespace doppel {
inline namespace v0 {
namespace detail {

constexpr number_rules number_rules_of(query_dialect dialect) noexcept {
  return dialect == query_dialect::route ? number_rules::real : number_rules::exact;
}

/// boolean < number < string < null (spec/query.md 16.4).
constexpr int route_rank(query_kind kind) noexcept {
  return kind == query_kind::null ? static_cast<int>(query_kind::object) : static_cast<int>(kind);
}

/// Comparison by the rules of a dialect.
inline truth compare_by(query_dialect dialect, query_operator op, const query_value& a, const query_value& b) noexcept {
  if (dialect == query_dialect::route && a.kind() != b.kind() && op != query_operator::equal &&
      op != query_operator::not_equal && !a.is_undefined() && !b.is_undefined() && !a.is_composite() &&
      !b.is_composite()) {
    const bool is_less = route_rank(a.kind()) < route_rank(b.kind());
    return to_truth(is_less == (op == query_operator::less || op == query_operator::less_equal));
  }
  return compare_values(op, a, b);
}

inline truth is_in(const query_value& v, const query_value* list, std::uint32_t count) noexcept {
  if (v.is_undefined()) return truth::undefined;
  for (std::uint32_t i = 0; i != count; ++i) {
    if (equal_values(v, list[i])) return truth::yes;
  }
  return truth::no;
}

/// ARRAY_CONTAINS, and IN with an array that is no list.
inline truth is_element(const query_value& array, const query_value& v) noexcept {
  if (v.is_undefined() || array.kind() != query_kind::array) return truth::undefined;
  composite_cursor cursor;
  array.functions().begin(array, cursor);
  query_value key;
  query_value element;
  while (array.functions().next(cursor, key, element)) {
    if (equal_values(element, v)) return truth::yes;
  }
  return truth::no;
}

/// Tests of a string with another one: undefined unless both are strings.
inline truth test_strings(query_function function, const query_value& s, const query_value& part) noexcept {
  if (!s.is_string() || !part.is_string()) return truth::undefined;
  if (function == query_function::starts_with) return to_truth(starts_with(s, part));
  if (function == query_function::ends_with) return to_truth(ends_with(s, part));
  return to_truth(contains(s, part));
}

/// Tests of a kind: never undefined.
constexpr bool has_kind(query_function function, query_kind kind) noexcept {
  switch (function) {
    case query_function::is_defined: return kind != query_kind::undefined;
    case query_function::is_null: return kind == query_kind::null;
    case query_function::is_bool: return kind == query_kind::boolean;
    case query_function::is_number: return kind == query_kind::number;
    case query_function::is_string: return kind == query_kind::string;
    case query_function::is_object: return kind == query_kind::object;
    case query_function::is_array: return kind == query_kind::array;
    default: return kind >= query_kind::null && kind <= query_kind::string;  // is_primitive
  }
}

constexpr bool is_kind_test(query_function function) noexcept { return function <= query_function::is_array; }

/// The function that an atom stands for. @pre the atom is one of a function
constexpr query_function function_of(atom_op op) noexcept {
  switch (op) {
    case atom_op::is_defined: return query_function::is_defined;
    case atom_op::is_null: return query_function::is_null;
    case atom_op::is_bool: return query_function::is_bool;
    case atom_op::is_number: return query_function::is_number;
    case atom_op::is_string: return query_function::is_string;
    case atom_op::is_object: return query_function::is_object;
    case atom_op::is_primitive: return query_function::is_primitive;
    case atom_op::is_array: return query_function::is_array;
    case atom_op::starts_with: return query_function::starts_with;
    case atom_op::ends_with: return query_function::ends_with;
    case atom_op::contains: return query_function::contains;
    default: return query_function::array_contains;
  }
}

/// The operator that an atom stands for. @pre the atom is a comparison
constexpr query_operator operator_of(atom_op op) noexcept {
  switch (op) {
    case atom_op::less: return query_operator::less;
    case atom_op::less_equal: return query_operator::less_equal;
    case atom_op::greater: return query_operator::greater;
    case atom_op::greater_equal: return query_operator::greater_equal;
    default: return query_operator::equal;
  }
}

/// An atom's test, without its NOT.
inline truth test(query_dialect dialect, atom_op op, const query_value& v, const query_constant* literals,
                  std::uint32_t count) noexcept {
  switch (op) {
    case atom_op::is_true: return v.as_truth();
    case atom_op::equal:
    case atom_op::less:
    case atom_op::less_equal:
    case atom_op::greater:
    case atom_op::greater_equal: return compare_by(dialect, operator_of(op), v, literals->value);
    case atom_op::in:
      if (v.is_undefined()) return truth::undefined;
      for (std::uint32_t i = 0; i != count; ++i) {
        if (equal_values(v, literals[i].value)) return truth::yes;
      }
      return truth::no;
    case atom_op::starts_with:
    case atom_op::ends_with:
    case atom_op::contains: return test_strings(function_of(op), v, literals->value);
    case atom_op::array_contains: return is_element(v, literals->value);
    case atom_op::like: return is_like(v, literals->value, count == 2 ? &literals[1].value : nullptr);
    default: return to_truth(has_kind(function_of(op), v.kind()));
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_RULES_HPP
