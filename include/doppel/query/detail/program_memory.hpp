// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_PROGRAM_MEMORY_HPP
#define DOPPEL_QUERY_DETAIL_PROGRAM_MEMORY_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/program_parts.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

// The memory of a program while it is compiled: all lists get room for the most that the tree can need, at once.
namespace doppel {
inline namespace v0 {
namespace detail {

/// A list in room that somebody else has provided.
template <class T>
class fixed_list {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

public:
  void place(void* room) noexcept { items_ = static_cast<T*>(room); }

  std::uint32_t add(const T& item) noexcept {
    new (items_ + size_) T(item);
    return size_++;
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  T& operator[](std::size_t i) noexcept { return items_[i]; }
  const T& operator[](std::size_t i) const noexcept { return items_[i]; }
  void truncate(std::uint32_t size) noexcept { size_ = size; }
  void erase(std::uint32_t at) noexcept {
    std::memmove(static_cast<void*>(items_ + at), items_ + at + 1, (size_ - at - 1) * sizeof(T));
    --size_;
  }
  [[nodiscard]] std::span<T> all() const noexcept { return {items_, size_}; }

private:
  T* items_ = nullptr;
  std::uint32_t size_ = 0;
};

/// The lists of a program in the making, and its text.
struct program_lists {
  fixed_list<query_path> paths;
  fixed_list<query_atom> atoms;
  fixed_list<query_constant> literals;
  fixed_list<query_conjunct> conjuncts;
  fixed_list<query_slot> slot_list;
  fixed_list<std::uint32_t> slot_uses;
  fixed_list<query_instruction> code;
  fixed_list<query_column> columns;
  fixed_list<query_range> group_keys;
  fixed_list<query_aggregation> aggregates;
  fixed_list<query_ordering> order;

  program_storage* storage = nullptr;
  const char* text = nullptr;  // a copy of the tree's
  char* more_text = nullptr;   // what is made of it

  [[nodiscard]] std::string_view view(text_piece piece) const noexcept { return {text + piece.offset, piece.size}; }

  /// A text as JSON has it.
  std::string_view quote(std::string_view plain) noexcept {
    char* const begin = more_text;
    char* to = begin;
    *to++ = '"';
    for (const char c : plain) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80) {
        to = put_canonical_ascii(to, byte);
      } else {
        *to++ = c;
      }
    }
    *to++ = '"';
    more_text = to;
    return {begin, static_cast<std::size_t>(to - begin)};
  }
  /// The same with a colon behind it.
  std::string_view quote_name(std::string_view name) noexcept {
    const std::string_view quoted = quote(name);
    *more_text++ = ':';
    return {quoted.data(), quoted.size() + 1};
  }
};

/// Hands out parts of a piece of memory, or, before there is one, adds up how large it has to be.
class memory_layout {
public:
  explicit memory_layout(char* memory = nullptr) noexcept : memory_(memory) {}

  template <class T>
  T* part(std::size_t n) noexcept {
    used_ = (used_ + alignof(T) - 1) / alignof(T) * alignof(T);
    char* const p = memory_ == nullptr ? nullptr : memory_ + used_;
    used_ += n * sizeof(T);
    return reinterpret_cast<T*>(p);
  }
  [[nodiscard]] std::size_t used() const noexcept { return used_; }

private:
  char* memory_;
  std::size_t used_ = 0;
};

/// What is needed only while compiling. For small queries it lies on the stack.
class compile_memory {
public:
  /// What a node of the tree is in the present expression.
  enum class role : std::uint8_t { none, conjunct, split, done, atom, skipped };

  /// A value that the code so far leaves on the stack.
  struct operand {
    std::uint32_t code;  // where its code, literals and atoms start
    std::uint32_t literals;
    std::uint32_t atoms;
    std::uint32_t skip;    // the skip behind it, or no_index
    std::uint32_t pieces;  // that its string may have
    bool is_constant;      // the code is one literal
    bool is_truth;         // it is a boolean or undefined
    bool is_chain;         // its code ends with the CONCAT of a chain of ||
  };

  /// A path on its way into the trie.
  struct trie_node {
    std::uint32_t parent;
    std::uint32_t first_child;
    std::uint32_t last_child;
    std::uint32_t next;
    std::uint32_t segment;  // in the tree, or no_index for what routes start from
    std::uint32_t number;   // in preorder
    path_root root;
  };

  explicit compile_memory(memory_ref memory) noexcept
      : folded_values(memory), folded_stack(memory), folded_pieces(memory), folded_text(memory), heap_(memory) {}

  [[nodiscard]] bool prepare(std::uint32_t nodes, std::uint32_t segments) noexcept {
    memory_layout layout;
    place(layout, nodes, segments);
    char* room = small_;
    if (layout.used() > sizeof small_) {
      if (!heap_.reserve(layout.used())) return false;
      room = heap_.data();
    }
    memory_layout placed(room);
    place(placed, nodes, segments);
    return true;
  }

  std::uint32_t* parents = nullptr;
  role* roles = nullptr;
  operand* operands = nullptr;
  trie_node* trie = nullptr;
  std::uint32_t* places = nullptr;  // of syntax nodes in the trie
  std::uint32_t* index = nullptr;   // of the trie, by hash
  std::uint32_t* order = nullptr;   // of atoms; as many as nodes
  std::uint32_t index_size = 0;

  array<query_value> folded_values;
  array<query_value> folded_stack;
  array<string_piece> folded_pieces;
  text_buffer folded_text;

private:
  void place(memory_layout& layout, std::uint32_t nodes, std::uint32_t segments) noexcept {
    const std::size_t n = std::size_t{nodes} + 2;
    const std::size_t paths = std::size_t{segments} + nodes + 2;
    // Few paths are found without an index.
    index_size = 0;
    if (paths > 32) {
      index_size = 64;
      while (index_size < 2 * paths) index_size *= 2;
    }
    parents = layout.part<std::uint32_t>(n);
    operands = layout.part<operand>(n);
    trie = layout.part<trie_node>(paths);
    places = layout.part<std::uint32_t>(n);
    order = layout.part<std::uint32_t>(2 * n);
    index = layout.part<std::uint32_t>(index_size);
    roles = layout.part<role>(n);
  }

  alignas(8) char small_[3072];
  array<char> heap_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_PROGRAM_MEMORY_HPP
