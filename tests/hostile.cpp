// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin.hpp>

#include <support/model.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

// Texts made to exhaust the stack, the memory or the patience of a reader. Nothing is timed here; a reader
// that works out of proportion makes this program hang.
namespace {

using namespace doppel_test;

std::string repeated(std::string_view unit, std::size_t times) {
  std::string out;
  out.reserve(unit.size() * times);
  for (std::size_t i = 0; i < times; ++i) {
    out += unit;
  }
  return out;
}

std::string listed(std::size_t count, const std::function<std::string(std::size_t)>& item) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += i == 0 ? "" : ",";
    out += item(i);
  }
  return out;
}

constexpr std::size_t million = 1'000'000;

// A twin and what a write needs, used again after each hostile text: whatever a text leaves behind in the
// scratch memory must not matter to the next one.
struct victim {
  doppel::twin twin = fresh();
  doppel::workspace scratch;
  doppel::change change;
  doppel::write_options options;

  victim() { options.now = created_at(); }

  static doppel::timestamp created_at() { return doppel::parse_timestamp("2024-05-01T10:00:00Z").value(); }

  static doppel::twin fresh() {
    doppel::identity who;
    who.device_id = "pump-1";
    return doppel::twin::create(who, created_at()).value();
  }

  static std::string told(const boost::system::result<void>& done) {
    return done ? "accepted"
                : std::string(doppel::service_error_of(static_cast<doppel::errc>(done.error().value())).reason);
  }

  std::string reported(std::string_view text) { return told(merge_reported(twin, text, options, scratch, change)); }
  std::string merged(std::string_view text) { return told(merge_twin(twin, text, options, scratch, change)); }
  std::string replaced(std::string_view text) { return told(replace_twin(twin, text, options, scratch, change)); }

  std::string view() const {
    doppel::text_buffer out;
    REQUIRE(write_service_view(twin, out));
    return std::string(out.view());
  }

  node reported_content() const {
    node document;
    REQUIRE(read_json(view(), document));
    node content = *document.find("properties")->find("reported");
    content.erase("$metadata");
    content.erase("$version");
    return content;
  }

  void check_usable() {
    const std::uint64_t version = twin.reported_version();
    CHECK(reported(R"({"alive":{"still":[1,2.50,"x"]}})") == "accepted");
    CHECK(twin.reported_version() == version + 1);
    CHECK(to_text(*reported_content().find("alive")) == R"({"still":[1,2.50,"x"]})");
    CHECK(reported(R"({"alive":null})") == "accepted");
  }
};

}  // namespace

