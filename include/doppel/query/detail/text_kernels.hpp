// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_TEXT_KERNELS_HPP
#define DOPPEL_QUERY_DETAIL_TEXT_KERNELS_HPP

#include <doppel/base/detail/simd.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define DOPPEL_HAS_TEXT_KERNELS 1
#include <immintrin.h>
#else
#define DOPPEL_HAS_TEXT_KERNELS 0
#endif

// The positions of the colons and brackets of a JSON text, found a window at a time. That is all a scan needs to walk
// past what no path names, a quarter of what a full structural index has, and behind an early verdict nothing has
// been indexed at all. Each kernel is compiled for its own instruction set, whatever the flags of the including file,
// so that inline code is the same everywhere; which one runs is decided at run time.
namespace doppel {
inline namespace v0 {
namespace detail {

/// Where a kernel stands in a text.
struct window_state {
  const char* at = nullptr;      // the first byte that is not indexed yet
  const char* end = nullptr;     // of the text
  std::uintptr_t next = 0;       // the address of the same place in a later text, to be brought towards the cache
  std::uint64_t in_string = 0;   // all ones if the window ends inside a string
  std::uint64_t is_escaped = 0;  // 1 if the byte at `at` stands behind an escaping backslash
};

inline constexpr std::size_t window_bytes = 512;
/// Positions that a window yields, and room for what kernels write beyond.
inline constexpr std::size_t window_capacity = window_bytes + 64;

/// Indexes the next window. Reads nothing outside the text.
/// @param[out] positions of ':' '{' '}' '[' ']' outside strings, counted from where the window starts
/// @return how many
using window_kernel = std::uint32_t (*)(window_state& state, std::uint16_t* positions) noexcept;

/// The characters behind an escaping backslash. `carry` is 1 if the first one is, and then tells the same of
/// the byte that follows the block.
inline std::uint64_t escaped_characters(std::uint64_t backslashes, std::uint64_t& carry) noexcept {
  constexpr std::uint64_t odd_bits = 0xaaaa'aaaa'aaaa'aaaa;
  const std::uint64_t starts = backslashes & ~carry;  // an escaped backslash escapes nothing
  // In a run of backslashes each second one is escaped. Subtracting the run from the bit behind each of its members
  // borrows through it, and leaves every other bit by the parity of where the run starts.
  const std::uint64_t behind = starts << 1;
  const std::uint64_t escaping_and_last = ((behind | odd_bits) - starts) ^ odd_bits;
  const std::uint64_t escaped = escaping_and_last ^ (starts | carry);
  carry = (escaping_and_last & starts) >> 63;
  return escaped;
}

/// Byte by byte, for every machine.
struct byte_kernel {
  static std::uint32_t run(window_state& state, std::uint16_t* positions) noexcept {
    const char* const start = state.at;
    const auto left = static_cast<std::size_t>(state.end - start);
    const std::size_t bytes = left < window_bytes ? left : window_bytes;
    bool in_string = state.in_string != 0;
    bool is_escaped = state.is_escaped != 0;
    std::uint32_t count = 0;
    for (std::size_t i = 0; i != bytes; ++i) {
      const char c = start[i];
      const bool is_bracket = (c | 0x20) == '{' || (c | 0x20) == '}';
      if (c == '"' && !is_escaped) in_string = !in_string;
      if ((c == ':' || is_bracket) && !in_string) positions[count++] = static_cast<std::uint16_t>(i);
      is_escaped = c == '\\' && !is_escaped;
    }
    state.at = start + bytes;
    state.in_string = in_string ? ~std::uint64_t{0} : 0;
    state.is_escaped = is_escaped ? 1 : 0;
    return count;
  }
};

#if DOPPEL_HAS_TEXT_KERNELS

#define DOPPEL_TARGET_AVX2 __attribute__((target("avx2,pclmul,bmi,bmi2,lzcnt,popcnt")))
#define DOPPEL_TARGET_AVX512 \
  __attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,pclmul,bmi,bmi2,lzcnt,popcnt")))

struct avx2_kernel {
  struct block {
    std::uint64_t quotes;
    std::uint64_t backslashes;
    std::uint64_t structurals;
  };

  static bool is_supported() noexcept {
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("pclmul") != 0 &&
           __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
  }

  DOPPEL_TARGET_AVX2 static std::uint32_t run(window_state& state, std::uint16_t* positions) noexcept {
    const char* at = state.at;
    std::uint64_t in_string = state.in_string;
    std::uint64_t carry = state.is_escaped;
    std::uint16_t* to = positions;
    const auto left = static_cast<std::size_t>(state.end - at);
    const std::size_t bytes = left < window_bytes ? left : window_bytes;
    std::uint32_t base = 0;
    for (; base + 64 <= bytes; base += 64) {
      prefetch(reinterpret_cast<const void*>(state.next + base));
      to = put(classify(at + base), base, in_string, carry, to);
    }
    if (base != bytes) {
      char last[64];
      std::memset(last, ' ', sizeof last);
      std::memcpy(last, at + base, bytes - base);
      to = put(classify(last), base, in_string, carry, to);
    }
    state.at = at + bytes;
    state.next += bytes;
    state.in_string = in_string;
    state.is_escaped = carry;
    return static_cast<std::uint32_t>(to - positions);
  }

private:
  DOPPEL_TARGET_AVX2 static std::uint64_t mask(__m256i low, __m256i high) noexcept {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
  }
  DOPPEL_TARGET_AVX2 static __m256i structural(__m256i bytes) noexcept {
    // With this bit set, square brackets are braces.
    const __m256i braced = _mm256_or_si256(bytes, _mm256_set1_epi8(0x20));
    return _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(':')),
                           _mm256_or_si256(_mm256_cmpeq_epi8(braced, _mm256_set1_epi8('{')),
                                           _mm256_cmpeq_epi8(braced, _mm256_set1_epi8('}'))));
  }
  DOPPEL_TARGET_AVX2 static block classify(const char* p) noexcept {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32));
    const __m256i quote = _mm256_set1_epi8('"');
    const __m256i backslash = _mm256_set1_epi8('\\');
    return {mask(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote)),
            mask(_mm256_cmpeq_epi8(low, backslash), _mm256_cmpeq_epi8(high, backslash)),
            mask(structural(low), structural(high))};
  }
  DOPPEL_TARGET_AVX2 static void put_four(std::uint16_t* to, std::uint32_t base, std::uint64_t& bits) noexcept {
    to[0] = static_cast<std::uint16_t>(base + _tzcnt_u64(bits));
    bits = _blsr_u64(bits);
    to[1] = static_cast<std::uint16_t>(base + _tzcnt_u64(bits));
    bits = _blsr_u64(bits);
    to[2] = static_cast<std::uint16_t>(base + _tzcnt_u64(bits));
    bits = _blsr_u64(bits);
    to[3] = static_cast<std::uint16_t>(base + _tzcnt_u64(bits));
    bits = _blsr_u64(bits);
  }
  DOPPEL_TARGET_AVX2 static std::uint16_t* put(const block& b, std::uint32_t base, std::uint64_t& in_string,
                                               std::uint64_t& carry, std::uint16_t* to) noexcept {
    std::uint64_t quotes = b.quotes;
    if ((b.backslashes | carry) != 0) [[unlikely]]
      quotes &= ~escaped_characters(b.backslashes, carry);
    const __m128i all = _mm_set1_epi8(-1);
    const __m128i parity = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(quotes)), all, 0);
    const std::uint64_t inside = static_cast<std::uint64_t>(_mm_cvtsi128_si64(parity)) ^ in_string;
    in_string = static_cast<std::uint64_t>(static_cast<std::int64_t>(inside) >> 63);
    std::uint64_t bits = b.structurals & ~inside;
    const auto count = static_cast<std::uint32_t>(_mm_popcnt_u64(bits));
    // Some are written for nothing, so that their number is no branch.
    put_four(to, base, bits);
    put_four(to + 4, base, bits);
    if (count > 8) {
      put_four(to + 8, base, bits);
      put_four(to + 12, base, bits);
      for (std::uint32_t i = 16; i < count; i += 4) put_four(to + i, base, bits);
    }
    return to + count;
  }
};

