// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_PARSER_BASE_HPP
#define DOPPEL_QUERY_DETAIL_PARSER_BASE_HPP

#include <doppel/query/detail/lexer.hpp>
#include <doppel/query/detail/suggestion.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/options.hpp>

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The collection whose name stands in front of a path.
enum class path_prefix : std::uint8_t { none, devices, modules, jobs };

/// What all parts of the grammar share: the current token, and how to fail.
class parser_base {
public:
  constexpr parser_base(std::string_view text, const query_options& options) noexcept
      : lexer_(text, options.dialect == query_dialect::route), options_(options) {}

  constexpr const query_diagnostic& diagnostic() const noexcept { return diagnostic_; }

protected:
  constexpr bool is_hub() const noexcept { return options_.mode == query_mode::hub; }
  constexpr bool is_route() const noexcept { return options_.dialect == query_dialect::route; }
  constexpr std::string_view text(const token& t) const noexcept { return lexer_.text(t); }

  constexpr void advance(lex_context context) noexcept {
    previous_end_ = token_.end();
    token_ = lexer_.next(context);
  }

  /// From the start of a token to the end of the last one before the current.
  constexpr token since(const token& first) const noexcept {
    token t = first;
    t.length = previous_end_ - first.offset;
    return t;
  }

  /// From the start of one token to the end of another.
  static constexpr token span(const token& first, const token& last) noexcept {
    token t = first;
    t.length = last.end() - first.offset;
    return t;
  }

  constexpr bool fail(errc code, const token& at, std::string_view expected,
                      std::initializer_list<std::string_view> suggestion = {}) noexcept {
    diagnostic_.clear();
    diagnostic_.code = code;
    diagnostic_.offset = at.offset;
    diagnostic_.length = at.length;
    diagnostic_.expected = expected;
    const std::string_view* const part = suggestion.begin();
    if (suggestion.size() == 1) diagnostic_.suggest(part[0]);
    if (suggestion.size() == 3) diagnostic_.suggest(part[0], part[1], part[2]);
    return false;
  }

  /// Fails for a token that cannot stand where it does.
  constexpr bool fail_at(const token& at, std::string_view expected,
                         std::initializer_list<std::string_view> suggestion = {}) noexcept {
    if (at.is(token_kind::bad)) {
      return fail(errc::syntax_error, at, lexer_.expected(), {lexer_.suggestion()});
    }
    return fail(errc::syntax_error, at, expected, suggestion);
  }

  constexpr bool not_supported(const token& at, std::string_view expected,
                               std::initializer_list<std::string_view> suggestion = {}) noexcept {
    return fail(errc::not_supported, at, expected, suggestion);
  }

  /// Takes the current token if it is of this kind.
  constexpr bool take(token_kind kind, lex_context next) noexcept {
    if (!token_.is(kind)) return false;
    advance(next);
    return true;
  }
  constexpr bool take(keyword word, lex_context next) noexcept {
    if (!token_.is(word)) return false;
    advance(next);
    return true;
  }

  /// Checks a name after a dot or AS.
  constexpr bool check_segment(const token& name, std::string_view expected) noexcept {
    if (!name.is(token_kind::word) && !name.is(token_kind::escaped_name)) return fail_at(name, expected);
    if (is_hub() && name.is(token_kind::word) && is_reserved(name.word)) {
      return fail(errc::reserved_word, name, "another name, or this one in [[ ]]: the word is reserved",
                  {"[[", text(name), "]]"});
    }
    return true;
  }

  lexer lexer_;
  token token_;
  std::uint32_t previous_end_ = 0;
  const query_options& options_;
  query_diagnostic diagnostic_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_PARSER_BASE_HPP
