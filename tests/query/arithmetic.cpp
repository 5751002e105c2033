// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <string>

using doppel_test::value_text;

TEST_CASE("arithmetic: integers stay exact while they fit (spec 8)") {
  CHECK(value_text("9223372036854775806 + 1") == "9223372036854775807");
  CHECK(value_text("9223372036854775807 + 1") == "9223372036854775808");
  CHECK(value_text("-9223372036854775807 - 1") == "-9223372036854775808");
  CHECK(value_text("-9223372036854775807 - 2") == "-9223372036854775808");  // the nearest double
  CHECK(value_text("3037000499 * 3037000499") == "9223372030926249001");
  CHECK(value_text("4294967296 * 2147483647") == "9223372032559808512");
  CHECK(value_text("9007199254740993 + 0") == "9007199254740993");
  CHECK(value_text("9007199254740993 + 0.0") == "9007199254740992");
  const std::string document = R"({"tags":{"min":-9223372036854775808,"m":-1,"x":9007199254740993}})";
  CHECK(value_text("tags.min * tags.m", document) == "9223372036854775808");
  CHECK(value_text("tags.m * tags.min", document) == "9223372036854775808");
  CHECK(value_text("-tags.min", document) == "9223372036854775808");
  CHECK(value_text("tags.min % tags.m", document) == "0");
  CHECK(value_text("tags.min - 1 < tags.min", document) == "false");  // rounded, and equal then
  CHECK(value_text("-tags.x", document) == "-9007199254740993");
  CHECK(value_text("+tags.x", document) == "9007199254740993");
}

TEST_CASE("arithmetic: / is real division (spec 8)") {
  CHECK(value_text("7 / 2") == "3.5");
  CHECK(value_text("6 / 2") == "3");
  CHECK(value_text("-7 / 2") == "-3.5");
  CHECK(value_text("1 / 3 * 3") == "1");
}

TEST_CASE("arithmetic: the remainder has the sign of the dividend, also for reals (spec 8)") {
  CHECK(value_text("7 % 3") == "1");
  CHECK(value_text("-7 % 3") == "-1");
  CHECK(value_text("7 % -3") == "1");
  CHECK(value_text("-7 % -3") == "-1");
  CHECK(value_text("7.5 % 2") == "1.5");
  CHECK(value_text("-7.5 % 2") == "-1.5");
  CHECK(value_text("7.5 % -2") == "1.5");
}

TEST_CASE("arithmetic: zero divisors, overflow and what is no number give undefined (spec 8)") {
  CHECK(value_text("1 / 0") == "undefined");
  CHECK(value_text("1 / 0.0") == "undefined");
  CHECK(value_text("0 / 0") == "undefined");
  CHECK(value_text("1 % 0") == "undefined");
  CHECK(value_text("1.5 % 0") == "undefined");
  CHECK(value_text("1e308 * 10") == "undefined");
  CHECK(value_text("1e308 + 1e308") == "undefined");
  CHECK(value_text("-1e308 - 1e308") == "undefined");
  CHECK(value_text("1e308 / 1e-308") == "undefined");
}

TEST_CASE("arithmetic: operands other than numbers give undefined, + joins nothing (spec 8)") {
  const std::string document = R"({"tags":{"s":"1","b":true,"n":null,"a":[1],"o":{"x":1},"i":2}})";
  for (const char* const x : {"tags.s", "tags.b", "tags.n", "tags.a", "tags.o", "tags.u"}) {
    for (const char* const op : {"+", "-", "*", "/", "%"}) {
      CHECK(value_text(std::string(x) + " " + op + " tags.i", document) == "undefined");
      CHECK(value_text(std::string("tags.i ") + op + " " + x, document) == "undefined");
    }
    CHECK(value_text("-" + std::string(x), document) == "undefined");
    CHECK(value_text("+" + std::string(x), document) == "undefined");
  }
  CHECK(value_text("'a' + 'b'") == "undefined");
}

TEST_CASE("arithmetic: precedence and association (spec 3)") {
  CHECK(value_text("2 + 3 * 4") == "14");
  CHECK(value_text("20 - 3 - 2") == "15");
  CHECK(value_text("100 / 10 / 5") == "2");
  CHECK(value_text("-2 * -3") == "6");
  CHECK(value_text("- (2 + 3)") == "-5");
  CHECK(value_text("1 + 1 = 2") == "true");
}

TEST_CASE("arithmetic: computed numbers are written in their shortest form, and zero without a sign") {
  CHECK(value_text("0.1 + 0.2") == "0.30000000000000004");
  CHECK(value_text("1.5 + 1.5") == "3");
  CHECK(value_text("1e300 * 10") == "1e+301");
  CHECK(value_text("0.0 * -1") == "0");
  CHECK(value_text("tags.x", R"({"tags":{"x":1.50}})") == "1.5");
}
