// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_COMPARE_HPP
#define DOPPEL_QUERY_COMPARE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/query/detail/string_reader.hpp>
#include <doppel/query/json_text.hpp>
#include <doppel/query/syntax_node.hpp>
#include <doppel/query/value.hpp>

#include <charconv>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// @file
/// How values compare, and how they are written.
namespace doppel {
inline namespace v0 {

/// Levels of arrays and objects that `equal_values` looks into; values that are nested deeper, and equal so far, are
/// not equal.
inline constexpr std::uint32_t max_compared_nesting = 256;

namespace detail {

/// Exact, without rounding the integer.
constexpr int compare_numbers(std::int64_t n, double d) noexcept {
  if (d >= 9223372036854775808.0) return -1;
  if (d < -9223372036854775808.0) return 1;
  const auto whole = static_cast<std::int64_t>(d);
  if (n != whole) return n < whole ? -1 : 1;
  const double rest = d - static_cast<double>(whole);
  return rest > 0 ? -1 : rest < 0 ? 1 : 0;
}

/// @pre both are numbers
constexpr int compare_numbers(const query_value& a, const query_value& b) noexcept {
  if (a.is_integer()) {
    if (!b.is_integer()) return compare_numbers(a.as_integer(), b.as_double());
    return a.as_integer() < b.as_integer() ? -1 : a.as_integer() > b.as_integer() ? 1 : 0;
  }
  if (b.is_integer()) return -compare_numbers(b.as_integer(), a.as_double());
  return a.as_double() < b.as_double() ? -1 : a.as_double() > b.as_double() ? 1 : 0;
}

/// @pre both have the same kind, which is no composite
inline int compare_scalars(const query_value& a, const query_value& b) noexcept {
  switch (a.kind()) {
    case query_kind::boolean: return static_cast<int>(a.as_boolean()) - static_cast<int>(b.as_boolean());
    case query_kind::number: return compare_numbers(a, b);
    case query_kind::string: return compare_strings(a, b);
    default: return 0;
  }
}

/// Compares `n` bytes by their first and last word, which cover them all.
template <class Word>
bool equal_ends(const char* a, const char* b, std::size_t n) noexcept {
  const auto word_at = [](const char* p) {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
  };
  return word_at(a) == word_at(b) && word_at(a + n - sizeof(Word)) == word_at(b + n - sizeof(Word));
}

/// Equality of texts that are mostly so short that a call would take longer than the comparison.
inline bool equal_texts(std::string_view a, std::string_view b) noexcept {
  const std::size_t n = a.size();
  if (n != b.size()) return false;
  if (n > 16) return std::memcmp(a.data(), b.data(), n) == 0;
  if (n >= 8) return equal_ends<std::uint64_t>(a.data(), b.data(), n);
  if (n >= 4) return equal_ends<std::uint32_t>(a.data(), b.data(), n);
  if (n >= 2) return equal_ends<std::uint16_t>(a.data(), b.data(), n);
  return n == 0 || a[0] == b[0];
}

/// Says whether a comparison holds for two values that stand in an order: below 0, 0, or above.
constexpr bool holds(query_operator op, int order) noexcept {
  switch (op) {
    case query_operator::equal: return order == 0;
    case query_operator::not_equal: return order != 0;
    case query_operator::less: return order < 0;
    case query_operator::less_equal: return order <= 0;
    case query_operator::greater: return order > 0;
    default: return order >= 0;
  }
}

bool equal_composites(const query_value& a, const query_value& b) noexcept;

inline std::uint64_t size_of_composite(const query_value& v) noexcept {
  composite_cursor cursor;
  v.functions().begin(v, cursor);
  query_value key;
  query_value value;
  std::uint64_t size = 0;
  while (v.functions().next(cursor, key, value)) ++size;
  return size;
}

/// The element of an array with a number, or undefined.
inline query_value element_of(const query_value& array, std::int64_t index) noexcept {
  if (array.kind() != query_kind::array || index < 0) return {};
  composite_cursor cursor;
  array.functions().begin(array, cursor);
  query_value key;
  query_value value;
  do {
    if (!array.functions().next(cursor, key, value)) return {};
  } while (index-- != 0);
  return value;
}

inline query_value member_of(const query_value& object, const query_value& key) noexcept {
  return object.kind() == query_kind::object ? object.functions().member(object, key) : query_value{};
}

}  // namespace detail

/// Says whether two values are the same: of one kind and equal, arrays element by element, objects by members in
/// any order. Undefined equals undefined here; operators treat it before.
/// @par Complexity
/// Linear for scalars and arrays; for objects, the product of the sizes if members stand in another order.
/// @par Specification
/// spec/query.md 6 and 11.3
[[nodiscard]] inline bool equal_values(const query_value& a, const query_value& b) noexcept {
  if (a.kind() != b.kind()) return false;
  if (a.is_string()) return detail::equal_strings(a, b);
  return a.is_composite() ? detail::equal_composites(a, b) : detail::compare_scalars(a, b) == 0;
}

/// Places two values in the order of ORDER BY: undefined < null < false < true < numbers < strings < arrays <
/// objects; arrays tie, and objects do.
/// @par Specification
/// spec/query.md 13
[[nodiscard]] inline std::weak_ordering order_values(const query_value& a, const query_value& b) noexcept {
  if (a.kind() != b.kind()) return a.kind() <=> b.kind();
  return detail::compare_scalars(a, b) <=> 0;
}

/// `a op b` for the six comparisons.
/// @par Specification
/// spec/query.md 6
[[nodiscard]] inline truth compare_values(query_operator op, const query_value& a, const query_value& b) noexcept {
  if (a.is_undefined() || b.is_undefined()) return truth::undefined;
  if (op == query_operator::equal) return to_truth(equal_values(a, b));
  if (op == query_operator::not_equal) return to_truth(!equal_values(a, b));
  if (a.kind() != b.kind() || a.is_composite()) return truth::undefined;
  return to_truth(detail::holds(op, detail::compare_scalars(a, b)));
}

/// Appends a string as plain UTF-8. False when memory is refused, or if it is no string.
inline bool write_string(const query_value& v, text_buffer& out) noexcept {
  if (!v.is_string()) return false;
  detail::string_reader reader(v);
  for (std::string_view text = reader.next(); !text.empty(); text = reader.next()) {
    if (!out.append(text)) return false;
  }
  return true;
}

namespace detail {

/// Says whether one of eight bytes may be a quote, a backslash or a control character.
constexpr bool needs_escapes(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101u;
  const auto has_zero = [](std::uint64_t w) { return (w - ones) & ~w; };
  const std::uint64_t found =
      ((word - ones * 0x20) & ~word) | has_zero(word ^ ones * '"') | has_zero(word ^ ones * '\\');
  return (found & ones * 0x80) != 0;
}

/// Appends UTF-8 as the inside of a JSON string.
inline bool write_escaped(std::string_view text, text_buffer& out) noexcept {
  // No byte takes more than six.
  if (!out.reserve_more(text.size() * 6)) return false;
  char* to = out.end();
  const char* from = text.data();
  const char* const end = from + text.size();
  while (from != end) {
    // Eight at once, as long as none is escaped.
    for (std::uint64_t word; end - from >= 8; from += 8, to += 8) {
      std::memcpy(&word, from, sizeof word);
      if (needs_escapes(word)) break;
      std::memcpy(to, &word, sizeof word);
    }
    for (const char* const stop = end - from < 8 ? end : from + 8; from != stop; ++from) {
      const auto byte = static_cast<unsigned char>(*from);
      if (byte < 0x80) {
        to = put_canonical_ascii(to, byte);
      } else {
        *to++ = *from;
      }
    }
  }
  out.set_end(to);
  return true;
}

inline bool write_json_string(const query_value& v, text_buffer& out) noexcept {
  if (!out.append("\"")) return false;
  string_reader reader(v);
  for (std::string_view text = reader.next(); !text.empty();) {
    // In pieces, so that the room for escapes stays small.
    const std::string_view part = text.substr(0, 256);
    if (!write_escaped(part, out)) return false;
    text.remove_prefix(part.size());
    if (text.empty()) text = reader.next();
  }
  return out.append("\"");
}

inline bool write_number(const query_value& v, text_buffer& out) noexcept {
  if (!v.spelling().empty()) return out.append(v.spelling());
  char digits[32];
  std::to_chars_result end{};
  if (v.is_integer()) {
    end = std::to_chars(digits, digits + sizeof digits, v.as_integer());
  } else {
    const double d = v.as_double();
    if (!std::isfinite(d)) return out.append("null");
    end = std::to_chars(digits, digits + sizeof digits, d == 0 ? 0.0 : d);
  }
  return out.append(digits, static_cast<std::size_t>(end.ptr - digits));
}

}  // namespace detail

/// Appends a value as minified JSON: numbers as the document spells them, computed ones in their shortest form. An
/// infinity, which only routes have, is written as null; undefined writes nothing.
/// @return false when memory is refused
inline bool write_value(const query_value& v, text_buffer& out) noexcept {
  switch (v.kind()) {
    case query_kind::undefined: return true;
    case query_kind::null: return out.append("null");
    case query_kind::boolean: return out.append(v.as_boolean() ? "true" : "false");
    case query_kind::number: return detail::write_number(v, out);
    case query_kind::string: return detail::write_json_string(v, out);
    default: return v.functions().write(v, out);
  }
}

namespace detail {

/// One level of a comparison.
struct comparison_level {
  composite_cursor left;
  composite_cursor right;  // where the next member is expected
  query_value other;
  const composite_functions* functions;  // of the left
};

inline bool enter(comparison_level& level, const query_value& a, const query_value& b) noexcept {
  if (a.kind() == query_kind::object && size_of_composite(a) != size_of_composite(b)) return false;
  level.functions = &a.functions();
  level.other = b;
  a.functions().begin(a, level.left);
  b.functions().begin(b, level.right);
  return true;
}

inline bool equal_composites(const query_value& a, const query_value& b) noexcept {
  comparison_level levels[max_compared_nesting];
  std::uint32_t depth = 1;
  if (!enter(levels[0], a, b)) return false;
  while (depth != 0) {
    comparison_level& level = levels[depth - 1];
    const bool is_object = level.other.kind() == query_kind::object;
    query_value key;
    query_value value;
    query_value other_key;
    query_value other;
    const bool has_value = level.functions->next(level.left, key, value);
    const bool has_other = level.other.functions().next(level.right, other_key, other);
    if (has_value != has_other && !is_object) return false;
    if (!has_value) {
      --depth;
      continue;
    }
    // Members mostly stand in the same order.
    if (is_object && (!has_other || !equal_strings(key, other_key))) {
      other = level.other.functions().member(level.other, key);
    }
    if (value.kind() != other.kind()) return false;
    if (value.is_composite()) {
      if (depth == max_compared_nesting || !enter(levels[depth], value, other)) return false;
      ++depth;
    } else if (compare_scalars(value, other) != 0) {
      return false;
    }
  }
  return true;
}

/// From JSON text to an element, or to the member with a key. False if there is none.
inline bool step_into_json(std::string_view& text, bool is_index, std::int64_t index, std::string_view key) noexcept {
  if (text.empty() || text[0] != (is_index ? '[' : '{') || (is_index && index < 0)) return false;
  const query_value name = query_value::string(key);
  composite_cursor cursor;
  begin_json(composite_of_json(text), cursor);
  query_value found;
  while (next_json_text(cursor, found, text)) {
    if (is_index ? index-- == 0 : equal_strings(found, name)) return true;
  }
  return false;
}

inline query_value member_of_json(const query_value& object, const query_value& key) noexcept {
  composite_cursor cursor;
  begin_json(object, cursor);
  query_value name;
  query_value value;
  while (next_json(cursor, name, value)) {
    if (equal_strings(name, key)) return value;
  }
  return {};
}

inline bool write_json(const query_value& of, text_buffer& out) noexcept {
  // Minified: white space between tokens goes, strings stay as they are.
  const char* p = static_cast<const char*>(of.node());
  const char* const end = p + of.tag();
  if (!out.reserve_more(of.tag())) return false;
  char* to = out.end();
  while (p != end) {
    const char* after = p + 1;
    if (*p == '"') after = end_of_string(p, end);
    if (!is_white_space(*p)) {
      std::memcpy(to, p, static_cast<std::size_t>(after - p));
      to += after - p;
    }
    p = after;
  }
  out.set_end(to);
  return true;
}

}  // namespace detail

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_COMPARE_HPP
