// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_KERNELS_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_KERNELS_HPP

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

// The loops over the cells of a segment. Each asks 64 rows for one word of a bitmap; segments have whole words. They
// exist once in C++ and once for each set of instructions, compiled for it whatever the flags of the including
// file; which ones run is decided at run time.
namespace doppel {
inline namespace v0 {
namespace detail {

/// How a number stands to a constant. Of what is no number, none of these holds.
enum class number_relation : std::uint8_t { less, less_equal, equal, not_equal, greater_equal, greater };
inline constexpr std::size_t number_relation_count = 6;

/// What holds where a relation does not, of numbers.
constexpr number_relation opposite(number_relation r) noexcept {
  switch (r) {
    case number_relation::less: return number_relation::greater_equal;
    case number_relation::less_equal: return number_relation::greater;
    case number_relation::equal: return number_relation::not_equal;
    case number_relation::not_equal: return number_relation::equal;
    case number_relation::greater_equal: return number_relation::less;
    default: return number_relation::less_equal;
  }
}

/// Numbers that have been added up.
struct number_sums {
  std::uint32_t count = 0;
  bool has_real = false;
  double integers = 0;
  double reals = 0;
};

/// One set of loops. `words` is the number of words of `rows`, all of which are written.
struct column_kernels {
  using equal8 = void (*)(const std::uint8_t* codes, std::uint32_t words, std::uint32_t code,
                          std::uint64_t* rows) noexcept;
  using equal16 = void (*)(const std::uint16_t* codes, std::uint32_t words, std::uint32_t code,
                           std::uint64_t* rows) noexcept;
  /// `set` has a bit for each of 256 codes.
  using member8 = void (*)(const std::uint8_t* codes, std::uint32_t words, const std::uint64_t* set,
                           std::uint64_t* rows) noexcept;
  /// `set` has a bit for each of `tables` times 1,024 codes, and no code is beyond.
  using member16 = void (*)(const std::uint16_t* codes, std::uint32_t words, const std::uint64_t* set,
                            std::uint32_t tables, std::uint64_t* rows) noexcept;
  template <class Number>
  using relation = void (*)(const Number* cells, std::uint32_t words, Number constant, std::uint64_t* rows) noexcept;
  /// `cell < bound`, and whether any cell is in `[bound, last]`; all below 2^31.
  using below = bool (*)(const std::uint32_t* cells, std::uint32_t words, std::uint32_t bound, std::uint32_t last,
                         std::uint64_t* rows) noexcept;
  /// The rows of both sets, and their number. `rows` may be one of them.
  using meet = std::uint32_t (*)(const std::uint64_t* some, const std::uint64_t* others, std::uint32_t words,
                                 std::uint64_t* rows) noexcept;
  /// The sums of numbers in two sets of rows, those that are integers apart, if no sum of some of them needs rounding.
  using sums = number_sums (*)(const float* cells, std::uint32_t words, const std::uint64_t* some,
                               const std::uint64_t* others, const std::uint64_t* integers) noexcept;

  equal8 is_code8;
  equal16 is_code16;
  member8 is_in8;
  member16 is_in16;
  relation<float> floats[number_relation_count];
  relation<double> doubles[number_relation_count];
  below is_below;
  meet rows_in_both;
  sums sum_floats;
};

/// In plain C++, for every machine.
struct portable_column_kernels {
  static void is_code8(const std::uint8_t* codes, std::uint32_t words, std::uint32_t code,
                       std::uint64_t* rows) noexcept {
    each_row(codes, words, rows, [code](std::uint8_t c) { return c == code; });
  }
  static void is_code16(const std::uint16_t* codes, std::uint32_t words, std::uint32_t code,
                        std::uint64_t* rows) noexcept {
    each_row(codes, words, rows, [code](std::uint16_t c) { return c == code; });
  }
  static void is_in8(const std::uint8_t* codes, std::uint32_t words, const std::uint64_t* set,
                     std::uint64_t* rows) noexcept {
    each_row(codes, words, rows, [set](std::uint8_t c) { return (set[c / 64] >> c % 64 & 1) != 0; });
  }
  static void is_in16(const std::uint16_t* codes, std::uint32_t words, const std::uint64_t* set, std::uint32_t,
                      std::uint64_t* rows) noexcept {
    each_row(codes, words, rows, [set](std::uint16_t c) { return (set[c / 64] >> c % 64 & 1) != 0; });
  }
  template <class Number, number_relation R>
  static void relation(const Number* cells, std::uint32_t words, Number constant, std::uint64_t* rows) noexcept {
    each_row(cells, words, rows, [constant](Number cell) {
      switch (R) {
        case number_relation::less: return cell < constant;
        case number_relation::less_equal: return cell <= constant;
        case number_relation::equal: return cell == constant;
        case number_relation::not_equal: return cell < constant || cell > constant;
        case number_relation::greater_equal: return cell >= constant;
        default: return cell > constant;
      }
    });
  }
  static bool is_below(const std::uint32_t* cells, std::uint32_t words, std::uint32_t bound, std::uint32_t last,
                       std::uint64_t* rows) noexcept {
    // The sign of a difference of small numbers tells which one is less.
    std::uint32_t any = 0;
    each_row(cells, words, rows, [&](std::uint32_t cell) {
      any |= ~((cell - bound) | (last - cell)) >> 31;
      return (cell - bound) >> 31 != 0;
    });
    return any != 0;
  }
  static std::uint32_t rows_in_both(const std::uint64_t* some, const std::uint64_t* others, std::uint32_t words,
                                    std::uint64_t* rows) noexcept {
    std::uint32_t count = 0;
    for (std::uint32_t w = 0; w != words; ++w) {
      rows[w] = some[w] & others[w];
      count += static_cast<std::uint32_t>(std::popcount(rows[w]));
    }
    return count;
  }
  static number_sums sum_floats(const float* cells, std::uint32_t words, const std::uint64_t* some,
                                const std::uint64_t* others, const std::uint64_t* integers) noexcept {
    number_sums sums;
    for (std::uint32_t w = 0; w != words; ++w, cells += 64) {
      const std::uint64_t rows = some[w] & others[w];
      sums.count += static_cast<std::uint32_t>(std::popcount(rows));
      sums.has_real = sums.has_real || (rows & ~integers[w]) != 0;
      sums.integers += sum_of(cells, rows & integers[w]);
      sums.reals += sum_of(cells, rows & ~integers[w]);
    }
    return sums;
  }

private:
  static double sum_of(const float* cells, std::uint64_t rows) noexcept {
    double sum = 0;
    for (; rows != 0; rows &= rows - 1) sum += static_cast<double>(cells[std::countr_zero(rows)]);
    return sum;
  }
  template <class Cell, class Test>
  static void each_row(const Cell* cells, std::uint32_t words, std::uint64_t* rows, Test test) noexcept {
    for (std::uint32_t w = 0; w != words; ++w, cells += 64) {
      // A byte for each row first: that is what compilers find instructions for.
      unsigned char holds[64];
      for (std::uint32_t i = 0; i != 64; ++i) holds[i] = test(cells[i]) ? 1 : 0;
      std::uint64_t bits = 0;
      for (std::uint32_t i = 0; i != 64; i += 8) bits |= eight_bits(holds + i) << i;
      rows[w] = bits;
    }
  }
  /// Eight bytes that are 0 or 1 as bits.
  static std::uint64_t eight_bits(const unsigned char* bytes) noexcept {
    std::uint64_t word = 0;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&word, bytes, sizeof word);
      // Byte i times the power of two that brings it to bit 56 + i.
      return word * 0x0102'0408'1020'4080u >> 56;
    }
    for (std::uint32_t i = 0; i != 8; ++i) word |= std::uint64_t{bytes[i]} << i;
    return word;
  }
};

/// The table of a set of loops with the members that the portable one has.
template <class Kernels>
inline constexpr column_kernels column_kernels_of = {
    &Kernels::is_code8,
    &Kernels::is_code16,
    &Kernels::is_in8,
    &Kernels::is_in16,
    {&Kernels::template relation<float, number_relation::less>,
     &Kernels::template relation<float, number_relation::less_equal>,
     &Kernels::template relation<float, number_relation::equal>,
     &Kernels::template relation<float, number_relation::not_equal>,
     &Kernels::template relation<float, number_relation::greater_equal>,
     &Kernels::template relation<float, number_relation::greater>},
    {&Kernels::template relation<double, number_relation::less>,
     &Kernels::template relation<double, number_relation::less_equal>,
     &Kernels::template relation<double, number_relation::equal>,
     &Kernels::template relation<double, number_relation::not_equal>,
     &Kernels::template relation<double, number_relation::greater_equal>,
     &Kernels::template relation<double, number_relation::greater>},
    &Kernels::is_below,
    &Kernels::rows_in_both,
    &Kernels::sum_floats};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_KERNELS_HPP
