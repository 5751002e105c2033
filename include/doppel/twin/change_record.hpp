// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_CHANGE_RECORD_HPP
#define DOPPEL_TWIN_CHANGE_RECORD_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/change_reader.hpp>
#include <doppel/twin/detail/change_writer.hpp>
#include <doppel/twin/document.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <string_view>

/// @file
/// Changes as bytes, for logs: what `twin/replay.hpp` needs, and all that a change tells. Independent of the machine.
/// A fleet's log has records of its own, `fleet/log_record.hpp`.
namespace doppel {
inline namespace v0 {
namespace detail {

inline errc read_change(record_reader& content, std::size_t bytes, change& to, workspace& ws,
                        const limits& bounds) noexcept {
  DOPPEL_ASSERT(bounds.is_valid());
  to.clear();
  operation_list* const list = ws.part_of<operation_list>();
  indexed_reader* const reader = ws.part_of<indexed_reader>();
  if (list == nullptr || reader == nullptr) return errc::out_of_memory;
  const errc code = change_reader(to, *list, *reader, bounds).run(content, bytes);
  if (code != errc{}) to.clear();
  return code;
}

}  // namespace detail

/// Appends the record of a change to `out`: the patch and the old values as JSON, kind, time, counters and
/// configuration, with a format version and a checksum.
/// @pre `c` is empty or was recorded at `detail_level::values`
/// @return nothing, or `errc::out_of_memory`; then `out` is as it was
/// @par Complexity
/// Linear in the change.
/// @par Exception safety
/// Nothing throws.
inline boost::system::result<void> save_change(const change& c, text_buffer& out) noexcept {
  if (!out.reserve_more(detail::record_head_bytes + detail::change_content_bound(c)))
    return detail::finish_or_fail(false);
  char* const record = out.end();
  char* const end = detail::put_change_content(record + detail::record_head_bytes, c);
  detail::finish_record(record, end, detail::change_magic, detail::change_format);
  out.set_end(end);
  return {};
}

/// Makes `to` the change of a record. Any bytes give an error or a change that a write could have made: its texts obey
/// the rules of values and keys and are in canonical form, its parts fit together. Replayed, it does what the saved
/// one would have done: the twins' documents are the same bytes.
/// @param record the bytes that `save_change` appended, at any address
/// @param bounds the rules for what it holds: those of the writes, or wider
/// @return nothing, or `errc::image_mismatch` (another format version), `errc::invalid_image` (damaged, or breaking a
///   rule), `errc::out_of_memory`. On error `to` is empty.
/// @par Complexity
/// Linear in the record, memory included.
/// @par Exception safety
/// Nothing throws.
inline boost::system::result<void> load_change(std::string_view record, change& to, workspace& ws,
                                               const limits& bounds = {}) noexcept {
  to.clear();
  detail::record_reader content;
  errc code = content.open(record, detail::change_magic, detail::change_format);
  if (code == errc{}) code = detail::read_change(content, record.size(), to, ws, bounds);
  if (code == errc{} && !content.at_end()) code = errc::invalid_image;
  if (code == errc{}) return {};
  to.clear();
  return make_error_code(code);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_CHANGE_RECORD_HPP
