// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_SEMANTICS_HPP
#define DOPPEL_QUERY_DETAIL_SEMANTICS_HPP

#include <doppel/query/detail/name_resolution.hpp>
#include <doppel/query/detail/route_types.hpp>
#include <doppel/query/detail/sorted_index.hpp>
#include <doppel/query/detail/tree_order.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/function.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The rules that need the tree: names of columns, groups, order, and the roots of target conditions
/// (spec/query.md 11, 12, 13, 16.3). Look-ups go through sorted lists: a query of a megabyte must not take minutes.
class semantics {
public:
  constexpr semantics(tree_storage& tree, text_piece alias, query_diagnostic& diagnostic) noexcept
      : tree_(tree), alias_(alias), diagnostic_(diagnostic) {}

  /// @return false if a rule is broken, and the diagnostic says which; `errc::out_of_memory` in it if memory was
  /// refused
  [[nodiscard]] constexpr bool run() noexcept {
    tree_.is_grouped = !tree_.group_keys.empty() || has_aggregate_column();
    if (tree_.dialect == query_dialect::route) return route_types(tree_, diagnostic_).run();
    return find_order_aliases() && name_resolution(tree_, alias_, diagnostic_).run() && name_columns() &&
           check_groups() && check_target_roots();
  }

private:
  constexpr const node_record& node(std::uint32_t i) const noexcept { return tree_.nodes[i]; }
  constexpr node_kind kind(std::uint32_t i) const noexcept { return static_cast<node_kind>(node(i).kind); }

  constexpr bool has_aggregate_column() const noexcept {
    for (std::uint32_t i = 0; i != tree_.columns.size(); ++i) {
      if (kind(tree_.columns[i].node) == node_kind::aggregate) return true;
    }
    return false;
  }

  // ORDER BY with the alias of a column, which is looked at as it was written, before roots are spelled anew.
  constexpr bool find_order_aliases() noexcept {
    if (tree_.order.empty()) return true;
    const auto name = [this](std::uint32_t i) { return tree_.view(tree_.columns[i].name); };
    sorted_index index(tree_.memory());
    for (std::uint32_t i = 0; i != tree_.columns.size(); ++i) {
      if (tree_.columns[i].has_alias && !index.add(i)) return fail_memory();
    }
    index.sort([name](std::uint32_t a, std::uint32_t b) { return name(a).compare(name(b)); });
    for (std::uint32_t i = 0; i != tree_.order.size(); ++i) {
      order_record& item = tree_.order[i];
      const node_record& key = node(item.node);
      if (kind(item.node) != node_kind::path || key.segments.count != 1 ||
          static_cast<path_prefix>(key.code) != path_prefix::none) {
        continue;
      }
      const std::string_view written = tree_.view(tree_.segments[key.segments.first].key);
      item.column = index.find([&](std::uint32_t column) { return name(column).compare(written); });
      if (item.column != no_index) item.node = tree_.columns[item.column].node;
    }
    return true;
  }

  constexpr bool name_columns() noexcept {
    std::uint64_t unnamed = 0;
    for (std::uint32_t i = 0; i != tree_.columns.size(); ++i) {
      column_record& column = tree_.columns[i];
      if (!column.has_alias && !name_column(column, unnamed)) return fail_memory();
    }
    return check_duplicates();
  }

  // Spec/query.md 12.
  constexpr bool name_column(column_record& column, std::uint64_t& unnamed) noexcept {
    const node_record& expression = node(column.node);
    if (kind(column.node) == node_kind::aggregate) {
      return spell(column, query_aggregate_name(static_cast<query_aggregate>(expression.code)));
    }
    if (kind(column.node) == node_kind::path && !is_subscripted(expression.segments)) {
      if (expression.is_renamed_root && expression.segments.count == 1) {
        // `id` is deviceId, but not in name.
        const bool is_job = tree_.collection == query_collection::jobs;
        return spell(column, is_job ? job_roots.back().name : twin_roots.back().name);
      }
      column.name = tree_.segments[std::size_t{expression.segments.first} + expression.segments.count - 1].key;
      return true;
    }
    char name[24];
    char* const end = name + sizeof name;
    char* at = end;
    ++unnamed;
    for (std::uint64_t rest = unnamed; rest != 0; rest /= 10) *--at = static_cast<char>('0' + rest % 10);
    *--at = '$';
    return spell(column, {at, static_cast<std::size_t>(end - at)});
  }