struct avx512_kernel {
  static bool is_supported() noexcept {
    return avx2_kernel::is_supported() && __builtin_cpu_supports("avx512f") != 0 &&
           __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
           __builtin_cpu_supports("avx512vbmi") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0;
  }

  DOPPEL_TARGET_AVX512 static std::uint32_t run(window_state& state, std::uint16_t* positions) noexcept {
    const char* at = state.at;
    std::uint64_t in_string = state.in_string;
    std::uint64_t carry = state.is_escaped;
    std::uint16_t* to = positions;
    const auto left = static_cast<std::size_t>(state.end - at);
    const std::size_t bytes = left < window_bytes ? left : window_bytes;
    std::uint32_t base = 0;
    for (; base + 64 <= bytes; base += 64) {
      prefetch(reinterpret_cast<const void*>(state.next + base));
      to = put(_mm512_loadu_si512(at + base), base, in_string, carry, to);
    }
    if (base != bytes) {
      const std::uint64_t some = ~std::uint64_t{0} >> (64 - (bytes - base));
      to = put(_mm512_maskz_loadu_epi8(some, at + base), base, in_string, carry, to);
    }
    state.at = at + bytes;
    state.next += bytes;
    state.in_string = in_string;
    state.is_escaped = carry;
    return static_cast<std::uint32_t>(to - positions);
  }

private:
  alignas(64) static constexpr unsigned char numbers[64] = {
      0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
      22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
      44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

  DOPPEL_TARGET_AVX512 static std::uint16_t* put(__m512i bytes, std::uint32_t base, std::uint64_t& in_string,
                                                 std::uint64_t& carry, std::uint16_t* to) noexcept {
    const __m512i braced = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    std::uint64_t quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
    const std::uint64_t backslashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
    const std::uint64_t structurals = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(':')) |
                                      _mm512_cmpeq_epi8_mask(braced, _mm512_set1_epi8('{')) |
                                      _mm512_cmpeq_epi8_mask(braced, _mm512_set1_epi8('}'));
    if ((backslashes | carry) != 0) [[unlikely]]
      quotes &= ~escaped_characters(backslashes, carry);
    const __m128i all = _mm_set1_epi8(-1);
    const __m128i parity = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(quotes)), all, 0);
    const std::uint64_t inside = static_cast<std::uint64_t>(_mm_cvtsi128_si64(parity)) ^ in_string;
    in_string = static_cast<std::uint64_t>(static_cast<std::int64_t>(inside) >> 63);
    const std::uint64_t bits = structurals & ~inside;
    const auto count = static_cast<std::uint32_t>(_mm_popcnt_u64(bits));
    const __m512i found = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(numbers));
    const __m512i from = _mm512_set1_epi16(static_cast<short>(base));
    // The masked form, since g++ 12 warns of its own header in the plain one.
    const __m256i first = _mm512_maskz_extracti64x4_epi64(0xff, found, 0);
    _mm512_storeu_si512(to, _mm512_add_epi16(_mm512_cvtepu8_epi16(first), from));
    if (count > 32) [[unlikely]] {
      const __m256i others = _mm512_maskz_extracti64x4_epi64(0xff, found, 1);
      _mm512_storeu_si512(to + 32, _mm512_add_epi16(_mm512_cvtepu8_epi16(others), from));
    }
    return to + count;
  }
};

#undef DOPPEL_TARGET_AVX2
#undef DOPPEL_TARGET_AVX512

#endif

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_TEXT_KERNELS_HPP
