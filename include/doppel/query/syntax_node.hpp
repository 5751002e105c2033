// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_SYNTAX_NODE_HPP
#define DOPPEL_QUERY_SYNTAX_NODE_HPP

#include <doppel/base/config.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/function.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/root.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {

/// @file
/// The nodes of a syntax tree: expressions of a query. `doppel/query/syntax_tree.hpp` is the tree.

/// Number of a node in its tree. Children have smaller numbers than their parent.
using node_index = std::uint32_t;
/// No node.
inline constexpr node_index no_node = 0xffff'ffff;
/// No column, or no group key.
inline constexpr std::uint32_t no_index = 0xffff'ffff;

/// What a node is.
enum class node_kind : std::uint8_t {
  undefined,  ///< the constant `undefined`
  null,       ///< the constant `null`
  boolean,    ///< a constant, see `boolean()`
  integer,   ///< a number that fits 64 bits and was written without point and exponent, see `integer()`; signs in front
             ///< are part of it
  floating,  ///< any other number, finite, see `floating()`; signs in front are part of it
  string,    ///< a constant, see `string()`
  array,     ///< `[a, b, ...]`; children: the elements
  path,      ///< a path of constant segments, see `root()` and `segments()`; no children
  element,   ///< a subscript that is no constant, perhaps with constant segments behind it: children are the base and
             ///< the subscript; `segments()` are walked from the element on
  unary,     ///< see `op()`; child: the operand
  binary,    ///< see `op()`; children: left, right
  call,      ///< see `function()`; children: the arguments
  aggregate,  ///< see `aggregate()`; child: what is aggregated, none for COUNT() and COUNT(*)
  in,         ///< IN, NIN or NOT IN, see `is_negated()`; children: the value, then an `array` or, in extended mode, any
              ///< expression
  between,    ///< [NOT] BETWEEN, see `is_negated()`; children: the value, the lower bound, the upper bound
  like        ///< [NOT] LIKE, see `is_negated()`; children: the value, the pattern, and the escape if one is given
};

/// An operator of a `unary` or `binary` node.
enum class query_operator : std::uint8_t {
  negate,       ///< unary `-` (of a constant number: part of the constant)
  plus,         ///< unary `+` (of a constant number: left out)
  logical_not,  ///< NOT
  logical_and,
  logical_or,
  coalesce,  ///< `??`
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  concatenate  ///< `||`
};

/// One step of a path.
struct syntax_segment {
  /// The key of a member, exactly; not for an index. Names of roots, and `desired` and `reported` under
  /// `properties`, have the spelling of spec/query.md 4.1, whatever was written.
  std::string_view key;
  /// The index of an array's element; not for a key. May be negative, and then leads nowhere.
  std::int64_t index = 0;
  bool is_index = false;
  /// Says whether it was written in brackets: `[0]` or `['key']`. No difference to what it leads to.
  bool is_subscript = false;

  /// Says whether both lead to the same.
  friend bool operator==(const syntax_segment& a, const syntax_segment& b) noexcept {
    return a.is_index == b.is_index && (a.is_index ? a.index == b.index : a.key == b.key);
  }
};

namespace detail {

/// A sequence of what `Get` makes of the numbers from 0 on.
template <class Value, class Source, Value (*Get)(const Source&, std::uint32_t) noexcept>
class numbered_range {
public:
  class iterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::random_access_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Value;

    iterator() noexcept = default;
    iterator(const Source& source, std::uint32_t at) noexcept : source_(source), at_(at) {}

    Value operator*() const noexcept { return Get(source_, at_); }
    Value operator[](difference_type n) const noexcept { return *(*this + n); }
    iterator& operator++() noexcept { return *this += 1; }
    iterator& operator--() noexcept { return *this += -1; }
    iterator operator++(int) noexcept { return std::exchange(*this, *this + 1); }
    iterator operator--(int) noexcept { return std::exchange(*this, *this - 1); }
    iterator& operator+=(difference_type n) noexcept {
      at_ = static_cast<std::uint32_t>(static_cast<difference_type>(at_) + n);
      return *this;
    }
    iterator& operator-=(difference_type n) noexcept { return *this += -n; }
    friend iterator operator+(iterator i, difference_type n) noexcept { return i += n; }
    friend iterator operator+(difference_type n, iterator i) noexcept { return i += n; }
    friend iterator operator-(iterator i, difference_type n) noexcept { return i -= n; }
    friend difference_type operator-(const iterator& a, const iterator& b) noexcept {
      return static_cast<difference_type>(a.at_) - static_cast<difference_type>(b.at_);
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }
    friend auto operator<=>(const iterator& a, const iterator& b) noexcept { return a.at_ <=> b.at_; }

