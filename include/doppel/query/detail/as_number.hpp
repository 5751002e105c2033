// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_AS_NUMBER_HPP
#define DOPPEL_QUERY_DETAIL_AS_NUMBER_HPP

#include <doppel/query/detail/arithmetic.hpp>
#include <doppel/query/detail/string_reader.hpp>
#include <doppel/query/value.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <system_error>

// AS_NUMBER (spec/query.md 10).
namespace doppel {
inline namespace v0 {
namespace detail {

/// Reads a number character by character, however long it is: blanks around, a sign, digits with at most one point, an
/// exponent. What it keeps are the digits that count and the power of ten that they are to be multiplied with.
class decimal_reader {
public:
  /// False: this cannot be a number any more.
  bool take(std::uint32_t c) noexcept {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      if (place_ == place::start || place_ == place::end) return true;
      if (!is_complete()) return false;
      place_ = place::end;
      return true;
    }
    if (c >= '0' && c <= '9') return take_digit(static_cast<char>(c));
    switch (c) {
      case '+':
      case '-':
        if (place_ == place::start) {
          place_ = place::sign;
          is_negative_ = c == '-';
          return true;
        }
        if (place_ != place::exponent) return false;
        place_ = place::exponent_sign;
        is_exponent_negative_ = c == '-';
        return true;
      case '.':
        if (place_ > place::whole) return false;
        place_ = place::point;
        is_integer_ = false;
        return true;
      case 'e':
      case 'E':
        if (place_ != place::whole && place_ != place::fraction) return false;
        place_ = place::exponent;
        is_integer_ = false;
        return true;
      default: return false;
    }
  }

  /// The number, once all has been taken; undefined if it is none.
  query_value result(number_rules rules) noexcept {
    if (!is_complete()) return {};
    if (is_integer_ && dropped_ == 0 && rules == number_rules::exact) {
      std::int64_t n = 0;
      if (size_ == 0) return query_value::integer(0);
      text_[0] = '-';
      const char* const from = is_negative_ ? text_ : text_ + 1;
      if (std::from_chars(from, text_ + 1 + size_, n).ec == std::errc{}) return query_value::integer(n);
    }
    const double d = size_ == 0 ? 0.0 : magnitude();
    return number_result(is_negative_ ? -d : d, rules);
  }

private:
  enum class place : std::uint8_t {
    start,
    sign,
    whole,
    point,
    fraction,
    exponent,
    exponent_sign,
    exponent_digits,
    end
  };

  bool is_complete() const noexcept {
    return place_ == place::whole || place_ == place::fraction || place_ == place::exponent_digits ||
           place_ == place::end;
  }

  bool take_digit(char digit) noexcept {
    switch (place_) {
      case place::start:
      case place::sign: place_ = place::whole; break;
      case place::point: place_ = place::fraction; break;
      case place::exponent:
      case place::exponent_sign: place_ = place::exponent_digits; break;
      case place::end: return false;
      default: break;
    }
    if (place_ == place::exponent_digits) {
      // Beyond all that the length of a text can make up for.
      constexpr std::int64_t largest = 1'000'000'000'000'000;
      if (exponent_ < largest) exponent_ = exponent_ * 10 + (digit - '0');
      return true;
    }
    if (place_ == place::fraction) --scale_;
    if (size_ == 0 && digit == '0') return true;
    if (size_ != kept) {
      text_[++size_] = digit;
      return true;
    }
    ++dropped_;
    has_rest_ = has_rest_ || digit != '0';
    return true;
  }

  /// The nearest double. @pre there is a digit other than 0
  double magnitude() noexcept {
    std::size_t size = size_;
    std::int64_t power = scale_ + dropped_ + (is_exponent_negative_ ? -exponent_ : exponent_);
    // Any digit there says that what was dropped is not nothing, and which side of a tie this is.
    if (has_rest_) {
      text_[++size] = '1';
      --power;
    }
    // No double has a first digit so far from the point.
    constexpr std::int64_t farthest = 400;
    const std::int64_t first = power + static_cast<std::int64_t>(size);
    if (first > farthest) return std::numeric_limits<double>::infinity();
    if (first < -farthest) return 0;
    char* const end = text_ + 1 + size;
    *end = 'e';
    const char* const after = std::to_chars(end + 1, text_ + sizeof text_, power).ptr;
    double d = 0;
    if (std::from_chars(text_ + 1, after, d).ec == std::errc::result_out_of_range) {
      return first > 0 ? std::numeric_limits<double>::infinity() : 0;
    }
    return d;
  }

  // What lies between two doubles has up to 767 digits.
  static constexpr std::size_t kept = 800;

  place place_ = place::start;
  bool is_negative_ = false;
  bool is_exponent_negative_ = false;
  bool is_integer_ = true;
  bool has_rest_ = false;     // a digit that was dropped is not 0
  std::int64_t scale_ = 0;    // minus the number of digits behind the point
  std::int64_t dropped_ = 0;  // digits that were not kept
  std::int64_t exponent_ = 0;
  std::size_t size_ = 0;
  char text_[1 + kept + 1 + 24];  // room for a sign; the digits from the first that is not 0; room for an exponent
};

/// AS_NUMBER: of a string, the integer if it is one of 64 bits, else the nearest double.
/// @par Complexity
/// Linear in the length of the string.
inline query_value as_number(const query_value& v, number_rules rules) noexcept {
  if (v.is_number()) return rules == number_rules::real ? query_value::floating(v.as_double()) : v;
  if (!v.is_string()) return {};
  decimal_reader number;
  character_reader reader(v);
  for (std::uint32_t c = 0; reader.next(c);) {
    if (!number.take(c)) return {};
  }
  return number.result(rules);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_AS_NUMBER_HPP
