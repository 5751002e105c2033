// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/key_table.hpp>

#include "common.hpp"

#include <support/limits.hpp>
#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace doppel_test;

static_assert(std::is_nothrow_copy_constructible_v<doppel::key_table> &&
              std::is_nothrow_move_constructible_v<doppel::key_table>);

}  // namespace

TEST_SUITE("twin/key_table") {
  TEST_CASE("table: none, copies and moves are handles of one") {
    doppel::key_table none;
    CHECK(!none);
    CHECK(none.size() == 0);
    CHECK(none.bytes_held() == 0);
    doppel::key_table one = doppel::key_table::create().value();
    CHECK(bool(one));
    doppel::key_table copy = one;
    bench b{doppel::twin(one)};
    REQUIRE(b.tags(R"({"a":{"b":1}})") == accepted);
    CHECK(copy.size() == 2);
    const doppel::key_table moved = std::move(one);
    CHECK(!one);
    CHECK(moved.size() == 2);
    copy = none;
    CHECK(!copy);
    CHECK(view_of(doppel::twin(none)) == view_of(doppel::twin()));
  }

  TEST_CASE("table: names are kept once for many twins, and refused writes add none") {
    const auto keys = doppel::key_table::create().value();
    std::vector<doppel::twin> twins;
    std::size_t after_second = 0;
    for (int i = 0; i < 50; ++i) {
      bench b{doppel::twin(keys)};
      REQUIRE(b.twin.reset(pump(), at_second(0)));
      REQUIRE(b.merge(R"({"tags":{"site":"A","floor":2},"properties":{"desired":{"fan":{"speed":1}}}})") == accepted);
      twins.push_back(std::move(b.twin));
      if (i == 1) after_second = keys.bytes_held();
    }
    CHECK(keys.bytes_held() == after_second);
    const std::size_t size = keys.size();
    bench b{std::move(twins[0])};
    CHECK(b.tags(R"({"brand":1,"new name":1})") != accepted);
    CHECK(b.tags(R"({"brand":1,)") != accepted);
    b.options.limits.tags_bytes = b.options.limits.desired_bytes = 20;
    CHECK(b.tags(R"({"brand_new":1})") == doppel::errc::section_size);
    CHECK(b.replace(R"({"tags":{"entirely_new_names":"long enough to break it"}})") == doppel::errc::section_size);
    CHECK(b.replace(R"({"tags":{"x1":1},"properties":{"desired":{"entirely_new_names":"long enough to break it"}}})") ==
          doppel::errc::section_size);
    b.options.condition = doppel::precondition::matching("other");
    CHECK(b.tags(R"({"brand":1})") == doppel::errc::precondition_failed);
    doppel::preflight_report report;
    b.options = options_at(1);
    REQUIRE(preflight(b.twin, doppel::write_kind::merge, R"({"tags":{"foreseen":1}})", b.options, b.scratch, report));
    CHECK(report.accepted);
    doppel::load_options strict;
    strict.strict = true;
    CHECK(b.load(R"({"deviceId":"d","tags":{"loaded":1}})", strict) == doppel::errc::invalid_document);
    CHECK(b.load(R"({"deviceId":"d","tags":{"loaded":[null]}})") == doppel::errc::null_in_array);
    CHECK(keys.size() == size);
    REQUIRE(b.load(R"({"deviceId":"d","tags":{"loaded":1}})") == accepted);
    CHECK(keys.size() > size);
  }

  TEST_CASE("table: beyond its caps members carry their keys, and everything else is the same") {
    for (const auto& caps :
         {std::pair<std::uint32_t, std::size_t>{0, 1000}, {1, 1000}, {5, 1000}, {1000, 0}, {1000, 12}}) {
      // clang 14 cannot capture a structured binding.
      const std::uint32_t cap = caps.first;
      const std::size_t bytes = caps.second;
      CAPTURE(cap);
      CAPTURE(bytes);
      doppel::limits bounds = active_limits();
      bounds.keys_in_table = cap;
      bounds.key_table_bytes = bytes;
      const auto keys = doppel::key_table::create(bounds).value();
      for (std::uint64_t seed = 861; seed <= 864; ++seed) {
        twin_pair pair(seed, active_limits());
        doppel::twin capped(keys);
        REQUIRE(load_image(capped, image_of(pair.twin), doppel::image_trust::untrusted, pair.scratch));
        doppel::twin follower = capped;
        doppel::change change;
        for (int i = 0; i < 40; ++i) {
          const random_write write = pair.next();
          const auto done = pair.apply_to(capped, write, change);
          const bool empty = change.empty();
          if (pair.step(write) != "") FAIL("parted from the model");
          REQUIRE(view_of(capped) == view_of(pair.twin));
          REQUIRE(capped.tags().counted_bytes() == pair.twin.tags().counted_bytes());
          if (!done || empty) continue;
          REQUIRE(replay(follower, change, pair.scratch).value() == doppel::replay_outcome::applied);
          REQUIRE(view_of(follower) == view_of(pair.twin));
        }
        CHECK(keys.size() <= cap);
        doppel::text_buffer patch;
        REQUIRE(diff(capped.desired(), pair.twin.desired(), patch));
        CHECK(patch.view() == "{}");
        doppel::twin back;
        REQUIRE(load_image(back, image_of(capped), doppel::image_trust::untrusted, pair.scratch, active_limits()));
        CHECK(view_of(back) == view_of(capped));
        CHECK(view_of(capped.clone().value()) == view_of(capped));
        doppel::load_options how;
        how.limits = active_limits();
        doppel::twin loaded(keys);
        REQUIRE(load_into(loaded, view_of(capped), pair.scratch, how));
        CHECK(view_of(loaded) == view_of(capped));
      }
    }
  }

  TEST_CASE("table: a member that carries its key is the same member once the table has it (7.7)") {
    doppel::limits none;
    none.keys_in_table = 0;
    bench full{doppel::twin(doppel::key_table::create(none).value())};
    REQUIRE(full.merge(R"({"tags":{"t":{"u":1}},"properties":{"desired":{"a":1,"o":{"p":1,"q":2}}}})") == accepted);
    bench b{doppel::twin()};
    REQUIRE(load_image(b.twin, image_of(full.twin), doppel::image_trust::trusted, b.scratch));
    bench c{doppel::twin(b.twin)};
    REQUIRE(b.replace(R"({"tags":{"t":{"u":2}},"properties":{"desired":{"a":2,"o":{"q":3}}}})") == accepted);
    CHECK(notification_of(b.change) == R"({"a":2,"o":{"q":3,"p":null},"$version":3})");
    REQUIRE(c.report(R"({"a":1,"o":{"p":1,"q":2},"t":1,"u":1})") == accepted);  // now the table has all of them
    REQUIRE(c.merge(R"({"tags":{"t":{"u":3}},"properties":{"desired":{"a":null,"o":{"p":5}}}})") == accepted);
    CHECK(content_of(c.twin.tags()) == R"({"t":{"u":3}})");
    CHECK(content_of(c.twin.desired()) == R"({"o":{"p":5,"q":2}})");
    doppel::text_buffer out;
    REQUIRE(diff(c.twin.desired(), c.twin.reported(), out));
    CHECK(out.view() == R"({"a":1,"o":{"p":1},"t":1,"u":1})");
  }

  TEST_CASE("table: keys that collide on purpose cost neither time nor members") {
    // Keys with the same low bits of their hash, for a table whose seed is known.
    const auto keys = doppel::key_table::create().value();
    bench b{doppel::twin(keys)};
    REQUIRE(b.tags(R"({"first":1})") == accepted);
    std::vector<std::string> colliding;
    for (int i = 0; colliding.size() < 700 && i < 2'000'000; ++i) {
      char padded[40] = {};
      const std::string name = std::to_string(i);
      name.copy(padded, name.size());
      if (keys.store()->hash(padded, static_cast<std::uint32_t>(name.size())) % 2048 == 7) colliding.push_back(name);
    }
    REQUIRE(colliding.size() > 500);
    std::string text = "{";
    for (const std::string& name : colliding) text += "\"" + name + "\":1,";
    text.back() = '}';
    REQUIRE(b.desired(text) == accepted);
    CHECK(b.twin.desired().size() == colliding.size());
    for (const std::string& name : colliding) REQUIRE(b.twin.desired().find(name).as_integer() == 1);
    REQUIRE(b.report(text) == accepted);
    CHECK(content_of(b.twin.reported()) == text);
    for (std::size_t i = 0; i < colliding.size(); i += 2) REQUIRE(b.erase("desired." + colliding[i]) == accepted);
    CHECK(b.twin.desired().size() == colliding.size() / 2);
    doppel::twin back;
    REQUIRE(load_image(back, image_of(b.twin), doppel::image_trust::untrusted, b.scratch));
    CHECK(view_of(back) == view_of(b.twin));
    CHECK(view_of(doppel::twin(b.twin)) == view_of(b.twin));
  }
}
