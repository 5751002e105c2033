// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_CHUNK_COLUMNS_HPP
#define DOPPEL_FLEET_COLUMNS_CHUNK_COLUMNS_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column.hpp>
#include <doppel/fleet/columns/column_limits.hpp>
#include <doppel/fleet/columns/column_segment.hpp>
#include <doppel/fleet/columns/column_watch.hpp>
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
  explicit chunk_columns(memory_ref memory) noexcept
      : entries_(memory), watch_(memory), memory_(memory) {}
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
    if (!watch_.add(c.path())) {
      memory_.deallocate(place, sizeof(column_segment));
      return false;
    }
    c.acquire();
    entry& e = entries_.data()[size_++];
    e = {&c, new (place) column_segment(std::move(made)), 0, true};
    count_bytes(e);
    return true;
  }
  /// Takes the segment of a column out.
  void drop(const column& c) noexcept {
    for (std::uint32_t i = 0; i != size_; ++i) {
      if (entries_.data()[i].owner == &c) entries_.data()[i].is_good = false;
    }
    drop_bad();
  }
  void clear() noexcept {
    for (std::uint32_t i = 0; i != size_; ++i) entries_.data()[i].is_good = false;
    drop_bad();
  }

  /// A twin has been written to.
  void note_change(std::uint32_t slot, const twin_core& t, const change& c, const column_limits& limits) noexcept {
    bool is_good = true;
    watch_.visit(c, [&](std::uint32_t i, const cell* now) {
      entry& e = entries_.data()[i];
      if (!e.is_good) return;
      e.is_good = now != nullptr ? e.segment->put(slot, *now, limits.segment)
                                 : e.segment->set(slot, t, e.owner->path(), limits.segment);
      is_good = is_good && e.is_good;
      count_bytes(e);
    });
    if (!is_good) drop_bad();
  }
  /// A twin has been added behind all others.
  void note_row(std::uint32_t slot, const twin_core& t, const column_limits& limits) noexcept {
    bool is_good = true;
    for (std::uint32_t i = 0; i != size_; ++i) {
      entry& e = entries_.data()[i];
      e.is_good = e.segment->set(slot, t, e.owner->path(), limits.segment);
      is_good = is_good && e.is_good;
      count_bytes(e);
    }
    if (!is_good) drop_bad();
  }
  /// Slots have moved.
  void squeeze(const row_set& live) noexcept {
    for (std::uint32_t i = 0; i != size_; ++i) entries_.data()[i].segment->squeeze(live);
  }

private:
  struct entry {
    column* owner;
    column_segment* segment;
    std::size_t bytes;
    bool is_good;
  };

  [[nodiscard]] const column_segment& segment(std::uint32_t i) const noexcept { return *entries_.data()[i].segment; }

  void count_bytes(entry& e) noexcept {
    const std::size_t bytes = e.segment->bytes_held();
    bytes_ += bytes - e.bytes;
    e.bytes = bytes;
  }

  // The watch numbers its columns as they come: it is made anew for those that stay, or none stays.
  [[gnu::noinline]] void drop_bad() noexcept {
    column_watch watch(memory_);
    bool is_watched = true;
    for (std::uint32_t i = 0; i != size_; ++i) {
      if (entries_.data()[i].is_good) is_watched = is_watched && watch.add(entries_.data()[i].owner->path());
    }
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i != size_; ++i) {
      const entry e = entries_.data()[i];
      if (e.is_good && is_watched) {
        entries_.data()[kept++] = e;
        continue;
      }
      bytes_ -= e.bytes;
      std::destroy_at(e.segment);
      memory_.deallocate(e.segment, sizeof(column_segment));
      e.owner->release();
    }
    size_ = kept;
    watch_ = is_watched ? std::move(watch) : column_watch(memory_);
    if (size_ == 0) entries_.release();
  }

  array<entry> entries_;
  column_watch watch_;  // numbered as the entries are
  memory_ref memory_;
  std::uint32_t size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_CHUNK_COLUMNS_HPP
