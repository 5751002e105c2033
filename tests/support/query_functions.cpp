// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "query_functions.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

namespace doppel_test {
namespace {

using doppel::query_function;

bool is(const query_value& value, value_kind kind) { return kind_of(value) == kind; }

std::string_view text_of(const query_value& value) {
  const boost::json::string& text = value->get_string();
  return {text.data(), text.size()};
}

// --- text ----------------------------------------------------------------------------------------

// A function of two strings; undefined for anything else.
template <class Function>
query_value of_texts(const query_value& a, const query_value& b, Function function) {
  if (!is(a, value_kind::string) || !is(b, value_kind::string)) {
    return undefined();
  }
  return function(text_of(a), text_of(b));
}

query_value starts_with(std::string_view text, std::string_view part) {
  return boolean(text.substr(0, part.size()) == part);
}

query_value ends_with(std::string_view text, std::string_view part) {
  return boolean(text.size() >= part.size() && text.substr(text.size() - part.size()) == part);
}

query_value contains(std::string_view text, std::string_view part) {
  return boolean(text.find(part) != std::string_view::npos);
}

query_value index_of(std::string_view text, std::string_view part) {
  const std::size_t at = to_utf16(text).find(to_utf16(part));
  return integer(at == std::u16string::npos ? -1 : static_cast<std::int64_t>(at));
}

query_value concat(std::span<const query_value> arguments) {
  std::string all;
  for (const query_value& argument : arguments) {
    if (!is(argument, value_kind::string)) {
      return undefined();
    }
    all += text_of(argument);
  }
  return string(all);
}

query_value length(const query_value& text) {
  return is(text, value_kind::string) ? integer(static_cast<std::int64_t>(to_utf16(text_of(text)).size()))
                                      : undefined();
}

// Simple case mapping of the scripts that the tests use: small letters, and how far before them the capitals are.
struct letter_range {
  char32_t first;
  char32_t last;
  char32_t distance;
};
constexpr letter_range small_letters[] = {
    {U'a', U'z', 32},           {U'\u00e0', U'\u00f6', 32}, {U'\u00f8', U'\u00fe', 32}, {U'\u03b1', U'\u03c1', 32},
    {U'\u03c3', U'\u03c9', 32}, {U'\u0430', U'\u044f', 32}, {U'\u0450', U'\u045f', 80}, {U'\uff41', U'\uff5a', 32}};

query_value with_case(const query_value& text, bool to_upper) {
  if (!is(text, value_kind::string)) {
    return undefined();
  }
  std::string mapped;
  for (const char32_t c : code_points(text_of(text))) {
    char32_t image =
        to_upper && c == U'\u03c2' ? U'\u03a3' : c;  // the sigma at the end of words has no capital of its own
    for (const letter_range& range : small_letters) {
      const char32_t low = to_upper ? range.first : range.first - range.distance;
      const char32_t high = to_upper ? range.last : range.last - range.distance;
      if (c >= low && c <= high) {
        image = to_upper ? c - range.distance : c + range.distance;
      }
    }
    append_utf8(image, mapped);
  }
  return string(mapped);
}

// The number without its fraction, if it is between the two.
std::optional<std::size_t> position(const query_value& number, std::size_t low, std::size_t high) {
  const double whole = std::trunc(to_double(*number));
  if (whole < static_cast<double>(low) || whole > static_cast<double>(high)) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(whole);
}

query_value substring(std::span<const query_value> arguments) {
  if (!is(arguments[0], value_kind::string) ||
      !std::all_of(arguments.begin() + 1, arguments.end(),
                   [](const query_value& a) { return is(a, value_kind::number); })) {
    return undefined();
  }
  const std::u16string text = to_utf16(text_of(arguments[0]));
  const std::optional<std::size_t> start = position(arguments[1], 0, text.size());
  if (!start) {
    return undefined();
  }
  std::size_t count = text.size() - *start;
  if (arguments.size() == 3) {
    const std::optional<std::size_t> asked = position(arguments[2], 0, count);
    if (*start == text.size() || !asked) {
      return undefined();
    }
    count = *asked;
  }
  const std::optional<std::string> part = to_utf8(std::u16string_view(text).substr(*start, count));
  return part ? string(*part) : undefined();
}

// --- numbers -------------------------------------------------------------------------------------

query_value sign(const query_value& number) {
  if (!is(number, value_kind::number)) {
    return undefined();
  }
  return integer(compare_numbers(*number, json_value(0)));
}

query_value absolute(const query_value& number) {
  return less(number, integer(0)) == true ? negate(number) : plus(number);
}

template <class Function>
query_value of_number(const query_value& number, Function function) {
  return is(number, value_kind::number) ? real(function(to_double(*number))) : undefined();
}

// CEILING and FLOOR leave integers as they are.
template <class Function>
query_value rounded(const query_value& number, Function function) {
  return number && number->is_int64() ? number : of_number(number, function);
}

// [blanks] [sign] decimal [blanks], decimal as in 2.7: (digits [. digits] | . digits) [e [sign] digits]
query_value as_number(const query_value& value) {
  if (!is(value, value_kind::string)) {
    return plus(value);
  }
  const std::string text(text_of(value));
  std::size_t at = 0;
  const auto take_blanks = [&] {
    while (at < text.size() && std::string_view(" \t\r\n").find(text[at]) != std::string_view::npos) {
      ++at;
    }
  };
  const auto take_sign = [&] { at += at < text.size() && (text[at] == '+' || text[at] == '-') ? 1U : 0U; };
  const auto take_digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      ++at;
    }
    return at != start;
  };

