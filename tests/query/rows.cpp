// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/run.hpp>

#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using doppel_test::row_of;
using doppel_test::rows_of;

using rows = std::vector<std::string>;

namespace {

// Documents that have one tag.
rows with_tag(const char* name, std::initializer_list<const char*> values) {
  rows result;
  int id = 0;
  for (const char* const v : values) {
    std::string text = "{\"deviceId\":\"d" + std::to_string(id++) + "\"";
    if (*v != '\0') text += ",\"tags\":{\"" + std::string(name) + "\":" + v + "}";
    result.push_back(text + "}");
  }
  return result;
}

}  // namespace

TEST_CASE("rows: SELECT * gives the document (spec 12)") {
  CHECK(row_of("SELECT * FROM devices", R"({"deviceId":"a","tags":{"x":[1,{"y":null}],"z":1.50}})") ==
        R"({"deviceId":"a","tags":{"x":[1,{"y":null}],"z":1.5}})");
}

TEST_CASE("rows: columns in the order of the list, undefined ones left out, null kept (spec 12)") {
  constexpr const char* document = R"({"deviceId":"a","tags":{"x":1,"n":null,"o":{"b":[]}}})";
  CHECK(row_of("SELECT tags.x, DeviceID FROM devices", document) == R"({"x":1,"deviceId":"a"})");
  CHECK(row_of("SELECT tags.u, tags.n FROM devices", document) == R"({"n":null})");
  CHECK(row_of("SELECT tags.u FROM devices", document) == "{}");
  CHECK(row_of("SELECT tags.o AS [[a \"b]], tags.x + 1, tags.x * 2 FROM devices", document) ==
        R"({"a \"b":{"b":[]},"$1":2,"$2":2})");
  CHECK(row_of("SELECT tags.x > 0 AS t, NOT tags.x > 0 AS f, [tags.x, tags.u, 'q'] AS l FROM devices", document) ==
        R"({"t":true,"f":false,"l":[1,"q"]})");
}

TEST_CASE("aggregates: over no documents there is one row, without undefined columns (spec 11.2)") {
  CHECK(rows_of(
            "SELECT COUNT() AS n, SUM(tags.x) AS s, AVG(tags.x) AS a, MIN(tags.x) AS l, MAX(tags.x) AS h FROM devices",
            {}) == rows{R"({"n":0,"s":0})"});
  CHECK(rows_of("SELECT COUNT() FROM devices WHERE false", with_tag("x", {"1"})) == rows{R"({"COUNT":0})"});
  CHECK(rows_of("SELECT tags.x FROM devices GROUP BY tags.x", {}).empty());
}

TEST_CASE("aggregates: values considered and results (spec 11.1)") {
  const auto all = [](std::initializer_list<const char*> values) {
    return rows_of(
        "SELECT COUNT() AS n, COUNT(tags.x) AS c, SUM(tags.x) AS s, AVG(tags.x) AS a, MIN(tags.x) AS l, "
        "MAX(tags.x) AS h FROM devices",
        with_tag("x", values))[0];
  };
  CHECK(all({"1", "2", "", "6"}) == R"({"n":4,"c":3,"s":9,"a":3,"l":1,"h":6})");
  CHECK(all({"", ""}) == R"({"n":2,"c":0,"s":0})");
  CHECK(all({"1.5", "2"}) == R"({"n":2,"c":2,"s":3.5,"a":1.75,"l":1.5,"h":2})");
  // A value of the wrong type spoils sum and average; all but arrays and objects have an order.
  CHECK(all({"1", "\"a\""}) == R"({"n":2,"c":2,"l":1,"h":"a"})");
  CHECK(all({"null", "1"}) == R"({"n":2,"c":2,"l":null,"h":1})");
  CHECK(all({"true", "false", "7"}) == R"({"n":3,"c":3,"l":false,"h":7})");
  CHECK(all({"1", "[1]"}) == R"({"n":2,"c":2})");
  CHECK(all({"{}", "1"}) == R"({"n":2,"c":2})");
  CHECK(all({"\"b\"", "\"abcdefghijklmnopqrstuvwxyz\"", "\"\""}) == R"({"n":3,"c":3,"l":"","h":"b"})");
}