TEST_SUITE("hostile text") {
  TEST_CASE("nesting: a million levels are too deep, not too much (4.3.1)") {
    const std::string objects = "{\"a\":" + repeated("{\"a\":", million) + "1" + std::string(million, '}') + "}";
    const std::string arrays = "{\"a\":" + std::string(million, '[') + std::string(million, ']') + "}";
    const std::string mixed =
        "{\"a\":" + repeated("[{\"b\":", million / 2) + "null" + repeated("}]", million / 2) + "}";
    const std::string under_array = "{\"a\":[" + repeated("{\"a\":", million) + "{}" + std::string(million, '}') + "]}";
    victim v;
    const std::string before = v.view();
    for (const std::string& text : {objects, arrays, mixed, under_array}) {
      CHECK(v.reported(text) == "depth");
      CHECK(v.merged("{\"tags\":" + text + "}") == "depth");
      CHECK(v.replaced("{\"properties\":{\"desired\":" + text + "}}") == "depth");
      CHECK(v.view() == before);
    }
    v.check_usable();
  }

  TEST_CASE("nesting: a million levels that never close are malformed (4.5.1)") {
    victim v;
    const std::string before = v.view();
    for (const std::string& text :
         {"{\"a\":" + std::string(million, '['), "{\"a\":" + repeated("[[1],", million / 2),
          repeated("{\"a\":", million), "{\"a\":" + repeated("[{\"b\":", million / 2), std::string(million, '['),
          std::string(million, '{'), std::string(million, ']'), "{\"a\":" + std::string(million, '[') + "}",
          "{\"a\":" + std::string(million, '[') + std::string(million - 1, ']') + "}",
          "{\"a\":" + std::string(million, '[') + std::string(million + 1, ']') + "}",
          "{\"a\":" + repeated("{\"a\":", million) + "1" + std::string(million, ']') + "}"}) {
      CHECK(v.reported(text) == "malformed-json");
      CHECK(v.merged(text) == "malformed-json");
    }
    CHECK(v.view() == before);
    v.check_usable();
  }

  TEST_CASE("nesting: where nobody looks it may be as deep as it likes (3.4, 4.1.6, 4.5.3, 6.8)") {
    const std::string deep = std::string(million, '[') + std::string(million, ']');
    const std::string deep_objects = repeated("{\"a b\":", million) + "null" + std::string(million, '}');
    victim v;
    for (const std::string& value : {deep, deep_objects}) {
      CHECK(v.reported("{\"a\":" + value + ",\"a\":1}") == "accepted");
      CHECK(v.merged("{\"x\":" + value + ",\"tags\":{\"t\":1},\"properties\":{\"reported\":" + value + "}}") ==
            "accepted");
      CHECK(v.merged("{\"properties\":{\"desired\":{\"$metadata\":" + value + ",\"d\":1}}}") == "accepted");
      CHECK(v.merged("{\"properties\":" + value + ",\"properties\":null}") == "accepted");
      CHECK(v.merged("{\"tags\":" + value + ",\"tags\":{\"u\":1}}") == "accepted");
    }
    CHECK(to_text(v.reported_content()) == R"({"a":1})");
    v.check_usable();
  }

  TEST_CASE("nesting: a document that is too deep does not load (4.3.1)") {
    const std::string deep = std::string(million, '[') + std::string(million, ']');
    doppel::workspace scratch;
    const auto document = [](const std::string& root, const std::string& tags, const std::string& desired) {
      return "{\"deviceId\":\"d\",\"etag\":\"AAAAAAAAAAE=\",\"x\":" + root + ",\"version\":2,\"tags\":{\"t\":" + tags +
             "},\"properties\":{\"desired\":{\"a\":" + desired +
             ",\"$metadata\":{\"$lastUpdated\":\"2024-05-01T10:00:00Z\"},\"$version\":1},\"reported\":{"
             "\"$metadata\":{\"$lastUpdated\":\"2024-05-01T10:00:00Z\"},\"$version\":1}}}";
    };
    CHECK(doppel::load_twin(document("1", "1", "1"), scratch).has_value());
    for (const std::string& text : {document(deep, "1", "1"), document("1", deep, "1"), document("1", "1", deep)}) {
      const auto loaded = doppel::load_twin(text, scratch);
      REQUIRE_FALSE(loaded.has_value());
      CHECK(loaded.error() == doppel::errc::depth);
    }
    CHECK_FALSE(doppel::load_twin(document(std::string(million, '['), "1", "1"), scratch).has_value());
    CHECK_FALSE(doppel::load_twin(deep, scratch).has_value());
  }

  TEST_CASE("members: ten thousand different keys in one object (4.5.3, 5)") {
    const auto numbered = [](std::size_t i) { return "\"key-" + std::to_string(i) + "\":" + std::to_string(i); };
    const auto deleted = [](std::size_t i) { return "\"key-" + std::to_string(i) + "\":null"; };
    const std::string many = "{" + listed(10'000, numbered) + "}";
    victim v;
    CHECK(v.reported(many) == "section-size");
    CHECK(v.reported("{" + listed(10'000, deleted) + "}") == "accepted");
    CHECK(v.twin.reported().counted_bytes() == 0);
    v.options.limits.reported_bytes = 1'000'000;
    REQUIRE(v.reported(many) == "accepted");
    node expected;
    REQUIRE(read_json(many, expected));
    CHECK(difference_between(expected, v.reported_content(), {number_match::spelling, true}) == "");
    CHECK(v.twin.reported().counted_bytes() == counted_size(expected));
    CHECK(v.reported(many) == "accepted");
    CHECK(v.reported("{" + listed(9'999, deleted) + "}") == "accepted");
    CHECK(to_text(v.reported_content()) == R"({"key-9999":9999})");
    v.check_usable();
  }

  TEST_CASE("members: ten thousand keys inside one array's object (5.4)") {
    victim v;
    v.options.limits.reported_bytes = 1'000'000;
    const std::string text =
        "{\"a\":[{" + listed(10'000, [](std::size_t i) { return "\"" + std::to_string(i) + "\":[]"; }) + "}]}";
    REQUIRE(v.reported(text) == "accepted");
    CHECK(to_text(v.reported_content()) == text);
  }

  TEST_CASE("members: two hundred thousand times the same name, the last wins (4.5.3)") {
    victim v;
    const auto again = [](std::size_t i) { return "\"a\":" + std::to_string(i); };
    const auto in_turn = [](std::size_t i) { return (i % 2 == 0 ? "\"a\":" : "\"b\":") + std::to_string(i); };
    const auto objects = [](std::size_t i) { return "\"o\":{\"x\":1,\"y" + std::to_string(i) + "\":{\"z\":1}}"; };
    CHECK(v.reported("{" + listed(200'000, again) + "}") == "accepted");
    CHECK(to_text(v.reported_content()) == R"({"a":199999})");
    CHECK(v.reported("{" + listed(200'000, in_turn) + ",\"c\":{" + listed(200'000, in_turn) + "}}") == "accepted");
    CHECK(to_text(v.reported_content()) == R"({"a":199998,"b":199999,"c":{"a":199998,"b":199999}})");
    CHECK(v.reported("{\"c\":[{" + listed(200'000, in_turn) + "}],\"a\":null}") == "accepted");
    CHECK(to_text(v.reported_content()) == R"({"b":199999,"c":[{"a":199998,"b":199999}]})");
    CHECK(v.reported("{\"b\":null,\"c\":null," + listed(50'000, objects) + "}") == "accepted");
    CHECK(to_text(v.reported_content()) == R"({"o":{"x":1,"y49999":{"z":1}}})");
    v.options.refuse_duplicates = true;
    CHECK(v.reported("{" + listed(200'000, again) + "}") == "duplicate-member");
    v.check_usable();
  }

  TEST_CASE("members: a body that names its sections again and again, the last wins (4.5.3)") {
    victim v;
    const auto tags = [](std::size_t i) { return "\"tags\":{\"t" + std::to_string(i) + "\":[null]}"; };
    CHECK(v.merged("{" + listed(50'000, tags) + ",\"tags\":{\"t\":1}}") == "accepted");
    CHECK(v.twin.tags().counted_bytes() == 9);
    const auto properties = [](std::size_t i) {
      return "\"properties\":{\"desired\":{\"d\":" + std::to_string(i) + "},\"desired\":{\"e f\":0}}";
    };
    CHECK(v.merged("{" + listed(50'000, properties) + ",\"properties\":{\"desired\":{\"d\":7}}}") == "accepted");
    CHECK(v.twin.desired().counted_bytes() == 9);
    CHECK(v.twin.desired_version() == 2);
  }

  TEST_CASE("names: new ones in every write do not pile up (library choice: the key table is capped)") {
    victim v;
    v.options.limits.keys_in_table = 64;
    for (int i = 0; i < 3'000; ++i) {
      const std::string key = "n" + std::to_string(i);
      REQUIRE(v.reported("{\"" + key + "\":{\"" + key + "x\":1}}") == "accepted");
      REQUIRE(v.reported("{\"" + key + "\":null}") == "accepted");
    }
    CHECK(to_text(v.reported_content()) == "{}");
    v.check_usable();
  }

  TEST_CASE("names: long new ones in both sections of one body (6.5)") {
    victim v;
    std::string text;
    for (std::size_t i = 0; i < 60; ++i) {
      const std::string name = std::string(200 + i, 'n') + std::to_string(i);
      text = "{\"tags\":{\"t" + name + "\":{\"u" + name + "\":1}},\"properties\":{\"desired\":{\"d" + name + "\":{\"e" +
             name + "\":2}}}}";
      REQUIRE((i % 2 == 0 ? v.replaced(text) : v.merged(text)) == "accepted");
    }
    REQUIRE(v.replaced(text) == "accepted");
    node document;
    node expected;
    REQUIRE(read_json(v.view(), document));
    REQUIRE(read_json(text, expected));
    CHECK(to_text(*document.find("tags")) == to_text(*expected.find("tags")));
    v.check_usable();
  }

  TEST_CASE("names: escaped ones in arrays are rewritten in full (4.1, 4.5.3)") {
    victim v;
    v.options.limits.reported_bytes = 4'000'000;
    const std::string escaped = "\\\"" + std::string(1'000, 'k');
    const std::string slashes = repeated("\\/", 1'000);
    const std::string one = "{\"a\":[{\"" + escaped + "\":1}]}";
    const std::string many =
        "{\"a\":[" +
        listed(500,
               [&](std::size_t i) {
                 return "{\"" + (i % 2 == 0 ? escaped : slashes) + "\":{\"" + slashes + "\":\"\\u000a\"}}";
               }) +
        "],\"b\":{\"" + escaped + "\":[]}}";
    for (const std::string& text : {one, many}) {
      CHECK(v.reported(text) == "accepted");
      node expected;
      REQUIRE(read_json(text, expected));
      node content = v.reported_content();
      CHECK(difference_between(*expected.find("a"), *content.find("a")) == "");
    }
    v.check_usable();
  }

  TEST_CASE("length: a text is looked at up to the limit and not beyond (library choice)") {
    victim v;
    v.options.limits.text_bytes = 1'000;
    const auto padded = [](std::size_t size) { return "{\"a\":1}" + std::string(size - 7, ' '); };
    CHECK(v.reported(padded(1'000)) == "accepted");
    CHECK(v.reported(padded(1'001)) == "text-too-long");
    CHECK(v.merged("{\"tags\":" + padded(992)) == "malformed-json");
    CHECK(v.merged(padded(1'001)) == "text-too-long");
    CHECK(v.replaced(padded(1'001)) == "text-too-long");
    CHECK(v.reported(std::string(5'000, '\xFF')) == "text-too-long");
    v.check_usable();
  }

  TEST_CASE("length: twenty megabytes, refused by default and understood where allowed (4, 5)") {
    constexpr std::size_t size = 21'000'000;
    const std::string spaces = "{\"a\":" + std::string(size, ' ') + "1}";
    const std::string long_string = "{\"a\":\"" + std::string(size, 'x') + "\"}";
    const std::string escapes = "{\"a\":\"" + repeated("\\u00e9", size / 6) + "\"}";
    const std::string long_key = "{\"" + std::string(size, 'k') + "\":1}";
    const std::string numbers = "{\"a\":[" + repeated("1,", size / 2) + "1]}";
    const std::string digits = "{\"a\":" + std::string(size, '9') + "}";
    const std::string fraction = "{\"a\":0." + std::string(size, '3') + "}";
    const std::string ignored = "{\"x\":\"" + std::string(size, 'x') + "\",\"tags\":{\"t\":1}}";
    const std::string members = "{" + repeated("\"a\":{},", size / 7) + "\"a\":1}";
    victim v;
    for (const std::string* text : {&spaces, &long_string, &numbers, &members}) {
      CHECK(v.reported(*text) == "text-too-long");
    }
    CHECK(v.merged(ignored) == "text-too-long");

    v.options.limits.text_bytes = 64U << 20;
    CHECK(v.reported(spaces) == "accepted");
    CHECK(v.reported(long_string) == "value-length");
    CHECK(v.reported(escapes) == "value-length");
    CHECK(v.reported(long_key) == "key-length");
    CHECK(v.reported(numbers) == "section-size");
    CHECK(v.reported(digits) == "integer-range");
    CHECK(v.reported(fraction) == "accepted");
    CHECK(v.reported(members) == "accepted");
    CHECK(v.merged(ignored) == "accepted");
    CHECK(v.reported("{\"a\":\"" + std::string(size, 'x')) == "malformed-json");
    CHECK(v.reported("{\"a\":\"" + std::string(size - 1, '\\') + "\"}") == "malformed-json");
    v.check_usable();
  }

  TEST_CASE("size: what counts nothing may be long (5.3, 5.4, 5.6)") {
    victim v;
    const std::string arrays = "{\"a\":[" + repeated("[],", 100'000) + "[]]}";
    const std::string strings = "{\"a\":[" + repeated("\"\",", 100'000) + "{}]}";
    const std::string controls = "{\"a\":[" + repeated("\"\\u0007\\u0085\",", 50'000) + "\"x\"]}";
    for (const std::string& text : {arrays, strings, controls}) {
      CHECK(v.reported(text) == "accepted");
      node expected;
      REQUIRE(read_json(text, expected));
      CHECK(difference_between(expected, v.reported_content(), {number_match::spelling, true}) == "");
      CHECK(v.twin.reported().counted_bytes() == counted_size(expected));
    }
    CHECK(v.reported("{\"a\":null}") == "accepted");
    CHECK(to_text(v.reported_content()) == "{}");
    v.check_usable();
  }

  TEST_CASE("size: strings made of escapes are stored in full (4.2.2, 5.6)") {
    victim v;
    const std::string text =
        "{" +
        listed(100,
               [](std::size_t i) { return "\"s" + std::to_string(i) + "\":\"" + repeated("\\u0001", 4096) + "\""; }) +
        "}";
    CHECK(v.reported(text) == "accepted");
    node expected;
    REQUIRE(read_json(text, expected));
    CHECK(difference_between(expected, v.reported_content()) == "");
    CHECK(v.reported("{\"s\":\"" + repeated("\\u0001", 4097) + "\"}") == "value-length");
  }
}
