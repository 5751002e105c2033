// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_OPERAND_GRAMMAR_HPP
#define DOPPEL_QUERY_DETAIL_OPERAND_GRAMMAR_HPP

#include <doppel/query/detail/operators.hpp>
#include <doppel/query/detail/route_operand.hpp>
#include <doppel/query/function.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Where an expression stands, on which aggregates depend.
enum class clause : std::uint8_t { condition, select, group, order };

/// Operands: literals, paths, calls, and the brackets around expressions, with the stack on which brackets and
/// operators wait.
template <class Sink>
class operand_grammar : public route_operand<Sink> {
public:
  using route_operand<Sink>::route_operand;

protected:
  using base = route_operand<Sink>;
  using base::advance;
  using base::check_segment;
  using base::fail;
  using base::fail_at;
  using base::is_hub;
  using base::is_route;
  using base::lexer_;
  using base::not_supported;
  using base::options_;
  using base::sink_;
  using base::span;
  using base::text;
  using base::token_;

  constexpr void begin_expression(clause where, binding loosest) noexcept {
    clause_ = where;
    loosest_ = loosest;
    stack_size_ = 0;
    depth_ = 0;
    array_depth_ = 0;
    is_in_aggregate_ = false;
  }

  constexpr void advance_to_operand() noexcept {
    advance(array_depth_ != 0 ? lex_context::array_operand : lex_context::operand);
  }

  constexpr bool want_operand() noexcept {
    advance_to_operand();
    wants_operand_ = true;
    return true;
  }

  constexpr frame& top() noexcept { return stack_[stack_size_ - 1]; }

  constexpr bool push(frame_kind kind, binding level, std::uint8_t code, const token& at) noexcept {
    if (is_bracket(kind) || kind == frame_kind::prefix) {
      const std::uint32_t limit =
          options_.max_nesting < query_options::nesting_ceiling ? options_.max_nesting : query_options::nesting_ceiling;
      if (depth_ == limit)
        return fail(errc::too_complex, at, "fewer parentheses, lists, NOTs and signs in one another");
      ++depth_;
      if (kind == frame_kind::array) ++array_depth_;
    }
    stack_[stack_size_++] = frame{kind, level, code, false, at.offset, at.length, 0};
    return true;
  }

  constexpr frame pop() noexcept {
    const frame done = stack_[--stack_size_];
    if (is_bracket(done.kind) || done.kind == frame_kind::prefix) --depth_;
    if (done.kind == frame_kind::array) --array_depth_;
    return done;
  }

  /// How tight an operator must bind to belong to what is on top of the stack.
  constexpr binding enclosing_level() noexcept { return stack_size_ == 0 ? loosest_ : top().level; }

  /// Reads what the current token starts: a whole operand, or a sign or bracket that wants another
  /// (`wants_operand_`).
  constexpr bool read_operand() noexcept {
    operand_ = token_;
    wants_operand_ = false;
    switch (token_.kind) {
      case token_kind::string:
      case token_kind::number: return read_literal();
      case token_kind::word: return is_route() ? read_route_word() : read_word();
      case token_kind::escaped_name: return read_path(path_prefix::none, token_);
      case token_kind::open_brace: shape_ = operand_shape::path; return base::read_system_property();
      case token_kind::plus:
      case token_kind::minus:
        return open(frame_kind::prefix, sign_binding,
                    token_.is(token_kind::minus) ? query_operator::negate : query_operator::plus);
      case token_kind::open_parenthesis:
        if (lexer_.look_ahead(lex_context::operand).is(keyword::select)) return fail_subquery();
        return open(frame_kind::parenthesis, any_binding);
      case token_kind::open_bracket: return read_array();
      case token_kind::star:
        if (clause_ == clause::select && stack_size_ == 0) return fail_at(token_, "a column: * stands alone");
        break;
      default: break;
    }
    return fail_at(token_, operand_text);
  }