TEST_CASE("aggregates: integers are summed exactly while the sum fits, whatever comes between (spec 11.1)") {
  const auto sum = [](std::initializer_list<const char*> values) {
    return rows_of("SELECT SUM(tags.x) AS s FROM devices", with_tag("x", values))[0];
  };
  CHECK(sum({"9007199254740993", "1"}) == R"({"s":9007199254740994})");
  CHECK(sum({"9223372036854775807", "1", "-2"}) == R"({"s":9223372036854775806})");
  CHECK(sum({"-9223372036854775808", "-1", "1"}) == R"({"s":-9223372036854775808})");
  CHECK(sum({"9223372036854775807", "1"}) == R"({"s":9223372036854775808})");
  CHECK(sum({"-9223372036854775808", "-9223372036854775808"}) == R"({"s":-18446744073709551616})");
  CHECK(sum({"1e308", "1e308"}) == "{}");
}

TEST_CASE("GROUP BY: keys are equal by value and kind; a missing key is a group (spec 11.3)") {
  CHECK(rows_of("SELECT tags.x, COUNT() AS n FROM devices GROUP BY tags.x",
                with_tag("x", {"43", "\"43\"", "", "43.0", "null", "{\"a\":1,\"b\":2}", "[1,2]", "4.3e1", "",
                               "{\"b\":2.0,\"a\":1}", "[2,1]", "null", "true"})) ==
        rows{R"({"x":43,"n":3})", R"({"x":"43","n":1})", R"({"n":2})", R"({"x":null,"n":2})",
             R"({"x":{"a":1,"b":2},"n":2})", R"({"x":[1,2],"n":1})", R"({"x":[2,1],"n":1})", R"({"x":true,"n":1})"});
}

TEST_CASE("GROUP BY: several keys, expressions, and keys alone (spec 11.3)") {
  const rows documents = {R"({"tags":{"a":"x","b":1}})", R"({"tags":{"a":"X","b":1}})", R"({"tags":{"a":"x","b":2}})",
                          R"({"tags":{"b":1}})"};
  CHECK(rows_of("SELECT tags.b, tags.a, COUNT() AS n FROM devices GROUP BY tags.a, tags.b", documents) ==
        rows{R"({"b":1,"a":"x","n":1})", R"({"b":1,"a":"X","n":1})", R"({"b":2,"a":"x","n":1})", R"({"b":1,"n":1})"});
  CHECK(rows_of("SELECT LOWER(tags.a) AS l, SUM(tags.b * 2) AS s FROM devices GROUP BY LOWER(tags.a)", documents) ==
        rows{R"({"l":"x","s":8})", R"({"s":2})"});
  CHECK(rows_of("SELECT tags.b FROM devices GROUP BY tags.b", documents) == rows{R"({"b":1})", R"({"b":2})"});
  // A text inside a string cannot pass for the end of another key.
  CHECK(rows_of("SELECT COUNT() AS n FROM devices GROUP BY tags.a, tags.b",
                {R"({"tags":{"a":"x\u0000","b":"y"}})", R"({"tags":{"a":"x","b":"\u0000y"}})"})
            .size() == 2);
}

TEST_CASE("ORDER BY: kinds in their order, ties as they came, DESC turns the order and not the ties (spec 13)") {
  const rows documents = with_tag("x", {"{}", "\"b\"", "2", "", "[2]", "null", "true", "-1.5", "\"a\"", "false", "[1]",
                                        "1e3", "2.0", "{\"a\":1}", ""});
  const rows ascending = rows_of("SELECT deviceId FROM devices ORDER BY tags.x", documents);
  std::string order;
  for (const std::string& row : ascending) order += row.substr(14, row.size() - 16) + " ";
  CHECK(order == "3 14 5 9 6 7 2 12 11 8 1 4 10 0 13 ");
  const rows descending = rows_of("SELECT deviceId FROM devices ORDER BY tags.x DESC", documents);
  order.clear();
  for (const std::string& row : descending) order += row.substr(14, row.size() - 16) + " ";
  CHECK(order == "0 13 4 10 1 8 11 2 12 7 6 9 5 3 14 ");
}

