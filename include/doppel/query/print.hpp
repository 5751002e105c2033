// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_PRINT_HPP
#define DOPPEL_QUERY_PRINT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/query/detail/expression_printer.hpp>
#include <doppel/query/syntax_tree.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// @file
/// Tree to text.

namespace detail {

/// Writes clauses.
class query_printer {
public:
  query_printer(text_buffer& out, const syntax_tree& tree) noexcept
      : tree_(tree), printer_(out, tree), aliases_(out.memory()) {}

  /// @return false when memory is refused
  [[nodiscard]] bool run() noexcept {
    if (tree_.dialect() == query_dialect::twins) {
      print_query();
    } else {
      if (tree_.dialect() == query_dialect::target_condition && tree_.collection() == query_collection::modules) {
        put("FROM devices.modules WHERE ");
      }
      if (tree_.condition()) {
        printer_.print(*tree_.condition());
      } else {
        put("*");
      }
    }
    return is_good_ && printer_.is_good();
  }

private:
  void put(std::string_view text) noexcept { printer_.put(text); }

  void print_query() noexcept {
    put(tree_.is_distinct() ? "SELECT DISTINCT " : "SELECT ");
    put_count("TOP ", tree_.top(), " ");
    print_columns();
    put(" FROM ");
    put(tree_.collection() == query_collection::modules ? "devices.modules"
        : tree_.collection() == query_collection::jobs  ? "devices.jobs"
                                                        : "devices");
    if (tree_.condition()) {
      put(" WHERE ");
      printer_.print(*tree_.condition());
    }
    std::string_view before = " GROUP BY ";
    for (const syntax_node key : tree_.group_keys()) {
      put(before);
      printer_.print(key, additive_binding);
      before = ", ";
    }
    print_order();
    if (tree_.offset() != 0) put_count(" OFFSET ", tree_.offset(), "");
    put_count(" LIMIT ", tree_.limit(), "");
  }

  void put_count(std::string_view before, std::optional<std::uint64_t> count, std::string_view after) noexcept {
    if (!count) return;
    put(before);
    printer_.put_number(*count);
    put(after);
  }

  void print_columns() noexcept {
    if (tree_.selects_documents()) return put("*");
    std::string_view before;
    for (const syntax_column column : tree_.columns()) {
      put(before);
      printer_.print(column.expression);
      if (column.has_alias) {
        put(" AS ");
        printer_.put_segment(column.name);
      }
      before = ", ";
    }
  }

  void print_order() noexcept {
    if (tree_.order().empty()) return;
    collect_aliases();
    std::string_view before = " ORDER BY ";
    for (const syntax_order item : tree_.order()) {
      put(before);
      if (item.column != no_index) {
        print_alias(tree_.columns()[item.column].name);
      } else {
        // The root's name must not be taken for a column's.
        if (is_taken_for_alias(item.expression)) {
          printer_.put_prefixed_path(item.expression);
        } else {
          printer_.print(item.expression);
        }
      }
      if (item.is_descending) put(" DESC");
      before = ", ";
    }
  }

  void print_alias(std::string_view name) noexcept {
    if (expression_printer::is_plain_root(name)) return put(name);
    put("[[");
    put(name);
    put("]]");
  }

  void collect_aliases() noexcept {
    const auto columns = tree_.columns();
    for (std::uint32_t i = 0; i != columns.size(); ++i) {
      if (columns[i].has_alias) is_good_ = is_good_ && aliases_.add(i);
    }
    if (!is_good_) return;
    aliases_.sort([&](std::uint32_t a, std::uint32_t b) { return columns[a].name.compare(columns[b].name); });
  }

  bool is_taken_for_alias(syntax_node key) const noexcept {
    if (!is_good_ || key.kind() != node_kind::path || key.segments().size() != 1) return false;
    const std::string_view name = printer_.root_text(key);
    const auto columns = tree_.columns();
    return expression_printer::is_plain_root(name) &&
           aliases_.find([&](std::uint32_t i) { return columns[i].name.compare(name); }) != no_index;
  }

  const syntax_tree& tree_;
  expression_printer printer_;
  sorted_index aliases_;
  bool is_good_ = true;
};

}  // namespace detail

/// Appends a tree's text: keywords in capitals, one space between words, as few parentheses as possible, strings in
/// single quotes, and names in brackets where they have to be. Parsed again in the same dialect, and in the same mode
/// or the extended one, it gives an equal tree.
/// @param[in,out] out what is there stays
/// @param tree the query
/// @return nothing, or `errc::out_of_memory`: then a part of the text may have been appended
/// @par Complexity
/// Linear in the tree.
/// @par Exception safety
/// Nothing throws.
[[nodiscard]] inline boost::system::result<void> print_query(text_buffer& out, const syntax_tree& tree) noexcept {
  if (!detail::query_printer(out, tree).run()) return make_error_code(errc::out_of_memory);
  return {};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_PRINT_HPP
