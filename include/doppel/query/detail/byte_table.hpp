// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_BYTE_TABLE_HPP
#define DOPPEL_QUERY_DETAIL_BYTE_TABLE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/query/detail/siphash.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/syntax_node.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Numbers byte strings from 0 on, in the order in which they first come. The hash has a key of its own, so that
/// values which devices choose cannot be made to collide.
class byte_table {
public:
  explicit byte_table(memory_ref memory) noexcept
      : bytes_(memory), entries_(memory), index_(memory), key_(reinterpret_cast<std::uintptr_t>(this)) {}
  byte_table(byte_table&&) noexcept = default;

  [[nodiscard]] std::uint32_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::string_view operator[](std::uint32_t i) const noexcept {
    return bytes_.view().substr(entries_[i].offset, entries_[i].size);
  }

  /// The number of a byte string, a new one if need be; `no_index` when memory is refused.
  std::uint32_t number_of(std::string_view bytes, bool& is_new) noexcept {
    const std::uint64_t hash = siphash(key_, 0x9e3779b97f4a7c15u)(bytes);
    is_new = false;
    if (index_size_ != 0) {
      for (std::size_t at = hash & (index_size_ - 1); index_.data()[at] != 0; at = (at + 1) & (index_size_ - 1)) {
        const std::uint32_t i = index_.data()[at] - 1;
        if (entries_[i].hash == hash && (*this)[i] == bytes) return i;
      }
    }
    is_new = true;
    if (entries_.size() >= 0xffff'fff0u || !grow() || !bytes_.reserve_more(bytes.size())) return no_index;
    if (!entries_.push({hash, bytes_.size(), bytes.size()})) return no_index;
    bytes_.append(bytes);
    place(entries_.size() - 1);
    return entries_.size() - 1;
  }

private:
  struct entry {
    std::uint64_t hash;
    std::size_t offset;
    std::size_t size;
  };

  // At most half full.
  bool grow() noexcept {
    if ((std::size_t{entries_.size()} + 1) * 2 <= index_size_) return true;
    const std::size_t size = index_size_ == 0 ? 64 : index_size_ * 2;
    array<std::uint32_t> larger(index_.memory());
    if (!larger.reserve(size)) return false;
    index_.swap(larger);
    index_size_ = size;
    for (std::size_t i = 0; i != size; ++i) index_.data()[i] = 0;
    for (std::uint32_t i = 0; i != entries_.size(); ++i) place(i);
    return true;
  }
  void place(std::uint32_t i) noexcept {
    std::size_t at = entries_[i].hash & (index_size_ - 1);
    while (index_.data()[at] != 0) at = (at + 1) & (index_size_ - 1);
    index_.data()[at] = i + 1;
  }

  text_buffer bytes_;
  growing_list<entry> entries_;
  array<std::uint32_t> index_;
  std::size_t index_size_ = 0;
  std::uint64_t key_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_BYTE_TABLE_HPP
