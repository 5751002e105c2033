// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_PARSE_HPP
#define DOPPEL_QUERY_PARSE_HPP

#include <doppel/base/memory.hpp>
#include <doppel/query/detail/query_grammar.hpp>
#include <doppel/query/detail/semantics.hpp>
#include <doppel/query/detail/tree_builder.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/syntax_tree.hpp>

#include <boost/system/result.hpp>

#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {

/// @file
/// Text to tree.

namespace detail {

/// Fills a tree. False: the diagnostic has the code, but no line and column yet.
[[nodiscard]] constexpr bool parse_into(tree_storage& tree, std::string_view text, const query_options& options,
                                        query_diagnostic& diagnostic) noexcept {
  if (!check_text(text, options, diagnostic)) return false;
  tree.mode = options.mode;
  tree.dialect = options.dialect;
  tree_builder builder(tree, text);
  query_grammar<tree_builder> grammar(text, options, builder);
  const bool is_read = grammar.read();
  if (!is_read) {
    diagnostic = grammar.diagnostic();
    return false;
  }
  if (!builder.is_good()) {
    diagnostic.clear();
    diagnostic.code = errc::out_of_memory;
    return false;
  }
  return semantics(tree, builder.alias(), diagnostic).run();
}

/// Checks a text, also while compiling. The code in the result is 0 if nothing is wrong.
constexpr query_diagnostic check_query(std::string_view text, const query_options& options) noexcept {
  tree_storage tree{memory_ref()};
  query_diagnostic diagnostic;
  if (parse_into(tree, text, options, diagnostic)) return {};
  // Whether two numbers are the same may then be for parse_query to say.
  if (diagnostic.code == errc::not_grouped && tree.is_rounded) return {};
  diagnostic.locate(text);
  return diagnostic;
}

}  // namespace detail

/// Reads a query: text to checked tree.
///
/// What the service would not take, hub mode refuses with `not_supported`, so that a query that passes has the best
/// chance of working there.
/// @param text the query; any bytes
/// @param options mode, dialect and limits
/// @param[out] diagnostic where and why the query is refused, and what was probably meant; left alone if it is not.
/// May be null
/// @param memory where the tree takes its memory from
/// @return the tree, or one of
///   - `errc::syntax_error`: no word of the language, or words in no order of it; bad UTF-8; in routes also an operand
///     that is known to be of the wrong type, such as a property, which is a string, beside a number
///   - `errc::reserved_word`, `unknown_collection`, `unknown_function`, `wrong_arity`, `not_supported`,
///     `prefix_mismatch`, `duplicate_column`, `not_grouped`, `aggregate_misplaced`, `invalid_target_condition` by
///     spec/query.md 14
///   - `errc::query_too_long`: more characters than the options or the mode allow
///   - `errc::too_complex`: nested deeper than `query_options::max_nesting`
///   - `errc::out_of_memory`
/// @par Specification
/// spec/query.md 2, 3, 4.2, 10 to 14 and 16. Library choices where it is silent: a number beyond the range of a double
/// is a `syntax_error`; TOP, OFFSET and LIMIT cut numbers beyond 64 bits; a signed number counts as number in `[[-5]]`;
/// the alias of a source is matched exactly; a name in `[[ ]]` is resolved like the same name without, one in a
/// subscript (`properties['Desired']`) is taken as it is.
/// @par Complexity
/// Linear in the length of the text, times the logarithm of the number of columns or keys.
/// @par Exception safety
/// Nothing throws.
/// @par Lifetime
/// The tree owns a copy of the text.
[[nodiscard]] inline boost::system::result<syntax_tree> parse_query(std::string_view text,
                                                                    const query_options& options = {},
                                                                    query_diagnostic* diagnostic = nullptr,
                                                                    memory_ref memory = {}) noexcept {
  detail::tree_storage tree(memory);
  query_diagnostic problem;
  if (detail::parse_into(tree, text, options, problem)) return detail::tree_access::make(std::move(tree));
  if (diagnostic != nullptr) {
    *diagnostic = problem;
    diagnostic->locate(text);
  }
  return make_error_code(problem.code);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_PARSE_HPP
