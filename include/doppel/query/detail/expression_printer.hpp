// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_EXPRESSION_PRINTER_HPP
#define DOPPEL_QUERY_DETAIL_EXPRESSION_PRINTER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/path.hpp>
#include <doppel/query/detail/keyword.hpp>
#include <doppel/query/detail/operators.hpp>
#include <doppel/query/detail/sorted_index.hpp>
#include <doppel/query/syntax_tree.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

constexpr std::string_view operator_text(query_operator op) noexcept {
  switch (op) {
    case query_operator::negate:
    case query_operator::subtract: return "-";
    case query_operator::plus:
    case query_operator::add: return "+";
    case query_operator::logical_not: return "NOT";
    case query_operator::logical_and: return "AND";
    case query_operator::logical_or: return "OR";
    case query_operator::coalesce: return "??";
    case query_operator::equal: return "=";
    case query_operator::not_equal: return "!=";
    case query_operator::less: return "<";
    case query_operator::less_equal: return "<=";
    case query_operator::greater: return ">";
    case query_operator::greater_equal: return ">=";
    case query_operator::multiply: return "*";
    case query_operator::divide: return "/";
    case query_operator::remainder: return "%";
    case query_operator::concatenate: return "||";
  }
  return {};
}

constexpr binding operator_binding(query_operator op, bool is_route) noexcept {
  switch (op) {
    case query_operator::negate:
    case query_operator::plus: return sign_binding;
    case query_operator::logical_not: return is_route ? sign_binding : not_binding;
    case query_operator::logical_and: return and_binding;
    case query_operator::logical_or: return or_binding;
    case query_operator::coalesce: return coalesce_binding;
    case query_operator::equal:
    case query_operator::not_equal: return equality_binding;
    case query_operator::less:
    case query_operator::less_equal:
    case query_operator::greater:
    case query_operator::greater_equal: return is_route ? relation_binding : equality_binding;
    case query_operator::add:
    case query_operator::subtract:
    case query_operator::concatenate: return additive_binding;
    case query_operator::multiply:
    case query_operator::divide:
    case query_operator::remainder: return multiplicative_binding;
  }
  return any_binding;
}

/// Writes expressions, with as few parentheses as possible. Goes down the tree with a stack of its own.
class expression_printer {
public:
  expression_printer(text_buffer& out, const syntax_tree& tree) noexcept
      : out_(out),
        data_(tree_access::storage(tree)),
        is_route_(tree.dialect() == query_dialect::route),
        stack_(out.memory()) {}

  [[nodiscard]] bool is_good() const noexcept { return is_good_; }

  void put(std::string_view text) noexcept { is_good_ = is_good_ && out_.append(text); }

  void put_number(std::uint64_t number) noexcept {
    char text[24];
    put({text, static_cast<std::size_t>(std::to_chars(text, text + sizeof text, number).ptr - text)});
  }

  /// A name after a dot or AS.
  void put_segment(std::string_view name, bool needs_brackets = false) noexcept {
    if (!needs_brackets && is_plain_key(name) && name[0] != '-' && !is_reserved(find_keyword(name))) {
      return put(name);
    }
    put("[[");
    put(name);
    put("]]");
  }

  /// A name where an expression starts.
  static bool is_plain_root(std::string_view name) noexcept {
    // SELECT DISTINCT is not a column of that name.
    const keyword word = find_keyword(name);
    return is_plain_key(name) && !has_class(name[0], is_digit) && name[0] != '-' && !is_reserved(word) &&
           word != keyword::distinct;
  }

  std::string_view prefix() const noexcept {
    switch (data_.collection) {
      case query_collection::modules: return "devices.modules.";
      case query_collection::jobs: return "devices.jobs.";
      default: return "devices.";
    }
  }

  /// A path with the name of the collection in front, behind which brackets are always those of a name.
  void put_prefixed_path(syntax_node path) noexcept {
    const std::string_view root = root_text(path);
    put(prefix());
    const keyword word = find_keyword(root);
    put_segment(root, word == keyword::modules || word == keyword::jobs);
    put_steps(path.segments(), 1);
  }

