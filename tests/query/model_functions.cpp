// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "model_values.hpp"

// The functions table of spec/query.md 10.
TEST_SUITE("query model: functions") {
  using namespace doppel_test;
  using namespace doppel_test::queries;

  TEST_CASE("functions: type tests are never undefined (10)") {
    constexpr std::array<std::string_view, 8> operands{"tags.u",    "tags.nul", "tags.t",    "tags.one",
                                                       "tags.half", "tags.a",   "tags.list", "tags.obj"};
    struct test {
      std::string_view function;
      std::string_view results;
    };
    for (const test& t : {test{"IS_DEFINED", "FTTTTTTT"}, test{"IS_NULL", "FTFFFFFF"}, test{"IS_BOOL", "FFTFFFFF"},
                          test{"IS_NUMBER", "FFFTTFFF"}, test{"IS_STRING", "FFFFFTFF"}, test{"IS_ARRAY", "FFFFFFTF"},
                          test{"IS_OBJECT", "FFFFFFFT"}, test{"IS_PRIMITIVE", "FTTTTTFF"}}) {
      std::string row;
      for (const std::string_view operand : operands) {
        const std::string expression = std::string(t.function) + '(' + std::string(operand) + ')';
        row += letter_of(value(expression));
        CHECK(disagreement(expression) == "");
      }
      CAPTURE(t.function);
      CHECK(row == t.results);
    }
  }

  TEST_CASE("functions: strings (10)") {
    check({
        {"STARTSWITH('abc', 'ab')", "true"},
        {"STARTSWITH('abc', 'Ab')", "false"},
        {"STARTSWITH('abc', '')", "true"},
        {"STARTSWITH('ab', 'abc')", "false"},
        {"STARTS_WITH('abc', 'a')", "true"},
        {"STARTSWITH(tags.one, 'a')", "undefined"},
        {"STARTSWITH('a', tags.u)", "undefined"},
        {"ENDSWITH('abc', 'bc')", "true"},
        {"ENDSWITH('abc', '')", "true"},
        {"ENDSWITH('bc', 'abc')", "false"},
        {"ENDS_WITH('abc', 'b')", "false"},
        {"ENDSWITH(tags.nul, '')", "undefined"},
        {"CONTAINS('abc', 'b')", "true"},
        {"CONTAINS('abc', '')", "true"},
        {"CONTAINS('abc', 'ac')", "false"},
        {"CONTAINS('abc', 1)", "undefined"},
        {"CONCAT('a', 'b')", "\"ab\""},
        {"CONCAT('a', '', 'b', 'c')", "\"abc\""},
        {"CONCAT('a', 1)", "undefined"},
        {"CONCAT('a', 'b', tags.u)", "undefined"},
        {"LENGTH('')", "0"},
        {"LENGTH('abc')", "3"},
        {"LENGTH(tags.umlaut)", "1"},
        {"LENGTH(tags.astral)", "4"},
        {"LENGTH(tags.list)", "undefined"},
        {"LENGTH(12)", "undefined"},
        {"LOWER('AbC-1')", "\"abc-1\""},
        {"UPPER('aBc-1')", "\"ABC-1\""},
        {"UPPER(tags.one)", "undefined"},
        {"UPPER(tags.umlaut)", "\"\u00dc\""},
        {"LOWER('\u00dc\u0416\u03a3')", "\"\u00fc\u0436\u03c3\""},
        {"UPPER('\u03c2\u03c3\u00df')", "\"\u03a3\u03a3\u00df\""},
        {"INDEX_OF('abcbc', 'bc')", "1"},
        {"INDEX_OF('abc', 'x')", "-1"},
        {"INDEX_OF('abc', '')", "0"},
        {"INDEX_OF('', '')", "0"},
        {"INDEX_OF(tags.astral, 'b')", "3"},
        {"INDEX_OF('abc', tags.nul)", "undefined"},
        {"SUBSTRING('abc', 0)", "\"abc\""},
        {"SUBSTRING('abc', 1)", "\"bc\""},
        {"SUBSTRING('abc', 3)", "\"\""},
        {"SUBSTRING('abc', 4)", "undefined"},
        {"SUBSTRING('abc', -1)", "undefined"},
        {"SUBSTRING('abc', 1, 1)", "\"b\""},
        {"SUBSTRING('abc', 1, 0)", "\"\""},
        {"SUBSTRING('abc', 1, 2)", "\"bc\""},
        {"SUBSTRING('abc', 1, 3)", "undefined"},
        {"SUBSTRING('abc', 1, -1)", "undefined"},
        {"SUBSTRING('abc', 3, 0)", "undefined"},
        {"SUBSTRING('', 0)", "\"\""},
        {"SUBSTRING('', 0, 0)", "undefined"},
        {"SUBSTRING('abc', 1.9, 1.9)", "\"b\""},
        {"SUBSTRING('abc', '1')", "undefined"},
        {"SUBSTRING('abc', 1, tags.u)", "undefined"},
        {"SUBSTRING(tags.astral, 3)", "\"b\""},
        {"SUBSTRING(tags.astral, 1, 2) = '\\ud83d\\ude00'", "true"},
        {"SUBSTRING(tags.astral, 2)", "undefined"},
        {"SUBSTRING(tags.astral, 0, 2)", "undefined"},
    });
  }

  TEST_CASE("functions: numbers (10)") {
    check({
        {"ABS(-5)", "5"},
        {"ABS(tags.neg)", "7"},
        {"ABS(-2.5)", "2.5"},
        {"ABS(tags.min) = 9223372036854775808.0", "true"},
        {"ABS('5')", "undefined"},
        {"SIGN(-2.5)", "-1"},
        {"SIGN(tags.negzero)", "0"},
        {"SIGN(tags.max)", "1"},
        {"SIGN(tags.t)", "undefined"},
        {"CEILING(2.1) = 3", "true"},
        {"CEILING(-2.1) = -2", "true"},
        {"CEILING(tags.big) = 9007199254740993", "true"},
        {"CEILING(tags.nul)", "undefined"},
        {"FLOOR(2.9) = 2", "true"},
        {"FLOOR(-2.1) = -3", "true"},
        {"FLOOR(tags.max) = 9223372036854775807", "true"},
        {"FLOOR(tags.u)", "undefined"},
        {"SQUARE(3)", "9"},
        {"SQUARE(-1.5)", "2.25"},
        {"SQUARE(3037000500) = 9223372037000250000.0", "true"},
        {"SQUARE(1e200)", "undefined"},
        {"SQRT(9) = 3", "true"},
        {"SQRT(-1)", "undefined"},
        {"SQRT('9')", "undefined"},
        {"EXP(0) = 1", "true"},
        {"EXP(1000)", "undefined"},
        {"EXP(-1000) = 0", "true"},
        {"POWER(2, 10) = 1024", "true"},
        {"POWER(2, -1)", "0.5"},
        {"POWER(-8, 0.5)", "undefined"},
        {"POWER(0, -1)", "undefined"},
        {"POWER(10, 400)", "undefined"},
        {"POWER(2, '3')", "undefined"},
        {"AS_NUMBER(5)", "5"},
        {"AS_NUMBER(2.5)", "2.5"},
        {"AS_NUMBER('42')", "42"},
        {"AS_NUMBER('  42 ')", "42"},
        {"AS_NUMBER('-4.5')", "-4.5"},
        {"AS_NUMBER('+7')", "7"},
        {"AS_NUMBER('1e2') = 100", "true"},
        {"AS_NUMBER('1.5E-1') = 0.15", "true"},
        {"AS_NUMBER('9007199254740993') = tags.big", "true"},
        {"AS_NUMBER('9223372036854775808') = 9223372036854775808.0", "true"},
        {"AS_NUMBER('007')", "7"},
        {"AS_NUMBER('')", "undefined"},
        {"AS_NUMBER(' ')", "undefined"},
        {"AS_NUMBER('-')", "undefined"},
        {"AS_NUMBER('0x10')", "undefined"},
        {"AS_NUMBER('1,000')", "undefined"},
        {"AS_NUMBER('1 2')", "undefined"},
        {"AS_NUMBER('- 1')", "undefined"},
        {"AS_NUMBER('1e')", "undefined"},
        {"AS_NUMBER('12a')", "undefined"},
        {"AS_NUMBER('1e400')", "undefined"},
        {"AS_NUMBER('NaN')", "undefined"},
        {"AS_NUMBER('Infinity')", "undefined"},
        {"AS_NUMBER(tags.t)", "undefined"},
        {"AS_NUMBER(tags.nul)", "undefined"},
        {"AS_NUMBER(tags.list)", "undefined"},
    });
  }

  TEST_CASE("functions: arrays (10)") {
    check({
        {"ARRAY_CONTAINS(tags.mixed, 1)", "true"},
        {"ARRAY_CONTAINS(tags.mixed, 1.0)", "true"},
        {"ARRAY_CONTAINS(tags.mixed, '1')", "false"},
        {"ARRAY_CONTAINS(tags.mixed, null)", "true"},
        {"ARRAY_CONTAINS(tags.mixed, 7)", "false"},
        {"ARRAY_CONTAINS(tags.mixed, [7])", "true"},
        {"ARRAY_CONTAINS(tags.mixed, tags.mixed[4])", "true"},
        {"ARRAY_CONTAINS([], 1)", "false"},
        {"ARRAY_CONTAINS(tags.mixed, tags.u)", "undefined"},
        {"ARRAY_CONTAINS(tags.a, 'a')", "undefined"},
        {"ARRAY_CONTAINS(tags.obj, 1)", "undefined"},
        {"ARRAY_CONTAINS(tags.u, 1)", "undefined"},
        {"ARRAY_LENGTH(tags.mixed)", "6"},
        {"ARRAY_LENGTH([])", "0"},
        {"ARRAY_LENGTH(tags.a)", "undefined"},
        {"ARRAY_LENGTH(tags.obj)", "undefined"},
    });
  }
}
