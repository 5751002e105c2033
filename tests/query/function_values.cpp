// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/detail/string_reader.hpp>

#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

using doppel_test::holds;
using doppel_test::value_text;

namespace {

// One member of each kind, none for u.
constexpr const char* document =
    R"({"tags":{"n":null,"b":true,"i":-5,"d":2.5,"s":"Grüße 😀","a":[1,"x",[2]],"o":{"k":1},"e":"","z":"a\u0000b"}})";

}  // namespace

TEST_CASE("functions: tests of kinds are never undefined (spec 10)") {
  struct row {
    const char* function;
    const char* results;  // for u n b i s a o
  };
  constexpr row table[] = {{"IS_DEFINED", "ftttttt"}, {"IS_NULL", "ftfffff"},     {"IS_BOOL", "fftffff"},
                           {"IS_NUMBER", "ffftfff"},  {"IS_STRING", "fffftff"},   {"IS_OBJECT", "fffffft"},
                           {"IS_ARRAY", "ffffftf"},   {"IS_PRIMITIVE", "fttttff"}};
  const std::string members = "unbisao";
  for (const row& r : table) {
    for (std::size_t i = 0; i != members.size(); ++i) {
      const std::string call = std::string(r.function) + "(tags." + members[i] + ")";
      const bool expected = r.results[i] == 't';
      CHECK_MESSAGE(value_text(call, document) == (expected ? "true" : "false"), call);
      CHECK_MESSAGE(holds(call, document) == expected, call);
      CHECK_MESSAGE(holds("NOT " + call, document) == !expected, call);
    }
  }
  CHECK(value_text("is_number(1 / 0)") == "false");
  CHECK(value_text("is_defined(1 / 0)") == "false");
}

TEST_CASE("functions: STARTSWITH, ENDSWITH, CONTAINS (spec 10)") {
  CHECK(value_text("STARTSWITH('abc', 'ab')") == "true");
  CHECK(value_text("STARTSWITH('abc', 'abcd')") == "false");
  CHECK(value_text("STARTSWITH('abc', 'AB')") == "false");
  CHECK(value_text("STARTSWITH('abc', '')") == "true");
  CHECK(value_text("ENDSWITH('abc', 'bc')") == "true");
  CHECK(value_text("ENDSWITH('abc', 'abcd')") == "false");
  CHECK(value_text("ENDSWITH('abc', '')") == "true");
  CHECK(value_text("CONTAINS('abc', 'b')") == "true");
  CHECK(value_text("CONTAINS('abc', 'ac')") == "false");
  CHECK(value_text("CONTAINS('', '')") == "true");
  CHECK(value_text("STARTS_WITH(tags.s, 'Gr')", document) == "true");
  CHECK(value_text("ENDS_WITH(tags.s, '\\ud83d\\ude00')", document) == "true");
  CHECK(value_text("CONTAINS(tags.z, 'a\\u0000')", document) == "true");
  for (const char* const f : {"STARTSWITH", "ENDSWITH", "CONTAINS"}) {
    for (const char* const x : {"tags.u", "tags.n", "tags.b", "tags.i", "tags.a", "tags.o"}) {
      CHECK(value_text(std::string(f) + "(" + x + ", 'a')", document) == "undefined");
      CHECK(value_text(std::string(f) + "('a', " + x + ")", document) == "undefined");
    }
  }
}

TEST_CASE("functions: ARRAY_CONTAINS and ARRAY_LENGTH (spec 10)") {
  CHECK(value_text("ARRAY_CONTAINS(tags.a, 'x')", document) == "true");
  CHECK(value_text("ARRAY_CONTAINS(tags.a, 1.0)", document) == "true");
  CHECK(value_text("ARRAY_CONTAINS(tags.a, [2])", document) == "true");
  CHECK(value_text("ARRAY_CONTAINS(tags.a, 2)", document) == "false");
  CHECK(value_text("ARRAY_CONTAINS(tags.a, tags.u)", document) == "undefined");
  CHECK(value_text("ARRAY_CONTAINS(tags.o, 1)", document) == "undefined");
  CHECK(value_text("ARRAY_CONTAINS(tags.u, 1)", document) == "undefined");
  CHECK(value_text("ARRAY_LENGTH(tags.a)", document) == "3");
  CHECK(value_text("ARRAY_LENGTH([])") == "0");
  CHECK(value_text("ARRAY_LENGTH(tags.s)", document) == "undefined");
  CHECK(holds("ARRAY_CONTAINS(tags.a, 'x') AND NOT ARRAY_CONTAINS(tags.a, 'y')", document));
}

