// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "columns.hpp"

#include <doppel/fleet/columns/column_groups.hpp>

#include <support/random.hpp>

#include <string>
#include <vector>

using namespace doppel_test;

namespace {

std::vector<std::string> finish(doppel::query_run& run) {
  std::vector<std::string> rows;
  REQUIRE(run.finish([&](std::string_view row) {
               rows.emplace_back(row);
               return true;
             })
              .has_value());
  return rows;
}

/// Adds the rows of chunks one by one, and by columns where that goes; the rows have to be the same.
/// @return how many chunks columns have done
std::size_t check_groups(std::string_view query, std::vector<twin_rows>& chunks, random_source* choose = nullptr) {
  const auto p = doppel::compile_query(query);
  REQUIRE_MESSAGE(p.has_value(), query);
  REQUIRE_MESSAGE(doppel::column_groups::exists(*p), query);
  doppel::query_scratch scratch;
  REQUIRE(scratch.prepare(*p).has_value());
  std::size_t done = 0;
  std::vector<doppel::detail::row_set> chosen;
  for (twin_rows& rows : chunks) {
    chosen.push_back(rows.all());
    for (std::uint32_t i = 0; choose != nullptr && i != rows.size(); ++i) {
      if (choose->one_in(3)) chosen.back().remove(i);
    }
  }
  for (const doppel::column_isa isa : all_isas) {
    if (!doppel::is_supported(isa)) continue;
    auto groups = doppel::column_groups::make(*p, {}, isa);
    REQUIRE(groups.has_value());
    doppel::query_run by_row(*p);
    doppel::query_run by_column(*p);
    done = 0;
    for (std::size_t c = 0; c != chunks.size(); ++c) {
      column_store store(chunks[c]);
      const auto segments = store.segments_for(*p);
      // A later chunk may hold earlier positions.
      const std::uint64_t base = (chunks.size() - c) * 10'000;
      const auto position_at = [&](std::uint32_t row) { return base + 2 * row; };
      const auto add = [&](doppel::query_run& run) {
        for (std::uint32_t i = chosen[c].next(0); i < chunks[c].size(); i = chosen[c].next(i + 1)) {
          REQUIRE(run.add_match(doppel::twin_document(chunks[c][i], *p), position_at(i), scratch).has_value());
        }
      };
      add(by_row);
      const auto added = groups->add_to(by_column, segments, chosen[c], position_at);
      REQUIRE(added.has_value());
      if (*added) {
        ++done;
      } else {
        add(by_column);
      }
    }
    CHECK(by_column.matched() == by_row.matched());
    CHECK_MESSAGE(finish(by_column) == finish(by_row), query);
  }
  return done;
}

}  // namespace

TEST_SUITE("fleet: columns: groups") {
  TEST_CASE("groups and aggregates are those of rows added one by one, to the last bit") {
    random_source random(4711);
    const auto key = [&](std::size_t kinds) { return "\"k" + std::to_string(random.below(kinds)) + '"'; };
    const auto chunk = [&](std::size_t kinds, auto number) {
      twin_rows rows;
      for (std::size_t i = 0; i != 700; ++i) {
        std::string tags = "{\"z\":1";
        if (!random.one_in(9)) tags += ",\"k\":" + key(kinds);
        if (!random.one_in(7)) tags += ",\"n\":" + number();
        rows.add(tags + "}");
      }
      return rows;
    };
    const auto halves = [&] {
      return std::to_string(random.below(200)) + random.pick<const char*>({"", ".5", ".0", "e0"});
    };
    const auto decimals = [&] {
      return std::to_string(random.between(-50, 50)) + "." + std::to_string(random.below(100));
    };
    const auto integers = [&] { return std::to_string(random.between(-(1LL << 53), 1LL << 53)); };
    const auto small = [&] { return std::to_string(random.between(-3, 3)) + random.pick<const char*>({"", ".0"}); };
    const auto huge = [&] {
      return std::to_string(random.between(1, 9)) + random.pick<const char*>({"e307", "e-300", ""});
    };
    std::vector<twin_rows> chunks;
    for (const std::size_t kinds : {1U, 5U, 40U, 400U}) {
      chunks.push_back(chunk(kinds, halves));
      chunks.push_back(chunk(kinds, decimals));
      chunks.push_back(chunk(kinds, integers));
      chunks.push_back(chunk(kinds, small));
      chunks.push_back(chunk(kinds, huge));
    }
    chunks.push_back(chunk(5, [] { return std::string("\"text\""); }));  // not for columns
    chunks.push_back(chunk(5, [] { return std::string("{}"); }));
    const std::string all =
        "COUNT() AS rows, COUNT(tags.n) AS c, SUM(tags.n) AS s, AVG(tags.n) AS a, MIN(tags.n) AS l, "
        "MAX(tags.n) AS h FROM devices";
    for (const bool chooses : {false, true}) {
      random_source* const choose = chooses ? &random : nullptr;
      CHECK(check_groups("SELECT tags.k AS k, " + all + " GROUP BY tags.k", chunks, choose) == 20);
      CHECK(check_groups("SELECT " + all, chunks, choose) == 20);
      CHECK(check_groups("SELECT COUNT(tags.n) AS c, COUNT(tags.k) AS d, COUNT(tags.nothing) AS e FROM devices", chunks,
                         choose) == 22);
      CHECK(check_groups("SELECT tags.k, COUNT() AS n FROM devices GROUP BY tags.k ORDER BY n DESC", chunks, choose) ==
            22);
      CHECK(check_groups("SELECT tags.k, SUM(tags.nothing) AS n FROM devices GROUP BY tags.k", chunks, choose) == 22);
    }
  }

  TEST_CASE("keys of one value in several spellings are one group, printed as the first of all rows has it") {
    std::vector<twin_rows> chunks(2);
    for (const char* const k : {"1.0", "1", "\"1\"", "true", "1e0"}) {
      chunks[0].add("{\"k\":" + std::string(k) + "}");
      chunks[0].add("{\"k\":\"text\"}");
    }
    for (const char* const k : {"1e0", "null1", "\"text\"", "[1]", "[1.0]"}) {
      if (k[0] != 'n') chunks[1].add("{\"k\":" + std::string(k) + "}");
    }
    CHECK(check_groups("SELECT tags.k, COUNT() AS n FROM devices GROUP BY tags.k", chunks) == 2);
    // Objects are compared by what they hold, which columns do not know.
    chunks[1].add("{\"k\":{\"a\":1}}");
    CHECK(check_groups("SELECT tags.k, COUNT() AS n FROM devices GROUP BY tags.k", chunks) == 1);
  }

  TEST_CASE("groups that columns have no part in") {
    for (const char* const query :
         {"SELECT tags.a, tags.b, COUNT() AS n FROM devices GROUP BY tags.a, tags.b",
          "SELECT deviceId, COUNT() AS n FROM devices GROUP BY deviceId", "SELECT tags.a FROM devices",
          "SELECT SUM(tags.a + 1) AS s FROM devices", "SELECT COUNT(tags.a[0]) AS s FROM devices"}) {
      doppel::query_options options;
      options.mode = doppel::query_mode::extended;
      const auto p = doppel::compile_query(query, options);
      REQUIRE_MESSAGE(p.has_value(), query);
      CHECK_FALSE(doppel::column_groups::exists(*p));
    }
  }
}
