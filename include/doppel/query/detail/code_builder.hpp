// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_CODE_BUILDER_HPP
#define DOPPEL_QUERY_DETAIL_CODE_BUILDER_HPP

#include <doppel/query/detail/machine.hpp>
#include <doppel/query/detail/program_memory.hpp>
#include <doppel/query/program_parts.hpp>
#include <doppel/query/value.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Puts instructions behind one another, and folds what is constant by running it: folded and unfolded code cannot
/// differ. Until `finish`, `b` of an instruction that makes strings is how many pieces it needs.
class code_builder {
public:
  code_builder(program_lists& lists, compile_memory& memory, query_dialect dialect, bool folds) noexcept
      : out_(lists), memory_(memory), dialect_(dialect), folds_(folds) {}

  [[nodiscard]] bool is_good() const noexcept { return is_good_; }
  [[nodiscard]] bool folds() const noexcept { return folds_; }

  /// Starts an expression.
  std::uint32_t start() noexcept {
    operands_ = 0;
    return out_.code.size();
  }

  void push_literal(const query_value& v) noexcept {
    const std::uint32_t literal = out_.literals.add({v, {}});
    push(add({query_opcode::literal, 0, false, literal, 0}), literal, out_.atoms.size(), true,
         v.kind() == query_kind::boolean || v.is_undefined());
  }
  /// @param path number of the syntax node
  void push_slot(std::uint32_t path) noexcept {
    push(add({query_opcode::slot, 0, false, path, 0}), out_.literals.size(), out_.atoms.size(), false, false);
  }
  /// @pre the atom is the last one
  void push_atom(std::uint32_t atom) noexcept {
    push(add({query_opcode::atom, 0, false, atom, 0}), out_.atoms[atom].literals.begin, atom, false, true);
  }

  /// Behind the left side of AND, OR and ??: a skip over the right side.
  void skip(query_opcode opcode) noexcept {
    if (folds_ && top().is_constant) return;  // is folded once the right side is there
    top().skip = add({opcode, 0, false, 0, 0});
  }

  /// An operator or function on the last `count` values.
  void apply(query_instruction i, std::uint32_t count, bool is_truth) noexcept {
    const operand first =
        count == 0 ? operand{out_.code.size(), out_.literals.size(), out_.atoms.size(), no_index, 0, true, false, false}
                   : top(count - 1);
    std::uint32_t pieces = 1;
    bool is_constant = true;
    for (std::uint32_t n = 0; n != count; ++n) is_constant = is_constant && top(n).is_constant;
    if (i.opcode == query_opcode::call) {
      const query_function f = i.function();
      if (f == query_function::concat) {
        pieces = 0;
        for (std::uint32_t n = 0; n != count; ++n) pieces += top(n).pieces;
        i.b = pieces;
      } else if (f == query_function::lower || f == query_function::upper || f == query_function::substring) {
        pieces = first.pieces;
        i.b = pieces;
      }
    }
    if (folds_ && is_constant) return fold(i, first, count);
    add(i);
    operands_ -= count;
    memory_.operands[operands_++] = {first.code, first.literals, first.atoms, no_index, pieces, false, is_truth, false};
  }

  /// AND and OR of the last two values. `strictness` other than 0 is for routes; then nothing is skipped.
  void logic(query_opcode opcode, std::uint8_t strictness) noexcept {
    const bool is_and = opcode == query_opcode::logical_and;
    const truth decisive = is_and ? truth::no : truth::yes;
    operand& left = top(1);
    const operand right = top(0);
    if (folds_ && strictness == 0 && left.is_constant && !right.is_constant) {
      const truth t = constant(left).as_truth();
      if (t == decisive) return drop_last(right.code);
      if (t == negate(decisive) && right.is_truth) return drop_first();
    } else if (folds_ && strictness == 0 && right.is_constant && !left.is_constant) {
      const truth t = constant(right).as_truth();
      if (t == decisive) {
        const operand from = left;
        operands_ -= 2;
        return restart(from, query_value::of(decisive));
      }
      if (t == negate(decisive) && left.is_truth) return drop_last(left.skip);
    }
    const std::uint32_t skip = left.skip;
    apply({opcode, strictness, false, 0, 0}, 2, strictness != route_null);  // null may come out of null AND x
    land(skip);
  }

  /// `??` of the last two values.
  void coalesce() noexcept {
    const operand left = top(1);
    const operand right = top(0);
    if (folds_ && left.is_constant) {
      return constant(left).is_undefined() ? drop_first() : drop_last(right.code);
    }
    --operands_;
    land(left.skip);
    operand& both = top();
    both.skip = no_index;
    both.pieces = (std::max)(left.pieces, right.pieces);
    both.is_constant = false;
    both.is_chain = false;
    both.is_truth = left.is_truth && right.is_truth;
  }

  /// `||` of the last two values. A chain becomes one CONCAT, whose pieces are copied once.
  void concatenation() noexcept {
    const operand left = top(1);
    const operand right = top(0);
    query_instruction i{query_opcode::call, static_cast<std::uint8_t>(query_function::concat), false, 2, 0};
    const query_instruction last = out_.code[right.code - 1];
    if (!left.is_chain) {
      apply(i, 2, false);
      top().is_chain = !top().is_constant;
      return;
    }
    out_.code.erase(right.code - 1);
    i.a = last.a + 1;
    i.b = left.pieces + right.pieces;
    add(i);
    --operands_;
    top().pieces = i.b;  // and it stays a chain
  }

