// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "display.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>

namespace cli {

namespace {

struct range {
  std::uint32_t first;
  std::uint32_t last;
};

// Blocks rather than characters: a table for people may be a column off in rare scripts.
constexpr range narrowest[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05c7},   {0x0610, 0x061a},
    {0x064b, 0x065f}, {0x06d6, 0x06dc}, {0x093c, 0x093c}, {0x0941, 0x0948},   {0x094d, 0x094d},
    {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff},
    {0x200b, 0x200f}, {0x2060, 0x2064}, {0x20d0, 0x20ff}, {0x302a, 0x302d},   {0x3099, 0x309a},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0x1f3fb, 0x1f3ff}, {0xe0100, 0xe01ef},
};
constexpr range widest[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},   {0x26aa, 0x26ab},
    {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},   {0x26d4, 0x26d4},   {0x26ea, 0x26ea},
    {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},   {0x274c, 0x274c},   {0x2753, 0x2757},
    {0x2795, 0x2797},   {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
    {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf},
    {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f7e0, 0x1f7eb}, {0x1f90c, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
};

template <std::size_t N>
bool is_in(const range (&ranges)[N], std::uint32_t point) {
  const range* const found = std::upper_bound(std::begin(ranges), std::end(ranges), point,
                                              [](std::uint32_t p, const range& r) { return p < r.first; });
  return found != std::begin(ranges) && point <= std::prev(found)->last;
}

std::size_t width_of(std::uint32_t point) {
  if (point < 0x300) return 1;
  if (is_in(narrowest, point)) return 0;
  return is_in(widest, point) ? 2 : 1;
}

constexpr std::uint32_t replacement = 0xfffd;

/// The character at `at`, which moves behind it; `replacement` for a byte that begins none.
std::uint32_t next_point(std::string_view text, std::size_t& at) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const unsigned char first = byte(at++);
  if (first < 0x80) return first;
  const std::size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  static constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  std::uint32_t point = first & (0x3fU >> more);
  for (std::size_t i = 0; i != more; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80) return replacement;
    point = point << 6U | (byte(at + i) & 0x3fU);
  }
  const bool is_valid = first >= 0xc2 && first < 0xf5 && point >= least[more] && point <= 0x10ffff &&
                        !(point >= 0xd800 && point <= 0xdfff);
  if (!is_valid) return replacement;
  at += more;
  return point;
}

/// Controls, and characters that change the direction of what follows.
bool is_unruly(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x061c || point == 0x200e || point == 0x200f ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::size_t text_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at != text.size();) width += width_of(next_point(text, at));
  return width;
}

std::string pad_right(std::string_view text, std::size_t width) {
  std::string padded(text);
  const std::size_t used = text_width(text);
  if (used < width) padded.append(width - used, ' ');
  return padded;
}

std::string pad_left(std::string_view text, std::size_t width) {
  const std::size_t used = text_width(text);
  return std::string(used < width ? width - used : 0, ' ').append(text);
}

std::string shorten(std::string_view text, std::size_t width) {
  if (text_width(text) <= width) return std::string(text);
  const std::size_t kept = width < 3 ? 0 : width - 3;
  std::size_t used = 0;
  std::size_t end = 0;
  for (std::size_t at = 0; at != text.size(); end = at) {
    used += width_of(next_point(text, at));
    if (used > kept) break;
  }
  return std::string(text.substr(0, end)) + "...";
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at != text.size();) {
    const std::size_t begin = at;
    const std::uint32_t point = next_point(text, at);
    if (point == '\n') {
      out += "\\n";
    } else if (point == '\t') {
      out += "\\t";
    } else if (is_unruly(point)) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(point));
      out += escape;
    } else if (point == replacement) {
      out += "\xef\xbf\xbd";
    } else {
      out.append(text, begin, at - begin);
    }
  }
  return out;
}

}  // namespace cli
