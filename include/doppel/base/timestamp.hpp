// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_TIMESTAMP_HPP
#define DOPPEL_BASE_TIMESTAMP_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ratio>
#include <string_view>
#include <type_traits>

namespace doppel {
inline namespace v0 {

/// A moment in UTC between the start of year 1 and the end of year 9999, to 100 nanoseconds.
///
/// The default value is the zero time `0001-01-01T00:00:00Z`, which the service uses for "never". Whatever
/// would lie outside of the range becomes the nearest end of it, so that every timestamp can be written as
/// text.
/// @par Specification
/// spec/twin.md 2.1, 2.1.3 and 2.1.4
/// @par Exception safety
/// Nothing throws or allocates.
class timestamp {
public:
  /// The unit of all times of the service.
  using duration = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
  /// The matching moment of the standard library.
  using sys_time = std::chrono::sys_time<duration>;

  static constexpr std::int64_t ticks_per_second = 10'000'000;
  /// `0001-01-01T00:00:00Z`
  static constexpr std::int64_t min_ticks = 0;
  /// `9999-12-31T23:59:59.9999999Z`
  static constexpr std::int64_t max_ticks = std::int64_t{3'652'059} * 86'400 * ticks_per_second - 1;
  /// `1970-01-01T00:00:00Z`
  static constexpr std::int64_t unix_epoch_ticks = std::int64_t{719'162} * 86'400 * ticks_per_second;
  /// The most characters that `format_timestamp` writes.
  static constexpr std::size_t max_text_size = 28;

  constexpr timestamp() noexcept = default;

  /// Makes a timestamp from units of 100 ns since the zero time.
  [[nodiscard]] static constexpr timestamp from_ticks(std::int64_t ticks) noexcept {
    timestamp result;
    result.ticks_ = ticks < min_ticks ? min_ticks : ticks > max_ticks ? max_ticks : ticks;
    return result;
  }

  /// Makes a timestamp from a moment of the standard library. Convert a finer clock with `std::chrono::floor`
  /// first.
  [[nodiscard]] static constexpr timestamp from_sys_time(sys_time time) noexcept {
    const std::int64_t since_epoch = time.time_since_epoch().count();
    // Not added where the sum could overflow.
    return from_ticks(since_epoch > max_ticks - unix_epoch_ticks ? max_ticks : since_epoch + unix_epoch_ticks);
  }

  /// Units of 100 ns since the zero time.
  [[nodiscard]] constexpr std::int64_t ticks() const noexcept { return ticks_; }

  /// The same moment as the standard library has it.
  [[nodiscard]] constexpr sys_time to_sys_time() const noexcept {
    return sys_time(duration(ticks_ - unix_epoch_ticks));
  }

  /// Says whether this is the zero time.
  [[nodiscard]] constexpr bool is_zero() const noexcept { return ticks_ == 0; }

  friend constexpr auto operator<=>(const timestamp&, const timestamp&) noexcept = default;

private:
  std::int64_t ticks_ = 0;
};

namespace detail {

inline constexpr char digit_pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
    "525354555657"
    "585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

constexpr char* put_two_digits(char* out, std::uint32_t number) noexcept {
  if (std::is_constant_evaluated()) {
    out[0] = digit_pairs[2 * number];
    out[1] = digit_pairs[2 * number + 1];
  } else {
    std::memcpy(out, digit_pairs + 2 * number, 2);
  }
  return out + 2;
}

// Reads exactly `count` digits, of which the text has at least so many characters; -1 if one is none.
constexpr std::int32_t read_digits(std::string_view text, std::size_t count) noexcept {
  std::int32_t number = 0;
  for (std::size_t i = 0; i != count; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return -1;
    }
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

constexpr std::uint32_t days_in_month(std::uint32_t year, std::uint32_t month) noexcept {
  const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (month == 2) {
    return is_leap ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Days from 0001-01-01 to the given date.
constexpr std::int64_t days_from_date(std::uint32_t year, std::uint32_t month, std::uint32_t day) noexcept {
  // Counted in years that begin in March, so that a leap day comes last; year 0 of these begins 306 days
  // before.
  const std::uint32_t shifted = month > 2 ? month - 3 : month + 9;
  const std::uint32_t years = month > 2 ? year : year - 1;
  const std::uint32_t day_of_year = (153 * shifted + 2) / 5 + day - 1;
  return std::int64_t{years} * 365 + years / 4 - years / 100 + years / 400 + day_of_year - 306;
}

}  // namespace detail

/// Writes a timestamp in the service's form, for example `2024-05-01T10:00:02.7719003Z`: up to seven digits
/// of fraction, trailing zeros dropped, `Z` at the end.
/// @par Specification
/// spec/twin.md 2.1.4
/// @pre @p out has room for `timestamp::max_text_size` characters, all of which may be overwritten
/// @return the end of the text; no zero character follows
/// @par Complexity
/// Constant; every division is by a constant.
constexpr char* format_timestamp(timestamp time, char* out) noexcept {
  const auto ticks = static_cast<std::uint64_t>(time.ticks());
  const std::uint64_t seconds = ticks / 10'000'000;
  auto fraction = static_cast<std::uint32_t>(ticks - seconds * 10'000'000);
  const auto days = static_cast<std::uint32_t>(seconds / 86'400);
  const auto second_of_day = static_cast<std::uint32_t>(seconds - std::uint64_t{days} * 86'400);

  // Quarters of days make the length of a century and of a year whole numbers: 146097 and 1461.
  const std::uint32_t quarters = 4 * (days + 306) + 3;
  const std::uint32_t century = quarters / 146'097;
  const std::uint32_t in_century = quarters % 146'097 / 4 * 4 + 3;
  const std::uint32_t day_of_year = in_century % 1'461 / 4;
  const std::uint32_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::uint32_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const std::uint32_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::uint32_t year = century * 100 + in_century / 1'461 + (month <= 2 ? 1 : 0);

  out = detail::put_two_digits(out, year / 100);
  out = detail::put_two_digits(out, year % 100);
  *out++ = '-';
  out = detail::put_two_digits(out, month);
  *out++ = '-';
  out = detail::put_two_digits(out, day);
  *out++ = 'T';
  const std::uint32_t minute_of_day = second_of_day / 60;
  out = detail::put_two_digits(out, minute_of_day / 60);
  *out++ = ':';
  out = detail::put_two_digits(out, minute_of_day % 60);
  *out++ = ':';
  out = detail::put_two_digits(out, second_of_day % 60);
  if (fraction != 0) {
    *out++ = '.';
    char* const end = out + 7;
    const std::uint32_t high = fraction / 1'000;
    fraction -= high * 1'000;
    detail::put_two_digits(out, high / 100);
    detail::put_two_digits(out + 2, high % 100);
    detail::put_two_digits(out + 4, fraction / 10);
    out[6] = static_cast<char>('0' + fraction % 10);
    out = end;
    while (out[-1] == '0') {
      --out;
    }
  }
  *out++ = 'Z';
  return out;
}

/// Reads a timestamp: `YYYY-MM-DDThh:mm:ss`, then optionally a point and any number of digits, then
/// optionally `Z` or an offset `+hh:mm` or `-hh:mm`.
///
/// Without a zone the time is UTC. Digits beyond the seventh are dropped, not rounded. `T` and `Z` are
/// capital.
/// @par Specification
/// spec/twin.md 2.1.3 and 2.1.4; offsets and longer fractions are a library choice
/// @return the time, or `errc::invalid_timestamp`: another form, a date that does not exist, year 0, hour 24,
/// a leap
///   second, a point without digits, an offset beyond 23:59, or a moment that the offset moves out of the
///   years 1 to 9999
/// @par Complexity
/// Linear in the length of @p text.
[[nodiscard]] constexpr boost::system::result<timestamp> parse_timestamp(std::string_view text) noexcept {
  constexpr std::size_t seconds_end = 19;
  if (text.size() < seconds_end || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':') {
    return make_error_code(errc::invalid_timestamp);
  }
  const std::int32_t year = detail::read_digits(text, 4);
  const std::int32_t month = detail::read_digits(text.substr(5), 2);
  const std::int32_t day = detail::read_digits(text.substr(8), 2);
  const std::int32_t hour = detail::read_digits(text.substr(11), 2);
  const std::int32_t minute = detail::read_digits(text.substr(14), 2);
  const std::int32_t second = detail::read_digits(text.substr(17), 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 59) {
    return make_error_code(errc::invalid_timestamp);
  }
  const auto unsigned_year = static_cast<std::uint32_t>(year);
  const auto unsigned_month = static_cast<std::uint32_t>(month);
  const auto unsigned_day = static_cast<std::uint32_t>(day);
  if (unsigned_day > detail::days_in_month(unsigned_year, unsigned_month)) {
    return make_error_code(errc::invalid_timestamp);
  }

  std::string_view rest = text.substr(seconds_end);
  std::int64_t fraction = 0;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    std::size_t digits = 0;
    std::int64_t unit = timestamp::ticks_per_second / 10;
    for (; digits != rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits) {
      fraction += unit * (rest[digits] - '0');
      unit /= 10;
    }
    if (digits == 0) {
      return make_error_code(errc::invalid_timestamp);
    }
    rest.remove_prefix(digits);
  }

  std::int64_t offset_minutes = 0;
  if (rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':') {
    const std::int32_t offset_hour = detail::read_digits(rest.substr(1), 2);
    const std::int32_t offset_minute = detail::read_digits(rest.substr(4), 2);
    if (offset_hour < 0 || offset_hour > 23 || offset_minute < 0 || offset_minute > 59) {
      return make_error_code(errc::invalid_timestamp);
    }
    offset_minutes = (rest[0] == '-' ? -1 : 1) * (std::int64_t{offset_hour} * 60 + offset_minute);
  } else if (!rest.empty() && rest != "Z") {
    return make_error_code(errc::invalid_timestamp);
  }

  const std::int64_t days = detail::days_from_date(unsigned_year, unsigned_month, unsigned_day);
  const std::int64_t minutes = (days * 24 + hour) * 60 + minute - offset_minutes;
  const std::int64_t ticks = (minutes * 60 + second) * timestamp::ticks_per_second + fraction;
  if (ticks < timestamp::min_ticks || ticks > timestamp::max_ticks) {
    return make_error_code(errc::invalid_timestamp);
  }
  return timestamp::from_ticks(ticks);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_TIMESTAMP_HPP
