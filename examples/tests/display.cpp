// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "../doppel/display.hpp"
#include "../doppel/json_text.hpp"
#include "../doppel/result_table.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::string_literals;

std::string lay_out(std::vector<std::string> columns, std::size_t width, const std::vector<std::string>& rows) {
  const cli::painter plain(false);
  std::ostringstream out;
  cli::result_table table(out, plain, std::move(columns), width);
  for (const std::string& row : rows) table.add(row);
  table.finish();
  return out.str();
}

}  // namespace

TEST_SUITE("display") {
  TEST_CASE("width: wide and combining characters, and pictures") {
    CHECK(cli::text_width("") == 0);
    CHECK(cli::text_width("pump-1") == 6);
    CHECK(cli::text_width("Malm\u00f6") == 5);
    CHECK(cli::text_width("Malmo\u0308") == 5);
    CHECK(cli::text_width("\u672d\u5e4c") == 4);
    CHECK(cli::text_width("\uff76") == 1);  // a half-width letter
    CHECK(cli::text_width("\U0001f600") == 2);
    CHECK(cli::text_width("a\xff\xfe"
                          "b") == 4);
    CHECK(cli::text_width("\xe6\x9c") == 2);  // cut off: two bytes, each shown as one
  }

  TEST_CASE("shorten: never half a character, never wider") {
    CHECK(cli::shorten("pump", 4) == "pump");
    CHECK(cli::shorten("pumps", 4) == "p...");
    CHECK(cli::shorten("\u672d\u5e4c\u672d", 5) == "\u672d...");
    CHECK(cli::shorten("\u672d\u5e4c\u672d", 4) == "...");
    CHECK(cli::shorten("e\u0301e\u0301e\u0301e\u0301e\u0301", 4) == "e\u0301...");
  }

  TEST_CASE("printable: what would control a terminal is shown instead") {
    CHECK(cli::printable("plain \u00e9") == "plain \u00e9");
    CHECK(cli::printable("a\n\tb") == "a\\n\\tb");
    CHECK(cli::printable("\033[31mred") == "\\u001b[31mred");
    CHECK(cli::printable("\u009b"
                         "31m") == "\\u009b31m");
    CHECK(cli::printable("\u202e"
                         "abc") == "\\u202eabc");
    CHECK(cli::printable("a\0b"s) == "a\\u0000b");
    CHECK(cli::printable("\xff") == "\ufffd");
    CHECK(cli::printable("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");  // a surrogate
  }

  TEST_CASE("strings of JSON: escapes") {
    CHECK(cli::json_string_text(R"("")").empty());
    CHECK(cli::json_string_text(R"("a\"\\\/\b\f\n\r\tz")") == "a\"\\/\b\f\n\r\tz");
    CHECK(cli::json_string_text(R"("\u0041\u00e9\u672d\ud83d\uDE00")") == "A\u00e9\u672d\U0001f600");
  }

  TEST_CASE("walk: members and elements, with any white space") {
    std::string seen;
    const std::string text = R"({ "a" : 1 , "b\"" : [ 1, {"x":"]"} ] ,"c":"," })";
    for (cli::json_walk w(text); w.next();) {
      seen.append(w.key()).append("=").append(w.value()).append(";");
    }
    CHECK(seen == R"("a"=1;"b\""=[ 1, {"x":"]"} ];"c"=",";)");
    CHECK_FALSE(cli::json_walk("{}").next());
    CHECK_FALSE(cli::json_walk("{ }").next());
    cli::json_walk elements("[1]");
    CHECK(elements.next());
    CHECK(elements.value() == "1");
    CHECK_FALSE(elements.next());
  }
}

TEST_SUITE("result table") {
  TEST_CASE("columns are as wide as they need; numbers are on the right") {
    CHECK(
        lay_out({"city", "n"}, 0, {R"({"city":"Malm\u00f6","n":5})", R"({"city":"札幌","n":12.5})", R"({"n":null})"}) ==
        "city   n\n-----  ----\nMalm\u00f6  5\n\u672d\u5e4c   12.5\n       null\n3 rows\n");
    CHECK(lay_out({"city", "n"}, 0, {R"({"city":"Oslo","n":5})", R"({"city":"x","n":125})"}) ==
          "city    n\n----  ---\nOslo    5\nx     125\n2 rows\n");
  }

  TEST_CASE("members are found by name, in any order; what is missing is blank") {
    CHECK(lay_out({"a", "b"}, 0, {R"({"b":"2","x":9,"a":"1"})", R"({})", R"({"b":{"c":[1]}})"}) ==
          "a  b\n-  ---------\n1  2\n\n   {\"c\":[1]}\n3 rows\n");
  }

  TEST_CASE("no rows") { CHECK(lay_out({"a"}, 0, {}) == "0 rows\n"); }

  TEST_CASE("the widest columns are cut to the width of the terminal") {
    CHECK(lay_out({"id", "text"}, 20, {R"({"id":"pump-1","text":"a long story about a pump"})"}) ==
          "id      text\n------  ------------\npump-1  a long st...\n1 row\n");
  }

  TEST_CASE("columns without any room are left out and named") {
    CHECK(lay_out({"first", "second", "third"}, 14,
                  {R"({"first":"aaaaaaaaa","second":"bbbbbbbbb","third":"ccccccccc"})"}) ==
          "first   second\n------  ------\naaa...  bbb...\n1 row; no room for third\n");
  }

  TEST_CASE("whole documents: what they have of the usual members") {
    CHECK(lay_out({}, 0, {R"({"deviceId":"pump-1","etag":"x","status":"enabled","tags":{"a":1}})"}) ==
          "deviceId  status   tags\n--------  -------  -------\npump-1    enabled  {\"a\":1}\n1 row\n");
  }

  TEST_CASE("rows beyond those that were measured are cut to the columns") {
    std::vector<std::string> rows(500, R"({"a":"12345"})");
    rows.push_back(R"({"a":"1234567"})");
    const std::string text = lay_out({"a"}, 0, rows);
    CHECK(text.ends_with("12345\n12...\n501 rows\n"));
  }
}
