// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_PATH_HPP
#define DOPPEL_BASE_PATH_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/detail/utf8.hpp>
#include <doppel/base/error.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <iterator>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// @file
/// Paths: how a member is named in text, for example `properties.desired.fan.speed` or `tags.[[odd key]]`.
///
/// @par Grammar
/// @code
/// path    = "" | segment *( "." segment )
/// segment = plain | "[[" escaped "]]"
/// plain   = 1*( any character but "." "[" "]" space and control characters )
/// escaped = any text; each pair "]]" in a run of "]" is written twice
/// @endcode
/// A path is well-formed UTF-8. The text without segments names the object that the path starts from, and
/// `[[]]` the empty key. A run of `]` inside an escaped segment is read as a whole, so that every key has
/// exactly one escaped form: a key `a]` is `[[a]]]`, a key `a]].b` is `[[a]]]].b]]`. There is no form for an
/// element of an array: arrays are leaves.
///
/// Everything that `append_path_segment` writes can be read back. It leaves bare only what a query takes bare
/// as well (reserved words aside); reading is more lenient.
/// @par Specification
/// spec/query.md 2.4 and 2.5; doubling is a library choice, since queries cannot name a key with `]]` at all

namespace detail {

constexpr bool is_path_delimiter(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f || c == '.' || c == '[' || c == ']';
}

// What a run of "]" inside "[[" ... stands for: the brackets that belong to the key, and whether the segment
// ends.
struct bracket_run {
  std::size_t in_key;
  bool is_end;
};

// A key's run of k is written with k + 2 * (k / 2) brackets, and with two more at the end of the segment. The
// first leaves 0 or 1 modulo 4, the second 2 or 3: the two never meet.
constexpr bracket_run read_bracket_run(std::size_t length) noexcept {
  const bool is_end = length % 4 >= 2;
  return {length / 4 * 2 + (is_end ? length % 4 - 2 : length % 4), is_end};
}

constexpr std::size_t count_brackets(std::string_view text) noexcept {
  std::size_t count = 0;
  while (count != text.size() && text[count] == ']') {
    ++count;
  }
  return count;
}

// Length of the segment that text starts with, or npos. Text is not empty.
constexpr std::size_t path_segment_length(std::string_view text) noexcept {
  if (text.substr(0, 2) != "[[") {
    std::size_t length = 0;
    while (length != text.size() && !is_path_delimiter(text[length])) {
      ++length;
    }
    return length == 0 ? std::string_view::npos : length;
  }
  for (std::size_t at = 2; at < text.size();) {
    if (text[at] != ']') {
      ++at;
      continue;
    }
    const std::size_t run = count_brackets(text.substr(at));
    at += run;
    if (read_bracket_run(run).is_end) {
      return at;
    }
  }
  return std::string_view::npos;
}

// Says whether a key needs no brackets: if it is a name that a query takes bare after a dot
// (spec/query.md 2.4).
constexpr bool is_plain_key(std::string_view key) noexcept {
  if (key.empty()) {
    return false;
  }
  for (std::size_t i = 0; i != key.size(); ++i) {
    const auto byte = static_cast<unsigned char>(key[i]);
    const bool is_word = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                         byte == '_' || byte == '-' || (byte == '$' && i == 0);
    // U+0080 to U+00A0 are control characters and a space, encoded as C2 80 to C2 A0.
    const bool is_beyond_ascii =
        byte >= 0x80 && !(byte == 0xc2 && i + 1 != key.size() && static_cast<unsigned char>(key[i + 1]) <= 0xa0);
    if (!is_word && !is_beyond_ascii) {
      return false;
    }
  }
  return true;
}

}  // namespace detail

/// One segment of a path: a key, perhaps in its escaped form.
///
/// Comes from a `path_view`. The key is unescaped only when asked for, into memory of the caller.
/// @par Lifetime
/// A view: valid as long as the text of the path.
/// @par Exception safety
/// Nothing throws or allocates.
class path_segment {
public:
  constexpr path_segment() noexcept = default;

