// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/change.hpp>

#include "common.hpp"

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace {

using namespace doppel_test;
using doppel::section_change;
using doppel::section_name;

static_assert(std::is_nothrow_move_constructible_v<doppel::change> &&
              std::is_nothrow_move_assignable_v<doppel::change>);
static_assert(!std::is_copy_constructible_v<doppel::change>);

std::string entries_of(const doppel::change& c) {
  std::string out;
  c.for_each([&](const doppel::change::entry& e) {
    out += "trdp"[e.section == section_name::tags       ? 0
                  : e.section == section_name::reported ? 1
                  : e.section == section_name::desired  ? 2
                                                        : 3];
    out += ':' + std::string(e.path) + (e.removed ? "-" : "=") + (e.existed ? "!" : "") + std::string(e.old_value) +
           ">" + std::string(e.new_value) + " ";
  });
  return out;
}

}  // namespace

TEST_SUITE("twin/change") {
  TEST_CASE("change: a new one is empty") {
    const doppel::change c;
    CHECK(c.empty());
    CHECK(c.kind() == doppel::write_kind::none);
    CHECK(c.operation() == "");
    CHECK(!c.notifies_device());
    CHECK(entries_of(c) == "");
  }

  TEST_CASE("change: names touched members with old and new values, in the order of the write") {
    bench b;
    REQUIRE(b.desired(R"({"a":1,"o":{"p":"x","q":[1]},"s":true})") == accepted);
    CHECK(entries_of(b.change) == R"(d:a=>1 d:o=>{} d:o.p=>"x" d:o.q=>[1] d:s=>true )");
    CHECK(b.change.on(section_name::desired) == section_change::merged);
    CHECK(b.change.on(section_name::tags) == section_change::untouched);
    REQUIRE(b.merge(R"({"properties":{"desired":{"o":{"p":2,"gone":null,"q":null},"s":{"t":1},"e.mpty":{}}}})") !=
            accepted);
    REQUIRE(
        b.merge(
            R"({"properties":{"desired":{"o":{"p":2,"gone":null,"q":null},"s":{"t":1},"empty":{}}},"tags":{"q\"x":1}})") ==
        accepted);
    CHECK(entries_of(b.change) ==
          R"(t:[[q"x]]=>1 d:o.p=!"x">2 d:o.gone-> d:o.q-![1]> d:s=!true>{} d:s.t=>1 d:empty=>{} )");
    CHECK(b.change.before() == doppel::counters{2, 2, 1, 3});
    CHECK(b.change.after() == doppel::counters{3, 3, 1, 4});
    REQUIRE(b.replace(R"({"properties":{"desired":{"a":5,"o":{"p":2}}}})") == accepted);
    CHECK(b.change.on(section_name::desired) == section_change::replaced);
    CHECK(b.change.on(section_name::tags) == section_change::replaced);
    REQUIRE(b.desired("null") == accepted);
    CHECK(b.change.on(section_name::desired) == section_change::cleared);
  }

  TEST_CASE("change: keeps nothing of the twin or the text, and a copy is its equal") {
    bench b;
    {
      std::string text = R"({"properties":{"desired":{"key":"value that is long enough"}}})";
      REQUIRE(b.merge(text) == accepted);
      text.assign(text.size(), '#');
    }
    const std::string entries = entries_of(b.change);
    const std::string told = notification_of(b.change);
    doppel::change copy;
    REQUIRE(b.change.copy_to(copy));
    b.twin = doppel::twin();
    CHECK(notification_of(b.change) == told);
    b.change.clear();
    CHECK(b.change.empty());
    CHECK(entries_of(copy) == entries);
    CHECK(notification_of(copy) == told);
    doppel::change moved(std::move(copy));
    CHECK(notification_of(moved) == told);
  }

  TEST_CASE("change: the longest path that the service allows is told in full, a longer one is cut (4.1.1, 4.3.1)") {
    bench b;
    b.options.limits.depth = 20;
    const std::string key(1024, 'k');
    std::string whole = key;
    for (int level = 1; level < 20; ++level) {
      whole += "." + key;
      REQUIRE(b.json("desired." + whole, "1") == accepted);
      std::string path;
      b.change.for_each([&](const doppel::change::entry& e) { path = std::string(e.path); });
      if (whole.size() <= 16 * 1024) {
        CHECK(path == whole);
      } else {
        CHECK(path.substr(path.size() - 3) == "...");
        CHECK(path.size() <= 16 * 1024 + 3);
      }
    }
  }

  TEST_CASE("section: says its size, iterates and answers what it has not (5)") {
    bench b;
    REQUIRE(b.tags(R"({"a":"héllo","n":1,"b":true,"o":{"x":[1,"yz"]}})") == accepted);
    CHECK(b.twin.tags().counted_bytes() == 33);  // the worked example of 5
    CHECK(b.twin.tags().bytes_left(40) == 7);
    CHECK(b.twin.tags().bytes_left(33) == 0);
    CHECK(b.twin.tags().bytes_left(3) == 0);
    CHECK(b.twin.tags().size() == 4);
    CHECK(b.twin.tags().total_members() == 5);
    CHECK(!b.twin.tags().at("a..b"));
    CHECK(b.twin.tags().at("o.x").kind() == doppel::value_kind::array);
    CHECK(b.twin.desired().empty());
    CHECK(b.twin.desired().last_updated().time == at_second(0));
  }
}
