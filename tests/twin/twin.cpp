// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/twin.hpp>

#include "common.hpp"

#include <support/fixture.hpp>
#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace doppel_test;
using doppel::errc;

struct with_snapshots : doppel::default_policy {
  static constexpr bool has_snapshots = true;
};
struct with_digest : doppel::default_policy {
  using etag_type = doppel::digest_etag;
};

static_assert(std::is_nothrow_default_constructible_v<doppel::twin>);
static_assert(std::is_nothrow_move_constructible_v<doppel::twin>);
static_assert(std::is_nothrow_move_assignable_v<doppel::twin>);
static_assert(std::is_nothrow_swappable_v<doppel::twin>);
static_assert(std::is_nothrow_destructible_v<doppel::twin>);
static_assert(std::is_copy_constructible_v<doppel::twin> && std::is_copy_assignable_v<doppel::twin>);
static_assert(noexcept(std::declval<const doppel::twin&>().clone()));
static_assert(noexcept(std::declval<const doppel::twin&>().at("tags")));
static_assert(noexcept(std::declval<const doppel::twin&>().etag()));
static_assert(noexcept(std::declval<const doppel::twin&>().bytes_held()));
static_assert(noexcept(std::declval<const doppel::basic_twin<with_snapshots>&>().snapshot()));
static_assert(noexcept(doppel::twin::create(doppel::identity{}, doppel::timestamp{})));

template <class Twin>
concept has_snapshot = requires(const Twin& t) { t.snapshot(); };
static_assert(!has_snapshot<doppel::twin> && has_snapshot<doppel::basic_twin<with_snapshots>>);

// The members of both documents that a write cannot tell apart.
std::string without_identity(const std::string& document) {
  node out = parsed(document);
  for (const char* key : {"deviceId", "deviceEtag"}) out.erase(key);
  return to_text(out);
}

}  // namespace

