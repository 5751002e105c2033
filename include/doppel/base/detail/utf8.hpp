// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_DETAIL_UTF8_HPP
#define DOPPEL_BASE_DETAIL_UTF8_HPP

#include <cstddef>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Says whether a byte continues a UTF-8 sequence.
constexpr bool is_continuation_byte(char byte) noexcept { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

/// Length of the well-formed UTF-8 sequence at the start of @p text (1 to 4), or 0 if there is none: overlong
/// forms, surrogates and code points above U+10FFFF are not well-formed.
constexpr std::size_t utf8_sequence_length(std::string_view text) noexcept {
  if (text.empty()) {
    return 0;
  }
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) {
    return 1;
  }
  const std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0 || text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i != length; ++i) {
    if (!is_continuation_byte(text[i])) {
      return 0;
    }
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const bool is_bad = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second >= 0xa0) ||
                      (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second >= 0x90);
  return is_bad ? 0 : length;
}

/// Says whether all of @p text is well-formed UTF-8. For short texts; bulk text is checked by the reader.
constexpr bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_DETAIL_UTF8_HPP