TEST_CASE("functions: of numbers (spec 10)") {
  CHECK(value_text("ABS(-5)") == "5");
  CHECK(value_text("ABS(-2.5)") == "2.5");
  CHECK(value_text("ABS(tags.m)", R"({"tags":{"m":-9223372036854775808}})") == "9223372036854775808");
  CHECK(value_text("SIGN(-2.5)") == "-1");
  CHECK(value_text("SIGN(0.0)") == "0");
  CHECK(value_text("SIGN(7)") == "1");
  CHECK(value_text("CEILING(2.1)") == "3");
  CHECK(value_text("CEILING(-2.1)") == "-2");
  CHECK(value_text("FLOOR(2.9)") == "2");
  CHECK(value_text("FLOOR(-2.1)") == "-3");
  CHECK(value_text("FLOOR(9007199254740993)") == "9007199254740993");
  CHECK(value_text("SQUARE(3)") == "9");
  CHECK(value_text("SQUARE(1.5)") == "2.25");
  CHECK(value_text("SQUARE(1e200)") == "undefined");
  CHECK(value_text("SQRT(9)") == "3");
  CHECK(value_text("SQRT(-1)") == "undefined");
  CHECK(value_text("EXP(0)") == "1");
  CHECK(value_text("EXP(1000)") == "undefined");
  CHECK(value_text("POWER(2, 10)") == "1024");
  CHECK(value_text("POWER(2, 5000)") == "undefined");
  CHECK(value_text("POWER(-8, 0.5)") == "undefined");
  for (const char* const f : {"ABS", "SIGN", "CEILING", "FLOOR", "SQUARE", "SQRT", "EXP"}) {
    for (const char* const x : {"tags.u", "tags.n", "tags.b", "tags.s", "tags.a", "tags.o"}) {
      CHECK(value_text(std::string(f) + "(" + x + ")", document) == "undefined");
    }
  }
  CHECK(value_text("POWER(2, 'x')") == "undefined");
  CHECK(value_text("POWER('x', 2)") == "undefined");
}

TEST_CASE("functions: AS_NUMBER (spec 10)") {
  CHECK(value_text("AS_NUMBER(5)") == "5");
  CHECK(value_text("AS_NUMBER('5')") == "5");
  CHECK(value_text("AS_NUMBER('  -5.25e1  ')") == "-52.5");
  CHECK(value_text("AS_NUMBER('+7')") == "7");
  CHECK(value_text("AS_NUMBER('.5')") == "0.5");
  CHECK(value_text("AS_NUMBER('9007199254740993')") == "9007199254740993");
  CHECK(value_text("AS_NUMBER('007')") == "7");
  CHECK(value_text("AS_NUMBER('1e-400')") == "0");
  for (const char* const text :
       {"", " ", "x", "5x", "0x10", "1,000", "$5", "1 2", "5.", "--5", "1e", "1e+", "NaN", "inf", "1e400", ".", "-"}) {
    CHECK_MESSAGE(value_text("AS_NUMBER('" + std::string(text) + "')") == "undefined", text);
  }
  for (const char* const x : {"tags.u", "tags.n", "tags.b", "tags.a", "tags.o"}) {
    CHECK(value_text("AS_NUMBER(" + std::string(x) + ")", document) == "undefined");
  }
}

