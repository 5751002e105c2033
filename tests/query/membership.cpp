// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <string>

using doppel_test::holds;
using doppel_test::value_text;

namespace {

constexpr const char* document =
    R"({"tags":{"i":43,"s":"43","n":null,"b":true,"a":[1,[2]],"list":[43,"x",null],"o":{"k":1},"k":"k","at":1}})";

}  // namespace

TEST_CASE("IN: typed membership; undefined for an undefined value only (spec 9)") {
  CHECK(value_text("tags.i IN [1, 43.0]", document) == "true");
  CHECK(value_text("tags.i IN ['43', 44]", document) == "false");
  CHECK(value_text("tags.s IN ['43']", document) == "true");
  CHECK(value_text("tags.n IN [null]", document) == "true");
  CHECK(value_text("tags.n IN [false, 0, '']", document) == "false");
  CHECK(value_text("tags.b IN [true]", document) == "true");
  CHECK(value_text("tags.a IN [[1, [2]]]", document) == "true");
  CHECK(value_text("tags.a IN [[[2], 1]]", document) == "false");
  CHECK(value_text("tags.u IN [1]", document) == "undefined");
  CHECK(value_text("tags.u IN []", document) == "undefined");
  CHECK(value_text("tags.i IN []", document) == "false");
  CHECK(value_text("tags.i NIN []", document) == "true");
  CHECK(value_text("tags.u NIN [1]", document) == "undefined");
  CHECK(value_text("tags.i NIN [1]", document) == "true");
  CHECK(value_text("tags.i NOT IN [43]", document) == "false");
}

TEST_CASE("IN: elements that are undefined never match (spec 9)") {
  CHECK(value_text("tags.i IN [undefined]", document) == "false");
  CHECK(value_text("tags.i IN [tags.u, 43]", document) == "true");
  CHECK(value_text("tags.u IN [undefined]", document) == "undefined");
}

TEST_CASE("IN: parentheses, expressions, and any array on the right (spec 9)") {
  CHECK(value_text("tags.i IN (1, 43)", document) == "true");
  CHECK(value_text("tags.i IN [42 + 1]", document) == "true");
  CHECK(value_text("tags.i IN [tags.i - 0]", document) == "true");
  CHECK(value_text("43 IN tags.list", document) == "true");
  CHECK(value_text("null IN tags.list", document) == "true");
  CHECK(value_text("2 IN tags.a", document) == "false");
  CHECK(value_text("2 NIN tags.a", document) == "true");
  CHECK(value_text("43 IN tags.i", document) == "undefined");
  CHECK(value_text("43 IN tags.u", document) == "undefined");
  CHECK(value_text("tags.u IN tags.list", document) == "undefined");
}

TEST_CASE("IN: as a condition, folded or not (spec 9)") {
  CHECK(holds("tags.i IN [1, 2, 43]", document));
  CHECK_FALSE(holds("NOT tags.i IN [1, 2, 43]", document));
  CHECK(holds("tags.i NIN [1, 2]", document));
  CHECK_FALSE(holds("tags.u NIN [1, 2]", document));
  CHECK(holds("1 IN [1, 2]"));
  CHECK_FALSE(holds("3 IN [1, 2]"));
}

TEST_CASE("BETWEEN: both bounds included; like two comparisons (spec 9)") {
  CHECK(value_text("tags.i BETWEEN 43 AND 50", document) == "true");
  CHECK(value_text("tags.i BETWEEN 1 AND 43", document) == "true");
  CHECK(value_text("tags.i BETWEEN 44 AND 50", document) == "false");
  CHECK(value_text("tags.i BETWEEN 50 AND 1", document) == "false");
  CHECK(value_text("tags.i NOT BETWEEN 44 AND 50", document) == "true");
  CHECK(value_text("tags.i BETWEEN 'a' AND 50", document) == "undefined");
  CHECK(value_text("tags.i BETWEEN 'a' AND 1", document) == "false");  // undefined AND false
  CHECK(value_text("tags.u BETWEEN 1 AND 2", document) == "undefined");
  CHECK(value_text("tags.u NOT BETWEEN 1 AND 2", document) == "undefined");
  CHECK(holds("tags.s BETWEEN '4' AND '5' AND tags.b", document));
}

