// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_ROUTE_OPERAND_HPP
#define DOPPEL_QUERY_DETAIL_ROUTE_OPERAND_HPP

#include <doppel/query/detail/parser_base.hpp>
#include <doppel/query/root.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The operands of route conditions that other dialects do not have: parts of a message (spec/query.md 16.4).
template <class Sink>
class route_operand : public parser_base {
public:
  constexpr route_operand(std::string_view text, const query_options& options, Sink& sink) noexcept
      : parser_base(text, options), sink_(sink) {}

protected:
  /// The constants are written in lower case; other spellings are names.
  constexpr bool is_route_literal() const noexcept {
    const std::string_view word = text(token_);
    return word == "true" || word == "false" || word == "null" || word == "undefined";
  }

  /// The current token is the name of a property, or starts with one of the marks `$`, `$body.` and `$twin.`.
  constexpr bool read_message_part() noexcept {
    const token first = token_;
    const std::string_view word = text(first);
    const std::string_view head = word.substr(0, find_any(word, "."));
    if (equals_ignoring_case(head, "$body")) return read_steps(path_root::message_body, first);
    if (equals_ignoring_case(head, "$twin")) return read_steps(path_root::message_twin, first);
    if (word.size() > 1 && word[0] == '$') {
      sink_.route_path(path_root::dollar_property, first.offset, first.end());
      sink_.path_segment(piece(first.offset + 1, first.end()));
      advance(lex_context::operation);
      return true;
    }
    sink_.route_path(path_root::application_property, first.offset, first.end());
    sink_.path_segment(first);
    advance(lex_context::operation);
    return true;
  }

  /// The current token is `{`.
  constexpr bool read_system_property() noexcept {
    const token opening = token_;
    advance(lex_context::operand);
    if (!token_.is(token_kind::word) || token_.length < 2 || text(token_)[0] != '$') {
      return fail_at(token_, "a system property: {$name}");
    }
    const token name = piece(token_.offset + 1, token_.end());
    advance(lex_context::operation);
    if (!token_.is(token_kind::close_brace)) return fail_at(token_, "} after the system property");
    sink_.route_path(path_root::system_property, opening.offset, token_.end());
    sink_.path_segment(name);
    sink_.path_end(token_.end());
    advance(lex_context::operation);
    return true;
  }

private:
  static constexpr token piece(std::uint32_t begin, std::uint32_t end) noexcept {
    token t;
    t.kind = token_kind::word;
    t.offset = begin;
    t.length = end - begin;
    return t;
  }

  // A path in a body or twin: names with dots between them, and in bodies `[n]` behind a name.
  constexpr bool read_steps(path_root root, const token& first) noexcept {
    constexpr std::uint32_t mark = 5;
    const bool has_step = first.length > mark;
    if (!has_step) return fail_at(first, "a path: $body.name or $twin.tags.name");
    sink_.route_path(root, first.offset, first.end());
    if (!read_names(piece(first.offset + mark, first.end()))) return false;
    for (;;) {
      advance(lex_context::operation);
      if (!token_.is(token_kind::open_bracket)) return true;
      if (root == path_root::message_twin) return fail_at(token_, "a path without subscripts: only those of bodies have them");
      while (token_.is(token_kind::open_bracket)) {
        advance(lex_context::operand);
        std::uint64_t index = 0;
        if (!token_.is(token_kind::number) || !read_unsigned(text(token_), index)) {
          return fail_at(token_, "the number of an element: digits only");
        }
        advance(lex_context::operation);
        if (!token_.is(token_kind::close_bracket)) return fail_at(token_, "]");
        constexpr std::uint64_t largest = 0x7fff'ffff'ffff'ffff;
        sink_.path_index(static_cast<std::int64_t>(index < largest ? index : largest), token_.end());
        // What is glued to the bracket goes on with the path. Digits alone would be taken for a number.
        if (lexer_.position() == lexer_.text().size() || lexer_.text()[lexer_.position()] == '.') break;
        advance(lex_context::operation);
        if (!token_.is(token_kind::open_bracket)) return true;
      }
      if (lexer_.position() == lexer_.text().size()) continue;
      advance(lex_context::operation);
      if (!token_.is(token_kind::word) && !token_.is(token_kind::number))
        return fail_at(token_, "a name after the dot");
      if (!read_names(token_)) return false;
    }
  }

  // A run that starts with a dot: `.name.name`.
  constexpr bool read_names(const token& run) noexcept {
    std::uint32_t begin = run.offset + 1;
    for (;;) {
      std::uint32_t end = begin;
      while (end != run.end() && lexer_.text()[end] != '.') ++end;
      if (begin == end) return fail_at(piece(begin, end), "a name after the dot");
      sink_.path_segment(piece(begin, end));
      if (end == run.end()) return true;
      begin = end + 1;
    }
  }

protected:
  Sink& sink_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_ROUTE_OPERAND_HPP