  /// A constant step further from the last value.
  void step(const query_value& key) noexcept {
    add({query_opcode::member, 0, false, out_.literals.add({key, {}}), 0});
    top().pieces = 1;
    top().is_truth = false;
    top().is_chain = false;
  }

  /// Ends an expression: gives its instructions their own parts of the scratch, and counts what is needed.
  query_range finish(std::uint32_t begin) noexcept {
    program_storage& p = *out_.storage;
    std::uint32_t depth = 0;
    for (std::uint32_t at = begin; at != out_.code.size(); ++at) {
      query_instruction& i = out_.code[at];
      switch (i.opcode) {
        case query_opcode::literal:
        case query_opcode::slot:
        case query_opcode::atom: ++depth; break;
        case query_opcode::skip_if_defined:
        case query_opcode::logical_and:
        case query_opcode::logical_or:
        case query_opcode::compare:
        case query_opcode::arithmetic:
        case query_opcode::in_array:
        case query_opcode::element: --depth; break;
        case query_opcode::between: depth -= 2; break;
        case query_opcode::in_list: depth -= i.a; break;
        case query_opcode::like: depth -= i.a - 1; break;
        case query_opcode::call:
          depth = depth + 1 - i.a;
          if (i.b != 0) i.b = std::exchange(p.pieces, p.pieces + i.b);
          break;
        case query_opcode::array:
          depth = depth + 1 - i.a;
          i.b = std::exchange(p.values, p.values + i.a);
          break;
        default: break;
      }
      p.stack = (std::max)(p.stack, depth);
    }
    return {begin, out_.code.size()};
  }

private:
  using operand = compile_memory::operand;

  std::uint32_t add(const query_instruction& i) noexcept { return out_.code.add(i); }
  operand& top(std::uint32_t n = 0) noexcept { return memory_.operands[operands_ - 1 - n]; }
  void push(std::uint32_t code, std::uint32_t literals, std::uint32_t atoms, bool is_constant, bool is_truth) noexcept {
    memory_.operands[operands_++] = {code, literals, atoms, no_index, 1, is_constant, is_truth, false};
  }
  const query_value& constant(const operand& o) const noexcept { return out_.literals[out_.code[o.code].a].value; }

  /// A skip leads here.
  void land(std::uint32_t skip) noexcept {
    if (skip != no_index) out_.code[skip].a = out_.code.size() - skip - 1;
  }
  /// The last value, and all code from `from` on, was not needed.
  void drop_last(std::uint32_t from) noexcept {
    out_.code.truncate(from);
    out_.literals.truncate(top().literals);
    out_.atoms.truncate(top().atoms);
    --operands_;
    top().skip = no_index;
  }
  /// The value before the last one, a constant, was not needed.
  void drop_first() noexcept {
    const operand right = top();
    --operands_;
    out_.code.erase(top().code);
    const std::uint32_t code = top().code;
    top() = right;
    top().code = code;
  }
  void restart(const operand& from, const query_value& v) noexcept {
    out_.code.truncate(from.code);
    out_.literals.truncate(from.literals);
    out_.atoms.truncate(from.atoms);
    push_literal(v);
  }

  void fold(query_instruction i, const operand& first, std::uint32_t count) noexcept {
    if (!memory_.folded_stack.reserve(std::size_t{count} + 1) || !memory_.folded_values.reserve(count) ||
        !memory_.folded_pieces.reserve(std::size_t{count} + i.b)) {
      is_good_ = false;
      return restart_after(first, count, {});
    }
    query_value* const stack = memory_.folded_stack.data();
    for (std::uint32_t n = 0; n != count; ++n) stack[n] = constant(top(count - 1 - n));
    i.b = 0;
    operate(i, dialect_, stack + count, {stack, memory_.folded_pieces.data(), memory_.folded_values.data()});
    restart_after(first, count, keep(stack[0]));
  }
  void restart_after(const operand& first, std::uint32_t count, const query_value& v) noexcept {
    const operand from = first;
    operands_ -= count;
    restart(from, v);
  }

  /// The same value in the program's own memory.
  query_value keep(const query_value& v) noexcept {
    const bool is_made = (v.is_string() && v.form() != string_form::plain) || v.kind() == query_kind::array;
    if (!is_made) return v;
    text_buffer& text = memory_.folded_text;
    text.clear();
    const bool is_written = v.is_string() ? write_string(v, text) : write_value(v, text);
    const std::size_t bytes = sizeof(program_storage::folded_text) + text.size();
    void* const room = is_written ? out_.storage->memory.try_allocate(bytes) : nullptr;
    if (room == nullptr) {
      is_good_ = false;
      return {};
    }
    auto* const kept = new (room) program_storage::folded_text{out_.storage->folded, bytes};
    out_.storage->folded = kept;
    char* const to = reinterpret_cast<char*>(kept + 1);
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    const std::string_view copy(to, text.size());
    return v.is_string() ? query_value::string(copy) : composite_of_json(copy);
  }

  program_lists& out_;
  compile_memory& memory_;
  query_dialect dialect_;
  bool folds_;
  bool is_good_ = true;
  std::uint32_t operands_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_CODE_BUILDER_HPP
