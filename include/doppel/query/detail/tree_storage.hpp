// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_TREE_STORAGE_HPP
#define DOPPEL_QUERY_DETAIL_TREE_STORAGE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/query/options.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// A list that grows at its end and can be refused memory.
template <class T>
class growing_list {
public:
  constexpr explicit growing_list(memory_ref memory) noexcept : items_(memory) {}
  constexpr growing_list(growing_list&& other) noexcept
      : items_(std::move(other.items_)), size_(std::exchange(other.size_, 0)) {}
  constexpr growing_list& operator=(growing_list&& other) noexcept {
    items_.swap(other.items_);
    std::swap(size_, other.size_);
    return *this;
  }

  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr T& operator[](std::size_t i) noexcept { return items_.data()[i]; }
  constexpr const T& operator[](std::size_t i) const noexcept { return items_.data()[i]; }
  constexpr T& back() noexcept { return items_.data()[size_ - 1]; }

  [[nodiscard]] constexpr bool reserve(std::size_t n) noexcept { return items_.reserve(n, size_); }
  [[nodiscard]] constexpr bool push(const T& item) noexcept {
    if (size_ == items_.capacity() && !items_.reserve(size_ == 0 ? 8 : std::size_t{size_} + 1, size_)) return false;
    items_.data()[size_++] = item;
    return true;
  }
  [[nodiscard]] constexpr memory_ref memory() const noexcept { return items_.memory(); }
  constexpr void truncate(std::uint32_t size) noexcept { size_ = size; }

private:
  array<T> items_;
  std::uint32_t size_ = 0;
};

/// A piece of the tree's text.
struct text_piece {
  std::uint32_t offset;
  std::uint32_t size;
};

/// Segments after one another.
struct segment_run {
  std::uint32_t first;
  std::uint32_t count;
};

struct segment_record {
  text_piece key;      // where `is_index` is false
  std::int64_t index;  // where it is true
  bool is_index;
  bool is_subscript;
};

// Nodes stand in postfix order: those of a subtree are a run that ends with its root, so that the operand
// before a finished one is the node just before `subtree`.
struct node_record {
  std::uint8_t kind;
  std::uint8_t code;  // operator, function, aggregate or root
  bool is_negated;
  bool is_renamed_root;       // of a path: the name that was written stands for another, as `id` does
  std::uint32_t subtree;      // first node of the subtree
  std::uint32_t first_child;  // or no_node
  std::uint32_t next;         // the sibling to the right, or no_node
  std::uint32_t child_count;
  std::uint32_t offset;
  std::uint32_t length;
  union {
    bool boolean;
    std::int64_t integer;
    double floating;
    text_piece text;
    segment_run segments;
  };
};

struct column_record {
  std::uint32_t node;
  text_piece name;
  std::uint32_t group_key;  // or no_index
  bool has_alias;
};

struct order_record {
  std::uint32_t node;
  std::uint32_t column;     // or no_index
  std::uint32_t group_key;  // or no_index
  bool is_descending;
};

/// What a syntax tree is made of. Its text is the query followed by what had to be decoded or spelled anew.
struct tree_storage {
  constexpr explicit tree_storage(memory_ref memory) noexcept
      : text(memory), nodes(memory), segments(memory), columns(memory), group_keys(memory), order(memory) {}

  [[nodiscard]] constexpr memory_ref memory() const noexcept { return nodes.memory(); }

  [[nodiscard]] constexpr std::string_view view(text_piece piece) const noexcept {
    return text.view().substr(piece.offset, piece.size);
  }

  text_buffer text;
  growing_list<node_record> nodes;
  growing_list<segment_record> segments;
  growing_list<column_record> columns;
  growing_list<std::uint32_t> group_keys;
  growing_list<order_record> order;

  std::uint32_t source_size = 0;
  std::uint32_t condition = 0xffff'ffff;  // node, or no_node
  query_mode mode{};
  query_dialect dialect{};
  query_collection collection{};
  bool is_distinct = false;
  bool is_grouped = false;
  bool has_top = false;
  bool has_limit = false;
  bool is_rounded = false;  // while compiling: some number is not the nearest double
  std::uint64_t top = 0;
  std::uint64_t limit = 0;
  std::uint64_t skipped = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_TREE_STORAGE_HPP
