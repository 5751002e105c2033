// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_DETAIL_SIMD_HPP
#define DOPPEL_BASE_DETAIL_SIMD_HPP

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

// Sixteen bytes at a time. Only what every x86-64 has is used, so that inline code is the same
// in every translation unit whatever its flags; other machines take the portable form.
namespace doppel {
inline namespace v0 {
namespace detail {

/// Sixteen bytes in the order of the machine.
struct word_pair {
  std::uint64_t low;
  std::uint64_t high;
};

#if defined(__x86_64__)

/// From 16 - n on, a mask that keeps the first n bytes.
inline constexpr unsigned char keep_first[32] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

class bytes16 {
public:
  explicit bytes16(const char* p) noexcept : v_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))) {}

  /// Bit i is set where byte i equals `c`.
  std::uint32_t equal(char c) const noexcept { return mask(_mm_cmpeq_epi8(v_, _mm_set1_epi8(c))); }
  /// Bit i is set where byte i is a backslash, DEL or 0xC2, which starts the C1 controls.
  std::uint32_t not_plain_in_string() const noexcept {
    return mask(_mm_or_si128(_mm_or_si128(is('\\'), is('\x7f')), is('\xc2')));
  }
  /// Bit i is set where byte i is a quote, a backslash or not printable ASCII.
  std::uint32_t not_bare() const noexcept {
    // Signed, and one up: DEL and all beyond ASCII are low too.
    const __m128i low = _mm_cmplt_epi8(_mm_add_epi8(v_, _mm_set1_epi8(1)), _mm_set1_epi8(0x21));
    return mask(_mm_or_si128(low, _mm_or_si128(is('"'), is('\\'))));
  }
  /// Bit i is set where byte i may not stand in a key as it is: up to space, `$ # . \`, DEL and beyond ASCII.
  /// Also a quote, which inside a JSON string comes behind a backslash only.
  std::uint32_t not_plain_in_key() const noexcept {
    const __m128i low = _mm_cmplt_epi8(_mm_add_epi8(v_, _mm_set1_epi8(1)), _mm_set1_epi8(0x26));
    return mask(_mm_or_si128(_mm_andnot_si128(is('!'), low), _mm_or_si128(is('.'), is('\\'))));
  }
  /// Bit i is set where byte i is at most a space.
  std::uint32_t up_to_space() const noexcept { return mask(_mm_cmpeq_epi8(_mm_min_epu8(v_, _mm_set1_epi8(' ')), v_)); }
  /// Bit i is set where byte i is a decimal digit.
  std::uint32_t digits() const noexcept {
    const __m128i from_zero = _mm_sub_epi8(v_, _mm_set1_epi8('0'));
    return mask(_mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero));
  }
  bool equals(const bytes16& other, std::uint32_t wanted) const noexcept {
    return (mask(_mm_cmpeq_epi8(v_, other.v_)) & wanted) == wanted;
  }
  /// The first `n` bytes, up to 16, zeros behind.
  word_pair first(std::size_t n) const noexcept {
    const __m128i kept = _mm_and_si128(v_, _mm_loadu_si128(reinterpret_cast<const __m128i*>(keep_first + 16 - n)));
    return {static_cast<std::uint64_t>(_mm_cvtsi128_si64(kept)),
            static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(kept, kept)))};
  }

private:
  __m128i is(char c) const noexcept { return _mm_cmpeq_epi8(v_, _mm_set1_epi8(c)); }
  static std::uint32_t mask(__m128i v) noexcept { return static_cast<std::uint32_t>(_mm_movemask_epi8(v)); }
  __m128i v_;
};

/// Position of `id` among `n` ids, or `n`. Reads 16 ids at a time, so up to 60 bytes behind the last.
[[gnu::always_inline]] inline std::uint32_t find_id(const std::uint32_t* ids, std::uint32_t n,
                                                    std::uint32_t id) noexcept {
  const __m128i wanted = _mm_set1_epi32(static_cast<int>(id));
  const auto equal = [&](std::uint32_t i) {
    return _mm_cmpeq_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(ids + i)), wanted);
  };
  std::uint32_t i = 0;
  do {
    const __m128i low = _mm_packs_epi32(equal(i), equal(i + 4));
    const __m128i high = _mm_packs_epi32(equal(i + 8), equal(i + 12));
    const auto hits = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(low, high)));
    if (hits != 0) {
      const std::uint32_t at = i + static_cast<std::uint32_t>(std::countr_zero(hits));
      return at < n ? at : n;
    }
    i += 16;
  } while (i < n);
  return n;
}

#else

