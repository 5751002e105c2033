// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/compare.hpp>

#include <query/evaluation.hpp>
#include <support/random.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

using doppel::query_operator;
using doppel::query_value;
using doppel::truth;
using doppel_test::holds;
using doppel_test::value_text;

namespace {

struct sample {
  const char* literal;
  int kind;  // 0 null, 1 boolean, 2 number, 3 string, 4 array, 5 object
  int rank;  // of equal kind: equal numbers for equal values
};
// In ascending order where there is one.
const sample samples[] = {{"null", 0, 0},
                          {"false", 1, 0},
                          {"true", 1, 1},
                          {"-3", 2, 0},
                          {"0", 2, 1},
                          {"0.5", 2, 2},
                          {"43", 2, 3},
                          {"43.0", 2, 3},
                          {"1e2", 2, 4},
                          {"\"\"", 3, 0},
                          {"\"A\"", 3, 1},
                          {"\"a\"", 3, 2},
                          {"\"é\"", 3, 3},
                          {"[]", 4, 0},
                          {"[1,\"x\"]", 4, 1},
                          {"[1.0,\"x\"]", 4, 1},
                          {"{}", 5, 0},
                          {"{\"a\":1,\"b\":[2]}", 5, 1},
                          {"{\"b\":[2.0],\"a\":1}", 5, 1}};

const char* text_of(truth t) { return t == truth::yes ? "true" : t == truth::no ? "false" : "undefined"; }

}  // namespace

TEST_CASE("comparison: all operators over all pairs of kinds (spec 6)") {
  for (const sample& a : samples) {
    for (const sample& b : samples) {
      const std::string document = std::string(R"({"tags":{"a":)") + a.literal + R"(,"b":)" + b.literal + "}}";
      const bool same_kind = a.kind == b.kind;
      const bool is_equal = same_kind && a.rank == b.rank;
      const bool is_ordered = same_kind && a.kind <= 3;
      const auto ordered = [&](bool t) { return is_ordered ? text_of(doppel::to_truth(t)) : "undefined"; };
      INFO(document);
      CHECK(value_text("tags.a = tags.b", document) == text_of(doppel::to_truth(is_equal)));
      CHECK(value_text("tags.a != tags.b", document) == text_of(doppel::to_truth(!is_equal)));
      CHECK(value_text("tags.a < tags.b", document) == ordered(a.rank < b.rank));
      CHECK(value_text("tags.a <= tags.b", document) == ordered(a.rank <= b.rank));
      CHECK(value_text("tags.a > tags.b", document) == ordered(a.rank > b.rank));
      CHECK(value_text("tags.a >= tags.b", document) == ordered(a.rank >= b.rank));
      // As atoms, in both directions. Constant objects do not exist.
      if (b.kind == 5) continue;
      const std::string literal = b.literal;
      CHECK(holds("tags.a = " + literal, document) == is_equal);
      CHECK(holds("tags.a <> " + literal, document) == !is_equal);
      CHECK(holds(literal + " = tags.a", document) == is_equal);
      CHECK(holds("tags.a < " + literal, document) == (is_ordered && a.rank < b.rank));
      CHECK(holds(literal + " > tags.a", document) == (is_ordered && a.rank < b.rank));
      CHECK(holds("tags.a <= " + literal, document) == (is_ordered && a.rank <= b.rank));
      CHECK(holds(literal + " >= tags.a", document) == (is_ordered && a.rank <= b.rank));
      CHECK(holds("tags.a > " + literal, document) == (is_ordered && a.rank > b.rank));
      CHECK(holds("tags.a >= " + literal, document) == (is_ordered && a.rank >= b.rank));
      CHECK(holds("NOT tags.a >= " + literal, document) == (is_ordered && a.rank < b.rank));
    }
  }
}

TEST_CASE("comparison: undefined on either side gives undefined (spec 6)") {
  for (const char* const op : {"=", "!=", "<>", "<", "<=", ">", ">="}) {
    const std::string o = op;
    CHECK(value_text("tags.a " + o + " tags.u", R"({"tags":{"a":1}})") == "undefined");
    CHECK(value_text("tags.u " + o + " tags.a", R"({"tags":{"a":1}})") == "undefined");
    CHECK(value_text("tags.u " + o + " tags.u") == "undefined");
    CHECK(value_text("undefined " + o + " undefined") == "undefined");
    CHECK_FALSE(holds("tags.u " + o + " null"));
    CHECK_FALSE(holds("NOT tags.u " + o + " null"));
  }
}

