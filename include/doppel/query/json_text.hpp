// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_JSON_TEXT_HPP
#define DOPPEL_QUERY_JSON_TEXT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/query/value.hpp>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <system_error>

// JSON text as values: what stored arrays, literals and raw documents are made of. The text is valid, but may
// have white space and any escapes.
namespace doppel {
inline namespace v0 {

[[nodiscard]] query_value value_of_json(std::string_view text) noexcept;

namespace detail {

/// Says of a number that no double can hold, by its text, whether it is too small, not too large.
inline bool is_below_one(std::string_view text) noexcept {
  // The power of ten of the first digit that is not 0.
  std::int64_t order = 0;
  bool has_point = false;
  bool has_digit = false;
  std::size_t i = 0;
  for (; i != text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') has_point = true;
    if (text[i] < '0' || text[i] > '9') continue;
    has_digit = has_digit || text[i] != '0';
    if (has_digit && !has_point) ++order;
    if (!has_digit && has_point) --order;
  }
  if (i == text.size()) return order <= 0;
  const bool is_negative = ++i != text.size() && text[i] == '-';
  std::int64_t exponent = 0;
  for (; i != text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9' && exponent < 1'000'000'000'000) exponent = exponent * 10 + (text[i] - '0');
  }
  return order + (is_negative ? -exponent : exponent) <= 0;
}

inline constexpr double powers_of_ten[] = {1e0, 1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,
                                           1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17};

/// A number by its text. What is no integer of 64 bits is the nearest double; beyond all doubles, an infinity.
inline query_value number_of_json(std::string_view text) noexcept {
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool is_negative = p != end && *p == '-';
  p += is_negative;
  if (end - p <= 18) [[likely]] {
    std::uint64_t n = 0;
    const char* point = nullptr;
    for (; p != end; ++p) {
      const unsigned digit = static_cast<unsigned char>(*p) - unsigned{'0'};
      if (digit > 9) {
        if (*p != '.') break;
        point = p;
        continue;
      }
      n = n * 10 + digit;
    }
    if (p == end) {
      const auto value = static_cast<std::int64_t>(n);
      // -0 is 0 and keeps its spelling.
      if (point == nullptr) return query_value::integer(is_negative ? -value : value).spelled(text);
      // Both sides are doubles without loss, so the quotient is the nearest one.
      if (n < std::uint64_t{1} << 53) {
        const double quotient = static_cast<double>(n) / powers_of_ten[end - point - 1];
        return query_value::floating(is_negative ? -quotient : quotient).spelled(text);
      }
    }
  } else if (text.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t n = 0;
    if (std::from_chars(text.data(), end, n).ec == std::errc{}) return query_value::integer(n).spelled(text);
  }
  double d = 0;
  if (std::from_chars(text.data(), end, d).ec == std::errc::result_out_of_range) {
    d = is_below_one(text) ? 0 : std::numeric_limits<double>::infinity();
    if (is_negative) d = -d;
  }
  return query_value::floating(d).spelled(text);
}

/// Behind the string whose opening quote is at `p`.
inline const char* end_of_string(const char* p, const char* end) noexcept {
  ++p;
  for (;;) {
    const auto* const quote = static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(end - p)));
    if (quote == nullptr) return end;
    const char* backslash = quote;
    while (backslash[-1] == '\\') --backslash;  // stops at the opening quote at the latest
    if ((quote - backslash) % 2 == 0) return quote + 1;
    p = quote + 1;
  }
}

/// Behind the value that starts at `p`.
inline const char* end_of_json(const char* p, const char* end) noexcept {
  if (*p == '"') return end_of_string(p, end);
  if (*p != '[' && *p != '{') {
    while (p != end && *p != ',' && *p != ']' && *p != '}' && !is_white_space(*p)) ++p;
    return p;
  }
  std::size_t depth = 0;
  while (p != end) {
    switch (*p) {
      case '"': p = end_of_string(p, end); continue;
      case '[':
      case '{': ++depth; break;
      case ']':
      case '}':
        if (--depth == 0) return p + 1;
        break;
      default: break;
    }
    ++p;
  }
  return end;
}

inline const char* skip_white_space(const char* p, const char* end) noexcept {
  while (p != end && is_white_space(*p)) ++p;
  return p;
}

void begin_json(const query_value& of, composite_cursor& cursor) noexcept;
bool next_json(composite_cursor& cursor, query_value& key, query_value& value) noexcept;
query_value member_of_json(const query_value& object, const query_value& key) noexcept;
bool write_json(const query_value& of, text_buffer& out) noexcept;

inline constexpr composite_functions json_functions{&begin_json, &next_json, &member_of_json, &write_json};

/// A string by the text between its quotes.
inline query_value string_of_json(std::string_view text) noexcept {
  const bool has_escapes = !text.empty() && std::memchr(text.data(), '\\', text.size()) != nullptr;
  return has_escapes ? query_value::escaped_string(text) : query_value::string(text);
}

/// An array or object as JSON text.
inline query_value composite_of_json(std::string_view text) noexcept {
  const auto size = static_cast<std::uint32_t>(text.size());
  return text[0] == '[' ? query_value::array(json_functions, text.data(), nullptr, size)
                        : query_value::object(json_functions, text.data(), nullptr, size);
}

inline void begin_json(const query_value& of, composite_cursor& cursor) noexcept {
  const char* const text = static_cast<const char*>(of.node());
  cursor.at = text + 1;
  cursor.end = text + of.tag();
  cursor.tag = of.kind() == query_kind::object ? 1 : 0;
}

/// The next element, or member with its key, as text.
inline bool next_json_text(composite_cursor& cursor, query_value& key, std::string_view& text) noexcept {
  const char* const end = static_cast<const char*>(cursor.end);
  const char* p = skip_white_space(static_cast<const char*>(cursor.at), end);
  if (p != end && *p == ',') p = skip_white_space(p + 1, end);
  if (p == end || *p == ']' || *p == '}') return false;
  if (cursor.tag != 0) {
    const char* const after = end_of_string(p, end);
    key = string_of_json({p + 1, static_cast<std::size_t>(after - p) - 2});
    p = skip_white_space(after, end);
    if (p == end) return false;
    p = skip_white_space(p + 1, end);  // the colon
    if (p == end) return false;
  }
  const char* const after = end_of_json(p, end);
  text = {p, static_cast<std::size_t>(after - p)};
  cursor.at = after;
  return true;
}

inline bool next_json(composite_cursor& cursor, query_value& key, query_value& value) noexcept {
  std::string_view text;
  if (!next_json_text(cursor, key, text)) return false;
  value = value_of_json(text);
  return true;
}

}  // namespace detail

/// The value that a piece of JSON text is. Strings and composites stay references to the text.
/// @param text one valid JSON value without white space around it
/// @par Complexity
/// Constant for strings, arrays and objects; linear in the digits of a number.
[[nodiscard]] inline query_value value_of_json(std::string_view text) noexcept {
  switch (text.empty() ? '\0' : text[0]) {
    case '"': return detail::string_of_json(text.substr(1, text.size() - 2));
    case '[':
    case '{': return detail::composite_of_json(text);
    case 't':
    case 'f': return query_value::boolean(text[0] == 't');
    case 'n': return query_value::null();
    case '\0': return query_value::undefined();
    default: return detail::number_of_json(text);
  }
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_JSON_TEXT_HPP
