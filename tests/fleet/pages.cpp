// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <support/random.hpp>

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using doppel::continuation_token;
using doppel::errc;

namespace {

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

struct small_fleet {
  explicit small_fleet(std::uint32_t rows) {
    for (std::uint32_t i = 0; i != rows; ++i) {
      add();
    }
  }
  static doppel::fleet_options options() {
    doppel::fleet_options o;
    o.chunk_rows = 32;
    return o;
  }
  std::string add(const std::string& content = R"({"tags":{"on":1}})") {
    const std::string id = "d" + std::to_string(next++);
    REQUIRE(twins.create({id}, noon));
    merge(id, content);
    return id;
  }
  void set(const std::string& id, int on) { merge(id, R"({"tags":{"on":)" + std::to_string(on) + "}}"); }
  void merge(const std::string& id, const std::string& patch) {
    doppel::write_options options;
    options.now = noon;
    REQUIRE(twins.merge_twin(id, patch, options, scratch, change));
  }

  doppel::fleet twins{options()};
  doppel::workspace scratch;
  doppel::change change;
  std::uint32_t next = 0;
};

doppel::program compiled(std::string_view text, doppel::query_mode mode = doppel::query_mode::extended) {
  doppel::query_options options;
  options.mode = mode;
  return doppel::compile_query(text, options).value();
}

}  // namespace

