// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_IMAGE_CHECK_HPP
#define DOPPEL_TWIN_DETAIL_IMAGE_CHECK_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/utf8.hpp>
#include <doppel/base/error.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/render.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Judges a section of an image that nobody vouches for, in two steps. First the layout: a compacted
/// block has exactly one, so a cursor that goes through it in order meets every part where it must be,
/// and each byte belongs to one part. Then the content: rendered as text, it has to come back from the
/// reader as the very members that the block holds, under all the rules a write obeys.
class image_check {
public:
  image_check(const block& b, const key_store& keys, section_name s, const limits& bounds) noexcept
      : block_(b), keys_(keys), section_(s), bounds_(bounds) {}

  /// @return no error, `errc::invalid_image` or `errc::out_of_memory`
  template <class Reader>
  errc run(operation_list& list, Reader& reader, memory_ref memory) noexcept {
    if (!block_.root.is_object() || !check_layout(block_.root, 0) || cursor_ != block_.used) return errc::invalid_image;
    extent e;
    block_.measure(block_.root, keys_, e);
    if (e.counted != block_.counted || e.text != block_.text || e.members != block_.members) return errc::invalid_image;

    text_buffer text(memory);
    if (!text.reserve_more(static_cast<std::size_t>(e.text) + copy_slack)) return errc::out_of_memory;
    text.set_end(put_value(text.end(), block_, block_.root, keys_));
    limits bounds = bounds_;
    bounds.text_bytes = limits::text_ceiling;
    read_options options;
    options.bounds = &bounds;
    options.section = section_;
    options.refuse_duplicates = true;
    const read_status status =
        reader.read(list, std::string_view{text.data(), text.size()}, text_shape::section, options, [] {});
    if (status.code == errc::out_of_memory) return status.code;
    if (!status || list.first_error()) return errc::invalid_image;
    const section_operations& ops = list.section(section_);
    std::uint32_t at = ops.begin;
    return matches(block_.root, list, at) && at == ops.end ? errc{} : errc::invalid_image;
  }

private:
  // Takes `n` bytes that must lie at `offset`.
  bool take(std::uint32_t offset, std::uint64_t n) noexcept {
    if (offset != cursor_ || n > block_.used - cursor_) return false;
    cursor_ += round8(static_cast<std::size_t>(n));
    return cursor_ <= block_.used;
  }

  bool check_layout(const record& r, std::uint32_t level) noexcept {
    // Only desired has versions and marks, only the properties have times (spec/twin.md 9.1, 9.3).
    if (section_ != section_name::desired && (r.is_extended() || r.version != 0)) return false;
    if ((section_ == section_name::root || section_ == section_name::tags) && r.time() != unknown_time) return false;
    if (r.is_extended() && !check_extension(r)) return false;
    const std::uint32_t code = r.code();
    if (code >= 1 && code <= record::max_inline) return !r.is_complex();
    if (code == record::in_block) {
      return (r.is_complex() || (r.size > record::max_inline && r.room == round8(r.size))) && r.size != 0 &&
             take(r.offset, r.size);
    }
    if (code != record::object) return false;
    if (r.offset == 0) return true;
    const std::uint32_t deepest = section_ == section_name::root ? bounds_.root_depth : bounds_.depth;
    if (level > deepest || r.offset != cursor_ || block_.used - cursor_ < sizeof(object)) return false;
    const object& o = *block_.object_of(r);
    if (o.count == 0 || o.count > o.capacity || o.capacity != round4(o.count) || o.dead != 0) return false;
    if (!take(r.offset, object::bytes(o.capacity))) return false;
    std::uint32_t own = 0;
    for (std::uint32_t i = 0; i < o.count; ++i) {
      const std::uint32_t id = o.ids()[i];
      if ((id & key_in_block) != 0) {
        ++own;
        if (!check_own_key(id)) return false;
      } else if (id >= root_member_count + keys_.size() || (id < root_member_count && !is_root_member(id, level))) {
        return false;
      }
      if (!check_layout(o.records()[i], level + 1)) return false;
    }
    return own == o.in_block;
  }

