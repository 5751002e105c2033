// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_HPP

#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column_path.hpp>
#include <doppel/query/program.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// A column of a collection, which has a segment in each chunk that has been scanned for it.
class column {
public:
  column(const column&) = delete;
  column& operator=(const column&) = delete;

  /// Null when memory is refused.
  static column* make(const program& p, std::uint32_t path, memory_ref memory) noexcept {
    void* const place = memory.try_allocate(sizeof(column));
    if (place == nullptr) return nullptr;
    auto* const made = new (place) column(memory);
    if (!made->path_.assign(p, path)) {
      made->release();
      return nullptr;
    }
    return made;
  }
  void acquire() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    const memory_ref memory = memory_;
    std::destroy_at(this);
    memory.deallocate(this, sizeof(column));
  }

  [[nodiscard]] const column_path& path() const noexcept { return path_; }

  /// The number of the last scan that wanted it.
  [[nodiscard]] std::uint64_t last_scan() const noexcept { return last_scan_.load(std::memory_order_relaxed); }
  void note_scan(std::uint64_t scan) noexcept { last_scan_.store(scan, std::memory_order_relaxed); }

  /// Segments of it are neither published nor used any more.
  [[nodiscard]] bool is_dropped() const noexcept { return is_dropped_.load(std::memory_order_relaxed); }
  void drop() noexcept { is_dropped_.store(true, std::memory_order_relaxed); }

private:
  explicit column(memory_ref memory) noexcept : path_(memory), memory_(memory) {}

  column_path path_;
  memory_ref memory_;
  std::atomic<std::uint32_t> owners_{1};
  std::atomic<std::uint64_t> last_scan_{0};
  std::atomic<bool> is_dropped_{false};
};

/// A counted reference.
class column_ref {
public:
  column_ref() noexcept = default;
  /// Takes over what `make` returns.
  explicit column_ref(column* taken) noexcept : column_(taken) {}
  column_ref(const column_ref& other) noexcept : column_(other.column_) {
    if (column_ != nullptr) column_->acquire();
  }
  column_ref(column_ref&& other) noexcept : column_(std::exchange(other.column_, nullptr)) {}
  column_ref& operator=(const column_ref& other) noexcept {
    column_ref copy(other);
    std::swap(column_, copy.column_);
    return *this;
  }
  column_ref& operator=(column_ref&& other) noexcept {
    std::swap(column_, other.column_);
    return *this;
  }
  ~column_ref() {
    if (column_ != nullptr) column_->release();
  }
  column* get() const noexcept { return column_; }
  column* operator->() const noexcept { return column_; }
  column& operator*() const noexcept { return *column_; }
  explicit operator bool() const noexcept { return column_ != nullptr; }

private:
  column* column_ = nullptr;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_HPP
