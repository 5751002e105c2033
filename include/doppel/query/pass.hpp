// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_PASS_HPP
#define DOPPEL_QUERY_PASS_HPP

#include <doppel/base/config.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/query/value.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

/// @file
/// Evaluation over values that come in the order of a text.
namespace doppel {
inline namespace v0 {

/// What is known about a document so far.
enum class query_verdict : std::uint8_t { open, rejected, matched };

/// Runs a program over one document whose values come in document order, in one pass:
///
///     query_pass pass(program, scratch, wants_rows);
///     // at each value of the text whose place is node n of program.paths():
///     if (pass.meet(n, value) != query_verdict::open) ...   // stop
///     // optionally, behind the closing bracket of the object or array at node n:
///     if (pass.leave(n) != query_verdict::open) ...          // stop
///     // at the end of the text:
///     const bool matches = pass.finish() == query_verdict::matched;
///
/// - A node needs `meet` only if `needs_meeting(n)`: it has atoms or a slot of interest. Nodes without are just
///   walked through to their children.
/// - The value of a composite may be told when it starts or when it ends. Unless `query_path::needs_content`, its
///   kind is enough: `query_value::array` and `object` with any node.
/// - Every node is met at most once; documents with duplicate members are the back end's business.
/// - What was not met is undefined: `leave(n)` says so for everything below n that has not been met, `finish()` for
///   the whole document. A miss rejects early: most atoms are undefined on undefined.
/// - With `wants_rows`, a match is certain only once the slots of rows are settled too; then `slots()` is ready
///   for `write_row`.
/// @par Exception safety
/// Nothing throws or allocates.
class query_pass {
public:
  /// @param wants_rows says whether the slots of columns, keys and order are wanted too
  /// @pre the scratch is prepared for the program
  query_pass(const program& p, query_scratch& scratch, bool wants_rows) noexcept;

  /// What is known before anything was met: `open`, unless the condition is constant.
  [[nodiscard]] query_verdict verdict() const noexcept { return verdict_; }
  /// Says whether the value at a node matters.
  [[nodiscard]] bool needs_meeting(std::uint32_t node) const noexcept;
  /// Says whether the value at a node or one below it may still change anything.
  [[nodiscard]] bool is_open_below(std::uint32_t node) const noexcept;

  /// The value at a node.
  /// @pre the node has not been met, and the verdict is open
  /// @par Complexity
  /// Linear in the atoms of the node; once all its inputs are there, in the code of a conjunct.
  query_verdict meet(std::uint32_t node, const query_value& value) noexcept;
  /// Nothing more comes below a node: what is missing there is undefined. The node itself has been met or has
  /// no atoms and no slot.
  query_verdict leave(std::uint32_t node) noexcept;
  /// Nothing more comes at all. Afterwards the verdict is not open.
  query_verdict finish() noexcept;

  /// The values of the slots, by their number; what `write_row` and `query_run` take.
  /// @pre the verdict is `matched`, and rows are wanted
  [[nodiscard]] const query_value* slots() const noexcept;

private:
  query_verdict verdict_ = query_verdict::open;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_PASS_HPP