  /// Ends the bracket on top of the stack with the current token.
  constexpr bool close_bracket() noexcept {
    const bool is_square = top().kind == frame_kind::array || top().kind == frame_kind::subscript;
    if (!token_.is(is_square ? token_kind::close_bracket : token_kind::close_parenthesis)) {
      return fail_operation(closing_text());
    }
    const frame open = pop();
    const token closing = token_;
    advance(lex_context::operation);
    switch (open.kind) {
      case frame_kind::parenthesis: shape_ = operand_shape::other; return true;
      case frame_kind::call: return end_call(open, open.count + 1, closing);
      case frame_kind::aggregate: return end_aggregate(open, open.count + 1, closing);
      case frame_kind::subscript:
        sink_.subscript_end(closing.end());
        shape_ = operand_shape::other;
        return read_path_rest();
      default: sink_.array(open.count + 1, open.offset, closing.end()); break;
    }
    shape_ = operand_shape::array;
    return true;
  }

  constexpr std::string_view closing_text() noexcept {
    if (stack_size_ == 0) return "an arithmetic operator or a comma";
    switch (top().kind) {
      case frame_kind::parenthesis: return "an operator or )";
      case frame_kind::subscript: return "an arithmetic operator or ]";
      case frame_kind::array: return "a comma or ]";
      default: return "an operator, a comma or )";
    }
  }

  /// Fails for a token after an operand, and guesses at misspelt operators.
  constexpr bool fail_operation(std::string_view expected) noexcept {
    if (!token_.is(token_kind::word)) return fail_at(token_, expected);
    if (equals_ignoring_case(text(token_), "IS")) {
      return fail_at(token_, "an operator; there is no IS, but IS_NULL(x) and IS_DEFINED(x)");
    }
    nearest_word nearest(text(token_));
    if (token_.word == keyword::none) {
      for (const keyword word : {keyword::and_, keyword::or_, keyword::in, keyword::nin, keyword::from, keyword::where,
                                 keyword::group, keyword::order, keyword::as}) {
        nearest.offer(keyword_name(word));
      }
    }
    return fail_at(token_, expected, {nearest.get()});
  }

  constexpr bool fail_subquery() noexcept { return not_supported(token_, "an expression: there are no subqueries"); }

  constexpr bool fail_aggregate_in_expression(const token& at) noexcept {
    return not_supported(at, "the aggregate alone: operators and functions cannot be applied to it");
  }

  static constexpr std::string_view operand_text = "a value: a path, a constant, a function or (";

private:
  // Puts the current token on the stack and goes on to what it applies to.
  constexpr bool open(frame_kind kind, binding level, query_operator op = {}) noexcept {
    if (!push(kind, level, static_cast<std::uint8_t>(op), token_)) return false;
    return want_operand();
  }

  constexpr bool read_literal() noexcept {
    sink_.literal(token_);
    shape_ = operand_shape::constant;
    advance(lex_context::operation);
    return true;
  }

  constexpr bool is_called() const noexcept { return lexer_.is_before('('); }

  constexpr bool read_word() noexcept {
    switch (token_.word) {
      case keyword::true_:
      case keyword::false_:
      case keyword::null:
      case keyword::undefined: return read_literal();
      case keyword::not_: return read_not();
      case keyword::devices: return read_prefix();
      default: break;
    }
    if (is_called()) return read_call();
    if (!is_reserved(token_.word)) return read_path(path_prefix::none, token_);
    return fail_at(token_, operand_text, {"[[", text(token_), "]]"});
  }

  constexpr bool read_not() noexcept {
    const binding level = is_route() ? sign_binding : not_binding;
    if (level < enclosing_level()) return fail_at(token_, "a value; NOT ... needs parentheses here");
    return open(frame_kind::prefix, level, query_operator::logical_not);
  }