  take_blanks();
  const std::size_t begin = at;
  take_sign();
  bool is_integer = true;
  bool is_good = take_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    is_integer = false;
    is_good = take_digits();  // also without digits in front, as in 2.7
  }
  if (is_good && at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    is_integer = false;
    take_sign();
    is_good = take_digits();
  }
  const std::size_t end = at;
  take_blanks();
  if (!is_good || at != text.size()) {
    return undefined();
  }
  const std::string number = text.substr(begin, end - begin);
  if (is_integer) {
    errno = 0;
    const long long exact = std::strtoll(number.c_str(), nullptr, 10);
    if (errno == 0) {
      return integer(exact);
    }
  }
  return real(std::strtod(number.c_str(), nullptr));
}

// --- arrays --------------------------------------------------------------------------------------

query_value array_contains(const query_value& array, const query_value& value) {
  if (!is(array, value_kind::array) || !value) {
    return undefined();
  }
  const boost::json::array& elements = array->get_array();
  return boolean(std::any_of(elements.begin(), elements.end(),
                             [&](const json_value& element) { return is_equal(element, *value); }));
}

query_value array_length(const query_value& array) {
  return is(array, value_kind::array) ? integer(static_cast<std::int64_t>(array->get_array().size())) : undefined();
}

}  // namespace

query_value call_function(query_function function, std::span<const query_value> arguments) {
  const query_value& a = arguments[0];
  const query_value b = arguments.size() > 1 ? arguments[1] : undefined();
  switch (function) {
    case query_function::is_defined: return boolean(a.has_value());
    case query_function::is_null: return boolean(is(a, value_kind::null));
    case query_function::is_bool: return boolean(is(a, value_kind::boolean));
    case query_function::is_number: return boolean(is(a, value_kind::number));
    case query_function::is_string: return boolean(is(a, value_kind::string));
    case query_function::is_object: return boolean(is(a, value_kind::object));
    case query_function::is_array: return boolean(is(a, value_kind::array));
    case query_function::is_primitive:
      return boolean(is(a, value_kind::null) || is(a, value_kind::boolean) || is(a, value_kind::number) ||
                     is(a, value_kind::string));
    case query_function::starts_with: return of_texts(a, b, starts_with);
    case query_function::ends_with: return of_texts(a, b, ends_with);
    case query_function::contains: return of_texts(a, b, contains);
    case query_function::array_contains: return array_contains(a, b);
    case query_function::array_length: return array_length(a);
    case query_function::abs: return absolute(a);
    case query_function::sign: return sign(a);
    case query_function::ceiling: return rounded(a, [](double x) { return std::ceil(x); });
    case query_function::floor: return rounded(a, [](double x) { return std::floor(x); });
    case query_function::square: return multiply(a, a);
    case query_function::sqrt: return of_number(a, [](double x) { return std::sqrt(x); });
    case query_function::exp: return of_number(a, [](double x) { return std::exp(x); });
    case query_function::power:
      return is(a, value_kind::number) && is(b, value_kind::number) ? real(std::pow(to_double(*a), to_double(*b)))
                                                                    : undefined();
    case query_function::as_number: return as_number(a);
    case query_function::concat: return concat(arguments);
    case query_function::length: return length(a);
    case query_function::lower: return with_case(a, false);
    case query_function::upper: return with_case(a, true);
    case query_function::substring: return substring(arguments);
    case query_function::index_of: return of_texts(a, b, index_of);
    case query_function::twin_change_includes: break;  // of routes
  }
  return undefined();
}

std::u16string to_utf16(std::string_view utf8) {
  std::u16string units;
  for (const char32_t c : code_points(utf8)) {
    if (c < 0x10000) {
      units += static_cast<char16_t>(c);
    } else {
      units += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      units += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return units;
}

std::optional<std::string> to_utf8(std::u16string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t unit = text[i];
    if (unit < 0xD800 || unit > 0xDFFF) {
      append_utf8(unit, out);
      continue;
    }
    const char32_t low = i + 1 < text.size() ? text[i + 1] : U'\0';
    if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF) {
      return std::nullopt;
    }
    append_utf8(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), out);
    ++i;
  }
  return out;
}

}  // namespace doppel_test
