// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/detail/lexer.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace doppel::detail;

namespace {

using texts = std::vector<std::string>;

// The tokens of a text, all asked for in one context; a bad one ends the list as "!".
texts tokens(std::string_view text, lex_context context = lex_context::operand, bool is_route = false) {
  lexer lex(text, is_route);
  texts result;
  for (;;) {
    const token t = lex.next(context);
    if (t.is(token_kind::end)) return result;
    if (t.is(token_kind::bad)) {
      result.emplace_back("!");
      return result;
    }
    result.emplace_back(lex.text(t));
  }
}

token_kind first_kind(std::string_view text, lex_context context = lex_context::operand) {
  return lexer(text, false).next(context).kind;
}

// Says whether the text is one token of this kind.
bool is_one(token_kind kind, std::string_view text, lex_context context = lex_context::operand) {
  lexer lex(text, false);
  const token t = lex.next(context);
  return t.is(kind) && t.length == text.size();
}

bool is_bad(std::string_view text) { return tokens(text).back() == "!"; }

}  // namespace

TEST_SUITE("query/lexer") {
  TEST_CASE("white space: four characters and comments (2.2)") {
    CHECK(tokens(" a\tb\r\nc ") == texts{"a", "b", "c"});
    CHECK(tokens("a/* x */b/**/c") == texts{"a", "b", "c"});
    CHECK(tokens("/* a /* b */ c") == texts{"c"});
    CHECK(tokens("/***/a") == texts{"a"});
    CHECK(tokens("a /* not closed") == texts{"a", "!"});
    CHECK(tokens("a /*/") == texts{"a", "!"});
    CHECK(tokens("a\fb") == texts{"a", "!"});
    CHECK(tokens("a\vb") == texts{"a", "!"});
    // U+00A0 is no space, and no part of a name; U+2003 is a character of names like any other.
    CHECK(tokens("a\xc2\xa0") == texts{"a", "!"});
    CHECK(tokens("a\xe2\x80\x83z") == texts{"a\xe2\x80\x83z"});
    CHECK(tokens(std::string_view("a\0b", 3)) == texts{"a", "!"});
  }

  TEST_CASE("keywords: any case, longest names first (2.3)") {
    CHECK(find_keyword("select") == keyword::select);
    CHECK(find_keyword("SeLeCt") == keyword::select);
    CHECK(find_keyword("selec") == keyword::none);
    CHECK(find_keyword("selects") == keyword::none);
    CHECK(find_keyword("") == keyword::none);
    CHECK(find_keyword("is_primitive") == keyword::is_primitive);
    CHECK(find_keyword("is_primitives") == keyword::none);
    for (const std::string_view word :
         {"ALL",       "AND",          "AS",         "ASC",   "AVG", "BY",      "COUNT",      "DESC",    "DEVICES",
          "ENDSWITH",  "FALSE",        "FROM",       "GROUP", "IN",  "IS_BOOL", "IS_DEFINED", "IS_NULL", "IS_NUMBER",
          "IS_OBJECT", "IS_PRIMITIVE", "IS_STRING",  "MAX",   "MIN", "NIN",     "NOT",        "NULL",    "OR",
          "ORDER",     "SELECT",       "STARTSWITH", "SUM",   "TOP", "TRUE",    "UNDEFINED",  "WHERE"}) {
      CAPTURE(word);
      CHECK(is_reserved(find_keyword(word)));
      CHECK(keyword_name(find_keyword(word)) == word);
    }
    for (const std::string_view word :
         {"MODULES", "JOBS", "DISTINCT", "BETWEEN", "LIKE", "ESCAPE", "OFFSET", "LIMIT", "JOIN", "HAVING"}) {
      CAPTURE(word);
      CHECK(find_keyword(word) != keyword::none);
      CHECK_FALSE(is_reserved(find_keyword(word)));
    }
  }

  TEST_CASE("names: letters, digits, _ and -, $ at the start, everything from U+00A1 on (2.4)") {
    for (const std::string_view name :
         {"a", "_", "$", "$metadata", "a-1", "a--", "my-prop", "\xc2\xa1", "gr\xc3\xb6\xc3\x9f",
          "\xe6\x9d\xb1\xe4\xba\xac", "\xf0\x9f\x98\x80", "a1_-b"}) {
      CAPTURE(name);
      CHECK(is_one(token_kind::word, name));
      CHECK(is_one(token_kind::word, name, lex_context::operation));
      CHECK(is_one(token_kind::word, name, lex_context::segment));
    }
    CHECK(tokens("a$b", lex_context::operation) == texts{"a", "$b"});
    CHECK(tokens("$a$b", lex_context::segment) == texts{"$a", "$b"});
    CHECK(tokens("-a") == texts{"-", "a"});
    CHECK(tokens("a.b-c") == texts{"a", ".", "b-c"});
    CHECK(tokens("a@b") == texts{"a", "!"});
    CHECK(tokens("a#") == texts{"a", "!"});
  }

  TEST_CASE("names: a segment may start with a digit, an operand may not (2.4)") {
    CHECK(is_one(token_kind::word, "4g", lex_context::segment));
    CHECK(is_one(token_kind::word, "42", lex_context::segment));
    CHECK(is_one(token_kind::word, "0x", lex_context::segment));
    CHECK(is_bad("4g"));
    CHECK(tokens(".4", lex_context::operation) == texts{".", "4"});
    CHECK(tokens(".4", lex_context::operand) == texts{".4"});
  }

  TEST_CASE("escaped names (2.5)") {
    for (const lex_context context : {lex_context::segment, lex_context::operand}) {
      CHECK(is_one(token_kind::escaped_name, "[[group]]", context));
      CHECK(is_one(token_kind::escaped_name, "[[a/b c.d]]", context));
      CHECK(is_one(token_kind::escaped_name, "[[$x]]", context));
      CHECK(is_one(token_kind::escaped_name, "[[a\\]]", context));
    }
    for (const std::string_view name : {"[[5]]", "[[true]]", "[[a,b]]", "[[it's]]", "[[\"]]", "[[a[b]]", "[[ ]]"}) {
      CAPTURE(name);
      CHECK(is_one(token_kind::escaped_name, name, lex_context::segment));
    }
    // Up to the first ]].
    CHECK(tokens("[[a]]]", lex_context::segment) == texts{"[[a]]", "]"});
    CHECK(tokens("[[]]", lex_context::segment) == texts{"!"});
    CHECK(tokens("[[]", lex_context::segment) == texts{"!"});
    CHECK(tokens("[[a", lex_context::segment) == texts{"!"});
    CHECK(tokens("[[a\nb]]", lex_context::segment) == texts{"!"});
    CHECK(tokens("[[a\rb]]", lex_context::segment) == texts{"!"});
    CHECK(tokens("[[a", lex_context::operand) == texts{"!"});
  }

  TEST_CASE("escaped names against arrays in arrays (2.5)") {
    for (const std::string_view text :
         {"[[1, 2], [3]]", "[[1]]", "[[-1]]", "[[1.5e3]]", "[[0x1F]]", "[[ 1 ]]", "[[true]]", "[[NULL]]", "[['a']]",
          "[[\"a\"]]", "[[undefined]]", "[[a,b]]", "[[a[0]]]", "[[]]", "[[[1]]]", "[[a], b]"}) {
      CAPTURE(text);
      CHECK(first_kind(text) == token_kind::open_bracket);
    }
    CHECK(first_kind("[[1a]]") == token_kind::escaped_name);
    CHECK(first_kind("[[-]]") == token_kind::escaped_name);
    CHECK(first_kind("[[a]]", lex_context::array_operand) == token_kind::open_bracket);
    CHECK(first_kind("[[a]]", lex_context::operation) == token_kind::open_bracket);
  }

  TEST_CASE("strings (2.6)") {
    for (const std::string_view text :
         {"''", "\"\"", "'a'", "\"it's\"", "'say \"x\"'", "'O''Brien'", "\"a\"\"b\"", "''''", "'\\''", "\"\\\"\"",
          "'\\\"'", "'\\\\'", "'\\u00e9'", "'\\uD83D\\uDE00'", "'a\nb'", "'\xe6\x9d\xb1'", "'/* no comment */'"}) {
      CAPTURE(text);
      CHECK(is_one(token_kind::string, text));
    }
    for (const std::string_view text :
         {"'", "'a", "\"a'", "'a\\'", "'\\l'", "'\\n'", "'\\u12'", "'\\u12G4'", "'\\uD83D'", "'\\uD83D\\u0041'",
          "'\\uD83Dx'", "'\\uDE00'", "'\\U0041'", "'\\", "'\\u", "'\\uD83D\\", "'''"}) {
      CAPTURE(text);
      CHECK(is_bad(text));
    }
    lexer lex("'plain' 'O''Brien' '\\u0041'", false);
    CHECK_FALSE(lex.next(lex_context::operand).has_escapes);
    CHECK(lex.next(lex_context::operand).has_escapes);
    CHECK(lex.next(lex_context::operand).has_escapes);
  }

  TEST_CASE("numbers (2.7)") {
    for (const std::string_view text : {"0", "42", "007", "1.5", ".5", "1e2", "1E+2", "1e-2", ".5e3", "1.5e300", "0x57",
                                        "0Xff", "0x1234567890abcdef", "9223372036854775807", "9223372036854775808"}) {
      CAPTURE(text);
      CHECK(is_one(token_kind::number, text));
    }
    for (const std::string_view text : {"1.", "1.e2", "43abc", "1e", "1e+", "0x", "0xg", "0x12345678901234567", "1_000",
                                        "1$", "1.2.3", ".5.5", "5\xc3\xa9", "1..2"}) {
      CAPTURE(text);
      CHECK(is_bad(text));
    }
    CHECK(tokens("5-2") == texts{"5", "-", "2"});
    CHECK(tokens("1e5-2") == texts{"1e5", "-", "2"});
    CHECK(tokens("1e-5-2") == texts{"1e-5", "-", "2"});
    CHECK(tokens("5,6") == texts{"5", ",", "6"});
  }

  TEST_CASE("numbers: what no double can hold is refused, what underflows is not") {
    CHECK(is_one(token_kind::number, "1.7976931348623157e308"));
    CHECK(is_one(token_kind::number, "1.7976931348623158e308"));
    CHECK(is_one(token_kind::number, "0.00017976931348623157e312"));
    CHECK(is_one(token_kind::number, "17976931348623157e292"));
    CHECK(is_one(token_kind::number, "0e99999999999999999999999"));
    CHECK(is_one(token_kind::number, "0.000e400"));
    CHECK(is_one(token_kind::number, "1e-99999999999999999999999"));
    CHECK(is_bad("1.7976931348623159e308"));
    CHECK(is_bad("1.8e308"));
    CHECK(is_bad("1e309"));
    CHECK(is_bad("0.01e311"));
    CHECK(is_bad("1e99999999999999999999999"));
    CHECK(is_one(token_kind::number, "1" + std::string(308, '0')));
    CHECK(is_bad("1" + std::string(309, '0')));
    CHECK(is_one(token_kind::number, "." + std::string(400, '0') + "1e700"));
    CHECK(is_bad("." + std::string(400, '0') + "1e710"));
  }

  TEST_CASE("punctuation (2.8)") {
    CHECK(tokens("( ) ] , . * = != <> < <= > >= + - / % || ??") ==
          texts{"(", ")", "]", ",", ".", "*", "=", "!=", "<>", "<", "<=", ">", ">=", "+", "-", "/", "%", "||", "??"});
    CHECK(tokens("a<=b<>c") == texts{"a", "<=", "b", "<>", "c"});
    for (const std::string_view text :
         {"==", "&&", "!", "&", "|", "?", "{", "}", ";", "@", "#", "~", "^", "`", "\\", ":"}) {
      CAPTURE(text);
      CHECK(is_bad(text));
    }
    CHECK(first_kind("<>") == token_kind::not_equal);
    CHECK(first_kind("!=") == token_kind::not_equal);
  }

  TEST_CASE("routes: names swallow operators (16.4)") {
    const auto route = [](std::string_view text) { return tokens(text, lex_context::operand, true); };
    CHECK(route("a-b a*b 3+4 a.b$c") == texts{"a-b", "a*b", "3+4", "a.b$c"});
    CHECK(route("a<b=c/d") == texts{"a", "<", "b", "=", "c", "/", "d"});
    CHECK(route("a - b") == texts{"a", "-", "b"});
    CHECK(route("a != b") == texts{"a", "!=", "b"});
    CHECK(route("a!=b") == texts{"a!", "=", "b"});
    CHECK(route("-5") == texts{"-", "5"});
    CHECK(route("-a") == texts{"-a"});
    CHECK(route("{$a}") == texts{"{", "$a", "}"});
    CHECK(route("$body.a[0].b") == texts{"$body.a", "[", "0", "]", ".b"});
    CHECK(route("1e5 0x1F .5") == texts{"1e5", "0x1F", ".5"});
    CHECK(route("a /* c */ b") == texts{"a", "b"});
    CHECK(route("'a b' \"c\"") == texts{"'a b'", "\"c\""});
  }
}