TEST_CASE("functions: AS_NUMBER of strings of any length and form (spec 10)") {
  // Of a string as it is, with escapes, and in two pieces: where in the string the pieces meet does not matter.
  const auto number = [](const std::string& text) {
    const std::string plain = R"({"x":")" + text + "\"}";
    const std::string all = value_text("AS_NUMBER(x)", plain);
    std::string escaped;
    for (const char c : text) escaped += c == '1' ? std::string("\\u0031") : std::string(1, c);
    CHECK(value_text("AS_NUMBER(x)", R"({"x":")" + escaped + "\"}") == all);
    const std::size_t half = text.size() / 2;
    const std::string halves = R"({"x":")" + text.substr(0, half) + R"(","y":")" + text.substr(half) + "\"}";
    CHECK(value_text("AS_NUMBER(x || y)", halves) == all);
    CHECK(value_text("AS_NUMBER(UPPER(x))", plain) == all);
    return all;
  };
  const auto zeros = [](std::size_t count) { return std::string(count, '0'); };
  CHECK(number(zeros(5000) + "7") == "7");
  CHECK(number("-" + zeros(5000) + "9223372036854775808") == "-9223372036854775808");
  CHECK(number(zeros(5000) + "9223372036854775807") == "9223372036854775807");
  CHECK(number(zeros(5000)) == "0");
  CHECK(number(std::string(5000, ' ') + "12" + std::string(5000, ' ')) == "12");
  CHECK(number("1." + zeros(5000)) == "1");
  CHECK(number("0." + zeros(5000) + "1e5001") == "1");
  CHECK(number("0." + zeros(5000) + "1") == "0");
  CHECK(number("1" + zeros(5000) + "e-5000") == "1");
  CHECK(number("1" + zeros(5000) + "e-5001") == "0.1");
  CHECK(number("25e" + zeros(5000) + "2") == "2500");
  CHECK(number("25e-" + zeros(5000) + "1") == "2.5");
  // Beyond all doubles, and nearer to nothing than any.
  CHECK(number(std::string(600, '1')) == "undefined");
  CHECK(number("1e" + std::string(5000, '9')) == "undefined");
  CHECK(number("1e-" + std::string(5000, '9')) == "0");
  CHECK(number("0e" + std::string(5000, '9')) == "0");
  CHECK(number("1" + zeros(309)) == "undefined");
  CHECK(value_text("AS_NUMBER('1" + zeros(308) + "') = 1e308") == "true");
  // 2^53 + 1 lies between two doubles: the even one, unless a digit far behind says that it is more.
  CHECK(number("9007199254740993." + zeros(5000)) == "9007199254740992");
  CHECK(number("9007199254740993." + zeros(5000) + "1") == "9007199254740994");
  CHECK(number("9007199254740992." + std::string(5000, '9')) == "9007199254740992");
  CHECK(number("9007199254740992.9" + zeros(5000) + "9") == "9007199254740992");
  // The same with as many digits as there can be: half of the least double, 2^-1075, is 752 digits long.
  std::string half = "1";  // times 2^-1075 = 5^1075 / 10^1075
  for (int i = 0; i != 1075; ++i) {
    int carry = 0;
    for (std::size_t d = half.size(); d-- != 0;) {
      const int product = (half[d] - '0') * 5 + carry;
      half[d] = static_cast<char>('0' + product % 10);
      carry = product / 10;
    }
    if (carry != 0) half.insert(half.begin(), static_cast<char>('0' + carry));
  }
  REQUIRE(half.size() == 752);
  CHECK(number(half + "e-1075") == "0");
  CHECK(number(half + zeros(5000) + "e-6075") == "0");
  CHECK(value_text("AS_NUMBER('" + half + zeros(5000) + "1e-6076') = 5e-324") == "true");
  // What is none stays none.
  for (const std::string& text : {zeros(5000) + "x", zeros(5000) + " 1", "1." + zeros(5000) + ".", zeros(5000) + "e",
                                  std::string(5000, ' '), "1e" + zeros(5000) + "-1", zeros(5000) + "-"}) {
    CHECK(number(text) == "undefined");
  }
}

TEST_CASE("functions: CONCAT and || want strings (spec 8, 10)") {
  CHECK(value_text("CONCAT('a', 'b')") == "\"ab\"");
  CHECK(value_text("CONCAT('a', 'b', tags.s, '')", document) == "\"abGrüße 😀\"");
  CHECK(value_text("'a' || tags.e || 'b'", document) == "\"ab\"");
  CHECK(value_text("'a' || 1") == "undefined");
  CHECK(value_text("'a' || tags.u || 'b'", document) == "undefined");
  CHECK(value_text("(tags.u ?? ('x' || tags.e)) || tags.e || 'y'", document) == "\"xy\"");
  CHECK(value_text("(tags.e || 'x') || ('y' || (tags.e || 'z'))", document) == "\"xyz\"");
  CHECK(value_text("tags.e || tags.e", document) == "\"\"");
  CHECK(holds("tags.s || '!' = 'Gr' || '\\u00fc\\u00dfe \\ud83d\\ude00!'", document));
  CHECK(holds("'ab' < tags.e || 'abc'", document));
}

TEST_CASE("functions: LENGTH counts UTF-16 units (spec 10)") {
  CHECK(value_text("LENGTH('')") == "0");
  CHECK(value_text("LENGTH('abc')") == "3");
  CHECK(value_text("LENGTH(tags.s)", document) == "8");
  CHECK(value_text("LENGTH(tags.s || tags.z)", document) == "11");
  CHECK(value_text("LENGTH(5)") == "undefined");
}

TEST_CASE("functions: LOWER and UPPER (spec 10)") {
  CHECK(value_text("LOWER('ABC-Xyz')") == "\"abc-xyz\"");
  CHECK(value_text("UPPER(tags.s)", document) == "\"GRÜßE 😀\"");
  CHECK(value_text("LOWER('ÀÉÞŸĀŽΑΣЀЯԱẞ')") == "\"àéþÿāžασѐяաß\"");
  CHECK(value_text("UPPER(LOWER(tags.s) || 'x')", document) == "\"GRÜßE 😀X\"");
  CHECK(value_text("LOWER(UPPER('Straße'))") == "\"straße\"");
  CHECK(value_text("UPPER(tags.n)", document) == "undefined");
  CHECK(holds("LOWER(tags.s) = 'grüße \\ud83d\\ude00'", document));
}

