// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <support/query_functions.hpp>

#include "model_values.hpp"

// What the model makes of whole queries, by the sentences of spec/query.md.
TEST_SUITE("query model: rows") {
  using namespace doppel_test;
  using namespace doppel_test::queries;

  TEST_CASE("a condition holds only if it is true (5)") {
    CHECK(rows("SELECT * FROM devices WHERE tags.v", {R"({"v":true})", R"({"v":false})", R"({"v":null})", R"({"v":1})",
                                                      R"({"v":"true"})", R"({"v":[true]})", R"({"v":{}})", "{}"}) ==
          "[0]");
  }

  TEST_CASE("aggregates: which values count, and what disturbs them (11.1)") {
    const auto aggregates = [](std::initializer_list<std::string_view> twins) {
      return rows(
          "SELECT COUNT() AS n, COUNT(tags.v) AS d, SUM(tags.v) AS s, AVG(tags.v) AS a, MIN(tags.v) AS lo, "
          "MAX(tags.v) AS hi FROM devices",
          twins);
    };
    CHECK(aggregates({}) == R"([{"n":0,"d":0,"s":0}])");
    CHECK(aggregates({"{}", "{}"}) == R"([{"n":2,"d":0,"s":0}])");
    CHECK(aggregates({R"({"v":3})", "{}", R"({"v":-5})"}) == R"([{"n":3,"d":2,"s":-2,"a":-1.0,"lo":-5,"hi":3}])");
    CHECK(aggregates({R"({"v":1})", R"({"v":0.5})"}) == R"([{"n":2,"d":2,"s":1.5,"a":0.75,"lo":0.5,"hi":1}])");
    CHECK(aggregates({R"({"v":1})", R"({"v":"x"})"}) == R"([{"n":2,"d":2,"lo":1,"hi":"x"}])");
    CHECK(aggregates({R"({"v":1})", R"({"v":null})", R"({"v":true})", R"({"v":false})"}) ==
          R"([{"n":4,"d":4,"lo":null,"hi":1}])");
    CHECK(aggregates({R"({"v":true})", R"({"v":false})"}) == R"([{"n":2,"d":2,"lo":false,"hi":true}])");
    CHECK(aggregates({R"({"v":1})", R"({"v":[1]})"}) == R"([{"n":2,"d":2}])");
    CHECK(aggregates({R"({"v":1})", R"({"v":{}})"}) == R"([{"n":2,"d":2}])");
    CHECK(rows("SELECT SUM(tags.v) AS s FROM devices", {R"({"v":9007199254740993})", R"({"v":2})"}) ==
          R"([{"s":9007199254740995}])");
    CHECK(rows("SELECT SUM(tags.v) AS s FROM devices", {R"({"v":9223372036854775807})", R"({"v":1})"}) ==
          R"([{"s":9.2233720368547758e+18}])");
    CHECK(rows("SELECT COUNT() AS n FROM devices WHERE false", {"{}"}) == R"([{"n":0}])");
    CHECK(rows("SELECT COUNT(*) FROM devices", {"{}", "{}"}) == R"([{"COUNT":2}])");
    CHECK(rows("SELECT COUNT(undefined) AS u, COUNT(null) AS n FROM devices", {"{}"}) == R"([{"u":0,"n":1}])");
  }

  TEST_CASE("GROUP BY: keys by equality, undefined a group of its own, first appearance first (11.3)") {
    CHECK(rows("SELECT tags.k, COUNT() AS n FROM devices GROUP BY tags.k",
               {R"({"k":"43"})", R"({"k":43})", "{}", R"({"k":43.0})", R"({"k":null})", R"({"k":{"a":1,"b":2}})",
                R"({"k":[1]})", "{}", R"({"k":{"b":2.0,"a":1}})", R"({"k":true})"}) ==
          R"([{"k":"43","n":1},{"k":43,"n":2},{"n":2},{"k":null,"n":1},{"k":{"a":1,"b":2},"n":2},{"k":[1],"n":1},)"
          R"({"k":true,"n":1}])");
    CHECK(rows("SELECT tags.k FROM devices GROUP BY tags.k", {}) == "[]");
    CHECK(rows("SELECT tags.k FROM devices GROUP BY tags.k", {R"({"k":1})", R"({"k":1})"}) == R"([{"k":1}])");
    CHECK(rows("SELECT COUNT() AS n FROM devices GROUP BY tags.a, tags.b",
               {R"({"a":1,"b":2})", R"({"a":1})", R"({"b":2})", R"({"a":1,"b":2})"}) == R"([{"n":2},{"n":1},{"n":1}])");
    CHECK(rows("SELECT tags.a % 2 AS odd, SUM(tags.a) AS s FROM devices WHERE tags.a > 0 GROUP BY tags.a % 2",
               {R"({"a":1})", R"({"a":2})", R"({"a":3})", R"({"a":-1})"}) == R"([{"odd":1,"s":4},{"odd":0,"s":2}])");
  }

  TEST_CASE("rows: undefined columns are left out, null is kept, empty rows count (12)") {
    CHECK(rows("SELECT tags.a, tags.b AS x, tags.a = 1, deviceID FROM devices",
               {R"({"a":1,"b":null})", "{}", R"({"a":{"c":[]}})"}) ==
          R"([{"a":1,"x":null,"$1":true,"deviceId":"d0"},{"deviceId":"d1"},)"
          R"({"a":{"c":[]},"$1":false,"deviceId":"d2"}])");
    CHECK(rows("SELECT tags.a FROM devices", {"{}", "{}"}) == "[{},{}]");
    CHECK(rows("SELECT tags.a[0], id, tags.b + 1 FROM devices", {R"({"a":[5],"b":1})"}) ==
          R"([{"$1":5,"id":"d0","$2":2}])");
  }

  TEST_CASE("ORDER BY: kinds in their order, ties in the order of the collection, either way (13)") {
    const std::initializer_list<std::string_view> twins{
        R"({"v":{"a":1}})", R"({"v":[2]})", R"({"v":"b"})", R"({"v":2})",   R"({"v":true})",  R"({"v":null})", "{}",
        R"({"v":{"a":0}})", R"({"v":[1]})", R"({"v":"a"})", R"({"v":1.5})", R"({"v":false})", R"({"v":null})", "{}"};
    CHECK(rows("SELECT * FROM devices ORDER BY tags.v", twins) == "[6,13,5,12,11,4,10,3,9,2,1,8,0,7]");
    CHECK(rows("SELECT * FROM devices ORDER BY tags.v DESC", twins) == "[0,7,1,8,2,9,3,10,4,11,5,12,6,13]");
    CHECK(rows("SELECT * FROM devices ORDER BY tags.a DESC, tags.b",
               {R"({"a":1,"b":2})", R"({"a":2,"b":2})", R"({"a":2,"b":1})", R"({"a":1,"b":1})"}) == "[2,1,3,0]");
    CHECK(rows("SELECT -tags.a AS tags FROM devices ORDER BY tags", {R"({"a":1})", R"({"a":3})", R"({"a":2})"}) ==
          R"([{"tags":-3},{"tags":-2},{"tags":-1}])");
    CHECK(rows("SELECT tags.a, COUNT() AS n FROM devices GROUP BY tags.a ORDER BY n DESC, tags.a",
               {R"({"a":3})", R"({"a":1})", R"({"a":2})", R"({"a":2})"}) ==
          R"([{"a":2,"n":2},{"a":1,"n":1},{"a":3,"n":1}])");
    CHECK(rows("SELECT tags.a FROM devices GROUP BY tags.a ORDER BY MAX(tags.b) DESC",
               {R"({"a":1,"b":5})", R"({"a":2,"b":7})", R"({"a":1,"b":9})", R"({"a":3})"}) ==
          R"([{"a":1},{"a":2},{"a":3}])");
  }

  TEST_CASE("the pipeline: DISTINCT, ORDER BY, TOP, OFFSET, LIMIT, in that order (13)") {
    const std::initializer_list<std::string_view> twins{
        R"({"v":3})", R"({"v":1})", R"({"v":3.0})", R"({"v":2})", "{}", R"({"v":"3"})", "{}"};
    CHECK(rows("SELECT DISTINCT tags.v FROM devices", twins) == R"([{"v":3},{"v":1},{"v":2},{},{"v":"3"}])");
    CHECK(rows("SELECT DISTINCT TOP 3 tags.v FROM devices ORDER BY tags.v DESC", twins) ==
          R"([{"v":"3"},{"v":3},{"v":2}])");
    CHECK(rows("SELECT TOP 4 * FROM devices OFFSET 1 LIMIT 2", twins) == "[1,2]");
    CHECK(rows("SELECT TOP 2 * FROM devices OFFSET 1 LIMIT 2", twins) == "[1]");
    CHECK(rows("SELECT * FROM devices OFFSET 9 LIMIT 2", twins) == "[]");
    CHECK(rows("SELECT * FROM devices LIMIT 0", twins) == "[]");
    CHECK(rows("SELECT TOP 0 COUNT() FROM devices", twins) == "[]");
    CHECK(rows("SELECT TOP 1 tags.v, COUNT() AS n FROM devices GROUP BY tags.v", twins) == R"([{"v":3,"n":2}])");
  }

  TEST_CASE("pages: what a client may ask for (13)") {
    CHECK(page_size_of("1") == 1U);
    CHECK(page_size_of("100") == 100U);
    CHECK(page_size_of("101") == 100U);
    CHECK(page_size_of("99999999999999999999999") == 100U);
    for (const std::string_view bad : {"0", "-1", "", "ten", "5 ", "1.5", "00"}) {
      CAPTURE(bad);
      CHECK_FALSE(page_size_of(bad));
    }
  }

  TEST_CASE("UTF-16 there and back") {
    CHECK(to_utf16("a\xC3\xBC\xF0\x9F\x98\x80") == u"a\u00fc\U0001F600");
    CHECK(to_utf8(u"a\u00fc\U0001F600") == "a\xC3\xBC\xF0\x9F\x98\x80");
    CHECK_FALSE(to_utf8(std::u16string(1, char16_t{0xD83D})));
    CHECK_FALSE(to_utf8(std::u16string(1, char16_t{0xDE00})));
  }
}
