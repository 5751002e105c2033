// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DIAGNOSTIC_HPP
#define DOPPEL_QUERY_DIAGNOSTIC_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/query/options.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// Says what is wrong with a query, where, and what was probably meant.
///
/// Filled when a query is refused, left alone when it is accepted. The service says none of this.
/// @par Exception safety
/// Nothing throws or allocates.
/// @par Lifetime
/// Holds no reference to the query's text.
/// @par Thread safety
/// As an int: one writer, or any number of readers.
/// @par Specification
/// spec/query.md 14
struct query_diagnostic {
  /// Most bytes that a suggestion has.
  static constexpr std::size_t suggestion_capacity = 48;

  /// What went wrong; no enumerator (0) as long as nothing did.
  errc code{};
  /// The offending token: where it starts, in bytes, and how long it is. Length 0 at the end of the text.
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  /// Line and column of `offset`, both from 1; the column counts bytes. A line ends after `\n`.
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  /// What should have been there, or what the rule is, in words. Static text: it outlives everything.
  std::string_view expected;

  /// What to write in the place of the token, where that can be guessed: `STARTSWITH` for `STARTWITH`. Else
  /// empty.
  [[nodiscard]] constexpr std::string_view suggestion() const noexcept { return {suggestion_, suggestion_size_}; }

  /// The offending token.
  /// @param text the text that was refused
  /// @par Lifetime
  /// A part of @p text.
  [[nodiscard]] constexpr std::string_view token(std::string_view text) const noexcept {
    return offset <= text.size() ? text.substr(offset, length) : std::string_view{};
  }

  /// Back to the state of a new object.
  constexpr void clear() noexcept { *this = query_diagnostic(); }

  /// Replaces the suggestion by the two texts after one another; by nothing if they do not fit.
  constexpr void suggest(std::string_view text, std::string_view more = {}, std::string_view last = {}) noexcept {
    suggestion_size_ = 0;
    if (text.size() + more.size() + last.size() > suggestion_capacity) return;
    for (const std::string_view part : {text, more, last}) {
      for (const char c : part) suggestion_[suggestion_size_++] = c;
    }
  }

  /// Computes `line` and `column` from `offset`.
  /// @param text the text that `offset` refers to
  /// @par Complexity
  /// Linear in `offset`.
  constexpr void locate(std::string_view text) noexcept {
    line = 1;
    column = 1;
    for (const char c : text.substr(0, offset)) {
      column = c == '\n' ? 1 : column + 1;
      line += c == '\n' ? 1 : 0;
    }
  }

private:
  char suggestion_[suggestion_capacity] = {};
  std::uint8_t suggestion_size_ = 0;
};

/// The name of a code in spec/query.md 14, for example `syntax_error`; empty for codes that no query yields.
[[nodiscard]] constexpr std::string_view query_error_name(errc code) noexcept {
  if (code == errc::invalid_target_condition) return "invalid_target_condition";
  if (code < errc::syntax_error || code > errc::bad_continuation) return {};
  return service_error_of(code).reason;
}

/// How the service reports that a query is refused: a target condition has one answer for everything
/// (spec/query.md 14).
[[nodiscard]] constexpr const service_error& query_service_error_of(errc code, query_dialect dialect) noexcept {
  const bool is_of_query = !query_error_name(code).empty();
  return service_error_of(is_of_query && dialect == query_dialect::target_condition ? errc::invalid_target_condition
                                                                                    : code);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DIAGNOSTIC_HPP
