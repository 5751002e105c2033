// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_CONDITION_LINT_HPP
#define DOPPEL_QUERY_DETAIL_CONDITION_LINT_HPP

#include <doppel/query/compare.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/query/detail/known_names.hpp>
#include <doppel/query/detail/tree_order.hpp>
#include <doppel/query/lint_report.hpp>
#include <doppel/query/syntax_tree.hpp>
#include <doppel/query/value.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Looks at comparisons of paths with constants: on their own, and those of one path together.
class condition_lint {
public:
  condition_lint(const syntax_tree& tree, lint_report& report) noexcept
      : tree_(tree),
        storage_(tree_access::storage(tree)),
        report_(report),
        tests_(report.memory()),
        required_(report.memory()) {}

  bool run() noexcept {
    if (!tree_.condition()) return true;
    const syntax_node root = *tree_.condition();
    const std::uint32_t before = static_cast<std::uint32_t>(report_.remarks().size());
    if (!mark_required(root) || !collect(root)) return false;
    if (!compare_neighbours()) return false;
    if (report_.remarks().size() != before) return true;
    // Only what has not been said already.
    const auto p = compile(tree_, {.folds_constants = true, .memory = report_.memory()});
    if (!p) return false;
    const bool is_none = root.kind() == node_kind::boolean && root.length() == 0;  // an empty target condition
    if (!p->is_never() || is_none) return true;
    return remark(query_remark_kind::never_true, root, "this can never be true: no document matches");
  }

private:
  /// A set of kinds, as bits.
  using kind_set = std::uint32_t;
  static constexpr kind_set any_kind = 0x7e;  // all but undefined
  static constexpr kind_set only(query_kind k) noexcept { return 1u << static_cast<unsigned>(k); }

  /// A test of one path.
  struct test {
    node_index path;
    node_index node;
    node_index literal;  // what it is compared with, or no_node
    query_operator op;   // as if the path stood on the left
    kind_set kinds;      // of the values that can fulfil it
    bool is_required;
  };

  bool remark(query_remark_kind kind, const syntax_node& at, std::string_view text,
              std::string_view hint = {}) noexcept {
    query_remark r;
    r.kind = kind;
    r.offset = at.offset();
    r.length = at.length();
    r.text = text;
    return report_.add(r, hint);
  }

  /// Parts of the condition that all have to be true.
  bool mark_required(const syntax_node& root) noexcept {
    if (!required_.reserve(std::size_t{root.index()} + 1)) return false;
    for (node_index i = 0; i <= root.index(); ++i) required_.data()[i] = false;
    required_.data()[root.index()] = true;
    for (node_index i = root.index() + 1; i-- != root.subtree_begin();) {
      const syntax_node n = tree_.node(i);
      if (!required_.data()[i] || n.kind() != node_kind::binary || n.op() != query_operator::logical_and) continue;
      required_.data()[n.first_child().index()] = true;
      required_.data()[n.last_child().index()] = true;
    }
    return true;
  }

  static query_kind kind_of(const syntax_node& literal) noexcept {
    switch (literal.kind()) {
      case node_kind::null: return query_kind::null;
      case node_kind::boolean: return query_kind::boolean;
      case node_kind::integer:
      case node_kind::floating: return query_kind::number;
      case node_kind::string: return query_kind::string;
      case node_kind::array: return query_kind::array;
      default: return query_kind::undefined;
    }
  }
  static query_value value_of(const syntax_node& literal) noexcept {
    switch (literal.kind()) {
      case node_kind::null: return query_value::null();
      case node_kind::boolean: return query_value::boolean(literal.boolean());
      case node_kind::integer: return query_value::integer(literal.integer());
      case node_kind::floating: return query_value::floating(literal.floating());
      case node_kind::string: return query_value::string(literal.string());
      default: return {};
    }
  }

  static query_operator turned(query_operator op) noexcept {
    switch (op) {
      case query_operator::less: return query_operator::greater;
      case query_operator::less_equal: return query_operator::greater_equal;
      case query_operator::greater: return query_operator::less;
      case query_operator::greater_equal: return query_operator::less_equal;
      default: return op;
    }
  }

  bool collect(const syntax_node& root) noexcept {
    for (node_index i = root.subtree_begin(); i <= root.index(); ++i) {
      const syntax_node n = tree_.node(i);
      const bool is_required = required_.data()[i];
      if (n.kind() == node_kind::binary && n.op() >= query_operator::equal && n.op() <= query_operator::greater_equal) {
        const syntax_node left = n.first_child();
        const syntax_node right = n.last_child();
        if (left.kind() == node_kind::undefined || right.kind() == node_kind::undefined) {
          if (!remark(query_remark_kind::compared_with_undefined, n,
                      "a comparison with undefined is undefined, never true", "IS_DEFINED")) {
            return false;
          }
        } else if (left.kind() == node_kind::path && right.is_literal()) {
          if (!comparison(n, left, right, n.op(), is_required)) return false;
        } else if (left.is_literal() && right.kind() == node_kind::path) {
          if (!comparison(n, right, left, turned(n.op()), is_required)) return false;
        }
      } else if (n.kind() == node_kind::call && n.first_child().kind() == node_kind::path) {
        if (!call(n, is_required)) return false;
      }
    }
    return true;
  }

