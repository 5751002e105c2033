// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_CELL_MEMORY_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_CELL_MEMORY_HPP

#include <doppel/base/memory.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The cells of a segment: bytes at the start of a cache line, so that no load of the kernels straddles two.
class cell_memory {
public:
  static constexpr std::size_t line = 64;

  explicit cell_memory(memory_ref memory) noexcept : memory_(memory) {}
  cell_memory(cell_memory&& other) noexcept
      : memory_(other.memory_),
        raw_(std::exchange(other.raw_, nullptr)),
        cells_(std::exchange(other.cells_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  cell_memory& operator=(cell_memory&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(raw_, other.raw_);
    std::swap(cells_, other.cells_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~cell_memory() { release(); }

  /// Becomes `bytes` zeros. False when memory is refused; then nothing has changed.
  [[nodiscard]] bool make(std::size_t bytes) noexcept {
    void* const p = memory_.try_allocate(bytes + line - 1);
    if (p == nullptr) return false;
    release();
    raw_ = p;
    size_ = bytes;
    cells_ = reinterpret_cast<void*>((reinterpret_cast<std::uintptr_t>(p) + line - 1) & ~std::uintptr_t{line - 1});
    std::memset(cells_, 0, bytes);
    return true;
  }
  void release() noexcept {
    if (raw_ != nullptr) memory_.deallocate(raw_, size_ + line - 1);
    raw_ = cells_ = nullptr;
    size_ = 0;
  }

  template <class Cell>
  [[nodiscard]] Cell* as() noexcept {
    return static_cast<Cell*>(cells_);
  }
  template <class Cell>
  [[nodiscard]] const Cell* as() const noexcept {
    return static_cast<const Cell*>(cells_);
  }
  [[nodiscard]] std::size_t bytes_held() const noexcept { return raw_ == nullptr ? 0 : size_ + line - 1; }
  [[nodiscard]] memory_ref memory() const noexcept { return memory_; }

private:
  memory_ref memory_;
  void* raw_ = nullptr;
  void* cells_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_CELL_MEMORY_HPP
