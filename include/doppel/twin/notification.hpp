// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_NOTIFICATION_HPP
#define DOPPEL_TWIN_NOTIFICATION_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/metadata_writer.hpp>
#include <doppel/twin/document.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <string_view>

/// @file
/// Changes to messages: what the device is told, and what is told to the back end.
namespace doppel {
inline namespace v0 {
namespace detail {

inline char* put_key(char* to, const char* text, const change_entry& e) noexcept {
  *to++ = '"';
  to = copy_padded(to, text + e.key, e.key_size);
  *to++ = '"';
  *to++ = ':';
  return to;
}

/// The patch that a section's entries are, member by member with commas behind; nulls delete.
inline char* put_patch_members(char* to, const change& c, section_name s) noexcept {
  const char* const text = change_access::text(c);
  const change_entry* const end = change_access::end(c, s);
  for (const change_entry* e = change_access::begin(c, s); e != end; ++e) {
    switch (e->kind) {
      case operation_kind::pop:
        if (to[-1] == ',') --to;
        *to++ = '}';
        break;
      case operation_kind::push:
        to = put_key(to, text, *e);
        *to++ = '{';
        continue;
      case operation_kind::erase:
        to = put_key(to, text, *e);
        to = put_literal(to, "null");
        break;
      default:
        to = put_key(to, text, *e);
        to = copy_padded(to, text + e->new_value(), e->new_size);
        break;
    }
    *to++ = ',';
  }
  return to;
}

/// `$metadata` of the written keys: all have the stamp of the write (spec/twin.md 9.13, 17.2.1).
inline char* put_patch_metadata(char* to, const change& c, section_name s, metadata_writer& metadata) noexcept {
  const packed_time time = pack_time(c.time());
  const std::uint64_t version = s == section_name::desired ? c.after().desired : 0;
  const char* const text = change_access::text(c);
  const change_entry* const end = change_access::end(c, s);
  to = metadata.put_stamp(to, time, version);
  for (const change_entry* e = change_access::begin(c, s); e != end; ++e) {
    if (e->kind == operation_kind::erase) continue;
    if (e->kind == operation_kind::pop) {
      *to++ = '}';
      continue;
    }
    *to++ = ',';
    to = put_key(to, text, *e);
    to = metadata.put_stamp(to, time, version);
    if (e->kind == operation_kind::set) {
      if (s == section_name::desired) to = metadata_writer::put_marks(to, c.configuration(), c.configuration_digest());
      *to++ = '}';
    }
  }
  *to++ = '}';
  return to;
}

/// Room for the members of a section's patch and their metadata.
inline std::size_t patch_bound(const change& c, section_name s) noexcept {
  const auto entries = static_cast<std::size_t>(change_access::end(c, s) - change_access::begin(c, s));
  const std::size_t marks = c.configuration().size() + c.configuration_digest().size() + 48;
  return change_access::text_size(c) * 2 + (entries + 1) * (metadata_writer::max_entry + 24 + marks) + 2 * copy_slack +
         64;
}

inline char* put_patch_properties(char* to, const change& c, section_name s, std::uint64_t version) noexcept {
  metadata_writer metadata;
  *to++ = '{';
  to = put_patch_members(to, c, s);
  to = put_literal(to, "\"$metadata\":");
  to = put_patch_metadata(to, c, s, metadata);
  to = put_literal(to, ",\"$version\":");
  to = put_number(to, version);
  *to++ = '}';
  return to;
}

inline char* put_update_event(char* to, const change& c) noexcept {
  to = put_literal(to, "{\"version\":");
  to = put_number(to, c.after().version);
  if (c.on(section_name::tags) != section_change::untouched) {
    to = put_literal(to, ",\"tags\":{");
    to = put_patch_members(to, c, section_name::tags);
    if (to[-1] == ',') --to;
    *to++ = '}';
  }
  const bool desired = c.on(section_name::desired) != section_change::untouched;
  const bool reported = c.on(section_name::reported) != section_change::untouched;
  if (desired || reported) {
    to = put_literal(to, ",\"properties\":{");
    if (desired) {
      to = put_literal(to, "\"desired\":");
      to = put_patch_properties(to, c, section_name::desired, c.after().desired);
    } else {
      to = put_literal(to, "\"reported\":");
      to = put_patch_properties(to, c, section_name::reported, c.after().reported);
    }
    *to++ = '}';
  }
  *to++ = '}';
  return to;
}

inline char* put_replace_event(char* to, const twin_core& t, const etag& tag) noexcept {
  *to++ = '{';
  const block* const root = t.section(section_name::root).get();
  if (root != nullptr) {
    root->for_each(root->root, [&](std::uint32_t id, const record& r) {
      if (id != static_cast<std::uint32_t>(root_member::device_id) &&
          id != static_cast<std::uint32_t>(root_member::module_id)) {
        return;
      }
      to = put_root_member(to, t, id, r);
      *to++ = ',';
    });
  }
  to = put_etag(to, tag);
  *to++ = ',';
  to = put_version(to, t);
  *to++ = ',';
  to = put_tags(to, t);
  *to++ = ',';
  to = put_both_properties(to, t);
  *to++ = '}';
  return to;
}

}  // namespace detail

/// Writes what a subscribed device is sent: the merge patch of desired and its new `$version`. For a
/// merge that is the patch as sent; for a replace, what turns the old content into the new; for a
/// cleared section, a null for every former member.
/// @pre c.notifies_device(), and c was recorded at `detail_level::values`
/// @param[out] out is emptied first
/// @return nothing, or `errc::out_of_memory`
/// @par Specification spec/twin.md 15, 7.7
/// @par Complexity
/// Linear in the change.
inline boost::system::result<void> write_notification(const change& c, text_buffer& out) noexcept {
  DOPPEL_ASSERT(c.notifies_device() && c.detail() == detail_level::values);
  out.clear();
  if (!out.reserve_more(detail::patch_bound(c, section_name::desired))) return detail::finish_or_fail(false);
  char* to = out.end();
  *to++ = '{';
  to = detail::put_patch_members(to, c, section_name::desired);
  to = detail::put_literal(to, "\"$version\":");
  to = detail::put_number(to, c.after().desired);
  *to++ = '}';
  out.set_end(to);
  return {};
}

/// Writes the body of the change event to the service; `c.operation()` is its `opType`. An update tells
/// the patch and its stamps, a replace the whole content.
/// @param t the twin right after the change; looked at for a replace only
/// @pre not c.empty(), and c was recorded at `detail_level::values`
/// @param[out] out is emptied first
/// @return nothing, or `errc::out_of_memory`
/// @par Specification spec/twin.md 17.2
/// @par Complexity
/// Linear in the change; for a replace, in the twin.
template <class Policy>
boost::system::result<void> write_change_event(const basic_twin<Policy>& t, const change& c,
                                               text_buffer& out) noexcept {
  DOPPEL_ASSERT(!c.empty() && c.detail() == detail_level::values);
  out.clear();
  if (c.kind() == write_kind::replace) {
    if (!out.reserve_more(detail::document_bound(t.core()))) return detail::finish_or_fail(false);
    out.set_end(detail::put_replace_event(out.end(), t.core(), t.etag()));
    return {};
  }
  const std::size_t bound = detail::patch_bound(c, section_name::tags) + detail::patch_bound(c, section_name::desired) +
                            detail::patch_bound(c, section_name::reported);
  if (!out.reserve_more(bound)) return detail::finish_or_fail(false);
  out.set_end(detail::put_update_event(out.end(), c));
  return {};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_NOTIFICATION_HPP
