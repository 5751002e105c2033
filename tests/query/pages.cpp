// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/page_size.hpp>
#include <doppel/query/run.hpp>

#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

using doppel::errc;
using doppel::query_mode;

TEST_CASE("pages: sizes (spec 13)") {
  const auto size = [](const char* text, doppel::query_options options = {}) {
    return *doppel::page_size(std::string_view(text), options);
  };
  CHECK(*doppel::page_size(std::nullopt) == 100);
  CHECK(size("1") == 1);
  CHECK(size("100") == 100);
  CHECK(size("101") == 100);
  CHECK(size("99999999999999999999999999") == 100);
  CHECK(size("007") == 7);
  CHECK(size("5000", {.max_page_size = 1000}) == 1000);
  CHECK(size("5000", {.mode = query_mode::hub, .max_page_size = 1000}) == 100);
  CHECK(*doppel::page_size(std::nullopt, {.max_page_size = 1000}) == 100);
  CHECK(*doppel::page_size(std::nullopt, {.max_page_size = 20}) == 20);
  CHECK(*doppel::page_size((std::numeric_limits<std::int64_t>::max)()) == 100);
  for (const char* const text : {"", "0", "00", "-1", "+1", "1.0", "x", " 1", "1 ", "0x10"}) {
    CHECK_MESSAGE(doppel::page_size(std::string_view(text)).error() == errc::bad_page_size, text);
  }
  CHECK(doppel::page_size(0).error() == errc::bad_page_size);
  CHECK(doppel::page_size(-5).error() == errc::bad_page_size);
}

namespace {

doppel::continuation place(std::uint64_t position, std::uint64_t row, std::uint64_t version,
                           std::string_view key = {}) {
  doppel::continuation c{position, row, version, doppel::text_buffer()};
  REQUIRE(c.key.append(key));
  return c;
}

std::string token_of(const doppel::program& p, const doppel::continuation& c, doppel::continuation_key key = {}) {
  const auto token = doppel::make_continuation(p, c, key);
  REQUIRE(token.has_value());
  return std::string(token->view());
}

}  // namespace

TEST_CASE("pages: tokens come back as they went, for their query only (spec 13)") {
  const auto p = doppel_test::compiled("SELECT * FROM devices");
  const auto other = doppel_test::compiled("SELECT * FROM devices ");
  const auto hub = doppel_test::compiled("SELECT * FROM devices", {.mode = query_mode::hub});
  constexpr auto all = (std::numeric_limits<std::uint64_t>::max)();
  std::vector<doppel::continuation> places;
  places.push_back(place(0, 0, 0));
  places.push_back(place(1, 2, 3));
  places.push_back(place(all, all, all));
  // Every length that base64 treats in its own way.
  for (std::size_t length = 1; length != 8; ++length) {
    places.push_back(place(1u << 20, 77, 9, std::string_view("\xff\0key\x80\x01", 7).substr(0, length)));
  }
  places.push_back(place(5, 6, 7, std::string(5000, '\xfe')));
  for (const doppel::continuation& c : places) {
    const std::string token = token_of(p, c);
    CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    CHECK(token.size() == ((40 + c.key.size()) * 4 + 2) / 3);
    REQUIRE(doppel::parse_continuation(token, p).has_value());
    CHECK(*doppel::parse_continuation(token, p) == c);
    CHECK(doppel::parse_continuation(token, other).error() == errc::bad_continuation);
    CHECK(doppel::parse_continuation(token, hub).error() == errc::bad_continuation);
    CHECK(doppel::parse_continuation(token, p, {1, 2}).error() == errc::bad_continuation);
    CHECK(*doppel::parse_continuation(token_of(p, c, {1, 2}), p, {1, 2}) == c);
  }
}

TEST_CASE("pages: a token that was changed in any place is refused (spec 13)") {
  const auto p = doppel_test::compiled("SELECT * FROM devices");
  for (const char* const key : {"", "k", "ke", "key"}) {
    const std::string token = token_of(p, place(123456, 3, 9, key));
    for (std::size_t i = 0; i != token.size(); ++i) {
      for (const char c : {'A', 'B', 'z', '-', '_', '=', ' ', '\0'}) {
        std::string changed = token;
        if (changed[i] == c) continue;
        changed[i] = c;
        CHECK_FALSE(doppel::parse_continuation(changed, p).has_value());
      }
    }
    for (const std::string& text : {std::string(), token.substr(1), token.substr(0, token.size() - 1), token + "A",
                                    std::string(1000, 'A'), std::string(54, 'A')}) {
      CHECK(doppel::parse_continuation(text, p).error() == errc::bad_continuation);
    }
  }
}

TEST_CASE("pages: of rows; none behind the last row (spec 13)") {
  const auto pages = [](std::string_view query, std::uint32_t size) {
    const auto p = doppel_test::compiled(query);
    std::string rows;
    std::optional<doppel::continuation> from = doppel::continuation();
    while (from) {
      doppel::query_scratch scratch = doppel_test::scratch_for(p);
      doppel::query_run run(p);
      REQUIRE(run.turn_to(*from, size).has_value());
      for (int i = 0; i != 6; ++i) {
        const auto document = doppel_test::json("{\"tags\":{\"x\":" + std::to_string(i) + "}}");
        REQUIRE(run.add(doppel::json_document(document), static_cast<std::uint64_t>(i), scratch).has_value());
      }
      auto next = run.finish_page([&](std::string_view row) { rows += row[5]; });
      REQUIRE(next.has_value());
      from = *std::move(next);
      rows += from ? '|' : '.';
    }
    return rows;
  };
  CHECK(pages("SELECT tags.x FROM devices ORDER BY tags.x DESC", 4) == "5432|10.");
  CHECK(pages("SELECT tags.x FROM devices ORDER BY tags.x DESC", 3) == "543|210.");
  CHECK(pages("SELECT tags.x FROM devices ORDER BY tags.x DESC", 6) == "543210.");
  CHECK(pages("SELECT tags.x FROM devices ORDER BY tags.x DESC OFFSET 1 LIMIT 4", 3) == "432|1.");
  CHECK(pages("SELECT tags.x FROM devices ORDER BY tags.x OFFSET 9 LIMIT 4", 3) == ".");
  CHECK(pages("SELECT TOP 3 tags.x FROM devices", 2) == "01|2.");
  CHECK(pages("SELECT DISTINCT tags.x FROM devices", 4) == "0123|45.");
  CHECK(pages("SELECT DISTINCT TOP 5 tags.x FROM devices", 2) == "01|23|4.");
  CHECK(pages("SELECT tags.x FROM devices GROUP BY tags.x", 4) == "0123|45.");
  CHECK(pages("SELECT tags.x FROM devices GROUP BY tags.x ORDER BY tags.x DESC", 5) == "54321|0.");
}
