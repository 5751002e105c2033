// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_EMITTER_HPP
#define DOPPEL_QUERY_DETAIL_EMITTER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/query/detail/code_builder.hpp>
#include <doppel/query/detail/program_memory.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/program_parts.hpp>
#include <doppel/query/syntax_node.hpp>
#include <doppel/query/value.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Turns expressions of a tree into atoms and code. Paths are still numbers of syntax nodes in what it emits:
/// in `query_atom::path`, and in `query_instruction::a` of a slot.
class emitter {
public:
  emitter(const tree_storage& tree, program_lists& lists, compile_memory& memory, bool folds) noexcept
      : tree_(tree), out_(lists), memory_(memory), code_(lists, memory, tree.dialect, folds) {
    for (std::uint32_t i = 0; i != tree.nodes.size(); ++i) memory_.parents[i] = no_node;
    for (std::uint32_t i = 0; i != tree.nodes.size(); ++i) {
      const node_record& n = tree.nodes[i];
      for (std::uint32_t child = n.first_child; child != no_node; child = tree.nodes[child].next) {
        memory_.parents[child] = i;
      }
    }
  }

  [[nodiscard]] bool is_good() const noexcept { return code_.is_good(); }
  code_builder& code() noexcept { return code_; }

  /// Emits the conjuncts of the condition. False if one of them can never be true.
  bool condition(std::uint32_t root) noexcept {
    // ANDs below the root that are reached through ANDs alone are taken apart.
    marks_from(root);
    for (std::uint32_t i = root + 1; i-- != node(root).subtree;) {
      if (memory_.roles[i] != role::conjunct) continue;
      const bool is_and = kind(i) == node_kind::binary && op(i) == query_operator::logical_and && strictness(i) == 0;
      if (!is_and) continue;
      memory_.roles[i] = role::split;
      for (std::uint32_t c = node(i).first_child; c != no_node; c = node(c).next) memory_.roles[c] = role::conjunct;
    }
    in_condition_ = true;
    // Atoms alone first: they reject cheapest.
    for (std::uint32_t i = node(root).subtree; i <= root; ++i) {
      if (memory_.roles[i] == role::conjunct) add_if_atom(i);
    }
    bool is_possible = true;
    for (std::uint32_t i = node(root).subtree; i <= root && is_possible; ++i) {
      if (memory_.roles[i] == role::conjunct) is_possible = conjunct(i);
    }
    in_condition_ = false;
    return is_possible;
  }

  /// Emits an expression of a column, a key or an order.
  query_range expression(std::uint32_t root) noexcept {
    marks_from(root);
    return subtree(root);
  }

private:
  using role = compile_memory::role;

  const node_record& node(std::uint32_t i) const noexcept { return tree_.nodes[i]; }
  node_kind kind(std::uint32_t i) const noexcept { return static_cast<node_kind>(node(i).kind); }
  query_operator op(std::uint32_t i) const noexcept { return static_cast<query_operator>(node(i).code); }
  query_function function(std::uint32_t i) const noexcept { return static_cast<query_function>(node(i).code); }
  bool is_literal(std::uint32_t i) const noexcept { return kind(i) <= node_kind::string; }
  bool is_path(std::uint32_t i) const noexcept { return kind(i) == node_kind::path; }
  bool is_route() const noexcept { return tree_.dialect == query_dialect::route; }

  void marks_from(std::uint32_t root) noexcept {
    std::memset(memory_.roles + node(root).subtree, 0, (root - node(root).subtree + 1) * sizeof(role));
    memory_.roles[root] = role::conjunct;
  }

  // -- routes: AND and OR with a value of the body want two booleans (spec/query.md 16.4)

  /// Of an AND or OR `route_dynamic` or `route_null`; else 0.
  std::uint8_t strictness(std::uint32_t i) const noexcept {
    if (!is_route() || (op(i) != query_operator::logical_and && op(i) != query_operator::logical_or)) return 0;
    std::uint8_t strict = 0;
    for (std::uint32_t c = node(i).first_child; c != no_node; c = node(c).next) {
      if (kind(c) == node_kind::null) return route_null;
      if (is_path(c) && static_cast<path_root>(node(c).code) == path_root::message_body) strict = route_dynamic;
    }
    return strict;
  }

