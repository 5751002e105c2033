// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_DETAIL_KEY_HASH_HPP
#define DOPPEL_BASE_DETAIL_KEY_HASH_HPP

#include <doppel/base/detail/simd.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Loads eight bytes in the order of the machine: hashes never leave the process.
inline std::uint64_t load8(const char* p) noexcept {
  std::uint64_t v;
  std::memcpy(&v, p, 8);
  return v;
}

inline constexpr std::uint64_t hash_factor_1 = 0xa0761d6478bd642fu;
inline constexpr std::uint64_t hash_factor_2 = 0xe7037ed1a0b428dbu;
inline constexpr std::uint64_t hash_factor_3 = 0x8ebc6af09c88c6e3u;

/// `n` beyond 16: all but the last 16 bytes change the seed.
[[gnu::noinline]] inline std::uint64_t fold_long_key(std::uint64_t seed, const char* text, std::size_t n) noexcept {
  for (; n > 16; text += 8, n -= 8) {
    seed = (seed ^ load8(text)) * hash_factor_2;
    seed ^= seed >> 32;
  }
  return seed;
}

/// `key_hash` of up to 16 bytes.
[[gnu::always_inline]] inline std::uint32_t short_key_hash(std::uint64_t seed, const bytes16& text,
                                                           std::size_t n) noexcept {
  const word_pair words = text.first(n);
  const std::uint64_t low = (words.low ^ seed) * hash_factor_1;
  const std::uint64_t high = words.high * hash_factor_2 + n;
  std::uint64_t h = low ^ std::rotl(high, 32);
  h ^= h >> 32;
  return static_cast<std::uint32_t>((h * hash_factor_3) >> 32);
}

/// Seeded hash of a key in its stored form. Up to 16 bytes, nearly all keys, take the same few
/// multiplications without a branch. The text needs 16 readable bytes from any position.
[[gnu::always_inline]] inline std::uint32_t key_hash(std::uint64_t seed, const char* text, std::size_t n) noexcept {
  std::size_t last = n;
  if (n > 16) [[unlikely]] {
    seed = fold_long_key(seed, text, n);
    last = 9 + (n - 1) % 8;
    text += n - last;
  }
  return short_key_hash(seed, bytes16(text), last);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_DETAIL_KEY_HASH_HPP
