// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_X86_KERNELS_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_X86_KERNELS_HPP

#include <doppel/fleet/columns/detail/kernels.hpp>

#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__)
#define DOPPEL_HAS_COLUMN_KERNELS 1
#include <immintrin.h>
#else
#define DOPPEL_HAS_COLUMN_KERNELS 0
#endif

#if DOPPEL_HAS_COLUMN_KERNELS

// The loops of kernels.hpp for AVX2 and for AVX-512.
namespace doppel {
inline namespace v0 {
namespace detail {

/// The predicate of the compare instructions: ordered, so that nothing holds of NaN, and quiet.
constexpr int predicate_of(number_relation r) noexcept {
  switch (r) {
    case number_relation::less: return _CMP_LT_OQ;
    case number_relation::less_equal: return _CMP_LE_OQ;
    case number_relation::equal: return _CMP_EQ_OQ;
    case number_relation::not_equal: return _CMP_NEQ_OQ;
    case number_relation::greater_equal: return _CMP_GE_OQ;
    default: return _CMP_GT_OQ;
  }
}

#define DOPPEL_TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define DOPPEL_TARGET_AVX512 __attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512dq,bmi,bmi2,popcnt")))

struct avx2_column_kernels {
  static bool is_supported() noexcept {
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
           __builtin_cpu_supports("bmi2") != 0;
  }

  DOPPEL_TARGET_AVX2 static void is_code8(const std::uint8_t* codes, std::uint32_t words, std::uint32_t code,
                                          std::uint64_t* rows) noexcept {
    const __m256i wanted = _mm256_set1_epi8(static_cast<char>(code));
    for (std::uint32_t w = 0; w != words; ++w, codes += 64) {
      rows[w] = mask8(_mm256_cmpeq_epi8(load(codes), wanted), _mm256_cmpeq_epi8(load(codes + 32), wanted));
    }
  }

  DOPPEL_TARGET_AVX2 static void is_code16(const std::uint16_t* codes, std::uint32_t words, std::uint32_t code,
                                           std::uint64_t* rows) noexcept {
    const __m256i wanted = _mm256_set1_epi16(static_cast<short>(code));
    for (std::uint32_t w = 0; w != words; ++w, codes += 64) {
      rows[w] =
          mask8(narrow(_mm256_cmpeq_epi16(load(codes), wanted), _mm256_cmpeq_epi16(load(codes + 16), wanted)),
                narrow(_mm256_cmpeq_epi16(load(codes + 32), wanted), _mm256_cmpeq_epi16(load(codes + 48), wanted)));
    }
  }

  DOPPEL_TARGET_AVX2 static void is_in8(const std::uint8_t* codes, std::uint32_t words, const std::uint64_t* set,
                                        std::uint64_t* rows) noexcept {
    // The byte of the set that has the bit of a code, from either half, and the bit in it.
    const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(set)));
    const __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(set + 2)));
    const __m256i bits = _mm256_set1_epi64x(static_cast<long long>(0x8040'2010'0804'0201u));
    for (std::uint32_t w = 0; w != words; ++w, codes += 64) {
      rows[w] = mask8(has(load(codes), low, high, bits), has(load(codes + 32), low, high, bits));
    }
  }

  DOPPEL_TARGET_AVX2 static void is_in16(const std::uint16_t* codes, std::uint32_t words, const std::uint64_t* set,
                                         std::uint32_t, std::uint64_t* rows) noexcept {
    const int* const parts = reinterpret_cast<const int*>(set);
    const __m256i low_bits_of_code = _mm256_set1_epi32(31);
    for (std::uint32_t w = 0; w != words; ++w) {
      std::uint64_t found = 0;
      for (std::uint32_t i = 0; i != 64; i += 8, codes += 8) {
        const __m256i code = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(codes)));
        const __m256i part = _mm256_i32gather_epi32(parts, _mm256_srli_epi32(code, 5), 4);
        // The bit becomes the sign.
        const __m256i shift = _mm256_sub_epi32(low_bits_of_code, _mm256_and_si256(code, low_bits_of_code));
        const __m256i sign = _mm256_sllv_epi32(part, shift);
        found |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(sign))))
                 << i;
      }
      rows[w] = found;
    }
  }

  template <class Number, number_relation R>
  DOPPEL_TARGET_AVX2 static void relation(const Number* cells, std::uint32_t words, Number constant,
                                          std::uint64_t* rows) noexcept {
    constexpr std::uint32_t lanes = 32 / sizeof(Number);
    const auto wanted = broadcast(constant);
    for (std::uint32_t w = 0; w != words; ++w) {
      std::uint64_t found = 0;
      for (std::uint32_t i = 0; i != 64; i += lanes, cells += lanes) {
        found |= static_cast<std::uint64_t>(compare<R>(cells, wanted)) << i;
      }
      rows[w] = found;
    }
  }

  DOPPEL_TARGET_AVX2 static bool is_below(const std::uint32_t* cells, std::uint32_t words, std::uint32_t bound,
                                          std::uint32_t last, std::uint64_t* rows) noexcept {
    const __m256i begin = _mm256_set1_epi32(static_cast<int>(bound));
    __m256i least = _mm256_set1_epi32(-1);  // of those from the bound on
    for (std::uint32_t w = 0; w != words; ++w) {
      std::uint64_t found = 0;
      for (std::uint32_t i = 0; i != 64; i += 8, cells += 8) {
        const __m256i above = _mm256_sub_epi32(load(cells), begin);
        least = _mm256_min_epu32(least, above);
        const int signs = _mm256_movemask_ps(_mm256_castsi256_ps(above));
        found |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(signs)) << i;
      }
      rows[w] = found;
    }
    const __m256i in_reach = _mm256_min_epu32(least, _mm256_set1_epi32(static_cast<int>(last - bound)));
    return _mm256_movemask_epi8(_mm256_cmpeq_epi32(in_reach, least)) != 0;
  }

  DOPPEL_TARGET_AVX2 static std::uint32_t rows_in_both(const std::uint64_t* some, const std::uint64_t* others,
                                                       std::uint32_t words, std::uint64_t* rows) noexcept {
    std::uint64_t count = 0;
    for (std::uint32_t w = 0; w != words; ++w) {
      rows[w] = some[w] & others[w];
      count += static_cast<std::uint64_t>(_mm_popcnt_u64(rows[w]));
    }
    return static_cast<std::uint32_t>(count);
  }

  DOPPEL_TARGET_AVX2 static number_sums sum_floats(const float* cells, std::uint32_t words, const std::uint64_t* some,
                                                   const std::uint64_t* others,
                                                   const std::uint64_t* integers) noexcept {
    number_sums sums;
    std::uint64_t any_real = 0;
    // Four sums, so that no addition waits for another one.
    __m256 of_integers[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    __m256 of_reals[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    for (std::uint32_t w = 0; w != words; ++w, cells += 64) {
      const std::uint64_t rows = some[w] & others[w];
      if (rows == 0) continue;
      const std::uint64_t whole = rows & integers[w];
      const std::uint64_t real = rows & ~integers[w];
      sums.count += static_cast<std::uint32_t>(_mm_popcnt_u64(rows));
      any_real |= real;
      for (std::uint32_t i = 0; i != 8; ++i) {
        of_integers[i % 2] = _mm256_add_ps(of_integers[i % 2], chosen(cells + 8 * i, whole >> (i / 4 * 32), i % 4));
        of_reals[i % 2] = _mm256_add_ps(of_reals[i % 2], chosen(cells + 8 * i, real >> (i / 4 * 32), i % 4));
      }
    }
    sums.has_real = any_real != 0;
    sums.integers = total(_mm256_add_ps(of_integers[0], of_integers[1]));
    sums.reals = total(_mm256_add_ps(of_reals[0], of_reals[1]));
    return sums;
  }

private:
  template <class Cell>
  DOPPEL_TARGET_AVX2 static __m256i load(const Cell* p) noexcept {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  DOPPEL_TARGET_AVX2 static std::uint64_t mask8(__m256i low, __m256i high) noexcept {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
  }
  /// Two masks of 16 lanes as one of 32.
  DOPPEL_TARGET_AVX2 static __m256i narrow(__m256i low, __m256i high) noexcept {
    return _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xd8);
  }
  DOPPEL_TARGET_AVX2 static __m256i has(__m256i code, __m256i low, __m256i high, __m256i bits) noexcept {
    const __m256i at = _mm256_and_si256(_mm256_srli_epi16(code, 3), _mm256_set1_epi8(15));
    const __m256i part = _mm256_blendv_epi8(_mm256_shuffle_epi8(low, at), _mm256_shuffle_epi8(high, at), code);
    const __m256i bit = _mm256_shuffle_epi8(bits, _mm256_and_si256(code, _mm256_set1_epi8(7)));
    return _mm256_cmpeq_epi8(_mm256_and_si256(part, bit), bit);
  }
  /// Eight cells, zeros where a bit of a byte of the mask is not set.
  DOPPEL_TARGET_AVX2 static __m256 chosen(const float* cells, std::uint64_t rows, std::uint32_t byte) noexcept {
    // Each lane gets its bit as the sign.
    const __m256i first = _mm256_setr_epi32(31, 30, 29, 28, 27, 26, 25, 24);
    const __m256i shift = _mm256_sub_epi32(first, _mm256_set1_epi32(static_cast<int>(8 * byte)));
    return _mm256_maskload_ps(cells, _mm256_sllv_epi32(_mm256_set1_epi32(static_cast<int>(rows)), shift));
  }
  DOPPEL_TARGET_AVX2 static double total(__m256 sums) noexcept {
    float lanes[8];
    _mm256_storeu_ps(lanes, sums);
    double sum = 0;
    for (const float lane : lanes) sum += static_cast<double>(lane);
    return sum;
  }
  DOPPEL_TARGET_AVX2 static __m256 broadcast(float f) noexcept { return _mm256_set1_ps(f); }
  DOPPEL_TARGET_AVX2 static __m256d broadcast(double d) noexcept { return _mm256_set1_pd(d); }
  template <number_relation R>
  DOPPEL_TARGET_AVX2 static std::uint32_t compare(const float* cells, __m256 wanted) noexcept {
    constexpr int predicate = predicate_of(R);
    return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(cells), wanted, predicate)));
  }
  template <number_relation R>
  DOPPEL_TARGET_AVX2 static std::uint32_t compare(const double* cells, __m256d wanted) noexcept {
    constexpr int predicate = predicate_of(R);
    return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_cmp_pd(_mm256_loadu_pd(cells), wanted, predicate)));
  }
};

