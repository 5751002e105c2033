// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_MACHINE_HPP
#define DOPPEL_QUERY_DETAIL_MACHINE_HPP

#include <doppel/base/config.hpp>
#include <doppel/query/detail/as_number.hpp>
#include <doppel/query/detail/rules.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/value.hpp>

#include <cstdint>

// The stack machine that runs what is no atom.
namespace doppel {
inline namespace v0 {
namespace detail {

inline void begin_values(const query_value& of, composite_cursor& cursor) noexcept {
  cursor.at = of.node();
  cursor.end = static_cast<const query_value*>(of.node()) + of.tag();
}
inline bool next_value(composite_cursor& cursor, query_value&, query_value& value) noexcept {
  if (cursor.at == cursor.end) return false;
  const auto* const at = static_cast<const query_value*>(cursor.at);
  value = *at;
  cursor.at = at + 1;
  return true;
}
inline query_value no_member(const query_value&, const query_value&) noexcept { return {}; }
inline bool write_values(const query_value& of, text_buffer& out) noexcept {
  if (!out.append("[")) return false;
  const auto* const values = static_cast<const query_value*>(of.node());
  for (std::uint32_t i = 0; i != of.tag(); ++i) {
    // As deep as the query nests lists, which the parser bounds.
    if ((i != 0 && !out.append(",")) || !write_value(values[i], out)) return false;
  }
  return out.append("]");
}
/// Arrays whose elements are computed.
inline constexpr composite_functions value_list_functions{&begin_values, &next_value, &no_member, &write_values};

/// Where the machine works; a part of the scratch, or of the compiler for what it folds.
struct machine_room {
  query_value* stack;
  string_piece* pieces;
  query_value* values;
};

/// What the code of an instruction of logic says in routes.
inline constexpr std::uint8_t route_dynamic = 1;  // a side is a value of the body
inline constexpr std::uint8_t route_null = 2;     // a side is the constant null

/// AND and OR that want two booleans, or have the constant null at a side (spec/query.md 16.4).
inline query_value* route_logic(const query_instruction& i, query_value* top) noexcept {
  const bool is_and = i.opcode == query_opcode::logical_and;
  query_value& left = top[-2];
  const query_value& right = top[-1];
  if (i.code == route_null && (left.kind() == query_kind::null || right.kind() == query_kind::null)) {
    if (is_and) {
      left = query_value::null();
    } else if (left.kind() == query_kind::null) {
      left = right;
    }
    return top - 1;
  }
  const truth a = left.as_truth();
  const truth b = right.as_truth();
  left = a == truth::undefined || b == truth::undefined ? query_value()
                                                        : query_value::of(is_and ? both(a, b) : either(a, b));
  return top - 1;
}

/// The instructions of an operator or function on values that are there: `top` is behind the last of them. Returns the
/// new top.
inline query_value* operate(const query_instruction& i, query_dialect dialect, query_value* top,
                            const machine_room& room) noexcept {
  const number_rules numbers = number_rules_of(dialect);
  const auto flip = [&i](truth t) { return query_value::of(i.is_negated ? negate(t) : t); };
  switch (i.opcode) {
    case query_opcode::logical_not:
      // Of the constant null, in routes (spec/query.md 16.4), it is true.
      top[-1] = i.code == route_null ? query_value::boolean(true) : query_value::of(negate(top[-1].as_truth()));
      return top;
    case query_opcode::logical_and:
    case query_opcode::logical_or:
      if (i.code != 0) return route_logic(i, top);
      top[-2] = query_value::of(i.opcode == query_opcode::logical_and ? both(top[-2].as_truth(), top[-1].as_truth())
                                                                      : either(top[-2].as_truth(), top[-1].as_truth()));
      return top - 1;
    case query_opcode::compare:
      top[-2] = query_value::of(compare_by(dialect, i.op(), top[-2], top[-1]));
      return top - 1;
    case query_opcode::arithmetic: top[-2] = calculate(i.op(), top[-2], top[-1], numbers); return top - 1;
    case query_opcode::negate: top[-1] = negative(top[-1], numbers); return top;
    case query_opcode::plus:
      if (!top[-1].is_number()) top[-1] = query_value();
      return top;
    case query_opcode::between:
      top[-3] = flip(both(compare_by(dialect, query_operator::greater_equal, top[-3], top[-2]),
                          compare_by(dialect, query_operator::less_equal, top[-3], top[-1])));
      return top - 2;
    case query_opcode::in_list:
      top -= i.a;
      top[-1] = flip(is_in(top[-1], top, i.a));
      return top;
    case query_opcode::in_array: top[-2] = flip(is_element(top[-1], top[-2])); return top - 1;
    case query_opcode::like:
      top -= i.a - 1;
      top[-1] = flip(is_like(top[-1], top[0], i.a == 3 ? top + 1 : nullptr));
      return top;
    case query_opcode::array: {
      query_value* const to = room.values + i.b;
      std::uint32_t size = 0;
      top -= i.a;
      for (std::uint32_t at = 0; at != i.a; ++at) {
        if (!top[at].is_undefined()) to[size++] = top[at];
      }
      *top = query_value::array(value_list_functions, to, nullptr, size);
      return top + 1;
    }
    case query_opcode::element:
      if (top[-1].is_string()) {
        top[-2] = member_of(top[-2], top[-1]);
      } else {
        std::int64_t index = -1;
        const query_value& n = top[-1];
        if (n.is_number() && whole_number(n, index) && compare_numbers(n, query_value::integer(index)) != 0) index = -1;
        top[-2] = element_of(top[-2], index);
      }
      return top - 1;
    case query_opcode::call: {
      top -= i.a;
      const query_function f = i.function();
      string_piece* const pieces = room.pieces + i.b;
      if (is_kind_test(f)) {
        top[0] = query_value::boolean(has_kind(f, top[0].kind()));
      } else {
        switch (f) {
          case query_function::starts_with:
          case query_function::ends_with:
          case query_function::contains: top[0] = query_value::of(test_strings(f, top[0], top[1])); break;
          case query_function::array_contains: top[0] = query_value::of(is_element(top[0], top[1])); break;
          case query_function::array_length:
            top[0] = top[0].kind() == query_kind::array
                         ? query_value::integer(static_cast<std::int64_t>(size_of_composite(top[0])))
                         : query_value();
            break;
          case query_function::as_number: top[0] = as_number(top[0], numbers); break;
          case query_function::concat: top[0] = concatenate(top, i.a, pieces); break;
          case query_function::length:
            top[0] = top[0].is_string() ? query_value::integer(utf16_length(top[0])) : query_value();
            break;
          case query_function::lower: top[0] = change_case(top[0], case_mapping::lower, pieces); break;
          case query_function::upper: top[0] = change_case(top[0], case_mapping::upper, pieces); break;
          case query_function::substring: top[0] = substring(top, i.a, pieces); break;
          case query_function::index_of:
            top[0] = top[0].is_string() && top[1].is_string() ? query_value::integer(index_of(top[0], top[1]))
                                                              : query_value();
            break;
          case query_function::twin_change_includes: top[0] = query_value(); break;
          default: top[0] = number_function(f, top, numbers); break;
        }
      }
      return top + 1;
    }
    default: return top;
  }
}

/// Runs an expression.
/// @param input `slot(i)` is the value of a slot, `atom(i)` what an atom says
template <class Input>
query_value run(const program& p, query_range range, Input& input, const machine_room& room) noexcept {
  const query_instruction* const code = p.code().data();
  if (range.size() == 1 && code[range.begin].opcode == query_opcode::slot) return input.slot(code[range.begin].a);
  query_value* top = room.stack;
  for (std::uint32_t at = range.begin; at != range.end; ++at) {
    const query_instruction& i = code[at];
    switch (i.opcode) {
      case query_opcode::literal: *top++ = p.literals()[i.a].value; break;
      case query_opcode::slot: *top++ = input.slot(i.a); break;
      case query_opcode::atom: *top++ = query_value::of(input.atom(i.a)); break;
      case query_opcode::skip_if_no:
        if (top[-1].as_truth() == truth::no) at += i.a;
        break;
      case query_opcode::skip_if_yes:
        if (top[-1].as_truth() == truth::yes) at += i.a;
        break;
      case query_opcode::skip_if_defined:
        if (top[-1].is_undefined()) {
          --top;
        } else {
          at += i.a;
        }
        break;
      case query_opcode::member: {
        const query_value& step = p.literals()[i.a].value;
        top[-1] = step.is_string() ? member_of(top[-1], step) : element_of(top[-1], step.as_integer());
        break;
      }
      default: top = operate(i, p.dialect(), top, room); break;
    }
  }
  DOPPEL_ASSERT(top == room.stack + 1);
  return top[-1];
}

/// The canonical text of an expression that is but a path, from an input that has texts (`slot_text(i)`); else empty.
template <class Input>
std::string_view text_of(const program& p, query_range range, const Input& input) noexcept {
  if constexpr (requires { input.slot_text(0u); }) {
    const query_instruction& only = p.code()[range.begin];
    if (range.size() == 1 && only.opcode == query_opcode::slot) return input.slot_text(only.a);
  }
  return {};
}

/// Runs code that is logic only (`query_conjunct::is_logic`). An input may know a short way to compare two slots:
/// `compare(op, a, b)`.
template <class Input>
truth run_logic(const program& p, query_range range, Input& input, const machine_room& room) noexcept {
  const query_instruction* const code = p.code().data();
  // Truths take less room than values.
  auto* top = reinterpret_cast<unsigned char*>(room.stack);
  const auto push = [&top](truth t) { *top++ = static_cast<unsigned char>(t); };
  const auto pop = [&top] { return static_cast<truth>(*--top); };
  for (std::uint32_t at = range.begin; at != range.end; ++at) {
    const query_instruction& i = code[at];
    switch (i.opcode) {
      case query_opcode::atom: push(input.atom(i.a)); break;
      case query_opcode::skip_if_no:
        if (static_cast<truth>(top[-1]) == truth::no) at += i.a;
        break;
      case query_opcode::skip_if_yes:
        if (static_cast<truth>(top[-1]) == truth::yes) at += i.a;
        break;
      case query_opcode::logical_not: push(negate(pop())); break;
      case query_opcode::logical_and: {
        const truth right = pop();
        push(both(pop(), right));
        break;
      }
      case query_opcode::logical_or: {
        const truth right = pop();
        push(either(pop(), right));
        break;
      }
      default: {
        const std::uint32_t b = code[at + 1].a;
        at += 2;
        if constexpr (requires { input.compare(code[at].op(), i.a, b); }) {
          push(input.compare(code[at].op(), i.a, b));
        } else {
          push(compare_by(p.dialect(), code[at].op(), input.slot(i.a), input.slot(b)));
        }
        break;
      }
    }
  }
  DOPPEL_ASSERT(top == reinterpret_cast<unsigned char*>(room.stack) + 1);
  return pop();
}

/// What a conjunct that is no single atom says.
template <class Input>
truth run_conjunct(const program& p, const query_conjunct& c, Input& input, const machine_room& room) noexcept {
  return c.is_logic ? run_logic(p, c.code, input, room) : run(p, c.code, input, room).as_truth();
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_MACHINE_HPP