  void print(syntax_node root, binding loosest = any_binding) noexcept {
    const std::uint32_t bottom = stack_.size();
    enter(root, loosest);
    while (is_good_ && stack_.size() != bottom) {
      item& open = stack_.back();
      if (open.next == no_node) {
        const item done = open;
        stack_.truncate(stack_.size() - 1);
        leave(done);
        continue;
      }
      const syntax_node child = node(open.next);
      const std::uint32_t position = open.position++;
      open.next = data_.nodes[child.index()].next;
      const syntax_node parent = node(open.node);
      put_before(parent, position);
      enter(child, child_binding(parent, position));
    }
  }

  /// The name of a path's root as it is printed: where one name stands for another, the one that was written.
  std::string_view root_text(syntax_node path) const noexcept {
    if (!data_.nodes[path.index()].is_renamed_root) return path.segments()[0].key;
    return data_.collection == query_collection::jobs ? job_roots.back().name : twin_roots.back().name;
  }

private:
  struct item {
    std::uint32_t node;
    std::uint32_t next;  // child
    std::uint32_t position;
    bool has_parentheses;
  };

  syntax_node node(std::uint32_t index) const noexcept { return tree_access::node(data_, index); }

  binding binding_of(syntax_node n) const noexcept {
    switch (n.kind()) {
      case node_kind::unary:
      case node_kind::binary: return operator_binding(n.op(), is_route_);
      case node_kind::in:
      case node_kind::between:
      case node_kind::like: return equality_binding;
      case node_kind::integer: return n.integer() < 0 ? sign_binding : tightest;
      case node_kind::floating: return n.floating() < 0 ? sign_binding : tightest;
      default: return tightest;
    }
  }

  // How tight a child must bind to need no parentheses.
  binding child_binding(syntax_node parent, std::uint32_t position) const noexcept {
    const auto tighter = [](binding level) { return static_cast<binding>(level + 1); };
    switch (parent.kind()) {
      case node_kind::unary: return binding_of(parent);
      case node_kind::binary: {
        const binding own = binding_of(parent);
        const bool chains = own != equality_binding || is_route_;
        return position == 0 && chains ? own : tighter(own);
      }
      case node_kind::in: return is_route_ && position == 0 ? equality_binding : tighter(equality_binding);
      case node_kind::between:
      case node_kind::like: return tighter(equality_binding);
      case node_kind::array: return additive_binding;
      case node_kind::element: return position == 0 ? any_binding : additive_binding;
      default: return any_binding;
    }
  }

  void enter(syntax_node n, binding needed) noexcept {
    const bool has_parentheses = binding_of(n) < needed;
    if (has_parentheses) put("(");
    switch (n.kind()) {
      case node_kind::undefined: put("undefined"); break;
      case node_kind::null: put("null"); break;
      case node_kind::boolean: put(n.boolean() ? "true" : "false"); break;
      case node_kind::integer: put_integer(n.integer()); break;
      case node_kind::floating: put_floating(n.floating()); break;
      case node_kind::string: put_string(n.string()); break;
      case node_kind::path: put_path(n); break;
      default: put_opening(n); break;
    }
    const std::uint32_t first = data_.nodes[n.index()].first_child;
    is_good_ = is_good_ && stack_.push({n.index(), first, 0, has_parentheses});
  }

  void put_opening(syntax_node n) noexcept {
    switch (n.kind()) {
      case node_kind::unary:
        put(operator_text(n.op()));
        // In routes a sign before a name would belong to the name.
        if (is_route_ || n.op() == query_operator::logical_not) put(" ");
        break;
      case node_kind::call:
        put(query_function_name(n.function(), data_.dialect));
        put("(");
        break;
      case node_kind::aggregate:
        put(query_aggregate_name(n.aggregate()));
        put("(");
        break;
      case node_kind::array:
        // Neither may `path[` meet this bracket, nor two brackets look like those of a name.
        put(subscript_ == out_.size() ? " [" : looks_like_name(n) ? "[ " : "[");
        break;
      default: break;
    }
  }

  // [[a]], a list of a list of something that is no constant.
  static bool looks_like_name(syntax_node array) noexcept {
    if (array.child_count() != 1 || array.first_child().kind() != node_kind::array) return false;
    const syntax_node inner = array.first_child();
    return inner.child_count() == 1 && !inner.first_child().is_literal();
  }

