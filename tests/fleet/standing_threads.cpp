// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <support/random.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// Standing queries while several threads write, and others are added and removed.

namespace {

using doppel::standing_id;
using doppel::standing_kind;

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

doppel::program compiled(std::string_view text) { return doppel::compile_query(text).value(); }

}  // namespace

TEST_SUITE("fleet: standing queries, threads") {
  TEST_CASE("beside writers: for each twin, entering and leaving take turns and end where the twin is") {
    struct ledger {
      std::mutex mutex;
      std::map<std::string, bool> members[2];
      standing_id ids[2]{};
      std::atomic<std::uint64_t> wrong{0};
      std::atomic<std::uint64_t> told{0};
      void operator()(const doppel::standing_event<doppel::default_fleet_policy>& e) noexcept {
        const std::scoped_lock lock(mutex);
        ++told;
        for (int i = 0; i != 2; ++i) {
          if (e.query != ids[i]) continue;
          bool& belongs = members[i][std::string(e.write.id.device_id)];
          wrong += belongs != (e.kind != standing_kind::entered) ? 1u : 0u;
          belongs = e.kind != standing_kind::left;
        }
      }
    };
    ledger book;
    doppel::standing_queries<> standing(book);
    doppel::fleet_options small;
    small.chunk_rows = 8;
    doppel::fleet twins(small);
    REQUIRE(twins.attach(standing));
    const doppel::program programs[2] = {compiled("SELECT * FROM devices WHERE tags.a > tags.b"),
                                         compiled("SELECT deviceId FROM devices WHERE tags.c.d = 1")};
    for (int i = 0; i != 2; ++i) book.ids[i] = standing.add(programs[i]).value();
    constexpr std::size_t twin_count = 60;
    for (std::size_t i = 0; i != twin_count; ++i) REQUIRE(twins.create({"d" + std::to_string(i)}, noon));
    std::atomic<int> working{3};
    doppel::write_options options;
    options.now = noon;
    std::vector<std::thread> writers;
    for (std::uint64_t seed = 0; seed != 3; ++seed) {
      writers.emplace_back([&, seed] {
        doppel_test::random_source random(seed);
        doppel::workspace scratch;
        doppel::change change;
        for (int n = 0; n != 4000; ++n) {
          const std::string id = "d" + std::to_string(random.below(twin_count));
          const auto number = [&] { return std::to_string(random.below(3)); };
          if (random.one_in(20)) {
            (void)twins.erase(id);
            (void)twins.create({id}, noon);
            continue;
          }
          const std::string body = random.coin()   ? R"({"tags":{"a":)" + number() + R"(,"b":)" + number() + "}}"
                                   : random.coin() ? R"({"tags":{"c":{"d":)" + number() + "}}}"
                                                   : R"({"tags":{"x":)" + number() + "}}";
          (void)twins.merge_twin(id, body, options, scratch, change);
        }
        --working;
      });
    }
    doppel_test::random_source random(99);
    std::vector<standing_id> others;
    while (working.load() != 0) {
      if (others.size() < 50 && random.coin()) {
        const auto id = standing.add(compiled("SELECT * FROM devices WHERE tags." +
                                              std::string(random.pick({"a", "b", "x", "c.d", "c.e"})) + " = 1"));
        if (id) others.push_back(*id);
      } else if (!others.empty()) {
        standing.remove(others.back());
        others.pop_back();
      }
      std::this_thread::yield();
    }
    for (std::thread& t : writers) t.join();
    CHECK(book.wrong.load() == 0);
    CHECK(book.told.load() > 1000);
    for (int i = 0; i != 2; ++i) {
      std::set<std::string> expected;
      REQUIRE(for_each_row(twins,
                           compiled("SELECT deviceId AS id FROM devices WHERE " +
                                    std::string(i == 0 ? "tags.a > tags.b" : "tags.c.d = 1")),
                           [&](std::string_view row) {
                             expected.insert(std::string(row.substr(7, row.size() - 9)));
                             return true;
                           }));
      std::set<std::string> members;
      for (const auto& [id, belongs] : book.members[i]) {
        if (belongs) members.insert(id);
      }
      CHECK(members == expected);
    }
    twins.detach(standing);
  }
}
