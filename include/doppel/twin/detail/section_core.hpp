// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_SECTION_CORE_HPP
#define DOPPEL_TWIN_DETAIL_SECTION_CORE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/commit.hpp>
#include <doppel/twin/detail/key_store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Room that a full section moves through. It lives in the workspace; only when memory is refused
/// at the worst moment does a section keep it.
class spare_room {
public:
  static constexpr std::size_t workspace_part = 2;
  explicit spare_room(memory_ref memory) noexcept
      : bytes_(memory), others_{array<char>(memory), array<char>(memory), array<char>(memory)} {}

  /// Room for a block of `n` bytes; false when it is refused.
  [[nodiscard]] bool reserve(memory_ref memory, std::size_t n) noexcept {
    return n <= block::max_bytes && reserve_in(bytes_, memory, n + block::slack);
  }
  /// The same for each of `blocks` sections that are written together: all but the last may keep the room.
  [[nodiscard]] bool reserve_for(int blocks) noexcept {
    for (int i = 0; i + 1 < blocks; ++i) {
      if (!reserve_in(others_[i], bytes_.memory(), bytes_.capacity())) return false;
    }
    return true;
  }
  char* data() noexcept { return bytes_.data(); }
  std::size_t size() const noexcept { return bytes_.capacity(); }
  /// An empty block that fills the room.
  block* place() noexcept { return block::place(bytes_.data(), bytes_.capacity() - block::slack); }
  /// The block in it becomes somebody's own.
  void give_away() noexcept {
    bytes_.forget();
    bytes_.swap(others_[0]);
    others_[0].swap(others_[1]);
    others_[1].swap(others_[2]);
  }

private:
  static bool reserve_in(array<char>& room, memory_ref memory, std::size_t n) noexcept {
    if (!(room.memory() == memory)) room = array<char>(memory);
    return room.reserve(n);
  }

  array<char> bytes_;
  array<char> others_[3];
};

/// Owner of one block. Fallible steps end in `reserve_*`; `merge` and `adopt*` cannot fail.
/// No block stands for an empty section without stamps.
class section_core {
public:
  section_core() noexcept = default;
  section_core(const section_core&) = delete;
  section_core& operator=(const section_core&) = delete;

  const block* get() const noexcept { return block_; }
  /// The block, or null when it says no more than none would: an empty section without a stamp.
  const block* content() const noexcept {
    const record& r = root();
    const bool is_blank = members() == 0 && r.time() == unknown_time && r.version == 0;
    return is_blank ? nullptr : block_;
  }
  const record& root() const noexcept { return block_ != nullptr ? block_->root : empty_root(); }
  std::uint64_t counted() const noexcept { return block_ != nullptr ? block_->counted : 0; }
  std::uint64_t text() const noexcept { return block_ != nullptr ? block_->text : 2; }
  std::uint32_t members() const noexcept { return block_ != nullptr ? block_->members : 0; }
  std::size_t bytes_held() const noexcept { return block_ != nullptr ? block_->capacity + block::slack : 0; }
  std::size_t bytes_live() const noexcept { return block_ != nullptr ? block_->live : 0; }

  void swap(section_core& other) noexcept { std::swap(block_, other.block_); }
  void release(memory_ref memory) noexcept {
    if (block_ != nullptr) block_->release(memory);
    block_ = nullptr;
  }
  /// Takes over a block, and gives the old one back.
  void adopt(block* b, memory_ref memory) noexcept {
    release(memory);
    block_ = b;
  }

  /// Settles all memory that merging these operations may need. False when it is refused; the
  /// content is untouched in any case.
  [[nodiscard]] bool reserve_merge(const section_operations& ops, const write_stamp& stamp, spare_room& spare,
                                   memory_ref memory) noexcept {
    if (block_ == nullptr) {
      block_ = block::allocate(memory, round8(worst_case_bytes(0, ops, stamp)));
      return block_ != nullptr;
    }
    if (block_->owners.load(std::memory_order_acquire) != 1) {
      // A snapshot reads this block: write to a copy.
      block* const own = block_->clone(memory);
      if (own == nullptr) return false;
      adopt(own, memory);
    }
    return spare.reserve(memory, worst_case_bytes(block_->live, ops, stamp));
  }

  /// Merges, after `reserve_merge`.
  void merge(committer& c, const section_operations& ops, spare_room& spare, memory_ref memory) noexcept {
    block* const result = c.merge(block_, ops, spare.data(), spare.size());
    if (result != block_) {
      settle(result, spare, memory);
    } else if (block_->capacity > most_held(block_->live)) {
      shrink(memory);
    }
  }

  /// Takes over the block in the spare room, as a copy with little waste or, when memory is refused, with the room.
  void adopt_spare(block* built, spare_room& spare, memory_ref memory) noexcept {
    block* const copy = compact_copy(*built, memory);
    if (copy == nullptr) spare.give_away();
    adopt(copy != nullptr ? copy : built, memory);
  }

  /// An empty block with a stamp; null when memory is refused.
  static block* make_empty(const write_stamp& stamp, memory_ref memory) noexcept {
    block* const b = block::allocate(memory, sizeof(block) + stamp.object_extension());
    if (b == nullptr) return nullptr;
    b->root.head = record::head_of(stamp.time, false, false, record::object);
    b->root.version = static_cast<std::uint32_t>(stamp.version);
    if (stamp.is_wide()) b->extend(b->root, stamp.version);
    return b;
  }

private:
  // A copy with little waste and little room to spare; null when memory is refused.
  static block* compact_copy(const block& from, memory_ref memory) noexcept {
    const std::size_t capacity = round8(from.live + from.live / 16);
    block* const b = block::allocate(memory, capacity);
    if (b == nullptr) return nullptr;
    if (from.used <= capacity) {
      from.copy_into(*b);  // little waste: a plain copy will do
    } else {
      from.compact_into(*b);
    }
    return b;
  }

  static std::size_t comfortable(std::size_t live) noexcept { return round8(live + live / 3 + 512); }
  static std::size_t most_held(std::size_t live) noexcept { return live + live / 2 + 1024 - block::slack; }

  // The result lies in the spare room, newly compacted and then written to; it goes back to a block of the
  // right size. Nearly always it has little waste and goes as it is.
  void settle(block* moved, spare_room& spare, memory_ref memory) noexcept {
    const std::size_t live = moved->live;
    const std::size_t wanted = moved->used + live / 4 + 128;
    if (wanted <= block_->capacity && block_->capacity <= most_held(live)) return moved->copy_into(*block_);
    const std::size_t capacity = round8((std::max)(comfortable(live), wanted + live / 8));
    if (block* const fresh = block::allocate(memory, capacity <= most_held(live) ? capacity : comfortable(live))) {
      if (moved->used <= fresh->capacity) {
        moved->copy_into(*fresh);
      } else {
        moved->compact_into(*fresh);
      }
      adopt(fresh, memory);
    } else if (block_->capacity >= live) {
      block_->clear();
      moved->compact_into(*block_);
    } else {
      // Memory is refused and the old block is too small: the section keeps the spare room.
      spare.give_away();
      adopt(moved, memory);
    }
  }

  void shrink(memory_ref memory) noexcept {
    block* const fresh = block::allocate(memory, comfortable(block_->live));
    if (fresh == nullptr) return;
    block_->compact_into(*fresh);
    adopt(fresh, memory);
  }

  block* block_ = nullptr;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_SECTION_CORE_HPP
