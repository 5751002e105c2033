// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/timestamp.hpp>

#include <support/random.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using doppel::timestamp;

namespace {

std::string text_of(timestamp time) {
  // One character more than needed, to see that it is left alone.
  char buffer[timestamp::max_text_size + 1];
  buffer[timestamp::max_text_size] = '#';
  const char* end = doppel::format_timestamp(time, buffer);
  CHECK(buffer[timestamp::max_text_size] == '#');
  return std::string(static_cast<const char*>(buffer), end);
}

std::int64_t ticks_of(std::string_view text) {
  CAPTURE(text);
  const auto time = doppel::parse_timestamp(text);
  REQUIRE(time.has_value());
  return time->ticks();
}

void check_refused(std::string_view text) {
  CAPTURE(text);
  const auto time = doppel::parse_timestamp(text);
  REQUIRE(time.has_error());
  CHECK(time.error() == doppel::errc::invalid_timestamp);
}

// Ticks at the start of a day, by the calendar of the standard library.
std::int64_t ticks_of_date(std::chrono::year_month_day date) {
  const std::chrono::sys_days zero = std::chrono::year(1) / 1 / 1;
  return (std::chrono::sys_days(date) - zero).count() * std::int64_t{864'000'000'000};
}

}  // namespace

TEST_SUITE("base/timestamp") {
  TEST_CASE("timestamp: the default is the zero time (spec/twin.md 2.1)") {
    CHECK(timestamp().ticks() == 0);
    CHECK(timestamp().is_zero());
    CHECK(text_of(timestamp()) == "0001-01-01T00:00:00Z");
    CHECK_FALSE(timestamp::from_ticks(1).is_zero());
  }

  TEST_CASE("timestamp: known moments, both ways") {
    struct row {
      std::string_view text;
      std::int64_t ticks;
    };
    for (const row& r :
         {row{"2024-05-01T10:00:02.7719003Z", 638501544027719003}, row{"1970-01-01T00:00:00Z", 621355968000000000},
          row{"2000-02-29T23:59:59.9999999Z", 630874655999999999}, row{"1900-03-01T00:00:00Z", 599317056000000000},
          row{"0001-12-31T00:00:00Z", 314496000000000}, row{"2024-02-29T12:00:00Z", 638448048000000000},
          row{"2024-12-31T00:00:00Z", 638712000000000000}, row{"9999-12-31T23:59:59.9999999Z", 3155378975999999999}}) {
      CHECK(ticks_of(r.text) == r.ticks);
      CHECK(text_of(timestamp::from_ticks(r.ticks)) == r.text);
    }
  }

  TEST_CASE("timestamp: works at compile time") {
    static_assert(doppel::parse_timestamp("0001-01-01T00:00:00.0000001Z")->ticks() == 1);
    static_assert(timestamp::from_ticks(1) > timestamp());
    static_assert(sizeof(timestamp) == 8);
    static_assert(timestamp::max_ticks == 3155378975999999999);
    static_assert(timestamp::unix_epoch_ticks == 621355968000000000);
    CHECK(true);
  }

  TEST_CASE("from_ticks: outside of the years 1 to 9999 the nearest end is taken") {
    CHECK(timestamp::from_ticks(-1).ticks() == 0);
    CHECK(timestamp::from_ticks((std::numeric_limits<std::int64_t>::min)()).ticks() == 0);
    CHECK(timestamp::from_ticks(timestamp::max_ticks + 1).ticks() == timestamp::max_ticks);
    CHECK(timestamp::from_ticks((std::numeric_limits<std::int64_t>::max)()).ticks() == timestamp::max_ticks);
  }

  TEST_CASE("sys_time: there and back") {
    const timestamp::sys_time epoch{};
    CHECK(text_of(timestamp::from_sys_time(epoch)) == "1970-01-01T00:00:00Z");
    CHECK(timestamp::from_sys_time(epoch).to_sys_time() == epoch);
    const timestamp time = doppel::parse_timestamp("2024-05-01T10:00:02.7719003Z").value();
    CHECK(timestamp::from_sys_time(time.to_sys_time()) == time);
    CHECK(timestamp().to_sys_time() == std::chrono::sys_days(std::chrono::year(1) / 1 / 1));
    CHECK(timestamp::from_sys_time(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29)) ==
          doppel::parse_timestamp("2024-02-29T00:00:00Z").value());
  }

