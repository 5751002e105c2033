// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_NUMBER_FACTS_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_NUMBER_FACTS_HPP

#include <doppel/base/detail/key_hash.hpp>
#include <doppel/query/json_text.hpp>
#include <doppel/query/value.hpp>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// A number as a cell: the double that it is, and whether queries take it for an integer.
struct number_cell {
  double value = 0;
  bool is_integer = false;
  bool is_exact = false;  // no double is the number otherwise
};

constexpr bool is_number_text(std::string_view text) noexcept {
  return text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
}

/// A number of up to eight digits and a point, without a branch that depends on them; false if it is of another form.
/// Eight bytes can be read.
inline bool read_short_number(std::string_view text, number_cell& to) noexcept {
  const bool is_negative = text[0] == '-';
  const std::size_t size = text.size() - (is_negative ? 1 : 0);
  if (std::endian::native != std::endian::little || size - 1 > 7) return false;
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101u;
  // At the upper end of the word, zeros before it; digits as their values.
  const auto unused = static_cast<unsigned>(64 - 8 * size);
  std::uint64_t digits = (load8(text.data() + (is_negative ? 1 : 0)) ^ ones * '0') << unused;
  const std::uint64_t no_point = digits ^ ones * ('.' ^ '0');
  const std::uint64_t points = (no_point - ones) & ~no_point & ones * 0x80;
  const bool is_integer = points == 0;
  const auto bits = static_cast<unsigned>(is_integer ? 56 : std::countr_zero(points) - 7);  // below the point
  const std::uint64_t below = is_integer ? 0 : (std::uint64_t{1} << bits) - 1;
  const std::uint64_t above = is_integer ? ~std::uint64_t{0} : ~((below << 8) | 0xff);
  digits = (digits & above) | (digits & below) << 8;
  if (((digits + ones * (0x7f - 9)) & ones * 0x80) != 0 || bits > 56) return false;
  // Pairs first, then fours, then both.
  const std::uint64_t pairs = digits * 10 + (digits >> 8);
  const std::uint64_t number = ((pairs & 0x000000ff000000ffu) * 0x000f424000000064u +
                                (pairs >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
                               32;
  const double value = static_cast<double>(number) / powers_of_ten[7 - bits / 8];
  to = {is_negative ? -value : value, is_integer, true};
  return true;
}

/// @pre `is_number_text`; 16 bytes behind the text can be read
inline number_cell number_cell_of(std::string_view text) noexcept {
  number_cell short_one;
  if (read_short_number(text, short_one)) return short_one;
  const query_value v = number_of_json(text);
  constexpr std::int64_t most = std::int64_t{1} << 53;
  if (!v.is_integer()) return {v.as_double(), false, true};
  return {static_cast<double>(v.as_integer()), true, v.as_integer() >= -most && v.as_integer() <= most};
}

/// Says whether a float is the same number. Those that some processors are told to take for 0 do not count.
inline bool is_float(double d) noexcept {
  using limits = std::numeric_limits<float>;
  if (d == 0 || std::isinf(d)) return true;
  const double size = std::fabs(d);
  if (!(size >= static_cast<double>((limits::min)())) || size > static_cast<double>((limits::max)())) return false;
  return static_cast<double>(static_cast<float>(d)) == d;
}

/// What is known of all numbers that a segment has ever had: whether sums of them are exact.
class number_facts {
public:
  void add(double d) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(d);
    const std::uint64_t size = bits & ~(std::uint64_t{1} << 63);
    if (size == 0) return;
    if (size > largest_) largest_ = size;
    const auto exponent = static_cast<int>(size >> 52);
    const std::uint64_t fraction = (size & fraction_bits) | (exponent != 0 ? std::uint64_t{1} << 52 : 0);
    const int finest = (exponent != 0 ? exponent : 1) + std::countr_zero(fraction);
    if (finest < finest_) finest_ = finest;
  }
  /// Says whether every sum of up to `count` of them is a number with `digits` binary digits.
  [[nodiscard]] bool sums_fit(std::uint32_t count, int digits) const noexcept {
    if (largest_ == 0) return true;
    // The largest is below two to `top`, in the same unit as the finest bit: bits of an exponent.
    const int top = static_cast<int>(largest_ >> 52) + 53;
    return static_cast<int>(largest_ >> 52) != 0x7ff &&
           top + static_cast<int>(std::bit_width(count)) - finest_ <= digits;
  }

  /// Says whether a number is one that sums of them can go on from without being rounded.
  /// @pre `sums_fit` with 24 digits
  [[nodiscard]] bool can_go_on_from(double sum) const noexcept {
    if (sum == 0 || largest_ == 0) return true;
    number_facts of_sum = *this;
    of_sum.add(sum);
    // In units of the finest bit of all, half of what a double holds.
    return of_sum.finest_ >= finest_ && of_sum.sums_fit(1, std::numeric_limits<double>::digits - 1);
  }

private:
  static constexpr std::uint64_t fraction_bits = (std::uint64_t{1} << 52) - 1;

  std::uint64_t largest_ = 0;  // its bits; of doubles above zero, the larger have the larger ones
  int finest_ = 4096;          // biased exponent of the lowest bit of a fraction, plus its place there
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_NUMBER_FACTS_HPP
