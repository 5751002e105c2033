// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_QUERY_TREE_TEXT_HPP
#define DOPPEL_TESTS_QUERY_TREE_TEXT_HPP

#include <doppel/query/parse.hpp>

#include <string>
#include <string_view>
#include <vector>

// Trees as text, so that a test can say what it expects in one line.
namespace doppel_test {

inline std::string_view operator_word(doppel::query_operator op) {
  static constexpr std::string_view words[] = {"neg", "pos", "not", "and", "or", "??", "=", "!=", "<",
                                               "<=",  ">",   ">=",  "+",   "-",  "*",  "/", "%",  "||"};
  return words[static_cast<std::size_t>(op)];
}

// Names with "/" between them, subscripts in brackets.
inline std::string path_text(doppel::segment_range segments) {
  std::string text;
  for (const doppel::syntax_segment s : segments) {
    if (s.is_index) {
      text += '[' + std::to_string(s.index) + ']';
    } else if (s.is_subscript) {
      text += "['" + std::string(s.key) + "']";
    } else {
      text += (text.empty() ? "" : "/") + std::string(s.key);
    }
  }
  return text;
}

inline std::string head_text(doppel::syntax_node node) {
  using doppel::node_kind;
  const std::string negated = node.is_negated() ? "not-" : "";
  switch (node.kind()) {
    case node_kind::undefined: return "undefined";
    case node_kind::null: return "null";
    case node_kind::boolean: return node.boolean() ? "true" : "false";
    case node_kind::integer: return std::to_string(node.integer());
    case node_kind::floating: return std::to_string(node.floating());
    case node_kind::string: return '\'' + std::string(node.string()) + '\'';
    case node_kind::array: return "list";
    case node_kind::path: return path_text(node.segments());
    case node_kind::element: return "at:" + path_text(node.segments());
    case node_kind::unary:
    case node_kind::binary: return std::string(operator_word(node.op()));
    case node_kind::call: return std::string(doppel::query_function_name(node.function()));
    case node_kind::aggregate: return std::string(doppel::query_aggregate_name(node.aggregate()));
    case node_kind::in: return negated + "in";
    case node_kind::between: return negated + "between";
    case node_kind::like: return negated + "like";
  }
  return "?";
}

// (head child child), without parentheses where there are no children. Goes through the nodes in their order, as all
// users of trees should, and checks that order on the way.
inline std::string tree_text(const doppel::syntax_tree& tree, doppel::syntax_node root) {
  std::vector<std::string> done;
  for (doppel::node_index i = root.subtree_begin(); i <= root.index(); ++i) {
    const doppel::syntax_node node = tree.node(i);
    std::string text = head_text(node);
    const bool is_leaf = node.kind() <= doppel::node_kind::string || node.kind() == doppel::node_kind::path;
    if (!is_leaf) {
      text.insert(0, 1, '(');
      std::size_t at = done.size() - node.child_count();
      for (const doppel::syntax_node child : node.children()) {
        text += ' ' + done[at++];
        if (child.index() >= i) return "child after parent";
      }
      if (at != done.size()) return "children and their number differ";
      text += ')';
      done.resize(done.size() - node.child_count());
    } else if (node.child_count() != 0) {
      return "leaf with children";
    }
    done.push_back(std::move(text));
  }
  return done.size() == 1 ? done[0] : "a subtree is not one run";
}

// What a text is read as: the condition of a condition, or the code of the refusal.
inline std::string condition_text(std::string_view text, doppel::query_options options = {}) {
  if (options.dialect == doppel::query_dialect::twins) options.dialect = doppel::query_dialect::condition;
  doppel::query_diagnostic problem;
  const auto tree = doppel::parse_query(text, options, &problem);
  if (!tree) return std::string(doppel::query_error_name(problem.code));
  return tree->condition() ? tree_text(*tree, *tree->condition()) : "*";
}

inline std::string error_of(std::string_view text, doppel::query_mode mode = doppel::query_mode::extended,
                            doppel::query_dialect dialect = doppel::query_dialect::twins) {
  doppel::query_diagnostic problem;
  const auto tree = doppel::parse_query(text, {.mode = mode, .dialect = dialect}, &problem);
  return tree ? "" : std::string(doppel::query_error_name(problem.code));
}

inline std::string hub_error_of(std::string_view text) { return error_of(text, doppel::query_mode::hub); }

}  // namespace doppel_test

#endif
