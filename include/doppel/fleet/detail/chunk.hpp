// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_CHUNK_HPP
#define DOPPEL_FLEET_DETAIL_CHUNK_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/chunk_columns.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/fleet/options.hpp>
#include <doppel/fleet/row.hpp>
#include <doppel/twin/key_table.hpp>
#include <doppel/twin/twin.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Twins, or pictures of them, with their places in the range of a chunk's numbers.
template <class Twin>
class chunk_rows {
public:
  explicit chunk_rows(memory_ref memory) noexcept : memory_(memory), offsets_(memory) {}
  chunk_rows(const chunk_rows&) = delete;
  chunk_rows& operator=(const chunk_rows&) = delete;
  ~chunk_rows() { release(); }

  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] Twin& operator[](std::uint32_t i) noexcept { return twins_[i]; }
  [[nodiscard]] const Twin& operator[](std::uint32_t i) const noexcept { return twins_[i]; }
  /// Distance of a row's number from that of the chunk's first.
  [[nodiscard]] std::uint32_t offset(std::uint32_t i) const noexcept { return is_dense_ ? i : offsets_.data()[i]; }
  /// The first row whose offset is not below one.
  [[nodiscard]] std::uint32_t lower_bound(std::uint32_t offset) const noexcept {
    if (is_dense_) return (std::min)(offset, size_);
    const std::uint16_t* const begin = offsets_.data();
    return static_cast<std::uint32_t>(std::lower_bound(begin, begin + size_, offset) - begin);
  }

  /// Room for one more, of `most`. False when memory is refused.
  [[nodiscard]] bool reserve(std::uint32_t most) noexcept {
    if (size_ < capacity_) return true;
    const std::uint32_t wanted = (std::min)((std::max)(capacity_ * 2, 8u), most);
    return reserve_exactly(wanted);
  }
  [[nodiscard]] bool reserve_exactly(std::uint32_t wanted) noexcept {
    if (wanted <= capacity_) return true;
    if (!offsets_.reserve(wanted, size_)) return false;
    void* const p = memory_.try_allocate(wanted * sizeof(Twin));
    if (p == nullptr) return false;
    auto* const grown = static_cast<Twin*>(p);
    for (std::uint32_t i = 0; i != size_; ++i) {
      new (grown + i) Twin(std::move(twins_[i]));
      std::destroy_at(twins_ + i);
    }
    if (twins_ != nullptr) memory_.deallocate(twins_, capacity_ * sizeof(Twin));
    twins_ = grown;
    capacity_ = wanted;
    return true;
  }
  /// Adds a row, after `reserve`.
  void add(std::uint32_t offset, Twin&& t) noexcept {
    new (twins_ + size_) Twin(std::move(t));
    is_dense_ = is_dense_ && offset == size_;
    offsets_.data()[size_++] = static_cast<std::uint16_t>(offset);
  }
  /// Squeezes out the rows that are not in `live`.
  void squeeze(const row_set& live) noexcept {
    std::uint32_t to = 0;
    for (std::uint32_t i = live.next(0); i < size_; i = live.next(i + 1), ++to) {
      if (i == to) continue;
      is_dense_ = false;
      twins_[to].swap(twins_[i]);
      offsets_.data()[to] = offsets_.data()[i];
    }
    while (size_ != to) std::destroy_at(twins_ + --size_);
  }
  void release() noexcept {
    while (size_ != 0) std::destroy_at(twins_ + --size_);
    if (twins_ != nullptr) memory_.deallocate(twins_, capacity_ * sizeof(Twin));
    twins_ = nullptr;
    capacity_ = 0;
    is_dense_ = true;
    offsets_.release();
  }
  void swap(chunk_rows& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(twins_, other.twins_);
    offsets_.swap(other.offsets_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(is_dense_, other.is_dense_);
  }

  /// Bytes allocated, without what the twins hold beyond themselves.
  [[nodiscard]] std::size_t bytes_held() const noexcept {
    return capacity_ * sizeof(Twin) + offsets_.capacity() * sizeof(std::uint16_t);
  }

private:
  memory_ref memory_;
  Twin* twins_ = nullptr;
  array<std::uint16_t> offsets_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
  bool is_dense_ = true;  // row i has offset i
};

/// Up to `fleet_options::max_chunk_rows` rows: the twins whose numbers are in one range, in order, with one lock and
/// one table of keys. All but `mutex` and `first` is guarded by `mutex`.
template <class Policy>
class alignas(64) chunk {
public:
  using twin_type = basic_twin<Policy>;
  using cut_type = chunk_rows<twin_snapshot<Policy>>;
  static constexpr std::uint32_t nowhere = static_cast<std::uint32_t>(-1);

  chunk(row_number first_row, std::uint64_t cut, memory_ref memory) noexcept
      : first(first_row), rows_(memory), preserved_(memory), columns_(memory), cut_(cut) {}

  mutable typename Policy::mutex_type mutex;
  const row_number first;

