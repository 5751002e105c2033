// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_SORTED_INDEX_HPP
#define DOPPEL_QUERY_DETAIL_SORTED_INDEX_HPP

#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/syntax_node.hpp>

#include <algorithm>
#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Numbers in the order of what they stand for; of equals the smaller comes first. A few are kept in place.
class sorted_index {
public:
  constexpr explicit sorted_index(memory_ref memory) noexcept : many_(memory) {}

  [[nodiscard]] constexpr bool add(std::uint32_t number) noexcept {
    if (size_ < few) {
      few_[size_++] = number;
      return true;
    }
    if (size_ == few) {
      for (const std::uint32_t old : few_) {
        if (!many_.push(old)) return false;
      }
    }
    ++size_;
    return many_.push(number);
  }

  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return size_; }
  constexpr std::uint32_t operator[](std::uint32_t i) const noexcept { return data()[i]; }

  /// @param compare gives a negative number, 0 or a positive one for two numbers
  template <class Compare>
  constexpr void sort(const Compare& compare) noexcept {
    std::uint32_t* const begin = size_ <= few ? few_ : &many_[0];
    std::sort(begin, begin + size_, [&compare](std::uint32_t a, std::uint32_t b) {
      const int order = compare(a, b);
      return order != 0 ? order < 0 : a < b;
    });
  }

  /// The first number for which @p compare gives 0, else `no_index`.
  /// @param compare negative for numbers that come before what is looked for, positive for those after it
  template <class Compare>
  [[nodiscard]] constexpr std::uint32_t find(const Compare& compare) const noexcept {
    const std::uint32_t* const end = data() + size_;
    const std::uint32_t* const found =
        std::partition_point(data(), end, [&compare](std::uint32_t i) { return compare(i) < 0; });
    return found != end && compare(*found) == 0 ? *found : no_index;
  }

private:
  static constexpr std::uint32_t few = 16;

  constexpr const std::uint32_t* data() const noexcept { return size_ <= few ? few_ : &many_[0]; }

  std::uint32_t few_[few] = {};
  std::uint32_t size_ = 0;
  growing_list<std::uint32_t> many_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_SORTED_INDEX_HPP
