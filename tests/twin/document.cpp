// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/document.hpp>

#include "common.hpp"

#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {
using namespace doppel_test;
}

TEST_SUITE("twin/document") {
  TEST_CASE("service view: root members come in the service's order, however they were loaded (2.1)") {
    const char* const order[] = {"deviceId",
                                 "moduleId",
                                 "etag",
                                 "deviceEtag",
                                 "status",
                                 "statusReason",
                                 "statusUpdateTime",
                                 "connectionState",
                                 "lastActivityTime",
                                 "cloudToDeviceMessageCount",
                                 "authenticationType",
                                 "x509Thumbprint",
                                 "modelId",
                                 "version",
                                 "tags",
                                 "properties",
                                 "configurations",
                                 "capabilities",
                                 "deviceScope",
                                 "parentScopes"};
    std::string text = "{\"zzz\":1";
    for (std::size_t i = std::size(order); i-- > 0;) {
      const std::string name = order[i];
      text += ",\"" + name + "\":";
      text += name == "properties" ? R"({"reported":{"$version":1},"desired":{"$version":1}})"
              : name == "tags"     ? R"({"a":1})"
              : name == "etag"     ? "\"AAAAAAAAAAE=\""
              : name == "version"  ? "2"
                                   : "\"x\"";
    }
    bench b{doppel::twin()};
    REQUIRE(b.load(text + "}") == accepted);
    const node document = parsed(view_of(b.twin));
    REQUIRE(document.members.size() == std::size(order) + 1);
    for (std::size_t i = 0; i < std::size(order); ++i) CHECK(document.members[i].key == order[i]);
    CHECK(document.members.back().key == "zzz");
  }

  TEST_CASE("service view: an overwritten key keeps its place, a removed one comes back last (2.1.5)") {
    bench b;
    REQUIRE(b.tags(R"({"a":1,"b":{"x":1,"y":2},"c":3})") == accepted);
    REQUIRE(b.tags(R"({"b":{"x":{"z":1}},"a":"changed to a longer text"})") == accepted);
    CHECK(content_of(b.twin.tags()) == R"({"a":"changed to a longer text","b":{"x":{"z":1},"y":2},"c":3})");
    REQUIRE(b.tags(R"({"a":null,"b":{"x":null}})") == accepted);
    REQUIRE(b.tags(R"({"b":{"x":5},"a":1})") == accepted);
    CHECK(content_of(b.twin.tags()) == R"({"b":{"y":2,"x":5},"c":3,"a":1})");
    const std::string text = view_of(b.twin);
    CHECK(text.find(R"("version":6,"tags":{"b")") != std::string::npos);
    REQUIRE(b.tags("null") == accepted);
    CHECK(view_of(b.twin).find("\"tags\"") == std::string::npos);
  }

  TEST_CASE("views: replace what the buffer held, and take memory once") {
    bench b;
    REQUIRE(b.desired(R"({"a":"0123456789"})") == accepted);
    doppel::text_buffer out;
    out.append("something before");
    REQUIRE(write_service_view(b.twin, out));
    const std::string text(out.view());
    CHECK(text.front() == '{');
    const std::size_t capacity = out.capacity();
    REQUIRE(write_device_view(b.twin, out));
    CHECK(out.view() == R"({"desired":{"a":"0123456789","$version":2},"reported":{"$version":1}})");
    REQUIRE(write_service_view(b.twin, out));
    CHECK(out.view() == text);
    CHECK(out.capacity() == capacity);
    out.clear();
    out.append("x");
    REQUIRE(write_metadata(b.twin.reported(), out));
    CHECK(out.view() == R"(x{"$lastUpdated":"2024-05-01T10:00:00Z"})");
  }
}