class bytes16 {
public:
  explicit bytes16(const char* p) noexcept { std::memcpy(b_, p, 16); }
  std::uint32_t equal(char c) const noexcept {
    return where([c](unsigned char b) { return b == static_cast<unsigned char>(c); });
  }
  std::uint32_t not_plain_in_string() const noexcept {
    return where([](unsigned char b) { return b == '\\' || b == 0x7f || b == 0xc2; });
  }
  std::uint32_t not_bare() const noexcept {
    return where([](unsigned char b) { return b < 0x20 || b == '"' || b == '\\' || b >= 0x7f; });
  }
  std::uint32_t not_plain_in_key() const noexcept {
    return where([](unsigned char b) { return (b < 0x25 && b != '!') || b == '.' || b == '\\' || b >= 0x7f; });
  }
  std::uint32_t up_to_space() const noexcept {
    return where([](unsigned char b) { return b <= ' '; });
  }
  std::uint32_t digits() const noexcept {
    return where([](unsigned char b) { return b >= '0' && b <= '9'; });
  }
  word_pair first(std::size_t n) const noexcept {
    unsigned char kept[16] = {};
    std::memcpy(kept, b_, n);
    return std::bit_cast<word_pair>(kept);
  }
  bool equals(const bytes16& other, std::uint32_t wanted) const noexcept {
    std::uint32_t same = 0;
    for (unsigned i = 0; i < 16; ++i) same |= static_cast<std::uint32_t>(b_[i] == other.b_[i]) << i;
    return (same & wanted) == wanted;
  }

private:
  template <class F>
  std::uint32_t where(F f) const noexcept {
    std::uint32_t m = 0;
    for (unsigned i = 0; i < 16; ++i) m |= static_cast<std::uint32_t>(f(b_[i])) << i;
    return m;
  }
  unsigned char b_[16];
};

inline std::uint32_t find_id(const std::uint32_t* ids, std::uint32_t n, std::uint32_t id) noexcept {
  std::uint32_t i = 0;
  while (i < n && ids[i] != id) ++i;
  return i;
}

#endif

/// The low `n` bits, for n up to 16.
constexpr std::uint32_t low_bits(std::size_t n) noexcept { return (1u << n) - 1u; }

// What lies behind a text is read and thrown away, also while a writer puts the next key there. ThreadSanitizer
// cannot know the second half and gets functions that read no further than the text.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool reads_exactly = true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool reads_exactly = true;
#else
inline constexpr bool reads_exactly = false;
#endif
#else
inline constexpr bool reads_exactly = false;
#endif

/// Equality of texts of up to 16 bytes that both have 16 readable ones.
[[gnu::always_inline]] inline bool equal_short(const char* a, const char* b, std::size_t n) noexcept {
  if constexpr (reads_exactly) return n == 0 || std::memcmp(a, b, n) == 0;
  return bytes16(a).equals(bytes16(b), low_bits(n));
}
/// Equality of texts that both have 16 readable bytes from any position inside them.
inline bool equal_padded(const char* a, const char* b, std::size_t n) noexcept {
  if constexpr (reads_exactly) return n == 0 || std::memcmp(a, b, n) == 0;
  while (n > 16) {
    if (!bytes16(a).equals(bytes16(b), 0xffff)) return false;
    a += 16;
    b += 16;
    n -= 16;
  }
  return equal_short(a, b, n);
}

/// Copies `n` bytes in steps of 16: both sides need up to 15 bytes of slack after the text.
inline char* copy_padded(char* to, const char* from, std::size_t n) noexcept {
  if constexpr (reads_exactly) {
    if (n != 0) std::memcpy(to, from, n);
    return to + n;
  }
  std::size_t i = 0;
  do {
    std::memcpy(to + i, from + i, 16);
    i += 16;
  } while (i < n);
  return to + n;
}

/// Copies `n` bytes and touches no others.
inline void copy_exactly(char* to, const char* from, std::size_t n) noexcept {
  if (n >= 16) [[likely]] {
    for (std::size_t i = 0; i + 16 < n; i += 16) std::memcpy(to + i, from + i, 16);
    std::memcpy(to + n - 16, from + n - 16, 16);
  } else if (n >= 8) {
    std::memcpy(to, from, 8);
    std::memcpy(to + n - 8, from + n - 8, 8);
  } else {
    std::memcpy(to, from, n);
  }
}

inline void prefetch(const void* p) noexcept {
#if defined(__GNUC__)
  __builtin_prefetch(p);
#else
  (void)p;
#endif
}

/// The same in a loop that does nothing else: g++ 12 drops such loops.
inline void prefetch_in_loop(const void* p) noexcept {
  prefetch(p);
#if defined(__GNUC__)
  __asm__ volatile("" : : "r"(p));
#endif
}

/// Where memory is taken piece by piece, the next pieces mostly lie behind the one at hand: brings what lies a page
/// behind `p` towards the cache, a quarter more than `bytes`. Nothing has to be there.
inline void prefetch_for_writing(const char* p, std::size_t bytes) noexcept {
  const auto start = reinterpret_cast<std::uintptr_t>(p) + 2048;
  for (std::uintptr_t at = start; at < start + bytes + bytes / 4; at += 64) {
#if defined(__GNUC__)
    __builtin_prefetch(reinterpret_cast<const void*>(at), 1);
    __asm__ volatile("" : : "r"(at));
#endif
  }
}

/// Brings the first `bytes` bytes at `p` towards the cache, and up to 255 more.
inline void prefetch_range(const void* p, std::size_t bytes) noexcept {
  const char* at = static_cast<const char*>(p);
  for (const char* const end = at + bytes; at < end; at += 256) {
    prefetch(at);
    prefetch(at + 64);
    prefetch(at + 128);
    prefetch_in_loop(at + 192);
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_DETAIL_SIMD_HPP
