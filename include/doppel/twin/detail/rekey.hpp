// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_REKEY_HPP
#define DOPPEL_TWIN_DETAIL_REKEY_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/key_store.hpp>
#include <doppel/twin/detail/section_core.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <cstddef>
#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Copies a twin to another owner, whose table knows its keys by other numbers.
class rekeyer {
public:
  /// @param to an empty twin with a table
  rekeyer(const twin_core& from, twin_core& to, spare_room& spare) noexcept
      : from_(from), to_(to), keys_(*to.keys()), spare_(spare), ids_(to.memory()) {}

  /// False when memory is refused; then the table is as it was, and `to` empty.
  bool run() noexcept {
    if (!number_keys() || !keys_.reserve(missing_, missing_bytes_)) return false;
    int sections = 0;
    for (const section_name s : all_sections) {
      const block* const b = from_.section(s).content();
      if (b == nullptr) continue;
      // Should the table be full, members carry their keys.
      const std::size_t own_keys = missing_ == 0 ? 0 : own_key_bytes(*b, b->root);
      if (!spare_.reserve(to_.memory(), b->live + own_keys)) return false;
      ++sections;
    }
    if (!spare_.reserve_for(sections)) return false;
    // From here on nothing fails: keys go into the table.
    for (const section_name s : all_sections) {
      const block* const b = from_.section(s).content();
      if (b == nullptr) continue;
      block* const copy = spare_.place();
      b->compact_into(*copy);
      if (from_.keys() != nullptr) move_keys(*copy, copy->root);
      to_.adopt_spare(s, copy, spare_);
    }
    to_.count() = from_.count();
    return true;
  }

private:
  static constexpr std::uint32_t not_seen = no_key - 1;  // the table does not know the key, as far as is known

  bool number_keys() noexcept {
    if (from_.keys() == nullptr) return true;
    const std::uint32_t known = root_member_count + from_.keys()->size();
    if (!ids_.reserve(known)) return false;
    for (std::uint32_t id = 0; id != known; ++id) ids_.data()[id] = id < root_member_count ? id : not_seen;
    for (const section_name s : all_sections) {
      const block* const b = from_.section(s).content();
      if (b != nullptr) find_keys(*b, b->root);
    }
    return true;
  }
  void find_keys(const block& b, const record& r) noexcept {
    b.for_each(r, [&](std::uint32_t id, const record& member) {
      if ((id & key_in_block) == 0 && ids_.data()[id] == not_seen) {
        const key_text& key = (*from_.keys())[id];
        ids_.data()[id] = keys_.find(key.name(), key.size);
        if (ids_.data()[id] == no_key) {
          ++missing_;
          missing_bytes_ += key.size;
        }
      }
      if (member.is_object()) find_keys(b, member);
    });
  }
  std::size_t own_key_bytes(const block& b, const record& r) const noexcept {
    std::size_t sum = 0;
    b.for_each(r, [&](std::uint32_t id, const record& member) {
      if ((id & key_in_block) == 0 && ids_.data()[id] == no_key) {
        sum += round8(block_key::bytes((*from_.keys())[id].size));
      }
      if (member.is_object()) sum += own_key_bytes(b, member);
    });
    return sum;
  }
  void move_keys(block& b, const record& r) noexcept {
    object* const o = r.is_object() ? b.object_of(r) : nullptr;
    if (o == nullptr) return;
    for (std::uint32_t i = 0; i != o->count; ++i) {
      std::uint32_t& id = o->ids()[i];
      if ((id & key_in_block) == 0) {
        const key_text& key = (*from_.keys())[id];
        std::uint32_t& known = ids_.data()[id];
        if (known == no_key) known = keys_.add(key.name(), key.size, key.counted, keys_.hash(key.name(), key.size));
        id = known;
        if (id == no_key) {
          id = b.put_key(key.name(), key.size, key.counted);
          ++o->in_block;
          b.live = b.used;
        }
      }
      move_keys(b, o->records()[i]);
    }
  }

  const twin_core& from_;
  twin_core& to_;
  key_store& keys_;
  spare_room& spare_;
  array<std::uint32_t> ids_;  // by id in the old table
  std::uint32_t missing_ = 0;
  std::size_t missing_bytes_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_REKEY_HPP
