// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_FUNCTION_HPP
#define DOPPEL_QUERY_FUNCTION_HPP

#include <doppel/base/config.hpp>
#include <doppel/query/options.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// @file
/// The functions and aggregates of queries: names, numbers of arguments, and where each may be used.

/// A function. Two spellings of one function are one enumerator.
/// @par Specification
/// spec/query.md 10; `twin_change_includes` 16.4
enum class query_function : std::uint8_t {
  is_defined,
  is_null,
  is_bool,
  is_number,
  is_string,
  is_object,
  is_primitive,
  is_array,
  starts_with,  ///< STARTSWITH, and STARTS_WITH in routes
  ends_with,    ///< ENDSWITH, and ENDS_WITH in routes
  contains,
  array_contains,
  array_length,
  abs,
  sign,
  ceiling,
  floor,
  square,
  sqrt,
  exp,
  power,
  as_number,
  concat,
  length,
  lower,
  upper,
  substring,
  index_of,
  twin_change_includes
};

/// Number of enumerators of `query_function`.
inline constexpr std::size_t query_function_count = 29;

/// An aggregate (spec/query.md 11).
enum class query_aggregate : std::uint8_t { count, avg, sum, min, max };

/// One spelling of a function.
struct query_function_entry {
  /// Stands for "any number" in `max_arguments`.
  static constexpr std::uint32_t any_number = 0xffff'ffff;

  std::string_view name;  ///< in capitals
  query_function function;
  std::uint32_t min_arguments;
  std::uint32_t max_arguments;
  bool in_hub_queries;       ///< all dialects but routes, hub mode
  bool in_extended_queries;  ///< all dialects but routes, extended mode
  bool in_hub_routes;
  bool in_extended_routes;

  /// Says whether the spelling may be used.
  [[nodiscard]] constexpr bool is_allowed(query_mode mode, query_dialect dialect) const noexcept {
    if (dialect == query_dialect::route) return mode == query_mode::hub ? in_hub_routes : in_extended_routes;
    return mode == query_mode::hub ? in_hub_queries : in_extended_queries;
  }
};

namespace detail {

inline constexpr std::uint32_t any_number = query_function_entry::any_number;

// The first spelling of a function that a dialect allows is the one that is printed. In routes, extended mode
// has everything that twin queries have (library choice).
inline constexpr std::array<query_function_entry, 31> query_function_table{{
    // name, function, arguments, hub and extended queries, hub and extended routes
    {"IS_DEFINED", query_function::is_defined, 1, 1, true, true, true, true},
    {"IS_NULL", query_function::is_null, 1, 1, true, true, true, true},
    {"IS_BOOL", query_function::is_bool, 1, 1, true, true, true, true},
    {"IS_NUMBER", query_function::is_number, 1, 1, true, true, true, true},
    {"IS_STRING", query_function::is_string, 1, 1, true, true, true, true},
    {"IS_OBJECT", query_function::is_object, 1, 1, true, true, true, true},
    {"IS_PRIMITIVE", query_function::is_primitive, 1, 1, true, true, true, true},
    {"IS_ARRAY", query_function::is_array, 1, 1, false, true, true, true},
    {"STARTSWITH", query_function::starts_with, 2, 2, true, true, false, false},
    {"STARTS_WITH", query_function::starts_with, 2, 2, false, true, true, true},
    {"ENDSWITH", query_function::ends_with, 2, 2, true, true, false, false},
    {"ENDS_WITH", query_function::ends_with, 2, 2, false, true, true, true},
    {"CONTAINS", query_function::contains, 2, 2, false, true, true, true},
    {"ARRAY_CONTAINS", query_function::array_contains, 2, 2, true, true, false, true},
    {"ARRAY_LENGTH", query_function::array_length, 1, 1, false, true, false, true},
    {"ABS", query_function::abs, 1, 1, false, true, true, true},
    {"SIGN", query_function::sign, 1, 1, false, true, true, true},
    {"CEILING", query_function::ceiling, 1, 1, false, true, true, true},
    {"FLOOR", query_function::floor, 1, 1, false, true, true, true},
    {"SQUARE", query_function::square, 1, 1, false, true, true, true},
    {"SQRT", query_function::sqrt, 1, 1, false, true, true, true},
    {"EXP", query_function::exp, 1, 1, false, true, true, true},
    {"POWER", query_function::power, 2, 2, false, true, true, true},
    {"AS_NUMBER", query_function::as_number, 1, 1, false, true, true, true},
    {"CONCAT", query_function::concat, 2, any_number, false, true, true, true},
    {"LENGTH", query_function::length, 1, 1, false, true, true, true},
    {"LOWER", query_function::lower, 1, 1, false, true, true, true},
    {"UPPER", query_function::upper, 1, 1, false, true, true, true},
    {"SUBSTRING", query_function::substring, 2, 3, false, true, true, true},
    {"INDEX_OF", query_function::index_of, 2, 2, false, true, true, true},
    {"TWIN_CHANGE_INCLUDES", query_function::twin_change_includes, 1, 1, false, false, true, true},
}};

inline constexpr std::array<std::string_view, 5> query_aggregate_names{"COUNT", "AVG", "SUM", "MIN", "MAX"};

}  // namespace detail

/// The name of a function as the dialect spells it; its first name where the dialect has none for it.
[[nodiscard]] constexpr std::string_view query_function_name(query_function function,
                                                             query_dialect dialect = query_dialect::twins) noexcept {
  std::string_view name;
  for (const query_function_entry& entry : detail::query_function_table) {
    if (entry.function != function) continue;
    if (entry.is_allowed(query_mode::extended, dialect)) return entry.name;
    if (name.empty()) name = entry.name;
  }
  return name;
}

/// The name of an aggregate, in capitals: also the name of a column that has no alias (spec/query.md 12).
[[nodiscard]] constexpr std::string_view query_aggregate_name(query_aggregate aggregate) noexcept {
  return detail::query_aggregate_names[static_cast<std::size_t>(aggregate)];
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_FUNCTION_HPP
