// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_NUMBER_HPP
#define DOPPEL_QUERY_DETAIL_NUMBER_HPP

#include <doppel/query/detail/characters.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

constexpr std::size_t count_digits(std::string_view text, int classes = is_digit) noexcept {
  std::size_t count = 0;
  while (count != text.size() && has_class(text[count], classes)) ++count;
  return count;
}

/// Length of the longest number at the start of a text, or 0 (spec/query.md 2.7).
constexpr std::size_t number_length(std::string_view text) noexcept {
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    const std::size_t digits = count_digits(text.substr(2), is_hex_digit);
    if (digits != 0) return digits <= 16 ? 2 + digits : 0;
  }
  std::size_t length = count_digits(text);
  if (length < text.size() && text[length] == '.') {
    const std::size_t fraction = count_digits(text.substr(length + 1));
    if (fraction != 0) length += 1 + fraction;
  }
  if (length != 0 && length < text.size() && (text[length] == 'e' || text[length] == 'E')) {
    std::size_t at = length + 1;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = count_digits(text.substr(at));
    if (exponent != 0) length = at + exponent;
  }
  return length;
}

constexpr bool is_hex(std::string_view number) noexcept {
  return number.size() > 1 && (number[1] == 'x' || number[1] == 'X');
}

/// What a number is made of: digits without leading zeros, and where the point belongs.
struct decimal_parts {
  std::string_view digits;   // of the integer and the fraction; may hold the point
  std::int64_t magnitude{};  // the first digit stands for so many powers of ten, plus one; exponents are capped
};

constexpr decimal_parts split_decimal(std::string_view number) noexcept {
  const std::size_t e = find_any(number, "eE");
  decimal_parts parts;
  parts.digits = number.substr(0, e);
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view text = number.substr(e + 1);
    const bool is_negative = text[0] == '-';
    if (text[0] == '-' || text[0] == '+') text.remove_prefix(1);
    for (const char c : text) {
      if (exponent < 1'000'000'000'000) exponent = exponent * 10 + (c - '0');
    }
    if (is_negative) exponent = -exponent;
  }
  const std::size_t point = find_any(parts.digits, ".");
  std::int64_t before = static_cast<std::int64_t>(point == std::string_view::npos ? parts.digits.size() : point);
  while (!parts.digits.empty() && (parts.digits[0] == '0' || parts.digits[0] == '.')) {
    if (parts.digits[0] == '0') --before;
    parts.digits.remove_prefix(1);
  }
  // Zeros behind the point were counted as digits before it: 0.001 has the magnitude -2.
  parts.magnitude = before + exponent;
  return parts;
}

/// Says whether a decimal number would become an infinity. The bound is a hair below the exact one,
/// 2^1024 - 2^970, which has 309 digits.
constexpr bool is_beyond_double(std::string_view number) noexcept {
  if (number.size() < 4 || is_hex(number)) return false;
  const decimal_parts parts = split_decimal(number);
  constexpr std::int64_t largest = 309;
  if (parts.digits.empty() || parts.magnitude < largest) return false;
  if (parts.magnitude > largest) return true;
  constexpr std::string_view bound = "17976931348623158079";
  std::size_t at = 0;
  for (const char c : bound) {
    if (at < parts.digits.size() && parts.digits[at] == '.') ++at;
    const char digit = at < parts.digits.size() ? parts.digits[at] : '0';
    if (digit != c) return digit > c;
    ++at;
  }
  return true;
}

/// An unsigned decimal integer, cut to the largest that fits; false if the number is of another form.
constexpr bool read_unsigned(std::string_view number, std::uint64_t& value) noexcept {
  value = 0;
  if (number.empty() || count_digits(number) != number.size()) return false;
  constexpr std::uint64_t largest = 0xffff'ffff'ffff'ffff;
  for (const char c : number) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    value = value > (largest - digit) / 10 ? largest : value * 10 + digit;
  }
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_NUMBER_HPP
