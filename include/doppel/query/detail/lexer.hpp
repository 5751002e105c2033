// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_LEXER_HPP
#define DOPPEL_QUERY_DETAIL_LEXER_HPP

#include <doppel/base/detail/utf8.hpp>
#include <doppel/query/detail/characters.hpp>
#include <doppel/query/detail/number.hpp>
#include <doppel/query/detail/token.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Cuts a text into tokens, one at a time as the parser asks for them. Copying it is looking ahead.
/// @pre the text is well-formed UTF-8 of less than 2^30 bytes
class lexer {
public:
  constexpr lexer(std::string_view text, bool is_route) noexcept
      : text_(text), size_(static_cast<std::uint32_t>(text.size())), is_route_(is_route) {}

  constexpr token next(lex_context context) noexcept {
    if (!skip_space()) return bad(size_ - at_, "*/ at the end of the comment");
    if (at_ == size_) return make(token_kind::end, 0);
    const char c = text_[at_];
    if (c == '\'' || c == '"') return read_string(c);
    if (is_route_) return has_class(c, is_route_name_character) ? read_route_word() : read_punctuation(c);
    if (context == lex_context::segment) {
      if (c == '[' && peek(1) == '[') return read_escaped_name();
      if (has_class(c, is_name_start | is_digit)) return read_word();
      return read_punctuation(c);
    }
    if (has_class(c, is_name_start)) return read_word();
    if (has_class(c, is_digit)) return read_number();
    if (c == '.' && context != lex_context::operation && has_class(peek(1), is_digit)) return read_number();
    if (c == '[' && context == lex_context::operand && is_escaped_operand()) return read_escaped_name();
    return read_punctuation(c);
  }

  constexpr token look_ahead(lex_context context) const noexcept {
    lexer copy = *this;
    return copy.next(context);
  }

  /// Says whether the next token starts with this character.
  constexpr bool is_before(char c) const noexcept {
    if (at_ != size_ && text_[at_] == c) return true;
    if (at_ == size_ || (!has_class(text_[at_], is_space) && text_[at_] != '/')) return false;
    lexer copy = *this;
    return copy.skip_space() && copy.at_ != size_ && text_[copy.at_] == c;
  }

  /// Where the next token is looked for.
  constexpr std::uint32_t position() const noexcept { return at_; }
  constexpr void go_to(std::uint32_t position) noexcept { at_ = position; }

  constexpr std::string_view text() const noexcept { return text_; }
  constexpr std::string_view text(const token& t) const noexcept { return text_.substr(t.offset, t.length); }
  /// The key that a name stands for.
  constexpr std::string_view name(const token& t) const noexcept {
    return t.kind == token_kind::escaped_name ? text_.substr(t.offset + 2, t.length - 4) : text(t);
  }

  /// What should have been there instead of a bad token, and what to write in its place, if that is known.
  constexpr std::string_view expected() const noexcept { return expected_; }
  constexpr std::string_view suggestion() const noexcept { return suggestion_; }

private:
  constexpr char peek(std::uint32_t distance) const noexcept {
    return size_ - at_ > distance ? text_[at_ + distance] : '\0';
  }

  constexpr token make(token_kind kind, std::uint32_t length) noexcept {
    token t;
    t.kind = kind;
    t.offset = at_;
    t.length = length;
    at_ += length;
    return t;
  }

  constexpr token bad(std::uint32_t length, std::string_view expected, std::string_view suggestion = {}) noexcept {
    expected_ = expected;
    suggestion_ = suggestion;
    return make(token_kind::bad, length);
  }

  // False: a comment is not closed, and the position is its start.
  constexpr bool skip_space() noexcept {
    for (;;) {
      while (at_ != size_ && has_class(text_[at_], is_space)) ++at_;
      if (peek(0) != '/' || peek(1) != '*') return true;
      const std::size_t end = find_pair(text_, '*', '/', std::size_t{at_} + 2);
      if (end == std::string_view::npos) return false;
      at_ = static_cast<std::uint32_t>(end) + 2;
    }
  }

  // The end of a name that starts at `at`. U+0080 to U+00A0, encoded as C2 80 to C2 A0, belong to no name.
  constexpr std::uint32_t name_end(std::uint32_t at) const noexcept {
    while (at != size_ && has_class(text_[at], is_name_character)) {
      if (text_[at] == '\xc2' && static_cast<unsigned char>(text_[at + 1]) <= 0xa0) break;
      ++at;
    }
    return at;
  }

