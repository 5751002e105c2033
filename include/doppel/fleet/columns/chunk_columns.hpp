// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_CHUNK_COLUMNS_HPP
#define DOPPEL_FLEET_COLUMNS_CHUNK_COLUMNS_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column.hpp>
#include <doppel/fleet/columns/column_keys.hpp>
#include <doppel/fleet/columns/column_limits.hpp>
#include <doppel/fleet/columns/column_segment.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The segments of one chunk. Guarded by the chunk's lock; what changes it says how many bytes it holds afterwards.
class chunk_columns {
public:
  explicit chunk_columns(memory_ref memory) noexcept : entries_(memory), memory_(memory) {}
  chunk_columns(const chunk_columns&) = delete;
  chunk_columns& operator=(const chunk_columns&) = delete;
  ~chunk_columns() { clear(); }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::uint32_t unsuitable() const noexcept {
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i != size_; ++i) count += segment(i).kind() == column_kind::unsuitable;
    return count;
  }

  /// The segment of a column, or null.
  [[nodiscard]] const column_segment* find(const column& c) const noexcept {
    for (std::uint32_t i = 0; i != size_; ++i) {
      if (entries_.data()[i].owner == &c) return entries_.data()[i].segment;
    }
    return nullptr;
  }

  /// Takes a segment of a column that has none here. False when memory is refused.
  bool publish(column& c, column_segment&& made) noexcept {
    if (c.is_dropped() || find(c) != nullptr) return true;
    if (!entries_.reserve(size_ + std::size_t{1}, size_)) return false;
    void* const place = memory_.try_allocate(sizeof(column_segment));
    if (place == nullptr) return false;
    c.acquire();
    entry& e = entries_.data()[size_++];
    e = {c.keys(), &c, new (place) column_segment(std::move(made)), 0};
    count_bytes(e);
    return true;
  }
  /// Takes the segment of a column out.
  void drop(const column& c) noexcept {
    for (std::uint32_t i = 0; i != size_; ++i) {
      if (entries_.data()[i].owner == &c) return drop_entry(i);
    }
  }
  void clear() noexcept {
    while (size_ != 0) drop_entry(size_ - 1);
  }

  /// A twin has been written to.
  void note_change(std::uint32_t slot, const twin_core& t, const change& c, const column_limits& limits) noexcept {
    if (size_ == 0) return;
    const change_keys touched(c);
    for (std::uint32_t i = size_; i-- != 0;) {
      if (touched.may_touch(entries_.data()[i].keys)) set(i, slot, t, limits);
    }
  }
  /// A twin has been added behind all others.
  void note_row(std::uint32_t slot, const twin_core& t, const column_limits& limits) noexcept {
    for (std::uint32_t i = size_; i-- != 0;) set(i, slot, t, limits);
  }
  /// Slots have moved.
  void squeeze(const row_set& live) noexcept {
    for (std::uint32_t i = 0; i != size_; ++i) entries_.data()[i].segment->squeeze(live);
  }

private:
  struct entry {
    column_keys keys;
    column* owner;
    column_segment* segment;
    std::size_t bytes;
  };

  [[nodiscard]] const column_segment& segment(std::uint32_t i) const noexcept { return *entries_.data()[i].segment; }

  void set(std::uint32_t i, std::uint32_t slot, const twin_core& t, const column_limits& limits) noexcept {
    entry& e = entries_.data()[i];
    if (!e.segment->set(slot, t, e.owner->path(), limits.segment)) return drop_entry(i);
    count_bytes(e);
  }
  void count_bytes(entry& e) noexcept {
    const std::size_t bytes = e.segment->bytes_held();
    bytes_ += bytes - e.bytes;
    e.bytes = bytes;
  }
  void drop_entry(std::uint32_t i) noexcept {
    const entry gone = std::exchange(entries_.data()[i], entries_.data()[size_ - 1]);
    --size_;
    bytes_ -= gone.bytes;
    std::destroy_at(gone.segment);
    memory_.deallocate(gone.segment, sizeof(column_segment));
    gone.owner->release();
    if (size_ == 0) entries_.release();
  }

  array<entry> entries_;
  memory_ref memory_;
  std::uint32_t size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_CHUNK_COLUMNS_HPP