  /// The segment as it is written, without the outer brackets. This is the key unless `has_escapes()`.
  [[nodiscard]] constexpr std::string_view raw() const noexcept { return raw_; }

  /// Says whether `raw()` differs from the key, which is so only for a key with `]]` in it.
  [[nodiscard]] constexpr bool has_escapes() const noexcept { return has_escapes_; }

  /// Length of the key in bytes.
  /// @par Complexity
  /// Constant without escapes, else linear.
  [[nodiscard]] constexpr std::size_t size() const noexcept {
    std::size_t size = 0;
    for_each_piece([&size](std::string_view piece) { size += piece.size(); });
    return size;
  }

  /// Writes the key to @p out.
  /// @pre @p out has room for `size()` characters
  /// @return the end of what was written
  constexpr char* copy(char* out) const noexcept {
    for_each_piece([&out](std::string_view piece) {
      for (const char c : piece) {
        *out++ = c;
      }
    });
    return out;
  }

  /// Compares the key, not its spelling, byte for byte (spec/twin.md 4.1.5).
  [[nodiscard]] constexpr bool is_key(std::string_view key) const noexcept {
    bool is_same = true;
    for_each_piece([&](std::string_view piece) {
      is_same = is_same && key.substr(0, piece.size()) == piece;
      key.remove_prefix(is_same ? piece.size() : 0);
    });
    return is_same && key.empty();
  }

private:
  friend class path_view;

  constexpr path_segment(std::string_view raw, bool has_escapes) noexcept : raw_(raw), has_escapes_(has_escapes) {}

  template <class F>
  constexpr void for_each_piece(F f) const noexcept {
    if (!has_escapes_) {
      f(raw_);
      return;
    }
    std::string_view rest = raw_;
    while (!rest.empty()) {
      const std::size_t next = rest.find(']');
      const std::size_t plain = next == std::string_view::npos ? rest.size() : next;
      const std::size_t run = detail::count_brackets(rest.substr(plain));
      f(rest.substr(0, plain + detail::read_bracket_run(run).in_key));
      rest.remove_prefix(plain + run);
    }
  }

  std::string_view raw_;
  bool has_escapes_ = false;
};

/// A path whose text has been checked; its segments can be walked without allocation.
///
/// The default value has no segments.
/// @par Lifetime
/// A view: valid as long as the text it was parsed from.
/// @par Exception safety
/// Nothing throws or allocates.
/// @par Example
/// @code
/// const auto path = doppel::parse_path("tags.[[odd key]].x");
/// for (const doppel::path_segment segment : *path) { use(segment.raw()); }
/// @endcode
class path_view {
public:
  /// Forward iterator over the segments; yields them by value.
  class iterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::forward_iterator_tag;
    using value_type = path_segment;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = path_segment;

    constexpr iterator() noexcept = default;

    [[nodiscard]] constexpr path_segment operator*() const noexcept { return segment_at(rest_, length_); }

    constexpr iterator& operator++() noexcept {
      rest_.remove_prefix(length_);
      if (!rest_.empty()) {
        rest_.remove_prefix(1);
        length_ = detail::path_segment_length(rest_);
      } else {
        length_ = 0;
      }
      return *this;
    }

    constexpr iterator operator++(int) noexcept {
      iterator old = *this;
      ++*this;
      return old;
    }

    friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept {
      return a.rest_.size() == b.rest_.size();
    }

  private:
    friend class path_view;

    constexpr explicit iterator(std::string_view text) noexcept
        : rest_(text), length_(text.empty() ? 0 : detail::path_segment_length(text)) {}

