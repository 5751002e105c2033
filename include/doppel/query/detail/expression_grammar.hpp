// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_EXPRESSION_GRAMMAR_HPP
#define DOPPEL_QUERY_DETAIL_EXPRESSION_GRAMMAR_HPP

#include <doppel/query/detail/operand_grammar.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Expressions (spec/query.md 3 from `expr` on): operators and brackets. Operands come from the base.
///
/// Nothing recurses: operators and brackets wait on a stack, whose size the nesting limit bounds, since operators
/// of one level are done before the next of the same level waits. The sink hears of things in postfix order.
template <class Sink>
class expression_grammar : public operand_grammar<Sink> {
public:
  using operand_grammar<Sink>::operand_grammar;

protected:
  using base = operand_grammar<Sink>;
  using base::advance;
  using base::fail;
  using base::fail_at;
  using base::is_hub;
  using base::is_route;
  using base::lexer_;
  using base::not_supported;
  using base::pop;
  using base::push;
  using base::shape_;
  using base::sink_;
  using base::stack_;
  using base::stack_size_;
  using base::text;
  using base::token_;
  using base::top;
  using base::wants_operand_;

  /// Reads an expression that starts with the current token. Afterwards the current token is the first that does
  /// not belong to it, and `shape_` says what it was.
  constexpr bool read_expression(clause where, binding loosest = any_binding) noexcept {
    base::begin_expression(where, loosest);
    is_over_ = false;
    for (;;) {
      if (!base::read_operand()) return false;
      // After an operand: operators and closing brackets.
      while (!wants_operand_) {
        if (!read_operation()) return false;
        if (is_over_) return true;
      }
    }
  }

private:
  // Looks at the token after an operand.
  constexpr bool read_operation() noexcept {
    const infix_operator infix = find_infix(token_, is_route());
    if (infix.level != any_binding) return read_infix(infix);
    if (token_.kind == token_kind::word) {
      switch (token_.word) {
        case keyword::in:
        case keyword::nin: return read_in(token_, token_.is(keyword::nin));
        case keyword::not_: return read_not();
        case keyword::between:
          return read_comparison_word(token_, frame_kind::between_low, false, "two comparisons joined by AND");
        case keyword::like: return read_comparison_word(token_, frame_kind::like, false, "STARTSWITH or ENDSWITH");
        case keyword::escape:
          if (!reduce(static_cast<binding>(equality_binding + 1))) return false;
          if (stack_size_ == 0 || top().kind != frame_kind::like) break;
          top().kind = frame_kind::like_escape;
          return base::want_operand();
        default: break;
      }
    }
    return read_end();
  }

  constexpr bool read_infix(const infix_operator& infix) noexcept {
    if (shape_ == operand_shape::aggregate) return base::fail_aggregate_in_expression(token_);
    if (is_hub() && !is_route()) {
      if (infix.op == query_operator::concatenate) {
        return not_supported(token_, "OR; joining strings is not supported in hub mode", {"OR"});
      }
      if (infix.op == query_operator::coalesce) return not_supported(token_, "an operator that hub mode has");
    }
    // Everything that binds as tight or tighter is done. The AND of a BETWEEN is none of its business.
    if (!reduce(static_cast<binding>(infix.level == and_binding ? equality_binding + 1 : infix.level + 1)))
      return false;
    if (infix.level == and_binding && stack_size_ != 0 && top().kind == frame_kind::between_low) {
      top().kind = frame_kind::between_high;
      return base::want_operand();
    }
    if (infix.level == equality_binding && !check_no_chain(token_)) return false;
    if (!reduce(infix.level)) return false;
    if (infix.level < base::enclosing_level()) return read_end();
    if (!push(frame_kind::infix, infix.level, static_cast<std::uint8_t>(infix.op), token_)) return false;
    return base::want_operand();
  }

  // Comparisons do not associate, but in routes.
  constexpr bool check_no_chain(const token& at) noexcept {
    if (is_route() || stack_size_ == 0 || is_bracket(top().kind) || top().level != equality_binding) return true;
    if (top().kind == frame_kind::between_low) return fail_at(at, "AND and the upper bound of BETWEEN");
    return fail_at(at, "parentheses: comparisons do not chain");
  }

  // `at` may be two words, NOT and this one; the current token is the last of them.
  constexpr bool read_comparison_word(const token& at, frame_kind kind, bool is_negated,
                                      std::string_view instead) noexcept {
    if (shape_ == operand_shape::aggregate) return base::fail_aggregate_in_expression(at);
    if (is_hub()) return not_supported(at, instead);
    if (!reduce(static_cast<binding>(equality_binding + 1)) || !check_no_chain(at)) return false;
    if (!reduce(equality_binding)) return false;
    if (equality_binding < base::enclosing_level()) return fail_at(at, base::closing_text());
    if (!push(kind, equality_binding, 0, at)) return false;
    top().is_negated = is_negated;
    return base::want_operand();
  }