  private:
    Source source_{};
    std::uint32_t at_ = 0;
  };

  numbered_range(const Source& source, std::uint32_t size) noexcept : source_(source), size_(size) {}

  [[nodiscard]] iterator begin() const noexcept { return {source_, 0}; }
  [[nodiscard]] iterator end() const noexcept { return {source_, size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  Value operator[](std::size_t i) const noexcept { return Get(source_, static_cast<std::uint32_t>(i)); }
  [[nodiscard]] Value front() const noexcept { return Get(source_, 0); }
  [[nodiscard]] Value back() const noexcept { return Get(source_, size_ - 1); }

private:
  Source source_;
  std::uint32_t size_;
};

struct segment_source {
  const tree_storage* tree = nullptr;
  std::uint32_t first = 0;
};

inline syntax_segment segment_at(const segment_source& source, std::uint32_t i) noexcept {
  const segment_record& record = source.tree->segments[std::size_t{source.first} + i];
  syntax_segment segment;
  segment.is_index = record.is_index;
  segment.is_subscript = record.is_subscript;
  if (record.is_index) {
    segment.index = record.index;
  } else {
    segment.key = source.tree->view(record.key);
  }
  return segment;
}

}  // namespace detail

/// The constant steps of a path, as a random-access range of `syntax_segment` by value.
using segment_range = detail::numbered_range<syntax_segment, detail::segment_source, &detail::segment_at>;

class child_range;

namespace detail {
struct tree_access;
}  // namespace detail

/// A node of a syntax tree, by reference.
///
/// @par Lifetime
/// A view: valid as long as the tree is neither destroyed nor moved from.
/// @par Exception safety
/// Nothing throws or allocates.
/// @par Thread safety
/// A tree never changes: reading is safe from any number of threads.
class syntax_node {
public:
  syntax_node() noexcept = default;

  /// Its number; `syntax_tree::node(index())` is this node.
  [[nodiscard]] node_index index() const noexcept { return index_; }
  /// Number of the first node of its subtree, which is the run `[subtree_begin(), index()]` of the tree.
  [[nodiscard]] node_index subtree_begin() const noexcept { return record().subtree; }

  [[nodiscard]] node_kind kind() const noexcept { return static_cast<node_kind>(record().kind); }
  /// Says whether it is a constant other than an array.
  [[nodiscard]] bool is_literal() const noexcept { return kind() <= node_kind::string; }
  /// Says whether it is a number.
  [[nodiscard]] bool is_number() const noexcept {
    return kind() == node_kind::integer || kind() == node_kind::floating;
  }

  /// @pre the kind is `boolean`
  [[nodiscard]] bool boolean() const noexcept {
    DOPPEL_ASSERT(kind() == node_kind::boolean);
    return record().boolean;
  }
  /// @pre the kind is `integer`
  [[nodiscard]] std::int64_t integer() const noexcept {
    DOPPEL_ASSERT(kind() == node_kind::integer);
    return record().integer;
  }
  /// @pre the kind is `floating`
  [[nodiscard]] double floating() const noexcept {
    DOPPEL_ASSERT(kind() == node_kind::floating);
    return record().floating;
  }
  /// The text without quotes and escapes, well-formed UTF-8; may hold U+0000.
  /// @pre the kind is `string`
  [[nodiscard]] std::string_view string() const noexcept {
    DOPPEL_ASSERT(kind() == node_kind::string);
    return tree_->view(record().text);
  }

