// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DOCUMENT_HPP
#define DOPPEL_TWIN_DOCUMENT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/twin/detail/metadata_writer.hpp>
#include <doppel/twin/detail/render.hpp>
#include <doppel/twin/twin.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <string_view>

/// @file
/// Twins to text: what the back end sees and what the device sees.
namespace doppel {
inline namespace v0 {
namespace detail {

inline boost::system::result<void> finish_or_fail(bool done) noexcept {
  if (!done) return make_error_code(errc::out_of_memory);
  return {};
}

/// The content members, each followed by a comma.
inline char* put_content(char* to, const section_core& s, const key_store* keys) noexcept {
  return s.members() == 0 ? to : put_members(to, *s.get(), s.root(), *keys);
}

/// `{content,"$metadata":{..},"$version":n}`.
inline char* put_properties(char* to, const section_core& s, const key_store* keys, std::uint64_t version,
                            metadata_writer& metadata) noexcept {
  *to++ = '{';
  to = put_content(to, s, keys);
  to = put_literal(to, "\"$metadata\":");
  if (s.get() == nullptr) {
    to = put_literal(to, "{}");
  } else {
    to = metadata.put(to, *s.get(), s.root(), *keys);
  }
  to = put_literal(to, ",\"$version\":");
  to = put_number(to, version);
  *to++ = '}';
  return to;
}

inline char* put_both_properties(char* to, const twin_core& t) noexcept {
  metadata_writer metadata;
  to = put_literal(to, "\"properties\":{\"desired\":");
  to = put_properties(to, t.section(section_name::desired), t.keys(), t.count().desired, metadata);
  to = put_literal(to, ",\"reported\":");
  to = put_properties(to, t.section(section_name::reported), t.keys(), t.count().reported, metadata);
  *to++ = '}';
  return to;
}

inline char* put_tags(char* to, const twin_core& t) noexcept {
  to = put_literal(to, "\"tags\":{");
  char* const first = to;
  to = put_content(to, t.section(section_name::tags), t.keys());
  if (to != first) --to;
  *to++ = '}';
  return to;
}

inline std::size_t document_bound(const twin_core& t) noexcept {
  std::size_t sum = 1024 + 128;  // fixed names, counters, etag
  for (int i = 0; i < 4; ++i) {
    const section_core& s = t.section(static_cast<section_name>(i));
    sum += static_cast<std::size_t>(s.text()) + copy_slack;
    if (i >= 2) sum += metadata_writer::bound(s);
  }
  return sum;
}

inline char* put_etag(char* to, const etag& tag) noexcept {
  to = put_literal(to, "\"etag\":\"");
  std::memcpy(to, tag.view().data(), tag.view().size());
  to += tag.view().size();
  *to++ = '"';
  return to;
}

inline char* put_version(char* to, const twin_core& t) noexcept {
  to = put_literal(to, "\"version\":");
  return put_number(to, t.count().version);
}

inline char* put_root_member(char* to, const twin_core& t, std::uint32_t id, const record& r) noexcept {
  const block& b = *t.section(section_name::root).get();
  const key_text key = b.key(*t.keys(), id);
  to = copy_padded(to, key.quoted, key.quoted_size());
  return put_value(to, b, r, *t.keys());
}

/// The whole document, root members in the order of spec/twin.md 2.1, unknown ones last.
inline char* put_service_view(char* to, const twin_core& t, const etag& tag) noexcept {
  const block* const root = t.section(section_name::root).get();
  const record* known[root_member_count] = {};
  bool others = false;
  if (root != nullptr) {
    root->for_each(root->root, [&](std::uint32_t id, const record& r) {
      if (id < root_member_count) {
        known[id] = &r;
      } else {
        others = true;
      }
    });
  }
  *to++ = '{';
  for (std::uint32_t id = 0; id < root_member_count; ++id) {
    switch (static_cast<root_member>(id)) {
      case root_member::etag: to = put_etag(to, tag); break;
      case root_member::version: to = put_version(to, t); break;
      case root_member::tags:
        if (t.section(section_name::tags).members() == 0) continue;
        to = put_tags(to, t);
        break;
      case root_member::properties: to = put_both_properties(to, t); break;
      default:
        if (known[id] == nullptr) continue;
        to = put_root_member(to, t, id, *known[id]);
        break;
    }
    *to++ = ',';
  }
  if (others) {
    root->for_each(root->root, [&](std::uint32_t id, const record& r) {
      if (id < root_member_count) return;
      to = put_root_member(to, t, id, r);
      *to++ = ',';
    });
  }
  to[-1] = '}';
  return to;
}

/// `{"desired":{..,"$version":n},"reported":{..,"$version":m}}`.
inline char* put_device_view(char* to, const twin_core& t) noexcept {
  to = put_literal(to, "{\"desired\":{");
  to = put_content(to, t.section(section_name::desired), t.keys());
  to = put_literal(to, "\"$version\":");
  to = put_number(to, t.count().desired);
  to = put_literal(to, "},\"reported\":{");
  to = put_content(to, t.section(section_name::reported), t.keys());
  to = put_literal(to, "\"$version\":");
  to = put_number(to, t.count().reported);
  return put_literal(to, "}}");
}

}  // namespace detail

/// Writes the whole document as the back end sees it, minified.
/// @param[out] out is emptied first; reuse it and its memory is allocated once
/// @return nothing, or `errc::out_of_memory`
/// @par Specification spec/twin.md 2, 9; 14.1
/// @par Complexity
/// Linear in the document. At most one allocation.
/// @par Exception safety
/// Nothing throws.
template <class Policy>
boost::system::result<void> write_service_view(const basic_twin<Policy>& t, text_buffer& out) noexcept {
  out.clear();
  if (!out.reserve_more(detail::document_bound(t.core()))) return detail::finish_or_fail(false);
  out.set_end(detail::put_service_view(out.end(), t.core(), t.etag()));
  return {};
}

/// Writes what the device gets when it asks: content and versions of desired and reported, no
/// `$metadata`, no tags, no root members. See `write_service_view`.
/// @par Specification spec/twin.md 3.1
template <class Policy>
boost::system::result<void> write_device_view(const basic_twin<Policy>& t, text_buffer& out) noexcept {
  out.clear();
  if (!out.reserve_more(detail::document_bound(t.core()))) return detail::finish_or_fail(false);
  out.set_end(detail::put_device_view(out.end(), t.core()));
  return {};
}

/// Appends the `$metadata` of desired or reported, as an object.
/// @return false when memory is refused
/// @par Specification spec/twin.md 9
template <class Stamping>
  requires(Stamping::has_time)
bool write_metadata(const section<Stamping>& s, text_buffer& out) noexcept {
  if (s.core().get() == nullptr) return out.append("{}");
  if (!out.reserve_more(detail::metadata_writer::bound(s.core()))) return false;
  detail::metadata_writer metadata;
  out.set_end(metadata.put(out.end(), *s.core().get(), s.core().root(), *s.keys()));
  return true;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DOCUMENT_HPP
