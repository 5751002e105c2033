// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_CHUNK_LIST_HPP
#define DOPPEL_FLEET_DETAIL_CHUNK_LIST_HPP

#include <doppel/base/memory.hpp>
#include <doppel/fleet/detail/chunk.hpp>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The chunks of a collection. They never move and live as long as the list, so that a reader needs no lock to get
/// at one; one thread at a time may add.
template <class Policy>
class chunk_list {
public:
  explicit chunk_list(memory_ref memory) noexcept : memory_(memory) {}
  chunk_list(const chunk_list&) = delete;
  chunk_list& operator=(const chunk_list&) = delete;
  ~chunk_list() {
    for (std::uint64_t i = size(); i-- != 0;) {
      chunk<Policy>* const c = &(*this)[i];
      std::destroy_at(c);
      memory_.deallocate(raw_of(c), chunk_bytes);
    }
    for (std::uint32_t s = 0; s != segment_count; ++s) {
      if (segments_[s].load(std::memory_order_relaxed) != nullptr) {
        memory_.deallocate(segments_[s].load(std::memory_order_relaxed), segment_size(s) * sizeof(void*));
      }
    }
  }

  /// In one order with all cuts: who sees a cut also sees the chunks with rows from before it.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_.load(); }
  /// @pre `i < size()`
  [[nodiscard]] chunk<Policy>& operator[](std::uint64_t i) const noexcept {
    const std::uint32_t s = segment_of(i);
    return *segments_[s].load(std::memory_order_acquire)[i - segment_begin(s)];
  }

  /// Adds a chunk. Null when memory is refused.
  [[nodiscard]] chunk<Policy>* add(row_number first, std::uint64_t cut) noexcept {
    const std::uint64_t i = size();
    const std::uint32_t s = segment_of(i);
    if (s >= segment_count) return nullptr;
    chunk<Policy>** segment = segments_[s].load(std::memory_order_relaxed);
    if (segment == nullptr) {
      segment = static_cast<chunk<Policy>**>(memory_.try_allocate(segment_size(s) * sizeof(void*)));
      if (segment == nullptr) return nullptr;
      segments_[s].store(segment, std::memory_order_release);
    }
    void* const raw = memory_.try_allocate(chunk_bytes);
    if (raw == nullptr) return nullptr;
    std::size_t room = chunk_bytes - sizeof(void*);
    void* place = static_cast<char*>(raw) + sizeof(void*);
    place = std::align(alignof(chunk<Policy>), sizeof(chunk<Policy>), place, room);
    auto* const c = new (place) chunk<Policy>(first, cut, memory_);
    raw_of(c) = raw;
    segment[i - segment_begin(s)] = c;
    size_.store(i + 1);
    return c;
  }

  /// Takes over the chunks of a list that nobody else knows. This one has none.
  void adopt(chunk_list& other) noexcept {
    for (std::uint32_t s = 0; s != segment_count; ++s) {
      chunk<Policy>** const own = segments_[s].load(std::memory_order_relaxed);
      segments_[s].store(other.segments_[s].load(std::memory_order_relaxed), std::memory_order_release);
      other.segments_[s].store(own, std::memory_order_relaxed);
    }
    size_.store(other.size());
    other.size_.store(0);
  }

private:
  // Segments of 64, 64, 128, 256, ... chunks.
  static constexpr std::uint32_t segment_count = 40;
  static constexpr std::uint32_t segment_of(std::uint64_t i) noexcept {
    return static_cast<std::uint32_t>(std::bit_width(i / 64));
  }
  static constexpr std::uint64_t segment_size(std::uint32_t s) noexcept {
    return std::uint64_t{64} << (s == 0 ? 0 : s - 1);
  }
  static constexpr std::uint64_t segment_begin(std::uint32_t s) noexcept { return s == 0 ? 0 : segment_size(s); }

  // Memory sources align for scalars only: what was allocated stands in front of the chunk.
  static constexpr std::size_t chunk_bytes = sizeof(chunk<Policy>) + alignof(chunk<Policy>) + sizeof(void*);
  static void*& raw_of(chunk<Policy>* c) noexcept { return reinterpret_cast<void**>(c)[-1]; }

  memory_ref memory_;
  std::atomic<std::uint64_t> size_{0};
  std::atomic<chunk<Policy>**> segments_[segment_count] = {};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_CHUNK_LIST_HPP