  constexpr token read_word() noexcept {
    const std::uint32_t first = text_[at_] == '$' ? at_ + 1 : at_;
    const std::uint32_t end = name_end(first);
    if (end == at_) return read_punctuation(text_[at_]);
    token t = make(token_kind::word, end - at_);
    t.word = find_keyword(text(t));
    return t;
  }

  constexpr token read_number() noexcept {
    const std::uint32_t length = static_cast<std::uint32_t>(number_length(text_.substr(at_)));
    // Names may start with a digit only after a dot, and then the lexer is asked for a segment.
    const char after = peek(length);
    const bool goes_on =
        after == '.' || (has_class(after, is_name_start | is_digit) && name_end(at_ + length) != at_ + length);
    if (length == 0 || goes_on || after == '$') {
      std::uint32_t end = at_ + (length == 0 ? 1 : length);
      while (end != size_ && (text_[end] == '.' || text_[end] == '$' || name_end(end) != end)) ++end;
      return bad(end - at_, "a number: digits, perhaps with fraction and exponent, or 0x and up to 16 hex digits");
    }
    if (is_beyond_double(text_.substr(at_, length))) return bad(length, "a number within the range of a double");
    return make(token_kind::number, length);
  }

  // Spec/query.md 2.5: what decides between an escaped name and an array in an array.
  constexpr bool is_escaped_operand() const noexcept {
    if (peek(1) != '[') return false;
    const std::size_t begin = std::size_t{at_} + 2;
    const std::size_t end = find_any(text_, "[]'\",", begin);
    // Not closed at all: better taken for a name, whose end is then missed.
    if (end == std::string_view::npos) return true;
    if (text_.substr(end, 2) != "]]" || end == begin) return false;
    std::string_view content = text_.substr(begin, end - begin);
    while (!content.empty() && has_class(content.front(), is_space)) content.remove_prefix(1);
    while (!content.empty() && has_class(content.back(), is_space)) content.remove_suffix(1);
    const keyword word = find_keyword(content);
    if (word == keyword::true_ || word == keyword::false_ || word == keyword::null || word == keyword::undefined) {
      return false;
    }
    // A number with a sign is a constant as well.
    if (!content.empty() && (content.front() == '-' || content.front() == '+')) content.remove_prefix(1);
    return content.empty() || number_length(content) != content.size();
  }

  constexpr token read_escaped_name() noexcept {
    const std::size_t begin = std::size_t{at_} + 2;
    const std::size_t end = find_pair(text_, ']', ']', begin);
    const std::size_t line_break = find_any(text_.substr(0, end), "\r\n", begin);
    if (line_break != std::string_view::npos) {
      return bad(static_cast<std::uint32_t>(line_break) - at_, "]] on the same line, which ends the name");
    }
    if (end == std::string_view::npos) return bad(size_ - at_, "]] at the end of the name");
    if (end == begin) return bad(4, "a name between [[ and ]]");
    return make(token_kind::escaped_name, static_cast<std::uint32_t>(end) + 2 - at_);
  }

  constexpr token read_string(char delimiter) noexcept {
    bool has_escapes = false;
    std::uint32_t at = at_ + 1;
    for (;;) {
      while (at != size_ && !has_class(text_[at], ends_plain_string)) ++at;
      if (at == size_) {
        return bad(size_ - at_, delimiter == '"' ? "\" at the end of the string" : "' at the end of the string");
      }
      const char c = text_[at];
      if (c == '\\') {
        const std::uint32_t length = escape_length(at);
        if (length == 0) {
          at_ = at;
          return bad(1, "one of \\' \\\" \\\\ \\uXXXX, surrogates in pairs", peek(1) == 'u' ? "" : "\\\\");
        }
        has_escapes = true;
        at += length;
      } else if (c != delimiter) {
        ++at;
      } else if (size_ - at > 1 && text_[at + 1] == delimiter) {
        has_escapes = true;
        at += 2;
      } else {
        break;
      }
    }
    token t = make(token_kind::string, at + 1 - at_);
    t.has_escapes = has_escapes;
    return t;
  }

  constexpr std::uint32_t code_unit(std::uint32_t at) const noexcept {
    constexpr std::uint32_t none = 0xffff'ffff;
    if (size_ - at < 6 || text_[at] != '\\' || text_[at + 1] != 'u') return none;
    std::uint32_t unit = 0;
    for (std::uint32_t i = 2; i != 6; ++i) {
      if (!has_class(text_[at + i], is_hex_digit)) return none;
      unit = unit * 16 + hex_value(text_[at + i]);
    }
    return unit;
  }

