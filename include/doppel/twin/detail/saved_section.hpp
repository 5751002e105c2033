// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_SAVED_SECTION_HPP
#define DOPPEL_TWIN_DETAIL_SAVED_SECTION_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/saved_keys.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

// A section as saved: what its block says, without the room that a block keeps and without offsets, so that no offset
// can be wrong. Nothing is aligned.
//
//   section = record of the section | content
//   content of an object = key id[n] | record[n] | keys of its own | for each member: extension | leaf text or content
//   key of its own = size (4 bytes) | text
//
// A record is that of a block, but with the number of members in place of an object's offset, and zeros in place of
// what else tells a place or can be computed.
namespace doppel {
inline namespace v0 {
namespace detail {

/// Notes the keys that a section uses. False when memory is refused.
[[nodiscard]] inline bool collect_keys(const block& b, const record& r, key_collector& keys) noexcept {
  bool done = true;
  b.for_each(r, [&](std::uint32_t id, const record& member) {
    if ((id & key_in_block) == 0) done = done && keys.collect(id);
    if (member.is_object()) done = done && collect_keys(b, member, keys);
  });
  return done;
}

/// Writes sections to the end of a buffer.
class section_saver {
public:
  explicit section_saver(text_buffer& out) noexcept : out_(out) {}

  /// @param ids what ids become, by `collect_keys`
  /// @return false when memory is refused; then nothing is written
  [[nodiscard]] bool write(const block& b, const std::uint32_t* ids) noexcept {
    // No part is larger than in a compacted block.
    if (!out_.reserve_more(b.live)) return false;
    ids_ = ids;
    to_ = out_.end();
    put(saved_form(b, b.root));
    put_outside(b, b.root);
    out_.set_end(to_);
    return true;
  }

private:
  template <class T>
  void put(const T& value) noexcept {
    std::memcpy(to_, &value, sizeof value);
    to_ += sizeof value;
  }
  void put(const void* bytes, std::size_t n) noexcept {
    std::memcpy(to_, bytes, n);
    to_ += n;
  }

  static record saved_form(const block& b, const record& r) noexcept {
    record saved = r;
    if (r.is_extended()) saved.version = 0;
    const std::uint32_t code = r.code();
    if (code <= record::max_inline) {
      // Behind a short leaf may lie what followed it in its text.
      std::memset(saved.inline_text() + code, 0, record::max_inline - code);
      return saved;
    }
    const object* const o = r.is_object() ? b.object_of(r) : nullptr;
    saved.offset = o == nullptr ? 0 : o->live();
    if (r.is_object()) saved.size = 0;
    saved.room = 0;
    return saved;
  }

  // What a record refers to.
  void put_outside(const block& b, const record& r) noexcept {
    if (r.is_extended()) put(&b.extension_of(r), b.extension_of(r).bytes());
    if (r.code() == record::in_block) return put(b.at(r.offset), r.size);
    const object* const o = r.is_object() ? b.object_of(r) : nullptr;
    if (o == nullptr) return;
    b.for_each(r, [&](std::uint32_t id, const record&) { put((id & key_in_block) != 0 ? key_in_block : ids_[id]); });
    b.for_each(r, [&](std::uint32_t, const record& member) { put(saved_form(b, member)); });
    if (o->in_block != 0) {
      b.for_each(r, [&](std::uint32_t id, const record&) {
        if ((id & key_in_block) == 0) return;
        const key_text key = b.own_key(id);
        put(key.size);
        put(key.name(), key.size);
      });
    }
    b.for_each(r, [&](std::uint32_t, const record& member) {
      if (member.code() > record::max_inline || member.is_extended()) put_outside(b, member);
    });
  }

  text_buffer& out_;
  const std::uint32_t* ids_ = nullptr;
  char* to_ = nullptr;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_SAVED_SECTION_HPP