  // -- atoms

  /// The atom that a call is, or `is_true` if it is none.
  static atom_op atom_of(query_function f) noexcept {
    switch (f) {
      case query_function::is_defined: return atom_op::is_defined;
      case query_function::is_null: return atom_op::is_null;
      case query_function::is_bool: return atom_op::is_bool;
      case query_function::is_number: return atom_op::is_number;
      case query_function::is_string: return atom_op::is_string;
      case query_function::is_object: return atom_op::is_object;
      case query_function::is_primitive: return atom_op::is_primitive;
      case query_function::is_array: return atom_op::is_array;
      case query_function::starts_with: return atom_op::starts_with;
      case query_function::ends_with: return atom_op::ends_with;
      case query_function::contains: return atom_op::contains;
      case query_function::array_contains: return atom_op::array_contains;
      default: return atom_op::is_true;
    }
  }

  /// Says whether the value of a node counts only as a truth.
  bool is_condition(std::uint32_t i) const noexcept {
    if (memory_.roles[i] == role::conjunct) return in_condition_;
    const std::uint32_t parent = memory_.parents[i];
    if (parent == no_node) return false;
    if (kind(parent) == node_kind::unary) return op(parent) == query_operator::logical_not;
    return kind(parent) == node_kind::binary &&
           (op(parent) == query_operator::logical_and || op(parent) == query_operator::logical_or) &&
           strictness(parent) != route_null;  // null OR x is x, whatever that is
  }

  bool is_atom(std::uint32_t i) const noexcept {
    if (!in_condition_) return false;
    const node_record& n = node(i);
    const auto child = [&](std::uint32_t at) {
      std::uint32_t c = n.first_child;
      while (at-- != 0) c = node(c).next;
      return c;
    };
    switch (kind(i)) {
      case node_kind::path: return is_condition(i);
      case node_kind::binary: {
        if (op(i) < query_operator::equal || op(i) > query_operator::greater_equal) return false;
        const bool path_first = is_path(child(0)) && is_literal(child(1));
        return path_first || (is_literal(child(0)) && is_path(child(1)));
      }
      case node_kind::in: {
        if (!is_path(child(0)) || kind(child(1)) != node_kind::array) return false;
        for (std::uint32_t c = node(child(1)).first_child; c != no_node; c = node(c).next) {
          if (!is_literal(c)) return false;
        }
        return true;
      }
      case node_kind::like:
        return is_path(child(0)) && is_literal(child(1)) && (n.child_count < 3 || is_literal(child(2)));
      case node_kind::call: {
        const atom_op what = atom_of(function(i));
        if (what == atom_op::is_true || !is_path(child(0))) return false;
        return n.child_count == 1 || is_literal(child(1));
      }
      default: return false;
    }
  }

  query_value literal(std::uint32_t i) const noexcept {
    const node_record& n = node(i);
    switch (kind(i)) {
      case node_kind::null: return query_value::null();
      case node_kind::boolean: return query_value::boolean(n.boolean);
      case node_kind::integer: return query_value::integer(n.integer);
      case node_kind::floating: return query_value::floating(n.floating);
      case node_kind::string: return query_value::string(out_.view(n.text));
      default: return {};
    }
  }
  void add_literal(std::uint32_t i) noexcept { out_.literals.add({literal(i), {}}); }

