// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_OPERATORS_HPP
#define DOPPEL_QUERY_DETAIL_OPERATORS_HPP

#include <doppel/query/detail/token.hpp>
#include <doppel/query/syntax_node.hpp>

#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// How tight operators bind; higher is tighter.
enum binding : std::uint8_t {
  any_binding,
  coalesce_binding,
  or_binding,
  and_binding,
  not_binding,
  equality_binding,  // all comparisons, but in routes
  relation_binding,  // < <= > >= in routes (spec/query.md 16.4)
  additive_binding,
  multiplicative_binding,
  sign_binding  // and NOT in routes
};

struct infix_operator {
  query_operator op{};
  binding level = any_binding;  // any_binding: no operator
};

constexpr infix_operator find_infix(const token& t, bool is_route) noexcept {
  const binding relation = is_route ? relation_binding : equality_binding;
  switch (t.kind) {
    case token_kind::equal: return {query_operator::equal, equality_binding};
    case token_kind::not_equal: return {query_operator::not_equal, equality_binding};
    case token_kind::less: return {query_operator::less, relation};
    case token_kind::less_equal: return {query_operator::less_equal, relation};
    case token_kind::greater: return {query_operator::greater, relation};
    case token_kind::greater_equal: return {query_operator::greater_equal, relation};
    case token_kind::plus: return {query_operator::add, additive_binding};
    case token_kind::minus: return {query_operator::subtract, additive_binding};
    case token_kind::bars: return {query_operator::concatenate, additive_binding};
    case token_kind::star: return {query_operator::multiply, multiplicative_binding};
    case token_kind::slash: return {query_operator::divide, multiplicative_binding};
    case token_kind::percent: return {query_operator::remainder, multiplicative_binding};
    case token_kind::questions: return {query_operator::coalesce, coalesce_binding};
    case token_kind::word:
      if (t.word == keyword::and_) return {query_operator::logical_and, and_binding};
      if (t.word == keyword::or_) return {query_operator::logical_or, or_binding};
      return {};
    default: return {};
  }
}

/// What an operand is, as far as the grammar must know.
enum class operand_shape : std::uint8_t {
  constant,  // a literal, perhaps with signs
  array,     // of constants and such arrays
  path,      // without subscripts
  aggregate,
  other
};

/// What waits on the parser's stack for an operand.
enum class frame_kind : std::uint8_t {
  // operators
  prefix,
  infix,
  in,
  between_low,
  between_high,
  like,
  like_escape,
  // brackets
  parenthesis,
  call,
  aggregate,
  array,
  in_list,  // in parentheses
  subscript
};

struct frame {
  frame_kind kind;
  binding level;      // of an operator; of a bracket: how tight its contents must bind at least
  std::uint8_t code;  // operator, number of a function's entry, or aggregate
  bool is_negated;
  std::uint32_t offset;  // of the first token
  std::uint32_t length;
  std::uint32_t count;  // elements so far
};

constexpr bool is_bracket(frame_kind kind) noexcept { return kind >= frame_kind::parenthesis; }

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_OPERATORS_HPP
