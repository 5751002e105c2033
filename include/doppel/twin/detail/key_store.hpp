// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_KEY_STORE_HPP
#define DOPPEL_TWIN_DETAIL_KEY_STORE_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/detail/key_hash.hpp>
#include <doppel/base/detail/simd.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/twin/detail/root_members.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

inline constexpr std::uint32_t no_key = 0xffffffffu;
/// An id with this bit stands for a key whose text lies in the block, not in the table.
inline constexpr std::uint32_t key_in_block = 0x80000000u;

/// A key as text that is ready for output: `"name":`, canonical.
struct key_text {
  const char* quoted;     // at the opening quote; 16 bytes behind the colon can be read
  std::uint32_t size;     // of the name alone, as stored
  std::uint32_t counted;  // of the name unescaped, spec/twin.md 5.3

  const char* name() const noexcept { return quoted + 1; }
  std::uint32_t quoted_size() const noexcept { return size + 3; }
};

template <std::size_t... I>
constexpr auto make_root_member_texts(std::index_sequence<I...>) noexcept {
  return std::array<key_text, sizeof...(I)>{
      {key_text{root_member_names[I].quoted, root_member_names[I].size, root_member_names[I].size}...}};
}
inline constexpr auto root_member_texts = make_root_member_texts(std::make_index_sequence<root_member_count>());

/// The keys of one owner: append-only, seeded, capped. Texts, entries and published indexes never
/// move or change their meaning, so that snapshots may read while the owner's writer appends. Ids below
/// `root_member_count` are the names of root members, known to every table.
///
/// Keys that collide on purpose meet a bounded probe; they then stay outside the table, and the next
/// index has a new seed.
class key_store {
public:
  key_store(const key_store&) = delete;
  key_store& operator=(const key_store&) = delete;

  static key_store* make(const limits& bounds, memory_ref memory, std::uint64_t seed) noexcept {
    void* const p = memory.try_allocate(sizeof(key_store));
    return p == nullptr ? nullptr : new (p) key_store(bounds.keys_in_table, bounds.key_table_bytes, memory, seed);
  }
  /// A table of its own with the same keys under the same ids; null when memory is refused.
  key_store* clone(memory_ref memory) const noexcept {
    void* const p = memory.try_allocate(sizeof(key_store));
    if (p == nullptr) return nullptr;
    key_store* const copy = new (p) key_store(max_keys_, max_bytes_, memory, seed_);
    if (!copy->reserve(count(), key_bytes_)) return copy->release(), nullptr;
    for (std::uint32_t id = root_member_count; id < root_member_count + count(); ++id) {
      const key_text& key = (*this)[id];
      copy->append(key.name(), key.size, key.counted);
    }
    if (count() != 0) copy->fill(*copy->index_.load(std::memory_order_relaxed));
    return copy;
  }
  void acquire() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    const memory_ref memory = memory_;
    this->~key_store();
    memory.deallocate(this, sizeof(key_store));
  }

  /// Also beside a writer.
  std::uint32_t size() const noexcept { return count(); }
  std::size_t bytes_held() const noexcept { return bytes_held_ + sizeof(key_store); }

  const key_text& operator[](std::uint32_t id) const noexcept { return entries_.load(std::memory_order_acquire)[id]; }

  /// The seed of hashes; for writers, who alone can change it.
  std::uint64_t seed() const noexcept { return seed_; }
  std::uint32_t hash(const char* name, std::uint32_t size) const noexcept { return key_hash(seed_, name, size); }

  /// The id of a key with a hash by `seed()`, or `no_key`; for writers.
  /// `name` needs 16 readable bytes from any position, here and below.
  [[gnu::always_inline]] std::uint32_t find(const char* name, std::uint32_t size, std::uint32_t hash) const noexcept {
    const index* const x = index_.load(std::memory_order_relaxed);
    return x == nullptr ? no_key : find_in(*x, name, size, hash);
  }
  /// The id of a key, or `no_key`; also beside a writer.
  std::uint32_t find(const char* name, std::uint32_t size) const noexcept {
    const index* const x = index_.load(std::memory_order_acquire);
    return x == nullptr ? no_key : find_in(*x, name, size, key_hash(x->seed, name, size));
  }

  /// Whether `keys` further keys of `bytes` bytes fit without more memory.
  bool fits(std::uint32_t keys, std::size_t bytes) const noexcept {
    const index* const x = index_.load(std::memory_order_relaxed);
    return x != nullptr && !wants_seed_ && (std::size_t{count()} + keys) * 2 <= x->slot_count &&
           root_member_count + count() + keys <= entry_capacity_ && pages_ != nullptr &&
           pages_->capacity - pages_->used >= bytes + std::size_t{3} * keys + text_slack;
  }
  /// Makes sure that `keys` further keys of `bytes` bytes together can be added without memory.
  /// False when memory is refused.
  [[nodiscard]] bool reserve(std::uint32_t keys, std::size_t bytes) noexcept {
    if (keys > max_keys_ - count()) keys = max_keys_ - count();
    if (keys == 0) return true;
    return reserve_index(keys) && reserve_entries(keys) && reserve_text(keys, bytes);
  }

  /// Adds a key that `find` has not found, after `reserve`. `no_key` when the table is full or the
  /// key collides with too many others; the member then carries its key itself.
  std::uint32_t add(const char* name, std::uint32_t size, std::uint32_t counted, std::uint32_t hash) noexcept {
    if (count() == max_keys_ || key_bytes_ + size > max_bytes_) return no_key;
    index& x = *index_.load(std::memory_order_relaxed);
    const std::size_t mask = x.slot_count - 1;
    std::size_t slot = hash & mask;
    for (std::size_t probes = 0; x[slot].load(std::memory_order_relaxed) != 0; slot = (slot + 1) & mask) {
      if (++probes == max_probes) {
        wants_seed_ = reseeds_ < max_reseeds;
        return no_key;
      }
    }
    const std::uint32_t id = append(name, size, counted);
    x[slot].store(std::uint64_t{hash} << 32 | (id + 1), std::memory_order_release);
    return id;
  }

