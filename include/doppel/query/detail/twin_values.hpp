// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_TWIN_VALUES_HPP
#define DOPPEL_QUERY_DETAIL_TWIN_VALUES_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/json_text.hpp>
#include <doppel/query/value.hpp>
#include <doppel/twin/detail/twin_core.hpp>
#include <doppel/twin/document.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

// What a resident twin shows to queries: its service view (spec/query.md 4.1), without its being written.
namespace doppel {
inline namespace v0 {
namespace detail {

/// What a node of the view stands for.
enum class twin_part : std::uint8_t {
  document,
  properties,
  section,   // desired or reported with $metadata and $version
  content,   // a stored value
  metadata,  // the stamp of a stored value, and of all below it
  etag,
  version,
  section_version,
  time,  // parts of a stamp
  time_version,
  by,
  digest,
  text  // inside a stored array
};

/// A node of the view.
struct twin_node {
  twin_part part;
  section_name section;
  const record* value;         // content, metadata and parts of a stamp
  std::string_view json = {};  // of a text
};

/// Context and tag of a composite.
inline std::uint32_t tag_of(const twin_node& n) noexcept {
  return static_cast<std::uint32_t>(n.part) | static_cast<std::uint32_t>(n.section) << 8;
}
inline const twin_core& core_of(const query_value& v) noexcept { return *static_cast<const twin_core*>(v.context()); }
inline twin_node node_of(std::uint32_t tag, const void* value) noexcept {
  return {static_cast<twin_part>(tag & 0xff), static_cast<section_name>(tag >> 8), static_cast<const record*>(value)};
}

void begin_twin(const query_value& of, composite_cursor& cursor) noexcept;
bool next_twin(composite_cursor& cursor, query_value& key, query_value& value) noexcept;
query_value member_of_twin(const query_value& object, const query_value& key) noexcept;
bool write_twin(const query_value& of, text_buffer& out) noexcept;

inline constexpr composite_functions twin_functions{&begin_twin, &next_twin, &member_of_twin, &write_twin};

/// Version of a stamp; 0 if it has none.
inline std::uint64_t stamp_version(const block& b, const record& r) noexcept { return b.version_of(r); }

inline query_value counter_value(std::uint64_t n) noexcept {
  // Counters beyond 63 bits are beyond what a hub reaches.
  return (n >> 63) == 0 ? query_value::integer(static_cast<std::int64_t>(n))
                        : query_value::floating(static_cast<double>(n));
}

/// The value of a node; not for the document and its etag.
inline query_value value_of_twin(const twin_core& t, const twin_node& n) noexcept {
  const block* const b = t.section(n.section).get();
  switch (n.part) {
    case twin_part::content:
      if (n.value->is_object()) break;
      return value_of_json(b->leaf(*n.value));
    case twin_part::text: return value_of_json(n.json);
    case twin_part::version: return counter_value(t.count().version);
    case twin_part::section_version:
      return counter_value(n.section == section_name::desired ? t.count().desired : t.count().reported);
    case twin_part::time: return query_value::time(unpack_time(n.value->time()));
    case twin_part::time_version: return counter_value(stamp_version(*b, *n.value));
    case twin_part::by: return value_of_json(b->extension_of(*n.value).by());
    case twin_part::digest: return value_of_json(b->extension_of(*n.value).digest());
    default: break;
  }
  return query_value::object(twin_functions, n.value, &t, tag_of(n));
}

/// The parts of a stamp by their names; false if it has no such part.
inline bool stamp_part(const block* b, const record& r, std::string_view name, twin_part& part) noexcept {
  if (name == "$lastUpdated") {
    part = twin_part::time;
    return r.time() != unknown_time;
  }
  if (b == nullptr) return false;
  if (name == "$lastUpdatedVersion") {
    part = twin_part::time_version;
    return stamp_version(*b, r) != 0;
  }
  const bool is_marked = r.is_extended() && !b->extension_of(r).by().empty();
  part = name == "$lastUpdatedBy" ? twin_part::by : twin_part::digest;
  return is_marked && (name == "$lastUpdatedBy" || name == "$lastUpdatedByDigest");
}

inline constexpr std::string_view stamp_names[] = {"$lastUpdated", "$lastUpdatedVersion", "$lastUpdatedBy",
                                                   "$lastUpdatedByDigest"};

inline void begin_twin(const query_value& of, composite_cursor& cursor) noexcept {
  cursor.at = of.node();
  cursor.context = of.context();
  cursor.tag = of.tag();
}

/// The next live member of a stored object from slot `at` on.
inline bool next_member(const twin_core& t, section_name s, const record& holder, std::uint32_t& at, query_value& key,
                        const record*& member) noexcept {
  const block* const b = t.section(s).get();
  const object* const o = b == nullptr || !holder.is_object() ? nullptr : b->object_of(holder);
  if (o == nullptr) return false;
  while (at < o->count && o->ids()[at] == object::dead_id) ++at;
  if (at >= o->count) return false;
  const key_text name = b->key(*t.keys(), o->ids()[at]);
  key = string_of_json({name.name(), name.size});
  member = o->records() + at++;
  return true;
}

inline bool next_twin(composite_cursor& cursor, query_value& key, query_value& value) noexcept {
  const twin_core& t = *static_cast<const twin_core*>(cursor.context);
  twin_node n = node_of(cursor.tag, cursor.at);
  const record* member = nullptr;
  switch (n.part) {
    case twin_part::properties: {
      if (cursor.index == 2) return false;
      const bool is_desired = cursor.index++ == 0;
      key = query_value::string(is_desired ? "desired" : "reported");
      const section_name s = is_desired ? section_name::desired : section_name::reported;
      value = value_of_twin(t, {twin_part::section, s, &t.section(s).root()});
      return true;
    }
    case twin_part::content:
    case twin_part::section:
      if (next_member(t, n.section, *n.value, cursor.index, key, member)) {
        value = value_of_twin(t, {twin_part::content, n.section, member});
        return true;
      }
      if (n.part == twin_part::content) return false;
      // Behind the content: $metadata and $version, counted in `end`.
      if (cursor.end == nullptr) {
        cursor.end = n.value;
        key = query_value::string("$metadata");
        value = value_of_twin(t, {twin_part::metadata, n.section, n.value});
        return true;
      }
      if (cursor.end == &t) return false;
      cursor.end = &t;
      key = query_value::string("$version");
      value = value_of_twin(t, {twin_part::section_version, n.section, nullptr});
      return true;
    case twin_part::metadata:
      while (cursor.index < 4) {
        const std::string_view name = stamp_names[cursor.index++];
        twin_part part{};
        if (!stamp_part(t.section(n.section).get(), *n.value, name, part)) continue;
        key = query_value::string(name);
        value = value_of_twin(t, {part, n.section, n.value});
        return true;
      }
      {
        std::uint32_t at = cursor.index - 4;
        const bool has_member = next_member(t, n.section, *n.value, at, key, member);
        cursor.index = at + 4;
        if (!has_member) return false;
        value = value_of_twin(t, {twin_part::metadata, n.section, member});
        return true;
      }
    default: return false;
  }
}

inline query_value member_of_twin(const query_value& object, const query_value& key) noexcept {
  composite_cursor cursor;
  begin_twin(object, cursor);
  query_value name;
  query_value value;
  while (next_twin(cursor, name, value)) {
    if (equal_strings(name, key)) return value;
  }
  return {};
}

inline bool write_twin(const query_value& of, text_buffer& out) noexcept {
  const twin_core& t = core_of(of);
  const twin_node n = node_of(of.tag(), of.node());
  const section_core& s = t.section(n.section);
  if (n.part == twin_part::content) return value_view(s.get(), n.value, t.keys()).write_json(out);
  if (!out.reserve_more(document_bound(t))) return false;
  metadata_writer metadata;
  char* to = out.end();
  if (n.part == twin_part::properties) {
    // The writer puts the name too: it goes again.
    constexpr std::size_t name_size = 13;
    char* const end = put_both_properties(to, t);
    std::memmove(to, to + name_size, static_cast<std::size_t>(end - to) - name_size);
    to = end - name_size;
  } else if (n.part == twin_part::section) {
    to = put_properties(to, s, t.keys(), n.section == section_name::desired ? t.count().desired : t.count().reported,
                        metadata);
  } else if (s.get() == nullptr) {
    to = put_literal(to, "{}");
  } else {
    to = metadata.put(to, *s.get(), *n.value, *t.keys());
  }
  out.set_end(to);
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_TWIN_VALUES_HPP
