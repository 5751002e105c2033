// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_SIPHASH_HPP
#define DOPPEL_QUERY_DETAIL_SIPHASH_HPP

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// SipHash-2-4 of Aumasson and Bernstein: who does not know the key can neither forge a hash nor find collisions.
class siphash {
public:
  siphash(std::uint64_t key0, std::uint64_t key1) noexcept
      : v0_(key0 ^ 0x736f6d6570736575u),
        v1_(key1 ^ 0x646f72616e646f6du),
        v2_(key0 ^ 0x6c7967656e657261u),
        v3_(key1 ^ 0x7465646279746573u) {}

  std::uint64_t operator()(std::string_view text) noexcept {
    const std::size_t whole = text.size() / 8 * 8;
    for (std::size_t i = 0; i != whole; i += 8) mix(whole_word(text.data() + i));
    mix(word(text.substr(whole)) | std::uint64_t{text.size()} << 56);
    v2_ ^= 0xff;
    for (int i = 0; i != 4; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

private:
  static std::uint64_t whole_word(const char* p) noexcept {
    if constexpr (std::endian::native != std::endian::little) return word({p, 8});
    std::uint64_t w;
    std::memcpy(&w, p, 8);
    return w;
  }
  static std::uint64_t word(std::string_view bytes) noexcept {
    std::uint64_t w = 0;
    for (std::size_t i = 0; i != bytes.size(); ++i) {
      w |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return w;
  }
  void mix(std::uint64_t w) noexcept {
    v3_ ^= w;
    round();
    round();
    v0_ ^= w;
  }
  void round() noexcept {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_, v1_, v2_, v3_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_SIPHASH_HPP