  // The current token is DEVICES: the name of a collection in front of a path.
  constexpr bool read_prefix() noexcept {
    path_prefix prefix = path_prefix::devices;
    const token first = token_;
    for (;;) {
      const token last = token_;
      advance(lex_context::operation);
      if (!token_.is(token_kind::dot))
        return fail_at(span(first, last), "a path: the name of a collection is no value");
      advance(lex_context::segment);
      const bool is_longer =
          prefix == path_prefix::devices && (token_.is(keyword::modules) || token_.is(keyword::jobs));
      if (!is_longer) break;
      prefix = token_.is(keyword::modules) ? path_prefix::modules : path_prefix::jobs;
    }
    if (!check_segment(token_, "a name after the dot")) return false;
    return read_path(prefix, first);
  }

  // The current token is the root; `first` is where the path starts.
  constexpr bool read_path(path_prefix prefix, const token& first) noexcept {
    sink_.path_begin(prefix, token_, first.offset);
    advance(lex_context::operation);
    shape_ = operand_shape::path;
    return read_path_rest();
  }

  // Whatever continues a path: names, and the subscripts of extended mode.
  constexpr bool read_path_rest() noexcept {
    for (;;) {
      if (token_.is(token_kind::dot)) {
        advance(lex_context::segment);
        if (!check_segment(token_, "a name after the dot")) return false;
        sink_.path_segment(token_);
        advance(lex_context::operation);
      } else if (token_.is(token_kind::open_bracket)) {
        if (lexer_.position() < lexer_.text().size() && lexer_.text()[lexer_.position()] == '[') {
          return fail_at(token_, "a dot before [[", {".["});
        }
        if (is_hub()) return not_supported(token_, "a path without subscripts");
        if (!push(frame_kind::subscript, additive_binding, 0, token_)) return false;
        sink_.subscript_begin();
        return want_operand();
      } else {
        return true;
      }
    }
  }

  constexpr bool read_array() noexcept {
    if (is_route() && is_hub()) return not_supported(token_, "a value: routes have no arrays");
    if (!push(frame_kind::array, additive_binding, 0, token_)) return false;
    const token opening = token_;
    advance_to_operand();
    wants_operand_ = true;
    if (!token_.is(token_kind::close_bracket)) return true;
    wants_operand_ = false;
    pop();
    sink_.array(0, opening.offset, token_.end());
    shape_ = operand_shape::array;
    advance(lex_context::operation);
    return true;
  }

  constexpr bool read_call() noexcept {
    const token name = token_;
    for (std::size_t i = 0; i != query_aggregate_names.size(); ++i) {
      if (equals_ignoring_case(query_aggregate_names[i], text(name)))
        return read_aggregate(static_cast<std::uint8_t>(i));
    }
    std::size_t entry = 0;
    while (entry != query_function_table.size() &&
           !equals_ignoring_case(query_function_table[entry].name, text(name))) {
      ++entry;
    }
    if (entry == query_function_table.size()) return fail_unknown_function(name);
    const query_function_entry& function = query_function_table[entry];
    if (!function.is_allowed(options_.mode, options_.dialect)) {
      const std::string_view other = query_function_name(function.function, options_.dialect);
      if (other != function.name) return not_supported(name, "the other spelling", {other});
      return not_supported(name, "a function that this mode and dialect have");
    }
    advance(lex_context::operation);
    if (!push(frame_kind::call, any_binding, static_cast<std::uint8_t>(entry), name)) return false;
    advance_to_operand();
    wants_operand_ = true;
    if (!token_.is(token_kind::close_parenthesis)) return true;
    wants_operand_ = false;
    const frame open = pop();
    const token closing = token_;
    advance(lex_context::operation);
    return end_call(open, 0, closing);
  }

  constexpr bool fail_unknown_function(const token& name) noexcept {
    nearest_word nearest(text(name));
    for (const query_function_entry& entry : query_function_table) {
      if (entry.is_allowed(options_.mode, options_.dialect)) nearest.offer(entry.name);
    }
    if (clause_ == clause::select) {
      for (const std::string_view aggregate : query_aggregate_names) nearest.offer(aggregate);
    }
    return fail(errc::unknown_function, name, "the name of a function", {nearest.get()});
  }

