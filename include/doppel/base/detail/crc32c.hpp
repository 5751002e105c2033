// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_DETAIL_CRC32C_HPP
#define DOPPEL_BASE_DETAIL_CRC32C_HPP

#include <boost/crc.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__x86_64__) && defined(__GNUC__)
#define DOPPEL_HAS_CRC_INSTRUCTION 1
#include <immintrin.h>
#else
#define DOPPEL_HAS_CRC_INSTRUCTION 0
#endif

// CRC-32C (Castagnoli) of saved bytes. The instruction for it takes three cycles and may start in each: three parts
// of the text are gone through at once and put together by a multiplication. Which form runs is decided at run time.
namespace doppel {
inline namespace v0 {
namespace detail {

inline std::uint32_t portable_crc32c(std::string_view bytes) noexcept {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

#if DOPPEL_HAS_CRC_INSTRUCTION

/// x to the power of `n` modulo the polynomial, lowest power in the highest bit.
constexpr std::uint32_t crc32c_power(std::uint32_t n) noexcept {
  std::uint32_t v = 0x8000'0000u;
  for (; n != 0; --n) v = (v & 1) != 0 ? v >> 1 ^ 0x82f6'3b78u : v >> 1;
  return v;
}

struct crc32c_kernel {
  static constexpr std::size_t part = 256;

  static bool is_supported() noexcept {
    return __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;
  }

  __attribute__((target("sse4.2,pclmul"))) static std::uint32_t run(const char* p, std::size_t n) noexcept {
    std::uint64_t crc = 0xffff'ffffu;
    for (; n >= part * 3; p += part * 3, n -= part * 3) {
      std::uint64_t second = 0;
      std::uint64_t third = 0;
      for (std::size_t i = 0; i < part; i += 8) {
        crc = _mm_crc32_u64(crc, load(p + i));
        second = _mm_crc32_u64(second, load(p + part + i));
        third = _mm_crc32_u64(third, load(p + part * 2 + i));
      }
      crc = shifted<part * 2>(crc) ^ shifted<part>(second) ^ third;
    }
    for (; n >= 8; p += 8, n -= 8) crc = _mm_crc32_u64(crc, load(p));
    auto last = static_cast<std::uint32_t>(crc);
    for (; n != 0; ++p, --n) last = _mm_crc32_u8(last, static_cast<unsigned char>(*p));
    return ~last;
  }

private:
  static std::uint64_t load(const char* p) noexcept {
    std::uint64_t v;
    std::memcpy(&v, p, sizeof v);
    return v;
  }
  // What `crc` becomes with `Bytes` zero bytes behind it. The product is 33 bits too high for the reduction that the
  // instruction does.
  template <std::size_t Bytes>
  __attribute__((target("sse4.2,pclmul"))) static std::uint64_t shifted(std::uint64_t crc) noexcept {
    constexpr std::uint32_t factor = crc32c_power(Bytes * 8 - 33);
    const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(crc)),
                                                 _mm_cvtsi64_si128(static_cast<long long>(factor)), 0);
    return _mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(product)));
  }
};

inline std::uint32_t crc32c(std::string_view bytes) noexcept {
  return crc32c_kernel::is_supported() ? crc32c_kernel::run(bytes.data(), bytes.size()) : portable_crc32c(bytes);
}

#else

inline std::uint32_t crc32c(std::string_view bytes) noexcept { return portable_crc32c(bytes); }

#endif

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_DETAIL_CRC32C_HPP
