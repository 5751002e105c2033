// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_LITERAL_HPP
#define DOPPEL_QUERY_LITERAL_HPP

#include <doppel/base/memory.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/parse.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// @file
/// Queries that the compiler checks: `"SELECT * FROM devices WHERE tags.env = 'prod'"_query`.

class query_literal;

namespace detail {

/// A text as a template argument.
template <std::size_t Size>
struct query_text {
  // A literal converts, as template arguments do.
  consteval query_text(const char (&text)[Size]) noexcept {
    for (std::size_t i = 0; i != Size; ++i) characters[i] = text[i];
  }

  constexpr std::string_view view() const noexcept { return {characters, Size - 1}; }

  char characters[Size] = {};
};

/// The compiler names the arguments where it complains: the code, the line and column, and the offset in bytes.
template <errc Code, std::uint32_t Line, std::uint32_t Column, std::uint32_t Offset>
struct query_problem {
  static_assert(Code != errc::syntax_error, "the query has a syntax error (syntax_error)");
  static_assert(Code != errc::reserved_word, "the query has a bare reserved word, write it in [[ ]] (reserved_word)");
  static_assert(Code != errc::unknown_collection, "the query is over an unknown collection (unknown_collection)");
  static_assert(Code != errc::unknown_function, "the query calls an unknown function (unknown_function)");
  static_assert(Code != errc::wrong_arity,
                "the query calls a function with the wrong number of arguments (wrong_arity)");
  static_assert(Code != errc::not_supported, "the query uses what its mode or dialect does not have (not_supported)");
  static_assert(Code != errc::prefix_mismatch, "the query has a path of another collection (prefix_mismatch)");
  static_assert(Code != errc::duplicate_column, "the query has two columns of one name (duplicate_column)");
  static_assert(Code != errc::not_grouped, "the query has a column that is not grouped (not_grouped)");
  static_assert(Code != errc::aggregate_misplaced, "the query has a misplaced aggregate (aggregate_misplaced)");
  static_assert(Code != errc::invalid_target_condition,
                "the target condition refers to what it cannot (invalid_target_condition)");
  static_assert(Code != errc::query_too_long, "the query is too long (query_too_long)");
  static_assert(Code != errc::too_complex, "the query is nested too deep (too_complex)");
  static constexpr bool is_none = Code == errc{};
};

struct literal_access {
  template <query_text Text, query_options Options>
  static consteval query_literal make() noexcept;
};

}  // namespace detail

/// The text of a query that has been checked while compiling, with the options it was checked for.
///
/// The compiler runs the code of `parse_query` itself. One thing is left for it: whether a column is a group key
/// (`errc::not_grouped`), in a query with a number that is no product or quotient of an integer up to 2^53 and a power
/// of ten up to 10^22. The compiler cannot tell whether two such numbers are the same.
/// @par Lifetime
/// Refers to constant data of the program.
/// @par Example
/// @code
/// using namespace doppel::literals;
/// constexpr doppel::query_literal cold = "SELECT * FROM devices WHERE properties.reported.temperature < 4"_query;
/// const auto tree = doppel::parse_query(cold);
/// @endcode
class query_literal {
public:
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
  [[nodiscard]] constexpr const query_options& options() const noexcept { return options_; }

private:
  friend struct detail::literal_access;

  consteval query_literal(std::string_view text, const query_options& options) noexcept
      : text_(text), options_(options) {}

  std::string_view text_;
  query_options options_;
};

template <detail::query_text Text, query_options Options>
consteval query_literal detail::literal_access::make() noexcept {
  constexpr query_diagnostic found = check_query(Text.view(), Options);
  static_assert(query_problem<found.code, found.line, found.column, found.offset>::is_none);
  return {Text.view(), Options};
}

/// A checked query with other options than `_query` has:
/// `checked_query<"tags.env = 'prod'", query_options{.dialect = query_dialect::target_condition}>`.
/// A wrong query does not compile.
template <detail::query_text Text, query_options Options = query_options{}>
inline constexpr query_literal checked_query = detail::literal_access::make<Text, Options>();

inline namespace literals {

/// A query in extended mode, checked while compiling. A wrong one does not compile; the compiler's message names the
/// code of spec/query.md 14, and as template arguments of `query_problem` the line, column and offset.
template <detail::query_text Text>
consteval query_literal operator""_query() noexcept {
  return checked_query<Text>;
}

}  // namespace literals

/// Reads a checked query.
/// @return the tree, or `errc::out_of_memory`, rarely `errc::not_grouped` (see `query_literal`)
/// @see parse_query(std::string_view, const query_options&, query_diagnostic*, memory_ref)
[[nodiscard]] inline boost::system::result<syntax_tree> parse_query(const query_literal& query,
                                                                    query_diagnostic* diagnostic = nullptr,
                                                                    memory_ref memory = {}) noexcept {
  return parse_query(query.text(), query.options(), diagnostic, memory);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_LITERAL_HPP
