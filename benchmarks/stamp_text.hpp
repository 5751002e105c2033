// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_STAMP_TEXT_HPP
#define DOPPEL_BENCHMARKS_STAMP_TEXT_HPP

// The two small texts that a twin document is full of. Written here once more, independently of the
// library, because the corpus and the naive peer must not lean on the code that they are compared with.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace doppel_bench {

/// Times are counted in 100 ns ticks since 0001-01-01T00:00:00Z.
using ticks = std::int64_t;

inline constexpr ticks ticks_per_second = 10'000'000;
inline constexpr ticks ticks_per_day = 86'400 * ticks_per_second;

inline constexpr ticks ticks_of(std::chrono::year_month_day date) {
  constexpr std::chrono::sys_days origin{std::chrono::year{1} / 1 / 1};
  return static_cast<ticks>((std::chrono::sys_days{date} - origin).count()) * ticks_per_day;
}

/// "2026-11-22T18:22:43.0000001Z"; up to seven fraction digits, trailing zeros dropped.
class time_text {
public:
  explicit time_text(ticks when) {
    constexpr std::chrono::sys_days origin{std::chrono::year{1} / 1 / 1};
    const std::chrono::year_month_day date{origin + std::chrono::days{static_cast<int>(when / ticks_per_day)}};
    const ticks rest = when % ticks_per_day;
    const ticks second_of_day = rest / ticks_per_second;
    number(static_cast<unsigned>(static_cast<int>(date.year())), 4);
    mark('-');
    number(static_cast<unsigned>(date.month()), 2);
    mark('-');
    number(static_cast<unsigned>(date.day()), 2);
    mark('T');
    number(static_cast<unsigned>(second_of_day / 3600), 2);
    mark(':');
    number(static_cast<unsigned>(second_of_day / 60 % 60), 2);
    mark(':');
    number(static_cast<unsigned>(second_of_day % 60), 2);
    const auto fraction = static_cast<unsigned>(rest % ticks_per_second);
    if (fraction != 0) {
      mark('.');
      number(fraction, 7);
      while (text_[size_ - 1] == '0') {
        --size_;
      }
    }
    mark('Z');
  }

  std::string_view view() const noexcept { return {text_.data(), size_}; }

private:
  void mark(char c) { text_[size_++] = c; }

  void number(unsigned value, std::size_t width) {
    for (std::size_t i = width; i-- > 0; value /= 10) {
      text_[size_ + i] = static_cast<char>('0' + value % 10);
    }
    size_ += width;
  }

  std::array<char, 32> text_{};
  std::size_t size_ = 0;
};

/// base64 of the counter as eight bytes, most significant first: 1 is "AAAAAAAAAAE=".
inline std::string etag_text(std::uint64_t counter) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text(12, '=');
  // 64 bits and two zero bits fill eleven characters of six bits.
  for (std::size_t i = 0; i < 10; ++i) {
    text[i] = alphabet[counter >> (58 - 6 * i) & 63];
  }
  text[10] = alphabet[(counter & 15) << 2];
  return text;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_STAMP_TEXT_HPP
