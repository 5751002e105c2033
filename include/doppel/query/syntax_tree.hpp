// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_SYNTAX_TREE_HPP
#define DOPPEL_QUERY_SYNTAX_TREE_HPP

#include <doppel/base/config.hpp>
#include <doppel/query/detail/tree_order.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/syntax_node.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {

/// @file
/// A query as a tree, checked and resolved, ready to be compiled or walked. `parse_query` makes it.
///
/// Everything that can be decided without a document has been decided: names are resolved, constants are
/// converted, columns have names, groups are checked. What a tree says holds for every document.

/// One element of a select list.
struct syntax_column {
  /// Its name in the rows: the alias, or by spec/query.md 12. No two columns have the same.
  std::string_view name;
  /// Its value: in a grouped query an `aggregate`, or something equal to a group key.
  syntax_node expression;
  /// Number of that group key; `no_index` for an aggregate and without groups.
  std::uint32_t group_key = no_index;
  /// Says whether AS was written.
  bool has_alias = false;
};

/// One element of ORDER BY.
struct syntax_order {
  /// What is compared. If the element names an alias, the expression of that column.
  syntax_node expression;
  /// Number of the column that the element names by its alias, else `no_index`.
  std::uint32_t column = no_index;
  /// Number of the group key that it equals; `no_index` for an aggregate and without groups.
  std::uint32_t group_key = no_index;
  bool is_descending = false;
};

namespace detail {

using storage_source = const tree_storage*;

struct tree_access;

}  // namespace detail

/// A parsed query: what it selects from, the condition, the columns, groups and order.
///
/// Nodes stand in postfix order: each node after its children, a subtree in one run. **Walk the tree in that
/// order, not by recursion**: `max_nesting` bounds parentheses, but `a OR b OR c ...` is a tree as deep as the
/// text is long. To evaluate, go through `[root.subtree_begin(), root.index()]` with a stack: take
/// `child_count()` values off, put one on.
/// @par Lifetime
/// Owns all that it refers to, a copy of the query's text included.
/// @par Thread safety
/// Immutable once made: safe to read from any number of threads.
/// @par Specification
/// spec/query.md 3, 4.2, 11 and 12
class syntax_tree {
public:
  syntax_tree(syntax_tree&&) noexcept = default;
  syntax_tree& operator=(syntax_tree&&) noexcept = default;

  /// The text that was parsed.
  [[nodiscard]] std::string_view source() const noexcept { return data_.text.view().substr(0, data_.source_size); }
  /// The mode and dialect that it was parsed in.
  [[nodiscard]] query_mode mode() const noexcept { return data_.mode; }
  [[nodiscard]] query_dialect dialect() const noexcept { return data_.dialect; }
  /// What it is over.
  [[nodiscard]] query_collection collection() const noexcept { return data_.collection; }

  /// The condition, or nothing where there is none: then every document is selected. (An empty target condition
  /// and an empty route select nothing: their condition is the constant `false`.)
  [[nodiscard]] std::optional<syntax_node> condition() const noexcept {
    if (data_.condition == no_node) return std::nullopt;
    return node(data_.condition);
  }

  /// Says whether rows are whole documents: `SELECT *`, or a dialect without a select list. Then there are no
  /// columns.
  [[nodiscard]] bool selects_documents() const noexcept { return data_.columns.empty(); }
  /// The select list.
  [[nodiscard]] auto columns() const noexcept { return column_range(&data_, data_.columns.size()); }
  /// Says whether rows are groups: there is a GROUP BY, or an aggregate in the select list. Without keys, all
  /// documents are one group, which is there even if there are no documents.
  [[nodiscard]] bool is_grouped() const noexcept { return data_.is_grouped; }
  /// The expressions of GROUP BY.
  [[nodiscard]] auto group_keys() const noexcept { return group_key_range(&data_, data_.group_keys.size()); }
  /// The elements of ORDER BY.
  [[nodiscard]] auto order() const noexcept { return order_range(&data_, data_.order.size()); }
  [[nodiscard]] bool is_distinct() const noexcept { return data_.is_distinct; }

