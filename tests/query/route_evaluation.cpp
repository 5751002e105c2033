// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/compile.hpp>
#include <doppel/query/message.hpp>

#include <doctest/doctest.h>

#include <string_view>

using doppel::query_dialect;
using doppel::query_mode;

namespace {

constexpr doppel::message_property application[] = {{"Level", "critical"}, {"count", "12"}, {"$own", "mine"}};
constexpr doppel::message_property system_properties[] = {{"contentType", "application/json"}, {"own", "not mine"}};
const doppel::message message{
    application, system_properties,
    R"({"t":25.5,"s":"warm","b":true,"f":false,"n":null,"o":{"x":[1,{"y":"z"}]},"when":"2024-03-01T10:00:00.5Z","day":"2024-03-01","zone":"2024-03-01T10:00:00+xx:yy"})",
    R"({"deviceId":"d","tags":{"Site":"A"},"properties":{"reported":{"Battery":7}}})"};

bool takes(std::string_view route, const doppel::message& m = message) {
  int taken = 0;
  for (const bool folds : {true, false}) {
    const auto p = doppel::compile_query(route, {.mode = query_mode::hub, .dialect = query_dialect::route}, nullptr,
                                         {.folds_constants = folds});
    REQUIRE_MESSAGE(p.has_value(), route);
    doppel::query_scratch scratch;
    REQUIRE(scratch.prepare(*p).has_value());
    taken += matches(*p, m, scratch);
  }
  REQUIRE_MESSAGE(taken != 1, route);
  return taken == 2;
}

}  // namespace

TEST_CASE("route: properties are strings, and their names ignore case (spec 16.4)") {
  CHECK(takes("level = 'critical'"));
  CHECK(takes("LEVEL = \"critical\""));
  CHECK_FALSE(takes("level = 'Critical'"));
  CHECK_FALSE(takes("nosuch = 'x'"));
  CHECK_FALSE(takes("nosuch != 'x'"));
  CHECK(takes("NOT IS_DEFINED(nosuch)"));
  CHECK(takes("AS_NUMBER(count) > 3"));
  CHECK(takes("count <> '100'"));
}

TEST_CASE("route: $name is an application property of that name before a system property (spec 16.4)") {
  CHECK(takes("$contentType = 'application/json'"));
  CHECK(takes("$ContentType = 'application/json'"));
  CHECK(takes("$own = 'mine'"));
  CHECK(takes("{$own} = 'not mine'"));
}

TEST_CASE("route: the body; missing paths are null, composites and times undefined (spec 16.4)") {
  CHECK(takes("$body.t > 20"));
  CHECK(takes("$BODY.o.x[1].y = 'z'"));
  CHECK(takes("$body.o.x[0] = 1"));
  CHECK(takes("$body.nosuch = null"));
  CHECK(takes("$body.nosuch.deeper != 5"));
  CHECK(takes("$body.o.x[9] = null"));
  CHECK(takes("IS_NULL($body.nosuch)"));
  CHECK_FALSE(takes("IS_NULL($body.t)"));
  CHECK_FALSE(takes("$body.o = 1"));
  CHECK_FALSE(takes("$body.o != 1"));
  CHECK_FALSE(takes("IS_DEFINED($body.o)"));
  CHECK_FALSE(takes("IS_DEFINED($body.when)"));
  CHECK_FALSE(takes("$body.when > '2024'"));
  CHECK(takes("$body.day = '2024-03-01'"));
  CHECK(takes("ENDS_WITH($body.zone, '+xx:yy')"));
  doppel::message other = message;
  other.body = {};
  CHECK_FALSE(takes("$body.nosuch = null", other));
  CHECK_FALSE(takes("IS_DEFINED($body.t)", other));
}

TEST_CASE("route: order across types goes by rank: boolean, number, string, null (spec 16.4)") {
  CHECK(takes("$body.b < $body.t"));
  CHECK(takes("$body.t < $body.s"));
  CHECK(takes("$body.s < $body.n"));
  CHECK(takes("$body.nosuch > 5"));
  CHECK(takes("$body.t < 'a'"));
  CHECK_FALSE(takes("$body.t >= 'a'"));
  CHECK_FALSE(takes("$body.t = '25.5'"));
  CHECK(takes("$body.t != '25.5'"));
}

TEST_CASE("route: AND and OR with a value of the body want two booleans (spec 16.4)") {
  CHECK(takes("$body.b AND level = 'critical'"));
  CHECK(takes("$body.f OR level = 'critical'"));
  CHECK_FALSE(takes("$body.nosuch OR level = 'critical'"));
  CHECK_FALSE(takes("NOT ($body.nosuch AND level = 'x')"));
  CHECK(takes("NOT ($body.f AND level = 'x')"));
  CHECK_FALSE(takes("$body.t OR level = 'critical'"));
}

TEST_CASE("route: the constant null in logic (spec 16.4)") {
  CHECK_FALSE(takes("null AND level = 'critical'"));
  CHECK(takes("null OR level = 'critical'"));
  CHECK_FALSE(takes("null OR level = 'x'"));
  CHECK(takes("NOT null"));
  CHECK(takes("IS_NULL($body.b AND null)"));
  CHECK_FALSE(takes("IS_DEFINED(true AND ($body.b AND null))"));
  CHECK_FALSE(takes("IS_DEFINED(($body.b AND null) OR false)"));
  // What null OR x gives is x, also where that is no truth.
  CHECK(takes("IS_STRING(null OR $body.s)"));
  CHECK(takes("IS_NULL($body.nosuch OR null)"));
}

TEST_CASE("route: ?? takes the right side where the left one is undefined (spec 16.4)") {
  CHECK(takes("$body.b ?? $body.f"));
  CHECK(takes("$body.o ?? $body.b"));
  CHECK_FALSE(takes("$body.f ?? $body.b"));
  CHECK_FALSE(takes("$body.nosuch ?? $body.b"));  // null is defined
  CHECK(takes("undefined ?? $body.b"));
  CHECK(takes("IS_NULL(nosuch ?? null)"));
  CHECK(takes("($body.f OR null) ?? ($body.b AND true)") == takes("$body.f"));
}

TEST_CASE("route: numbers are doubles, infinities are values (spec 16.4)") {
  CHECK(takes("1 / 0 > 5"));
  CHECK(takes("-1 / 0 < 5"));
  CHECK_FALSE(takes("IS_DEFINED(0 / 0)"));
  CHECK(takes("POWER(10, 400) = 1 / 0"));
  CHECK(takes("9007199254740993 + 0 = 9007199254740992"));
  CHECK(takes("EXP(1000) > $body.t"));
}

TEST_CASE("route: the twin, without regard to case (spec 16.4)") {
  CHECK(takes("$twin.tags.site = 'A'"));
  CHECK(takes("$twin.properties.reported.battery < 10"));
  CHECK_FALSE(takes("$twin.tags.nosuch = 'A'"));
}

TEST_CASE("route: an empty condition takes nothing; true takes everything (spec 16.4)") {
  CHECK_FALSE(takes(""));
  CHECK(takes("true"));
  CHECK_FALSE(takes("undefined"));
}
