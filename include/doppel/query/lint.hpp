// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_LINT_HPP
#define DOPPEL_QUERY_LINT_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/query/detail/condition_lint.hpp>
#include <doppel/query/detail/path_lint.hpp>
#include <doppel/query/lint_report.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/parse.hpp>
#include <doppel/query/syntax_tree.hpp>

#include <boost/system/result.hpp>

#include <span>
#include <string_view>

/// @file
/// What is legal in a query and probably not meant.
namespace doppel {
inline namespace v0 {

/// Looks for what the author of a query should know:
///
/// - the first thing that the service would refuse, if the query is not in hub mode;
/// - a condition that can never be true, and the parts of it that exclude each other;
/// - comparisons with `undefined`, with `null` where twins hold none, of one path with values of different types, and
///   of a field of the service with a value of a type that it never has;
/// - names that look like those of the service and are not: `tag.x`, `reported.x`, `properties.report`,
///   `capabilities.iotedge`;
/// - with a sample of documents: paths that none of them has, and the key that was probably meant.
///
/// @param tree the query
/// @param sample documents as JSON text, checked; may be empty
/// @param[out] report the remarks, in the order of the query; emptied first
/// @return nothing, or `errc::out_of_memory`
/// @par Complexity
/// Linear in the query, times the logarithm of its comparisons; and for each path, linear in the sample.
/// @par Exception safety
/// Nothing throws.
[[nodiscard]] inline boost::system::result<void> lint(const syntax_tree& tree, std::span<const std::string_view> sample,
                                                      lint_report& report) noexcept {
  report.clear();
  bool is_done = true;
  if (tree.mode() != query_mode::hub) {
    query_options options;
    options.mode = query_mode::hub;
    options.dialect = tree.dialect();
    options.collection = tree.collection();
    query_diagnostic problem;
    const auto parsed = parse_query(tree.source(), options, &problem, report.memory());
    if (!parsed && parsed.error() == errc::out_of_memory) return make_error_code(errc::out_of_memory);
    if (!parsed) {
      query_remark remark;
      remark.kind = query_remark_kind::refused_by_hub;
      remark.code = problem.code;
      remark.offset = problem.offset;
      remark.length = problem.length;
      remark.text = problem.expected;
      is_done = report.add(remark, problem.suggestion());
    }
  }
  is_done = is_done && detail::condition_lint(tree, report).run() && detail::path_lint(tree, sample, report).run();
  if (!is_done) return make_error_code(errc::out_of_memory);
  report.sort();
  return {};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_LINT_HPP
