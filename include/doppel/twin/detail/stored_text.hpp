// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_STORED_TEXT_HPP
#define DOPPEL_TWIN_DETAIL_STORED_TEXT_HPP

#include <doppel/base/detail/simd.hpp>
#include <doppel/base/detail/utf8.hpp>
#include <doppel/json/detail/lexeme.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Whether texts that nobody vouches for are in the form in which blocks and key tables keep them.
namespace doppel {
inline namespace v0 {
namespace detail {

/// Whether nothing in a text has to be looked at: printable ASCII without quotes and backslashes. 16 bytes behind the
/// text can be read.
inline bool is_bare_text(const char* p, std::size_t n) noexcept {
  if (n < 16) return (bytes16(p).not_bare() & low_bits(n)) == 0;
  for (; n > 32; p += 16, n -= 16) {
    if (bytes16(p).not_bare() != 0) return false;
  }
  return (bytes16(p).not_bare() | bytes16(p + n - 16).not_bare()) == 0;
}

/// Whether an escape is the canonical one. Moves `p` behind it.
inline bool is_canonical_escape(const char*& p, const char* end) noexcept {
  const char* const start = p;
  std::uint32_t value = 0;
  if (!read_escape(p, end, value) || value >= 0x80) return false;
  char again[8];
  const auto size = static_cast<std::size_t>(put_canonical_ascii(again, static_cast<unsigned char>(value)) - again);
  return size == static_cast<std::size_t>(p - start) && std::memcmp(again, start, size) == 0;
}

/// Whether a text is what the library stores between the quotes of a string or a key: UTF-8, with the canonical
/// escapes and no others.
inline bool is_stored_text(const char* p, std::size_t n) noexcept {
  for (const char* const end = p + n; p < end;) {
    const auto c = static_cast<unsigned char>(*p);
    if (c == '\\') {
      if (!is_canonical_escape(p, end)) return false;
      continue;
    }
    const std::size_t length = utf8_sequence_length({p, static_cast<std::size_t>(end - p)});
    if (c < 0x20 || c == '"' || length == 0) return false;
    p += length;
  }
  return true;
}

/// The same for a whole string, its quotes included.
inline bool is_stored_string(std::string_view s) noexcept {
  return s.size() >= 2 && s.front() == '"' && s.back() == '"' && is_stored_text(s.data() + 1, s.size() - 2);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_STORED_TEXT_HPP