TEST_CASE("ORDER BY: several elements, aliases, strings of which one starts the other (spec 13)") {
  const rows documents = {R"({"tags":{"a":"ab","b":1}})", R"({"tags":{"a":"a","b":2}})", R"({"tags":{"a":"a","b":1}})",
                          R"({"tags":{"a":"","b":3}})", R"({"tags":{"a":"a\u0000","b":0}})"};
  CHECK(rows_of("SELECT tags.a AS x, tags.b FROM devices ORDER BY x, tags.b DESC", documents) ==
        rows{R"({"x":"","b":3})", R"({"x":"a","b":2})", R"({"x":"a","b":1})", R"({"x":"a\u0000","b":0})",
             R"({"x":"ab","b":1})"});
  CHECK(rows_of("SELECT tags.b FROM devices ORDER BY tags.a DESC, tags.b", documents) ==
        rows{R"({"b":1})", R"({"b":0})", R"({"b":1})", R"({"b":2})", R"({"b":3})"});
  CHECK(rows_of("SELECT tags.a, COUNT() AS n FROM devices GROUP BY tags.a ORDER BY n DESC, MAX(tags.b) DESC",
                documents) ==
        rows{R"({"a":"a","n":2})", R"({"a":"","n":1})", R"({"a":"ab","n":1})", R"({"a":"a\u0000","n":1})"});
}

TEST_CASE("ORDER BY: integers beside the doubles around them, exactly (spec 5, 13)") {
  const rows documents =
      with_tag("x", {"9007199254740993", "9007199254740994.0", "9007199254740992.0", "9223372036854775807",
                     "9223372036854775808", "-9007199254740993", "-9007199254740992.0", "-9007199254740994.0",
                     "-9223372036854775808", "-0.0", "0", "-1e300", "1e300", "5e-324", "-5e-324"});
  std::string order;
  for (const std::string& row : rows_of("SELECT deviceId FROM devices ORDER BY tags.x", documents)) {
    order += row.substr(14, row.size() - 16) + " ";
  }
  CHECK(order == "11 8 7 5 6 14 9 10 13 2 0 1 3 4 12 ");
}

TEST_CASE("TOP, OFFSET, LIMIT: cut rows in that order, with and without ORDER BY (spec 13)") {
  rows documents;
  for (int i = 0; i != 50; ++i) {
    documents.push_back("{\"deviceId\":\"" + std::to_string(i) + "\",\"tags\":{\"x\":" + std::to_string(i * 37 % 50) +
                        "}}");
  }
  const auto numbers = [&](const std::string& rest) {
    std::string list;
    for (const std::string& row : rows_of("SELECT " + rest, documents)) list += row.substr(5, row.size() - 6) + " ";
    return list;
  };
  CHECK(numbers("TOP 3 tags.x FROM devices") == "0 37 24 ");
  CHECK(numbers("TOP 0 tags.x FROM devices").empty());
  CHECK(numbers("TOP 3 tags.x FROM devices ORDER BY tags.x") == "0 1 2 ");
  CHECK(numbers("TOP 3 tags.x FROM devices ORDER BY tags.x DESC") == "49 48 47 ");
  CHECK(numbers("tags.x FROM devices ORDER BY tags.x OFFSET 10 LIMIT 3") == "10 11 12 ");
  CHECK(numbers("TOP 12 tags.x FROM devices ORDER BY tags.x OFFSET 10 LIMIT 5") == "10 11 ");
  CHECK(numbers("TOP 5 tags.x FROM devices ORDER BY tags.x OFFSET 10 LIMIT 5").empty());
  CHECK(numbers("tags.x FROM devices ORDER BY tags.x OFFSET 48 LIMIT 18446744073709551615") == "48 49 ");
  CHECK(numbers("TOP 2 tags.x % 5 AS x FROM devices GROUP BY tags.x % 5 ORDER BY tags.x % 5 DESC") == "4 3 ");
}

