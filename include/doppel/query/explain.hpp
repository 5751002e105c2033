// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_EXPLAIN_HPP
#define DOPPEL_QUERY_EXPLAIN_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/query/detail/plan_writer.hpp>
#include <doppel/query/program.hpp>

#include <boost/system/result.hpp>

/// @file
/// What a program will do, in words.
namespace doppel {
inline namespace v0 {

/// Appends the plan of a program: its paths, the conditions in the order in which they are asked, what is kept for
/// rows, and what the ways of evaluation make of it. For people; the same program gives the same text.
/// @return nothing, or `errc::out_of_memory`
/// @par Complexity
/// Linear in the program, times the depth of its paths.
/// @par Exception safety
/// Nothing throws.
[[nodiscard]] inline boost::system::result<void> explain(const program& p, text_buffer& out) noexcept {
  if (!detail::plan_writer(p, out).run()) return make_error_code(errc::out_of_memory);
  return {};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_EXPLAIN_HPP
