// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <support/random.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// The columns of a fleet: whatever is written meanwhile, and however many there may be, they make no difference but one
// of time.

namespace {

using namespace doppel_test;

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

std::vector<std::string> rows_of(const doppel::fleet& f, const doppel::program& p, bool uses_columns) {
  std::vector<std::string> rows;
  doppel::select_options how;
  how.uses_columns = uses_columns;
  REQUIRE(for_each_row(
              f, p,
              [&](std::string_view row) {
                rows.emplace_back(row);
                return true;
              },
              how)
              .has_value());
  return rows;
}

// A value of any kind for a path that others have too.
std::string value(random_source& random) {
  static constexpr const char* texts[] = {"1",
                                          "2.5",
                                          "-0",
                                          "0",
                                          "4503599627370495",
                                          "1e300",
                                          "true",
                                          "null",
                                          "\"a\"",
                                          "\"text\"",
                                          "[1,2]",
                                          "{\"c\":1}",
                                          "\"b\"",
                                          "17",
                                          "{\"c\":\"x\"}",
                                          "\"long text of more than twelve\""};
  if (random.one_in(3)) {
    return std::to_string(random.below(100'000));
  }
  if (random.one_in(4)) {
    return "\"s" + std::to_string(random.below(600)) + "\"";
  }
  return texts[random.below(std::size(texts))];
}

struct changing_fleet {
  explicit changing_fleet(std::uint64_t seed, const doppel::fleet_options& options) : random(seed), twins(options) {}

  void add() {
    const std::string id = "d" + std::to_string(next++);
    REQUIRE(twins.create({id}, noon));
    write(id);
  }
  void write(const std::string& id) {
    static constexpr const char* keys[] = {"a", "b", "n"};
    doppel::write_options options;
    options.now = doppel::timestamp::from_ticks(noon.ticks() + static_cast<std::int64_t>(random.below(40'000'000)));
    if (random.one_in(20)) {
      options.detail = doppel::detail_level::counters;
    }
    const std::string key = keys[random.below(3)];
    const std::string patch = "{\"" + key + "\":" + (is_mixed ? value(random) : std::to_string(random.below(50))) + "}";
    switch (random.below(8)) {
      case 0: (void)twins.merge_twin(id, "{\"tags\":" + patch + "}", options, scratch, change); break;
      case 1:
        (void)twins.merge_twin(id, "{\"properties\":{\"desired\":" + patch + "}}", options, scratch, change);
        break;
      case 2: (void)twins.replace_twin(id, "{\"tags\":" + patch + "}", options, scratch, change); break;
      case 3: (void)twins.merge_twin(id, R"({"tags":null})", options, scratch, change); break;
      default: (void)twins.merge_reported(id, patch, options, scratch, change);
    }
  }
  void act() {
    const std::string id = "d" + std::to_string(random.below(next));
    if (random.one_in(30)) {
      add();
    } else if (random.one_in(30)) {
      (void)twins.erase(id);
    } else if (twins.contains(id)) {
      write(id);
    }
  }

  random_source random;
  doppel::fleet twins;
  doppel::workspace scratch;
  doppel::change change;
  std::uint32_t next = 0;
  bool is_mixed = true;
};

const std::vector<doppel::program>& programs() {
  static const std::vector<doppel::program> all = [] {
    std::vector<doppel::program> some;
    for (const char* where :
         {"properties.reported.n > 20", "properties.reported.n <= 20 AND tags.a = 1", "NOT (tags.a = 'a')",
          "tags.b != 'text' OR properties.reported.a = 1", "IS_DEFINED(tags.a) AND NOT IS_DEFINED(tags.b)",
          "tags.a.c = 1", "properties.desired.n IN [1, 2, 'a', true, null]", "STARTS_WITH(properties.reported.b, 's1')",
          "properties.reported.$metadata.n.$lastUpdated > '2026-11-01T12:00:02Z'",
          "properties.reported.$metadata.a.$lastUpdated <= '2026-11-01T12:00:01.5Z' OR tags.n = 3",
          "IS_OBJECT(tags.a) OR IS_NUMBER(properties.reported.a)", "properties.reported.n = tags.n",
          "status = 'enabled' AND properties.reported.a > 10"}) {
      for (const std::string select : {"deviceId", "COUNT() AS n, SUM(properties.reported.n) AS s, MIN(tags.n) AS m"}) {
        some.push_back(doppel::compile_query("SELECT " + select + " FROM devices WHERE " + where).value());
      }
    }
    some.push_back(doppel::compile_query("SELECT tags.a, COUNT() AS n, AVG(properties.reported.n) AS v, "
                                         "MAX(properties.reported.a) AS m FROM devices GROUP BY tags.a")
                       .value());
    some.push_back(doppel::compile_query("SELECT tags.n, COUNT(tags.b) AS b FROM devices GROUP BY tags.n").value());
    return some;
  }();
  return all;
}

}  // namespace

TEST_SUITE("fleet: columns in a fleet") {
  TEST_CASE("rows are the same with columns and without, whatever is written between scans") {
    for (std::uint64_t seed = 0; seed != 12; ++seed) {
      CAPTURE(seed);
      doppel::fleet_options options;
      options.chunk_rows = seed % 2 == 0 ? 64 : 300;
      if (seed % 3 == 0) {
        options.columns.columns = 3;
        options.columns.cold_scans = 2;
      }
      if (seed % 4 == 1) {
        options.columns.segment.dictionary_bytes = 100;
      }
      if (seed % 5 == 2) {
        options.columns.bytes = 20'000;
        options.columns.cold_scans = 3;
      }
      changing_fleet f(seed, options);
      f.is_mixed = seed % 4 != 3;
      for (int i = 0; i != 400; ++i) {
        f.add();
      }
      for (int round = 0; round != 25; ++round) {
        for (int i = 0; i != 60; ++i) {
          f.act();
        }
        for (int i = 0; i != 8; ++i) {
          const doppel::program& p = programs()[f.random.below(programs().size())];
          if (f.random.one_in(4)) {
            // Half of the columns: a page goes through some chunks only.
            (void)select(f.twins, p, 5, {}, [](std::string_view) {});
          }
          const auto expected = rows_of(f.twins, p, false);
          const auto found = rows_of(f.twins, p, true);
          CHECK_MESSAGE(found == expected, p.source(), ", round ", round);
        }
        const doppel::column_statistics columns = f.twins.statistics();
        CHECK(columns.columns <= options.columns.columns);
        // One chunk's segments may be built beyond the bound.
        CHECK(columns.bytes <= options.columns.bytes + 16 * 10'000);
      }
      CHECK(f.twins.statistics().columns != 0);
    }
  }

  TEST_CASE("columns are bounded, and cold ones make room") {
    doppel::fleet_options options;
    options.chunk_rows = 16;
    options.columns.columns = 4;
    options.columns.cold_scans = 10;
    changing_fleet f(1, options);
    for (int i = 0; i != 100; ++i) {
      f.add();
    }
    // A million keys would be as four.
    for (int key = 0; key != 500; ++key) {
      const auto p = doppel::compile_query("SELECT * FROM devices WHERE tags.k" + std::to_string(key) + " = 1").value();
      CHECK(count(f.twins, p).value() == 0);
      CHECK(f.twins.statistics().columns <= 4);
    }
    CHECK(f.twins.statistics().segments <= 4 * 7);
    const auto hot = doppel::compile_query("SELECT * FROM devices WHERE tags.n = 1").value();
    for (int i = 0; i != 20; ++i) {
      (void)count(f.twins, hot);
    }
    CHECK(f.twins.statistics().segments >= 7);  // one more found its place
    const std::size_t held = f.twins.statistics().bytes;
    CHECK(held != 0);
    for (std::uint32_t i = 0; i != f.next; ++i) {
      (void)f.twins.erase("d" + std::to_string(i));
    }
    CHECK(f.twins.statistics().bytes == 0);
    CHECK(f.twins.statistics().segments == 0);
  }

  TEST_CASE("groups go past a chunk that has lost all its rows") {
    doppel::fleet_options options;
    options.chunk_rows = 16;
    changing_fleet fleet(5, options);
    for (int i = 0; i != 48; ++i) fleet.add();
    for (int i = 16; i != 32; ++i) REQUIRE(fleet.twins.erase("d" + std::to_string(i)));
    const doppel::program p = doppel::compile_query("SELECT tags.a, COUNT() AS n FROM devices GROUP BY tags.a").value();
    const std::vector<std::string> expected = rows_of(fleet.twins, p, false);
    CHECK(rows_of(fleet.twins, p, true) == expected);  // builds them
    CHECK(rows_of(fleet.twins, p, true) == expected);
    for (int i = 32; i != 48; ++i) REQUIRE(fleet.twins.erase("d" + std::to_string(i)));
    CHECK(rows_of(fleet.twins, p, true) == rows_of(fleet.twins, p, false));
  }

  TEST_CASE("no columns, if there may be none") {
    doppel::fleet_options options;
    options.columns.columns = 0;
    changing_fleet f(2, options);
    for (int i = 0; i != 50; ++i) {
      f.add();
    }
    for (const doppel::program& p : programs()) {
      CHECK(rows_of(f.twins, p, true) == rows_of(f.twins, p, false));
    }
    CHECK(f.twins.statistics().columns == 0);
    CHECK(f.twins.statistics().bytes == 0);
  }

  TEST_CASE("columns beside writers: what a condition says of a row holds in one of its states") {
    doppel::fleet_options options;
    options.chunk_rows = 64;
    doppel::fleet twins(options);
    doppel::workspace scratch;
    doppel::change change;
    const auto set = [&twins](int i, std::size_t n, doppel::workspace& ws, doppel::change& out) {
      doppel::write_options now;
      now.now = noon;
      const std::string v = std::to_string(n);
      return twins.merge_reported("d" + std::to_string(i), R"({"a":)" + v + R"(,"b":)" + v + "}", now, ws, out)
          .has_value();
    };
    for (int i = 0; i != 300; ++i) {
      REQUIRE(twins.create({"d" + std::to_string(i)}, noon));
      REQUIRE(set(i, 1, scratch, change));
    }
    std::atomic<bool> is_over{false};
    std::vector<std::thread> writers;
    for (std::uint64_t seed = 0; seed != 2; ++seed) {
      writers.emplace_back([&, seed] {
        random_source random(seed);
        doppel::workspace own;
        doppel::change out;
        for (std::size_t n = 1; !is_over.load(); ++n) {
          (void)set(static_cast<int>(random.below(300)), n % 1000, own, out);
        }
      });
    }
    const auto torn =
        doppel::compile_query(
            "SELECT * FROM devices WHERE (properties.reported.a < 500 AND properties.reported.b >= 500) OR "
            "(properties.reported.a >= 500 AND properties.reported.b < 500)")
            .value();
    const auto all = doppel::compile_query("SELECT * FROM devices WHERE properties.reported.a >= 0").value();
    for (int i = 0; i != 300; ++i) {
      CHECK(count(twins, torn).value() == 0);
      CHECK(count(twins, all).value() == 300);
    }
    is_over = true;
    for (std::thread& t : writers) {
      t.join();
    }
    CHECK(twins.statistics().segments != 0);
  }
}