  TEST_CASE("sys_time: out of range, the nearest end is taken") {
    CHECK(timestamp::from_sys_time((timestamp::sys_time::min)()).ticks() == 0);
    CHECK(timestamp::from_sys_time((timestamp::sys_time::max)()).ticks() == timestamp::max_ticks);
  }

  TEST_CASE("format: trailing zeros of the fraction are dropped (spec/twin.md 2.1.4)") {
    CHECK(text_of(timestamp::from_ticks(1)) == "0001-01-01T00:00:00.0000001Z");
    CHECK(text_of(timestamp::from_ticks(10)) == "0001-01-01T00:00:00.000001Z");
    CHECK(text_of(timestamp::from_ticks(1'000'000)) == "0001-01-01T00:00:00.1Z");
    CHECK(text_of(timestamp::from_ticks(1'230'000)) == "0001-01-01T00:00:00.123Z");
    CHECK(text_of(timestamp::from_ticks(1'002'003)) == "0001-01-01T00:00:00.1002003Z");
    CHECK(text_of(timestamp::from_ticks(10'000'000)) == "0001-01-01T00:00:01Z");
  }

  TEST_CASE("format: every day of the calendar") {
    // The standard library's calendar is the model.
    std::chrono::sys_days day = std::chrono::year(1) / 1 / 1;
    const std::chrono::sys_days last = std::chrono::year(9999) / 12 / 31;
    std::int64_t ticks = 0;
    std::int64_t wrong = 0;
    for (; day <= last; day += std::chrono::days(1), ticks += 864'000'000'000) {
      const std::chrono::year_month_day date = day;
      char text[timestamp::max_text_size];
      doppel::format_timestamp(timestamp::from_ticks(ticks), text);
      const auto digit = [&text](int i) { return text[i] - '0'; };
      const int year = ((digit(0) * 10 + digit(1)) * 10 + digit(2)) * 10 + digit(3);
      const int month = digit(5) * 10 + digit(6);
      const int day_of_month = digit(8) * 10 + digit(9);
      const bool is_same = year == static_cast<int>(date.year()) &&
                           month == static_cast<int>(static_cast<unsigned>(date.month())) &&
                           day_of_month == static_cast<int>(static_cast<unsigned>(date.day()));
      wrong += is_same && doppel::parse_timestamp({text, 20})->ticks() == ticks ? 0 : 1;
    }
    CHECK(wrong == 0);
    CHECK(ticks == timestamp::max_ticks + 1);
  }

  TEST_CASE("format, then parse: the same moment") {
    doppel_test::random_source random(1);
    for (int i = 0; i != 20'000; ++i) {
      const timestamp time = timestamp::from_ticks(random.between(timestamp::min_ticks, timestamp::max_ticks));
      const std::string text = text_of(time);
      CAPTURE(text);
      REQUIRE(doppel::parse_timestamp(text).has_value());
      CHECK(doppel::parse_timestamp(text).value() == time);
    }
  }

  TEST_CASE("parse: without Z it is UTC all the same (spec/twin.md 2.1.3)") {
    CHECK(ticks_of("2024-05-01T10:00:02") == ticks_of("2024-05-01T10:00:02Z"));
    CHECK(ticks_of("2024-05-01T10:00:02.5") == ticks_of("2024-05-01T10:00:02.5Z"));
  }

  TEST_CASE("parse: any number of digits in the fraction, those after the seventh dropped") {
    const std::int64_t whole = ticks_of("2024-05-01T10:00:02Z");
    CHECK(ticks_of("2024-05-01T10:00:02.1Z") == whole + 1'000'000);
    CHECK(ticks_of("2024-05-01T10:00:02.123Z") == whole + 1'230'000);
    CHECK(ticks_of("2024-05-01T10:00:02.1230000Z") == whole + 1'230'000);
    CHECK(ticks_of("2024-05-01T10:00:02.0000001Z") == whole + 1);
    CHECK(ticks_of("2024-05-01T10:00:02.00000019Z") == whole + 1);
    CHECK(ticks_of("2024-05-01T10:00:02.99999999999999999999999999999999Z") == whole + 9'999'999);
  }

