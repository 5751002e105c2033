// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_CHARACTERS_HPP
#define DOPPEL_QUERY_DETAIL_CHARACTERS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Classes of bytes (spec/query.md 2.2, 2.4, 2.7, 16.4), as bits.
enum character_class : std::uint8_t {
  is_space = 1,
  is_name_start = 2,      // all of U+0080 and above; U+0080 to U+00A0 are sorted out by the lexer
  is_name_character = 4,  // in a name after its start, or at the start of a segment
  is_digit = 8,
  is_hex_digit = 16,
  is_route_name_character = 32,
  ends_plain_string = 64,  // quotes and the backslash
};

constexpr std::array<std::uint8_t, 256> make_character_table() noexcept {
  std::array<std::uint8_t, 256> table{};
  const auto add = [&table](std::string_view characters, int bits) {
    for (const char c : characters) {
      std::uint8_t& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | bits);
    }
  };
  for (std::size_t c = 0x21; c != 256; ++c) table[c] = c == 0x7f ? 0 : is_route_name_character;
  for (const char c : std::string_view("()<>@,;:\\\"/[]?={}")) table[static_cast<unsigned char>(c)] = 0;
  for (std::size_t c = 0x80; c != 256; ++c) table[c] |= is_name_start | is_name_character;
  add(" \t\r\n", is_space);
  add("0123456789", is_digit | is_hex_digit | is_name_character);
  add("abcdefABCDEF", is_hex_digit);
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", is_name_start | is_name_character);
  add("$", is_name_start);
  add("-", is_name_character);
  add("'\"\\", ends_plain_string);
  return table;
}

inline constexpr std::array<std::uint8_t, 256> character_table = make_character_table();

constexpr bool has_class(char c, int classes) noexcept {
  return (character_table[static_cast<unsigned char>(c)] & classes) != 0;
}

constexpr char to_upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Compares without regard to the case of ASCII letters.
constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i != a.size(); ++i) {
    if (to_upper(a[i]) != to_upper(b[i])) return false;
  }
  return true;
}

/// Where a text has one of some characters first, from a place on, or npos; and the same for two in a row. The
/// functions of string_view compare addresses with null, which g++ with -fsanitize=undefined does not take for
/// constants.
constexpr std::size_t find_any(std::string_view text, std::string_view characters, std::size_t from = 0) noexcept {
  for (; from < text.size(); ++from) {
    for (const char c : characters) {
      if (text[from] == c) return from;
    }
  }
  return std::string_view::npos;
}

constexpr std::size_t find_pair(std::string_view text, char first, char second, std::size_t from) noexcept {
  for (; from + 1 < text.size(); ++from) {
    if (text[from] == first && text[from + 1] == second) return from;
  }
  return std::string_view::npos;
}

constexpr std::uint32_t hex_value(char c) noexcept {
  return static_cast<std::uint32_t>(c <= '9' ? c - '0' : to_upper(c) - 'A' + 10);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_CHARACTERS_HPP
