// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/preflight.hpp>

#include "common.hpp"

#include <doctest/doctest.h>

#include <string>

// That preflight agrees with the write that follows is a law of tests/laws.cpp.
namespace {

using namespace doppel_test;
using doppel::errc;
using doppel::write_kind;

}  // namespace

TEST_SUITE("twin/preflight") {
  TEST_CASE("preflight: tells sizes, what is left and what would change (5)") {
    bench b;
    REQUIRE(b.merge(R"({"tags":{"a":1},"properties":{"desired":{"bb":"x"}}})") == accepted);
    const std::string view = view_of(b.twin);
    const std::string image = image_of(b.twin);
    const std::size_t held = b.twin.bytes_held();
    doppel::preflight_report report;
    REQUIRE(preflight(b.twin, write_kind::merge, R"({"tags":{"c":true},"properties":{"desired":{"bb":null}}})",
                      options_at(2), b.scratch, report));
    CHECK(report.accepted);
    CHECK(report.error == errc{});
    CHECK(report.tags.before == 9);
    CHECK(report.tags.after == 14);
    CHECK(report.tags.bytes_left == 8192 - 14);
    CHECK(report.desired.before == 3);
    CHECK(report.desired.after == 0);
    CHECK(report.desired.bytes_left == 32768);
    CHECK(report.reported.after == 0);
    CHECK(report.change.after().etag == 3);
    CHECK(report.change.time() == at_second(2));
    CHECK(notification_of(report.change) == R"({"bb":null,"$version":3})");
    CHECK(view_of(b.twin) == view);
    CHECK(image_of(b.twin) == image);
    CHECK(b.twin.bytes_held() == held);
  }

  TEST_CASE("preflight: a refusal says why and where, and leaves the sizes") {
    bench b;
    REQUIRE(b.tags(R"({"a":1})") == accepted);
    doppel::preflight_report report;
    const auto refused = [&](write_kind kind, const char* text, errc code, const char* path,
                             const doppel::write_options& options) {
      CAPTURE(text);
      REQUIRE(preflight(b.twin, kind, text, options, b.scratch, report));
      CHECK(!report.accepted);
      CHECK(report.error == code);
      CHECK(report.where.code == code);
      CHECK(report.where.path() == path);
      CHECK(report.change.empty());
      CHECK(report.tags.after == report.tags.before);
    };
    doppel::write_options options = options_at(2);
    refused(write_kind::merge, "{", errc::malformed_json, "", options);
    refused(write_kind::merge, R"({"tags":{"x":[null]}})", errc::null_in_array, "tags.x[0]", options);
    refused(write_kind::merge_reported, "null", errc::section_not_object, "", options);
    options.limits.tags_bytes = 10;
    refused(write_kind::replace, R"({"tags":{"a":"0123456789"}})", errc::section_size, "tags", options);
    options.condition = doppel::precondition::matching("other");
    refused(write_kind::merge, R"({"tags":{}})", errc::precondition_failed, "", options);
    REQUIRE(preflight(b.twin, write_kind::merge_reported, "{}", options, b.scratch, report));  // not for devices
    CHECK(report.accepted);
    CHECK(report.tags.bytes_left == 1);
    options.base_version = 7;
    refused(write_kind::merge_reported, "{}", errc::precondition_failed, "", options);
  }

  TEST_CASE("preflight: of a twin without keys, with a foreign etag, and with a shared table that is full") {
    doppel::preflight_report report;
    doppel::workspace scratch;
    const doppel::twin empty;
    REQUIRE(preflight(empty, write_kind::merge, R"({"tags":{"a":1}})", options_at(1), scratch, report));
    CHECK(report.accepted);
    CHECK(report.tags.after == 9);
    bench b;
    REQUIRE(b.load(R"({"deviceId":"d","etag":"strange","properties":{}})") == accepted);
    doppel::write_options options = options_at(1);
    options.condition = doppel::precondition::matching("strange");
    REQUIRE(preflight(b.twin, write_kind::replace, "{}", options, scratch, report));
    CHECK(report.accepted);
    CHECK(b.twin.etag().view() == "strange");
    doppel::limits none;
    none.keys_in_table = 0;
    bench c{doppel::twin(doppel::key_table::create(none).value())};
    REQUIRE(c.tags(R"({"a":{"b":1}})") == accepted);
    REQUIRE(preflight(c.twin, write_kind::merge, R"({"tags":{"a":{"c":1}}})", options_at(1), scratch, report));
    CHECK(report.accepted);
    CHECK(report.tags.after == 19);
  }

  TEST_CASE("preflight: a body without a section would be accepted and change nothing (6.7)") {
    bench b;
    doppel::preflight_report report;
    REQUIRE(preflight(b.twin, write_kind::merge, "{}", options_at(1), b.scratch, report));
    CHECK(report.accepted);
    CHECK(report.change.empty());
  }
}
