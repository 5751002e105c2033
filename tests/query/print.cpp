// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/print.hpp>

#include <query/random_query.hpp>
#include <query/tree_text.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using doppel::query_dialect;
using doppel::query_mode;
using doppel::query_options;

namespace {

std::string printed(std::string_view text, const query_options& options = {}) {
  const auto tree = doppel::parse_query(text, options);
  if (!tree) return "refused";
  doppel::text_buffer out;
  REQUIRE(doppel::print_query(out, *tree).has_value());
  return std::string(out.view());
}

std::string printed_condition(std::string_view text) { return printed(text, {.dialect = query_dialect::condition}); }

bool are_equal(std::string_view a, std::string_view b) {
  const auto x = doppel::parse_query(a);
  const auto y = doppel::parse_query(b);
  REQUIRE_MESSAGE(x.has_value(), a);
  REQUIRE_MESSAGE(y.has_value(), b);
  return *x == *y;
}

void check_round_trip(const std::string& text, const query_options& options) {
  CAPTURE(text);
  const auto tree = doppel::parse_query(text, options);
  REQUIRE(tree.has_value());
  doppel::text_buffer out;
  REQUIRE(doppel::print_query(out, *tree).has_value());
  const std::string once(out.view());
  CAPTURE(once);
  const auto again = doppel::parse_query(once, options);
  REQUIRE(again.has_value());
  CHECK(*tree == *again);
  out.clear();
  REQUIRE(doppel::print_query(out, *again).has_value());
  CHECK(out.view() == once);
}

}  // namespace

