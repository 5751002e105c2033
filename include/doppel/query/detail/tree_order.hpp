// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_TREE_ORDER_HPP
#define DOPPEL_QUERY_DETAIL_TREE_ORDER_HPP

#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/syntax_node.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

template <class T>
constexpr int compare_values(T a, T b) noexcept {
  return a < b ? -1 : a == b ? 0 : 1;
}

constexpr int compare_segments(const tree_storage& a, segment_run x, const tree_storage& b, segment_run y) noexcept {
  if (x.count != y.count) return compare_values(x.count, y.count);
  for (std::uint32_t i = 0; i != x.count; ++i) {
    const segment_record& s = a.segments[std::size_t{x.first} + i];
    const segment_record& t = b.segments[std::size_t{y.first} + i];
    int order = compare_values(s.is_index, t.is_index);
    if (order == 0) {
      order = s.is_index ? compare_values(s.index, t.index) : compare_values(a.view(s.key).compare(b.view(t.key)), 0);
    }
    if (order != 0) return order;
  }
  return 0;
}

constexpr int compare_nodes(const tree_storage& a, const node_record& x, const tree_storage& b,
                            const node_record& y) noexcept {
  if (x.kind != y.kind) return compare_values(x.kind, y.kind);
  if (x.code != y.code) return compare_values(x.code, y.code);
  if (x.is_negated != y.is_negated) return compare_values(x.is_negated, y.is_negated);
  if (x.child_count != y.child_count) return compare_values(x.child_count, y.child_count);
  switch (static_cast<node_kind>(x.kind)) {
    case node_kind::boolean: return compare_values(x.boolean, y.boolean);
    case node_kind::integer: return compare_values(x.integer, y.integer);
    // By their bits: -0.0 is written differently from 0.0.
    case node_kind::floating:
      return compare_values(std::bit_cast<std::uint64_t>(x.floating), std::bit_cast<std::uint64_t>(y.floating));
    case node_kind::string: return compare_values(a.view(x.text).compare(b.view(y.text)), 0);
    case node_kind::path:
    case node_kind::element: return compare_segments(a, x.segments, b, y.segments);
    default: return 0;
  }
}

/// A total order of expressions by what they say; 0 if they are the same. How something was spelled, and where it
/// stands, makes no difference.
/// @par Complexity
/// Linear in the smaller expression.
constexpr int compare_expressions(const tree_storage& a, std::uint32_t x, const tree_storage& b,
                                  std::uint32_t y) noexcept {
  // Two subtrees in postfix order are the same if and only if their runs are.
  const std::uint32_t x_begin = a.nodes[x].subtree;
  const std::uint32_t y_begin = b.nodes[y].subtree;
  if (x - x_begin != y - y_begin) return compare_values(x - x_begin, y - y_begin);
  for (std::uint32_t i = 0; i <= x - x_begin; ++i) {
    const int order = compare_nodes(a, a.nodes[std::size_t{x_begin} + i], b, b.nodes[std::size_t{y_begin} + i]);
    if (order != 0) return order;
  }
  return 0;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_TREE_ORDER_HPP
