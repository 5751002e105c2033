// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_STRING_FUNCTIONS_HPP
#define DOPPEL_QUERY_DETAIL_STRING_FUNCTIONS_HPP

#include <doppel/query/detail/string_reader.hpp>
#include <doppel/query/value.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

// Functions that make strings of strings, and LIKE (spec/query.md 10). A string that is made is a list of pieces of
// the strings it is made of; the room for them comes with the program.
namespace doppel {
inline namespace v0 {
namespace detail {

/// Puts the pieces of a string at `to`, and returns their number.
inline std::uint32_t copy_pieces(const query_value& s, string_piece* to) noexcept {
  if (s.form() != string_form::pieces) {
    *to = piece_of(s);
    return 1;
  }
  std::memcpy(to, s.pieces(), s.piece_count() * sizeof(string_piece));
  return s.piece_count();
}

/// CONCAT and ||: undefined unless all are strings.
inline query_value concatenate(const query_value* parts, std::uint32_t count, string_piece* room) noexcept {
  for (std::uint32_t i = 0; i != count; ++i) {
    if (!parts[i].is_string()) return {};
  }
  std::uint32_t size = 0;
  for (std::uint32_t i = 0; i != count; ++i) size += copy_pieces(parts[i], room + size);
  return query_value::string_of_pieces(room, size);
}

/// LOWER and UPPER.
inline query_value change_case(const query_value& s, case_mapping mapping, string_piece* room) noexcept {
  if (!s.is_string()) return {};
  const std::uint32_t size = copy_pieces(s, room);
  for (std::uint32_t i = 0; i != size; ++i) room[i].mapping = then(room[i].mapping, mapping);
  return query_value::string_of_pieces(room, size);
}

/// Takes up to `units` UTF-16 units off the front of a piece; what is left of `units` tells whether the piece ended
/// first. False if a character would be cut in two.
inline bool cut_front(string_piece& piece, std::int64_t& units, string_piece& front) noexcept {
  front = piece;
  if (piece.form == string_form::time) {
    char text[timestamp::max_text_size];
    const auto all = static_cast<std::uint32_t>(format_timestamp(timestamp::from_ticks(piece.ticks), text) - text);
    const std::uint32_t from = piece.size == whole_time ? 0 : piece.size >> 16;
    const std::uint32_t size = piece.size == whole_time ? all : piece.size & 0xffff;
    const std::uint32_t taken = units < size ? static_cast<std::uint32_t>(units) : size;
    front.size = from << 16 | taken;
    piece.size = (from + taken) << 16 | (size - taken);
    units -= taken;
    return true;
  }
  const char* p = piece.text;
  const char* const end = p + piece.size;
  while (p != end && units > 0) {
    const std::uint32_t c = piece.form == string_form::escaped ? take_escaped(p, end) : take_utf8(p, end);
    units -= utf16_units(c);
  }
  if (units < 0) return false;
  front.size = static_cast<std::uint32_t>(p - piece.text);
  piece.text = p;
  piece.size -= front.size;
  return true;
}

/// A number cut to an integer; false if it is none or beyond all lengths.
inline bool whole_number(const query_value& v, std::int64_t& n) noexcept {
  if (!v.is_number()) return false;
  if (v.is_integer()) {
    n = v.as_integer();
    return true;
  }
  const double d = v.as_double();
  if (!(d > -9e15 && d < 9e15)) return false;
  n = static_cast<std::int64_t>(d);
  return true;
}

inline query_value substring(const query_value* arguments, std::uint32_t count, string_piece* room) noexcept {
  const query_value& s = arguments[0];
  std::int64_t start = 0;
  std::int64_t length = 0;
  if (!s.is_string() || !whole_number(arguments[1], start) || start < 0) return {};
  const std::int64_t whole = utf16_length(s);
  if (count == 2) {
    if (start > whole) return {};
    length = whole - start;
  } else if (!whole_number(arguments[2], length) || start >= whole || length < 0 || length > whole - start) {
    return {};
  }
  // The pieces are cut where they lie.
  const std::uint32_t size = copy_pieces(s, room);
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i != size && (start != 0 || length != 0); ++i) {
    string_piece rest = room[i];
    string_piece front;
    if (start != 0 && !cut_front(rest, start, front)) return {};
    if (start != 0 || rest.size == 0) continue;
    if (!cut_front(rest, length, front)) return {};
    room[kept++] = front;
  }
  return query_value::string_of_pieces(room, kept);
}

/// s LIKE pattern: `%` any run, `_` one character, the character behind `escape` for itself; an escape at the end of the
/// pattern stands for itself. Takes as many steps as the product of both lengths at worst.
inline truth is_like(const query_value& s, const query_value& pattern, const query_value* escape) noexcept {
  if (!s.is_string() || !pattern.is_string()) return truth::undefined;
  constexpr std::uint32_t none = 0xffff'ffff;
  std::uint32_t escape_character = none;
  if (escape != nullptr) {
    if (!escape->is_string()) return truth::undefined;
    character_reader reader(*escape);
    std::uint32_t more = 0;
    if (!reader.next(escape_character) || reader.next(more)) return truth::undefined;
  }
  character_reader text(s);
  character_reader form(pattern);
  character_reader text_again(s);  // where to go on once what follows the last % has failed
  character_reader form_again(pattern);
  bool has_run = false;
  for (;;) {
    const character_reader here(text);
    std::uint32_t f = 0;
    const bool has_form = form.next(f);
    const bool is_escaped = has_form && f == escape_character;
    if (is_escaped) (void)form.next(f);  // with nothing behind it, it stands for itself
    if (has_form && !is_escaped && f == '%') {
      has_run = true;
      text_again = here;
      form_again = form;
      continue;
    }
    std::uint32_t c = 0;
    const bool has_text = text.next(c);
    if (!has_text && !has_form) return truth::yes;
    if (has_text && has_form && (c == f || (f == '_' && !is_escaped))) continue;
    // The run takes one character more.
    if (!has_run || !text_again.next(c)) return truth::no;
    text = text_again;
    form = form_again;
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_STRING_FUNCTIONS_HPP