    std::string_view rest_;
    std::size_t length_ = 0;
  };

  constexpr path_view() noexcept = default;

  /// The text as it was given.
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

  /// Says whether the path has no segments.
  [[nodiscard]] constexpr bool empty() const noexcept { return text_.empty(); }

  /// Counts the segments.
  /// @par Complexity
  /// Linear in the length of the text.
  [[nodiscard]] constexpr std::size_t count() const noexcept {
    std::size_t count = 0;
    for (iterator it = begin(); it != end(); ++it) {
      ++count;
    }
    return count;
  }

  [[nodiscard]] constexpr iterator begin() const noexcept { return iterator(text_); }
  [[nodiscard]] constexpr iterator end() const noexcept { return iterator(text_.substr(text_.size())); }

  /// The first segment.
  /// @pre not `empty()`
  [[nodiscard]] constexpr path_segment front() const noexcept {
    DOPPEL_ASSERT(!empty());
    return *begin();
  }

  /// The path after the first segment.
  /// @pre not `empty()`
  [[nodiscard]] constexpr path_view without_front() const noexcept {
    DOPPEL_ASSERT(!empty());
    iterator next = begin();
    ++next;
    path_view rest;
    rest.text_ = next.rest_;
    return rest;
  }

private:
  friend constexpr boost::system::result<path_view> parse_path(std::string_view text) noexcept;

  static constexpr path_segment segment_at(std::string_view text, std::size_t length) noexcept {
    if (text.substr(0, 2) != "[[") {
      return {text.substr(0, length), false};
    }
    const std::string_view raw = text.substr(2, length - 4);
    // Two brackets in the middle are never a key's own pair: that would be four. At the end they may be:
    // "a]]" is written "[[a]]]]]]", whose raw part is "a]]]]". One lone bracket needs nothing.
    return {raw, raw.find("]]") != std::string_view::npos};
  }

  std::string_view text_;
};

/// Reads a path.
/// @par Complexity
/// Linear in the length of @p text.
/// @return the path, or `errc::invalid_path`: an empty segment (`a..b`, a dot at either end), a bracket,
/// space or
///   control character in a plain segment, an escaped segment without end, text after it other than a dot, or
///   text that is not well-formed UTF-8
/// @par Lifetime
/// The result refers to @p text.
[[nodiscard]] constexpr boost::system::result<path_view> parse_path(std::string_view text) noexcept {
  std::string_view rest = text;
  bool is_valid = detail::is_utf8(text);
  while (is_valid && !rest.empty()) {
    const std::size_t length = detail::path_segment_length(rest);
    if (length == std::string_view::npos) {
      is_valid = false;
      break;
    }
    rest.remove_prefix(length);
    if (!rest.empty()) {
      // A dot must be followed by another segment.
      is_valid = rest.front() == '.' && rest.size() > 1;
      rest.remove_prefix(1);
    }
  }
  if (!is_valid) {
    return make_error_code(errc::invalid_path);
  }
  path_view path;
  path.text_ = text;
  return path;
}

/// Appends a key to a path's text, escaped where it has to be.
///
/// @param sink anything with `append(const char*, std::size_t)`; holds the path so far
/// @param key any bytes; the result can be read back if they are well-formed UTF-8
/// @param is_first true when the path is empty so far: then no dot is written
/// @par Complexity
/// Linear in the length of @p key.
template <class Sink>
constexpr void append_path_segment(Sink& sink, std::string_view key, bool is_first) {
  if (!is_first) {
    sink.append(".", std::size_t{1});
  }
  if (detail::is_plain_key(key)) {
    sink.append(key.data(), key.size());
    return;
  }
  sink.append("[[", std::size_t{2});
  while (!key.empty()) {
    const std::size_t next = key.find("]]");
    if (next == std::string_view::npos) {
      sink.append(key.data(), key.size());
      break;
    }
    sink.append(key.data(), next);
    sink.append("]]]]", std::size_t{4});
    key.remove_prefix(next + 2);
  }
  sink.append("]]", std::size_t{2});
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_PATH_HPP