TEST_CASE("functions: mapping the case keeps UTF-16 lengths, and a third mapping adds nothing") {
  using doppel::detail::to_lower;
  using doppel::detail::to_upper;
  for (std::uint32_t c = 0; c != 0x30000; ++c) {
    REQUIRE(to_upper(to_upper(c)) == to_upper(c));
    REQUIRE(to_lower(to_lower(c)) == to_lower(c));
    REQUIRE(to_upper(to_lower(to_upper(c))) == to_upper(to_lower(c)));
    REQUIRE(to_lower(to_upper(to_lower(c))) == to_lower(to_upper(c)));
    REQUIRE((to_upper(c) < 0x10000) == (c < 0x10000));
    REQUIRE((to_lower(c) < 0x10000) == (c < 0x10000));
    REQUIRE_FALSE((to_upper(c) >= 0xd800 && to_upper(c) < 0xe000 && (c < 0xd800 || c >= 0xe000)));
  }
}

TEST_CASE("functions: SUBSTRING (spec 10)") {
  CHECK(value_text("SUBSTRING('abcd', 1)") == "\"bcd\"");
  CHECK(value_text("SUBSTRING('abcd', 4)") == "\"\"");
  CHECK(value_text("SUBSTRING('abcd', 5)") == "undefined");
  CHECK(value_text("SUBSTRING('abcd', -1)") == "undefined");
  CHECK(value_text("SUBSTRING('abcd', 1, 2)") == "\"bc\"");
  CHECK(value_text("SUBSTRING('abcd', 0, 4)") == "\"abcd\"");
  CHECK(value_text("SUBSTRING('abcd', 0, 0)") == "\"\"");
  CHECK(value_text("SUBSTRING('abcd', 2, 3)") == "undefined");
  CHECK(value_text("SUBSTRING('abcd', 4, 0)") == "undefined");
  CHECK(value_text("SUBSTRING('', 0)") == "\"\"");
  CHECK(value_text("SUBSTRING('', 0, 0)") == "undefined");
  CHECK(value_text("SUBSTRING('abcd', 1.9, 2.9)") == "\"bc\"");
  CHECK(value_text("SUBSTRING('abcd', '1')") == "undefined");
  CHECK(value_text("SUBSTRING(5, 0)") == "undefined");
  // The smiling face takes units 6 and 7.
  CHECK(value_text("SUBSTRING(tags.s, 6)", document) == "\"😀\"");
  CHECK(value_text("SUBSTRING(tags.s, 7)", document) == "undefined");
  CHECK(value_text("SUBSTRING(tags.s, 0, 7)", document) == "undefined");
  CHECK(value_text("SUBSTRING(tags.s, 2, 3)", document) == "\"üße\"");
  // Over pieces, and mapped ones.
  CHECK(value_text("SUBSTRING('ab' || tags.s || 'yz', 1, 4)", document) == "\"bGrü\"");
  CHECK(value_text("SUBSTRING(UPPER('ab' || tags.s), 1, 4)", document) == "\"BGRÜ\"");
  CHECK(value_text("SUBSTRING('ab' || tags.e || 'cd', 2)", document) == "\"cd\"");
}

TEST_CASE("functions: INDEX_OF (spec 10)") {
  CHECK(value_text("INDEX_OF('abcabc', 'c')") == "2");
  CHECK(value_text("INDEX_OF('abc', 'x')") == "-1");
  CHECK(value_text("INDEX_OF('abc', '')") == "0");
  CHECK(value_text("INDEX_OF('', 'a')") == "-1");
  CHECK(value_text("INDEX_OF('aab', 'ab')") == "1");
  CHECK(value_text("INDEX_OF(tags.s || 'x', 'x')", document) == "8");
  CHECK(value_text("INDEX_OF(5, 'x')") == "undefined");
  CHECK(value_text("CONTAINS('ab' || tags.s, 'bG')", document) == "true");
}

TEST_CASE("functions: strings that are made are compared, searched and written without being put together") {
  const std::string d = R"({"tags":{"x":"a\"b\\\u0001","y":"Ab"}})";
  CHECK(value_text("tags.x || tags.y", d) == R"("a\"b\\\u0001Ab")");
  CHECK(value_text("STARTSWITH(tags.x || tags.y, 'a\\\"b')", d) == "true");
  CHECK(value_text("ENDSWITH(tags.x || tags.y, '\\u0001Ab')", d) == "true");
  CHECK(value_text("(tags.x || tags.y) LIKE '%_Ab'", d) == "true");
  CHECK(value_text("AS_NUMBER('1' || '2' || SUBSTRING('345', 1))") == "1245");
  CHECK(value_text("(tags.y || 'c') IN ['Abc']", d) == "true");
  CHECK(value_text("ARRAY_CONTAINS([tags.y || 'c'], 'Abc')", d) == "true");
  CHECK(value_text("[tags.y || 'c', LOWER(tags.y)] = ['Abc', 'ab']", d) == "true");
}
