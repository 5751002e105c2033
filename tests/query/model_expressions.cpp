// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "model_values.hpp"

// The model is what all back ends are held to, so it is held to the specification here, cell by cell: every expected
// value is taken from a table or sentence of spec/query.md.
TEST_SUITE("query model: expressions") {
  using namespace doppel_test;
  using namespace doppel_test::queries;

  TEST_CASE("comparison: every operator over every pair of kinds (spec/query.md 6)") {
    constexpr std::array<std::string_view, 12> operands{"tags.u",    "tags.nul",   "tags.f",   "tags.t",
                                                        "tags.one",  "tags.two",   "tags.a",   "tags.b",
                                                        "tags.list", "tags.list2", "tags.obj", "tags.obj2"};
    struct table {
      std::string_view op;
      std::array<std::string_view, 12> rows;
    };
    constexpr std::array<table, 6> tables{{
        // undefined null false true 1 2 'a' 'b' [1] [2] {x:1} {x:2}
        {"=",
         {"UUUUUUUUUUUU", "UTFFFFFFFFFF", "UFTFFFFFFFFF", "UFFTFFFFFFFF", "UFFFTFFFFFFF", "UFFFFTFFFFFF",
          "UFFFFFTFFFFF", "UFFFFFFTFFFF", "UFFFFFFFTFFF", "UFFFFFFFFTFF", "UFFFFFFFFFTF", "UFFFFFFFFFFT"}},
        {"!=",
         {"UUUUUUUUUUUU", "UFTTTTTTTTTT", "UTFTTTTTTTTT", "UTTFTTTTTTTT", "UTTTFTTTTTTT", "UTTTTFTTTTTT",
          "UTTTTTFTTTTT", "UTTTTTTFTTTT", "UTTTTTTTFTTT", "UTTTTTTTTFTT", "UTTTTTTTTTFT", "UTTTTTTTTTTF"}},
        {"<",
         {"UUUUUUUUUUUU", "UFUUUUUUUUUU", "UUFTUUUUUUUU", "UUFFUUUUUUUU", "UUUUFTUUUUUU", "UUUUFFUUUUUU",
          "UUUUUUFTUUUU", "UUUUUUFFUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU"}},
        {"<=",
         {"UUUUUUUUUUUU", "UTUUUUUUUUUU", "UUTTUUUUUUUU", "UUFTUUUUUUUU", "UUUUTTUUUUUU", "UUUUFTUUUUUU",
          "UUUUUUTTUUUU", "UUUUUUFTUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU"}},
        {">",
         {"UUUUUUUUUUUU", "UFUUUUUUUUUU", "UUFFUUUUUUUU", "UUTFUUUUUUUU", "UUUUFFUUUUUU", "UUUUTFUUUUUU",
          "UUUUUUFFUUUU", "UUUUUUTFUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU"}},
        {">=",
         {"UUUUUUUUUUUU", "UTUUUUUUUUUU", "UUTFUUUUUUUU", "UUTTUUUUUUUU", "UUUUTFUUUUUU", "UUUUTTUUUUUU",
          "UUUUUUTFUUUU", "UUUUUUTTUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU", "UUUUUUUUUUUU"}},
    }};
    for (const table& t : tables) {
      for (std::size_t i = 0; i != operands.size(); ++i) {
        CAPTURE(t.op);
        CAPTURE(operands[i]);
        CHECK(table_row(operands[i], t.op, operands) == t.rows[i]);
      }
    }
    for (const std::string_view left : operands) {
      CHECK(table_row(left, "<>", operands) == table_row(left, "!=", operands));
    }
  }

  TEST_CASE("comparison: numbers by value and exactly, strings by code point, containers by content (5, 6)") {
    check({
        {"tags.e = 100", "true"},
        {"tags.zero = tags.negzero", "true"},
        {"tags.zero < tags.negzero", "false"},
        {"tags.one = 1.0", "true"},
        {"tags.big = tags.bigf", "false"},
        {"tags.big > tags.bigf", "true"},
        {"tags.max = 9223372036854775807", "true"},
        {"tags.max < 9223372036854775808", "true"},
        {"tags.max = 9223372036854775808.0", "false"},
        {"tags.min = -9223372036854775808.0", "true"},
        {"tags.half > 2", "true"},
        {"tags.half < 3", "true"},
        {"-2.5 < -2", "true"},
        {"'B' < 'a'", "true"},
        {"'a' < 'ab'", "true"},
        {"'z' < tags.umlaut", "true"},
        {"'\\uffff' < '\\ud83d\\ude00'", "true"},  // in UTF-16 it would be the other way round
        {"'u\\u0308' = tags.umlaut", "false"},
        {"tags.mixed = [1.0, 'a', null, [7], tags.mixed[4], true]", "true"},
        {"tags.mixed = ['a', 1, null, [7], tags.mixed[4], true]", "false"},
        {"[1, [2, 'x']] = [1.0, [2, 'x']]", "true"},
        {"[1] = [1, 1]", "false"},
        {"[true] = [1]", "false"},
    });
    CHECK(is_equal(document_of(R"({"a":1,"b":{"c":[1,2.0]}})"), document_of(R"({"b":{"c":[1.0,2]},"a":1})")));
    CHECK_FALSE(is_equal(document_of(R"({"a":1})"), document_of(R"({"a":1,"b":2})")));
    CHECK_FALSE(is_equal(document_of(R"({"a":1,"c":2})"), document_of(R"({"a":1,"b":2})")));
  }

  TEST_CASE("logic: the tables, cell by cell; what is no boolean counts as undefined (7)") {
    constexpr std::array<std::string_view, 7> operands{"tags.t",   "tags.f", "tags.u",   "tags.nul",
                                                       "tags.one", "tags.a", "tags.list"};
    struct rows_of {
      std::string_view left;
      std::string_view conjunction;
      std::string_view disjunction;
    };
    constexpr std::array<rows_of, 7> expected{{{"tags.t", "TFUUUUU", "TTTTTTT"},
                                               {"tags.f", "FFFFFFF", "TFUUUUU"},
                                               {"tags.u", "UFUUUUU", "TUUUUUU"},
                                               {"tags.nul", "UFUUUUU", "TUUUUUU"},
                                               {"tags.one", "UFUUUUU", "TUUUUUU"},
                                               {"tags.a", "UFUUUUU", "TUUUUUU"},
                                               {"tags.list", "UFUUUUU", "TUUUUUU"}}};
    for (const rows_of& row : expected) {
      CAPTURE(row.left);
      CHECK(table_row(row.left, "AND", operands) == row.conjunction);
      CHECK(table_row(row.left, "OR", operands) == row.disjunction);
    }
    check({
        {"NOT tags.t", "false"},
        {"NOT tags.f", "true"},
        {"NOT tags.u", "undefined"},
        {"NOT tags.nul", "undefined"},
        {"NOT tags.one", "undefined"},
        {"NOT tags.u = 1", "undefined"},
        {"tags.u ?? 1", "1"},
        {"tags.nul ?? 1", "null"},
        {"tags.u ?? tags.u2 ?? 'x'", "\"x\""},
    });
  }

  TEST_CASE("names: what leads nowhere is undefined (4.2)") {
    check({
        {"tags.u", "undefined"},
        {"tags.u.v.w", "undefined"},
        {"tags.one.x", "undefined"},
        {"tags.a.length", "undefined"},
        {"tags.mixed.x", "undefined"},
        {"nosuchroot", "undefined"},
        {"nosuchroot.x", "undefined"},
        {"tags.obj.x", "1"},
        {"tags.obj.X", "undefined"},
        {"TAGS.obj.x", "1"},
        {"DEVICEID", "\"d\""},
        {"id", "\"d\""},
        {"devices.tags.one", "1"},
        {"tags.obj", R"({"x":1})"},
        {"tags.mixed[0]", "1"},
        {"tags.mixed[3][0]", "7"},
        {"tags.mixed[4].x[0]", "1.0"},
        {"tags.mixed[4]['x']", "[1.0]"},
        {"tags.mixed[6]", "undefined"},
        {"tags.mixed[-1]", "undefined"},
        {"tags.mixed[0.5]", "undefined"},
        {"tags.mixed[1.0]", "\"a\""},
        {"tags.mixed[tags.one]", "\"a\""},
        {"tags.mixed[tags.one + 2][tags.zero]", "7"},
        {"tags.mixed['0']", "undefined"},
        {"tags.mixed[tags.u]", "undefined"},
        {"tags.mixed[tags.t]", "undefined"},
        {"tags.obj[0]", "undefined"},
        {"tags['obj']['x']", "1"},
        {"tags[CONCAT('o', 'bj')].x", "1"},
        {"tags.a[0]", "undefined"},
    });
  }

  TEST_CASE("arithmetic: exact while it fits, numbers only, finite (8)") {
    check({
        {"tags.one + tags.two", "3"},
        {"7 - 10", "-3"},
        {"tags.two * 3", "6"},
        {"7 / 2", "3.5"},
        {"6 / 2 = 3", "true"},
        {"7 % 3", "1"},
        {"-7 % 3", "-1"},
        {"7 % -3", "1"},
        {"-7.5 % 2", "-1.5"},
        {"5.5 % 2", "1.5"},
        {"tags.half + 1", "3.5"},
        {"tags.big + 2 = 9007199254740995", "true"},
        {"tags.big * 2 = 18014398509481986", "true"},
        {"tags.big - 1 = 9007199254740992", "true"},
        {"tags.max + 1 = 9223372036854775808.0", "true"},
        {"tags.max - 1 = 9223372036854775806", "true"},
        {"tags.min - 1 = -9223372036854775808.0", "true"},
        {"tags.max * 2 = 18446744073709551614.0", "true"},
        {"tags.min * -1 = 9223372036854775808.0", "true"},
        {"-tags.min = 9223372036854775808.0", "true"},
        {"tags.min % -1", "0"},
        {"-tags.neg", "7"},
        {"+tags.neg", "-7"},
        {"- -tags.one", "1"},
        {"-tags.half", "-2.5"},
        {"tags.one / 0", "undefined"},
        {"tags.one / 0.0", "undefined"},
        {"tags.one / tags.negzero", "undefined"},
        {"tags.zero / tags.zero", "undefined"},
        {"tags.one % 0", "undefined"},
        {"1.5 % 0", "undefined"},
        {"1e308 * 10", "undefined"},
        {"1e308 + 1e308", "undefined"},
        {"tags.a + tags.b", "undefined"},
        {"tags.a + 1", "undefined"},
        {"1 + tags.t", "undefined"},
        {"1 + tags.nul", "undefined"},
        {"1 - tags.u", "undefined"},
        {"tags.list * 2", "undefined"},
        {"2 % tags.obj", "undefined"},
        {"-tags.a", "undefined"},
        {"+tags.a", "undefined"},
        {"+tags.t", "undefined"},
        {"-tags.nul", "undefined"},
        {"tags.a || tags.b", "\"ab\""},
        {"tags.a || tags.one", "undefined"},
        {"tags.a || tags.u", "undefined"},
        {"2 + 3 * 4 - 10 / 5 = 12", "true"},
    });
  }

  TEST_CASE("IN and NIN: typed membership, undefined for an undefined value (9)") {
    check({
        {"tags.one IN [1, 2]", "true"},
        {"tags.one IN [1.0]", "true"},
        {"tags.one IN ['1', true, null]", "false"},
        {"tags.nul IN [null]", "true"},
        {"tags.list IN [[1], 2]", "true"},
        {"tags.list IN [1]", "false"},
        {"tags.t IN [1, true]", "true"},
        {"tags.one IN [undefined, 1]", "true"},
        {"tags.one IN [undefined]", "false"},
        {"tags.u IN [undefined]", "undefined"},
        {"tags.u IN [1]", "undefined"},
        {"tags.u IN []", "undefined"},
        {"tags.one IN []", "false"},
        {"tags.one NIN []", "true"},
        {"tags.one NIN [1]", "false"},
        {"tags.one NIN ['1']", "true"},
        {"tags.u NIN [1]", "undefined"},
        {"tags.one NOT IN [1]", "false"},
        {"NOT tags.one IN [1]", "false"},
        {"tags.one IN (2, tags.one)", "true"},
        {"tags.one IN [tags.u, tags.two - 1]", "true"},
        {"tags.two IN tags.list2", "true"},
        {"tags.two IN tags.obj", "undefined"},
        {"tags.two NIN tags.a", "undefined"},
        {"tags.two IN tags.u", "undefined"},
    });
  }

  TEST_CASE("BETWEEN is two comparisons (9)") {
    check({
        {"tags.two BETWEEN 2 AND 3", "true"},
        {"tags.two BETWEEN 1 AND 2.0", "true"},
        {"tags.two BETWEEN 3 AND 1", "false"},
        {"tags.two BETWEEN 2.5 AND 'z'", "false"},  // false AND undefined
        {"tags.two BETWEEN 1 AND 'z'", "undefined"},
        {"tags.two BETWEEN tags.u AND 1", "false"},
        {"tags.u BETWEEN 1 AND 2", "undefined"},
        {"tags.two NOT BETWEEN 2 AND 3", "false"},
        {"tags.two NOT BETWEEN 1 AND 'z'", "undefined"},
        {"tags.a BETWEEN 'a' AND 'b'", "true"},
        {"tags.two BETWEEN 1 AND 3 AND tags.f", "false"},
    });
  }

  TEST_CASE("LIKE: runs, single code points, everything else literal (9)") {
    check({
        {"'abc' LIKE 'abc'", "true"},
        {"'abc' LIKE 'ab'", "false"},
        {"'abc' LIKE 'ABC'", "false"},
        {"'abc' LIKE 'a%'", "true"},
        {"'abc' LIKE '%c'", "true"},
        {"'abc' LIKE '%b%'", "true"},
        {"'abc' LIKE '%%%'", "true"},
        {"'' LIKE ''", "true"},
        {"'' LIKE '%'", "true"},
        {"'' LIKE '_'", "false"},
        {"'abc' LIKE 'a_c'", "true"},
        {"'abc' LIKE '____'", "false"},
        {"'aXbXc' LIKE 'a%X_'", "true"},
        {"'aab' LIKE '%ab'", "true"},
        {"tags.astral LIKE 'a_b'", "true"},
        {"tags.astral LIKE 'a__b'", "false"},
        {"'a%c' LIKE 'a!%c' ESCAPE '!'", "true"},
        {"'abc' LIKE 'a!%c' ESCAPE '!'", "false"},
        {"'a_c' LIKE 'a!_c' ESCAPE '!'", "true"},
        {"'a!c' LIKE 'a!!c' ESCAPE '!'", "true"},
        {"'abc' LIKE 'a!bc' ESCAPE '!'", "true"},
        {"'ab!' LIKE 'ab!' ESCAPE '!'", "true"},
        {"'abc' LIKE 'abc' ESCAPE ''", "undefined"},
        {"'abc' LIKE 'abc' ESCAPE '!!'", "undefined"},
        {"'abc' LIKE 'abc' ESCAPE tags.one", "undefined"},
        {"'a.c' LIKE 'a.c'", "true"},
        {"'abc' LIKE 'a.c'", "false"},
        {"'abc' LIKE '[a]bc'", "false"},
        {"'abc' NOT LIKE 'a%'", "false"},
        {"'abc' NOT LIKE 'b%'", "true"},
        {"tags.one LIKE '1'", "undefined"},
        {"tags.one NOT LIKE '1'", "undefined"},
        {"tags.a LIKE tags.one", "undefined"},
        {"tags.u LIKE '%'", "undefined"},
        {"'abc' LIKE tags.nul", "undefined"},
    });
  }
}
