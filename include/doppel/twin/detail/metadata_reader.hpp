// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_METADATA_READER_HPP
#define DOPPEL_TWIN_DETAIL_METADATA_READER_HPP

#include <doppel/base/timestamp.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/operation_keys.hpp>
#include <doppel/twin/detail/stamp_time.hpp>
#include <doppel/twin/load_report.hpp>
#include <doppel/twin/stamp.hpp>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Puts the stamps of a document's `$metadata` on the members of a section that was built from its
/// content. Both usually list their members in the same order, so the walk goes in step and
/// searches only where they differ.
class metadata_reader {
public:
  metadata_reader(block& b, const key_store& keys, const operation_list& list, load_report& report,
                  bool versions) noexcept
      : block_(b), keys_(keys), list_(list), report_(report), versions_(versions) {}

  /// @param push the operation that opens `$metadata`, or `no_operation`
  /// @param missing time of the section where the document says none
  void apply(std::uint32_t push, packed_time missing) noexcept {
    if (push != no_operation) read_entry(push, block_.root);
    if (block_.root.time() == unknown_time && missing != unknown_time) set_time(block_.root, missing);
    if (stamped_ != block_.members) inherit(block_.root);
  }

private:
  static void set_time(record& r, packed_time t) noexcept { r.head = (r.head & 63) | t << 6; }

  // `push` opens the metadata of `r`.
  void read_entry(std::uint32_t push, record& r) noexcept {
    packed_time time = unknown_time;
    std::uint64_t version = 0;
    std::string_view by, digest;
    const std::uint32_t end = list_[push].end;
    std::uint32_t next = 0;  // where the next member is expected
    for (std::uint32_t i = push + 1; i < end; ++i) {
      const operation& o = list_[i];
      if (o.kind == operation_kind::dropped) {
        i = o.end;
        continue;
      }
      const std::string_view key{o.key, o.key_size};
      if (!key.empty() && key[0] == '$') {
        if (o.kind != operation_kind::set) {
          if (o.kind == operation_kind::push) i = o.end;
          continue;
        }
        const std::string_view value{o.value, o.value_size};
        if (is(key, "$lastUpdated")) {
          time = read_time(value);
        } else if (is(key, "$lastUpdatedVersion")) {
          if (versions_) version = read_version(value);
        } else if (is(key, "$lastUpdatedBy")) {
          by = value;
        } else if (is(key, "$lastUpdatedByDigest")) {
          digest = value;
        }
        continue;
      }
      record* const member = r.is_object() ? find(r, key, o, next) : nullptr;
      if (member == nullptr || o.kind != operation_kind::push) {
        ++report_.metadata_without_member;
      } else {
        read_entry(i, *member);
      }
      if (o.kind == operation_kind::push) i = o.end;
    }
    set_time(r, time);
    if (time != unknown_time && &r != &block_.root) ++stamped_;
    const bool marked = by.size() >= 2 && by[0] == '"' && digest.size() >= 2 && digest[0] == '"';
    if (!marked && version <= 0xffff'ffffu) {
      r.version = static_cast<std::uint32_t>(version);
      return;
    }
    // The operations of the metadata were counted for the room of the block, texts included.
    if (!marked) by = digest = {};
    block_.extend(r, version, by, digest);
  }

  record* find(record& r, std::string_view key, const operation& o, std::uint32_t& next) noexcept {
    object* const in = block_.object_of(r);
    if (in == nullptr) return nullptr;
    if (next < in->count && in->ids()[next] != object::dead_id) [[likely]] {
      const key_text expected = block_.key(keys_, in->ids()[next]);
      if (expected.size == key.size() && equal_padded(expected.name(), key.data(), key.size())) {
        return in->records() + next++;
      }
    }
    const std::uint32_t at = block_.find(*in, find_key(keys_, list_, o), o.key, o.key_size);
    if (at == in->count) return nullptr;
    next = at + 1;
    return in->records() + at;
  }

  // Comparison with a name of known size needs no call.
  template <std::size_t N>
  static bool is(std::string_view key, const char (&name)[N]) noexcept {
    return key.size() == N - 1 && std::memcmp(key.data(), name, N - 1) == 0;
  }

  packed_time read_time(std::string_view value) noexcept {
    packed_time t = read_stamp_time(value);
    if (t == unknown_time && value.size() >= 2 && value[0] == '"') {
      const auto parsed = parse_timestamp(value.substr(1, value.size() - 2));
      if (parsed.has_value()) t = pack_time(*parsed);
    }
    if (t == unknown_time) ++report_.times_not_understood;
    return t;
  }
  static std::uint64_t read_version(std::string_view value) noexcept {
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    return error == std::errc{} && end == value.data() + value.size() ? n : 0;
  }

  // What has no stamp gets that of the object around it.
  void inherit(const record& holder) noexcept {
    object* const o = block_.object_of(holder);
    if (o == nullptr) return;
    for (std::uint32_t i = 0; i < o->count; ++i) {
      if (o->ids()[i] == object::dead_id) continue;
      record& r = o->records()[i];
      if (r.time() == unknown_time) {
        ++report_.members_without_metadata;
        set_time(r, holder.time());
        if (!r.is_extended() && r.version == 0) inherit_version(r, block_.version_of(holder));
      }
      if (r.is_object()) inherit(r);
    }
  }

  void inherit_version(record& r, std::uint64_t version) noexcept {
    if (version <= 0xffff'ffffu) {
      r.version = static_cast<std::uint32_t>(version);
      return;
    }
    block_.extend(r, version);
  }

  block& block_;
  const key_store& keys_;
  const operation_list& list_;
  load_report& report_;
  const bool versions_;
  std::uint32_t stamped_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_METADATA_READER_HPP