  /// Slots of rows, those of erased ones included.
  [[nodiscard]] std::uint32_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] const row_set& live() const noexcept { return live_; }
  [[nodiscard]] std::uint32_t live_count() const noexcept { return live_count_; }
  [[nodiscard]] twin_type& operator[](std::uint32_t slot) noexcept { return rows_[slot]; }
  [[nodiscard]] const twin_type& operator[](std::uint32_t slot) const noexcept { return rows_[slot]; }
  [[nodiscard]] row_number number(std::uint32_t slot) const noexcept { return first + rows_.offset(slot); }
  [[nodiscard]] const key_table& keys() const noexcept { return keys_; }
  [[nodiscard]] chunk_columns& columns() noexcept { return columns_; }
  [[nodiscard]] const chunk_columns& columns() const noexcept { return columns_; }
  /// Counts what changes rows.
  [[nodiscard]] std::uint64_t writes() const noexcept { return writes_; }
  void note_write() noexcept { ++writes_; }

  /// The slot of a row, which may have been erased; `nowhere` if there is none.
  [[nodiscard]] std::uint32_t slot_of(row_number n) const noexcept {
    const auto offset = static_cast<std::uint32_t>(n - first);
    const std::uint32_t slot = rows_.lower_bound(offset);
    return slot < size() && rows_.offset(slot) == offset ? slot : nowhere;
  }
  /// The slot of the first row whose number is not below one.
  [[nodiscard]] std::uint32_t slot_from(row_number n) const noexcept {
    return n <= first ? 0 : rows_.lower_bound(static_cast<std::uint32_t>(n - first));
  }

  /// Room for one more row, and a table of keys. False when memory is refused.
  [[nodiscard]] bool reserve(const fleet_options& options, memory_ref memory) noexcept {
    if (!keys_) {
      auto made = key_table::create(options.limits, memory, options.seed);
      if (!made) return false;
      keys_ = *std::move(made);
    }
    return rows_.reserve(options.chunk_rows);
  }
  /// Has the rows use a table that is there. There are none yet.
  void use_keys(key_table keys) noexcept { keys_ = std::move(keys); }
  /// Adds a row, after `reserve`.
  void add(row_number n, twin_type&& t) noexcept {
    live_.add(size());
    ++live_count_;
    rows_.add(static_cast<std::uint32_t>(n - first), std::move(t));
    note_write();
  }
  /// Takes a row out; what is left of a chunk is squeezed when half is dead. @return whether slots have moved
  bool erase(std::uint32_t slot, twin_type& taken) noexcept {
    taken.swap(rows_[slot]);
    live_.remove(slot);
    --live_count_;
    note_write();
    if (live_count_ == 0) {
      rows_.release();
      columns_.clear();
      keys_ = {};
    } else if (size() >= 32 && live_count_ * 2 < size()) {
      rows_.squeeze(live_);
      columns_.squeeze(live_);
    } else {
      return false;
    }
    live_ = {};
    for (std::uint32_t i = 0; i != size(); ++i) live_.add(i);
    return true;
  }

  /// Keeps what the rows are for a cut that has been made since the last write. To be called before a write.
  void preserve(std::uint64_t cut) noexcept {
    if (cut_ == cut) return;
    cut_ = cut;
    preserved_.release();
    is_cut_whole_ = share_rows(preserved_);
    is_preserved_ = true;
  }
  /// The rows as they were at a cut; for each cut once. False when memory has been refused.
  [[nodiscard]] bool take_cut(std::uint64_t cut, cut_type& rows) noexcept {
    if (cut_ == cut && is_preserved_) {
      rows.swap(preserved_);
      is_preserved_ = false;
      return std::exchange(is_cut_whole_, true);
    }
    const bool was_empty = cut_ == cut;  // the chunk is younger than the cut
    cut_ = cut;
    return was_empty || share_rows(rows);
  }
  /// The chunk becomes part of a collection: no cut up to now knows it.
  void enter(std::uint64_t cut) noexcept { cut_ = cut; }
  /// Nobody wants the cut any more.
  void drop_cut() noexcept {
    preserved_.release();
    is_preserved_ = false;
  }

  /// @par Complexity
  /// Linear in the rows.
  [[nodiscard]] std::size_t bytes_held() const noexcept {
    std::size_t sum =
        sizeof *this + rows_.bytes_held() + preserved_.bytes_held() + keys_.bytes_held() + columns_.bytes();
    for (std::uint32_t i = 0; i != size(); ++i) sum += rows_[i].bytes_held() - sizeof(twin_type);
    return sum;
  }

private:
  bool share_rows(cut_type& to) const noexcept {
    if (!to.reserve_exactly(live_count_)) return false;
    for (std::uint32_t i = live_.next(0); i < size(); i = live_.next(i + 1)) {
      to.add(rows_.offset(i), rows_[i].snapshot());
    }
    return true;
  }

  chunk_rows<twin_type> rows_;
  cut_type preserved_;
  key_table keys_;
  chunk_columns columns_;
  row_set live_;
  std::uint32_t live_count_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t cut_;
  bool is_preserved_ = false;
  bool is_cut_whole_ = true;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_CHUNK_HPP