// What counts bits is the same.
struct avx512_column_kernels : avx2_column_kernels {
  static bool is_supported() noexcept {
    return avx2_column_kernels::is_supported() && __builtin_cpu_supports("avx512f") != 0 &&
           __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
           __builtin_cpu_supports("avx512dq") != 0;
  }

  DOPPEL_TARGET_AVX512 static void is_code8(const std::uint8_t* codes, std::uint32_t words, std::uint32_t code,
                                            std::uint64_t* rows) noexcept {
    const __m512i wanted = _mm512_set1_epi8(static_cast<char>(code));
    for (std::uint32_t w = 0; w != words; ++w, codes += 64) {
      rows[w] = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(codes), wanted);
    }
  }

  DOPPEL_TARGET_AVX512 static void is_code16(const std::uint16_t* codes, std::uint32_t words, std::uint32_t code,
                                             std::uint64_t* rows) noexcept {
    const __m512i wanted = _mm512_set1_epi16(static_cast<short>(code));
    for (std::uint32_t w = 0; w != words; ++w, codes += 64) {
      rows[w] = _mm512_cmpeq_epi16_mask(_mm512_loadu_si512(codes), wanted) |
                static_cast<std::uint64_t>(_mm512_cmpeq_epi16_mask(_mm512_loadu_si512(codes + 32), wanted)) << 32;
    }
  }

  DOPPEL_TARGET_AVX512 static void is_in8(const std::uint8_t* codes, std::uint32_t words, const std::uint64_t* set,
                                          std::uint64_t* rows) noexcept {
    const __m512i low = four_times(set);
    const __m512i high = four_times(set + 2);
    const __m512i bits = _mm512_set1_epi64(static_cast<long long>(0x8040'2010'0804'0201u));
    for (std::uint32_t w = 0; w != words; ++w, codes += 64) {
      const __m512i code = _mm512_loadu_si512(codes);
      const __m512i at = _mm512_and_si512(_mm512_srli_epi16(code, 3), _mm512_set1_epi8(15));
      const __m512i part = _mm512_mask_shuffle_epi8(_mm512_shuffle_epi8(low, at), _mm512_movepi8_mask(code), high, at);
      const __m512i bit = _mm512_shuffle_epi8(bits, _mm512_and_si512(code, _mm512_set1_epi8(7)));
      rows[w] = _mm512_test_epi8_mask(part, bit);
    }
  }

  DOPPEL_TARGET_AVX512 static void is_in16(const std::uint16_t* codes, std::uint32_t words, const std::uint64_t* set,
                                           std::uint32_t tables, std::uint64_t* rows) noexcept {
    for (std::uint32_t w = 0; w != words; ++w, codes += 64) {
      rows[w] = has(_mm512_loadu_si512(codes), set, tables) |
                static_cast<std::uint64_t>(has(_mm512_loadu_si512(codes + 32), set, tables)) << 32;
    }
  }

  template <class Number, number_relation R>
  DOPPEL_TARGET_AVX512 static void relation(const Number* cells, std::uint32_t words, Number constant,
                                            std::uint64_t* rows) noexcept {
    constexpr std::uint32_t lanes = 64 / sizeof(Number);
    const auto wanted = broadcast(constant);
    for (std::uint32_t w = 0; w != words; ++w) {
      std::uint64_t found = 0;
      for (std::uint32_t i = 0; i != 64; i += lanes, cells += lanes) {
        found |= static_cast<std::uint64_t>(compare<R>(cells, wanted)) << i;
      }
      rows[w] = found;
    }
  }

  DOPPEL_TARGET_AVX512 static bool is_below(const std::uint32_t* cells, std::uint32_t words, std::uint32_t bound,
                                            std::uint32_t last, std::uint64_t* rows) noexcept {
    const __m512i begin = _mm512_set1_epi32(static_cast<int>(bound));
    const __m512i reach = _mm512_set1_epi32(static_cast<int>(last - bound));
    __mmask16 any = 0;
    for (std::uint32_t w = 0; w != words; ++w) {
      std::uint64_t found = 0;
      for (std::uint32_t i = 0; i != 64; i += 16, cells += 16) {
        const __m512i above = _mm512_sub_epi32(_mm512_loadu_si512(cells), begin);
        found |= static_cast<std::uint64_t>(_mm512_movepi32_mask(above)) << i;
        any = _kor_mask16(any, _mm512_cmple_epu32_mask(above, reach));
      }
      rows[w] = found;
    }
    return any != 0;
  }

  DOPPEL_TARGET_AVX512 static number_sums sum_floats(const float* cells, std::uint32_t words, const std::uint64_t* some,
                                                     const std::uint64_t* others,
                                                     const std::uint64_t* integers) noexcept {
    number_sums sums;
    std::uint64_t any_real = 0;
    // Eight sums, so that no addition waits for another one.
    __m512 of_integers[4];
    __m512 of_reals[4];
    for (std::uint32_t i = 0; i != 4; ++i) of_integers[i] = of_reals[i] = _mm512_setzero_ps();
    for (std::uint32_t w = 0; w != words; ++w, cells += 64) {
      const std::uint64_t rows = some[w] & others[w];
      const std::uint64_t whole = rows & integers[w];
      const std::uint64_t real = rows & ~integers[w];
      sums.count += static_cast<std::uint32_t>(_mm_popcnt_u64(rows));
      any_real |= real;
      for (std::uint32_t i = 0; i != 4; ++i) {
        const __m512 cell = _mm512_loadu_ps(cells + 16 * i);
        of_integers[i] =
            _mm512_mask_add_ps(of_integers[i], static_cast<__mmask16>(whole >> (16 * i)), of_integers[i], cell);
        of_reals[i] = _mm512_mask_add_ps(of_reals[i], static_cast<__mmask16>(real >> (16 * i)), of_reals[i], cell);
      }
    }
    sums.has_real = any_real != 0;
    sums.integers = total(of_integers);
    sums.reals = total(of_reals);
    return sums;
  }

private:
  DOPPEL_TARGET_AVX512 static __m512i four_times(const std::uint64_t* p) noexcept {
    return _mm512_set_epi64(static_cast<long long>(p[1]), static_cast<long long>(p[0]), static_cast<long long>(p[1]),
                            static_cast<long long>(p[0]), static_cast<long long>(p[1]), static_cast<long long>(p[0]),
                            static_cast<long long>(p[1]), static_cast<long long>(p[0]));
  }
  /// A table is 64 words of 16 bits, in two registers.
  DOPPEL_TARGET_AVX512 static std::uint32_t has(__m512i code, const std::uint64_t* set, std::uint32_t tables) noexcept {
    const __m512i at = _mm512_srli_epi16(code, 4);
    __m512i part = _mm512_permutex2var_epi16(_mm512_loadu_si512(set), at, _mm512_loadu_si512(set + 8));
    for (std::uint32_t t = 1; t != tables; ++t) {
      const __m512i other =
          _mm512_permutex2var_epi16(_mm512_loadu_si512(set + 16 * t), at, _mm512_loadu_si512(set + 16 * t + 8));
      const __mmask32 is_there =
          _mm512_cmpge_epu16_mask(code, _mm512_set1_epi16(static_cast<short>(static_cast<unsigned short>(t * 1024))));
      part = _mm512_mask_mov_epi16(part, is_there, other);
    }
    const __m512i bit = _mm512_sllv_epi16(_mm512_set1_epi16(1), _mm512_and_si512(code, _mm512_set1_epi16(15)));
    return _mm512_test_epi16_mask(part, bit);
  }
  DOPPEL_TARGET_AVX512 static double total(const __m512* sums) noexcept {
    float lanes[16];
    _mm512_storeu_ps(lanes, _mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
    double sum = 0;
    for (const float lane : lanes) sum += static_cast<double>(lane);
    return sum;
  }
  DOPPEL_TARGET_AVX512 static __m512 broadcast(float f) noexcept { return _mm512_set1_ps(f); }
  DOPPEL_TARGET_AVX512 static __m512d broadcast(double d) noexcept { return _mm512_set1_pd(d); }
  template <number_relation R>
  DOPPEL_TARGET_AVX512 static std::uint32_t compare(const float* cells, __m512 wanted) noexcept {
    constexpr int predicate = predicate_of(R);  // a constant without optimisation, too
    return _mm512_cmp_ps_mask(_mm512_loadu_ps(cells), wanted, predicate);
  }
  template <number_relation R>
  DOPPEL_TARGET_AVX512 static std::uint32_t compare(const double* cells, __m512d wanted) noexcept {
    constexpr int predicate = predicate_of(R);  // a constant without optimisation, too
    return _mm512_cmp_pd_mask(_mm512_loadu_pd(cells), wanted, predicate);
  }
};

#undef DOPPEL_TARGET_AVX2
#undef DOPPEL_TARGET_AVX512

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_X86_KERNELS_HPP