  constexpr bool read_not() noexcept {
    const token second = lexer_.look_ahead(lex_context::operation);
    const token both = base::span(token_, second);
    if (second.is(keyword::in)) {
      if (is_hub()) return not_supported(both, "NIN", {"NIN"});
      advance(lex_context::operation);
      return read_in(both, true);
    }
    if (second.is(keyword::between)) {
      advance(lex_context::operation);
      return read_comparison_word(both, frame_kind::between_low, true, "two comparisons joined by OR");
    }
    if (second.is(keyword::like)) {
      advance(lex_context::operation);
      return read_comparison_word(both, frame_kind::like, true, "NOT and STARTSWITH or ENDSWITH");
    }
    return fail_at(token_, "an operator; NOT stands before what it negates");
  }

  // The current token is IN or NIN; `at` may have NOT in front.
  constexpr bool read_in(const token& at, bool is_negated) noexcept {
    if (shape_ == operand_shape::aggregate) return base::fail_aggregate_in_expression(at);
    if (is_hub() && is_route()) return not_supported(at, "comparisons joined by OR: routes have no IN");
    if (is_hub() && base::options_.dialect == query_dialect::target_condition) {
      return not_supported(at, "comparisons joined by OR: target conditions have no IN");
    }
    if (!reduce(static_cast<binding>(equality_binding + 1)) || !check_no_chain(at)) return false;
    if (!reduce(equality_binding)) return false;
    if (equality_binding < base::enclosing_level()) return fail_at(at, base::closing_text());
    if (!push(frame_kind::in, equality_binding, 0, at)) return false;
    top().is_negated = is_negated;
    advance(lex_context::array_operand);
    if (token_.is(token_kind::open_parenthesis)) {
      if (lexer_.look_ahead(lex_context::operand).is(keyword::select)) return base::fail_subquery();
      if (is_hub()) return not_supported(token_, "a list in square brackets: IN ['a', 'b']", {"["});
      if (!push(frame_kind::in_list, additive_binding, 0, token_)) return false;
      return base::want_operand();
    }
    wants_operand_ = true;
    if (token_.is(token_kind::open_bracket)) return true;
    if (is_hub() && !token_.is(token_kind::bad) && !token_.is(token_kind::end)) {
      return not_supported(token_, "a list in square brackets: IN ['a', 'b']");
    }
    return true;
  }

  // A token that is no operator: it ends an element or a bracket, or the whole expression.
  constexpr bool read_end() noexcept {
    if (!reduce(coalesce_binding)) return false;
    if (stack_size_ == 0) {
      is_over_ = true;
      return true;
    }
    frame& open = top();
    const bool is_comma = token_.is(token_kind::comma);
    if (open.kind == frame_kind::array && is_hub() && shape_ != operand_shape::constant &&
        shape_ != operand_shape::array && (is_comma || token_.is(token_kind::close_bracket))) {
      return not_supported(base::operand_, "a constant: in hub mode lists hold nothing else");
    }
    if (is_comma && open.kind != frame_kind::parenthesis && open.kind != frame_kind::subscript) {
      ++open.count;
      return base::want_operand();
    }
    return base::close_bracket();
  }

  // Tells the sink of every waiting operator that binds at least so tight.
  constexpr bool reduce(binding level) noexcept {
    while (stack_size_ != 0 && !is_bracket(top().kind) && top().level >= level) {
      const frame done = pop();
      const operand_shape operand = shape_;
      shape_ = operand_shape::other;
      switch (done.kind) {
        case frame_kind::prefix: {
          const auto op = static_cast<query_operator>(done.code);
          if (operand == operand_shape::constant && op != query_operator::logical_not) shape_ = operand;
          sink_.unary(op, done.offset);
          break;
        }
        case frame_kind::infix: sink_.binary(static_cast<query_operator>(done.code)); break;
        case frame_kind::in:
          if (is_hub() && operand != operand_shape::array) {
            token at;
            at.offset = done.offset;
            at.length = done.length;
            return not_supported(at, "nothing but a list in square brackets after IN and NIN");
          }
          sink_.in(done.is_negated);
          break;
        case frame_kind::between_low: return fail_at(token_, "AND and the upper bound of BETWEEN");
        case frame_kind::between_high: sink_.between(done.is_negated); break;
        default: sink_.like(done.is_negated, done.kind == frame_kind::like_escape); break;
      }
    }
    return true;
  }

  bool is_over_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_EXPRESSION_GRAMMAR_HPP