  constexpr bool is_subscripted(segment_run run) const noexcept {
    for (std::uint32_t i = 0; i != run.count; ++i) {
      if (tree_.segments[std::size_t{run.first} + i].is_subscript) return true;
    }
    return false;
  }

  constexpr bool spell(column_record& column, std::string_view name) noexcept {
    column.name = {static_cast<std::uint32_t>(tree_.text.size()), static_cast<std::uint32_t>(name.size())};
    return tree_.text.append(name);
  }

  constexpr bool check_duplicates() noexcept {
    const auto name = [this](std::uint32_t i) { return tree_.view(tree_.columns[i].name); };
    sorted_index index(tree_.memory());
    for (std::uint32_t i = 0; i != tree_.columns.size(); ++i) {
      if (!index.add(i)) return fail_memory();
    }
    index.sort([name](std::uint32_t a, std::uint32_t b) { return name(a).compare(name(b)); });
    std::uint32_t first = no_index;
    for (std::uint32_t i = 1; i < index.size(); ++i) {
      if (name(index[i]) == name(index[i - 1]) && index[i] < first) first = index[i];
    }
    if (first == no_index) return true;
    return fail(errc::duplicate_column, tree_.columns[first].node, "another name after AS: one column has this name");
  }

  // Every column and order of a grouped query is an aggregate or a key.
  constexpr bool check_groups() noexcept {
    if (!tree_.is_grouped) return true;
    const auto compare = [this](std::uint32_t a, std::uint32_t b) { return compare_expressions(tree_, a, tree_, b); };
    const auto key = [this](std::uint32_t i) { return tree_.group_keys[i]; };
    sorted_index index(tree_.memory());
    for (std::uint32_t i = 0; i != tree_.group_keys.size(); ++i) {
      if (!index.add(i)) return fail_memory();
    }
    index.sort([&](std::uint32_t a, std::uint32_t b) { return compare(key(a), key(b)); });
    const auto find = [&](std::uint32_t expression) {
      return index.find([&](std::uint32_t i) { return compare(key(i), expression); });
    };
    for (std::uint32_t i = 0; i != tree_.columns.size(); ++i) {
      column_record& column = tree_.columns[i];
      if (kind(column.node) == node_kind::aggregate) continue;
      column.group_key = find(column.node);
      if (column.group_key == no_index) {
        return fail(errc::not_grouped, column.node, "an aggregate, or an expression of GROUP BY");
      }
    }
    for (std::uint32_t i = 0; i != tree_.order.size(); ++i) {
      order_record& item = tree_.order[i];
      if (kind(item.node) == node_kind::aggregate) continue;
      item.group_key = find(item.node);
      if (item.group_key == no_index) {
        return fail(errc::not_grouped, item.node, "an alias, an aggregate, or an expression of GROUP BY");
      }
    }
    return true;
  }

  constexpr bool check_target_roots() noexcept {
    if (tree_.dialect != query_dialect::target_condition) return true;
    for (std::uint32_t i = 0; i != tree_.nodes.size(); ++i) {
      if (kind(i) == node_kind::path && !is_target_path(node(i))) {
        return fail(errc::invalid_target_condition, i,
                    tree_.collection == query_collection::modules
                        ? "deviceId, moduleId, tags or properties.reported: nothing else is known here"
                        : "deviceId, tags or properties.reported: nothing else is known here");
      }
    }
    return true;
  }

  constexpr bool is_target_path(const node_record& path) const noexcept {
    switch (static_cast<path_root>(path.code)) {
      case path_root::device_id:
      case path_root::tags: return true;
      case path_root::module_id: return tree_.collection == query_collection::modules;
      case path_root::properties: {
        if (path.segments.count < 2) return false;
        const segment_record& second = tree_.segments[std::size_t{path.segments.first} + 1];
        return !second.is_index && tree_.view(second.key) == "reported";
      }
      default: return false;
    }
  }

  constexpr bool fail(errc code, std::uint32_t at, std::string_view expected) noexcept {
    diagnostic_.clear();
    diagnostic_.code = code;
    diagnostic_.offset = node(at).offset;
    diagnostic_.length = node(at).length;
    diagnostic_.expected = expected;
    return false;
  }

  constexpr bool fail_memory() noexcept {
    diagnostic_.clear();
    diagnostic_.code = errc::out_of_memory;
    return false;
  }

  tree_storage& tree_;
  text_piece alias_;
  query_diagnostic& diagnostic_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_SEMANTICS_HPP