TEST_CASE("comparison: integers and doubles are compared exactly (spec 5)") {
  const auto less = [](const query_value& a, const query_value& b) {
    return doppel::compare_values(query_operator::less, a, b) == truth::yes;
  };
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  constexpr std::int64_t least = (std::numeric_limits<std::int64_t>::min)();
  // 2^53 + 1 lies between two doubles.
  constexpr std::int64_t odd = 9007199254740993;
  CHECK(less(query_value::floating(9007199254740992.0), query_value::integer(odd)));
  CHECK(less(query_value::integer(odd), query_value::floating(9007199254740994.0)));
  CHECK_FALSE(doppel::equal_values(query_value::integer(odd), query_value::floating(9007199254740992.0)));
  CHECK(less(query_value::integer(most), query_value::floating(9223372036854775808.0)));
  CHECK_FALSE(less(query_value::integer(least), query_value::floating(-9223372036854775808.0)));
  CHECK(doppel::equal_values(query_value::integer(least), query_value::floating(-9223372036854775808.0)));
  CHECK(less(query_value::floating(-9223372036854777856.0), query_value::integer(least)));
  CHECK(less(query_value::integer(-3), query_value::floating(-2.5)));
  CHECK(less(query_value::floating(-3.5), query_value::integer(-3)));
  CHECK(less(query_value::integer(most), query_value::floating(std::numeric_limits<double>::infinity())));
  CHECK(doppel::equal_values(query_value::floating(-0.0), query_value::integer(0)));
  CHECK(holds("tags.a = 0", R"({"tags":{"a":-0}})"));
  CHECK(holds("tags.a = 0", R"({"tags":{"a":-0.0}})"));
  CHECK(holds("tags.a = 9007199254740993", R"({"tags":{"a":9007199254740993}})"));
  CHECK_FALSE(holds("tags.a = 9007199254740992", R"({"tags":{"a":9007199254740993}})"));
}

TEST_CASE("comparison: numbers of JSON text by their value, however they are spelled (spec 5)") {
  const auto number = [](const char* text) { return doppel::value_of_json(text); };
  CHECK(number("12").is_integer());
  CHECK(number("-9223372036854775808").as_integer() == (std::numeric_limits<std::int64_t>::min)());
  CHECK(number("9223372036854775807").as_integer() == (std::numeric_limits<std::int64_t>::max)());
  CHECK_FALSE(number("9223372036854775808").is_integer());
  CHECK(number("9223372036854775808").as_double() == 9223372036854775808.0);
  CHECK(doppel::equal_values(number("1e2"), number("100")));
  CHECK(doppel::equal_values(number("43"), number("43.000")));
  CHECK(doppel::equal_values(number("-0"), number("0")));
  // Beyond doubles, in every way of writing it.
  CHECK(number("1e400").as_double() == std::numeric_limits<double>::infinity());
  CHECK(number("-1e400").as_double() == -std::numeric_limits<double>::infinity());
  CHECK(number("1e-400").as_double() == 0);
  CHECK(number(("0." + std::string(400, '0') + "1").c_str()).as_double() == 0);
  CHECK(number((std::string(400, '9') + ".5").c_str()).as_double() == std::numeric_limits<double>::infinity());
  CHECK(number(("0." + std::string(400, '0') + "1e800").c_str()).as_double() ==
        std::numeric_limits<double>::infinity());
}

TEST_CASE("comparison: a fraction is the nearest double, whatever the digits (spec 5)") {
  doppel_test::random_source random(42);
  for (int round = 0; round != 20'000; ++round) {
    std::string text = random.below(2) != 0 ? "-" : "";
    const std::size_t whole = 1 + random.below(10);
    text += static_cast<char>('1' + random.below(9));
    for (std::size_t i = 1; i != whole; ++i) text += static_cast<char>('0' + random.below(10));
    text += '.';
    const std::size_t fraction = 1 + random.below(12);
    for (std::size_t i = 0; i != fraction; ++i) text += static_cast<char>('0' + random.below(10));
    const query_value v = doppel::value_of_json(text);
    REQUIRE_FALSE(v.is_integer());
    REQUIRE_MESSAGE(v.as_double() == std::strtod(text.c_str(), nullptr), text);
    REQUIRE(v.spelling() == text);
  }
}