TEST_SUITE("twin/twin") {
  TEST_CASE("create: a brand-new twin is that of the fixture (2.3)") {
    doppel::identity who;
    who.device_id = "brand-new-device";
    who.device_etag = "MA==";
    const auto twin = doppel::twin::create(who, doppel::parse_timestamp("2024-05-01T10:00:00.1234567Z").value());
    REQUIRE(twin.has_value());
    const node expected = parsed(read_file(fixture_path("twins/fresh-device.json")).value());
    CHECK(difference_between(expected, parsed(view_of(*twin)), exactly) == "");
    CHECK(twin->etag().view() == "AAAAAAAAAAE=");
    CHECK(twin->counters() == doppel::counters{1, 1, 1, 2});
    CHECK(twin->tags().empty());
    CHECK(twin->desired().empty());
    CHECK(twin->reported().empty());
    CHECK(twin->desired().last_updated().version == 0);
    CHECK(device_view(*twin) == R"({"desired":{"$version":1},"reported":{"$version":1}})");
  }

  TEST_CASE("create: a module twin has moduleId and lacks what devices alone have (2.1, 2.4)") {
    doppel::identity who;
    who.device_id = "gateway";
    who.module_id = "$edgeAgent";
    who.status = "disabled";
    who.status_reason = "because";
    who.device_scope = "scope";
    who.is_edge = true;
    const auto twin = doppel::twin::create(who, at_second(0));
    REQUIRE(twin.has_value());
    CHECK(twin->is_module());
    CHECK(twin->device_id() == "gateway");
    CHECK(twin->module_id() == "$edgeAgent");
    const node document = parsed(view_of(*twin));
    REQUIRE(document.members.size() >= 2);
    CHECK(document.members[0].key == "deviceId");
    CHECK(document.members[1].key == "moduleId");
    CHECK(document.find("status")->text == "enabled");  // a module has no status of its own
    for (const char* missing : {"statusReason", "capabilities", "deviceScope", "parentScopes", "tags"}) {
      CHECK(document.find(missing) == nullptr);
    }
  }

  TEST_CASE("create: identity texts are escaped and optional ones left out (2.1)") {
    doppel::identity who;
    who.device_id = "-:.+%_#*?!(),=@;$'aZ09";
    who.status = "disabled";
    who.status_reason = "stolen \"again\" \\ \n \xC3\xA9";
    who.device_scope = "ms-azure-iot-edge://x-1";
    who.is_edge = true;
    who.model_id = "dtmi:x;1";
    const auto twin = doppel::twin::create(who, at_second(0));
    REQUIRE(twin.has_value());
    CHECK(twin->device_id() == who.device_id);
    const node document = parsed(view_of(*twin));
    CHECK(document.find("statusReason")->text == who.status_reason);
    CHECK(document.find("deviceEtag") == nullptr);
    CHECK(document.find("deviceScope")->text == who.device_scope);
    CHECK(document.find("capabilities")->find("iotEdge")->text == "true");
    CHECK(document.find("modelId")->text == who.model_id);
    doppel::workspace scratch;
    const auto again = doppel::load_twin(view_of(*twin), scratch);
    REQUIRE(again.has_value());
    CHECK(view_of(*again) == view_of(*twin));
  }

  TEST_CASE("create: refuses ids that break the rules and times that cannot be stored (2.1)") {
    const std::string longest(128, 'a');
    for (const std::string& id : {std::string("a b"), std::string(), longest + "a", std::string("a/b"),
                                  std::string("a\"b"), std::string("caf\xC3\xA9"), std::string("a\0b", 3)}) {
      CAPTURE(id);
      doppel::identity who;
      who.device_id = id;
      CHECK(doppel::twin::create(who, at_second(0)).error() == errc::invalid_document);
      if (id.empty()) continue;
      who = pump();
      who.module_id = id;
      CHECK(doppel::twin::create(who, at_second(0)).error() == errc::invalid_document);
    }
    doppel::identity who;
    who.device_id = longest;
    CHECK(doppel::twin::create(who, at_second(0)).has_value());
    who.status_reason = "\xFF";
    CHECK(doppel::twin::create(who, at_second(0)).error() == errc::invalid_document);

    CHECK(doppel::twin::create(pump(), {}).error() == errc::invalid_timestamp);
    for (const char* text : {"1600-12-31T23:59:59Z", "2600-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
      CHECK(doppel::twin::create(pump(), doppel::parse_timestamp(text).value()).error() == errc::invalid_timestamp);
    }
    for (const char* text : {"1601-01-01T00:00:01Z", "2513-12-31T23:59:59.9999999Z"}) {
      CAPTURE(text);
      const auto twin = doppel::twin::create(pump(), doppel::parse_timestamp(text).value());
      REQUIRE(twin.has_value());
      CHECK(metadata_of(twin->desired()) == R"({"$lastUpdated":")" + std::string(text) + R"("})");
    }
  }

  TEST_CASE("reset: starts over, and a refused one changes nothing (10.5.2)") {
    bench b;
    REQUIRE(b.merge(R"({"tags":{"a":1},"properties":{"desired":{"b":2}}})") == accepted);
    const std::string before = view_of(b.twin);
    CHECK(b.twin.reset({.device_id = "no good"}, at_second(5)).error() == errc::invalid_document);
    CHECK(view_of(b.twin) == before);
    REQUIRE(b.twin.reset(pump(), at_second(0)));
    CHECK(view_of(b.twin) == view_of(bench().twin));
  }

  TEST_CASE("default: an empty twin without identity can be read, written to and copied (2.3)") {
    bench b{doppel::twin()};
    CHECK(b.twin.counters() == doppel::counters{1, 1, 1, 2});
    CHECK(b.twin.device_id() == "");
    CHECK(!b.twin.is_module());
    CHECK(!b.twin.at("tags.a"));
    CHECK(!b.twin.at("deviceId"));
    CHECK(b.twin.tags().begin() == b.twin.tags().end());
    CHECK(parsed(view_of(b.twin)).find("etag")->text == "AAAAAAAAAAE=");
    CHECK(image_of(b.twin) == image_of(doppel::twin(b.twin)));
    CHECK(b.merge(R"({"tags":{"a":1},"properties":{"desired":{"b":{}}}})") == accepted);
    CHECK(b.report(R"({"c":[]})") == accepted);
    CHECK(device_view(b.twin) == R"({"desired":{"b":{},"$version":2},"reported":{"c":[],"$version":2}})");
  }

  TEST_CASE("value: moved-from twins are empty and usable; moves, swaps and assignments keep every byte") {
    bench b;
    REQUIRE(b.merge(R"({"tags":{"a":{"b":1}},"properties":{"desired":{"x":"yy"}}})") == accepted);
    REQUIRE(b.report(R"({"r":[1,2]})") == accepted);
    const std::string full = view_of(b.twin);
    const std::string empty = view_of(doppel::twin());

    doppel::twin moved(std::move(b.twin));
    CHECK(view_of(moved) == full);
    CHECK(view_of(b.twin) == empty);
    CHECK(b.tags(R"({"new":1})") == accepted);
    CHECK(view_of(moved) == full);

    doppel::twin assigned = doppel::twin::create(pump(), at_second(9)).value();
    assigned = std::move(moved);
    CHECK(view_of(assigned) == full);
    CHECK(view_of(moved) == empty);

    doppel::twin& self = assigned;
    assigned = std::move(self);
    CHECK(view_of(assigned) == full);
    assigned = self;
    CHECK(view_of(assigned) == full);
    swap(assigned, self);
    CHECK(view_of(assigned) == full);

    doppel::twin other = doppel::twin::create(pump(), at_second(9)).value();
    const std::string fresh = view_of(other);
    swap(assigned, other);
    CHECK(view_of(assigned) == fresh);
    CHECK(view_of(other) == full);

    doppel::twin copy;
    copy = other;
    CHECK(view_of(copy) == full);
    CHECK(view_of(other) == full);
    CHECK(view_of(other.clone().value()) == full);
  }

  TEST_CASE("value: copies are independent, with a table of keys each or one for both") {
    const auto keys = doppel::key_table::create().value();
    for (const bool shared : {false, true}) {
      CAPTURE(shared);
      bench a{shared ? doppel::twin(keys) : doppel::twin()};
      REQUIRE(a.twin.reset(pump(), at_second(0)));
      REQUIRE(a.merge(R"({"tags":{"one":1,"deep":{"two":"2"}},"properties":{"desired":{"three":[3]}}})") == accepted);
      bench b{doppel::twin(a.twin)};
      const std::string before = view_of(a.twin);
      CHECK(view_of(b.twin) == before);
      for (int i = 0; i < 200; ++i) {
        REQUIRE(b.json("tags.k" + std::to_string(i), std::to_string(i)) == accepted);
        if (i % 3 == 0) REQUIRE(b.erase("tags.k" + std::to_string(i / 2)) == accepted);
      }
      CHECK(view_of(a.twin) == before);
      const std::string theirs = view_of(b.twin);
      REQUIRE(a.replace(R"({"tags":{"deep":1}})") == accepted);
      REQUIRE(a.tags(R"({"another":1})") == accepted);
      CHECK(view_of(b.twin) == theirs);
      a.twin = doppel::twin();
      CHECK(view_of(b.twin) == theirs);
      CHECK(b.twin.at("tags.deep.two").as_string() == "2");
    }
  }

  TEST_CASE("value: a twin goes on after its original, its workspace and its key table are gone") {
    doppel::twin kept;
    std::string expected;
    {
      const auto keys = doppel::key_table::create().value();
      bench a{doppel::twin(keys)};
      REQUIRE(a.twin.reset(pump(), at_second(0)));
      REQUIRE(a.tags(R"({"some":{"keys":1}})") == accepted);
      expected = view_of(a.twin);
      kept = a.twin;
    }
    CHECK(view_of(kept) == expected);
    bench b{std::move(kept)};
    CHECK(b.tags(R"({"further":1})") == accepted);
  }

  TEST_CASE("at: reads sections, root members and odd keys by path") {
    bench b;
    REQUIRE(b.merge(R"({"tags":{"site":"A","":{"a.b":1}},"properties":{"desired":{"fan":{"speed":3}}}})") != accepted);
    REQUIRE(b.merge(R"({"tags":{"site":"A","":{"a]]b":1}},"properties":{"desired":{"fan":{"speed":3}}}})") == accepted);
    REQUIRE(b.report(R"({"desired":{"reported":true}})") == accepted);
    CHECK(b.twin.at("tags.site").as_string() == "A");
    CHECK(b.twin.at("tags.[[]].[[a]]]]b]]").as_integer() == 1);
    CHECK(b.twin.at("properties.desired.fan.speed").as_integer() == 3);
    CHECK(b.twin.at("desired.fan.speed").as_integer() == 3);
    CHECK(b.twin.at("properties.reported.desired.reported").as_bool() == true);
    CHECK(b.twin.at("properties.reported").is_object());
    CHECK(b.twin.at("tags").is_object());
    CHECK(b.twin.at("tags").size() == 2);
    CHECK(b.twin.at("deviceId").as_string() == "pump-1");
    CHECK(b.twin.at("[[deviceId]]").as_string() == "pump-1");
    CHECK(b.twin.at("capabilities.iotEdge").as_bool() == false);
    CHECK(b.twin.at("x509Thumbprint.primaryThumbprint").kind() == doppel::value_kind::null);
    for (const char* path : {"", ".", "tags.", "tags..site", "tags.site.x", "tags.nothing", "nothing", "properties",
                             "properties.x", "Tags.site", "deviceId.x", "tags.[[site"}) {
      CAPTURE(path);
      CHECK(!b.twin.at(path));
    }
  }

  TEST_CASE("etag: a foreign one stays until the first back-end write (10.1, 11.1.7)") {
    bench b;
    REQUIRE(b.load(R"({"deviceId":"d","etag":"W1-foreign","version":9,"properties":{"desired":{"$version":4},"reported":{"$version":3}}})") == accepted);
    CHECK(b.twin.etag().view() == "W1-foreign");
    REQUIRE(b.report(R"({"a":1})") == accepted);
    CHECK(b.twin.etag().view() == "W1-foreign");
    CHECK(parsed(view_of(b.twin)).find("etag")->text == "W1-foreign");
    b.options.condition = doppel::parse_if_match("\"AAAAAAAAAAY=\"").value();
    CHECK(b.tags(R"({"a":1})") == errc::precondition_failed);
    b.options.condition = doppel::parse_if_match("\"W1-foreign\"").value();
    CHECK(b.tags(R"({"a":1})") == accepted);
    CHECK(b.twin.etag().view() == "AAAAAAAAAAc=");  // 9 - 3 writes before, 10.4.1
    CHECK(b.twin.counters() == doppel::counters{7, 4, 4, 11});
    CHECK(b.tags(R"({"a":1})") == errc::precondition_failed);
  }

  TEST_CASE("etag: of a policy with a digest depends on content alone") {
    basic_bench<with_digest> a, b;
    CHECK(a.twin.etag() == b.twin.etag());
    REQUIRE(a.tags(R"({"x":1})") == accepted);
    CHECK(a.twin.etag() != b.twin.etag());
    REQUIRE(b.tags(R"({"x":2})") == accepted);
    CHECK(a.twin.etag() != b.twin.etag());
    REQUIRE(b.tags(R"({"x":1})") == accepted);
    CHECK(a.twin.etag() == b.twin.etag());
    const auto before = a.twin.etag();
    REQUIRE(a.report(R"({"r":1})") == accepted);
    CHECK(a.twin.etag() == before);
    REQUIRE(a.desired(R"({"x":1})") == accepted);
    CHECK(a.twin.etag() != before);
    a.options.condition = doppel::precondition::matching(before);
    CHECK(a.tags(R"({})") == errc::precondition_failed);
    REQUIRE(a.desired(R"(null)") == errc::precondition_failed);
    a.options.condition = {};
    REQUIRE(a.desired(R"(null)") == accepted);
    CHECK(a.twin.etag() == before);
  }

  TEST_CASE("snapshot: stays as it was while the twin is written to and after it is gone") {
    basic_bench<with_snapshots> b;
    REQUIRE(b.merge(R"({"tags":{"a":{"b":1}},"properties":{"desired":{"x":"yy"}}})") == accepted);
    REQUIRE(b.report(R"({"r":[1,2]})") == accepted);
    const std::string before = view_of(b.twin);
    const std::string image = image_of(b.twin);
    auto early = b.twin.snapshot();
    for (int i = 0; i < 300; ++i) {
      REQUIRE(b.json("desired.k" + std::to_string(i), "[1]") == accepted);
      if (i % 10 == 0) REQUIRE(b.report("null") == errc::section_not_object);
      if (i % 50 == 0) REQUIRE(b.replace(R"({"tags":{"later":1}})") == accepted);
    }
    REQUIRE(b.tags("null") == accepted);
    CHECK(view_of(*early) == before);
    CHECK(early->at("tags.a.b").as_integer() == 1);
    CHECK(image_of(*early) == image);
    const auto late = b.twin.snapshot();
    const std::string last = view_of(b.twin);
    basic_bench<with_snapshots> copied{doppel::basic_twin<with_snapshots>(*early)};
    REQUIRE(copied.tags(R"({"mine":1})") == accepted);
    b.twin = {};
    CHECK(view_of(*late) == last);
    CHECK(view_of(*early) == before);
    auto other = std::move(early);
    CHECK(view_of(*other) == before);
  }

  TEST_CASE("snapshot: one that shares a foreign etag keeps it") {
    basic_bench<with_snapshots> b;
    REQUIRE(b.load(R"({"deviceId":"d","etag":"strange","properties":{}})") == accepted);
    const auto early = b.twin.snapshot();
    REQUIRE(b.tags("{}") == accepted);
    CHECK(early->etag().view() == "strange");
    CHECK(b.twin.etag().view() != "strange");
  }

  TEST_CASE("snapshot: is read in other threads while the writer goes on") {
    basic_bench<with_snapshots> b;
    REQUIRE(b.merge(R"({"tags":{"a":{"b":1}},"properties":{"desired":{"x":"yy","long":"0123456789012345678901"}}})") == accepted);
    for (int round = 0; round < 4; ++round) {
      const std::string expected = view_of(b.twin);
      const auto picture = b.twin.snapshot();
      std::atomic<int> wrong{0};
      std::atomic<bool> stop{false};
      const auto read = [&] {
        do {
          doppel::text_buffer out;
          if (!write_service_view(*picture, out) || out.view() != expected) ++wrong;
          if (picture->at("tags.a.b").as_integer() != 1) ++wrong;
          if (picture->at("desired.new0")) wrong += round == 0;
          if (picture->desired().find("nothing")) ++wrong;
        } while (!stop);
      };
      std::thread one(read), two(read);
      for (int i = 0; i < 150; ++i) {
        const std::string key = "desired.new" + std::to_string(round * 1000 + i);
        if (b.json(key, "{\"inner" + std::to_string(i * 7 + round) + "\":1}") != accepted) ++wrong;
        if (b.twin.desired().counted_bytes() > 20'000 && b.desired("null") != accepted) ++wrong;
      }
      stop = true;
      one.join();
      two.join();
      CHECK(wrong == 0);
    }
  }

  TEST_CASE("threads: const members run in parallel") {
    bench b;
    REQUIRE(b.load(read_file(fixture_path("twins/thermostat.json")).value()) == accepted);
    const doppel::twin& twin = b.twin;
    const std::string expected = view_of(twin);
    const std::string expected_device = device_view(twin);
    std::atomic<int> wrong{0};
    const auto read = [&] {
      doppel::text_buffer out;
      doppel::workspace scratch;
      doppel::preflight_report report;
      for (int i = 0; i < 30; ++i) {
        if (!write_service_view(twin, out) || out.view() != expected) ++wrong;
        if (!write_device_view(twin, out) || out.view() != expected_device) ++wrong;
        const auto copy = twin.clone();
        if (!copy || copy->etag() != twin.etag()) ++wrong;
        if (!preflight(twin, doppel::write_kind::merge, R"({"tags":{"n":1,"m":{"o":2}}})", options_at(1), scratch,
                       report) || !report.accepted) {
          ++wrong;
        }
        out.clear();
        if (!save_image(twin, scratch, out)) ++wrong;
        if (!diff(twin.desired(), twin.reported(), out)) ++wrong;
        std::size_t members = 0;
        for (const doppel::member_view m : twin.desired()) members += m.key().size() + (twin.desired().find(m.key()) ? 1 : 0);
        if (members == 0 || twin.bytes_held() == 0) ++wrong;
      }
    };
    std::thread threads[] = {std::thread(read), std::thread(read), std::thread(read)};
    for (std::thread& t : threads) t.join();
    CHECK(wrong == 0);
    CHECK(view_of(twin) == expected);
  }

  TEST_CASE("memory: a section holds at most half more than is live, and a kilobyte") {
    std::size_t writes = 0;
    for (std::uint64_t seed = 801; seed <= 812; ++seed) {
      CAPTURE(seed);
      generator_options options;
      options.fill_one_in = 8;
      options.bad_value_one_in = 100;
      options.bad_text_one_in = 100;
      twin_pair pair(seed, active_limits(), options);
      for (int i = 0; i < 60; ++i) {
        random_write write = pair.next();
        if (i % 17 == 16) {
          write = {};
          write.now = twin_pair::start;
          write.text = R"({"tags":null,"properties":{"desired":null}})";
        }
        CAPTURE(i);
        CHECK(pair.step(write) == "");
        ++writes;
        const auto bounded = [](const auto& section) {
          CHECK(section.bytes_live() <= section.bytes_held());
          CHECK(section.bytes_held() * 2 <= section.bytes_live() * 3 + 2048);
        };
        bounded(pair.twin.tags());
        bounded(pair.twin.desired());
        bounded(pair.twin.reported());
        bounded(pair.twin.root());
      }
    }
    CHECK(writes == 720);
  }

  TEST_CASE("memory: growth by one member at a time and shrinking by one stay within the bound") {
    bench b;
    const auto bounded = [&] {
      const auto s = b.twin.reported();
      return s.bytes_held() * 2 <= s.bytes_live() * 3 + 2048;
    };
    for (int i = 0; i < 900; ++i) {
      REQUIRE(b.json("reported.m" + std::to_string(i), "\"a value of some length\"") == accepted);
      REQUIRE(bounded());
    }
    for (int i = 0; i < 900; ++i) {
      REQUIRE(b.erase("reported.m" + std::to_string(i * 7 % 900)) == accepted);
      REQUIRE(bounded());
    }
    CHECK(b.twin.reported().empty());
    CHECK(b.twin.reported().counted_bytes() == 0);
    for (int i = 0; i < 2000; ++i) {  // one value that grows and shrinks
      REQUIRE(b.set("reported.x", std::string(static_cast<std::size_t>(i * 37 % 4000), 'x')) == accepted);
      REQUIRE(bounded());
    }
    REQUIRE(b.set("reported.x", "") == accepted);
    CHECK(bounded());
  }

  TEST_CASE("identity: is not touched by writes, whatever they say (6.8)") {
    bench b;
    const std::string before = without_identity(view_of(b.twin));
    REQUIRE(b.merge(R"({"deviceId":"other","etag":"x","version":77,"status":"disabled","tags":{}})") == accepted);
    CHECK(b.twin.device_id() == "pump-1");
    CHECK(b.twin.version() == 3);
    CHECK(b.twin.at("status").as_string() == "enabled");
    CHECK(before != "");
  }
}
