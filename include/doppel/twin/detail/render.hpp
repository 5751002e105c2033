// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_RENDER_HPP
#define DOPPEL_TWIN_DETAIL_RENDER_HPP

#include <doppel/base/detail/simd.hpp>
#include <doppel/twin/detail/block.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

// Blocks to text. Keys and leaves lie ready for output, so this is copying in steps of 16 bytes;
// every function needs the room that `extent::text` tells, and 16 bytes of slack behind it.
namespace doppel {
inline namespace v0 {
namespace detail {

inline constexpr std::size_t copy_slack = 16;

template <std::size_t N>
inline char* put_literal(char* to, const char (&text)[N]) noexcept {
  std::memcpy(to, text, N - 1);
  return to + (N - 1);
}

inline char* put_number(char* to, std::uint64_t n) noexcept {
  char digits[20];
  char* at = digits + sizeof digits;
  do {
    *--at = static_cast<char>('0' + n % 10);
    n /= 10;
  } while (n != 0);
  const auto size = static_cast<std::size_t>(digits + sizeof digits - at);
  std::memcpy(to, at, size);
  return to + size;
}

inline char* put_leaf(char* to, const block& b, const record& r) noexcept {
  if (r.code() <= record::max_inline) {
    std::memcpy(to, r.inline_text(), record::max_inline);
    return to + r.code();
  }
  return copy_padded(to, b.at(r.offset), r.size);
}

/// The members of an object, each followed by a comma.
inline char* put_members(char* to, const block& b, const record& holder, const key_store& keys) noexcept {
  const object* const o = b.object_of(holder);
  if (o == nullptr) return to;
  const std::uint32_t* const ids = o->ids();
  const record* const records = o->records();
  for (std::uint32_t i = 0; i < o->count; ++i) {
    if (ids[i] == object::dead_id) continue;
    const key_text key = b.key(keys, ids[i]);
    to = copy_padded(to, key.quoted, key.quoted_size());
    const record& r = records[i];
    if (r.is_object()) {
      *to++ = '{';
      char* const first = to;
      to = put_members(to, b, r, keys);
      if (to != first) --to;
      *to++ = '}';
    } else {
      to = put_leaf(to, b, r);
    }
    *to++ = ',';
  }
  return to;
}

/// The value of `r` as JSON text.
inline char* put_value(char* to, const block& b, const record& r, const key_store& keys) noexcept {
  if (!r.is_object()) return put_leaf(to, b, r);
  *to++ = '{';
  char* const first = to;
  to = put_members(to, b, r, keys);
  if (to != first) --to;
  *to++ = '}';
  return to;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_RENDER_HPP