  bool comparison(const syntax_node& n, const syntax_node& path, const syntax_node& literal, query_operator op,
                  bool is_required) noexcept {
    const query_kind kind = kind_of(literal);
    const bool is_stored = tree_.collection() != query_collection::messages &&
                           (path.root() == path_root::tags || path.root() == path_root::properties);
    if (kind == query_kind::null && is_stored) {
      return remark(query_remark_kind::compared_with_null, n,
                    "tags and properties are never null: a null deletes them. Missing ones are undefined",
                    op == query_operator::equal ? "NOT IS_DEFINED" : "IS_DEFINED");
    }
    const query_kind of_root = path.segments().size() == 1 ? kind_of_root(path.root()) : query_kind::undefined;
    if (of_root != query_kind::undefined && kind != of_root && kind != query_kind::null) {
      return remark(query_remark_kind::other_type, n, text_of_kind(of_root));
    }
    const kind_set kinds = op == query_operator::not_equal ? any_kind : only(kind);
    return tests_.push({path.index(), n.index(), literal.index(), op, kinds, is_required});
  }

  static std::string_view text_of_kind(query_kind kind) noexcept {
    switch (kind) {
      case query_kind::number: return "this field is a number; nothing is converted";
      case query_kind::string: return "this field is a string; nothing is converted";
      case query_kind::array: return "this field is an array; nothing is converted";
      default: return "this field is an object; nothing is converted";
    }
  }

  bool call(const syntax_node& n, bool is_required) noexcept {
    kind_set kinds = 0;
    switch (n.function()) {
      case query_function::is_null: kinds = only(query_kind::null); break;
      case query_function::is_bool: kinds = only(query_kind::boolean); break;
      case query_function::is_number: kinds = only(query_kind::number); break;
      case query_function::starts_with:
      case query_function::ends_with:
      case query_function::contains:
      case query_function::is_string: kinds = only(query_kind::string); break;
      case query_function::array_contains:
      case query_function::is_array: kinds = only(query_kind::array); break;
      case query_function::is_object: kinds = only(query_kind::object); break;
      case query_function::is_primitive:
        kinds =
            only(query_kind::null) | only(query_kind::boolean) | only(query_kind::number) | only(query_kind::string);
        break;
      default: return true;
    }
    if (!is_required) return true;  // alternatives are often of different kinds
    return tests_.push({n.first_child().index(), n.index(), no_node, query_operator::plus, kinds, true});
  }

  /// Says whether no value fulfils both of two comparisons with constants of one kind.
  bool is_contradiction(const test& a, const test& b) const noexcept {
    if (a.literal == no_node || b.literal == no_node) return false;
    const query_value x = value_of(tree_.node(a.literal));
    const query_value y = value_of(tree_.node(b.literal));
    if (a.op == query_operator::equal) return compare_values(b.op, x, y) == truth::no;
    if (b.op == query_operator::equal) return compare_values(a.op, y, x) == truth::no;
    const auto is_lower = [](query_operator op) {
      return op == query_operator::greater || op == query_operator::greater_equal;
    };
    const auto is_upper = [](query_operator op) {
      return op == query_operator::less || op == query_operator::less_equal;
    };
    const bool is_pair = (is_lower(a.op) && is_upper(b.op)) || (is_upper(a.op) && is_lower(b.op));
    if (!is_pair || x.kind() != y.kind()) return false;
    const auto order = is_lower(a.op) ? order_values(x, y) : order_values(y, x);
    const bool is_open = a.op == query_operator::less || a.op == query_operator::greater ||
                         b.op == query_operator::less || b.op == query_operator::greater;
    return order > 0 || (order == 0 && is_open);
  }

  bool compare_neighbours() noexcept {
    if (tests_.size() < 2) return true;
    // Tests of one path together, in the order in which they stand; required ones first.
    std::sort(&tests_[0], &tests_[0] + tests_.size(), [this](const test& a, const test& b) {
      const int order = compare_expressions(storage_, a.path, storage_, b.path);
      if (order != 0) return order < 0;
      return a.is_required != b.is_required ? a.is_required : a.node < b.node;
    });
    for (std::uint32_t i = 0; i != tests_.size();) {
      std::uint32_t end = i + 1;
      while (end != tests_.size() && compare_expressions(storage_, tests_[i].path, storage_, tests_[end].path) == 0)
        ++end;
      if (!compare_group(i, end)) return false;
      i = end;
    }
    return true;
  }

  bool compare_group(std::uint32_t begin, std::uint32_t end) noexcept {
    kind_set kinds = any_kind;                 // that all required tests so far leave
    query_kind first = query_kind::undefined;  // that the path was first compared with
    for (std::uint32_t i = begin; i != end; ++i) {
      const test& t = tests_[i];
      const syntax_node n = tree_.node(t.node);
      bool is_excluded = false;
      if (t.is_required) {
        is_excluded = (kinds & t.kinds) == 0;
        // Against the first few: what is written by hand has no more.
        for (std::uint32_t k = begin; k != i && k != begin + few && !is_excluded; ++k) {
          is_excluded = is_contradiction(tests_[k], t);
        }
        kinds &= t.kinds;
        if (is_excluded && !remark(query_remark_kind::excluded, n,
                                   "no value fulfils this and what is asked of the same path before")) {
          return false;
        }
        if (is_excluded) kinds = any_kind;
      }
      if (t.literal == no_node) continue;
      const query_kind kind = kind_of(tree_.node(t.literal));
      if (first == query_kind::undefined) first = kind;
      if (!is_excluded && kind != first && kind != query_kind::null && first != query_kind::null &&
          !remark(query_remark_kind::other_type, n,
                  "elsewhere this path is compared with a value of another type; nothing is converted")) {
        return false;
      }
    }
    return true;
  }

  static constexpr std::uint32_t few = 16;

  const syntax_tree& tree_;
  const tree_storage& storage_;
  lint_report& report_;
  growing_list<test> tests_;
  array<bool> required_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_CONDITION_LINT_HPP
