// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_TOKEN_HPP
#define DOPPEL_QUERY_DETAIL_TOKEN_HPP

#include <doppel/query/detail/keyword.hpp>

#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

enum class token_kind : std::uint8_t {
  end,   // of the text
  bad,   // the lexer knows what is wrong
  word,  // a name or a keyword
  escaped_name,
  string,
  number,
  open_parenthesis,
  close_parenthesis,
  open_bracket,
  close_bracket,
  open_brace,   // routes only
  close_brace,  // routes only
  comma,
  dot,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  plus,
  minus,
  star,
  slash,
  percent,
  bars,      // ||
  questions  // ??
};

/// A piece of the text. Literals are not decoded here.
struct token {
  token_kind kind = token_kind::end;
  keyword word = keyword::none;  // of a `word`
  bool has_escapes = false;      // of a `string`: its text differs from what is between the quotes
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  constexpr std::uint32_t end() const noexcept { return offset + length; }
  constexpr bool is(token_kind other) const noexcept { return kind == other; }
  constexpr bool is(keyword other) const noexcept { return kind == token_kind::word && word == other; }
};

/// What the parser is ready for, on which the meaning of `.`, `[[`, digits and dashes depends.
enum class lex_context : std::uint8_t {
  operand,        // an expression may start
  array_operand,  // the same inside an array: `[` always opens an array (spec/query.md 2.5)
  operation,      // an operand has just ended
  segment         // after a dot or AS
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_TOKEN_HPP