  std::uint32_t add_atom(std::uint32_t i) noexcept {
    const node_record& n = node(i);
    query_atom atom;
    atom.conjunct = no_index;
    atom.path = n.first_child;
    atom.literals.begin = out_.literals.size();
    switch (kind(i)) {
      case node_kind::path:
        atom.op = atom_op::is_true;
        atom.path = i;
        break;
      case node_kind::binary: {
        const std::uint32_t left = n.first_child;
        const std::uint32_t right = node(left).next;
        const bool is_turned = is_literal(left);
        atom.path = is_turned ? right : left;
        add_literal(is_turned ? left : right);
        switch (op(i)) {
          case query_operator::less: atom.op = is_turned ? atom_op::greater : atom_op::less; break;
          case query_operator::less_equal: atom.op = is_turned ? atom_op::greater_equal : atom_op::less_equal; break;
          case query_operator::greater: atom.op = is_turned ? atom_op::less : atom_op::greater; break;
          case query_operator::greater_equal: atom.op = is_turned ? atom_op::less_equal : atom_op::greater_equal; break;
          default:
            atom.op = atom_op::equal;
            atom.is_negated = op(i) == query_operator::not_equal;
            break;
        }
        break;
      }
      case node_kind::in:
        atom.op = atom_op::in;
        atom.is_negated = n.is_negated;
        for (std::uint32_t c = node(node(n.first_child).next).first_child; c != no_node; c = node(c).next) {
          add_literal(c);
        }
        break;
      case node_kind::like:
        atom.op = atom_op::like;
        atom.is_negated = n.is_negated;
        for (std::uint32_t c = node(n.first_child).next; c != no_node; c = node(c).next) add_literal(c);
        break;
      default:
        atom.op = atom_of(function(i));
        if (n.child_count == 2) add_literal(node(n.first_child).next);
        break;
    }
    atom.literals.end = out_.literals.size();
    return out_.atoms.add(atom);
  }

  // -- conjuncts

  void add_if_atom(std::uint32_t i) noexcept {
    std::uint32_t inner = i;
    bool is_negated = false;
    while (kind(inner) == node_kind::unary && op(inner) == query_operator::logical_not) {
      inner = node(inner).first_child;
      is_negated = !is_negated;
    }
    if (!is_atom(inner)) return;
    const std::uint32_t atom = add_atom(inner);
    if (is_negated) out_.atoms[atom].is_negated = !out_.atoms[atom].is_negated;
    out_.conjuncts.add({atom, {}, 1, false});
    memory_.roles[i] = role::done;
  }

  /// False if it can never be true.
  bool conjunct(std::uint32_t i) noexcept {
    const query_range code = subtree(i);
    if (code_.folds() && code.size() == 1 && out_.code[code.begin].opcode == query_opcode::literal) {
      const truth t = out_.literals[out_.code[code.begin].a].value.as_truth();
      out_.code.truncate(code.begin);
      return t == truth::yes;
    }
    out_.conjuncts.add({no_index, code, 0, is_logic(code)});
    return true;
  }

  /// See `query_conjunct::is_logic`.
  bool is_logic(query_range code) const noexcept {
    for (std::uint32_t at = code.begin; at != code.end; ++at) {
      const query_instruction& i = out_.code[at];
      switch (i.opcode) {
        case query_opcode::atom:
        case query_opcode::skip_if_no:
        case query_opcode::skip_if_yes: break;
        case query_opcode::logical_not:
        case query_opcode::logical_and:
        case query_opcode::logical_or:
          if (i.code != 0) return false;
          break;
        case query_opcode::slot:
          if (code.end - at < 3 || out_.code[at + 1].opcode != query_opcode::slot ||
              out_.code[at + 2].opcode != query_opcode::compare) {
            return false;
          }
          at += 2;
          break;
        default: return false;
      }
    }
    return true;
  }

  // -- code

  query_range subtree(std::uint32_t root) noexcept {
    const std::uint32_t begin = code_.start();
    const std::uint32_t first = node(root).subtree;
    // From above: what is below an atom is not emitted.
    for (std::uint32_t i = root + 1; i-- > first;) {
      if (!is_atom(i)) continue;
      const std::uint32_t below = node(i).subtree;
      std::memset(memory_.roles + below, static_cast<int>(role::skipped), i - below);
      memory_.roles[i] = role::atom;
      i = below;
    }
    for (std::uint32_t i = first; i <= root; ++i) {
      if (memory_.roles[i] == role::skipped) continue;
      emit_node(i);
      if (i != root) skip_behind(i);
    }
    return code_.finish(begin);
  }

