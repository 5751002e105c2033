// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using doppel::errc;
using doppel::fleet;
using doppel::query_collection;
using doppel::row_number;

namespace {

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

doppel::write_options at_noon() {
  doppel::write_options options;
  options.now = noon;
  return options;
}

struct fixture {
  explicit fixture(std::uint32_t chunk_rows = 4) : twins(options_with(chunk_rows)) {}

  static doppel::fleet_options options_with(std::uint32_t chunk_rows) {
    doppel::fleet_options options;
    options.chunk_rows = chunk_rows;
    return options;
  }
  row_number create(std::string_view device, std::string_view module = {}) {
    return twins.create({device, module}, noon).value();
  }
  std::string view_of(const doppel::twin_id& id) const {
    std::string text;
    (void)twins.visit(id, [&](const auto& t) {
      doppel::text_buffer out;
      REQUIRE(write_service_view(t, out));
      text = std::string(out.view());
    });
    return text;
  }

  fleet twins;
  doppel::workspace scratch;
  doppel::change change;
};

// Writes down what it hears.
struct listener final : doppel::fleet_observer<doppel::default_fleet_policy> {
  void committed(const doppel::fleet_event<doppel::default_fleet_policy>& event) noexcept override {
    static constexpr std::string_view names[] = {"inserted ", "erased ", "updated "};
    std::string line(names[static_cast<int>(event.kind)]);
    line += event.id.device_id;
    line += '/';
    line += event.id.module_id;
    line += ' ' + std::to_string(event.row) + ' ' + std::to_string(event.twin.version());
    if (event.change != nullptr) {
      line += event.change->detail() == doppel::detail_level::values ? " whole" : " not whole";
    }
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

}  // namespace

TEST_SUITE("fleet: rows") {
  TEST_CASE("an id is a device's, or a module's of one") {
    const doppel::twin_id device("a");
    const std::string text = "a/b";
    const doppel::twin_id module(text);
    CHECK(device.module_id.empty());
    CHECK(device.collection() == query_collection::devices);
    CHECK(module == doppel::twin_id("a", "b"));
    CHECK(module.collection() == query_collection::modules);
  }

  TEST_CASE("rows are numbered in the order of insertion, by collection") {
    fixture f;
    for (row_number i = 0; i != 10; ++i) {
      CHECK(f.create("d" + std::to_string(i)) == i);
      CHECK(f.create("d" + std::to_string(i), "m") == i);
    }
    CHECK(f.twins.size() == 20);
    CHECK(f.twins.size(query_collection::devices) == 10);
    CHECK(f.twins.size(query_collection::modules) == 10);
    CHECK(f.twins.size(query_collection::jobs) == 0);
    CHECK(f.twins.contains("d9"));
    CHECK(f.twins.contains("d9/m"));
    CHECK_FALSE(f.twins.contains("d10"));
    CHECK_FALSE(f.twins.contains("d9/n"));
    CHECK_FALSE(f.twins.contains(""));
  }

  TEST_CASE("what is there cannot be inserted, what is not there cannot be erased") {
    fixture f;
    f.create("a");
    f.create("a", "m");
    CHECK(f.twins.create({"a"}, noon).error() == errc::device_exists);
    CHECK(f.twins.create({"a", "m"}, noon).error() == errc::module_exists);
    CHECK(f.twins.insert_document(R"({"deviceId":"a"})", f.scratch).error() == errc::device_exists);
    CHECK(f.twins.create({"bad id"}, noon).error() == errc::invalid_document);
    CHECK(f.twins.create({"b"}, {}).error() == errc::invalid_timestamp);
    CHECK(f.twins.erase("b").error() == errc::not_found);
    CHECK(f.twins.erase("a/n").error() == errc::module_not_found);
    CHECK(f.twins.erase("a"));
    CHECK(f.twins.erase("a").error() == errc::not_found);
    CHECK(f.twins.contains("a/m"));  // modules are on their own
    CHECK(f.create("a") == 1);       // numbers of the refused and the erased: the former are not used up
    CHECK(f.twins.size() == 2);
  }

  TEST_CASE("documents go in and come out as they were") {
    fixture f;
    const std::string text = std::string(R"({"deviceId":"a","moduleId":"m","etag":"AAAAAAAAAAE=","version":2,)") +
                             R"("tags":{"x":[1,{"y":2}]},"properties":{"desired":{"k":1.50,)" +
                             R"("$metadata":{"$lastUpdated":"2026-01-01T00:00:00Z","k":)" +
                             R"({"$lastUpdated":"2026-01-02T00:00:00Z","$lastUpdatedVersion":1}},"$version":1},)" +
                             R"("reported":{"$metadata":{"$lastUpdated":"2026-01-01T00:00:00Z"},"$version":1}}})";
    doppel::twin alone;
    REQUIRE(load_into(alone, text, f.scratch));
    doppel::text_buffer expected;
    REQUIRE(write_service_view(alone, expected));
    REQUIRE(f.twins.insert_document(text, f.scratch));
    CHECK(f.view_of("a/m") == expected.view());

    auto other = f.twins.new_twin();
    REQUIRE(f.twins.extract("a/m", other, f.scratch));
    doppel::text_buffer extracted;
    REQUIRE(write_service_view(other, extracted));
    CHECK(extracted.view() == expected.view());
    CHECK_FALSE(f.twins.contains("a/m"));
    REQUIRE(f.twins.insert(other, f.scratch));
    CHECK(f.view_of("a/m") == expected.view());

    CHECK(f.twins.insert_document(R"({"tags":{}})", f.scratch).error() == errc::invalid_document);
    CHECK(f.twins.insert_document(R"({"deviceId":7})", f.scratch).error() == errc::invalid_document);
    CHECK(f.twins.insert_document(R"({"deviceId":"\u0061b"})", f.scratch).value() == 0);  // b of devices is new
    CHECK(f.twins.contains("ab"));
    CHECK(f.twins.insert_document(R"({"deviceId":"c")", f.scratch).error() == errc::malformed_json);
    CHECK(f.twins.insert(f.twins.new_twin(), f.scratch).error() == errc::invalid_document);
  }

  TEST_CASE("a missing twin is found missing before anything is read (spec/twin.md 24)") {
    fixture f;
    f.create("a");
    doppel::diagnostic d;
    CHECK(f.twins.merge_twin("b", "not JSON", at_noon(), f.scratch, f.change, &d).error() == errc::not_found);
    CHECK(f.twins.merge_reported("a/m", "{}", at_noon(), f.scratch, f.change).error() == errc::module_not_found);
    CHECK(f.twins.merge_twin("a", "not JSON", at_noon(), f.scratch, f.change, &d).error() == errc::malformed_json);
    CHECK(f.twins.merge_twin("a", R"({"tags":{"x":1}})", at_noon(), f.scratch, f.change));
    auto options = at_noon();
    options.condition = doppel::precondition::matching("AAAAAAAAAAE=");
    CHECK(f.twins.merge_twin("a", R"({"tags":{"x":2}})", options, f.scratch, f.change).error() ==
          errc::precondition_failed);
    CHECK(f.twins.replace_twin("a", R"({"tags":{"z":2}})", at_noon(), f.scratch, f.change));
    CHECK(f.twins.merge_section("a", doppel::section_name::desired, R"({"s":1})", at_noon(), f.scratch, f.change));
    CHECK(f.twins.set_json("a", "properties.reported.fan.speed", "3", at_noon(), f.scratch, f.change));
    CHECK(f.change.kind() == doppel::write_kind::merge_reported);
    CHECK(f.twins.set_json("a", "etag", "3", at_noon(), f.scratch, f.change).error() == errc::invalid_path);
    (void)f.twins.visit("a", [](const auto& t) {
      CHECK(t.at("tags.x").text() == "");
      CHECK(t.at("tags.z").text() == "2");
      CHECK(t.at("properties.desired.s").text() == "1");
      CHECK(t.at("properties.reported.fan.speed").text() == "3");
    });
  }

  TEST_CASE("a snapshot stays what it was, also when its twin and its chunk are gone") {
    fixture f(64);
    for (int i = 0; i != 64; ++i) {
      const std::string id = "d" + std::to_string(i);
      f.create(id);
      REQUIRE(f.twins.merge_twin(id, R"({"tags":{"n":)" + std::to_string(i) + "}}", at_noon(), f.scratch, f.change));
    }
    const auto picture = f.twins.snapshot("d63").value();
    REQUIRE(f.twins.merge_twin("d63", R"({"tags":{"n":"new","other":1}})", at_noon(), f.scratch, f.change));
    CHECK(picture->at("tags.n").text() == "63");
    CHECK(picture->version() == 3);
    for (int i = 0; i != 64; ++i) {
      REQUIRE(f.twins.erase("d" + std::to_string(i)));
    }
    CHECK(picture->device_id() == "d63");
    CHECK(picture->at("tags.n").text() == "63");
    CHECK(f.twins.snapshot("d63").error() == errc::not_found);
  }

  TEST_CASE("what is erased gives its memory back, and what stays keeps its number") {
    fixture f(64);
    for (int i = 0; i != 200; ++i) {
      f.create("d" + std::to_string(i));
    }
    const std::size_t full = f.twins.bytes_held();
    for (int i = 0; i != 200; ++i) {
      if (i % 10 != 0) {
        REQUIRE(f.twins.erase("d" + std::to_string(i)));
      }
    }
    CHECK(f.twins.bytes_held() < full / 2);  // a tenth of the rows, and chunks, which stay
    CHECK(f.twins.size() == 20);
    const auto everything = doppel::compile_query("SELECT deviceId FROM devices").value();
    std::string ids;
    REQUIRE(for_each_row(f.twins, everything, [&](std::string_view row) {
      ids += row;
      return true;
    }));
    std::string expected;
    for (int i = 0; i < 200; i += 10) {
      expected += R"({"deviceId":"d)" + std::to_string(i) + "\"}";
      REQUIRE(f.twins.merge_reported("d" + std::to_string(i), R"({"alive":true})", at_noon(), f.scratch, f.change));
    }
    CHECK(ids == expected);
    CHECK(f.create("new") == 200);
  }

