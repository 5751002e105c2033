// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/literal.hpp>

#include <query/tree_text.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <string_view>

using namespace doppel::literals;
using doppel::checked_query;
using doppel::errc;
using doppel::query_dialect;
using doppel::query_mode;
using doppel::query_options;
using doppel::detail::check_query;

namespace {

// The compiler is the test: what it takes, and what it would refuse and where.
constexpr bool is_refused(std::string_view text, errc code, std::uint32_t offset, const query_options& options = {}) {
  const doppel::query_diagnostic found = check_query(text, options);
  return found.code == code && found.offset == offset;
}

constexpr query_options hub{.mode = query_mode::hub};
constexpr query_options target{.mode = query_mode::hub, .dialect = query_dialect::target_condition};
constexpr query_options route{.dialect = query_dialect::route};

constexpr auto everything = R"(
  SELECT DISTINCT TOP 5 tags.[[a b]] AS x, tags.4g, -1.5e3 + 0x1F || 'it''s' AS y /* comment */
  FROM devices AS d
  WHERE d.tags.größe IN ['\u00e9', 1, null, [true]] AND NOT a BETWEEN 1 AND 2 OR b LIKE 'x%' ESCAPE '!'
    AND properties.reported.ports[0]['k'][a + 1].b != undefined AND SUBSTRING(c, 1, 2) ?? d.e NIN []
  ORDER BY x DESC, deviceId
  OFFSET 1 LIMIT 10)"_query;

static_assert(is_refused("SELECT * FROM devices WHERE a == 1", errc::syntax_error, 30));
static_assert(is_refused("SELECT * FROM devices WHERE a = 'x", errc::syntax_error, 32));
static_assert(is_refused("SELECT * FROM devices WHERE tags.group = 1", errc::reserved_word, 33, hub));
static_assert(is_refused("SELECT * FROM device", errc::unknown_collection, 14));
static_assert(is_refused("SELECT * FROM devices WHERE STARTWITH(a, 'x')", errc::unknown_function, 28));
static_assert(is_refused("SELECT * FROM devices WHERE STARTSWITH(a)", errc::wrong_arity, 28));
static_assert(is_refused("SELECT * FROM devices LIMIT 5", errc::not_supported, 22, hub));
static_assert(is_refused("SELECT devices.modules.a FROM devices", errc::prefix_mismatch, 7));
static_assert(is_refused("SELECT * FROM devices WHERE devices.jobs.a = 1", errc::prefix_mismatch, 28));
static_assert(is_refused("SELECT a, COUNT() FROM devices", errc::not_grouped, 7));
static_assert(is_refused("SELECT * FROM devices WHERE COUNT() = 1", errc::aggregate_misplaced, 28));
static_assert(is_refused("status = 'a'", errc::invalid_target_condition, 0, target));
static_assert(is_refused("tags.a AND properties.desired.b", errc::invalid_target_condition, 11, target));
static_assert(is_refused("tags.a AND properties", errc::invalid_target_condition, 11, target));
static_assert(is_refused("properties['x'] = 1", errc::invalid_target_condition, 0,
                         {.dialect = query_dialect::target_condition}));
static_assert(is_refused("moduleId = 'a'", errc::invalid_target_condition, 0, target));
static_assert(is_refused("a\xff", errc::syntax_error, 1));
static_assert(is_refused("abc", errc::query_too_long, 2, {.max_characters = 2}));
static_assert(is_refused("SELECT * FROM devices WHERE ((a))", errc::too_complex, 29, {.max_nesting = 1}));

static_assert(check_query("properties.Reported.x = 1 AND deviceId = 'a' OR tags.b", target).code == errc{});
static_assert(check_query("from devices.modules where moduleId = 'a' AND devices.modules.tags.x", target).code ==
              errc{});
static_assert(check_query("", target).code == errc{});
static_assert(check_query("$body.a[0].b = 1 AND {$contentType} = 'x'", route).code == errc{});
static_assert(is_refused("$body[0] = 1", errc::syntax_error, 0, route));

