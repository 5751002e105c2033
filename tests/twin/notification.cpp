// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/notification.hpp>

#include "common.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {
using namespace doppel_test;
}

TEST_SUITE("twin/notification") {
  TEST_CASE("notification: of a merge is the patch as sent, nulls kept, with the version (15.2, 15.4, 15.8)") {
    bench b;
    REQUIRE(
        b.merge(
            R"({"tags":{"t":1},"properties":{"desired":{"b":1,"a":{"x":null,"y":{}},"$version":99,"$metadata":{"q":1},"gone":null}}})") ==
        accepted);
    CHECK(notification_of(b.change) == R"({"b":1,"a":{"x":null,"y":{}},"gone":null,"$version":2})");
    REQUIRE(b.desired(R"({"b":1})") == accepted);
    CHECK(notification_of(b.change) == R"({"b":1,"$version":3})");
    REQUIRE(b.desired("{}") == accepted);
    CHECK(notification_of(b.change) == R"({"$version":4})");
    REQUIRE(b.desired("null") == accepted);
    CHECK(notification_of(b.change) == R"({"b":null,"a":null,"$version":5})");
    REQUIRE(b.tags("{}") == accepted);
    CHECK(!b.change.notifies_device());
    REQUIRE(b.report("{}") == accepted);
    CHECK(!b.change.notifies_device());
  }

  TEST_CASE("notification: of a replace is by presence of keys, not by value (7.7)") {
    bench b;
    REQUIRE(b.desired(R"({"a":1,"b":2,"o":{"p":1,"q":{"r":1}},"s":{"t":1},"u":1})") == accepted);
    REQUIRE(b.replace(R"({"properties":{"desired":{"a":1,"c":100,"o":{"q":{"n":1}},"s":5,"u":{"v":{"w":1}}}}})") ==
            accepted);
    CHECK(b.change.operation() == "replaceTwin");
    doppel::text_buffer out;
    const std::string text = notification_of(b.change);
    CHECK(text ==
          R"({"a":1,"c":100,"o":{"q":{"n":1,"r":null},"p":null},"s":5,"u":{"v":{"w":1}},"b":null,"$version":3})");
    REQUIRE(b.replace("{}") == accepted);
    CHECK(notification_of(b.change) == R"({"a":null,"c":null,"o":null,"s":null,"u":null,"$version":4})");
  }

  TEST_CASE("event: of tags and desired is that of the example (17.2.4)") {
    bench b;
    REQUIRE(
        b.load(
            R"({"deviceId":"d","etag":"AAAAAAAAAAU=","version":6,"properties":{"desired":{"$version":5},"reported":{"$version":1}}})") ==
        accepted);
    b.options.now = doppel::parse_timestamp("2024-05-01T10:00:00.1234567Z").value();
    REQUIRE(b.merge(R"({"tags":{"ring":"pilot"},"properties":{"desired":{"speed":3}}})") == accepted);
    CHECK(b.change.operation() == "updateTwin");
    CHECK(
        event_of(b.twin, b.change) ==
        R"({"version":7,"tags":{"ring":"pilot"},"properties":{"desired":{"speed":3,"$metadata":{"$lastUpdated":"2024-05-01T10:00:00.1234567Z",)"
        R"("$lastUpdatedVersion":6,"speed":{"$lastUpdated":"2024-05-01T10:00:00.1234567Z","$lastUpdatedVersion":6}},"$version":6}}})");
  }

  TEST_CASE("event: of a device's write has no versions in its metadata, deletions have no entry (9.3, 17.2.1)") {
    bench b;
    REQUIRE(b.report(R"({"a":null,"b":{"c":1,"d":null}})") == accepted);
    CHECK(
        event_of(b.twin, b.change) ==
        R"({"version":3,"properties":{"reported":{"a":null,"b":{"c":1,"d":null},"$metadata":{"$lastUpdated":"2024-05-01T10:00:01Z",)"
        R"("b":{"$lastUpdated":"2024-05-01T10:00:01Z","c":{"$lastUpdated":"2024-05-01T10:00:01Z"}}},"$version":2}}})");
    REQUIRE(b.tags(R"({"x":null})") == accepted);
    CHECK(event_of(b.twin, b.change) == R"({"version":4,"tags":{"x":null}})");
    REQUIRE(b.tags("{}") == accepted);
    CHECK(event_of(b.twin, b.change) == R"({"version":5,"tags":{}})");
  }

  TEST_CASE("event: replaceTwin holds the whole content, and moduleId for modules (17.2.2)") {
    bench b;
    doppel::identity who;
    who.device_id = "dev";
    who.module_id = "mod";
    REQUIRE(b.twin.reset(who, at_second(1)));
    REQUIRE(b.report(R"({"r":1})") == accepted);
    REQUIRE(b.replace(R"({"tags":{"t":{}},"properties":{"desired":{"d":true}}})") == accepted);
    const std::string stamp = R"("$lastUpdated":"2024-05-01T10:00:01Z")";
    const std::string wide = stamp + ",\"$lastUpdatedVersion\":2";
    CHECK(
        event_of(b.twin, b.change) ==
        R"({"deviceId":"dev","moduleId":"mod","etag":"AAAAAAAAAAI=","version":4,"tags":{"t":{}},"properties":{"desired":{"d":true,"$metadata":{)" +
            wide + ",\"d\":{" + wide + R"(}},"$version":2},"reported":{"r":1,"$metadata":{)" + stamp + ",\"r\":{" +
            stamp + R"(}},"$version":2}}})");
    REQUIRE(b.replace("{}") == accepted);
    CHECK(event_of(b.twin, b.change).find(R"("tags":{},"properties")") != std::string::npos);
  }

  TEST_CASE("messages: stay within their room for many small members, escapes and marks") {
    bench b;
    const std::string id(150, 'c'), digest(100, '1');
    b.options.configuration = doppel::configuration_mark{id, digest};
    std::string text = "{";
    for (int i = 0; i < 3000; ++i)
      text += "\"" + std::to_string(i) + "\":" + (i % 3 == 0 ? "null" : i % 3 == 1 ? "{}" : "{\"\":1}") + ",";
    text.back() = '}';
    REQUIRE(b.desired(text) == accepted);
    const std::string event = event_of(b.twin, b.change);
    CHECK(event.size() > 300'000);
    CHECK(notification_of(b.change).size() > text.size());
    REQUIRE(b.desired("null") == accepted);
    CHECK(notification_of(b.change).size() > 2000 * 9);
  }
}