  TEST_CASE("observers hear of every write in order, with the whole change") {
    fixture f;
    listener heard;
    f.create("before");
    REQUIRE(f.twins.attach(heard));
    f.create("a");
    f.create("a", "m");
    auto options = at_noon();
    options.detail = doppel::detail_level::counters;
    REQUIRE(f.twins.merge_reported("a/m", R"({"x":1})", options, f.scratch, f.change));
    CHECK_FALSE(f.twins.merge_reported("a/m", R"({"x":})", options, f.scratch, f.change));
    REQUIRE(f.twins.merge_twin("a", "{}", options, f.scratch, f.change));  // no section: no write
    REQUIRE(f.twins.erase("a"));
    f.twins.detach(heard);
    REQUIRE(f.twins.erase("a/m"));
    CHECK(heard.lines ==
          std::vector<std::string>{"inserted a/ 1 2", "inserted a/m 0 2", "updated a/m 0 3 whole", "erased a/ 1 2"});
    std::vector<listener> many(fleet::max_observers);
    for (listener& one : many) {
      CHECK(f.twins.attach(one));
    }
    CHECK_FALSE(f.twins.attach(heard));
  }

  TEST_CASE("changes are replayed onto rows, once") {
    fixture from;
    fixture to;
    from.create("a");
    to.create("a");
    REQUIRE(from.twins.merge_twin("a", R"({"tags":{"x":1}})", at_noon(), from.scratch, from.change));
    CHECK(to.twins.replay("a", from.change, to.scratch).value() == doppel::replay_outcome::applied);
    CHECK(to.twins.replay("a", from.change, to.scratch).value() == doppel::replay_outcome::already_applied);
    CHECK(to.twins.replay("b", from.change, to.scratch).error() == errc::not_found);
    CHECK(to.view_of("a") == from.view_of("a"));
  }

  TEST_CASE("one thread can do without locks") {
    struct policy : doppel::default_fleet_policy {
      using mutex_type = doppel::no_mutex;
    };
    doppel::basic_fleet<policy> twins;
    REQUIRE(twins.create({"a"}, noon));
    CHECK(count(twins, doppel::compile_query("SELECT * FROM devices").value()).value() == 1);
  }
}
