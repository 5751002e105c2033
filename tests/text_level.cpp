// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/json/ondemand_reader.hpp>
#include <doppel/twin.hpp>

#include <support/text_cases.hpp>
#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

// Each text of the tables goes in as a device's reported patch onto an empty section.
namespace {

using namespace std::string_view_literals;
using namespace doppel_test;

const doppel::timestamp created_at = doppel::parse_timestamp("2024-05-01T10:00:00Z").value();

doppel::twin fresh_twin() {
  doppel::identity who;
  who.device_id = "pump-1";
  return doppel::twin::create(who, created_at).value();
}

doppel::write_options default_options() {
  doppel::write_options options;
  options.now = created_at;
  return options;
}

node reported_content(const doppel::twin& twin) {
  doppel::text_buffer out;
  node view;
  REQUIRE(write_device_view(twin, out));
  REQUIRE(read_json(out.view(), view));
  node content = *view.find("reported");
  content.erase("$version");
  return content;
}

template <class Reader>
void check_reader(const text_case& c, const node& content) {
  // The same text in four settings: whatever stands in its neighbourhood in memory must not matter.
  for (const std::string_view around : {""sv, "\"}]"sv, "0123456789"sv, "{\"a\":1}\\"sv}) {
    const std::string memory = std::string(around) + std::string(c.text) + std::string(around);
    const std::string_view text = std::string_view(memory).substr(around.size(), c.text.size());
    doppel::twin twin = fresh_twin();
    doppel::workspace scratch;
    doppel::change change;
    const doppel::detail::write_request request{doppel::write_kind::merge_reported, doppel::detail::text_shape::section,
                                                doppel::section_name::reported, text};
    const auto done = doppel::detail::write<Reader>(twin, request, default_options(), scratch, change, nullptr);
    CHECK((done ? std::string() : reason_of(done.error())) == std::string(c.reason));
    CHECK(difference_between(content, reported_content(twin), exactly) == "");
  }
}

void check_case(const text_case& c) {
  const std::string name = c.name;
  CAPTURE(name);
  model_twin model = model_twin::create("pump-1", "", 1);
  const model_result expected = model.merge_reported(c.text, 2);
  REQUIRE((c.reason.empty() ? expected.accepted() : expected.refused.count(std::string(c.reason)) == 1));
  const node& content = model.content(section_kind::reported);
  check_reader<doppel::detail::indexed_reader>(c, content);
  check_reader<doppel::detail::ondemand_reader>(c, content);
}

}  // namespace

TEST_SUITE("text level") {
  TEST_CASE("text: the grammar of JSON and nothing else (4.5.1)") {
    for (const text_case& c : grammar_cases) {
      check_case(c);
    }
  }

  TEST_CASE("text: numbers (4.2.3, 4.2.4, 4.5.1)") {
    for (const text_case& c : number_cases) {
      check_case(c);
    }
  }

  TEST_CASE("text: strings and their encoding (4.5.1)") {
    for (const text_case& c : string_cases) {
      check_case(c);
    }
  }

  TEST_CASE("text: rules come after the text and leave out overruled members (4.1 to 4.5.3)") {
    for (const text_case& c : rule_cases) {
      check_case(c);
    }
  }

  TEST_CASE("text: a value cut anywhere is refused, and in one piece is not (4.5.1)") {
    constexpr std::string_view whole =
        "{\"k\\u00e9y\":[1.5e3,true,\"\\ud83d\\ude80\",{\"x\":-0}],\"o\":{\"p\":null,\"q\":\"\xE2\x82\xAC\"}"
        "}";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      CAPTURE(size);
      doppel::twin twin = fresh_twin();
      doppel::workspace scratch;
      doppel::change change;
      const auto done = merge_reported(twin, whole.substr(0, size), default_options(), scratch, change);
      CHECK(bool(done) == (size == whole.size()));
      if (!done) {
        CHECK(reason_of(done.error()) == "malformed-json");
      }
    }
  }

  TEST_CASE("text: each place of the vector boundaries keeps quotes, escapes and white space apart (4.5.1)") {
    for (std::size_t shift = 0; shift < 140; ++shift) {
      CAPTURE(shift);
      const std::string space(shift, ' ');
      for (const text_case& c :
           {text_case{"y", R"({"a\\":"b\\\"c","d":[true,-1.5e-3]})"sv, good},
            text_case{"n", R"({"a":"b\\"c","d":1})"sv, bad}, text_case{"n", R"({"a":"b","d":tru})"sv, bad}}) {
        const std::string text = space + std::string(c.text);
        check_case({c.name, text, c.reason});
      }
    }
  }

  TEST_CASE("diagnostic: says where and in which member (4)") {
    for (const position_case& c : position_cases) {
      const std::string name = c.name;
      CAPTURE(name);
      doppel::twin twin = fresh_twin();
      doppel::workspace scratch;
      doppel::change change;
      doppel::diagnostic where;
      const auto done = merge_reported(twin, c.text, default_options(), scratch, change, &where);
      REQUIRE_FALSE(done);
      CHECK(reason_of(done.error()) == std::string(c.reason));
      CHECK(make_error_code(where.code) == done.error());
      CHECK(where.offset == c.offset);
      CHECK(std::string(where.path()) == std::string(c.path));
      CHECK_FALSE(where.expected.empty());
    }
  }

  TEST_CASE("diagnostic: counts lines and columns from 1 (4)") {
    doppel::twin twin = fresh_twin();
    doppel::workspace scratch;
    doppel::change change;
    doppel::diagnostic where;
    const auto done = merge_reported(twin, "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": nul\n  }\n}\n", default_options(),
                                     scratch, change, &where);
    REQUIRE_FALSE(done);
    CHECK(where.line == 4);
    CHECK(where.column == 10);
    CHECK(std::string(where.path()) == "b.c");
  }

  TEST_CASE("text: strict mode refuses what would be overruled (4.5.3)") {
    for (const std::string_view text : {R"({"a":1,"a":1})"sv, R"({"a":{"b":1,"b":null}})"sv, R"({"a":1,"\u0061":1})"sv,
                                        R"({"a":[{"b":1,"b":2}]})"sv, R"({"a":1,"b":2,"c":3,"a":4})"sv}) {
      CAPTURE(text);
      doppel::twin twin = fresh_twin();
      doppel::workspace scratch;
      doppel::change change;
      doppel::write_options options = default_options();
      options.refuse_duplicates = true;
      const auto done = merge_reported(twin, text, options, scratch, change);
      REQUIRE_FALSE(done);
      CHECK(done.error() == doppel::errc::duplicate_member);
      CHECK(merge_reported(twin, R"({"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}})", options, scratch, change));
    }
  }
}