// What takes the whole query to see.
static_assert(is_refused("SELECT a, b.a FROM devices", errc::duplicate_column, 10));
static_assert(is_refused("SELECT ID, deviceId AS id FROM devices", errc::duplicate_column, 11));
static_assert(is_refused("SELECT a + 1, b AS [[$1]] FROM devices", errc::duplicate_column, 14));
static_assert(is_refused("SELECT COUNT(), MAX(a) AS COUNT FROM devices", errc::duplicate_column, 16));
static_assert(is_refused("SELECT a FROM devices GROUP BY b", errc::not_grouped, 7));
static_assert(is_refused("SELECT a[1.5] FROM devices GROUP BY a[2.5]", errc::not_grouped, 7));
static_assert(is_refused("SELECT a || '\\u0041' FROM devices GROUP BY a || 'B'", errc::not_grouped, 7));
static_assert(is_refused("SELECT a FROM devices GROUP BY a ORDER BY b", errc::not_grouped, 42));
static_assert(is_refused("SELECT * FROM devices AS d WHERE d = 1", errc::syntax_error, 33));
static_assert(is_refused("severity > 3", errc::syntax_error, 11, route));
static_assert(is_refused("level = 'a' AND NOT level", errc::syntax_error, 20, route));
static_assert(is_refused("LENGTH(12) = 2", errc::syntax_error, 7, route));
static_assert(check_query("SELECT Devices.STATUS, a || '\\u0041' AS b, c[1.0] AS c, d + 1.50 AS d FROM devices "
                          "GROUP BY status, a || 'A', c[1], d + 15e-1 ORDER BY b",
                          {})
                  .code == errc{});
static_assert(check_query("AS_NUMBER(severity) > 3 AND level != 'x' ?? true", route).code == errc{});
// Two spellings of one number that only parse_query knows to be one.
constexpr auto large_numbers = "SELECT a + 1e300 AS b FROM devices GROUP BY a + 10e299"_query;

}  // namespace

TEST_SUITE("query/literal") {
  TEST_CASE("_query: keeps the text and the options, and can be read") {
    constexpr doppel::query_literal query = "SELECT * FROM devices WHERE tags.env = 'prod'"_query;
    static_assert(query.text() == "SELECT * FROM devices WHERE tags.env = 'prod'");
    static_assert(query.options() == query_options{});
    const auto tree = doppel::parse_query(query);
    REQUIRE(tree.has_value());
    CHECK(doppel_test::tree_text(*tree, *tree->condition()) == "(= tags/env 'prod')");
  }

  TEST_CASE("checked_query: with options") {
    constexpr doppel::query_literal condition = checked_query<"tags.env = 'prod'", target>;
    static_assert(condition.options() == target);
    const auto tree = doppel::parse_query(condition);
    REQUIRE(tree.has_value());
    CHECK(tree->dialect() == query_dialect::target_condition);
    CHECK(tree->mode() == query_mode::hub);
    CHECK(checked_query<"SELECT * FROM devices">.text().size() == 21);
  }

  TEST_CASE("the compiler checks all that parse_query checks, but whether some numbers are the same") {
    CHECK(doppel::parse_query(everything).has_value());
    CHECK(doppel::parse_query(large_numbers).has_value());
    CHECK(doppel::parse_query("SELECT a + 1e300 AS b FROM devices GROUP BY a + 1e301"_query).error() ==
          errc::not_grouped);
  }

  TEST_CASE("numbers: what the compiler takes for exact is the nearest double") {
    using doppel::detail::short_decimal;
    for (const std::string_view text :
         {"0.5", "0.1", "1.50", "123456789012345.6", "9007199254740992e0", "1e22", "1e-22", "4.35", "0.000", "0e999",
          "9007199254740991e22", "1.7976e10", "00012.3E+5", "8.5e-7", "3e0"}) {
      CAPTURE(text);
      bool is_rounded = false;
      const double found = short_decimal(text, is_rounded);
      CHECK_FALSE(is_rounded);
      CHECK(found == std::strtod(std::string(text).c_str(), nullptr));
    }
    for (const std::string_view text : {"1e23", "1e-23", "9007199254740993.0", "0.12345678901234567890", "5e-324"}) {
      CAPTURE(text);
      bool is_rounded = false;
      (void)short_decimal(text, is_rounded);
      CHECK(is_rounded);
    }
  }
}
