// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <string>

using doppel_test::holds;
using doppel_test::value_text;

namespace {

// Operands that are paths, so that nothing is folded: t, f, and u, which is not there.
constexpr const char* document = R"({"tags":{"t":true,"f":false,"n":null,"i":1,"s":"true","a":[],"o":{}}})";

// The same operands in every form: a path, a comparison of paths, a constant.
const std::string forms[3][3] = {{"tags.t", "tags.t = tags.t", "true"},
                                 {"tags.f", "tags.t = tags.f", "false"},
                                 {"tags.u", "tags.u = tags.t", "undefined"}};
const char* const names[3] = {"true", "false", "undefined"};

// Rows and columns in the order of the tables of the specification.
constexpr int and_table[3][3] = {{0, 1, 2}, {1, 1, 1}, {2, 1, 2}};
constexpr int or_table[3][3] = {{0, 0, 0}, {0, 1, 2}, {0, 2, 2}};

}  // namespace

TEST_CASE("logic: AND and OR, cell by cell, in every form of the operands (spec 7)") {
  for (int a = 0; a != 3; ++a) {
    for (int b = 0; b != 3; ++b) {
      for (const std::string& left : forms[a]) {
        for (const std::string& right : forms[b]) {
          const std::string both = "(" + left + ") AND (" + right + ")";
          const std::string either = "(" + left + ") OR (" + right + ")";
          CHECK_MESSAGE(value_text(both, document) == names[and_table[a][b]], both);
          CHECK_MESSAGE(value_text(either, document) == names[or_table[a][b]], either);
          CHECK_MESSAGE(holds(both, document) == (and_table[a][b] == 0), both);
          CHECK_MESSAGE(holds(either, document) == (or_table[a][b] == 0), either);
          CHECK_MESSAGE(holds("NOT (" + both + ")", document) == (and_table[a][b] == 1), both);
          CHECK_MESSAGE(holds("NOT (" + either + ")", document) == (or_table[a][b] == 1), either);
        }
      }
    }
  }
}

TEST_CASE("logic: NOT, cell by cell (spec 7)") {
  constexpr int table[3] = {1, 0, 2};
  for (int a = 0; a != 3; ++a) {
    for (const std::string& operand : forms[a]) {
      CHECK(value_text("NOT (" + operand + ")", document) == names[table[a]]);
      CHECK(holds("NOT (" + operand + ")", document) == (table[a] == 0));
      CHECK(holds("NOT NOT (" + operand + ")", document) == (a == 0));
      CHECK(holds("NOT NOT NOT (" + operand + ")", document) == (a == 1));
    }
  }
}

TEST_CASE("logic: an operand that is no boolean counts as undefined (spec 7)") {
  for (const char* const operand :
       {"tags.n", "tags.i", "tags.s", "tags.a", "tags.o", "null", "1", "'true'", "[true]"}) {
    const std::string x = operand;
    CHECK(value_text(x + " AND true", document) == "undefined");
    CHECK(value_text(x + " AND false", document) == "false");
    CHECK(value_text("tags.f AND " + x, document) == "false");
    CHECK(value_text("tags.t AND " + x, document) == "undefined");
    CHECK(value_text(x + " OR true", document) == "true");
    CHECK(value_text("tags.t OR " + x, document) == "true");
    CHECK(value_text("tags.f OR " + x, document) == "undefined");
    CHECK(value_text("NOT " + x, document) == "undefined");
  }
}

TEST_CASE("logic: a condition holds only when it is true (spec 5)") {
  CHECK(holds("tags.t", document));
  for (const char* const condition : {"tags.f", "tags.u", "tags.n", "tags.i", "tags.s", "tags.a", "tags.o", "null", "1",
                                      "'true'", "undefined", "[true]", "1 + 1", "tags.i + 1"}) {
    CHECK_FALSE(holds(condition, document));
  }
}

TEST_CASE("logic: NOT (x = 1) and x != 1 select the same, and neither where x is missing (spec 7)") {
  for (const char* const text : {R"({"tags":{"x":1}})", R"({"tags":{"x":2}})", R"({"tags":{"x":"1"}})",
                                 R"({"tags":{}})", R"({"tags":{"x":null}})", "{}"}) {
    CHECK(holds("NOT (tags.x = 1)", text) == holds("tags.x != 1", text));
  }
  CHECK_FALSE(holds("tags.x != 1"));
  CHECK(holds("NOT is_defined(tags.x) OR tags.x != 1"));
}

TEST_CASE("logic: ?? takes the right side for undefined only (spec 8)") {
  CHECK(value_text("tags.u ?? 5", document) == "5");
  CHECK(value_text("tags.n ?? 5", document) == "null");
  CHECK(value_text("tags.f ?? 5", document) == "false");
  CHECK(value_text("tags.u ?? tags.w ?? tags.i", document) == "1");
  CHECK(value_text("undefined ?? tags.i ?? 7", document) == "1");
  CHECK(value_text("3 ?? tags.i", document) == "3");
  CHECK(value_text("tags.u ?? tags.w", document) == "undefined");
  CHECK(holds("(tags.u ?? tags.t) AND (tags.u ?? true)", document));
}

TEST_CASE("logic: short circuits leave the stack as it was, however they are nested (spec 7)") {
  CHECK(value_text("(tags.f AND (tags.t OR tags.u)) OR (tags.t AND (tags.u OR (tags.f OR tags.t)))", document) ==
        "true");
  CHECK(value_text("((tags.t OR tags.f) AND (tags.f AND tags.t)) = false", document) == "true");
  CHECK(value_text("((tags.u ?? tags.t) OR tags.f) AND NOT (tags.f AND tags.u)", document) == "true");
  CHECK(value_text("[(tags.t OR tags.f), (tags.f AND tags.t), (tags.u ?? 1)]", document) == "[true,false,1]");
}