TEST_SUITE("query/print") {
  TEST_CASE("clauses, in capitals and with single spaces") {
    CHECK(printed("select*from\ndevices") == "SELECT * FROM devices");
    CHECK(printed("select top(5) from devices.MODULES where a=1") == "SELECT TOP 5 * FROM devices.modules WHERE a = 1");
    CHECK(
        printed(
            "select distinct DEVICEID as X, count() from devices as d group by d.deviceid order by X desc, count() asc "
            "offset 2 limit 5") ==
        "SELECT DISTINCT deviceId AS X, COUNT() FROM devices GROUP BY deviceId ORDER BY X DESC, COUNT() OFFSET 2 LIMIT "
        "5");
    CHECK(printed("SELECT COUNT(*) FROM devices OFFSET 0 LIMIT 1") == "SELECT COUNT() FROM devices LIMIT 1");
    CHECK(printed("SELECT id, a+1 FROM devices") == "SELECT id, a + 1 FROM devices");
    CHECK(printed("SELECT createdTIMEUtc FROM devices.jobs") == "SELECT createdTimeUtc FROM devices.jobs");
  }

  TEST_CASE("parentheses only where they are needed") {
    CHECK(printed_condition("((a)) AND (b AND c)") == "a AND (b AND c)");
    CHECK(printed_condition("(a AND b) AND c") == "a AND b AND c");
    CHECK(printed_condition("(a OR b) AND NOT (c = 1)") == "(a OR b) AND NOT c = 1");
    CHECK(printed_condition("NOT (a AND b)") == "NOT (a AND b)");
    CHECK(printed_condition("(NOT a) = b") == "(NOT a) = b");
    CHECK(printed_condition("(a = b) = (c < d)") == "(a = b) = (c < d)");
    CHECK(printed_condition("a - (b - c)") == "a - (b - c)");
    CHECK(printed_condition("(a * b) + c") == "a * b + c");
    CHECK(printed_condition("-(a + b)") == "-(a + b)");
    CHECK(printed_condition("- - a") == "--a");
    CHECK(printed_condition("a - -5") == "a - -5");
    CHECK(printed_condition("(a + b) IN (1, (c OR d))") == "a + b IN [1, (c OR d)]");
    CHECK(printed_condition("a NOT IN [1]") == "a NIN [1]");
    CHECK(printed_condition("a in b") == "a IN b");
    CHECK(printed_condition("a between (b or c) and 2") == "a BETWEEN (b OR c) AND 2");
    CHECK(printed_condition("a not like 'x' escape '!'") == "a NOT LIKE 'x' ESCAPE '!'");
    CHECK(printed_condition("starts_with(a, b or c)") == "STARTSWITH(a, b OR c)");
    CHECK(printed_condition("a[ [1] ] = [ [b] ]") == "a[ [1]] = [ [b]]");
    CHECK(printed_condition("a[ [1] + 2 ] = [[1], [b]]") == "a[ [1] + 2] = [[1], [b]]");
    CHECK(printed_condition("a[b + 1].c[ 0 ]['d']") == "a[b + 1].c[0]['d']");
  }

  TEST_CASE("names: brackets where they are needed, a prefix where brackets alone would be an array") {
    CHECK(printed_condition("tags.[[plain]].[[a b]].[[group]].[[x-y]]") == "tags.plain.[[a b]].[[group]].x-y");
    CHECK(printed_condition("tags.4g.Group") == "tags.4g.[[Group]]");
    CHECK(printed_condition("[[group]].x") == "devices.[[group]].x");
    CHECK(printed_condition("modules.x OR jobs OR limit") == "modules.x OR jobs OR limit");
    CHECK(printed("SELECT devices.distinct FROM devices") == "SELECT devices.distinct FROM devices");
    CHECK(printed_condition("devices.[[5]] = 1") == "devices.5 = 1");
    CHECK(printed_condition("devices.[[a,b]] = 1") == "devices.[[a,b]] = 1");
    CHECK(printed_condition("x IN [devices.[[a b]]]") == "x IN [devices.[[a b]]]");
    CHECK(printed("SELECT * FROM devices.jobs WHERE [[a b]]") ==
          "SELECT * FROM devices.jobs WHERE devices.jobs.[[a b]]");
    CHECK(printed_condition("tags['']['a]]b']") == "tags['']['a]]b']");
    CHECK(printed_condition("DEVICES.Properties.DESIRED.Foo") == "properties.desired.Foo");
    // The root must not become the alias.
    CHECK(printed("SELECT tags.a AS deviceId FROM devices ORDER BY devices.deviceId, deviceId") ==
          "SELECT tags.a AS deviceId FROM devices ORDER BY devices.deviceId, deviceId");
    CHECK(printed("SELECT tags.a AS id FROM devices ORDER BY devices.id, id") ==
          "SELECT tags.a AS id FROM devices ORDER BY devices.id, id");
    CHECK(printed("SELECT a AS jobs FROM devices ORDER BY devices.[[jobs]], jobs") ==
          "SELECT a AS jobs FROM devices ORDER BY devices.[[jobs]], jobs");
    CHECK(printed("SELECT a AS [[x y]] FROM devices ORDER BY [[x y]]") ==
          "SELECT a AS [[x y]] FROM devices ORDER BY [[x y]]");
  }

  TEST_CASE("constants") {
    CHECK(printed_condition("a = TRUE OR b = NULL OR UNDEFINED") == "a = true OR b = null OR undefined");
    CHECK(printed_condition("a = \"it's \\\"x\\\"\"") == "a = 'it''s \"x\"'");
    CHECK(printed_condition("a = 'C:\\\\logs'") == "a = 'C:\\\\logs'");
    CHECK(printed_condition("a = 'x\ny\\u0000\\u001F\\u007f'") == "a = 'x\\u000ay\\u0000\\u001f\\u007f'");
    CHECK(printed_condition("a = '\\u6771\\uD83D\\uDE00'") == "a = '\xe6\x9d\xb1\xf0\x9f\x98\x80'");
    CHECK(printed_condition("a = 0x10 OR a = 1e2 OR a = 30.0 OR a = .5") ==
          "a = 16 OR a = 100.0 OR a = 30.0 OR a = 0.5");
    CHECK(printed_condition("a = 1e300 OR a = 1e-7 OR a = -0.0 OR a = -0") ==
          "a = 1e+300 OR a = 1e-07 OR a = -0.0 OR a = 0");
    CHECK(printed_condition("a = 9223372036854775808") == "a = 9223372036854775808.0");
  }

  TEST_CASE("other dialects") {
    CHECK(printed_condition("*") == "*");
    const query_options target{.mode = query_mode::hub, .dialect = query_dialect::target_condition};
    CHECK(printed("from devices.modules where tags.a='b'", target) == "FROM devices.modules WHERE tags.a = 'b'");
    CHECK(printed("from devices.modules where *", target) == "FROM devices.modules WHERE *");
    CHECK(printed("", target) == "false");
    CHECK(printed("tags.a = 'x\\u0022y'", target) == "tags.a = 'x\\u0022y'");
    const query_options route{.dialect = query_dialect::route};
    CHECK(printed("NOT (a = b)", route) == "NOT (a = b)");
    CHECK(printed("(NOT $body.a) = true", route) == "NOT $body.a = true");
    CHECK(printed("(a < b) = (c > d)", route) == "a < b = c > d");
    CHECK(printed("(a = b) < (b = c)", route) == "(a = b) < (b = c)");
    CHECK(printed("- ($body.a)", route) == "- $body.a");
    CHECK(printed("$Body.x[0].y = {$contentType} OR $dt-subject = 'a'", route) ==
          "$body.x[0].y = {$contentType} OR $dt-subject = 'a'");
  }

  TEST_CASE("what is equal, and what is not") {
    CHECK(are_equal("SELECT * FROM devices WHERE a=(1)", "select * from devices d where d.a = 0x1"));
    CHECK(are_equal("SELECT deviceId FROM devices", "SELECT DEVICEID AS deviceId FROM devices"));
    CHECK_FALSE(are_equal("SELECT deviceId FROM devices", "SELECT id FROM devices"));
    CHECK_FALSE(are_equal("SELECT * FROM devices", "SELECT * FROM devices.modules"));
    CHECK_FALSE(are_equal("SELECT * FROM devices", "SELECT DISTINCT * FROM devices"));
    CHECK_FALSE(are_equal("SELECT * FROM devices", "SELECT * FROM devices WHERE true"));
    CHECK_FALSE(are_equal("SELECT TOP 0 * FROM devices", "SELECT * FROM devices"));
    CHECK_FALSE(are_equal("SELECT * FROM devices LIMIT 1", "SELECT * FROM devices LIMIT 2"));
    CHECK_FALSE(are_equal("SELECT * FROM devices WHERE 1", "SELECT * FROM devices WHERE 1.0"));
    CHECK_FALSE(are_equal("SELECT * FROM devices WHERE a AND (b AND c)", "SELECT * FROM devices WHERE a AND b AND c"));
    CHECK_FALSE(are_equal("SELECT * FROM devices WHERE a IN [1]", "SELECT * FROM devices WHERE a NIN [1]"));
    CHECK_FALSE(are_equal("SELECT * FROM devices WHERE tags.a", "SELECT * FROM devices WHERE tags.A"));
    CHECK_FALSE(are_equal("SELECT a, b FROM devices", "SELECT b, a FROM devices"));
    CHECK_FALSE(are_equal("SELECT a FROM devices ORDER BY a", "SELECT a FROM devices ORDER BY a DESC"));
    CHECK_FALSE(are_equal("SELECT COUNT() FROM devices GROUP BY a", "SELECT COUNT() FROM devices"));
    CHECK_FALSE(are_equal("SELECT COUNT(a) FROM devices", "SELECT COUNT() FROM devices"));
  }

  TEST_CASE("random queries: printed and read again, they are the same") {
    doppel_test::random_source random(20);
    for (int i = 0; i != 4000; ++i) {
      check_round_trip(doppel_test::random_query(random), {});
      check_round_trip(doppel_test::random_expression(random, 5), {.dialect = query_dialect::condition});
    }
  }
}
