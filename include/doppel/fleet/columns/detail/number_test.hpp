// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_NUMBER_TEST_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_NUMBER_TEST_HPP

#include <doppel/fleet/columns/detail/kernels.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/syntax_node.hpp>
#include <doppel/query/value.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

namespace doppel {
inline namespace v0 {
namespace detail {

constexpr number_relation relation_of(query_operator op) noexcept {
  switch (op) {
    case query_operator::less: return number_relation::less;
    case query_operator::less_equal: return number_relation::less_equal;
    case query_operator::greater: return number_relation::greater;
    case query_operator::greater_equal: return number_relation::greater_equal;
    case query_operator::not_equal: return number_relation::not_equal;
    default: return number_relation::equal;
  }
}

/// A comparison of cells with a constant that cells can have.
template <class Number>
struct number_test {
  number_relation relation;
  Number constant;
};

/// The same test with a constant that is the nearest of those that cells can have.
/// @param order how the constant that is meant stands to `near`: below 0, 0, or above
template <class Number>
constexpr number_test<Number> test_near(number_relation r, Number near, int order) noexcept {
  constexpr Number infinity = std::numeric_limits<Number>::infinity();
  if (order == 0) return {r, near};
  // No cell is between the two.
  switch (r) {
    case number_relation::less:
    case number_relation::less_equal: return {order < 0 ? number_relation::less : number_relation::less_equal, near};
    case number_relation::greater:
    case number_relation::greater_equal:
      return {order < 0 ? number_relation::greater_equal : number_relation::greater, near};
    case number_relation::equal: return {number_relation::greater, infinity};  // none
    default: return {number_relation::less_equal, infinity};                   // every number
  }
}

/// For cells that are doubles.
inline number_test<double> double_test(number_relation r, const query_value& constant) noexcept {
  const double near = constant.as_double();
  return test_near(r, near, constant.is_integer() ? compare_numbers(constant.as_integer(), near) : 0);
}

/// For cells that are floats, none of which is between 0 and the least normal one.
inline number_test<float> float_test(number_relation r, const query_value& constant) noexcept {
  const number_test<double> exact = double_test(r, constant);
  using limits = std::numeric_limits<float>;
  const double size = std::fabs(exact.constant);
  float near = 0;
  if (size > static_cast<double>((limits::max)())) {
    near = exact.constant < 0 ? -limits::infinity() : limits::infinity();
  } else if (size >= static_cast<double>((limits::min)())) {
    near = static_cast<float>(exact.constant);
  }
  const double back = static_cast<double>(near);
  return test_near(exact.relation, near, exact.constant < back ? -1 : exact.constant > back ? 1 : 0);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_NUMBER_TEST_HPP