  TEST_CASE("parse: offsets") {
    const std::int64_t noon = ticks_of("2024-05-01T12:00:00Z");
    CHECK(ticks_of("2024-05-01T14:00:00+02:00") == noon);
    CHECK(ticks_of("2024-05-01T08:30:00-03:30") == noon);
    CHECK(ticks_of("2024-05-01T12:00:00+00:00") == noon);
    CHECK(ticks_of("2024-05-01T12:00:00-00:00") == noon);
    CHECK(ticks_of("2024-05-02T11:59:00+23:59") == noon);
    CHECK(ticks_of("2024-05-01T14:00:00.25+02:00") == noon + 2'500'000);
    CHECK(ticks_of("2024-01-01T00:30:00+01:00") == ticks_of("2023-12-31T23:30:00Z"));
  }

  TEST_CASE("parse: an offset may not lead out of the range") {
    CHECK(ticks_of("0001-01-01T01:00:00+01:00") == 0);
    check_refused("0001-01-01T00:59:59.9999999+01:00");
    CHECK(ticks_of("9999-12-31T22:59:59.9999999-01:00") == timestamp::max_ticks);
    check_refused("9999-12-31T23:00:00-01:00");
  }

  TEST_CASE("parse: dates exist or are refused") {
    CHECK(ticks_of("2000-02-29T00:00:00Z") == ticks_of_date(std::chrono::year(2000) / 2 / 29));
    CHECK(ticks_of("2024-02-29T00:00:00Z") == ticks_of_date(std::chrono::year(2024) / 2 / 29));
    check_refused("1900-02-29T00:00:00Z");
    check_refused("2023-02-29T00:00:00Z");
    check_refused("2024-02-30T00:00:00Z");
    check_refused("2024-04-31T00:00:00Z");
    check_refused("2024-06-31T00:00:00Z");
    check_refused("2024-09-31T00:00:00Z");
    check_refused("2024-11-31T00:00:00Z");
    check_refused("2024-01-32T00:00:00Z");
    check_refused("2024-12-32T00:00:00Z");
    check_refused("2024-01-00T00:00:00Z");
    check_refused("2024-00-01T00:00:00Z");
    check_refused("2024-13-01T00:00:00Z");
    check_refused("0000-12-31T00:00:00Z");
  }

  TEST_CASE("parse: no hour 24, no minute 60, no leap second") {
    check_refused("2024-05-01T24:00:00Z");
    check_refused("2024-05-01T23:60:00Z");
    check_refused("2016-12-31T23:59:60Z");
    check_refused("2024-05-01T10:00:00+24:00");
    check_refused("2024-05-01T10:00:00+01:60");
  }

  TEST_CASE("parse: other forms are refused") {
    for (const std::string_view text : {"",
                                        "2024",
                                        "2024-05-01",
                                        "2024-05-01T10:00",
                                        "2024-05-01T10:00Z",
                                        "2024-05-01 10:00:00Z",
                                        "2024-05-01t10:00:00Z",
                                        "2024-05-01T10:00:00z",
                                        "2024/05/01T10:00:00Z",
                                        "2024-05-01T10.00.00Z",
                                        "2024-05-01T10:00:00.Z",
                                        "2024-05-01T10:00:00.",
                                        "2024-05-01T10:00:00,5Z",
                                        "2024-05-01T10:00:00ZZ",
                                        "2024-05-01T10:00:00Z ",
                                        " 2024-05-01T10:00:00Z",
                                        "2024-05-01T10:00:00+0200",
                                        "2024-05-01T10:00:00+02",
                                        "2024-05-01T10:00:00+02:0",
                                        "2024-05-01T10:00:00+02:000",
                                        "2024-05-01T10:00:00Z+02:00",
                                        "2024-05-01T10:00:00*02:00",
                                        "+024-05-01T10:00:00Z",
                                        "-024-05-01T10:00:00Z",
                                        "20240-5-01T10:00:00Z",
                                        "2024-5-001T10:00:00Z",
                                        "2024-05-01T1 :00:00Z",
                                        "2024-05-01T-1:00:00Z",
                                        "2024-05-01T10:00:00.5 Z",
                                        "2024-05-01T10:00:00 +02:00",
                                        "12024-05-01T10:00:00Z",
                                        "2024-05-01T10:00:0",
                                        "2024-05-01T10:00:00+0:200",
                                        "2024-05-01T10:00:00+0a:00",
                                        "2024-05-01T10:00:00+01:a0"}) {
      check_refused(text);
    }
  }

  TEST_CASE("parse: every character of a time matters") {
    const std::string good = "2024-05-01T10:00:02.7719003Z";
    for (std::size_t i = 0; i != good.size(); ++i) {
      std::string bad = good;
      bad[i] = 'x';
      check_refused(bad);
    }
  }
}
