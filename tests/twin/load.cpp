// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/load.hpp>

#include "common.hpp"

#include <support/fixture.hpp>
#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using namespace doppel_test;
using doppel::errc;

constexpr const char* names[] = {"thermostat",          "edge-agent-module",  "edge-custom-module",
                                 "edge-gateway",        "firmware-rollout",   "fresh-device",
                                 "leaf-behind-gateway", "near-limit",         "pnp-temperature-controller",
                                 "vending-machine",     "x509-disabled-meter"};

std::string fixture(const std::string& name) { return read_file(fixture_path("twins/" + name + ".json")).value(); }

std::string with_properties(const std::string& desired, const std::string& rest = "") {
  return R"({"deviceId":"d","etag":"AAAAAAAAAAE=","version":2)" + rest + R"(,"properties":{"desired":{)" + desired +
         R"("$version":1},"reported":{"$metadata":{"$lastUpdated":"2024-05-01T10:00:00Z"},"$version":1}}})";
}
struct with_digest : doppel::default_policy {
  using etag_type = doppel::digest_etag;
};
constexpr const char* stamped = R"("$metadata":{"$lastUpdated":"2024-05-01T10:00:00Z"},)";

}  // namespace

TEST_SUITE("twin/load") {
  TEST_CASE("load: every fixture is written back equal, members in their order (2, 2.1.5)") {
    for (const std::string name : names) {
      CAPTURE(name);
      bench b{doppel::twin()};
      doppel::load_options strict;
      strict.strict = true;
      strict.refuse_duplicates = true;
      REQUIRE(b.load(fixture(name), strict) == accepted);
      CHECK(b.report_of_load.is_clean());
      CHECK(difference_between(parsed(fixture(name)), parsed(view_of(b.twin)), {number_match::spelling, false}) == "");
      const std::string text = view_of(b.twin);
      REQUIRE(b.load(text) == accepted);
      CHECK(view_of(b.twin) == text);
    }
  }

  TEST_CASE("load: what the device gets for the fixture is the other fixture (3.1)") {
    bench b{doppel::twin()};
    REQUIRE(b.load(fixture("thermostat")) == accepted);
    CHECK(difference_between(parsed(fixture("thermostat.device-view")), parsed(device_view(b.twin)), exactly) == "");
  }

  TEST_CASE("load: old times, tags.$etag and capitalised thumbprints are read and written in today's form (2.1)") {
    bench b{doppel::twin()};
    REQUIRE(
        b.load(
            R"({"deviceId":"d","etag":"AAAAAAAAAAE=","version":2,"x509Thumbprint":{"PrimaryThumbprint":"AB","SecondaryThumbprint":null},)"
            R"("tags":{"$etag":"x","a":1},"properties":{"desired":{"n":1,"$metadata":{"$lastUpdated":"2016-05-01T10:00:00.5",)"
            R"("n":{"$lastUpdated":"2016-05-01T12:00:00.123+02:00"}},"$version":1},)"
            R"("reported":{"$metadata":{"$lastUpdated":"0001-01-01T00:00:00"},"$version":1}}})") == accepted);
    CHECK(b.report_of_load.times_not_understood == 0);
    const node document = parsed(view_of(b.twin));
    CHECK(to_text(*document.find("tags")) == R"({"a":1})");
    CHECK(to_text(*document.find("x509Thumbprint")) == R"({"primaryThumbprint":"AB","secondaryThumbprint":null})");
    CHECK(metadata_of(b.twin.desired()) ==
          R"({"$lastUpdated":"2016-05-01T10:00:00.5Z","n":{"$lastUpdated":"2016-05-01T10:00:00.123Z"}})");
    CHECK(metadata_of(b.twin.reported()) == R"({"$lastUpdated":"0001-01-01T00:00:00Z"})");
  }

  TEST_CASE("load: unknown root members are kept, behind the known ones (2.1.2)") {
    bench b{doppel::twin()};
    REQUIRE(
        b.load(
            R"({"vendor":{"a b":[null,{"$x":null}],"deviceId":1},"etag":"AAAAAAAAAAE=","new.member":null,"deviceId":"d","version":2,"":0,)"
            R"("properties":{"desired":{"$version":1},"reported":{"$version":1}}})") == accepted);
    CHECK(b.report_of_load.unknown_root_members == 3);
    CHECK(
        view_of(b.twin) ==
        R"({"deviceId":"d","etag":"AAAAAAAAAAE=","version":2,"properties":{"desired":{"$metadata":{},"$version":1},)"
        R"("reported":{"$metadata":{},"$version":1}},"vendor":{"a b":[null,{"$x":null}],"deviceId":1},"new.member":null,"":0})");
    CHECK(b.twin.at("vendor.deviceId").as_integer() == 1);
    REQUIRE(b.replace("{}") == accepted);
    CHECK(parsed(view_of(b.twin)).find("vendor") != nullptr);
  }

  TEST_CASE("load: members without metadata get the stamp of what holds them") {
    bench b{doppel::twin()};
    REQUIRE(b.load(with_properties(
                R"("a":{"b":{"c":1}},"x":1,"$metadata":{"$lastUpdated":"2024-05-01T10:00:00Z","$lastUpdatedVersion":4,)"
                R"("a":{"$lastUpdated":"2024-05-01T09:00:00Z","$lastUpdatedVersion":3}},)")) == accepted);
    CHECK(b.report_of_load.members_without_metadata == 3);
    CHECK(b.twin.at("desired.a.b.c").last_updated() == b.twin.at("desired.a").last_updated());
    CHECK(b.twin.at("desired.a.b").last_updated().version == 3);
    CHECK(b.twin.at("desired.x").last_updated() == doppel::stamp{at_second(0), 4});
    // The same with a version that needs more room.
    REQUIRE(
        b.load(with_properties(
            R"("a":{"b":1},"$metadata":{"$lastUpdated":"2024-05-01T10:00:00Z","$lastUpdatedVersion":1099511627776},)")) ==
        accepted);
    CHECK(b.report_of_load.members_without_metadata == 2);
    CHECK(b.twin.at("desired.a.b").last_updated() == doppel::stamp{at_second(0), 1099511627776});
    // And for so many that all of it has to have been reserved.
    std::string many;
    for (int i = 0; i < 400; ++i) many += "\"" + std::to_string(i) + "\":1,";
    REQUIRE(
        b.load(with_properties(
            many + R"("$metadata":{"$lastUpdated":"2024-05-01T10:00:00Z","$lastUpdatedVersion":1099511627776},)")) ==
        accepted);
    CHECK(b.twin.at("desired.399").last_updated().version == 1099511627776);
    const std::string text = view_of(b.twin);
    REQUIRE(b.load(text) == accepted);
    CHECK(view_of(b.twin) == text);
  }

  TEST_CASE("load: metadata that fits nothing is dropped and counted") {
    bench b{doppel::twin()};
    REQUIRE(
        b.load(with_properties(
            R"("a":1,"$metadata":{"$lastUpdated":"2024-05-01T10:00:00Z","a":{"$lastUpdated":"2024-05-01T10:00:00Z",)"
            R"("below":{"$lastUpdated":"2024-05-01T10:00:00Z"}},"gone":{"$lastUpdated":"2024-05-01T10:00:00Z"}},)")) ==
        accepted);
    CHECK(b.report_of_load.metadata_without_member == 2);
    CHECK(content_of(b.twin.desired()) == R"({"a":1})");
    REQUIRE(b.load(with_properties(R"("a":1,"$metadata":{"$lastUpdated":"yesterday","a":{"$lastUpdated":17}},)")) ==
            accepted);
    CHECK(b.report_of_load.times_not_understood == 2);
    CHECK(!b.twin.at("desired.a").last_updated().time);
    doppel::load_options options;
    options.missing_time = at_second(3);
    REQUIRE(b.load(with_properties(R"("a":1,)"), options) == accepted);
    CHECK(b.twin.at("desired.a").last_updated().time == at_second(3));
  }

  TEST_CASE("load: nulls in sections are dropped and counted (4.4.3)") {
    bench b{doppel::twin()};
    REQUIRE(b.load(with_properties("\"a\":null,\"b\":1," + std::string(stamped), R"(,"tags":{"x":null})")) == accepted);
    CHECK(b.report_of_load.nulls_dropped == 2);
    CHECK(content_of(b.twin.desired()) == R"({"b":1})");
    CHECK(b.twin.tags().empty());
    REQUIRE(b.load(with_properties("\"o\":{\"a\":null}," + std::string(stamped))) == accepted);
    CHECK(b.report_of_load.nulls_dropped == 1);
    CHECK(content_of(b.twin.desired()) == R"({"o":{}})");
    CHECK(b.load(with_properties("\"a\":[null],")) == errc::null_in_array);
  }

  TEST_CASE("load: counters that are missing, odd or do not add up are told, or refused when strict (10)") {
    bench b{doppel::twin()};
    doppel::load_options strict;
    strict.strict = true;
    const auto both = [&](const char* text) {
      const std::string before = view_of(b.twin);
      CHECK(b.load(text, strict) == errc::invalid_document);
      CHECK(view_of(b.twin) == before);
      REQUIRE(b.load(text) == accepted);
      return b.report_of_load;
    };
    doppel::load_report report = both(R"({"deviceId":"d"})");
    CHECK(report.etag_is_missing);
    CHECK(report.version_is_missing);
    CHECK(report.desired_version_is_missing);
    CHECK(report.reported_version_is_missing);
    CHECK(b.twin.counters() == doppel::counters{1, 1, 1, 2});
    report = both(
        R"({"deviceId":"d","etag":"AAAAAAAAAAM=","version":9,"properties":{"desired":{"$version":2},"reported":{"$version":4}}})");
    CHECK(report.version_differs);
    CHECK(!report.version_is_missing);
    CHECK(b.twin.counters() == doppel::counters{3, 2, 4, 9});
    REQUIRE(b.tags("{}") == accepted);
    CHECK(b.twin.counters() == doppel::counters{4, 2, 4, 10});
    report = both(
        R"({"deviceId":"d","etag":"mine","version":9,"properties":{"desired":{"$version":2},"reported":{"$version":4}}})");
    CHECK(report.etag_is_foreign);
    CHECK(!report.etag_is_missing);
    report = both(
        R"({"deviceId":"d","etag":"a b","version":2,"properties":{"desired":{"$version":1},"reported":{"$version":1}}})");
    CHECK(report.etag_is_missing);
    report = both(
        R"({"deviceId":"d","etag":"AAAAAAAAAAE=","version":"2","properties":{"desired":{"$version":-1},"reported":{"$version":1.0}}})");
    CHECK(report.version_is_missing);
    CHECK(report.desired_version_is_missing);
    CHECK(report.reported_version_is_missing);
  }

  TEST_CASE("load: an etag whose counter is out of range does not wrap (10.5)") {
    bench b{doppel::twin()};
    for (const char* etag : {"//////////8=", "f/////////8="}) {  // 2^64-1 and 2^63-1
      CAPTURE(etag);
      REQUIRE(b.load(R"({"deviceId":"d","etag":")" + std::string(etag) +
                     R"(","version":9,"properties":{"desired":{"$version":2},"reported":{"$version":4}}})") ==
              accepted);
      CHECK(b.twin.etag().view() == etag);
      doppel::twin back;
      CHECK(load_image(back, image_of(b.twin), doppel::image_trust::trusted, b.scratch));
      const std::uint64_t before = b.twin.counters().etag;
      REQUIRE(b.tags("{}") == accepted);
      CHECK(b.twin.counters().etag == before + 1);
      CHECK(b.twin.counters().etag < std::uint64_t{1} << 63);
    }
  }

  TEST_CASE("load: a digest etag is known again, an etag of other content is foreign (10.1)") {
    doppel::load_options strict;
    strict.strict = true;
    basic_bench<with_digest> a;
    const auto comes_back = [&] {
      const std::string text = view_of(a.twin);
      CAPTURE(text);
      basic_bench<with_digest> b;
      REQUIRE(b.load(text, strict) == accepted);
      CHECK(b.report_of_load.is_clean());
      CHECK(view_of(b.twin) == text);
      CHECK(b.twin.counters() == a.twin.counters());
    };
    comes_back();
    REQUIRE(a.merge(R"({"tags":{"a\"b":{"c":{},"d":[1,{"e":"\n"}]},"f":true},"properties":{"desired":{"g":1.50}}})") ==
            accepted);
    REQUIRE(a.report(R"({"h":1})") == accepted);
    comes_back();
    REQUIRE(a.replace(R"({"tags":{"a":{"x":{"y":null}}}})") == accepted);
    comes_back();
    REQUIRE(a.replace("{}") == accepted);
    comes_back();

    // Nulls and what a duplicate overrides are no content.
    basic_bench<with_digest> b;
    REQUIRE(a.tags(R"({"n":{"m":2}})") == accepted);
    std::string text = view_of(a.twin);
    text.replace(text.find(R"({"n":{"m":2}})"), 13, R"({"n":{"m":1},"z":null,"n":{"z":null,"m":2}})");
    REQUIRE(b.load(text, strict) == accepted);
    CHECK(view_of(b.twin) == view_of(a.twin));

    // The etag of other content.
    text = view_of(a.twin);
    text.replace(text.find(R"("m":2)"), 5, R"("m":3)");
    CHECK(b.load(text, strict) == errc::invalid_document);
    REQUIRE(b.load(text) == accepted);
    CHECK(b.report_of_load.etag_is_foreign);
    CHECK(b.twin.etag() == a.twin.etag());
    CHECK(b.twin.counters() == a.twin.counters());

    // A counter is one for this policy too, if the version agrees.
    REQUIRE(b.load(fixture("thermostat"), strict) == accepted);
    CHECK(b.report_of_load.is_clean());
    bench counted;
    REQUIRE(counted.load(fixture("thermostat"), strict) == accepted);
    CHECK(b.twin.counters() == counted.twin.counters());
    CHECK(b.twin.etag() != counted.twin.etag());
  }

  TEST_CASE("load: sections beyond their limits load, are told, and may shrink or stay (5.9)") {
    bench b{doppel::twin()};
    doppel::load_options options;
    options.limits.tags_bytes = options.limits.desired_bytes = options.limits.reported_bytes = 8;
    const std::string text =
        R"({"deviceId":"d","etag":"AAAAAAAAAAE=","version":2,"tags":{"a":1},"properties":{"desired":{"b":1,"$version":1},)"
        R"("reported":{"c":1,"$version":1}}})";
    REQUIRE(b.load(text, options) == accepted);
    CHECK(b.report_of_load.tags_are_oversized);
    CHECK(b.report_of_load.desired_is_oversized);
    CHECK(b.report_of_load.reported_is_oversized);
    b.options.limits = options.limits;
    CHECK(b.tags(R"({"a":2})") == accepted);
    CHECK(b.tags(R"({"b":""})") == errc::section_size);
    options.limits.tags_bytes = 9;
    REQUIRE(b.load(text, options) == accepted);
    CHECK(!b.report_of_load.tags_are_oversized);
  }

  TEST_CASE("load: a refused document changes neither twin nor report, and the place is named (4)") {
    bench b;
    const std::string before = view_of(b.twin);
    const auto refused = [&](const std::string& text, errc code, std::string_view path) {
      CAPTURE(text);
      b.report_of_load.nulls_dropped = 77;
      CHECK(b.load(text) == code);
      CHECK(b.where.code == code);
      CHECK(b.where.path() == path);
      CHECK(b.report_of_load.nulls_dropped == 77);
      CHECK(view_of(b.twin) == before);
    };
    refused("", errc::malformed_json, "");
    refused("{", errc::malformed_json, "");
    refused("[]", errc::invalid_document, "");
    refused("null", errc::invalid_document, "");
    refused(R"({"tags":[]})", errc::section_not_object, "tags");
    refused(R"({"tags":{"a b":1}})", errc::key_character, "tags.[[a b]]");
    refused(R"({"properties":{"desired":{"x":{"$y":1}}}})", errc::key_character, "properties.desired.x.$y");
    refused(R"({"properties":{"reported":{"x":9007199254740993}}})", errc::integer_range, "properties.reported.x");
    doppel::load_options options;
    options.limits.text_bytes = 5;
    CHECK(b.load(R"({"deviceId":"d"})", options) == errc::text_too_long);
    options = {};
    options.refuse_duplicates = true;
    CHECK(b.load(R"({"tags":{"a":1,"a":2}})", options) == errc::duplicate_member);
    REQUIRE(b.load(R"({"deviceId":"d","tags":{"a":1,"a":2}})") == accepted);
    CHECK(content_of(b.twin.tags()) == R"({"a":2})");
  }
}