  // Length of the escape, which may be a pair of surrogates; 0 if it is none.
  constexpr std::uint32_t escape_length(std::uint32_t at) const noexcept {
    if (size_ - at < 2) return 0;
    if (has_class(text_[at + 1], ends_plain_string)) return 2;
    const std::uint32_t unit = code_unit(at);
    if (unit < 0xd800 || (unit >= 0xe000 && unit <= 0xffff)) return 6;
    if (unit >= 0xdc00) return 0;
    const std::uint32_t low = code_unit(at + 6);
    return low >= 0xdc00 && low < 0xe000 ? 12 : 0;
  }

  // In routes most operators are characters of names as well: they are operators where they stand alone.
  constexpr token read_route_word() noexcept {
    std::uint32_t end = at_;
    while (end != size_ && has_class(text_[end], is_route_name_character)) {
      if (text_[end] == '\xc2' && static_cast<unsigned char>(text_[end + 1]) <= 0xa0) break;
      ++end;
    }
    const std::string_view run = text_.substr(at_, end - at_);
    if (run.empty()) return bad(2, unknown_character);
    if (run == "||") return make(token_kind::bars, 2);
    if (run.size() == 1) {
      switch (run[0]) {
        case '+': return make(token_kind::plus, 1);
        case '-': return make(token_kind::minus, 1);
        case '*': return make(token_kind::star, 1);
        case '%': return make(token_kind::percent, 1);
        case '!':
          if (peek(1) == '=') return make(token_kind::not_equal, 2);
          return bad(1, "NOT", "NOT");
        default: break;
      }
    }
    const std::string_view unsigned_run = run.substr(run[0] == '-' ? 1 : 0);
    if (!unsigned_run.empty() && number_length(unsigned_run) == unsigned_run.size()) {
      if (run[0] == '-') return make(token_kind::minus, 1);
      if (is_beyond_double(run)) return bad(end - at_, "a number within the range of a double");
      return make(token_kind::number, end - at_);
    }
    if (run == "&&") return bad(2, "AND", "AND");
    token t = make(token_kind::word, end - at_);
    t.word = find_keyword(run);
    return t;
  }

  constexpr token read_punctuation(char c) noexcept {
    const char second = peek(1);
    switch (c) {
      case '(': return make(token_kind::open_parenthesis, 1);
      case ')': return make(token_kind::close_parenthesis, 1);
      case '[': return make(token_kind::open_bracket, 1);
      case ']': return make(token_kind::close_bracket, 1);
      case ',': return make(token_kind::comma, 1);
      case '.': return make(token_kind::dot, 1);
      case '+': return make(token_kind::plus, 1);
      case '-': return make(token_kind::minus, 1);
      case '*': return make(token_kind::star, 1);
      case '/': return make(token_kind::slash, 1);
      case '%': return make(token_kind::percent, 1);
      case '=':
        if (second == '=') return bad(2, "a single =", "=");
        return make(token_kind::equal, 1);
      case '!':
        if (second == '=') return make(token_kind::not_equal, 2);
        return bad(1, "NOT", "NOT");
      case '<':
        if (second == '=') return make(token_kind::less_equal, 2);
        if (second == '>') return make(token_kind::not_equal, 2);
        return make(token_kind::less, 1);
      case '>':
        if (second == '=') return make(token_kind::greater_equal, 2);
        return make(token_kind::greater, 1);
      case '|':
        if (second == '|') return make(token_kind::bars, 2);
        break;
      case '?':
        if (second == '?') return make(token_kind::questions, 2);
        break;
      case '&':
        if (second == '&') return bad(2, "AND", "AND");
        break;
      case '{':
        if (is_route_) return make(token_kind::open_brace, 1);
        break;
      case '}':
        if (is_route_) return make(token_kind::close_brace, 1);
        break;
      case ';': return bad(1, "the end of the query; nothing terminates it");
      default: break;
    }
    return bad(static_cast<std::uint32_t>(utf8_sequence_length(text_.substr(at_))), unknown_character);
  }

  static constexpr std::string_view unknown_character = "a character of the language; others belong into '' or [[]]";

  std::string_view text_;
  std::uint32_t size_;
  std::uint32_t at_ = 0;
  bool is_route_;
  std::string_view expected_;
  std::string_view suggestion_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_LEXER_HPP