TEST_CASE("comparison: strings are ordered by code point, without regard to case or normal forms (spec 5)") {
  CHECK(holds("'Z' < 'a'"));
  CHECK(holds("'abc' < 'abcd'"));
  CHECK(holds("'' < 'a'"));
  CHECK(holds("'2024-03-01T00:00:00Z' > '2024-03-01T00:00:00.123Z'"));
  CHECK(holds("'\\uffff' < '\\ud83d\\ude00'"));  // UTF-16 order would be the other way round
  CHECK_FALSE(holds("'\\u00e9' = 'e\\u0301'"));
  CHECK(holds("tags.a = 'x\\u0000y'", R"({"tags":{"a":"x\u0000y"}})"));
  CHECK(holds("tags.a > 'x'", R"({"tags":{"a":"x\u0000"}})"));
}

TEST_CASE("comparison: strings of JSON text are compared by what their escapes mean") {
  const auto escaped = [](const char* text) { return query_value::escaped_string(text); };
  CHECK(doppel::equal_values(escaped("\\u0062attery"), query_value::string("battery")));
  CHECK(doppel::equal_values(escaped("a\\nb\\t\\\"\\\\\\/"), query_value::string("a\nb\t\"\\/")));
  CHECK(doppel::equal_values(escaped("\\ud83d\\ude00"), query_value::string("\xf0\x9f\x98\x80")));
  CHECK_FALSE(doppel::equal_values(escaped("\\u0062"), query_value::string("bb")));
  CHECK_FALSE(doppel::equal_values(escaped("\\u0062b"), query_value::string("b")));
  CHECK(doppel::order_values(escaped("a\\u0063"), query_value::string("abc")) > 0);
  // Broken escapes are no text of a document that was checked; they end all the same.
  CHECK(doppel::equal_values(escaped("\\ud800"), query_value::string("\xef\xbf\xbd")));
  CHECK(doppel::equal_values(escaped("x\\"), query_value::string("x\xef\xbf\xbd")));
}

TEST_CASE("comparison: objects whatever the order of their members, arrays element by element (spec 6)") {
  const auto equal = [](const char* a, const char* b) {
    return doppel::equal_values(doppel::value_of_json(a), doppel::value_of_json(b));
  };
  CHECK(equal(R"({ "a" : 1 , "b" : { "c" : [ 1, 2.0 ] } })", R"({"b":{"c":[1.0,2]},"a":1})"));
  CHECK(equal(R"({"a":1,"b":2,"c":3})", R"({"c":3,"a":1,"b":2})"));
  CHECK_FALSE(equal(R"({"a":1})", R"({"a":1,"b":2})"));
  CHECK_FALSE(equal(R"({"a":1,"b":2})", R"({"a":1,"c":2})"));
  CHECK_FALSE(equal("[1,2]", "[2,1]"));
  CHECK_FALSE(equal("[1,2]", "[1,2,3]"));
  CHECK_FALSE(equal("[1,2,3]", "[1,2]"));
  CHECK_FALSE(equal("[[]]", "[{}]"));
  CHECK_FALSE(equal("[null]", "[]"));
  CHECK(equal("[\"]\", \"a\\\"}\"]", "[\"]\",\"a\\\"}\"]"));
}

TEST_CASE("comparison: nesting ends at the documented depth") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  const auto equal = [](const std::string& a, const std::string& b) {
    return doppel::equal_values(doppel::value_of_json(a), doppel::value_of_json(b));
  };
  CHECK(equal(nested(doppel::max_compared_nesting), nested(doppel::max_compared_nesting)));
  CHECK_FALSE(equal(nested(doppel::max_compared_nesting + 1), nested(doppel::max_compared_nesting + 1)));
  CHECK_FALSE(equal(nested(20), nested(21)));
  CHECK_FALSE(equal(nested(100000), nested(100000)));
}
