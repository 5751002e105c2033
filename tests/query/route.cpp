// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/detail/route_operand.hpp>

#include <query/tree_text.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using doppel::path_root;
using doppel::query_dialect;
using doppel::query_mode;

namespace {

std::string route_text(std::string_view text, query_mode mode = query_mode::hub) {
  return doppel_test::condition_text(text, {.mode = mode, .dialect = query_dialect::route});
}

// The root and steps of a condition that is one path.
std::string part(std::string_view text, path_root root) {
  const auto tree = doppel::parse_query(text, {.mode = query_mode::hub, .dialect = query_dialect::route});
  if (!tree) return "refused";
  CHECK(tree->collection() == doppel::query_collection::messages);
  const doppel::syntax_node node = *tree->condition();
  CHECK(node.source() == text);
  if (node.kind() != doppel::node_kind::path || node.root() != root) return "something else";
  return doppel_test::path_text(node.segments());
}

}  // namespace

TEST_SUITE("query/route") {
  TEST_CASE("parts of a message (16.4)") {
    CHECK(part("level", path_root::application_property) == "level");
    CHECK(part("a-b.c*d+1", path_root::application_property) == "a-b.c*d+1");
    CHECK(part("select", path_root::application_property) == "select");
    CHECK(part("TRUE", path_root::application_property) == "TRUE");
    CHECK(part("$contentType", path_root::dollar_property) == "contentType");
    CHECK(part("$dt-dataschema", path_root::dollar_property) == "dt-dataschema");
    CHECK(part("$a.b", path_root::dollar_property) == "a.b");
    CHECK(part("{$contentType}", path_root::system_property) == "contentType");
    CHECK(part("{ $contentType }", path_root::system_property) == "contentType");
    CHECK(part("$body.Weather.Temperature", path_root::message_body) == "Weather/Temperature");
    CHECK(part("$BODY.a[0].b[1][2]", path_root::message_body) == "a[0]/b[1][2]");
    CHECK(part("$body.a[0].5.x", path_root::message_body) == "a[0]/5/x");
    CHECK(part("$body.a.5", path_root::message_body) == "a/5");
    CHECK(part("$twin.tags.deploymentLocation.floor", path_root::message_twin) == "tags/deploymentLocation/floor");
    CHECK(part("$Twin.properties.reported.x", path_root::message_twin) == "properties/reported/x");
    CHECK(part("$bodyX.a", path_root::dollar_property) == "bodyX.a");
  }

  TEST_CASE("parts that are none") {
    for (const std::string_view text :
         {"$body",         "$body.",     "$body[0]",      "$body.a.",      "$body..a",    "$body.a[",
          "$body.a[]",     "$body.a[x]", "$body.a[-1]",   "$body.a[1.5]",  "$body.a[0]b", "$body.a[0].",
          "$body.a[0]..b", "$twin",      "$twin.tags[0]", "{contentType}", "{$a",         "{}",
          "{$}",           "a[0]",       "a b",           "a =",           "(a",          "a)",
          "a @ b",         "= a",        "a AND",         "AND",           "a, b"}) {
      CAPTURE(text);
      CHECK(route_text(text) == "syntax_error");
    }
  }

  TEST_CASE("precedence: NOT and - bind tightest, relations before equality (16.4)") {
    // Values of bodies, whose types are not known.
    const auto body_text = [](std::string_view text) {
      std::string moved;
      for (std::size_t i = 0; i != text.size(); ++i) {
        const bool is_name = text[i] >= 'a' && text[i] <= 'e' && text[i] != '\'';
        moved += is_name ? "$body." + std::string(1, text[i]) : std::string(1, text[i]);
      }
      return route_text(moved);
    };
    CHECK(body_text("NOT a = b") == "(= (not a) b)");
    CHECK(body_text("NOT (a = b)") == "(not (= a b))");
    CHECK(body_text("a = NOT b") == "(= a (not b))");
    CHECK(body_text("a = b < c") == "(= a (< b c))");
    CHECK(body_text("a < b = c > d") == "(= (< a b) (> c d))");
    CHECK(body_text("a = b = c") == "(= (= a b) c)");
    CHECK(body_text("a + b * c") == "(+ a (* b c))");
    CHECK(body_text("a ?? c OR d AND e") == "(?? a (or c (and d e)))");
    CHECK(body_text("- a * b") == "(* (neg a) b)");
    CHECK(body_text("a || b = c") == "(= (|| a b) c)");
    CHECK(body_text("a < b AND c <> 1 AND d != 2") == "(and (and (< a b) (!= c 1)) (!= d 2))");
    CHECK(route_text("a <> 'b' and c != \"d\"") == "(and (!= a 'b') (!= c 'd'))");
  }

  TEST_CASE("static types: what is known to be wrong is refused (16.4)") {
    for (const std::string_view text : {"severity > 3",
                                        "3 < severity",
                                        "$contentType = 1",
                                        "{$enqueuedTime} >= 2024",
                                        "'a' + 'b'",
                                        "level + 1",
                                        "- level",
                                        "length(12)",
                                        "abs(level)",
                                        "NOT level",
                                        "level AND true",
                                        "true OR 1",
                                        "1 = true",
                                        "'a' = 1",
                                        "1 || 2",
                                        "level ?? 1",
                                        "starts_with(level, 5)",
                                        "substring(level, 'a')",
                                        "substring(level, 0, level)",
                                        "lower(true)",
                                        "as_number(true)",
                                        "as_number(level) = 'a'",
                                        "length(level) = 'a'",
                                        "is_null(level) = 'a'",
                                        "a < b < c",
                                        "$body.x = (level + 1)",
                                        "concat('a', 1)",
                                        "power('2', 2)",
                                        "abs($body.x) > level"}) {
      CAPTURE(text);
      CHECK(route_text(text) == "syntax_error");
      CHECK(route_text(text, query_mode::extended) == "syntax_error");
    }
    for (const std::string_view text :
         {"as_number(severity) > 3", "level = 'x'", "level < other", "$body.x > 3", "$body.x = 'a' AND $body.x = 1",
          "$twin.tags.x = 1", "level = null", "level = undefined", "null = 1", "$body.x AND true", "NOT null",
          "null AND true", "length(level) = 3", "(level = 'a') = true", "as_number(3) = 3", "level ?? 'x'",
          "$body.x ?? 1", "is_null(1)"}) {
      CAPTURE(text);
      CHECK(route_text(text) != "syntax_error");
    }
    doppel::query_diagnostic problem;
    const std::string_view text = "level = 'a' AND severity > 3";
    CHECK_FALSE(doppel::parse_query(text, {.dialect = query_dialect::route}, &problem).has_value());
    CHECK(problem.token(text) == "3");
  }

  TEST_CASE("constants: words in lower case, numbers with sign (16.4)") {
    CHECK(route_text("true = false OR b = null") == "(or (= true false) (= b null))");
    CHECK(route_text("a = True") == "(= a True)");
    CHECK(route_text("$body.a = -5") == "(= a -5)");
    CHECK(route_text("$body.a = 0x10") == "(= a 16)");
    CHECK(route_text("$body.a = 1e3") == "(= a 1000.000000)");
    CHECK(route_text("$body.a -5") == "(- a 5)");
    CHECK(route_text("$body.a=1") == "(= a 1)");
    CHECK(route_text("") == "false");
    CHECK(route_text(" /* c */ ") == "false");
  }

  TEST_CASE("functions (10, 16.4)") {
    CHECK(route_text("as_number(severity) >= 3") == "(>= (AS_NUMBER severity) 3)");
    CHECK(route_text("STARTS_WITH(a, 'b')") == "(STARTSWITH a 'b')");
    CHECK(route_text("twin_change_includes(properties.reported.x)") == "(TWIN_CHANGE_INCLUDES properties.reported.x)");
    CHECK(route_text("STARTSWITH(a, 'b')") == "not_supported");
    CHECK(route_text("ARRAY_CONTAINS(a, 'b')") == "not_supported");
    CHECK(route_text("ARRAY_CONTAINS(a, 'b')", query_mode::extended) == "(ARRAY_CONTAINS a 'b')");
    CHECK(route_text("FOO(a)") == "unknown_function");
    CHECK(route_text("LENGTH(a, b)") == "wrong_arity");
    CHECK(route_text("COUNT(a)") == "aggregate_misplaced");
  }

  TEST_CASE("hub mode has no IN, BETWEEN, LIKE and arrays; extended mode has (15)") {
    for (const std::string_view text :
         {"a IN ['b']", "a NOT IN ['b']", "a NIN ['b']", "a BETWEEN 'b' AND 'c'", "a LIKE 'b'", "a = ['b']"}) {
      CAPTURE(text);
      CHECK(route_text(text) == "not_supported");
    }
    CHECK(route_text("a IN ['b', c] AND true", query_mode::extended) == "(and (in a (list 'b' c)) true)");
    CHECK(route_text("a NOT BETWEEN 'b' AND 'c'", query_mode::extended) == "(not-between a 'b' 'c')");
  }
}