  constexpr bool end_call(const frame& open, std::uint32_t count, const token& closing) noexcept {
    const query_function_entry& entry = query_function_table[open.code];
    if (count < entry.min_arguments || count > entry.max_arguments) {
      token name;
      name.offset = open.offset;
      name.length = open.length;
      return fail(errc::wrong_arity, name,
                  entry.max_arguments == 1            ? "one argument"
                  : entry.max_arguments == 2          ? "two arguments"
                  : entry.max_arguments == any_number ? "two arguments or more"
                                                      : "two or three arguments");
    }
    sink_.call(entry, count, open.offset, closing.end());
    shape_ = operand_shape::other;
    return true;
  }

  constexpr bool read_aggregate(std::uint8_t code) noexcept {
    if (is_in_aggregate_) return fail(errc::aggregate_misplaced, token_, "no aggregate inside another");
    if (clause_ != clause::select && clause_ != clause::order) {
      return fail(errc::aggregate_misplaced, token_, "no aggregate here: they belong into the select list");
    }
    if (stack_size_ != 0) return fail_aggregate_in_expression(token_);
    if (first_aggregate_.length == 0 && clause_ == clause::select) first_aggregate_ = token_;
    const token name = token_;
    advance(lex_context::operation);
    if (!push(frame_kind::aggregate, any_binding, code, name)) return false;
    is_in_aggregate_ = true;
    advance(lex_context::operand);
    const bool is_count = code == static_cast<std::uint8_t>(query_aggregate::count);
    if (is_count && token_.is(token_kind::star)) {
      if (is_hub()) return not_supported(token_, "COUNT() without argument");
      advance(lex_context::operation);
      if (!token_.is(token_kind::close_parenthesis)) return fail_at(token_, ")");
    } else if (!token_.is(token_kind::close_parenthesis)) {
      wants_operand_ = true;
      return true;
    }
    const frame open = pop();
    const token closing = token_;
    advance(lex_context::operation);
    return end_aggregate(open, 0, closing);
  }

  constexpr bool end_aggregate(const frame& open, std::uint32_t count, const token& closing) noexcept {
    const bool is_count = open.code == static_cast<std::uint8_t>(query_aggregate::count);
    token name;
    name.offset = open.offset;
    name.length = open.length;
    if (count > 1 || (count == 0 && !is_count)) {
      return fail(errc::wrong_arity, name, is_count ? "no argument, or one" : "one argument");
    }
    if (is_hub() && count == 1 && is_count) return not_supported(operand_, "COUNT() without argument");
    if (is_hub() && count == 1 && shape_ != operand_shape::path) {
      return not_supported(name, "an aggregate of a path: hub mode aggregates nothing else");
    }
    sink_.aggregate(static_cast<query_aggregate>(open.code), count == 1, open.offset, closing.end());
    shape_ = operand_shape::aggregate;
    is_in_aggregate_ = false;
    return true;
  }

  // In routes nothing but NOT, AND and OR is reserved.
  constexpr bool read_route_word() noexcept {
    if (token_.is(keyword::not_)) return read_not();
    if (token_.is(keyword::and_) || token_.is(keyword::or_)) return fail_at(token_, operand_text);
    if (base::is_route_literal()) return read_literal();
    if (is_called()) return read_call();
    shape_ = operand_shape::path;
    return base::read_message_part();
  }

protected:
  operand_shape shape_ = operand_shape::other;
  token operand_;          // where the latest operand starts
  token first_aggregate_;  // in the select list
  std::uint32_t stack_size_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t array_depth_ = 0;
  clause clause_ = clause::condition;
  binding loosest_ = any_binding;
  bool is_in_aggregate_ = false;
  bool wants_operand_ = false;  // nothing complete has been read yet
  // A level of nesting takes one frame, and one for each operator that waits in it: fewer than eight.
  frame stack_[(query_options::nesting_ceiling + 1) * 8];
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_OPERAND_GRAMMAR_HPP
