// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_BUFFER_HPP
#define DOPPEL_BASE_BUFFER_HPP

#include <doppel/base/memory.hpp>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// @file
/// Storage that grows without exceptions: `detail::array` for scratch, `text_buffer` for output.
namespace doppel {
inline namespace v0 {
namespace detail {

/// A growable run of trivial elements. Growth is an explicit step that can be refused, so
/// that all memory is settled before anything is written.
template <class T>
class array {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  constexpr explicit array(memory_ref memory = {}) noexcept : memory_(memory) {}
  constexpr array(array&& other) noexcept
      : memory_(other.memory_),
        data_(std::exchange(other.data_, nullptr)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  constexpr array& operator=(array&& other) noexcept {
    swap(other);
    return *this;
  }
  constexpr ~array() { release(); }

  constexpr void swap(array& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(data_, other.data_);
    std::swap(capacity_, other.capacity_);
  }

  constexpr T* data() noexcept { return data_; }
  constexpr const T* data() const noexcept { return data_; }
  constexpr std::size_t capacity() const noexcept { return capacity_; }
  constexpr memory_ref memory() const noexcept { return memory_; }

  /// Room for `n` elements; the first `keep` survive. False when memory is refused, and then
  /// nothing has changed.
  [[nodiscard]] constexpr bool reserve(std::size_t n, std::size_t keep = 0) noexcept { return n <= capacity_ || grow(n, keep); }

  constexpr void release() noexcept {
    if (std::is_constant_evaluated()) {
      delete[] data_;
    } else if (data_ != nullptr) {
      memory_.deallocate(data_, capacity_ * sizeof(T));
    }
    data_ = nullptr;
    capacity_ = 0;
  }

  /// Leaves the storage to somebody who has taken it over.
  constexpr void forget() noexcept {
    data_ = nullptr;
    capacity_ = 0;
  }

private:
  constexpr bool grow(std::size_t n, std::size_t keep) noexcept {
    std::size_t wanted = capacity_ + capacity_ / 2;
    if (wanted < n) wanted = n;
    if (wanted > static_cast<std::size_t>(-1) / sizeof(T)) return false;
    T* grown = nullptr;
    if (std::is_constant_evaluated()) {
      // The compiler has memory of its own.
      grown = new T[wanted]{};
      for (std::size_t i = 0; i != keep; ++i) grown[i] = data_[i];
    } else {
      grown = static_cast<T*>(memory_.try_allocate(wanted * sizeof(T)));
      if (grown == nullptr) return false;
      if (keep != 0) std::memcpy(grown, data_, keep * sizeof(T));
    }
    release();
    data_ = grown;
    capacity_ = wanted;
    return true;
  }

  memory_ref memory_;
  T* data_ = nullptr;
  std::size_t capacity_ = 0;
};

}  // namespace detail

/// Text that doppel writes into and the caller keeps: reuse one buffer and its memory is
/// allocated once.
/// @par Thread safety
/// Distinct buffers are independent; one buffer needs outside locking.
class text_buffer {
public:
  /// An empty buffer that takes its memory from `memory`.
  constexpr explicit text_buffer(memory_ref memory = {}) noexcept : bytes_(memory) {}
  constexpr text_buffer(text_buffer&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  constexpr text_buffer& operator=(text_buffer&& other) noexcept {
    bytes_.swap(other.bytes_);
    std::swap(size_, other.size_);
    return *this;
  }

  /// The text. @par Lifetime Valid until the buffer is written to, moved or destroyed.
  [[nodiscard]] constexpr std::string_view view() const& noexcept { return {bytes_.data(), size_}; }
  std::string_view view() const&& = delete;
  [[nodiscard]] constexpr const char* data() const noexcept { return bytes_.data(); }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

  /// Empties the buffer and keeps its memory.
  constexpr void clear() noexcept { size_ = 0; }

  /// Makes room for `more` bytes beyond the present text. @return false when memory is refused.
  [[nodiscard]] constexpr bool reserve_more(std::size_t more) noexcept { return bytes_.reserve(size_ + more, size_); }

  /// Appends `n` bytes. @return false when memory is refused; then the text is unchanged.
  constexpr bool append(const char* text, std::size_t n) noexcept {
    if (!reserve_more(n)) return false;
    if (n != 0) std::char_traits<char>::copy(bytes_.data() + size_, text, n);
    size_ += n;
    return true;
  }
  constexpr bool append(std::string_view text) noexcept { return append(text.data(), text.size()); }

  /// Where the next byte goes, for writers that reserve first; `set_end` says where they stopped.
  [[nodiscard]] constexpr char* end() noexcept { return bytes_.data() + size_; }
  constexpr void set_end(const char* end) noexcept { size_ = end == nullptr ? 0 : static_cast<std::size_t>(end - bytes_.data()); }

  /// Where the memory comes from.
  [[nodiscard]] constexpr memory_ref memory() const noexcept { return bytes_.memory(); }
  /// Bytes allocated.
  [[nodiscard]] constexpr std::size_t capacity() const noexcept { return bytes_.capacity(); }

private:
  detail::array<char> bytes_;
  std::size_t size_ = 0;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_BUFFER_HPP
