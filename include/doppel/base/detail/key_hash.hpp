// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_DETAIL_KEY_HASH_HPP
#define DOPPEL_BASE_DETAIL_KEY_HASH_HPP

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

/// The first `n` of eight bytes, up to eight.
inline std::uint64_t first_bytes(std::uint64_t word, std::size_t n) noexcept {
  static constexpr unsigned char keep[16] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  std::uint64_t mask;
  std::memcpy(&mask, keep + 8 - n, 8);
  return word & mask;
}

/// Seeded hash of a key in its stored form. Up to 16 bytes, nearly all keys, take the same few
/// multiplications without a branch. The text needs 16 readable bytes from any position.
inline std::uint32_t key_hash(std::uint64_t seed, const char* text, std::size_t n) noexcept {
  constexpr std::uint64_t k1 = 0xa0761d6478bd642fu;
  constexpr std::uint64_t k2 = 0xe7037ed1a0b428dbu;
  std::uint64_t h = seed ^ (n * k1);
  while (n > 16) [[unlikely]] {
    h = (h ^ load8(text)) * k2;
    h ^= h >> 32;
    text += 8;
    n -= 8;
  }
  const std::size_t low = n < 8 ? n : 8;
  h = (h ^ first_bytes(load8(text), low)) * k2;
  h ^= h >> 32;
  h = (h ^ first_bytes(load8(text + 8), n - low)) * k2;
  h ^= h >> 29;
  h *= k1;
  return static_cast<std::uint32_t>(h >> 32);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_DETAIL_KEY_HASH_HPP