TEST_SUITE("fleet: pages") {
  TEST_CASE("pages beside writes repeat nothing and leave out nothing that stays (spec/query.md 13)") {
    std::string query = "SELECT deviceId FROM devices WHERE tags.on = 1";
    SUBCASE("in the order of insertion") {}
    SUBCASE("by a value that many share") { query += " ORDER BY tags.rank"; }
    SUBCASE("by two, one of them backwards") { query += " ORDER BY tags.rank DESC, tags.name"; }
    const doppel::program on = compiled(query);
    for (std::uint64_t seed = 0; seed != 40; ++seed) {
      CAPTURE(seed);
      doppel_test::random_source random(seed);
      small_fleet f(0);
      const auto add = [&] {
        const std::string rank = std::to_string(random.below(7));
        const std::string name = random.below(3) == 0 ? "" : R"(,"name":"n)" + std::to_string(random.below(5)) + '"';
        const std::string id = f.add(R"({"tags":{"on":1,"rank":)" + rank + name + "}}");
        return id;
      };
      std::set<std::string> untouched;
      for (int i = 0; i != 150; ++i) {
        untouched.insert(add());
      }
      std::vector<std::string> seen;
      std::optional<continuation_token> token;
      do {
        const auto from = token ? std::optional(token->view()) : std::nullopt;
        auto next = select(f.twins, on, 1 + static_cast<std::uint32_t>(random.below(40)), from,
                           [&](std::string_view row) { seen.emplace_back(row.substr(13, row.size() - 15)); });
        REQUIRE(next.has_value());
        token = *std::move(next);
        for (std::size_t i = random.below(30); i != 0; --i) {
          const std::string id = "d" + std::to_string(random.below(f.next));
          untouched.erase(id);
          switch (random.below(3)) {
            case 0: add(); break;
            case 1: (void)f.twins.erase(id); break;
            default:
              // What it is sorted by stays.
              if (f.twins.contains(id)) f.set(id, static_cast<int>(random.below(2)));
          }
        }
        REQUIRE(seen.size() < 2000);
      } while (token);
      const std::set<std::string> unique(seen.begin(), seen.end());
      CHECK(unique.size() == seen.size());
      for (const std::string& id : untouched) {
        CHECK_MESSAGE(unique.contains(id), id);
      }
    }
  }

  TEST_CASE("groups and distinct rows keep their pages when other twins change") {
    for (const char* const query :
         {"SELECT tags.rank FROM devices GROUP BY tags.rank", "SELECT DISTINCT tags.rank FROM devices",
          "SELECT tags.rank, COUNT() AS n FROM devices GROUP BY tags.rank ORDER BY tags.rank"}) {
      CAPTURE(query);
      const doppel::program p = compiled(query);
      small_fleet f(0);
      for (int i = 0; i != 100; ++i) {
        f.add(R"({"tags":{"rank":)" + std::to_string(i % 50) + "}}");
      }
      std::set<std::string> seen;
      std::optional<continuation_token> token;
      const auto page = [&] {
        const auto from = token ? std::optional(token->view()) : std::nullopt;
        auto next = select(f.twins, p, 20, from, [&](std::string_view row) {
          CHECK(seen.emplace(row.substr(0, row.find_first_of(",}"))).second);
        });
        REQUIRE(next.has_value());
        token = *std::move(next);
      };
      page();
      REQUIRE(token);
      // Counted rows would be moved by this: ten groups of the first page have gone.
      for (int i = 0; i != 10; ++i) {
        REQUIRE(f.twins.erase({"d" + std::to_string(i)}));
        REQUIRE(f.twins.erase({"d" + std::to_string(i + 50)}));
      }
      page();
      REQUIRE(token);
      page();
      CHECK(!token);
      CHECK(seen.size() == 50);
    }
  }

  TEST_CASE("TOP, OFFSET and LIMIT hold over all pages together") {
    small_fleet f(100);
    const auto ids = [&](std::string_view query, std::uint32_t page_size) {
      const doppel::program p = compiled(query);
      std::string all;
      std::optional<continuation_token> token;
      do {
        const auto from = token ? std::optional(token->view()) : std::nullopt;
        auto next =
            select(f.twins, p, page_size, from, [&](std::string_view row) { all += row.substr(13, row.size() - 15); });
        REQUIRE(next.has_value());
        token = *std::move(next);
        all += token ? "|" : ".";
      } while (token);
      return all;
    };
    CHECK(ids("SELECT TOP 5 deviceId FROM devices", 2) == "d0d1|d2d3|d4.");
    CHECK(ids("SELECT TOP 4 deviceId FROM devices", 2) == "d0d1|d2d3.");
    CHECK(ids("SELECT deviceId FROM devices OFFSET 97 LIMIT 50", 2) == "d97d98|d99.");
    CHECK(ids("SELECT deviceId FROM devices OFFSET 200 LIMIT 50", 2) == ".");
    CHECK(ids("SELECT deviceId FROM devices ORDER BY deviceId OFFSET 97 LIMIT 50", 2) == "d97d98|d99.");
  }

  TEST_CASE("tokens that are not ours are refused") {
    small_fleet f(10);
    const doppel::program all = compiled("SELECT * FROM devices");
    const auto ignore = [](std::string_view) {};
    const auto first = select(f.twins, all, 3, {}, ignore).value();
    REQUIRE(first);
    std::string token(first->view());
    CHECK(select(f.twins, all, 3, token, ignore).has_value());
    CHECK(select(f.twins, compiled("SELECT * FROM devices WHERE tags.on = 1"), 3, token, ignore).error() ==
          errc::bad_continuation);
    CHECK(select(f.twins, all, 3, token, ignore, {.key = {1, 2}}).error() == errc::bad_continuation);
    token[5] = token[5] == 'A' ? 'B' : 'A';
    CHECK(select(f.twins, all, 3, token, ignore).error() == errc::bad_continuation);
    CHECK(select(f.twins, all, 3, "", ignore).error() == errc::bad_continuation);
  }

  TEST_CASE("a scan stops when its caller wants no more, or its time is up") {
    small_fleet f(100);
    const doppel::program all = compiled("SELECT deviceId FROM devices");
    int rows = 0;
    CHECK(for_each_row(f.twins, all, [&](std::string_view) { return ++rows != 40; }));
    CHECK(rows == 40);
    int asked = 0;
    const auto twice = [&asked] { return ++asked <= 2; };
    CHECK(count(f.twins, all, {.checkpoint = twice}).error() == errc::canceled);
    asked = 0;
    rows = 0;
    const auto counted = [&](std::string_view) {
      ++rows;
      return true;
    };
    CHECK(for_each_row(f.twins, all, counted, {.checkpoint = twice}).error() == errc::canceled);
    CHECK(rows == 64);
    asked = 0;
    CHECK(select(f.twins, all, 99, {}, counted, {.checkpoint = twice}).error() == errc::canceled);
  }

  TEST_CASE("what is no query over twins is refused") {
    small_fleet f(1);
    const doppel::program jobs = compiled("SELECT * FROM devices.jobs");
    CHECK(count(f.twins, jobs).error() == errc::not_supported);
    CHECK(for_each_row(f.twins, jobs, [](std::string_view) { return true; }).error() == errc::not_supported);
    CHECK(select(f.twins, jobs, 1, {}, [](std::string_view) {}).error() == errc::not_supported);
  }
}
