// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_ARITHMETIC_HPP
#define DOPPEL_QUERY_DETAIL_ARITHMETIC_HPP

#include <doppel/query/function.hpp>
#include <doppel/query/syntax_node.hpp>
#include <doppel/query/value.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

// Numbers: operators and functions (spec/query.md 8 and 10; 16.4 for routes).
namespace doppel {
inline namespace v0 {
namespace detail {

/// How the two families of dialects differ.
enum class number_rules : std::uint8_t {
  exact,  // integers stay exact while they fit; what is not finite is undefined
  real    // routes: everything is a double; infinities are values
};

inline query_value number_result(double d, number_rules rules) noexcept {
  if (rules == number_rules::exact && !std::isfinite(d)) return {};
  return query_value::floating(d);  // NaN is undefined by itself
}

constexpr std::int64_t least_integer = (std::numeric_limits<std::int64_t>::min)();

constexpr bool add_exactly(std::int64_t a, std::int64_t b, std::int64_t& sum) noexcept {
  sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  return ((a ^ sum) & (b ^ sum)) >= 0;
}
constexpr bool subtract_exactly(std::int64_t a, std::int64_t b, std::int64_t& difference) noexcept {
  difference = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
  return ((a ^ b) & (a ^ difference)) >= 0;
}
constexpr bool multiply_exactly(std::int64_t a, std::int64_t b, std::int64_t& product) noexcept {
  product = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  if (a == 0 || b == 0) return true;
  if ((a == -1 && b == least_integer) || (b == -1 && a == least_integer)) return false;
  return product / b == a && product % b == 0;
}

inline query_value calculate(query_operator op, const query_value& a, const query_value& b,
                             number_rules rules) noexcept {
  if (!a.is_number() || !b.is_number()) return {};
  if (rules == number_rules::exact && a.is_integer() && b.is_integer()) {
    const std::int64_t x = a.as_integer();
    const std::int64_t y = b.as_integer();
    std::int64_t n = 0;
    switch (op) {
      case query_operator::add:
        if (add_exactly(x, y, n)) return query_value::integer(n);
        break;
      case query_operator::subtract:
        if (subtract_exactly(x, y, n)) return query_value::integer(n);
        break;
      case query_operator::multiply:
        if (multiply_exactly(x, y, n)) return query_value::integer(n);
        break;
      case query_operator::remainder:
        if (y == 0) return {};
        return query_value::integer(y == -1 ? 0 : x % y);
      default: break;
    }
  }
  const double x = a.as_double();
  const double y = b.as_double();
  switch (op) {
    case query_operator::add: return number_result(x + y, rules);
    case query_operator::subtract: return number_result(x - y, rules);
    case query_operator::multiply: return number_result(x * y, rules);
    case query_operator::divide:
      // 0/0 is NaN, and so undefined; x/0 an infinity with the signs' sign.
      if (y == 0 && rules == number_rules::exact) return {};
      return number_result(x / y, rules);
    case query_operator::remainder: return number_result(std::fmod(x, y), rules);
    default: return {};
  }
}

inline query_value negative(const query_value& v, number_rules rules) noexcept {
  if (!v.is_number()) return {};
  if (v.is_integer() && v.as_integer() != least_integer && rules == number_rules::exact) {
    return query_value::integer(-v.as_integer());
  }
  return query_value::floating(-v.as_double());
}

/// The functions of one number, and POWER.
inline query_value number_function(query_function function, const query_value* arguments, number_rules rules) noexcept {
  const query_value& v = arguments[0];
  if (!v.is_number()) return {};
  const double d = v.as_double();
  const bool is_exact = v.is_integer() && rules == number_rules::exact;
  switch (function) {
    case query_function::abs:
      if (is_exact && v.as_integer() != least_integer) {
        return query_value::integer(v.as_integer() < 0 ? -v.as_integer() : v.as_integer());
      }
      return query_value::floating(std::fabs(d));
    case query_function::sign: return query_value::integer(d < 0 ? -1 : d > 0 ? 1 : 0);
    case query_function::ceiling:
      return is_exact ? query_value::integer(v.as_integer()) : number_result(std::ceil(d), rules);
    case query_function::floor:
      return is_exact ? query_value::integer(v.as_integer()) : number_result(std::floor(d), rules);
    case query_function::square: return calculate(query_operator::multiply, v, v, rules);
    case query_function::sqrt: return number_result(std::sqrt(d), rules);
    case query_function::exp: return number_result(std::exp(d), rules);
    case query_function::power:
      return arguments[1].is_number() ? number_result(std::pow(d, arguments[1].as_double()), rules) : query_value{};
    default: return {};
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_ARITHMETIC_HPP
