// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_DIAGNOSTIC_HPP
#define DOPPEL_BASE_DIAGNOSTIC_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/detail/utf8.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/path.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// Says where in a text something is wrong, and what was expected there.
///
/// Functions that read text take an optional `diagnostic*`, which they fill when they fail and leave alone
/// when they succeed. Reuse one object for many calls.
/// @see doppel::errc for what went wrong
/// @par Exception safety
/// Nothing throws or allocates: the path is kept inline and cut when it does not fit.
/// @par Thread safety
/// As an int: one writer, or any number of readers.
struct diagnostic {
  /// Most bytes that `path()` has.
  static constexpr std::size_t path_capacity = 256;

  /// What went wrong; no enumerator (0) as long as nothing did.
  errc code{};
  /// Bytes from the start of the text.
  std::uint64_t offset = 0;
  /// Line and column of `offset`, both from 1; the column counts bytes. 0 until `locate` was called.
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  /// What should have been there, in words; may be empty. Static text: it outlives everything.
  std::string_view expected;

  /// Path of the member at fault, in the form of `doppel/base/path.hpp` and with elements of arrays as `[n]`.
  /// Empty for the whole text. If it was too long, it is cut at a character and ends in `...`.
  [[nodiscard]] std::string_view path() const noexcept { return {path_, path_size_}; }

  /// Says whether `path()` was cut.
  [[nodiscard]] bool is_path_truncated() const noexcept { return is_path_truncated_; }

  /// Removes the path.
  void clear_path() noexcept {
    path_size_ = 0;
    is_path_truncated_ = false;
  }

  /// Back to the state of a new object.
  void clear() noexcept {
    code = errc{};
    offset = 0;
    line = 0;
    column = 0;
    expected = {};
    clear_path();
  }

  /// Appends a member's key to the path, with a dot before it unless it is the first segment.
  void append_key(std::string_view key) noexcept {
    path_sink sink{*this};
    append_path_segment(sink, key, path_size_ == 0);
  }

  /// Appends a path that is text already, to an empty one.
  void append_path(std::string_view path) noexcept { append_text(path); }

  /// Appends the index of an array's element to the path.
  void append_index(std::size_t index) noexcept {
    char text[24];
    char* const end = text + sizeof text;
    char* at = end;
    *--at = ']';
    do {
      *--at = static_cast<char>('0' + index % 10);
      index /= 10;
    } while (index != 0);
    *--at = '[';
    append_text({at, static_cast<std::size_t>(end - at)});
  }

  /// Computes `line` and `column` from `offset`.
  ///
  /// A line ends after `\n`. An offset beyond the text counts as its end.
  /// @param text the text that `offset` refers to
  /// @par Complexity
  /// Linear in `offset`.
  void locate(std::string_view text) noexcept {
    const std::string_view before = text.substr(0, (std::min)(static_cast<std::size_t>(offset), text.size()));
    const std::size_t last = before.rfind('\n');
    line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
    column = 1 + static_cast<std::uint32_t>(last == std::string_view::npos ? before.size() : before.size() - last - 1);
  }

private:
  struct path_sink {
    diagnostic& owner;

    void append(const char* data, std::size_t size) noexcept { owner.append_text({data, size}); }
  };

  void append_text(std::string_view text) noexcept {
    if (is_path_truncated_) {
      return;
    }
    const std::size_t fitting = (std::min)(text.size(), path_capacity - path_size_);
    // A view without characters may have no address.
    if (fitting != 0) {
      std::memcpy(path_ + path_size_, text.data(), fitting);
      path_size_ = static_cast<std::uint16_t>(path_size_ + fitting);
    }
    if (fitting != text.size()) {
      cut_path();
    }
  }

  void cut_path() noexcept {
    static constexpr std::string_view mark = "...";
    std::size_t size = path_capacity - mark.size();
    // Not more than the three continuation bytes a character can have: a key may be any bytes.
    for (int i = 0; i != 3 && detail::is_continuation_byte(path_[size]); ++i) {
      --size;
    }
    std::memcpy(path_ + size, mark.data(), mark.size());
    path_size_ = static_cast<std::uint16_t>(size + mark.size());
    is_path_truncated_ = true;
  }

  bool is_path_truncated_ = false;
  std::uint16_t path_size_ = 0;
  char path_[path_capacity] = {};
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_DIAGNOSTIC_HPP