  // What stands between the children, and before the first of them.
  void put_before(syntax_node parent, std::uint32_t position) noexcept {
    if (position == 0) return;
    switch (parent.kind()) {
      case node_kind::binary:
        put(" ");
        put(operator_text(parent.op()));
        put(" ");
        break;
      case node_kind::in: put(parent.is_negated() ? " NIN " : " IN "); break;
      case node_kind::between:
        put(position == 2 ? " AND " : parent.is_negated() ? " NOT BETWEEN " : " BETWEEN ");
        break;
      case node_kind::like: put(position == 2 ? " ESCAPE " : parent.is_negated() ? " NOT LIKE " : " LIKE "); break;
      case node_kind::element:
        put("[");
        subscript_ = out_.size();
        break;
      default: put(", "); break;
    }
  }

  void leave(const item& done) noexcept {
    const syntax_node n = node(done.node);
    switch (n.kind()) {
      case node_kind::call:
      case node_kind::aggregate: put(")"); break;
      case node_kind::array: put("]"); break;
      case node_kind::element:
        put("]");
        put_steps(n.segments(), 0);
        break;
      default: break;
    }
    if (done.has_parentheses) put(")");
  }

  void put_path(syntax_node path) noexcept {
    if (is_route_) return put_route_path(path);
    const std::string_view root = root_text(path);
    if (!is_plain_root(root)) return put_prefixed_path(path);
    put(root);
    put_steps(path.segments(), 1);
  }

  void put_steps(segment_range segments, std::size_t first) noexcept {
    for (std::size_t i = first; i < segments.size(); ++i) {
      const syntax_segment segment = segments[i];
      if (!segment.is_subscript) {
        put(".");
        put_segment(segment.key);
        continue;
      }
      put("[");
      if (segment.is_index) {
        put_integer(segment.index);
      } else {
        put_string(segment.key);
      }
      put("]");
    }
  }

  void put_route_path(syntax_node path) noexcept {
    const segment_range segments = path.segments();
    switch (path.root()) {
      case path_root::message_body: put("$body"); return put_route_steps(segments);
      case path_root::message_twin: put("$twin"); return put_route_steps(segments);
      case path_root::dollar_property: put("$"); return put(segments[0].key);
      case path_root::system_property:
        put("{$");
        put(segments[0].key);
        return put("}");
      default: return put(segments[0].key);
    }
  }

  void put_route_steps(segment_range segments) noexcept {
    for (const syntax_segment segment : segments) {
      put(segment.is_index ? "[" : ".");
      if (segment.is_index) {
        put_integer(segment.index);
        put("]");
      } else {
        put(segment.key);
      }
    }
  }

  void put_integer(std::int64_t value) noexcept {
    char text[24];
    put({text, static_cast<std::size_t>(std::to_chars(text, text + sizeof text, value).ptr - text)});
  }

  void put_floating(double value) noexcept {
    char text[40];
    const std::string_view shortest(
        text, static_cast<std::size_t>(std::to_chars(text, text + sizeof text, value).ptr - text));
    put(shortest);
    if (shortest.find_first_of(".e") == std::string_view::npos) put(".0");
  }

  void put_string(std::string_view value) noexcept {
    constexpr std::string_view hex = "0123456789abcdef";
    put("'");
    while (!value.empty()) {
      std::size_t plain = 0;
      while (plain != value.size() && !needs_escape(value[plain])) ++plain;
      put(value.substr(0, plain));
      value.remove_prefix(plain);
      if (value.empty()) break;
      const auto c = static_cast<unsigned char>(value[0]);
      if (c == '\\') {
        put("\\\\");
      } else if (c == '\'') {
        put(is_route_ ? "\\'" : "''");
      } else {
        const char escape[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15U]};
        put({escape, sizeof escape});
      }
      value.remove_prefix(1);
    }
    put("'");
  }

  bool needs_escape(char c) const noexcept {
    // A target condition has no double quotes.
    return static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == '\'' || c == '\x7f' ||
           (c == '"' && data_.dialect == query_dialect::target_condition);
  }

  static constexpr binding tightest = static_cast<binding>(sign_binding + 1);

  text_buffer& out_;
  const tree_storage& data_;
  bool is_route_;
  bool is_good_ = true;
  std::size_t subscript_ = static_cast<std::size_t>(-1);  // where the last subscript begins in the output
  growing_list<item> stack_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_EXPRESSION_PRINTER_HPP
