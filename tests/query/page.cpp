// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/page.hpp>

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

TEST_CASE("pages: tokens come back as they went, for their query only (spec 13)") {
  const auto p = doppel_test::compiled("SELECT * FROM devices");
  const auto other = doppel_test::compiled("SELECT * FROM devices ");
  const auto hub = doppel_test::compiled("SELECT * FROM devices", {.mode = query_mode::hub});
  constexpr auto all = (std::numeric_limits<std::uint64_t>::max)();
  for (const doppel::continuation c : {doppel::continuation{}, {1, 2}, {all, all}, {1u << 20, 77}}) {
    const auto token = doppel::make_continuation(p, c);
    CHECK(token.view().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string_view::npos);
    REQUIRE(doppel::parse_continuation(token.view(), p).has_value());
    CHECK(*doppel::parse_continuation(token.view(), p) == c);
    CHECK(doppel::parse_continuation(token.view(), other).error() == errc::bad_continuation);
    CHECK(doppel::parse_continuation(token.view(), hub).error() == errc::bad_continuation);
    CHECK(doppel::parse_continuation(token.view(), p, {1, 2}).error() == errc::bad_continuation);
    const auto keyed = doppel::make_continuation(p, c, {1, 2});
    CHECK(*doppel::parse_continuation(keyed.view(), p, {1, 2}) == c);
  }
}

TEST_CASE("pages: a token that was changed in any place is refused (spec 13)") {
  const auto p = doppel_test::compiled("SELECT * FROM devices");
  const std::string token(doppel::make_continuation(p, {123456, 9}).view());
  for (std::size_t i = 0; i != token.size(); ++i) {
    for (const char c : {'A', 'B', 'z', '-', '_', '=', ' ', '\0'}) {
      std::string changed = token;
      if (changed[i] == c) continue;
      changed[i] = c;
      CHECK_FALSE(doppel::parse_continuation(changed, p).has_value());
    }
  }
  for (const std::string& text :
       {std::string(), token.substr(1), token + "A", std::string(1000, 'A'), std::string(43, 'A')}) {
    CHECK(doppel::parse_continuation(text, p).error() == errc::bad_continuation);
  }
}

TEST_CASE("pages: of rows; none behind the last row (spec 13)") {
  const auto p = doppel_test::compiled("SELECT tags.x FROM devices ORDER BY tags.x DESC");
  const auto page = [&](std::uint64_t first, std::uint32_t size, std::string& rows) {
    doppel::query_scratch scratch = doppel_test::scratch_for(p);
    doppel::query_run run(p);
    for (int i = 0; i != 6; ++i) {
      const auto document = doppel_test::json("{\"tags\":{\"x\":" + std::to_string(i) + "}}");
      REQUIRE(run.add(doppel::json_document(document), static_cast<std::uint64_t>(i), scratch).has_value());
    }
    rows.clear();
    const auto next = doppel::give_page(run, first, size, [&](std::string_view row) { rows += row[5]; });
    REQUIRE(next.has_value());
    return *next;
  };
  std::string rows;
  CHECK(page(0, 4, rows) == std::optional<std::uint64_t>(4));
  CHECK(rows == "5432");
  CHECK(page(4, 4, rows) == std::nullopt);
  CHECK(rows == "10");
  CHECK(page(3, 3, rows) == std::nullopt);
  CHECK(rows == "210");
  CHECK(page(0, 6, rows) == std::nullopt);
  CHECK(rows == "543210");
  CHECK(page(9, 4, rows) == std::nullopt);
  CHECK(rows.empty());
}
