// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_CHANGE_WRITER_HPP
#define DOPPEL_TWIN_DETAIL_CHANGE_WRITER_HPP

#include <doppel/base/config.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/record_format.hpp>
#include <doppel/twin/detail/write.hpp>
#include <doppel/twin/notification.hpp>

#include <cstddef>
#include <cstdint>

// A saved change, the content of its record:
//   kind | unless none: time | counters before, 4 numbers | configuration, digest, 2 texts | tags, desired, reported
// and for each section
//   how it was treated | unless untouched: 2 texts of JSON, the patch and what it came upon
// The patch is the one that notifications tell. What it came upon is the old values, as an object of the same
// shape and in the same order, without the members that were not there. The counters afterwards follow from the rest.
namespace doppel {
inline namespace v0 {
namespace detail {

inline constexpr char change_magic[] = "doppelCH";
inline constexpr std::uint32_t change_format = 1;

/// What the touched members of a section were, member by member with commas behind.
inline char* put_old_members(char* to, const change& c, section_name s) noexcept {
  const char* const text = change_access::text(c);
  const change_entry* const end = change_access::end(c, s);
  std::uint32_t new_objects = 0;  // that are open; nothing in them was there before
  for (const change_entry* e = change_access::begin(c, s); e != end; ++e) {
    const bool enters = e->kind == operation_kind::push;
    if (e->kind == operation_kind::pop) {
      if (new_objects != 0) {
        --new_objects;
        continue;
      }
      if (to[-1] == ',') --to;
      *to++ = '}';
      *to++ = ',';
    } else if (enters && e->had_old && e->old_size == 0) {
      to = put_key(to, text, *e);
      *to++ = '{';
    } else {
      new_objects += enters;
      if (!e->had_old) continue;
      to = put_key(to, text, *e);
      to = copy_padded(to, text + e->old_value(), e->old_size);
      *to++ = ',';
    }
  }
  return to;
}

/// Room for the content of a change's record.
inline std::size_t change_content_bound(const change& c) noexcept {
  std::size_t entries = 0;
  for (const section_name s : written_sections) {
    entries += static_cast<std::size_t>(change_access::end(c, s) - change_access::begin(c, s));
  }
  // A key is told twice; around it and the values stand quotes, colons, braces, commas and nulls.
  return 2 * change_access::text_size(c) + entries * 24 + 16 * max_number_bytes + 2 * copy_slack;
}

inline char* put_change_content(char* to, const change& c) noexcept {
  DOPPEL_ASSERT(c.empty() || c.detail() == detail_level::values);
  to = put_number_bytes(to, static_cast<std::uint64_t>(c.kind()));
  if (c.empty()) return to;
  to = put_number_bytes(to, static_cast<std::uint64_t>(c.time().ticks()));
  const counters& n = c.before();
  for (const std::uint64_t counter : {n.etag, n.desired, n.reported, n.version}) to = put_number_bytes(to, counter);
  to = put_sized_text(to, c.configuration());
  to = put_sized_text(to, c.configuration_digest());
  for (const section_name s : written_sections) {
    to = put_number_bytes(to, static_cast<std::uint64_t>(c.on(s)));
    if (c.on(s) == section_change::untouched) continue;
    for (auto* const put_members : {&put_patch_members, &put_old_members}) {
      char* const size = to;
      to += late_size_bytes;
      *to++ = '{';
      to = put_members(to, c, s);
      if (to[-1] == ',') --to;
      *to++ = '}';
      put_late_size(size, static_cast<std::uint64_t>(to - size) - late_size_bytes);
    }
  }
  return to;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_CHANGE_WRITER_HPP
