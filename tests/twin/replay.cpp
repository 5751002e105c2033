// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/replay.hpp>

#include "common.hpp"

#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace doppel_test;
using doppel::errc;
using doppel::replay_outcome;

}  // namespace

TEST_SUITE("twin/replay") {
  TEST_CASE("replay: a log of all kinds of writes gives the last twin byte for byte, whatever its key table") {
    for (std::uint64_t seed = 841; seed <= 848; ++seed) {
      CAPTURE(seed);
      doppel::limits tight;
      tight.keys_in_table = 3;
      const auto keys = doppel::key_table::create(tight).value();
      twin_pair pair(seed, active_limits());
      doppel::twin plain = pair.twin;
      doppel::twin odd(keys);
      doppel::workspace scratch;
      REQUIRE(load_image(odd, image_of(pair.twin), doppel::image_trust::trusted, scratch));
      std::vector<doppel::change> log;
      for (int i = 0; i < 50; ++i) {
        random_write write = pair.next();
        if (i % 13 == 12) {
          write.form = write_form::merge;
          write.text =
              i % 2 == 0 ? R"({"tags":null,"properties":{"desired":null}})" : R"({"properties":{"desired":null}})";
        }
        if (pair.step(write) != "") FAIL("parted from the model");
        doppel::change copy;
        REQUIRE(pair.change.copy_to(copy));
        if (!pair.change.empty()) log.push_back(std::move(copy));
      }
      REQUIRE(log.size() > 5);
      for (doppel::twin* to : {&plain, &odd}) {
        for (const doppel::change& c : log) {
          const auto done = replay(*to, c, scratch);
          REQUIRE(done.has_value());
          REQUIRE(*done == replay_outcome::applied);
          REQUIRE(to->counters() == c.after());
          const auto twice = replay(*to, c, scratch);
          REQUIRE(twice.has_value());
          CHECK(*twice == replay_outcome::already_applied);
        }
        CHECK(view_of(*to) == view_of(pair.twin));
        CHECK(to->desired().counted_bytes() == pair.twin.desired().counted_bytes());
        CHECK(*replay(*to, log[0], scratch) == replay_outcome::already_applied);
      }
      CHECK(image_of(plain) == image_of(pair.twin));
    }
  }

  TEST_CASE("replay: a gap is told and nothing is done") {
    bench a;
    bench b{doppel::twin(a.twin)};
    REQUIRE(a.tags(R"({"a":1})") == accepted);
    doppel::change first;
    REQUIRE(a.change.copy_to(first));
    REQUIRE(a.tags(R"({"b":1})") == accepted);
    const std::string before = view_of(b.twin);
    CHECK(replay(b.twin, a.change, b.scratch).error() == errc::change_gap);
    CHECK(view_of(b.twin) == before);
    CHECK(*replay(b.twin, first, b.scratch) == replay_outcome::applied);
    CHECK(*replay(b.twin, a.change, b.scratch) == replay_outcome::applied);
    CHECK(view_of(b.twin) == view_of(a.twin));
    CHECK(*replay(b.twin, doppel::change(), b.scratch) == replay_outcome::already_applied);
    // Another history with fewer writes of one kind.
    bench c;
    REQUIRE(c.report(R"({"r":1})") == accepted);
    REQUIRE(a.tags(R"({"c":1})") == accepted);
    CHECK(replay(c.twin, a.change, c.scratch).error() == errc::change_gap);
  }

  TEST_CASE("replay: foreign etags, marks and wide versions go along (9.11, 10.1)") {
    bench a;
    REQUIRE(
        a.load(
            R"({"deviceId":"d","etag":"strange","version":1099511627790,"properties":{"desired":{"a":{"b":1},"$metadata":)"
            R"({"$lastUpdated":"2024-05-01T10:00:00Z","$lastUpdatedVersion":1099511627775},"$version":1099511627775},"reported":{"$version":2}}})") ==
        accepted);
    doppel::twin follower = a.twin;
    a.options.configuration = doppel::configuration_mark{"cfg", "12345"};
    const auto follow = [&] {
      REQUIRE(replay(follower, a.change, a.scratch).value() == replay_outcome::applied);
      CHECK(view_of(follower) == view_of(a.twin));
    };
    REQUIRE(a.report(R"({"r":1})") == accepted);
    follow();
    REQUIRE(a.desired(R"({"a":{"b":2,"c":[1,{"d":"\n"}]},"e":{}})") == accepted);
    follow();
    a.options.configuration = {};
    REQUIRE(a.desired(R"({"a":{"b":null},"e":{"f":{}}})") == accepted);
    follow();
    REQUIRE(a.replace(R"({"properties":{"desired":{"a":{"c":{}},"z":"\"\\"}}})") == accepted);
    follow();
    REQUIRE(a.merge(R"({"tags":{"t":{}},"properties":{"desired":null}})") == accepted);
    follow();
  }
}
