// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_STAMP_TIME_HPP
#define DOPPEL_TWIN_DETAIL_STAMP_TIME_HPP

#include <doppel/base/detail/key_hash.hpp>
#include <doppel/base/timestamp.hpp>
#include <doppel/twin/stamp.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// A form of eight characters: `0` for digits, separators that stand for themselves.
struct digit_form {
  std::uint64_t characters = 0;
  std::uint64_t fixed = 0;  // bits that a text has to share: all of a separator, the high four of a digit

  consteval digit_form(const char (&form)[9]) {
    for (int i = 0; i < 8; ++i) {
      characters |= std::uint64_t{static_cast<unsigned char>(form[i])} << (8 * i);
      fixed |= std::uint64_t{form[i] == '0' ? 0xf0u : 0xffu} << (8 * i);
    }
  }
};

/// A text of eight characters in such a form: one byte each, the value of the digit or 0, in the order of a
/// little-endian word.
struct eight_digits {
  std::uint64_t bytes;
  std::uint64_t fixed;

  eight_digits(const char* text, digit_form form) noexcept : bytes(load8(text) ^ form.characters), fixed(form.fixed) {}
  bool fits() const noexcept {
    // Adding 6 carries from 10 on.
    return ((bytes & fixed) | ((bytes + 0x0606060606060606u) & 0xf0f0f0f0f0f0f0f0u)) == 0;
  }
  std::uint32_t two_at(int i) const noexcept {
    return static_cast<std::uint32_t>(bytes >> (8 * i) & 15) * 10 +
           static_cast<std::uint32_t>(bytes >> (8 * i + 8) & 15);
  }
  /// All as one number: pairs first, then fours, then both.
  std::uint32_t number() const noexcept {
    const std::uint64_t pairs = bytes * 10 + (bytes >> 8);
    return static_cast<std::uint32_t>(((pairs & 0x000000ff000000ffu) * 0x000f424000000064u +
                                       (pairs >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
                                      32);
  }
};

/// Reads a time in the form that nearly all of `$metadata` has, `"2026-09-14T07:44:02.5531444Z"` with all
/// digits. `unknown_time` for any other, which `parse_timestamp` may understand.
/// @param value JSON text, quotes included
inline packed_time read_stamp_time(std::string_view value) noexcept {
  if constexpr (std::endian::native != std::endian::little) return unknown_time;
  if (value.size() != 30 || value[11] != 'T' || value[28] != 'Z') return unknown_time;
  const eight_digits date(value.data() + 1, "0000-00-");
  const eight_digits clock(value.data() + 12, "00:00:00");
  const eight_digits fraction(value.data() + 20, ".0000000");
  const std::uint32_t tens = static_cast<unsigned char>(value[9]) - unsigned{'0'};
  const std::uint32_t ones = static_cast<unsigned char>(value[10]) - unsigned{'0'};
  if (!date.fits() || !clock.fits() || !fraction.fits() || tens > 9 || ones > 9) return unknown_time;
  const std::uint32_t year = date.two_at(0) * 100 + date.two_at(2);
  const std::uint32_t month = date.two_at(5);
  const std::uint32_t day = tens * 10 + ones;
  const std::uint32_t hour = clock.two_at(0);
  const std::uint32_t minute = clock.two_at(3);
  const std::uint32_t second = clock.two_at(6);
  if (year == 0 || month - 1 > 11 || day - 1 > 30 || hour > 23 || minute > 59 || second > 59) return unknown_time;
  if (day > 28 && day > days_in_month(year, month)) return unknown_time;
  const std::int64_t seconds = days_from_date(year, month, day) * 86'400 + ((hour * 60 + minute) * 60 + second);
  return pack_time(timestamp::from_ticks(seconds * timestamp::ticks_per_second + fraction.number()));
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_STAMP_TIME_HPP
