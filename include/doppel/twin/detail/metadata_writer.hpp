// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_METADATA_WRITER_HPP
#define DOPPEL_TWIN_DETAIL_METADATA_WRITER_HPP

#include <doppel/base/timestamp.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/render.hpp>
#include <doppel/twin/detail/section_core.hpp>
#include <doppel/twin/stamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Renders stamps as `$metadata` (spec/twin.md 9). A document repeats few stamps many times, so it is
/// remembered where the latest ones stand.
class metadata_writer {
public:
  /// Most bytes that one entry takes beside its key and marks: braces, both names, time, version.
  static constexpr std::size_t max_entry = 112;

  /// Room for the metadata of a section.
  static std::size_t bound(const section_core& s) noexcept {
    // Marks lie in the block, so its size bounds them.
    const std::size_t marks = s.get() == nullptr ? 0 : s.get()->used;
    return static_cast<std::size_t>(s.text()) + marks + (std::size_t{s.members()} + 1) * (max_entry + 48) + copy_slack;
  }

  /// The entry of `r` and of everything below it.
  char* put(char* to, const block& b, const record& r, const key_store& keys) noexcept {
    to = put_stamp(to, r.time(), r.is_extended() ? b.extension_of(r).version : r.version);
    if (r.is_extended()) [[unlikely]]
      to = put_marks(to, b.extension_of(r).by(), b.extension_of(r).digest());
    if (r.is_object()) {
      const object* const o = b.object_of(r);
      if (o != nullptr) {
        const std::uint32_t* const ids = o->ids();
        const record* const records = o->records();
        for (std::uint32_t i = 0; i < o->count; ++i) {
          if (ids[i] == object::dead_id) continue;
          if (to[-1] != '{') *to++ = ',';
          const key_text key = b.key(keys, ids[i]);
          to = copy_padded(to, key.quoted, key.quoted_size());
          to = put(to, b, records[i], keys);
        }
      }
    }
    *to++ = '}';
    return to;
  }

  /// `{"$lastUpdated":..,"$lastUpdatedVersion":..` as far as known, without the closing brace. What has been
  /// put stays where it is while this writer is in use: the next with the same stamp is copied from there.
  char* put_stamp(char* to, packed_time time, std::uint64_t version) noexcept {
    entry& e = entries_[(time ^ time >> 7 ^ version) % std::size(entries_)];
    if (e.text != nullptr && e.time == time && e.version == version) return copy_padded(to, e.text, e.size);
    char* const end = render(to, time, version);
    // What is shorter than a step of the copy would overlap with it; it is no more than a brace.
    if (end - to >= 16) e = {time, version, to, static_cast<std::size_t>(end - to)};
    return end;
  }
  static char* put_marks(char* to, std::string_view by, std::string_view digest) noexcept {
    if (by.empty()) return to;
    if (to[-1] != '{') *to++ = ',';
    to = put_literal(to, "\"$lastUpdatedBy\":");
    std::memcpy(to, by.data(), by.size());
    to += by.size();
    to = put_literal(to, ",\"$lastUpdatedByDigest\":");
    std::memcpy(to, digest.data(), digest.size());
    return to + digest.size();
  }

private:
  struct entry {
    packed_time time;
    std::uint64_t version;
    const char* text = nullptr;
    std::size_t size;
  };

  static char* render(char* to, packed_time time, std::uint64_t version) noexcept {
    *to++ = '{';
    if (time != unknown_time) {
      to = put_literal(to, "\"$lastUpdated\":\"");
      to = format_timestamp(unpack_time(time), to);
      *to++ = '"';
    }
    if (version != 0) {
      if (to[-1] != '{') *to++ = ',';
      to = put_literal(to, "\"$lastUpdatedVersion\":");
      to = put_number(to, version);
    }
    return to;
  }

  entry entries_[8];
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_METADATA_WRITER_HPP
