// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_PLAIN_VALUES_HPP
#define DOPPEL_JSON_DETAIL_PLAIN_VALUES_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/json/detail/lexeme.hpp>

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string_view>

// Values of the language as JSON text.
namespace doppel {
inline namespace v0 {
namespace detail {

/// Most bytes of plain text of `size` bytes as a JSON string.
constexpr std::size_t quoted_bytes(std::size_t size) noexcept { return size * 6 + 2; }

/// Writes plain text as a JSON string, canonical.
inline char* put_quoted(char* to, std::string_view plain) noexcept {
  *to++ = '"';
  to = put_canonical(to, plain);
  *to++ = '"';
  return to;
}
/// Appends it. False when memory is refused.
inline bool append_quoted(text_buffer& out, std::string_view plain) noexcept {
  if (!out.reserve_more(quoted_bytes(plain.size()))) return false;
  out.set_end(put_quoted(out.end(), plain));
  return true;
}

/// A number as JSON text; a float has to be finite. A whole float stays a float (spec/twin.md 4.2.5).
class number_text {
public:
  template <class T>
  explicit number_text(T value) noexcept {
    end_ = std::to_chars(text_, text_ + sizeof text_ - 2, value).ptr;
    if constexpr (std::floating_point<T>) {
      if (view().find_first_of(".e") != std::string_view::npos) return;
      *end_++ = '.';
      *end_++ = '0';
    }
  }
  number_text(const number_text&) = delete;
  number_text& operator=(const number_text&) = delete;

  std::string_view view() const noexcept { return {text_, static_cast<std::size_t>(end_ - text_)}; }

private:
  char text_[64];
  char* end_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_PLAIN_VALUES_HPP
