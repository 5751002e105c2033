// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_ID_INDEX_HPP
#define DOPPEL_FLEET_DETAIL_ID_INDEX_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/row.hpp>
#include <doppel/query/detail/siphash.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Hash of an id; who does not know the seed can find no two ids of one hash.
inline std::uint64_t hash_of(const twin_id& id, std::uint64_t seed) noexcept {
  const std::uint64_t device = siphash(seed, 0)(id.device_id);
  return id.module_id.empty() ? device : siphash(seed, device)(id.module_id);
}

/// Which rows have an id of some hash: a part of the index, guarded by one lock. The ids themselves are in the twins.
template <class Policy>
class alignas(64) id_shard {
public:
  typename Policy::mutex_type mutex;

  void set_memory(memory_ref memory) noexcept { entries_ = array<entry>(memory); }

  /// Calls `f(row_number)` for the rows with a hash until one returns true.
  template <class F>
  bool any(std::uint64_t hash, F&& f) const {
    if (entries_.capacity() == 0) return false;
    for (std::size_t i = home(hash);; i = next(i)) {
      const entry& e = entries_.data()[i];
      if (e.number == none) return false;
      if (e.hash == hash && f(e.number)) return true;
    }
  }

  /// Room for one more. False when memory is refused.
  [[nodiscard]] bool reserve() noexcept {
    if ((size_ + 1) * 4 <= slot_count() * 3) return true;
    array<entry> grown(entries_.memory());
    const std::size_t slots = slot_count() == 0 ? 16 : slot_count() * 2;
    if (!grown.reserve(slots)) return false;
    for (std::size_t i = 0; i != slots; ++i) grown.data()[i] = {0, none};
    grown.swap(entries_);
    mask_ = slots - 1;
    for (std::size_t i = 0; i != slots / 2 && grown.capacity() != 0; ++i) {
      if (grown.data()[i].number != none) put(grown.data()[i]);
    }
    return true;
  }
  /// Adds a row, after `reserve`.
  void add(std::uint64_t hash, row_number number) noexcept {
    put({hash, number});
    ++size_;
  }
  void remove(std::uint64_t hash, row_number number) noexcept {
    entry* const entries = entries_.data();
    std::size_t hole = home(hash);
    while (entries[hole].number != number) hole = next(hole);
    // What stands behind and wants to be nearer to its home moves up.
    for (std::size_t i = next(hole); entries[i].number != none; i = next(i)) {
      if (((i - home(entries[i].hash)) & mask_) < ((i - hole) & mask_)) continue;
      entries[hole] = entries[i];
      hole = i;
    }
    entries[hole].number = none;
    --size_;
  }

  /// Exchanges what they know. Nobody else knows either.
  void swap_entries(id_shard& other) noexcept {
    entries_.swap(other.entries_);
    std::swap(mask_, other.mask_);
    std::swap(size_, other.size_);
  }

  [[nodiscard]] std::size_t bytes_held() const noexcept { return entries_.capacity() * sizeof(entry); }

private:
  static constexpr row_number none = static_cast<row_number>(-1);
  struct entry {
    std::uint64_t hash;
    row_number number;
  };

  std::size_t slot_count() const noexcept { return entries_.capacity() == 0 ? 0 : mask_ + 1; }
  // The lowest bits choose the shard.
  std::size_t home(std::uint64_t hash) const noexcept { return (hash >> 8) & mask_; }
  std::size_t next(std::size_t i) const noexcept { return (i + 1) & mask_; }
  void put(const entry& e) noexcept {
    std::size_t i = home(e.hash);
    while (entries_.data()[i].number != none) i = next(i);
    entries_.data()[i] = e;
  }

  array<entry> entries_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

/// Where the twins of a collection are by their ids.
template <class Policy>
class id_index {
public:
  explicit id_index(memory_ref memory) noexcept {
    for (id_shard<Policy>& s : shards_) s.set_memory(memory);
  }

  id_shard<Policy>& shard(std::uint64_t hash) noexcept { return shards_[hash % shard_count]; }

  /// Exchanges what they know. Nobody else knows either.
  void swap_entries(id_index& other) noexcept {
    for (std::size_t i = 0; i != shard_count; ++i) shards_[i].swap_entries(other.shards_[i]);
  }

  [[nodiscard]] std::size_t bytes_held() noexcept {
    std::size_t sum = 0;
    for (id_shard<Policy>& s : shards_) {
      const std::shared_lock lock(s.mutex);
      sum += s.bytes_held();
    }
    return sum;
  }

private:
  static constexpr std::size_t shard_count = 64;
  id_shard<Policy> shards_[shard_count];
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_ID_INDEX_HPP
