// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <support/case_runner.hpp>
#include <support/fixture.hpp>
#include <support/query_case.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

// The runner of spec/query.md 17 itself: what it lets pass and what it does not.
TEST_SUITE("query: fixture runner") {
  using namespace doppel_test;

  query_fleet fleet_of(std::string_view text) {
    query_fleet fleet;
    const std::string wrong = read_fleet(text, fleet);
    REQUIRE_MESSAGE(wrong.empty(), wrong);
    return fleet;
  }

  // What the runner says of one case, asking the model.
  std::string verdict(std::string_view text, const query_fleet& fleet) {
    node fixture_case;
    REQUIRE(read_json(text, fixture_case));
    std::vector<named_backend> backends;
    backends.push_back({"model", make_model_backend()});
    REQUIRE(backends[0].backend->load(fleet).empty());
    return run_query_case(fixture_case, fleet, backends);
  }

  const std::string_view three =
      "{\"deviceId\":\"b\",\"tags\":{\"v\":1}}\n"
      "{\"deviceId\":\"a\",\"tags\":{\"v\":0.1,\"s\":\"\\u2028\xE2\x80\xA8\"}}\n"
      "\n"
      "{\"deviceId\":\"a\",\"moduleId\":\"m\"}\n"
      "{\"deviceId\":\"a\",\"jobId\":\"j\",\"status\":\"failed\"}";

  TEST_CASE("the model holds every fixture (17)") {
    const std::optional<std::string> text = read_file(fixture_path("fleet.jsonl"));
    REQUIRE(text);
    const query_fleet fleet = fleet_of(*text);
    std::vector<named_backend> backends;
    backends.push_back({"model", make_model_backend()});
    REQUIRE(backends[0].backend->load(fleet).empty());
    std::ostringstream out;
    tally total;
    run_file(
        fixture_path("queries.jsonl"), [&](const node& c) { return run_query_case(c, fleet, backends); }, out, total);
    CHECK_MESSAGE(total.failed == 0, out.str());
    CHECK(total.passed == 248);
  }

  TEST_CASE("a fleet is one document a line, in order, of three kinds (17)") {
    const query_fleet fleet = fleet_of(three);
    REQUIRE(fleet.documents.size() == 4);
    CHECK(fleet.documents[0].id == "b");
    CHECK(fleet.documents[2].id == "a/m");
    CHECK(fleet.documents[3].id == "a/j");
    CHECK(fleet.of(doppel::query_collection::devices).size() == 2);
    CHECK(fleet.of(doppel::query_collection::modules).size() == 1);
    CHECK(fleet.of(doppel::query_collection::jobs).size() == 1);
    for (const std::string_view bad : {"{", "[]", "{}", "{\"deviceId\":1}", "\"x\"", "{\"deviceId\":\"a\"}\n\xFF",
                                       "{\"deviceId\":\"a\",\"x\":1e999}"}) {
      CAPTURE(bad);
      query_fleet none;
      CHECK(read_fleet(bad, none) != "");
    }
  }

  TEST_CASE("cases that hold (17)") {
    const query_fleet fleet = fleet_of(three);
    for (const std::string_view good : {
             R"({"query":"SELECT * FROM devices","valid":true,"matches":["b","a"]})",
             R"({"query":"SELECT * FROM devices","matches":["b","a"],"mode":"hub"})",
             R"({"query":"SELECT * FROM devices.modules","valid":true,"matches":["a/m"]})",
             R"({"query":"SELECT * FROM devices.jobs","valid":true,"matches":["a/j"]})",
             R"({"query":"SELECT tags.v FROM devices","valid":true,"rows":[{"v":0.1},{"v":1.0}]})",
             R"({"query":"SELECT tags.v FROM devices","valid":true,"rows":[{"v":0.1000000000001},{"v":1}]})",
             R"({"query":"SELECT tags.v FROM devices","valid":true,"rows":[{"v":1},{"v":0.1}],"ordered":true})",
             R"({"query":"SELECT TOP 1 * FROM devices","rows":[{"tags":{"v":1},"deviceId":"b"}]})",
             R"({"query":"SELECT * FROM devices","page_size":1,"pages":[["b"],["a"]]})",
             R"({"query":"SELECT * FROM devices","page_size":"2","pages":[["b","a"]]})",
             R"({"query":"SELECT * FROM devices","page_size":0,"valid":false,"error":"bad_page_size"})",
             R"({"query":"SELECT * FROM devices","page_size":true,"valid":false,"error":"bad_page_size"})",
             R"({"query":"SELECT","valid":false,"error":"syntax_error"})",
             R"({"query":"SELECT","valid":false})",
             R"({"query":"tags.v = 1","dialect":"target_condition","matches":["b"]})",
             R"({"query":"tags.v = 1","dialect":"condition","matches":["b"]})",
         }) {
      CAPTURE(good);
      CHECK(verdict(good, fleet) == "");
    }
  }

  TEST_CASE("cases that do not, and what is no case (17)") {
    const query_fleet fleet = fleet_of(three);
    CHECK(verdict(R"({"query":"SELECT * FROM devices","valid":true,"matches":["a","b"]})", fleet) ==
          R"(model, hub: expected ["a","b"], got ["b","a"])");
    CHECK(verdict(R"({"query":"SELECT * FROM devices ORDER BY id","valid":true,"matches":["a","b"]})", fleet) ==
          "model, hub: expected an answer, got not_supported");
    CHECK(verdict(R"({"query":"SELECT","valid":false,"error":"wrong_arity"})", fleet) ==
          "model, hub: expected wrong_arity, got syntax_error");
    CHECK(verdict(R"({"query":"*","dialect":"target_condition","mode":"extended","valid":false})", fleet) ==
          "model, extended: expected a refusal, got an answer");
    for (const std::string_view bad : {
             R"({"query":"SELECT tags.v FROM devices","rows":[{"v":0.1},{"v":1}],"ordered":true})",
             R"({"query":"SELECT tags.v FROM devices","rows":[{"v":0.1},{"v":0.1}]})",
             R"({"query":"SELECT tags.v FROM devices","rows":[{"v":0.1},{"v":"1"}]})",
             R"({"query":"SELECT tags.v FROM devices","rows":[{"v":0.10000001},{"v":1}]})",
             R"({"query":"SELECT tags.v FROM devices","rows":[{"v":1}]})",
             R"({"query":"SELECT * FROM devices","page_size":2,"pages":[["b","a"],[]]})",
             R"({"query":"SELECT * FROM devices","page_size":1,"pages":[["b","a"]]})",
             R"({"query":"SELECT * FROM devices","pages":[["b"],["a"]]})",
             R"({"valid":true})",
             R"({"query":1})",
             R"({"query":"SELECT * FROM devices","mode":"both"})",
             R"({"query":"SELECT * FROM devices","mode":null})",
             R"({"query":"SELECT * FROM devices","dialect":"sql"})",
             R"({"query":"SELECT * FROM devices","valid":"yes"})",
             R"({"query":"SELECT * FROM devices","matches":"b"})",
             R"({"query":"SELECT * FROM devices","rows":{}})",
             R"({"query":"SELECT * FROM devices","pages":[1]})",
         }) {
      CAPTURE(bad);
      CHECK(verdict(bad, fleet) != "");
    }
  }

  TEST_CASE("numbers agree by value, integers exactly, doubles nearly (17)") {
    const auto integer = [](std::int64_t n) { return json_value(n); };
    CHECK(agree(integer(43), json_value(43.0)));
    CHECK(agree(json_value(0.9), json_value(0.9 + 1e-12)));
    CHECK(agree(integer(54), json_value(54 + 1e-9)));
    CHECK_FALSE(agree(json_value(0.9), json_value(0.9000001)));
    CHECK_FALSE(agree(integer(4503599627370495), integer(4503599627370494)));
    CHECK_FALSE(agree(integer(9007199254740993), json_value(9007199254740992.0)));
    CHECK_FALSE(agree(integer(1), json_value(true)));
    CHECK_FALSE(agree(json_value(nullptr), integer(0)));
  }
}
