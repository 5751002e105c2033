// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_COMPILE_HPP
#define DOPPEL_QUERY_COMPILE_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/query/detail/compiler.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/parse.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/syntax_tree.hpp>

#include <boost/system/result.hpp>

#include <string_view>

/// @file
/// Text to program.
namespace doppel {
inline namespace v0 {

/// Compiles a parsed query.
/// @return the program, or `errc::out_of_memory`
/// @par Complexity
/// Linear in the tree, with one allocation for the program and, for larger trees, one for scratch; one more for each
/// string or array that folding makes.
/// @par Exception safety
/// Nothing throws.
[[nodiscard]] inline boost::system::result<program> compile(const syntax_tree& tree,
                                                            const compile_options& options = {}) noexcept {
  detail::program_storage* const made = detail::compiler(detail::tree_access::storage(tree), options).run();
  if (made == nullptr) return make_error_code(errc::out_of_memory);
  return detail::compiler::make(made);
}

/// Parses and compiles a query.
/// @param options mode, dialect and limits
/// @param[out] d what is wrong and where; filled when the query is refused, may be null
/// @param how see `compile_options`
/// @return the program, or what `parse_query` returns: an error of spec/query.md 14; `errc::out_of_memory`
/// @par Specification
/// spec/query.md 2, 3, 4, 11, 12 and 14
/// @par Exception safety
/// Nothing throws.
[[nodiscard]] inline boost::system::result<program> compile_query(std::string_view text,
                                                                  const query_options& options = {},
                                                                  query_diagnostic* d = nullptr,
                                                                  const compile_options& how = {}) noexcept {
  const auto tree = parse_query(text, options, d, how.memory);
  if (!tree.has_value()) return tree.error();
  return compile(*tree, how);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_COMPILE_HPP