  /// An operator or function whose operands are the node's children.
  void apply(std::uint32_t i, query_opcode opcode, bool is_truth) noexcept {
    const node_record& n = node(i);
    code_.apply({opcode, n.code, n.is_negated, n.child_count, 0}, n.child_count, is_truth);
  }

  void emit_node(std::uint32_t i) noexcept {
    const node_record& n = node(i);
    if (memory_.roles[i] == role::atom) return code_.push_atom(add_atom(i));
    switch (kind(i)) {
      case node_kind::path: code_.push_slot(i); break;
      case node_kind::array:
        // The list of an IN is no value of its own.
        if (!is_list_of_in(i)) apply(i, query_opcode::array, false);
        break;
      case node_kind::element:
        apply(i, query_opcode::element, false);
        for (std::uint32_t s = 0; s != n.segments.count; ++s) {
          const segment_record& segment = tree_.segments[std::size_t{n.segments.first} + s];
          code_.step(segment.is_index ? query_value::integer(segment.index)
                                      : query_value::string(out_.view(segment.key)));
        }
        break;
      case node_kind::unary:
        switch (op(i)) {
          case query_operator::logical_not: {
            const bool is_of_null = is_route() && kind(n.first_child) == node_kind::null;
            code_.apply({query_opcode::logical_not, is_of_null ? route_null : std::uint8_t{0}, false, 0, 0}, 1, true);
            break;
          }
          case query_operator::plus: apply(i, query_opcode::plus, false); break;
          default: apply(i, query_opcode::negate, false); break;
        }
        break;
      case node_kind::binary: binary(i); break;
      case node_kind::call: apply(i, query_opcode::call, atom_of(function(i)) != atom_op::is_true); break;
      case node_kind::in: {
        const std::uint32_t list = node(n.first_child).next;
        if (kind(list) == node_kind::array) {
          const std::uint32_t elements = node(list).child_count;
          code_.apply({query_opcode::in_list, 0, n.is_negated, elements, 0}, elements + 1, true);
        } else {
          apply(i, query_opcode::in_array, true);
        }
        break;
      }
      case node_kind::between: apply(i, query_opcode::between, true); break;
      case node_kind::like: apply(i, query_opcode::like, true); break;
      case node_kind::aggregate: break;  // never inside an expression
      default: code_.push_literal(literal(i)); break;
    }
  }

  bool is_list_of_in(std::uint32_t i) const noexcept {
    const std::uint32_t parent = memory_.parents[i];
    return parent != no_node && kind(parent) == node_kind::in && node(parent).first_child != i;
  }

  void skip_behind(std::uint32_t i) noexcept {
    const std::uint32_t parent = memory_.parents[i];
    if (kind(parent) != node_kind::binary || node(parent).first_child != i || strictness(parent) != 0) return;
    switch (op(parent)) {
      case query_operator::logical_and: code_.skip(query_opcode::skip_if_no); break;
      case query_operator::logical_or: code_.skip(query_opcode::skip_if_yes); break;
      case query_operator::coalesce: code_.skip(query_opcode::skip_if_defined); break;
      default: break;
    }
  }

  void binary(std::uint32_t i) noexcept {
    switch (op(i)) {
      case query_operator::logical_and: code_.logic(query_opcode::logical_and, strictness(i)); break;
      case query_operator::logical_or: code_.logic(query_opcode::logical_or, strictness(i)); break;
      case query_operator::coalesce: code_.coalesce(); break;
      case query_operator::concatenate: code_.concatenation(); break;
      case query_operator::equal:
      case query_operator::not_equal:
      case query_operator::less:
      case query_operator::less_equal:
      case query_operator::greater:
      case query_operator::greater_equal: apply(i, query_opcode::compare, true); break;
      default: apply(i, query_opcode::arithmetic, false); break;
    }
  }

  const tree_storage& tree_;
  program_lists& out_;
  compile_memory& memory_;
  code_builder code_;
  bool in_condition_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_EMITTER_HPP