  // Only the root has root members, and it has not those that are kept elsewhere.
  bool is_root_member(std::uint32_t id, std::uint32_t level) const noexcept {
    const auto m = static_cast<root_member>(id);
    return section_ == section_name::root && level == 0 && m != root_member::tags && m != root_member::properties &&
           m != root_member::version;
  }

  bool check_own_key(std::uint32_t id) noexcept {
    const std::uint64_t offset = std::uint64_t{id & ~key_in_block} * 8;
    if (offset != cursor_ || block_.used - cursor_ < sizeof(block_key)) return false;
    const key_text key = block_.own_key(id);
    if (!take(cursor_, block_key::bytes(key.size))) return false;
    return key.quoted[0] == '"' && key.quoted[key.size + 1] == '"' && key.quoted[key.size + 2] == ':';
  }

  bool check_extension(const record& r) noexcept {
    if (r.version != cursor_ || block_.used - cursor_ < sizeof(extension)) return false;
    const extension& e = block_.extension_of(r);
    if (!take(r.version, sizeof e + std::uint64_t{e.by_size} + e.digest_size)) return false;
    if (e.by_size == 0) return e.digest_size == 0 && e.version > 0xffff'ffffu;
    return is_canonical_string(e.by()) && is_canonical_string(e.digest());
  }
  static bool is_canonical_string(std::string_view s) noexcept {
    if (s.size() < 2 || s.front() != '"' || s.back() != '"' || !is_utf8(s)) return false;
    for (std::size_t i = 1; i + 1 < s.size(); ++i) {
      const auto c = static_cast<unsigned char>(s[i]);
      if (c < 0x20 || c == '"') return false;
      if (c != '\\') continue;
      // Every canonical escape but those of quote and backslash starts a control character.
      const char* p = s.data() + i;
      const char* const end = s.data() + s.size() - 1;
      std::uint32_t value = 0;
      char again[8];
      const char* const start = p;
      if (!read_escape(p, end, value) || value >= 0x80) return false;
      const auto size = static_cast<std::size_t>(put_canonical_ascii(again, static_cast<unsigned char>(value)) - again);
      if (size != static_cast<std::size_t>(p - start) || std::memcmp(again, start, size) != 0) return false;
      i += size - 1;
    }
    return true;
  }

  // Whether the operations from `at` on make the members of `r`, and nothing else.
  bool matches(const record& r, const operation_list& list, std::uint32_t& at) const noexcept {
    bool same = true;
    block_.for_each(r, [&](std::uint32_t id, const record& member) {
      if (!same || at >= list.size()) {
        same = false;
        return;
      }
      const operation& op = list[at++];
      const key_text key = block_.key(keys_, id);
      same = op.key_size == key.size && std::memcmp(op.key, key.name(), key.size) == 0 &&
             unescaped_length(op.key, op.key_size) == key.counted;
      if (!same) return;
      if (member.is_object()) {
        same = op.kind == operation_kind::push && matches(member, list, at) && at < list.size() &&
               list[at++].kind == operation_kind::pop;
        return;
      }
      const std::string_view value = block_.leaf(member);
      // A string may be marked for a closer look that does not need it: its source had escapes.
      const bool marked = op.complex == member.is_complex() || (member.is_complex() && value[0] == '"');
      same = op.kind == operation_kind::set && op.value_size == value.size() &&
             std::memcmp(op.value, value.data(), value.size()) == 0 && marked &&
             op.counted == block_.counted_of(member);
    });
    return same;
  }

  const block& block_;
  const key_store& keys_;
  const section_name section_;
  const limits& bounds_;
  std::uint32_t cursor_ = sizeof(block);
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_IMAGE_CHECK_HPP
