// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/update.hpp>

#include "common.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

namespace {

using namespace doppel_test;
using doppel::errc;
using doppel::section_name;

std::string stamp_text(std::int64_t second, int version) {
  char text[40];
  const std::string time(text, doppel::format_timestamp(at_second(second), text));
  return "\"$lastUpdated\":\"" + time + "\"" +
         (version == 0 ? "" : ",\"$lastUpdatedVersion\":" + std::to_string(version));
}

}  // namespace

TEST_SUITE("twin/update") {
  TEST_CASE("set_value: each type becomes the JSON of its kind (4.2)") {
    bench b;
    const auto stored = [&](const auto& value) {
      REQUIRE(b.set("tags.v", value) == accepted);
      return std::string(b.twin.at("tags.v").text());
    };
    CHECK(stored(true) == "true");
    CHECK(stored(false) == "false");
    CHECK(stored(0) == "0");
    CHECK(stored(-5) == "-5");
    CHECK(stored(std::uint8_t{200}) == "200");
    CHECK(stored(std::int64_t{4503599627370495}) == "4503599627370495");
    CHECK(stored(1.0) == "1.0");
    CHECK(stored(-0.0) == "-0.0");
    CHECK(stored(0.1) == "0.1");
    CHECK(stored(0.5f) == "0.5");
    CHECK(b.twin.at("tags.v").kind() == doppel::value_kind::floating);
    for (const double d : {1e300, 5e-324, 1.7976931348623157e308, 123456789012345678.0, 1e21}) {
      CAPTURE(d);
      stored(d);
      CHECK(b.twin.at("tags.v").kind() == doppel::value_kind::floating);
      CHECK(b.twin.at("tags.v").as_double() == d);
    }
    CHECK(stored("plain") == "\"plain\"");
    CHECK(stored(std::string("a\"b\\c\n\t\x01\x7f/")).front() == '"');
    doppel::text_buffer out;
    REQUIRE(b.twin.at("tags.v").read_string(out));
    CHECK(out.view() == "a\"b\\c\n\t\x01\x7f/");
    CHECK(stored(std::string_view("nul\0nul", 7)) == "\"nul\\u0000nul\"");
    CHECK(stored("\xF0\x9F\x9A\x80") == "\"\xF0\x9F\x9A\x80\"");
  }

  TEST_CASE("set_value: what cannot be stored is refused and changes nothing (4.2)") {
    bench b;
    const std::string before = view_of(b.twin);
    CHECK(b.set("tags.v", std::numeric_limits<double>::infinity()) == errc::integer_range);
    CHECK(b.set("tags.v", -std::numeric_limits<float>::infinity()) == errc::integer_range);
    CHECK(b.set("tags.v", std::nan("")) == errc::integer_range);
    CHECK(b.set("tags.v", std::int64_t{4503599627370496}) == errc::integer_range);
    CHECK(b.set("tags.v", std::numeric_limits<std::uint64_t>::max()) == errc::integer_range);
    CHECK(b.set("tags.v", std::numeric_limits<std::int64_t>::min()) == errc::integer_range);
    CHECK(b.set("tags.v", std::string(4097, 'x')) == errc::value_length);
    CHECK(b.set("tags.v", "\xFF") == errc::malformed_json);
    CHECK(b.set("tags.v", "\xED\xA0\x80") == errc::malformed_json);
    CHECK(view_of(b.twin) == before);
    CHECK(b.set("tags.v", std::string(4096, 'x')) == accepted);
    CHECK(b.set("tags.w", std::string(5000, '\n')) == errc::value_length);  // control characters count here
  }

  TEST_CASE("set_json: paths reach odd keys and make what is missing (6.2)") {
    bench b;
    CHECK(b.json("properties.desired.a.b.c", "1") == accepted);
    CHECK(notification_of(b.change) == R"({"a":{"b":{"c":1}},"$version":2})");
    CHECK(b.json("desired.a.b", "{}") == accepted);
    CHECK(b.json("desired.a.b", "{\"d\":[1, 2]}") == accepted);
    CHECK(content_of(b.twin.desired()) == R"({"a":{"b":{"c":1,"d":[1,2]}}})");
    CHECK(b.json("tags.[[]]", "1") == accepted);
    CHECK(b.json("tags.[[q\"\\[x]]", " \"t\" ") == accepted);
    CHECK(b.json("tags.[[a]]]]b]].[[]]", "true") == accepted);
    CHECK(b.json("tags.caf\xC3\xA9", "2e0") == accepted);
    CHECK(content_of(b.twin.tags()) == "{\"\":1,\"q\\\"\\\\[x\":\"t\",\"a]]b\":{\"\":true},\"caf\xC3\xA9\":2e0}");
    CHECK(b.json("reported.x", "1") == accepted);
    CHECK(b.change.kind() == doppel::write_kind::merge_reported);
    CHECK(b.twin.reported_version() == 2);
    CHECK(b.json("desired.a", "null") == accepted);
    CHECK(b.twin.desired().empty());
  }

  TEST_CASE("set_json: a path that leads nowhere is refused") {
    bench b;
    const std::string before = view_of(b.twin);
    for (const char* path : {"", ".", "tags", "desired", "reported", "properties", "properties.desired",
                             "properties.other.x", "deviceId", "etag", "version", "Tags.a", "tags.", "tags..a",
                             "tags.a b", "tags.[[a", "tags.a]]", "tags.\xFF", " tags.a"}) {
      CAPTURE(path);
      CHECK(b.json(path, "1") == errc::invalid_path);
      CHECK(b.where.code == errc::invalid_path);
      CHECK(b.change.empty());
      CHECK(b.erase(path) == errc::invalid_path);
      CHECK(b.set(path, 1) == errc::invalid_path);
    }
    for (const char* path : {"tags.[[a.b]]", "tags.[[a b]]", "tags.$x", "tags.[[#]]", "desired.$version",
                             "desired.$metadata.x", "tags.[[\xC2\xA0]]", "tags.ok.[[\x01]]"}) {
      CAPTURE(path);
      CHECK(b.json(path, "1") == errc::key_character);
      CHECK(b.erase(path) == errc::key_character);
    }
    CHECK(b.json("tags." + std::string(1025, 'k'), "1") == errc::key_length);
    CHECK(view_of(b.twin) == before);
    CHECK(b.json("tags." + std::string(1024, 'k'), "1") == accepted);
  }

  TEST_CASE("set_json: text that is more than one value is refused (4.5.1)") {
    bench b;
    const std::string before = view_of(b.twin);
    for (const char* text : {"",
                             " ",
                             "1,\"x\":2",
                             "1}",
                             "1},{",
                             "1}, \"b\": {\"c\":1",
                             "}",
                             "]",
                             "{}{}",
                             "1 2",
                             "\"a\" \"b\"",
                             "nul",
                             "tru",
                             "{\"a\":1",
                             "[1",
                             "'a'",
                             "1,",
                             ",1",
                             "\"a",
                             "\"a\",\"b\":\"c\"",
                             "1//x",
                             "1}}}",
                             "{}}",
                             "[]]",
                             "NaN",
                             "1e999",
                             "\"\\ud800\""}) {
      CAPTURE(text);
      for (const char* path : {"tags.a", "tags.a.b.c", "reported.a", "desired.a"}) {
        CHECK(b.json(path, text) == errc::malformed_json);
        CHECK(b.change.empty());
      }
    }
    CHECK(view_of(b.twin) == before);
  }

  TEST_CASE("set_json: depth counts from the section (4.3.1)") {
    bench b;
    CHECK(b.json("tags.1.2.3.4.5.6.7.8.9.10", "{}") == accepted);
    CHECK(b.json("tags.1.2.3.4.5.6.7.8.9.10.11", "1") == accepted);
    CHECK(b.json("tags.1.2.3.4.5.6.7.8.9.10.11", "{}") == errc::depth);
    CHECK(b.json("tags.1.2.3.4.5.6.7.8.9.10.11", "[]") == errc::depth);
    CHECK(b.json("tags.1.2.3.4.5.6.7.8.9.10.11.12", "1") == errc::depth);
    CHECK(b.json("tags.1.2.3.4.5.6.7.8.9.10", "[1]") == accepted);
    CHECK(b.json("tags.1.2.3.4.5.6.7.8.9.10", "[[]]") == errc::depth);
    CHECK(b.erase("tags.1.2.3.4.5.6.7.8.9.10.11") == accepted);
    std::string path = "tags";
    for (int i = 0; i < 255; ++i) path += ".a";
    CHECK(b.json(path, "1") == errc::depth);
    for (int i = 0; i < 3000; ++i) path += ".a";
    const errc code = b.json(path, "1");
    CHECK((code == errc::depth || code == errc::invalid_path));
  }

  TEST_CASE("erase_value: of an absent member is a write that stamps what is around it (9.7)") {
    bench b;
    REQUIRE(b.desired(R"({"a":{"b":1},"c":2})") == accepted);
    b.at(2);
    REQUIRE(b.erase("desired.a.zz") == accepted);
    CHECK(b.twin.desired_version() == 3);
    CHECK(notification_of(b.change) == R"({"a":{"zz":null},"$version":3})");
    CHECK(content_of(b.twin.desired()) == R"({"a":{"b":1},"c":2})");
    CHECK(metadata_of(b.twin.desired()) == "{" + stamp_text(2, 3) + ",\"a\":{" + stamp_text(2, 3) + ",\"b\":{" +
                                               stamp_text(1, 2) + "}},\"c\":{" + stamp_text(1, 2) + "}}");
    b.at(3);
    REQUIRE(b.erase("desired.a.b") == accepted);  // 6.2: leaves {}
    CHECK(content_of(b.twin.desired()) == R"({"a":{},"c":2})");
  }

  TEST_CASE("merge: nulls clear back-end sections and not a device's (6.4, 8)") {
    bench b;
    REQUIRE(b.merge(R"({"tags":{"a":1},"properties":{"desired":{"b":{"c":1},"d":2}}})") == accepted);
    REQUIRE(b.report(R"({"r":1})") == accepted);
    CHECK(b.report("null") == errc::section_not_object);
    CHECK(b.section(section_name::reported, "null") == errc::section_not_object);
    CHECK(b.merge("null") == errc::section_not_object);
    CHECK(b.replace("null") == errc::section_not_object);
    CHECK(b.merge("[]") == errc::section_not_object);
    CHECK(b.merge(R"({"properties":[]})") == errc::section_not_object);
    CHECK(b.merge(R"({"tags":[]})") == errc::section_not_object);
    CHECK(b.merge(R"({"properties":null})") == accepted);
    CHECK(b.change.empty());
    b.at(7);
    CHECK(b.merge(R"({"tags":null,"properties":{"desired":null,"reported":null}})") == accepted);
    CHECK(b.twin.tags().empty());
    CHECK(b.twin.desired().empty());
    CHECK(b.twin.at("reported.r"));
    CHECK(notification_of(b.change) == R"({"b":null,"d":null,"$version":3})");
    CHECK(metadata_of(b.twin.desired()) == "{" + stamp_text(7, 3) + "}");
    CHECK(view_of(b.twin).find("\"tags\"") == std::string::npos);
  }

  TEST_CASE("merge: a body without a section is no write, whatever else it has (6.7)") {
    bench b;
    const std::string before = view_of(b.twin);
    for (const char* body :
         {"{}", R"({"properties":{}})", R"({"etag":"x","properties":{"reported":{"a b":1}}})", R"({"x":null})"}) {
      CHECK(b.merge(body) == accepted);
      CHECK(b.change.empty());
      CHECK(b.change.operation() == "");
      CHECK(!b.change.notifies_device());
    }
    CHECK(view_of(b.twin) == before);
    CHECK(b.merge(R"({"tags":{}})") == accepted);  // 6.6
    CHECK(!b.change.empty());
  }

  TEST_CASE("order: text before precondition before values before size (22.2, 24)") {
    bench b;
    const std::string big = "\"" + std::string(4000, 'x') + "\"";
    const std::string full = R"({"tags":{"a":)" + big + R"(,"b":)" + big + R"(,"c":)" + big + "}}";
    b.options.condition = doppel::parse_if_match("\"stale\"").value();
    CHECK(b.merge(R"({"tags":{"a b":1})") == errc::malformed_json);
    CHECK(b.merge(R"({"tags":{"a b":1}})") == errc::precondition_failed);
    CHECK(b.merge("{}") == errc::precondition_failed);
    CHECK(b.merge(full) == errc::precondition_failed);
    CHECK(b.replace("[]") == errc::precondition_failed);
    b.options.condition = {};
    CHECK(b.merge(full.substr(0, full.size() - 2) + R"(,"a b":1}})") == errc::key_character);
    CHECK(b.merge(full) == errc::section_size);
    CHECK(b.where.path() == "tags");
    CHECK(b.change.empty());
    b.options.limits.text_bytes = 10;
    b.options.condition = doppel::parse_if_match("\"stale\"").value();
    CHECK(b.merge(full) == errc::text_too_long);
    CHECK(b.twin.version() == 2);
  }

  TEST_CASE("diagnostic: names the place, and is left alone on success") {
    bench b;
    CHECK(b.merge("{\"tags\":{\n\"a\":{\"b c\":1}}}") == errc::key_character);
    CHECK(b.where.path() == "tags.a.[[b c]]");
    CHECK(b.where.line == 2);
    CHECK(b.where.column == 6);
    CHECK(b.where.offset == 15);
    CHECK(b.where.expected != "");
    const std::string path(b.where.path());
    CHECK(b.merge(R"({"tags":{}})") == accepted);
    CHECK(b.where.path() == path);
    b.options.limits.desired_bytes = 3;
    CHECK(b.merge(R"({"tags":{"x":1},"properties":{"desired":{"ab":"cd"}}})") == errc::section_size);
    CHECK(b.where.path() == "properties.desired");
    CHECK(b.twin.tags().empty());  // 6.9: both or none
    CHECK(b.report(R"({"a":[1,{"b":null}]})") == errc::null_in_array);
    CHECK(b.where.path() == "a[1].b");
  }

  TEST_CASE("duplicates: the last wins, or the write is refused (4.5.3)") {
    bench b;
    CHECK(b.tags(R"({"a":1,"b":2,"a":{"c":3}})") == accepted);
    CHECK(content_of(b.twin.tags()) == R"({"b":2,"a":{"c":3}})");
    b.options.refuse_duplicates = true;
    const std::string before = view_of(b.twin);
    CHECK(b.tags(R"({"a":1,"b":2,"a":3})") == errc::duplicate_member);
    CHECK(b.tags(R"({"a":{"x":1,"x":1}})") == errc::duplicate_member);
    CHECK(b.tags(R"({"a":[{"x":1,"\u0078":1}]})") == errc::duplicate_member);
    CHECK(b.json("tags.a", R"({"x":1,"x":1})") == errc::duplicate_member);
    CHECK(view_of(b.twin) == before);
    CHECK(b.tags(R"({"a":1,"b":{"a":2}})") == accepted);
  }

  TEST_CASE("precondition: parsed headers decide, and devices ignore them (11.1)") {
    bench b;
    for (const char* header :
         {"*", "\"*\"", "\"AAAAAAAAAAE=\"", "AAAAAAAAAAE=", "W/\"AAAAAAAAAAE=\"", "\"x\", \"AAAAAAAAAAE=\""}) {
      CAPTURE(header);
      bench fresh;
      fresh.options.condition = doppel::parse_if_match(header).value();
      CHECK(fresh.tags(R"({"a":1})") == accepted);
      CHECK(fresh.twin.etag().view() == "AAAAAAAAAAI=");
    }
    const std::string before = view_of(b.twin);
    for (const char* header : {"\"AAAAAAAAAAI=\"", "AAAAAAAAAAI=", "W/\"x\"", "\"x\", \"y\""}) {
      CAPTURE(header);
      b.options.condition = doppel::parse_if_match(header).value();
      CHECK(b.tags(R"({"a":1})") == errc::precondition_failed);
      CHECK(b.replace("{}") == errc::precondition_failed);
      CHECK(b.set("tags.a", 1) == errc::precondition_failed);
      CHECK(b.change.empty());
      CHECK(view_of(b.twin) == before);
    }
    CHECK(b.report(R"({"a":1})") == accepted);
    CHECK(b.set("reported.a", 2) == accepted);
    b.options.condition = doppel::parse_if_match("AAAAAAAAAAI=", doppel::if_match_mode::service).value();
    CHECK(b.tags(R"({"a":1})") == accepted);  // the service ignores an unquoted one
  }

  TEST_CASE("base version: is the device's precondition and nobody else's (11.2)") {
    bench b;
    b.options.base_version = 1;
    CHECK(b.report(R"({"a":1})") == accepted);
    CHECK(b.report(R"({"a":1})") == errc::precondition_failed);
    CHECK(b.set("reported.a", 1) == errc::precondition_failed);
    CHECK(b.change.empty());
    CHECK(b.twin.reported_version() == 2);
    CHECK(b.tags(R"({"a":1})") == accepted);
    CHECK(b.desired(R"({"a":1})") == accepted);
    b.options.base_version = 2;
    CHECK(b.report("{}") == accepted);
    CHECK(b.twin.reported_version() == 3);
  }

  TEST_CASE("configuration: marks written leaves of desired, and an ordinary write removes the mark (9.11)") {
    bench b;
    REQUIRE(b.merge(R"({"properties":{"desired":{"o":{"p":1,"q":2},"x":3}}})") == accepted);
    b.options.configuration = doppel::configuration_mark{"cfg-7", "637950000000000000"};
    b.at(2);
    REQUIRE(b.merge(R"({"tags":{"t":1},"properties":{"desired":{"o":{"p":5},"a":[1]}}})") == accepted);
    const std::string mark = ",\"$lastUpdatedBy\":\"cfg-7\",\"$lastUpdatedByDigest\":\"637950000000000000\"";
    CHECK(metadata_of(b.twin.desired()) == "{" + stamp_text(2, 3) + ",\"o\":{" + stamp_text(2, 3) + ",\"p\":{" +
                                               stamp_text(2, 3) + mark + "},\"q\":{" + stamp_text(1, 2) + "}},\"x\":{" +
                                               stamp_text(1, 2) + "},\"a\":{" + stamp_text(2, 3) + mark + "}}");
    CHECK(b.change.configuration() == "\"cfg-7\"");
    CHECK(event_of(b.twin, b.change).find(mark) != std::string::npos);
    CHECK(b.twin.at("desired.o").last_updated_by() == "");
    CHECK(b.twin.at("desired.o.p").last_updated_by_digest() == "\"637950000000000000\"");
    b.options.configuration = {};
    b.at(3);
    REQUIRE(b.set("desired.o.p", 5) == accepted);
    CHECK(b.twin.at("desired.o.p").last_updated_by() == "");
    CHECK(b.twin.at("desired.a").last_updated_by() == "\"cfg-7\"");
    CHECK(metadata_of(b.twin.desired()).find("o\":{" + stamp_text(3, 4) + ",\"p\":{" + stamp_text(3, 4) + "}") !=
          std::string::npos);
    REQUIRE(b.replace(R"({"properties":{"desired":{"a":[1]}}})") == accepted);
    CHECK(b.twin.at("desired.a").last_updated_by() == "");
    b.options.configuration = doppel::configuration_mark{"c", ""};
    REQUIRE(b.report(R"({"r":1})") == accepted);
    CHECK(view_of(b.twin).find("$lastUpdatedBy") == std::string::npos);
  }

  TEST_CASE("configuration: a text that JSON would have to escape is refused") {
    bench b;
    const std::string before = view_of(b.twin);
    for (const std::string& id :
         {std::string("a\"b"), std::string("a\\b"), std::string("a\nb"), std::string(200, 'x'), std::string("\x7f")}) {
      b.options.configuration = doppel::configuration_mark{id, "1"};
      CHECK(b.desired(R"({"a":1})") == errc::invalid_document);
      b.options.configuration = doppel::configuration_mark{"1", id};
      CHECK(b.desired(R"({"a":1})") == errc::invalid_document);
      CHECK(b.change.empty());
      b.options.configuration = {};
    }
    CHECK(view_of(b.twin) == before);
    b.options.configuration = doppel::configuration_mark{"caf\xC3\xA9", "\xFF"};  // "plain ASCII texts"
    CHECK(b.desired(R"({"a":1})") == errc::invalid_document);
    CHECK(view_of(b.twin) == before);
  }

  TEST_CASE("clock: when it goes backwards the latest time is repeated (9.13)") {
    bench b;
    b.at(100);
    REQUIRE(b.report(R"({"r":1})") == accepted);
    b.at(50);
    REQUIRE(b.desired(R"({"a":1})") == accepted);
    CHECK(b.change.time() == at_second(100));
    CHECK(b.twin.at("desired.a").last_updated().time == at_second(100));
    b.at(99);
    REQUIRE(b.tags(R"({"a":1})") == accepted);
    CHECK(b.change.time() == at_second(100));
    b.at(200);
    REQUIRE(b.tags(R"({"a":1})") == accepted);  // leaves no trace
    b.at(150);
    REQUIRE(b.desired(R"({"a":2})") == accepted);
    CHECK(b.change.time() == at_second(150));
    CHECK(b.twin.reported().last_updated().time == at_second(100));
  }

  TEST_CASE("time: outside the years that can be stored a write is refused") {
    bench b;
    const std::string before = view_of(b.twin);
    for (const char* time : {"0001-01-01T00:00:00Z", "1600-12-31T23:59:59Z", "2600-01-01T00:00:00Z"}) {
      b.options.now = doppel::parse_timestamp(time).value();
      CHECK(b.tags(R"({"a":1})") == errc::invalid_timestamp);
      CHECK(b.replace("{}") == errc::invalid_timestamp);
      CHECK(b.report(R"({"a":1})") == errc::invalid_timestamp);
      CHECK(b.change.empty());
      CHECK(b.report("{") == errc::malformed_json);
    }
    CHECK(view_of(b.twin) == before);
    b.options.now = doppel::parse_timestamp("2513-12-31T00:00:00Z").value();
    CHECK(b.tags(R"({"a":1})") == accepted);
  }

  TEST_CASE("limits: every bound is inclusive, and changeable (4, 5)") {
    bench b;
    b.options.limits.key_bytes = 3;
    b.options.limits.string_bytes = 4;
    b.options.limits.integer_min = -9;
    b.options.limits.integer_max = 9;
    b.options.limits.depth = 2;
    b.options.limits.tags_bytes = 20;
    b.options.limits.text_bytes = 24;
    CHECK(b.tags(R"({"abc":"\u00e9\u00e9"})") == accepted);
    CHECK(b.tags(R"({"abcd":1})") == errc::key_length);
    CHECK(b.tags(R"({"abcd":null})") == errc::key_length);
    CHECK(b.tags("{\"a\":\"abcde\"}") == errc::value_length);
    CHECK(b.tags(R"({"a":["abcde"]})") == errc::value_length);
    CHECK(b.tags(R"({"a":9,"abc":null})") == accepted);
    CHECK(b.tags(R"({"a":10})") == errc::integer_range);
    CHECK(b.tags(R"({"a":-10})") == errc::integer_range);
    CHECK(b.tags(R"({"a":10.0})") == accepted);
    CHECK(b.tags(R"({"a":{"b":{}}})") == accepted);
    CHECK(b.tags(R"({"a":{"b":{"c":{}}}})") == errc::depth);
    CHECK(b.tags(R"({"a":{"b":{"c":1}}})") == accepted);
    CHECK(b.tags(R"({"a":1,"bc":1})") == accepted);  // 1 + 8 + 2 + 8 = 19
    CHECK(b.twin.tags().counted_bytes() == 19);
    CHECK(b.tags(R"({"a":1,"bcd":1,"bc":null})") == errc::text_too_long);
    CHECK(b.tags(R"({"bc":null,"bcd":1})") == accepted);
    CHECK(b.twin.tags().bytes_left(20) == 0);
    CHECK(b.tags(R"({"":true})") == errc::section_size);
    CHECK(b.tags(R"({"":[]})") == accepted);
    b.options.limits.tags_bytes = 5;  // lowered: may shrink or stay (5.9)
    CHECK(b.tags(R"({"a":2})") == accepted);
    CHECK(b.tags(R"({"a":null,"x":3})") == accepted);
    CHECK(b.tags(R"({"x":null,"xy":1})") == errc::section_size);
    CHECK(b.tags(R"({"x":null})") == accepted);
  }

  TEST_CASE("detail: counters and paths only leave the twin the same") {
    for (const doppel::detail_level level :
         {doppel::detail_level::counters, doppel::detail_level::paths, doppel::detail_level::values}) {
      bench a, b;
      b.options.detail = level;
      for (bench* x : {&a, &b}) {
        REQUIRE(x->merge(R"({"tags":{"a":{"b":1}},"properties":{"desired":{"c":[1],"d":{}}}})") == accepted);
        REQUIRE(x->replace(R"({"tags":{"a":2},"properties":{"desired":{"c":1}}})") == accepted);
        REQUIRE(x->report(R"({"r":{"s":1}})") == accepted);
      }
      CHECK(view_of(a.twin) == view_of(b.twin));
      CHECK(b.change.after() == a.change.after());
      CHECK(b.change.detail() == level);
      std::size_t entries = 0;
      bool values = false;
      b.change.for_each([&](const doppel::change::entry& e) {
        ++entries;
        values = values || !e.new_value.empty() || !e.old_value.empty();
      });
      CHECK((entries != 0) == (level != doppel::detail_level::counters));
      CHECK(values == (level == doppel::detail_level::values));
    }
  }

  TEST_CASE("versions: beyond 32 bits are counted, stamped and written (10.5.3)") {
    bench b;
    REQUIRE(
        b.load(
            R"({"deviceId":"d","etag":"AAABAAAAAAA=","version":2199023255552,"properties":{)"
            R"("desired":{"a":1,"b":{"c":2},"$metadata":{"$lastUpdated":"2024-05-01T10:00:00Z","$lastUpdatedVersion":1099511627776,)"
            R"("a":{"$lastUpdated":"2024-05-01T10:00:00Z","$lastUpdatedVersion":7},"b":{"$lastUpdated":"2024-05-01T10:00:00Z",)"
            R"("$lastUpdatedVersion":1099511627775,"c":{"$lastUpdated":"2024-05-01T10:00:00Z","$lastUpdatedVersion":4294967295}}},)"
            R"("$version":1099511627776},"reported":{"$metadata":{"$lastUpdated":"2024-05-01T10:00:00Z"},"$version":1099511627776}}})") ==
        accepted);
    CHECK(b.report_of_load.is_clean());
    CHECK(b.twin.counters() == doppel::counters{1099511627776, 1099511627776, 1099511627776, 2199023255552});
    CHECK(b.twin.at("desired.a").last_updated().version == 7);
    CHECK(b.twin.at("desired.b").last_updated().version == 1099511627775);
    CHECK(b.twin.at("desired.b.c").last_updated().version == 4294967295);
    const std::string text = view_of(b.twin);
    bench again{doppel::twin()};
    REQUIRE(again.load(text) == accepted);
    CHECK(view_of(again.twin) == text);
    b.options.configuration = doppel::configuration_mark{"cfg", "1"};
    REQUIRE(b.merge(R"({"properties":{"desired":{"a":{"x":1},"b":{"c":3}}}})") == accepted);
    CHECK(b.twin.desired_version() == 1099511627777);
    for (const char* path : {"desired", "desired.a", "desired.a.x", "desired.b", "desired.b.c"}) {
      CHECK(b.twin.at(path).last_updated().version == 1099511627777);
    }
    CHECK(b.twin.at("desired.b.c").last_updated_by() == "\"cfg\"");
    b.options.configuration = {};
    REQUIRE(b.merge(R"({"properties":{"desired":{"b":{"c":"a text that is longer than before"}}}})") == accepted);
    CHECK(b.twin.at("desired.b.c").last_updated().version == 1099511627778);
    CHECK(b.twin.at("desired.b.c").last_updated_by() == "");
    CHECK(b.twin.at("desired.a.x").last_updated().version == 1099511627777);
    REQUIRE(b.replace(R"({"properties":{"desired":{"n":{"m":[1]}}}})") == accepted);
    CHECK(b.twin.at("desired.n.m").last_updated().version == 1099511627779);
    REQUIRE(b.report(R"({"r":1})") == accepted);
    CHECK(b.twin.reported_version() == 1099511627777);
    CHECK(b.twin.at("reported.r").last_updated().version == 0);
    const std::string last = view_of(b.twin);
    REQUIRE(again.load(last) == accepted);
    CHECK(view_of(again.twin) == last);
  }
}
