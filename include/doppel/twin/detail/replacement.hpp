// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_REPLACEMENT_HPP
#define DOPPEL_TWIN_DETAIL_REPLACEMENT_HPP

#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/change_recorder.hpp>

#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The member of `from` with the key that `id` is in another block of the same owner, or null.
inline const record* same_member(const block& b, const record& from, const block& other, std::uint32_t id,
                                 const key_store& keys) noexcept {
  const object* const o = b.object_of(from);
  if (o == nullptr) return nullptr;
  const key_text key = other.key(keys, id);
  // A key that one block carries may have found room in the table before the other block was built.
  const std::uint32_t known = (id & key_in_block) != 0 ? keys.find(key.name(), key.size) : id;
  const std::uint32_t at = b.find(*o, known, key.name(), key.size);
  return at == o->count ? nullptr : o->records() + at;
}

/// Records that a section became another one, in the form of spec/twin.md 7.7: all of the new
/// content, and a removal for every key that vanished, through objects that both have.
inline void record_replacement(change_recorder& out, const block* old_block, const record* old, const block& now_block,
                               const record& now, const key_store& keys) noexcept {
  now_block.for_each(now, [&](std::uint32_t id, const record& member) {
    const key_text key = now_block.key(keys, id);
    const record* const before = old == nullptr ? nullptr : same_member(*old_block, *old, now_block, id, keys);
    const std::string_view name{key.name(), key.size};
    // Nothing is read from the block of a member that was not there.
    const block& from = old_block == nullptr ? now_block : *old_block;
    if (!member.is_object()) {
      const std::string_view value = now_block.leaf(member);
      char padded[record::max_inline + copy_slack];
      std::string_view readable = value;
      if (member.code() <= record::max_inline) {
        std::memcpy(padded, value.data(), value.size());
        readable = {padded, value.size()};
      }
      out.set(name, readable, member.is_complex(), now_block.counted_of(member), from, before, keys);
      return;
    }
    const object* const o = now_block.object_of(member);
    out.push(name, o == nullptr ? 0 : o->live(), from, before, keys);
    record_replacement(out, old_block, before != nullptr && before->is_object() ? before : nullptr, now_block, member,
                       keys);
    out.pop();
  });
  if (old == nullptr) return;
  old_block->for_each(*old, [&](std::uint32_t id, const record& member) {
    if (same_member(now_block, now, *old_block, id, keys) != nullptr) return;
    const key_text key = old_block->key(keys, id);
    out.erase({key.name(), key.size}, *old_block, &member, keys);
  });
}

inline void record_replacement(change_recorder& out, const block* old_block, const block& now,
                               const key_store& keys) noexcept {
  record_replacement(out, old_block, old_block == nullptr ? nullptr : &old_block->root, now, now.root, keys);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_REPLACEMENT_HPP
