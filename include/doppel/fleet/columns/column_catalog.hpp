// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_CATALOG_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_CATALOG_HPP

#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column.hpp>
#include <doppel/fleet/columns/column_limits.hpp>
#include <doppel/query/program.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The columns of a collection.
/// @par Thread safety
/// All members may be called from any thread.
template <class Mutex>
class column_catalog {
public:
  explicit column_catalog(memory_ref memory) noexcept : memory_(memory) {}

  /// Begins a scan. @return its number
  std::uint64_t begin_scan() noexcept { return scans_.fetch_add(1, std::memory_order_relaxed) + 1; }

  /// The column of a path. If there is none it is made, in the place of a cold one where all are taken.
  /// @param[out] victim a column that was dropped for it; its segments are to be taken out of all chunks
  /// @return null if there is no room for another one, or no memory
  [[nodiscard]] column_ref find(const program& p, std::uint32_t path, std::uint64_t scan, const column_limits& limits,
                                column_ref& victim) noexcept {
    const column_ref wanted(column::make(p, path, memory_));
    if (!wanted || limits.columns == 0) return {};
    {
      const std::shared_lock lock(mutex_);
      if (const column_ref* const known = find(*wanted)) {
        (*known)->note_scan(scan);
        return *known;
      }
    }
    const std::unique_lock lock(mutex_);
    if (const column_ref* const known = find(*wanted)) {
      (*known)->note_scan(scan);
      return *known;
    }
    wanted->note_scan(scan);
    const std::uint32_t most = (std::min)(limits.columns, column_limits::max_columns);
    const bool is_crowded = bytes() > limits.bytes / 8 * 7;
    column_ref* const coldest = std::min_element(
        columns_, columns_ + count_, [](const auto& a, const auto& b) { return a->last_scan() < b->last_scan(); });
    if (count_ == most || (is_crowded && count_ != 0)) {
      if ((*coldest)->last_scan() + limits.cold_scans > scan) return {};
      victim = std::exchange(*coldest, wanted);
      victim->drop();
      return wanted;
    }
    columns_[count_++] = wanted;
    return wanted;
  }

  /// Bytes of all segments.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }
  void note_bytes(std::size_t added, std::size_t removed) noexcept {
    bytes_.fetch_add(added - removed, std::memory_order_relaxed);
  }

  [[nodiscard]] std::uint32_t size() const noexcept {
    const std::shared_lock lock(mutex_);
    return count_;
  }
  [[nodiscard]] std::uint64_t scans() const noexcept { return scans_.load(std::memory_order_relaxed); }

private:
  const column_ref* find(const column& wanted) const noexcept {
    for (std::uint32_t i = 0; i != count_; ++i) {
      if (columns_[i]->path() == wanted.path()) return columns_ + i;
    }
    return nullptr;
  }

  memory_ref memory_;
  mutable Mutex mutex_;
  column_ref columns_[column_limits::max_columns];
  std::uint32_t count_ = 0;
  std::atomic<std::uint64_t> scans_{0};
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_CATALOG_HPP