private:
  std::uint32_t count() const noexcept { return count_.load(std::memory_order_relaxed); }
  static constexpr std::size_t text_slack = 16;
  static constexpr std::size_t max_probes = 64;
  static constexpr int max_reseeds = 8;

  struct page {
    page* next;
    std::size_t capacity;
    std::size_t used;
  };
  using slot_type = std::atomic<std::uint64_t>;  // hash << 32 | id + 1
  /// Open addressing, at most half full; what it holds follows.
  struct index {
    index* older;
    std::uint64_t seed;
    std::size_t slot_count;
    slot_type& operator[](std::size_t i) noexcept { return reinterpret_cast<slot_type*>(this + 1)[i]; }
    const slot_type& operator[](std::size_t i) const noexcept {
      return reinterpret_cast<const slot_type*>(this + 1)[i];
    }
    static std::size_t bytes(std::size_t slot_count) noexcept { return sizeof(index) + slot_count * sizeof(slot_type); }
  };

  key_store(std::uint32_t max_keys, std::size_t max_bytes, memory_ref memory, std::uint64_t seed) noexcept
      : memory_(memory),
        max_keys_(max_keys),
        max_bytes_(max_bytes),
        seed_(seed ^ reinterpret_cast<std::uintptr_t>(this) * 0x9e3779b97f4a7c15u) {}
  ~key_store() {
    while (pages_ != nullptr) {
      page* const next = pages_->next;
      memory_.deallocate(pages_, sizeof(page) + pages_->capacity);
      pages_ = next;
    }
    free_entries(entries_.load(std::memory_order_relaxed));
    free_indexes(index_.load(std::memory_order_relaxed));
  }

  // The first slot nearly always decides; the rest of the probe stays out of the way.
  [[gnu::always_inline]] std::uint32_t find_in(const index& x, const char* name, std::uint32_t size,
                                               std::uint32_t hash) const noexcept {
    const std::uint64_t s = x[hash & (x.slot_count - 1)].load(std::memory_order_acquire);
    if (s == 0) return no_key;
    if (static_cast<std::uint32_t>(s >> 32) == hash) [[likely]] {
      const auto id = static_cast<std::uint32_t>(s) - 1;
      const key_text& key = (*this)[id];
      if (size <= 16 && key.size == size && equal_short(key.name(), name, size)) [[likely]]
        return id;
    }
    return probe(x, name, size, hash);
  }
  [[gnu::noinline]] std::uint32_t probe(const index& x, const char* name, std::uint32_t size,
                                        std::uint32_t hash) const noexcept {
    const std::size_t mask = x.slot_count - 1;
    for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
      const std::uint64_t s = x[slot].load(std::memory_order_acquire);
      if (s == 0) return no_key;
      if (static_cast<std::uint32_t>(s >> 32) == hash) {
        const auto id = static_cast<std::uint32_t>(s) - 1;
        const key_text& key = (*this)[id];
        if (key.size == size && equal_padded(key.name(), name, size)) return id;
      }
    }
  }

  std::uint32_t append(const char* name, std::uint32_t size, std::uint32_t counted) noexcept {
    DOPPEL_ASSERT(pages_->capacity - pages_->used >= size + 3u + text_slack);
    char* const text = reinterpret_cast<char*>(pages_ + 1) + pages_->used;
    text[0] = '"';
    std::memcpy(text + 1, name, size);
    text[size + 1] = '"';
    text[size + 2] = ':';
    pages_->used += size + 3u;
    key_bytes_ += size;
    const std::uint32_t id = root_member_count + count();
    count_.store(count() + 1, std::memory_order_relaxed);
    entries_.load(std::memory_order_relaxed)[id] = {text, size, counted};
    return id;
  }

  void fill(index& x) const noexcept {
    for (std::uint32_t id = root_member_count; id < root_member_count + count(); ++id) {
      const key_text& key = (*this)[id];
      const std::uint32_t h = key_hash(x.seed, key.name(), key.size);
      std::size_t slot = h & (x.slot_count - 1);
      while (x[slot].load(std::memory_order_relaxed) != 0) slot = (slot + 1) & (x.slot_count - 1);
      x[slot].store(std::uint64_t{h} << 32 | (id + 1), std::memory_order_relaxed);
    }
  }

  void free_indexes(index* x) noexcept {
    while (x != nullptr) {
      index* const older = x->older;
      bytes_held_ -= index::bytes(x->slot_count);
      memory_.deallocate(x, index::bytes(x->slot_count));
      x = older;
    }
  }

  bool reserve_index(std::uint32_t keys) noexcept {
    index* const old = index_.load(std::memory_order_relaxed);
    const std::size_t wanted = std::bit_ceil((std::size_t{count()} + keys) * 2);
    if (old != nullptr && wanted <= old->slot_count && !wants_seed_) return true;
    const std::size_t slot_count = old != nullptr && wanted < old->slot_count ? old->slot_count : wanted;
    void* const p = memory_.try_allocate(index::bytes(slot_count));
    if (p == nullptr) return false;
    if (wants_seed_) {
      seed_ = (seed_ ^ 0x2545f4914f6cdd1du) * 0x9e3779b97f4a7c15u + static_cast<std::uint64_t>(++reseeds_);
      wants_seed_ = false;
    }
    index* const x = new (p) index{old, seed_, slot_count};
    for (std::size_t i = 0; i < slot_count; ++i) new (&(*x)[i]) slot_type(0);
    fill(*x);
    bytes_held_ += index::bytes(slot_count);
    index_.store(x, std::memory_order_release);
    if (owners_.load(std::memory_order_acquire) == 1) {
      // Nobody else can be reading the older ones.
      free_indexes(std::exchange(x->older, nullptr));
    }
    return true;
  }

  // Entries lie together, those of root members first; in front of them is where the older ones are.
  struct entries_head {
    key_text* older;
    std::size_t bytes;
  };
  static entries_head& head_of(key_text* entries) noexcept { return reinterpret_cast<entries_head*>(entries)[-1]; }

  void free_entries(key_text* entries) noexcept {
    while (entries != nullptr && entries != shared_entries()) {
      const entries_head head = head_of(entries);
      bytes_held_ -= head.bytes;
      memory_.deallocate(&head_of(entries), head.bytes);
      entries = head.older;
    }
  }

  bool reserve_entries(std::uint32_t keys) noexcept {
    const std::uint32_t used = root_member_count + count();
    if (used + keys <= entry_capacity_) return true;
    const std::uint32_t capacity = (std::max)(used + keys, entry_capacity_ + entry_capacity_ / 2 + 28);
    const std::size_t bytes = sizeof(entries_head) + capacity * sizeof(key_text);
    void* const p = memory_.try_allocate(bytes);
    if (p == nullptr) return false;
    key_text* const old = entries_.load(std::memory_order_relaxed);
    auto* const grown = reinterpret_cast<key_text*>(new (p) entries_head{old, bytes} + 1);
    std::memcpy(grown, old, used * sizeof(key_text));
    bytes_held_ += bytes;
    entry_capacity_ = capacity;
    entries_.store(grown, std::memory_order_release);
    if (owners_.load(std::memory_order_acquire) == 1) free_entries(std::exchange(head_of(grown).older, nullptr));
    return true;
  }

  bool reserve_text(std::uint32_t keys, std::size_t bytes) noexcept {
    const std::size_t left = key_bytes_ < max_bytes_ ? max_bytes_ - key_bytes_ : 0;
    const std::size_t wanted = (bytes < left ? bytes : left) + keys * std::size_t{3} + text_slack;
    if (pages_ != nullptr && pages_->capacity - pages_->used >= wanted) return true;
    std::size_t capacity = pages_ == nullptr ? 488 : pages_->capacity * 2;
    if (capacity > 65'000) capacity = 65'000;
    if (capacity < wanted) capacity = wanted;
    void* const p = memory_.try_allocate(sizeof(page) + capacity);
    if (p == nullptr) return false;
    pages_ = new (p) page{pages_, capacity, 0};
    bytes_held_ += sizeof(page) + capacity;
    return true;
  }

  memory_ref memory_;
  std::uint32_t max_keys_;
  std::size_t max_bytes_;
  std::uint64_t seed_;
  std::atomic<std::uint32_t> count_{0};
  std::uint32_t entry_capacity_ = 0;
  int reseeds_ = 0;
  bool wants_seed_ = false;
  std::size_t key_bytes_ = 0;
  std::size_t bytes_held_ = 0;
  std::atomic<index*> index_{nullptr};
  // Only read through while there are no keys of its own.
  static key_text* shared_entries() noexcept { return const_cast<key_text*>(root_member_texts.data()); }
  std::atomic<key_text*> entries_{shared_entries()};
  page* pages_ = nullptr;
  std::atomic<std::uint32_t> owners_{1};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_KEY_STORE_HPP
