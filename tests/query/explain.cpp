// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/explain.hpp>

#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

std::string plan(const char* query, doppel::query_options options = {}) {
  doppel::text_buffer out;
  REQUIRE(explain(doppel_test::compiled(query, options), out).has_value());
  return std::string(out.view());
}

}  // namespace

TEST_CASE("explain: atoms, paths and what is read") {
  CHECK(plan("SELECT deviceId FROM devices WHERE tags.site = 'A' AND NOT properties.reported.battery < 20") ==
        R"(query: SELECT deviceId FROM devices WHERE tags.site = 'A' AND NOT properties.reported.battery < 20
over: devices, extended mode
paths:
  tags.site
  properties.reported.battery
  deviceId  kept as slot 0
conditions, all of which have to be true:
  1. tags.site = "A"
  2. NOT properties.reported.battery < 20
rows: one for each match
  column "deviceId": deviceId
evaluation:
  documents with look-up by name: 3 look-ups at most, up to the first condition that is not true
  resident twins: read tags, reported, deviceId
  text, in one pass: 3 values of interest, 1 of them kept
  result: rows come as documents match
)");
}

TEST_CASE("explain: code, groups, order and limits") {
  CHECK(
      plan("SELECT TOP 3 tags.env, COUNT() AS n, AVG(tags.x + 1) AS a FROM devices WHERE tags.a = tags.b OR "
           "IS_DEFINED(tags.c) OR tags.d IN [1, 'x'] GROUP BY tags.env ORDER BY n DESC") ==
      R"(query: SELECT TOP 3 tags.env, COUNT() AS n, AVG(tags.x + 1) AS a FROM devices WHERE tags.a = tags.b OR IS_DEFINED(tags.c) OR tags.d IN [1, 'x'] GROUP BY tags.env ORDER BY n DESC
over: devices, extended mode
paths:
  tags.c
  tags.d
  tags.a  kept as slot 0
  tags.b  kept as slot 1
  tags.env  kept as slot 2
  tags.x  kept as slot 3
conditions, all of which have to be true:
  1. code: tags.a; tags.b; =; if true skip 2; IS_DEFINED(tags.c); OR; if true skip 2; tags.d IN [1, "x"]; OR
rows: one for each group
  key 1: tags.env
  column "env": key 1
  column "n": COUNT()
  column "a": AVG(tags.x; 1; +)
  order: COUNT(), descending
  only rows 0 up to 3, which is not one of them
evaluation:
  documents with look-up by name: 6 look-ups at most, up to the first condition that is not true
  resident twins: read tags
  text, in one pass: 6 values of interest, 4 of them kept
  result: all documents are asked before the first row comes
)");
}

TEST_CASE("explain: what needs nothing, and what can never match") {
  const std::string never = plan("SELECT * FROM devices WHERE tags.a = 1 AND 1 > 2", {.mode = doppel::query_mode::hub});
  CHECK(never.find("over: devices, hub mode\npaths:\n  none\n") != std::string::npos);
  CHECK(never.find("  one can never be: no document matches\n") != std::string::npos);
  const std::string all = plan("SELECT * FROM devices");
  CHECK(all.find("  none: every document matches\n") != std::string::npos);
  CHECK(all.find("rows: whole documents\n") != std::string::npos);
  CHECK(all.find("resident twins: read nothing\n") != std::string::npos);
}

TEST_CASE("explain: routes, subscripts and every kind of test") {
  const std::string route = plan("$body.a[0].b > 1 AND level = 'x' AND {$contentType} = 'y'",
                                 {.mode = doppel::query_mode::hub, .dialect = doppel::query_dialect::route});
  CHECK(route.find("$body.a[0].b > 1\n") != std::string::npos);
  CHECK(route.find("(property).level = \"x\"\n") != std::string::npos);
  CHECK(route.find("resident twins") == std::string::npos);
  CHECK(route.find("{$}.contentType = \"y\"\n") != std::string::npos);
  const std::string tests = plan(
      "SELECT * FROM devices WHERE tags.a LIKE 'x!%' ESCAPE '!' AND STARTSWITH(tags.b, 'y') AND "
      "tags.c AND tags.d[1].e != null AND tags.f BETWEEN tags.g AND 3 AND [tags.h, 1] = [2, 1] AND "
      "(tags.i ?? -tags.j) = LOWER(tags.k)");
  for (const char* const part :
       {"tags.a LIKE \"x!%\" ESCAPE \"!\"\n", "STARTSWITH(tags.b, \"y\")\n", ". tags.c\n", "NOT tags.d[1].e = null\n",
        "tags.f; tags.g; 3; between\n", "tags.h; 1; array of 2; [2,1]; =\n",
        "tags.i; if defined skip 2; tags.j; negate; tags.k; LOWER of 1; =\n"}) {
    CHECK_MESSAGE(tests.find(part) != std::string::npos, tests);
  }
}
