// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_DICTIONARY_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_DICTIONARY_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/detail/key_hash.hpp>
#include <doppel/base/detail/simd.hpp>
#include <doppel/base/memory.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The different values of a coded segment, as canonical texts, numbered in the order in which they came. Who shares
/// one may read it; only a sole owner adds to it.
///
/// Values that collide on purpose meet a bounded probe, and are refused.
class dictionary {
public:
  static constexpr std::uint32_t none = 0xffffffffu;

  dictionary(const dictionary&) = delete;
  dictionary& operator=(const dictionary&) = delete;

  /// An empty one; null when memory is refused.
  static dictionary* make(memory_ref memory) noexcept {
    void* const p = memory.try_allocate(sizeof(dictionary));
    return p == nullptr ? nullptr : new (p) dictionary(memory);
  }
  /// A copy with the same numbers; null when memory is refused.
  [[nodiscard]] dictionary* clone() const noexcept {
    dictionary* const copy = make(memory_);
    if (copy == nullptr) return nullptr;
    for (std::uint32_t i = 0; i != count_; ++i) {
      if (copy->add((*this)[i]) == none) {
        copy->release();
        return nullptr;
      }
    }
    return copy;
  }

  void acquire() noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    const memory_ref memory = memory_;
    this->~dictionary();
    memory.deallocate(this, sizeof(dictionary));
  }
  [[nodiscard]] bool is_shared() const noexcept { return owners_.load(std::memory_order_acquire) != 1; }

  [[nodiscard]] std::uint32_t size() const noexcept { return count_; }
  /// Bytes of all texts.
  [[nodiscard]] std::size_t text_bytes() const noexcept { return text_size_; }
  [[nodiscard]] std::string_view operator[](std::uint32_t i) const noexcept {
    return {text_.data() + entries_.data()[i].offset, entries_.data()[i].size};
  }
  [[nodiscard]] std::size_t bytes_held() const noexcept {
    return sizeof *this + text_.capacity() + entries_.capacity() * sizeof(entry) +
           index_.capacity() * sizeof(std::uint16_t);
  }

  /// The number of a text, or `none`. 16 bytes behind it can be read.
  [[nodiscard]] std::uint32_t find(std::string_view text) const noexcept {
    if (slots_ == 0) return none;
    const std::uint32_t hash = key_hash(seed_, text.data(), text.size());
    for (std::size_t at = hash & (slots_ - 1); index_.data()[at] != 0; at = (at + 1) & (slots_ - 1)) {
      const std::uint32_t i = index_.data()[at] - 1u;
      const entry& e = entries_.data()[i];
      if (e.hash == hash && e.size == text.size() && equal_padded(text_.data() + e.offset, text.data(), text.size())) {
        return i;
      }
    }
    return none;
  }

  /// Adds a text that `find` has not found. @return its number; `none` when memory is refused or too many collide
  [[nodiscard]] std::uint32_t add(std::string_view text) noexcept {
    if (count_ == max_size || !grow_index() || !text_.reserve(text_size_ + text.size() + slack, text_size_) ||
        !entries_.reserve(count_ + 1u, count_)) {
      return none;
    }
    const std::uint32_t hash = key_hash(seed_, text.data(), text.size());
    std::memcpy(text_.data() + text_size_, text.data(), text.size());
    std::memset(text_.data() + text_size_ + text.size(), 0, slack);
    entries_.data()[count_] = {hash, static_cast<std::uint32_t>(text_size_), static_cast<std::uint32_t>(text.size())};
    if (!place(count_)) return none;
    text_size_ += text.size();
    return count_++;
  }

private:
  static constexpr std::size_t slack = 16;
  static constexpr std::uint32_t max_size = 0x8000;
  static constexpr std::uint32_t max_probes = 128;

  struct entry {
    std::uint32_t hash;
    std::uint32_t offset;
    std::uint32_t size;
  };

  explicit dictionary(memory_ref memory) noexcept
      : memory_(memory),
        text_(memory),
        entries_(memory),
        index_(memory),
        seed_(reinterpret_cast<std::uintptr_t>(this) * 0x9e3779b97f4a7c15u) {}
  ~dictionary() = default;

  // At most half full.
  bool grow_index() noexcept {
    if ((std::size_t{count_} + 1) * 2 <= slots_) return true;
    const std::size_t wanted = slots_ == 0 ? 16 : slots_ * 2;
    array<std::uint16_t> larger(memory_);
    if (!larger.reserve(wanted)) return false;
    index_.swap(larger);
    slots_ = wanted;
    std::memset(index_.data(), 0, wanted * sizeof(std::uint16_t));
    for (std::uint32_t i = 0; i != count_; ++i) (void)place(i);
    return true;
  }
  bool place(std::uint32_t i) noexcept {
    std::size_t at = entries_.data()[i].hash & (slots_ - 1);
    for (std::uint32_t probes = 0; index_.data()[at] != 0; at = (at + 1) & (slots_ - 1)) {
      if (++probes == max_probes) return false;
    }
    index_.data()[at] = static_cast<std::uint16_t>(i + 1);
    return true;
  }

  std::atomic<std::uint32_t> owners_{1};
  std::uint32_t count_ = 0;
  memory_ref memory_;
  array<char> text_;
  array<entry> entries_;
  array<std::uint16_t> index_;
  std::size_t slots_ = 0;
  std::size_t text_size_ = 0;
  std::uint64_t seed_;
};

/// A counted reference.
class dictionary_ref {
public:
  constexpr dictionary_ref() noexcept = default;
  /// Takes over what `make` and `clone` return.
  explicit dictionary_ref(dictionary* taken) noexcept : data_(taken) {}
  dictionary_ref(const dictionary_ref& other) noexcept : data_(other.data_) {
    if (data_ != nullptr) data_->acquire();
  }
  dictionary_ref(dictionary_ref&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  dictionary_ref& operator=(const dictionary_ref& other) noexcept {
    dictionary_ref copy(other);
    std::swap(data_, copy.data_);
    return *this;
  }
  dictionary_ref& operator=(dictionary_ref&& other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  ~dictionary_ref() {
    if (data_ != nullptr) data_->release();
  }
  dictionary* get() const noexcept { return data_; }
  dictionary* operator->() const noexcept { return data_; }
  explicit operator bool() const noexcept { return data_ != nullptr; }

private:
  dictionary* data_ = nullptr;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_DICTIONARY_HPP
