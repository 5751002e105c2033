// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_ROW_HPP
#define DOPPEL_QUERY_ROW_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/detail/machine.hpp>
#include <doppel/query/document.hpp>
#include <doppel/query/pass.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/scratch.hpp>

#include <boost/system/result.hpp>

#include <string_view>

/// @file
/// The row that a document makes. Groups, order and the rest: `doppel/query/run.hpp`.
namespace doppel {
inline namespace v0 {

namespace detail {

/// Appends the object of the columns. False when memory is refused.
template <class Input>
bool write_columns(const program& p, const Input& input, const machine_room& room, text_buffer& out) noexcept {
  if (!out.append("{")) return false;
  bool is_first = true;
  for (const query_column& column : p.columns()) {
    // A value that is stored as it is written is copied.
    const std::string_view text = text_of(p, column.code, input);
    if (!text.empty() && text[0] != '[') {
      if ((!is_first && !out.append(",")) || !out.append(column.quoted) || !out.append(text)) return false;
      is_first = false;
      continue;
    }
    const query_value v = run(p, column.code, input, room);
    if (v.is_undefined()) continue;
    if ((!is_first && !out.append(",")) || !out.append(column.quoted) || !write_value(v, out)) return false;
    is_first = false;
  }
  return out.append("}");
}

}  // namespace detail

/// Appends the row of a document as minified JSON: the document itself for `SELECT *`, else an object of the
/// columns in the order of the list, without those that are undefined. The condition is not looked at.
/// @return nothing, or `errc::out_of_memory`; then what stands in @p out is not a row
/// @pre the program is not grouped; the scratch is prepared for it
/// @par Exception safety
/// Nothing throws.
/// @par Specification
/// spec/query.md 12
template <query_document D>
boost::system::result<void> write_row(const program& p, const D& document, query_scratch& scratch,
                                      text_buffer& out) noexcept {
  DOPPEL_ASSERT(!p.is_grouped());
  const detail::document_input<D> input(p, document, scratch);
  const bool is_written =
      p.selects_documents() ? document.write(out) : detail::write_columns(p, input, input.room(), out);
  if (!is_written) return make_error_code(errc::out_of_memory);
  return {};
}

/// The same for a document that has been passed through.
/// @param document its text, which a row of `SELECT *` is
/// @pre the pass wanted rows and matched; its scratch has not been used since
inline boost::system::result<void> write_row(const program& p, const query_pass& pass, std::string_view document,
                                             query_scratch& scratch, text_buffer& out) noexcept {
  DOPPEL_ASSERT(!p.is_grouped() && pass.verdict() == query_verdict::matched);
  const detail::machine_room room{scratch.stack(), scratch.pieces(), scratch.values()};
  const bool is_written = p.selects_documents()
                              ? out.append(document)
                              : detail::write_columns(p, detail::slot_input{pass.slot_list()}, room, out);
  if (!is_written) return make_error_code(errc::out_of_memory);
  return {};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_ROW_HPP
