// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <support/case_runner.hpp>
#include <support/generator.hpp>
#include <support/model.hpp>

#include <doctest/doctest.h>

#include <map>
#include <sstream>

// The naive model is what laws.cpp measures the library with; here the fixtures measure the model.
TEST_SUITE("model") {
  using namespace doppel_test;

  TEST_CASE("model: holds every patch fixture (0.3)") {
    std::ostringstream out;
    tally total;
    run_file(fixture_path("patches.jsonl"), &run_patch_case, &make_model_subject, out, total);
    CHECK_MESSAGE(total.failed == 0, out.str());
    CHECK(total.passed == 184);
  }

  TEST_CASE("model: holds every sequence fixture (0.3)") {
    std::ostringstream out;
    tally total;
    run_file(fixture_path("sequences.jsonl"), &run_sequence_case, &make_model_subject, out, total);
    CHECK_MESSAGE(total.failed == 0, out.str());
    CHECK(total.passed == 35);
  }

  TEST_CASE("model: a complete document comes back as it was (2)") {
    for (const char* name : {"thermostat", "edge-agent-module", "edge-custom-module", "edge-gateway",
                             "firmware-rollout", "fresh-device", "leaf-behind-gateway", "near-limit",
                             "pnp-temperature-controller", "vending-machine", "x509-disabled-meter"}) {
      const std::string file = name;
      CAPTURE(file);
      const std::optional<std::string> text = read_file(fixture_path("twins/" + file + ".json"));
      REQUIRE(text);
      node document;
      REQUIRE(read_json(*text, document));
      const std::optional<model_twin> twin = model_twin::load(document);
      REQUIRE(twin);
      CHECK(difference_between(document, twin->service_view(), {number_match::spelling, true}) == "");
    }
  }

  TEST_CASE("model: the device sees content and versions (3.1)") {
    node document;
    node expected;
    REQUIRE(read_json(read_file(fixture_path("twins/thermostat.json")).value(), document));
    REQUIRE(read_json(read_file(fixture_path("twins/thermostat.device-view.json")).value(), expected));
    CHECK(difference_between(expected, model_twin::load(document).value().device_view()) == "");
  }

  TEST_CASE("model: the near-limit document fills its sections to the byte (5.1)") {
    node document;
    REQUIRE(read_json(read_file(fixture_path("twins/near-limit.json")).value(), document));
    const model_twin twin = model_twin::load(document).value();
    CHECK(counted_size(twin.content(section_kind::tags)) == 8192);
    CHECK(counted_size(twin.content(section_kind::desired)) == 32768);
    CHECK(counted_size(twin.content(section_kind::reported)) == 32768);
  }

  TEST_CASE("model: the worked example counts 33 (5.4)") {
    node value;
    REQUIRE(read_json("{\"a\":\"h\xC3\xA9llo\",\"n\":1,\"b\":true,\"o\":{\"x\":[1,\"yz\"]}}", value));
    CHECK(counted_size(value) == 33);
  }

  TEST_CASE("model: the change event of the worked example (17.2.4)") {
    model_twin twin = model_twin::create("d", "", 0);
    for (int i = 0; i < 4; ++i) {
      twin.merge(R"({"properties":{"desired":{}}})", 0);
    }
    const std::int64_t now = parse_time("2024-05-01T10:00:00.1234567Z").value();
    const model_result done = twin.merge(R"({"tags":{"ring":"pilot"},"properties":{"desired":{"speed":3}}})", now);
    CHECK(to_text(done.event_body.value()) ==
          R"({"version":7,"tags":{"ring":"pilot"},"properties":{"desired":{"speed":3,)"
          R"("$metadata":{"$lastUpdated":"2024-05-01T10:00:00.1234567Z","$lastUpdatedVersion":6,)"
          R"("speed":{"$lastUpdated":"2024-05-01T10:00:00.1234567Z","$lastUpdatedVersion":6}},"$version":6}}})");
  }

  TEST_CASE("model: times are written as they are read (2.1.4)") {
    for (const char* text : {"0001-01-01T00:00:00Z", "2024-02-29T23:59:59.9999999Z", "2024-05-01T10:00:00.25Z",
                             "1970-01-01T00:00:00.0000001Z", "9999-12-31T23:59:59Z"}) {
      CHECK(format_time(parse_time(text).value()) == text);
    }
    CHECK_FALSE(parse_time("2023-02-29T00:00:00Z"));
    CHECK_FALSE(parse_time("2023-02-28 00:00:00Z"));
  }

  TEST_CASE("model: etags are counters in base64 (10.1.1)") {
    CHECK(etag_text(1) == "AAAAAAAAAAE=");
    CHECK(etag_text(7) == "AAAAAAAAAAc=");
    for (const std::uint64_t counter :
         {std::uint64_t{1}, std::uint64_t{255}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
      CHECK(etag_counter(etag_text(counter)) == counter);
    }
    CHECK(base64("780605053") == "NzgwNjA1MDUz");
  }

  TEST_CASE("model: a notification applied to the old content gives the new (7.8)") {
    random_source random(7);
    generator make(random, {});
    model_twin twin = model_twin::create("d", "", 0);
    std::map<std::string, int> seen;
    for (int i = 0; i < 1500; ++i) {
      const node before = twin.content(section_kind::desired);
      const bool replace = random.one_in(3);
      const std::string text = make.body(twin, replace);
      CAPTURE(text);
      const model_result done = replace ? twin.replace(text, i) : twin.merge(text, i);
      for (const std::string& reason : done.refused) {
        ++seen[reason];
      }
      ++seen[done.accepted() ? "accepted" : "refused"];
      if (done.notification) {
        node told = *done.notification;
        told.erase("$version");
        node content = before;
        merge_content(content, told);
        CHECK(difference_between(content, twin.content(section_kind::desired), {number_match::spelling, false}) == "");
      }
    }
    // The generator is worth its name: every rule is broken now and then, and most writes go through.
    for (const char* reason : {"malformed-json", "section-not-object", "key-character", "key-length", "value-length",
                               "integer-range", "depth", "null-in-array", "section-size"}) {
      const std::string word = reason;
      CAPTURE(word);
      CHECK(seen[word] > 3);
    }
    CHECK(seen["accepted"] > seen["refused"]);
  }

  TEST_CASE("runner: generators may stand inside generators (0.3)") {
    const auto expanded = [](std::string_view text) {
      node compact;
      REQUIRE(read_json(text, compact));
      const expansion result = expand(compact);
      return result.good() ? result.text : "error: " + result.error;
    };
    CHECK(expanded(R"({"$nest":["k",2,{"$nestarray":[2,{"$repeat":["ab",2]}]}]})") == R"({"k":{"k":[["abab"]]}})");
    CHECK(expanded(R"({"$nest":["k",0,1]})") == "1");
    CHECK(expanded(R"({"$fill":[{"$repeat":["p",2]},2,{"$fill":["q",1,null]}]})") ==
          R"({"pp0":{"q0":null},"pp1":{"q0":null}})");
    CHECK(
        expanded(
            R"({"$union":[{"$fill":["k",2,1]},{"$nest":["k1",2,{}]},{"$object":[[{"$repeat":["z",3]},true]]},{}]})") ==
        R"({"k0":1,"k1":{"k1":{}},"zzz":true})");
    CHECK(expanded(R"({"$union":[{"$union":[{"a":1}]},{"a":2}]})") == R"({"a":2})");
    CHECK(expanded(R"([{"x":{"$repeat":["é",1]}},{"$repeat":["",5],"y":1}])") ==
          R"([{"x":"é"},{"$repeat":["",5],"y":1}])");
    CHECK(expanded(R"({"$repeat":["a",-1]})").substr(0, 5) == "error");
    CHECK(expanded(R"({"$repeat":["a"]})").substr(0, 5) == "error");
    CHECK(expanded(R"({"$union":[1]})").substr(0, 5) == "error");
    CHECK(expanded(R"({"a":{"$raw":"1"}})").substr(0, 5) == "error");
    CHECK(expanded(R"({"$repeat":["aaaa",99999999999999999999]})").substr(0, 5) == "error");
  }

  TEST_CASE("runner: lines end with LF only (0.3)") {
    const auto lines = split_lines(
        "a\xE2\x80\xA8"
        "b\xC2\x85"
        "c\rd\n\ne");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].text ==
          "a\xE2\x80\xA8"
          "b\xC2\x85"
          "c\rd");
    CHECK(lines[1].number == 3);
  }

  TEST_CASE("runner: what is no case is a failure with a line of its own (0.3)") {
    const auto failure = [](case_runner run, std::string_view text) {
      node fixture_case;
      REQUIRE(read_json(text, fixture_case));
      return run(fixture_case, &make_model_subject);
    };
    CHECK(failure(&run_patch_case, R"({"name":"x","section":"tags","op":"patch","before":{},"patch":{}})") ==
          "not a case: after is missing");
    CHECK(failure(&run_patch_case, R"({"name":"x","section":"root","op":"patch","before":{},"patch":{},"after":{}})") ==
          "not a case: unknown section");
    CHECK(failure(&run_patch_case,
                  R"({"name":"x","section":"reported","op":"replace","before":{},"patch":{},"after":{}})") ==
          "not a case: unknown op");
    CHECK(failure(&run_patch_case,
                  R"({"name":"x","section":"tags","op":"patch","before":{},"patch":{"a":1},"after":{}})") != "");
    CHECK(failure(&run_patch_case,
                  R"({"name":"x","section":"tags","op":"patch","before":{},"patch":{"a":1},"after":{"a":1.0}})") != "");
    CHECK(failure(&run_sequence_case, R"({"name":"x"})") == "not a case: steps is missing");
    CHECK(failure(&run_sequence_case,
                  R"({"name":"x","steps":[{"at":"2024-05-01T10:00:00Z","op":"leap","expect":{"status":200}}]})") ==
          "step 1 not a step: unknown op leap");
    CHECK(failure(&run_sequence_case,
                  R"({"name":"x","steps":[{"at":"2024-05-01T10:00:00Z","op":"create","expect":{"status":201}}]})") !=
          "");
    std::ostringstream out;
    tally total;
    run_file(fixture_path("no-such-file.jsonl"), &run_patch_case, &make_model_subject, out, total);
    run_file(fixture_path("twins"), &run_patch_case, &make_model_subject, out, total);
    run_file(fixture_path("README.md"), &run_patch_case, &make_model_subject, out, total);
    CHECK(total.passed == 0);
    CHECK(total.failed > 2);
  }
}