TEST_CASE("DISTINCT: rows equal to an earlier one go, before ORDER BY and TOP (spec 13)") {
  const rows documents =
      with_tag("x", {"1", "2", "1.0", "", "{\"a\":[1],\"b\":2}", "", "{\"b\":2,\"a\":[1.0]}", "\"1\"", "2"});
  CHECK(rows_of("SELECT DISTINCT tags.x FROM devices", documents) ==
        rows{R"({"x":1})", R"({"x":2})", "{}", R"({"x":{"a":[1],"b":2}})", R"({"x":"1"})"});
  CHECK(rows_of("SELECT DISTINCT TOP 2 tags.x FROM devices", documents) == rows{R"({"x":1})", R"({"x":2})"});
  // The earlier of equal rows says where they stand: d1 has 2, and so comes before d2.
  CHECK(rows_of("SELECT DISTINCT TOP 3 tags.x FROM devices WHERE is_number(tags.x) ORDER BY deviceId DESC",
                documents) == rows{R"({"x":2})", R"({"x":1})"});
  CHECK(rows_of("SELECT DISTINCT * FROM devices", {R"({"a":1,"b":2})", R"({"b":2,"a":1})", R"({"a":1})"}) ==
        rows{R"({"a":1,"b":2})", R"({"a":1})"});
  CHECK(rows_of("SELECT DISTINCT COUNT() AS n FROM devices GROUP BY tags.x", documents).size() == 2);
}

TEST_CASE("query_run: full once TOP has its rows; drained rows count") {
  const doppel::program p = doppel_test::compiled("SELECT TOP 3 deviceId FROM devices");
  doppel::query_scratch scratch = doppel_test::scratch_for(p);
  doppel::query_run run(p);
  rows given;
  const auto sink = [&](std::string_view row) {
    given.emplace_back(row);
    return true;
  };
  const boost::json::value document = doppel_test::json(R"({"deviceId":"a"})");
  for (std::uint64_t i = 0; i != 3; ++i) {
    CHECK_FALSE(run.is_full());
    REQUIRE(run.add(doppel::json_document(document), i, scratch).has_value());
    run.drain(sink);
    CHECK(given.size() == i + 1);
  }
  CHECK(run.is_full());
  REQUIRE(run.add(doppel::json_document(document), 3, scratch).has_value());
  REQUIRE(run.finish(sink).has_value());
  CHECK(given.size() == 3);
  CHECK(run.matched() == 4);
  CHECK(doppel::query_run(doppel_test::compiled("SELECT TOP 0 * FROM devices")).is_full());
}

TEST_CASE("query_run: with ORDER BY and TOP, or for a page, memory follows the rows kept, not those that came") {
  struct counted_memory {
    std::size_t held = 0;
    void* try_allocate(std::size_t n) noexcept {
      held += n;
      return std::malloc(n);
    }
    void deallocate(void* p, std::size_t n) noexcept {
      held -= n;
      std::free(p);
    }
  } memory;
  bool is_page = false;
  SUBCASE("TOP") {}
  SUBCASE("page") { is_page = true; }
  const doppel::program p = doppel_test::compiled(is_page ? "SELECT tags.x FROM devices ORDER BY tags.x DESC"
                                                          : "SELECT TOP 10 tags.x FROM devices ORDER BY tags.x DESC");
  doppel::query_scratch scratch = doppel_test::scratch_for(p);
  doppel::query_run run(p, doppel::memory_ref(memory));
  if (is_page) REQUIRE(run.turn_to({}, 10).has_value());
  for (int i = 0; i != 20000; ++i) {
    const auto document =
        doppel_test::json("{\"tags\":{\"x\":\"" + std::string(100, 'a') + std::to_string(100000 + i) + "\"}}");
    REQUIRE(run.add(doppel::json_document(document), static_cast<std::uint64_t>(i), scratch).has_value());
  }
  CHECK(memory.held < 500000);
  rows given;
  const auto take = [&](std::string_view row) {
    given.emplace_back(row);
    return true;
  };
  if (is_page) {
    REQUIRE(run.finish_page(take).has_value());
  } else {
    REQUIRE(run.finish(take).has_value());
  }
  REQUIRE(given.size() == 10);
  CHECK(given[0].find("119999") != std::string::npos);
  CHECK(given[9].find("119990") != std::string::npos);
}