  /// The numbers of TOP and LIMIT, if given, and of OFFSET, else 0. Numbers beyond 64 bits are cut to the largest.
  [[nodiscard]] std::optional<std::uint64_t> top() const noexcept {
    return data_.has_top ? std::optional<std::uint64_t>(data_.top) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::uint64_t> limit() const noexcept {
    return data_.has_limit ? std::optional<std::uint64_t>(data_.limit) : std::nullopt;
  }
  [[nodiscard]] std::uint64_t offset() const noexcept { return data_.skipped; }

  /// Number of nodes, and the node with a number. Not every node need be below a column, key, order or condition.
  [[nodiscard]] std::uint32_t node_count() const noexcept { return data_.nodes.size(); }
  [[nodiscard]] syntax_node node(node_index index) const noexcept {
    DOPPEL_ASSERT(index < node_count());
    return {&data_, index};
  }

private:
  friend struct detail::tree_access;

  explicit syntax_tree(detail::tree_storage&& data) noexcept : data_(std::move(data)) {}

  static syntax_column column_at(const detail::storage_source& data, std::uint32_t i) noexcept {
    const detail::column_record& record = data->columns[i];
    return {data->view(record.name), syntax_node(data, record.node), record.group_key, record.has_alias};
  }
  static syntax_node group_key_at(const detail::storage_source& data, std::uint32_t i) noexcept {
    return {data, data->group_keys[i]};
  }
  static syntax_order order_at(const detail::storage_source& data, std::uint32_t i) noexcept {
    const detail::order_record& record = data->order[i];
    return {syntax_node(data, record.node), record.column, record.group_key, record.is_descending};
  }

  using column_range = detail::numbered_range<syntax_column, detail::storage_source, &syntax_tree::column_at>;
  using group_key_range = detail::numbered_range<syntax_node, detail::storage_source, &syntax_tree::group_key_at>;
  using order_range = detail::numbered_range<syntax_order, detail::storage_source, &syntax_tree::order_at>;

  detail::tree_storage data_;
};

namespace detail {

/// For the library itself: makes trees, and looks behind them.
struct tree_access {
  static syntax_tree make(tree_storage&& data) noexcept { return syntax_tree(std::move(data)); }
  static syntax_node node(const tree_storage& data, node_index index) noexcept { return {&data, index}; }
  static const tree_storage& storage(const syntax_tree& tree) noexcept { return tree.data_; }
  static segment_run segments(const syntax_node& node) noexcept { return node.record().segments; }
};

inline bool is_same_condition(const tree_storage& a, const tree_storage& b) noexcept {
  if (a.condition == no_node || b.condition == no_node) return a.condition == b.condition;
  return compare_expressions(a, a.condition, b, b.condition) == 0;
}

inline bool are_same_columns(const tree_storage& a, const tree_storage& b) noexcept {
  if (a.columns.size() != b.columns.size()) return false;
  for (std::uint32_t i = 0; i != a.columns.size(); ++i) {
    if (a.view(a.columns[i].name) != b.view(b.columns[i].name) ||
        compare_expressions(a, a.columns[i].node, b, b.columns[i].node) != 0) {
      return false;
    }
  }
  return true;
}

inline bool are_same_groups(const tree_storage& a, const tree_storage& b) noexcept {
  if (a.is_grouped != b.is_grouped || a.group_keys.size() != b.group_keys.size()) return false;
  for (std::uint32_t i = 0; i != a.group_keys.size(); ++i) {
    if (compare_expressions(a, a.group_keys[i], b, b.group_keys[i]) != 0) return false;
  }
  return true;
}

inline bool is_same_order(const tree_storage& a, const tree_storage& b) noexcept {
  if (a.order.size() != b.order.size()) return false;
  for (std::uint32_t i = 0; i != a.order.size(); ++i) {
    if (a.order[i].column != b.order[i].column || a.order[i].is_descending != b.order[i].is_descending ||
        compare_expressions(a, a.order[i].node, b, b.order[i].node) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace detail

/// Says whether two trees say the same: equal clauses with equal expressions. Spelling, white space, parentheses,
/// the mode and the alias of the source make no difference; names of columns do.
/// @par Complexity
/// Linear in the smaller tree.
[[nodiscard]] inline bool operator==(const syntax_tree& a, const syntax_tree& b) noexcept {
  const detail::tree_storage& x = detail::tree_access::storage(a);
  const detail::tree_storage& y = detail::tree_access::storage(b);
  return x.dialect == y.dialect && x.collection == y.collection && x.is_distinct == y.is_distinct &&
         a.top() == b.top() && a.limit() == b.limit() && a.offset() == b.offset() && detail::is_same_condition(x, y) &&
         detail::are_same_columns(x, y) && detail::are_same_groups(x, y) && detail::is_same_order(x, y);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_SYNTAX_TREE_HPP