TEST_CASE("LIKE: % any run, _ one character, the rest for itself (spec 9)") {
  CHECK(value_text("'abc' LIKE 'abc'") == "true");
  CHECK(value_text("'abc' LIKE 'ABC'") == "false");
  CHECK(value_text("'abc' LIKE 'a%'") == "true");
  CHECK(value_text("'abc' LIKE '%c'") == "true");
  CHECK(value_text("'abc' LIKE '%b%'") == "true");
  CHECK(value_text("'abc' LIKE '%'") == "true");
  CHECK(value_text("'' LIKE '%'") == "true");
  CHECK(value_text("'' LIKE '_'") == "false");
  CHECK(value_text("'abc' LIKE 'a_c'") == "true");
  CHECK(value_text("'abc' LIKE 'ab'") == "false");
  CHECK(value_text("'abc' LIKE 'a.c'") == "false");
  CHECK(value_text("'ababac' LIKE 'ab%ac'") == "true");
  CHECK(value_text("'aab' LIKE '%ab'") == "true");
  CHECK(value_text("'mississippi' LIKE 'm%iss%pi'") == "true");
  CHECK(value_text("'mississippi' LIKE 'm%iss%iss%iss%'") == "false");
  CHECK(value_text("'x\\ud83d\\ude00y' LIKE 'x_y'") == "true");
  CHECK(value_text("'a%c' LIKE 'a\\\\%c' ESCAPE '\\\\'") == "true");
  CHECK(value_text("'abc' LIKE 'a!%c' ESCAPE '!'") == "false");
  CHECK(value_text("'a_c' LIKE 'a!_c' ESCAPE '!'") == "true");
  // An escape with nothing behind it stands for itself.
  CHECK(value_text("'a!' LIKE 'a!' ESCAPE '!'") == "true");
  CHECK(value_text("'a' LIKE 'a!' ESCAPE '!'") == "false");
  CHECK(value_text("'a%' LIKE 'a%' ESCAPE '%'") == "true");
  CHECK(value_text("'abc' LIKE 'a%' ESCAPE '%'") == "false");
  CHECK(value_text("'a_' LIKE 'a_' ESCAPE '_'") == "true");
  CHECK(value_text("'ab' LIKE 'a_' ESCAPE '_'") == "false");
  CHECK(value_text("'a%' LIKE 'a%%' ESCAPE '%'") == "true");
  CHECK(value_text("'a!c' LIKE 'a!!c' ESCAPE '!'") == "true");
  CHECK(value_text("'abc' LIKE 'abc' ESCAPE 'xy'") == "undefined");
  CHECK(value_text("'abc' LIKE 'abc' ESCAPE 1") == "undefined");
  CHECK(value_text("tags.i LIKE '43'", document) == "undefined");
  CHECK(value_text("tags.i NOT LIKE '43'", document) == "undefined");
  CHECK(value_text("tags.s NOT LIKE '5%'", document) == "true");
  CHECK(holds("tags.s LIKE '4%' AND tags.s LIKE '_3'", document));
}

TEST_CASE("subscripts: elements and members, else undefined (spec 4.2.6)") {
  CHECK(value_text("tags.list[0]", document) == "43");
  CHECK(value_text("tags.list[1]", document) == "\"x\"");
  CHECK(value_text("tags.list[3]", document) == "undefined");
  CHECK(value_text("tags.list[-1]", document) == "undefined");
  CHECK(value_text("tags.list[0.5]", document) == "undefined");
  CHECK(value_text("tags.a[1][0]", document) == "2");
  CHECK(value_text("tags.o['k']", document) == "1");
  CHECK(value_text("tags.o[0]", document) == "undefined");
  CHECK(value_text("tags.list['k']", document) == "undefined");
  CHECK(value_text("tags.list[tags.at]", document) == "\"x\"");
  CHECK(value_text("tags.list[tags.at + 1]", document) == "null");
  CHECK(value_text("tags.a[tags.at][0]", document) == "2");
  CHECK(value_text("tags.o[tags.k]", document) == "1");
  CHECK(value_text("tags[tags.k || '']", document) == "\"k\"");
  CHECK(value_text("tags.list[tags.u]", document) == "undefined");
  CHECK(value_text("tags.list[tags.b]", document) == "undefined");
  CHECK(holds("tags.list[0] = 43 AND tags.a[1][0] < 3", document));
}

TEST_CASE("paths: what leads nowhere is undefined (spec 4.2.5)") {
  CHECK(value_text("nosuch", document) == "undefined");
  CHECK(value_text("tags.i.x", document) == "undefined");
  CHECK(value_text("tags.list.x", document) == "undefined");
  CHECK(value_text("tags.o.k.x", document) == "undefined");
  CHECK(value_text("tags.K", document) == "undefined");
  CHECK(value_text("TAGS.k", document) == "\"k\"");
}