  /// @pre the kind is `unary` or `binary`
  [[nodiscard]] query_operator op() const noexcept {
    DOPPEL_ASSERT(kind() == node_kind::unary || kind() == node_kind::binary);
    return static_cast<query_operator>(record().code);
  }
  /// @pre the kind is `call`
  [[nodiscard]] query_function function() const noexcept {
    DOPPEL_ASSERT(kind() == node_kind::call);
    return static_cast<query_function>(record().code);
  }
  /// @pre the kind is `aggregate`
  [[nodiscard]] query_aggregate aggregate() const noexcept {
    DOPPEL_ASSERT(kind() == node_kind::aggregate);
    return static_cast<query_aggregate>(record().code);
  }
  /// NIN, NOT IN, NOT BETWEEN, NOT LIKE: the opposite, undefined where the plain form is undefined.
  [[nodiscard]] bool is_negated() const noexcept { return record().is_negated; }

  /// Where the path starts.
  /// @pre the kind is `path`
  [[nodiscard]] path_root root() const noexcept {
    DOPPEL_ASSERT(kind() == node_kind::path);
    return static_cast<path_root>(record().code);
  }
  /// Of a path, all steps from the document on: the first is the root's name, the collection's name in front is
  /// dropped (in routes see `path_root`). Of an element, the steps behind it.
  /// @pre the kind is `path` or `element`
  [[nodiscard]] segment_range segments() const noexcept {
    DOPPEL_ASSERT(kind() == node_kind::path || kind() == node_kind::element);
    return {{tree_, record().segments.first}, record().segments.count};
  }

  [[nodiscard]] std::size_t child_count() const noexcept { return record().child_count; }
  /// The children from left to right.
  [[nodiscard]] child_range children() const noexcept;
  /// The first child.
  /// @pre there is one
  [[nodiscard]] syntax_node first_child() const noexcept {
    DOPPEL_ASSERT(child_count() != 0);
    return {tree_, record().first_child};
  }
  /// The last child.
  /// @pre there is one
  [[nodiscard]] syntax_node last_child() const noexcept {
    DOPPEL_ASSERT(child_count() != 0);
    return {tree_, index_ - 1};
  }
  /// The child with this number, from 0.
  /// @pre there is one
  /// @par Complexity
  /// Linear in @p i.
  [[nodiscard]] syntax_node child(std::size_t i) const noexcept;

  /// Where it stands in the query: bytes from the start, and bytes from its first token to its last, without
  /// parentheses around it.
  [[nodiscard]] std::uint32_t offset() const noexcept { return record().offset; }
  [[nodiscard]] std::uint32_t length() const noexcept { return record().length; }
  /// The text of the query there.
  [[nodiscard]] std::string_view source() const noexcept {
    return tree_->text.view().substr(record().offset, record().length);
  }

private:
  friend class syntax_tree;
  friend struct detail::tree_access;
  friend class child_range;

  syntax_node(const detail::tree_storage* tree, node_index index) noexcept : tree_(tree), index_(index) {}

  const detail::node_record& record() const noexcept {
    DOPPEL_ASSERT(tree_ != nullptr && index_ < tree_->nodes.size());
    return tree_->nodes[index_];
  }

  const detail::tree_storage* tree_ = nullptr;
  node_index index_ = no_node;
};

/// The children of a node, as a forward range of `syntax_node` by value.
class child_range {
public:
  class iterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::forward_iterator_tag;
    using value_type = syntax_node;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = syntax_node;

    iterator() noexcept = default;

    syntax_node operator*() const noexcept { return at_; }
    iterator& operator++() noexcept {
      at_.index_ = at_.record().next;
      return *this;
    }
    iterator operator++(int) noexcept {
      iterator old = *this;
      ++*this;
      return old;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_.index() == b.at_.index(); }

  private:
    friend class child_range;
    explicit iterator(syntax_node at) noexcept : at_(at) {}
    syntax_node at_;
  };

  [[nodiscard]] iterator begin() const noexcept { return iterator({parent_.tree_, parent_.record().first_child}); }
  [[nodiscard]] iterator end() const noexcept { return iterator({parent_.tree_, no_node}); }
  [[nodiscard]] std::size_t size() const noexcept { return parent_.child_count(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

private:
  friend class syntax_node;
  explicit child_range(syntax_node parent) noexcept : parent_(parent) {}
  syntax_node parent_;
};

inline child_range syntax_node::children() const noexcept { return child_range(*this); }

inline syntax_node syntax_node::child(std::size_t i) const noexcept {
  DOPPEL_ASSERT(i < child_count());
  auto at = children().begin();
  for (; i != 0; --i) ++at;
  return *at;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_SYNTAX_NODE_HPP
