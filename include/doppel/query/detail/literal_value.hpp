// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_LITERAL_VALUE_HPP
#define DOPPEL_QUERY_DETAIL_LITERAL_VALUE_HPP

#include <doppel/query/detail/characters.hpp>
#include <doppel/query/detail/number.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace doppel {
inline namespace v0 {
namespace detail {

struct number_value {
  bool is_integer = false;
  bool is_rounded = false;  // `floating` may not be the nearest double
  std::int64_t integer = 0;
  double floating = 0;
};

/// The double that a decimal number is, for the compiler, which has no from_chars: exact if the digits fit a double and
/// the power of ten is one.
constexpr double short_decimal(std::string_view text, bool& is_rounded) noexcept {
  constexpr std::uint64_t most = std::uint64_t{1} << 53;
  constexpr std::int64_t farthest = 22;
  std::uint64_t digits = 0;
  std::int64_t power = 0;
  bool has_point = false;
  std::size_t at = 0;
  for (; at != text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      has_point = true;
    } else if (digits < most) {
      digits = digits * 10 + static_cast<std::uint64_t>(text[at] - '0');
      power -= has_point ? 1 : 0;
    } else {
      is_rounded = true;
      power += has_point ? 0 : 1;
    }
  }
  if (at != text.size()) {
    const bool has_sign = text[at + 1] == '-' || text[at + 1] == '+';
    std::int64_t exponent = 0;
    for (const char c : text.substr(at + (has_sign ? 2 : 1))) {
      if (exponent < 1'000'000) exponent = exponent * 10 + (c - '0');
    }
    power += text[at + 1] == '-' ? -exponent : exponent;
  }
  if (digits == 0) return 0;
  is_rounded = is_rounded || digits > most || power < -farthest || power > farthest;
  if (is_rounded) return 0;
  double scale = 1;
  for (std::int64_t i = power < 0 ? -power : power; i != 0; --i) scale *= 10;
  return power < 0 ? static_cast<double>(digits) / scale : static_cast<double>(digits) * scale;
}

/// Converts a number that the lexer has let through (spec/query.md 2.7).
constexpr number_value read_number(std::string_view text) noexcept {
  constexpr std::uint64_t largest = static_cast<std::uint64_t>((std::numeric_limits<std::int64_t>::max)());
  number_value value;
  if (is_hex(text)) {
    std::uint64_t bits = 0;
    for (const char c : text.substr(2)) bits = bits << 4 | hex_value(c);
    value.is_integer = bits <= largest;
    value.integer = static_cast<std::int64_t>(bits);
    value.floating = static_cast<double>(bits);
    return value;
  }
  std::uint64_t whole = 0;
  value.is_integer = read_unsigned(text, whole) && whole <= largest;
  value.integer = static_cast<std::int64_t>(whole);
  if (std::is_constant_evaluated() && !value.is_integer) {
    value.floating = short_decimal(text, value.is_rounded);
  } else if (!value.is_integer) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value.floating);
    // Overflow has been refused before; underflow leaves the value as it is.
    if (read.ec != std::errc()) value.floating = 0;
  }
  return value;
}

/// Writes a code point as UTF-8.
constexpr char* write_utf8(char* out, std::uint32_t c) noexcept {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
  return out;
}

/// Writes what a string token means (spec/query.md 2.6); never longer than the token.
/// @param text with its quotes; the lexer has checked it
/// @return the end of what was written
constexpr char* decode_string(std::string_view text, char* out) noexcept {
  const char delimiter = text[0];
  const auto unit_at = [text](std::size_t at) {
    return hex_value(text[at + 2]) << 12 | hex_value(text[at + 3]) << 8 | hex_value(text[at + 4]) << 4 |
           hex_value(text[at + 5]);
  };
  for (std::size_t at = 1; at != text.size() - 1;) {
    const char c = text[at];
    if (c == delimiter) {
      *out++ = c;
      at += 2;
    } else if (c != '\\') {
      *out++ = c;
      ++at;
    } else if (text[at + 1] != 'u') {
      *out++ = text[at + 1];
      at += 2;
    } else {
      std::uint32_t unit = unit_at(at);
      at += 6;
      if (unit >= 0xd800 && unit < 0xdc00) {
        unit = 0x10000 + ((unit - 0xd800) << 10) + (unit_at(at) - 0xdc00);
        at += 6;
      }
      out = write_utf8(out, unit);
    }
  }
  return out;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_LITERAL_VALUE_HPP
