// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_STRING_READER_HPP
#define DOPPEL_QUERY_DETAIL_STRING_READER_HPP

#include <doppel/base/timestamp.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/query/detail/case_mapping.hpp>
#include <doppel/query/value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

// Strings of any form, read from front to back without a copy. Readers are values: a copy of one is a place to come
// back to.
namespace doppel {
inline namespace v0 {
namespace detail {

/// Takes one code point off well-formed UTF-8; a stray byte counts as U+FFFD.
inline std::uint32_t take_utf8(const char*& p, const char* end) noexcept {
  const auto byte = [&](std::ptrdiff_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(p[i])); };
  const std::uint32_t lead = byte(0);
  const std::ptrdiff_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (lead >= 0x80 && (lead < 0xc2 || end - p < length)) return ++p, 0xfffd;
  std::uint32_t c = lead;
  if (length == 2) c = (lead & 31) << 6 | (byte(1) & 63);
  if (length == 3) c = (lead & 15) << 12 | (byte(1) & 63) << 6 | (byte(2) & 63);
  if (length == 4) c = (lead & 7) << 18 | (byte(1) & 63) << 12 | (byte(2) & 63) << 6 | (byte(3) & 63);
  p += length;
  return c;
}

/// Takes one character off what stands between the quotes of JSON text. A broken escape counts as U+FFFD.
inline std::uint32_t take_escaped(const char*& p, const char* end) noexcept {
  if (*p != '\\') return take_utf8(p, end);
  std::uint32_t c = 0;
  if (read_escape(p, end, c)) return c;
  p += (std::min)(end - p, std::ptrdiff_t{p + 1 < end && p[1] == 'u' ? 6 : 2});
  return 0xfffd;
}

constexpr std::uint32_t map_case(case_mapping mapping, std::uint32_t c) noexcept {
  switch (mapping) {
    case case_mapping::none: return c;
    case case_mapping::lower: return to_lower(c);
    case case_mapping::upper: return to_upper(c);
    case case_mapping::lower_upper: return to_upper(to_lower(c));
    case case_mapping::upper_lower: return to_lower(to_upper(c));
  }
  return c;
}

/// A mapping after another one. What is mapped three times is as after the last two.
constexpr case_mapping then(case_mapping first, case_mapping second) noexcept {
  const bool to_upper_case = second == case_mapping::upper;
  switch (first) {
    case case_mapping::lower:
    case case_mapping::upper_lower: return to_upper_case ? case_mapping::lower_upper : first;
    case case_mapping::upper:
    case case_mapping::lower_upper: return to_upper_case ? first : case_mapping::upper_lower;
    case case_mapping::none: break;
  }
  return second;
}

/// Of a time, a piece is a cut: how many characters from which one on.
inline constexpr std::uint32_t whole_time = 0xffff;

/// A string as one piece. @pre it is not of pieces
inline string_piece piece_of(const query_value& s) noexcept {
  string_piece piece{};
  piece.form = s.form();
  if (s.form() == string_form::time) {
    piece.size = whole_time;
    piece.ticks = s.ticks();
  } else {
    piece.size = static_cast<std::uint32_t>(s.raw_text().size());
    piece.text = s.raw_text().data();
  }
  return piece;
}

/// A string as a sequence of texts in UTF-8, each of whole characters and not empty.
class string_reader {
public:
  /// @pre it is a string
  explicit string_reader(const query_value& s) noexcept {
    if (s.form() == string_form::plain) {
      rest_ = s.raw_text();
    } else if (s.form() == string_form::pieces) {
      pieces_ = s.pieces();
      piece_count_ = s.piece_count();
    } else {
      load(piece_of(s));
    }
  }

  /// The next text; empty at the end. Valid until the next call.
  std::string_view next() noexcept {
    while (rest_.empty()) {
      if (piece_count_ == 0) return {};
      --piece_count_;
      load(*pieces_++);
    }
    if (mapping_ != case_mapping::none) return next_mapped();
    if (!is_escaped_) return std::exchange(rest_, {});
    const std::size_t plain = rest_.find('\\');
    if (plain == 0) {
      const char* p = rest_.data();
      char* const after = put_utf8(buffer_, take_escaped(p, rest_.data() + rest_.size()));
      rest_.remove_prefix(static_cast<std::size_t>(p - rest_.data()));
      return {buffer_, static_cast<std::size_t>(after - buffer_)};
    }
    const std::string_view chunk = rest_.substr(0, plain);
    rest_.remove_prefix(chunk.size());
    return chunk;
  }

  string_reader(const string_reader& other) noexcept { *this = other; }
  string_reader& operator=(const string_reader& other) noexcept {
    std::memcpy(static_cast<void*>(this), static_cast<const void*>(&other), sizeof *this);
    // A time lies in the reader itself.
    if (is_time_) rest_ = {time_ + time_at_, rest_.size()};
    return *this;
  }

private:
  void load(const string_piece& piece) noexcept {
    mapping_ = piece.mapping;
    is_escaped_ = piece.form == string_form::escaped;
    is_time_ = piece.form == string_form::time;
    if (!is_time_) {
      rest_ = {piece.text, piece.size};
      return;
    }
    char text[timestamp::max_text_size];
    const char* const end = format_timestamp(timestamp::from_ticks(piece.ticks), text);
    std::memcpy(time_, text, sizeof time_);
    const std::string_view all(time_, static_cast<std::size_t>(end - text));
    rest_ = piece.size == whole_time ? all : all.substr(piece.size >> 16, piece.size & 0xffff);
    time_at_ = static_cast<std::uint32_t>(rest_.data() - time_);
  }

  std::string_view next_mapped() noexcept {
    const char* p = rest_.data();
    const char* const end = p + rest_.size();
    char* to = buffer_;
    while (p != end && to <= buffer_ + sizeof buffer_ - 4) {
      to = put_utf8(to, map_case(mapping_, is_escaped_ ? take_escaped(p, end) : take_utf8(p, end)));
    }
    rest_.remove_prefix(static_cast<std::size_t>(p - rest_.data()));
    time_at_ = static_cast<std::uint32_t>(p - time_);
    return {buffer_, static_cast<std::size_t>(to - buffer_)};
  }

  std::string_view rest_;
  const string_piece* pieces_ = nullptr;
  std::uint32_t piece_count_ = 0;
  case_mapping mapping_ = case_mapping::none;
  bool is_escaped_ = false;
  bool is_time_ = false;
  std::uint32_t time_at_ = 0;
  char time_[timestamp::max_text_size];
  char buffer_[32];
};

/// A string character by character.
class character_reader {
public:
  explicit character_reader(const query_value& s) noexcept : texts_(s) {}
  character_reader(const character_reader& other) noexcept : texts_(other.texts_) { copy(other); }
  character_reader& operator=(const character_reader& other) noexcept {
    texts_ = other.texts_;
    copy(other);
    return *this;
  }

  /// False at the end.
  bool next(std::uint32_t& c) noexcept {
    if (at_ == size_) {
      const std::string_view text = texts_.next();
      if (text.empty()) return false;
      at_ = 0;
      size_ = text.size();
      // A short text may lie in the reader: it moves with a copy.
      is_short_ = size_ <= sizeof short_;
      if (is_short_) std::memcpy(short_, text.data(), size_);
      long_ = text.data();
    }
    const char* const start = text();
    const char* p = start + at_;
    c = take_utf8(p, start + size_);
    at_ = static_cast<std::size_t>(p - start);
    return true;
  }

private:
  const char* text() const noexcept { return is_short_ ? short_ : long_; }
  void copy(const character_reader& other) noexcept {
    long_ = other.long_;
    at_ = other.at_;
    size_ = other.size_;
    is_short_ = other.is_short_;
    if (is_short_) std::memcpy(short_, other.short_, size_);
  }

  string_reader texts_;
  const char* long_ = nullptr;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  bool is_short_ = false;
  char short_[32];
};

/// Order by code points. @pre both are strings
inline int compare_strings(const query_value& a, const query_value& b) noexcept {
  if (a.form() == string_form::plain && b.form() == string_form::plain) return a.raw_text().compare(b.raw_text());
  string_reader left(a);
  string_reader right(b);
  std::string_view l = left.next();
  std::string_view r = right.next();
  while (!l.empty() && !r.empty()) {
    const std::size_t n = (std::min)(l.size(), r.size());
    if (const int order = std::memcmp(l.data(), r.data(), n); order != 0) return order;
    l.remove_prefix(n);
    r.remove_prefix(n);
    if (l.empty()) l = left.next();
    if (r.empty()) r = right.next();
  }
  return static_cast<int>(!l.empty()) - static_cast<int>(!r.empty());
}

inline bool equal_strings(const query_value& a, const query_value& b) noexcept {
  if (a.form() == string_form::plain && b.form() == string_form::plain) return a.raw_text() == b.raw_text();
  return compare_strings(a, b) == 0;
}

/// Length in UTF-8.
inline std::size_t size_of_string(const query_value& s) noexcept {
  if (s.form() == string_form::plain) return s.raw_text().size();
  string_reader reader(s);
  std::size_t size = 0;
  for (std::string_view text = reader.next(); !text.empty(); text = reader.next()) size += text.size();
  return size;
}

/// Says whether a string, from byte `skipped` on, starts with another one.
inline bool has_at(const query_value& s, std::size_t skipped, const query_value& part) noexcept {
  string_reader left(s);
  string_reader right(part);
  std::string_view l = left.next();
  while (skipped != 0 && skipped >= l.size()) {
    if (l.empty()) return false;
    skipped -= l.size();
    l = left.next();
  }
  l.remove_prefix(skipped);
  for (std::string_view r = right.next(); !r.empty(); r = right.next()) {
    while (!r.empty()) {
      if (l.empty()) l = left.next();
      const std::size_t n = (std::min)(l.size(), r.size());
      if (n == 0 || std::memcmp(l.data(), r.data(), n) != 0) return false;
      l.remove_prefix(n);
      r.remove_prefix(n);
    }
  }
  return true;
}

inline bool starts_with(const query_value& s, const query_value& part) noexcept {
  if (s.form() == string_form::plain && part.form() == string_form::plain) {
    return s.raw_text().substr(0, part.raw_text().size()) == part.raw_text();
  }
  return has_at(s, 0, part);
}

inline bool ends_with(const query_value& s, const query_value& part) noexcept {
  const std::size_t whole = size_of_string(s);
  const std::size_t size = size_of_string(part);
  return size <= whole && has_at(s, whole - size, part);
}

constexpr std::int64_t utf16_units(std::uint32_t c) noexcept { return c < 0x10000 ? 1 : 2; }

inline std::int64_t utf16_length(const query_value& s) noexcept {
  character_reader reader(s);
  std::int64_t units = 0;
  for (std::uint32_t c = 0; reader.next(c);) units += utf16_units(c);
  return units;
}

/// Where a string is found in another one, in UTF-16 units, or -1. Takes as many steps as the product of both
/// lengths at worst.
inline std::int64_t index_of(const query_value& s, const query_value& part) noexcept {
  character_reader at(s);
  for (std::int64_t units = 0;;) {
    character_reader left(at);
    character_reader right(part);
    for (std::uint32_t l = 0, r = 0;;) {
      if (!right.next(r)) return units;
      if (!left.next(l)) return -1;
      if (l != r) break;
    }
    std::uint32_t c = 0;
    if (!at.next(c)) return -1;
    units += utf16_units(c);
  }
}

inline bool contains(const query_value& s, const query_value& part) noexcept {
  if (s.form() == string_form::plain && part.form() == string_form::plain) {
    return s.raw_text().find(part.raw_text()) != std::string_view::npos;
  }
  return index_of(s, part) >= 0;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_STRING_READER_HPP
