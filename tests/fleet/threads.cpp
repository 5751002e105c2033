// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <support/random.hpp>
#include <support/thread_executor.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

constexpr std::uint32_t twin_count = 200;

doppel::fleet_options small_chunks() {
  doppel::fleet_options options;
  options.chunk_rows = 32;
  return options;
}

// A fleet whose even twins stay, whose odd ones come and go, and whose `tags.a` and `tags.b` are always equal.
struct busy_fleet {
  busy_fleet() : twins(small_chunks()) {
    doppel::workspace scratch;
    doppel::change change;
    for (std::uint32_t i = 0; i != twin_count; ++i) {
      const std::string id = "d" + std::to_string(i);
      REQUIRE(twins.create({id}, noon));
      REQUIRE(write(id, 0, scratch, change));
    }
  }

  bool write(const std::string& id, std::size_t n, doppel::workspace& scratch, doppel::change& change) {
    doppel::write_options options;
    options.now = noon;
    const std::string value = std::to_string(n);
    // Of different lengths, so that blocks move.
    const std::string padding(n % 61, 'x');
    const std::string body =
        R"({"tags":{"a":)" + value + R"(,"pad":")" + padding + R"(","b":)" + value + ",\"k" + value + "\":null}}";
    return twins.merge_twin(id, body, options, scratch, change).has_value();
  }

  // Until `is_over`.
  void work(std::uint64_t seed) {
    doppel_test::random_source random(seed);
    doppel::workspace scratch;
    doppel::change change;
    for (std::size_t n = 1; !is_over.load(); ++n) {
      const std::size_t i = random.below(twin_count);
      const std::string id = "d" + std::to_string(i);
      if (i % 2 == 1 && n % 5 == 0) {
        if (twins.erase(id).has_value()) {
          (void)twins.create({id}, noon);
          (void)write(id, n, scratch, change);
        }
      } else {
        (void)write(id, n, scratch, change);
      }
      ++writes;
    }
  }

  doppel::fleet twins;
  std::atomic<bool> is_over{false};
  std::atomic<std::uint64_t> writes{0};
};

template <class Read>
void beside_writers(busy_fleet& f, int times, Read read) {
  std::vector<std::thread> writers;
  for (std::uint64_t seed = 1; seed != 3; ++seed) {
    writers.emplace_back([&f, seed] { f.work(seed); });
  }
  while (f.writes.load() == 0) {
    std::this_thread::yield();
  }
  for (int i = 0; i != times; ++i) {
    read();
  }
  f.is_over = true;
  for (std::thread& t : writers) {
    t.join();
  }
}

std::string id_in(std::string_view row) { return std::string(row.substr(13, row.size() - 15)); }

void check_ids(const std::vector<std::string>& ids) {
  const std::set<std::string> unique(ids.begin(), ids.end());
  for (std::uint32_t i = 0; i < twin_count; i += 2) {
    CHECK_MESSAGE(unique.contains("d" + std::to_string(i)), "left out: ", i);
  }
  // A twin that went and came again has two rows, but those that stay have one.
  std::multiset<std::string> seen(ids.begin(), ids.end());
  for (std::uint32_t i = 0; i < twin_count; i += 2) {
    CHECK_MESSAGE(seen.count("d" + std::to_string(i)) == 1, "twice: ", i);
  }
}

}  // namespace

TEST_SUITE("fleet: threads") {
  TEST_CASE("a scan beside writers sees every row that stays once, and none torn") {
    busy_fleet f;
    const auto all = doppel::compile_query("SELECT deviceId FROM devices").value();
    const auto torn = doppel::compile_query("SELECT deviceId FROM devices WHERE tags.a != tags.b").value();
    const auto grouped = doppel::compile_query("SELECT COUNT() AS n FROM devices WHERE tags.a = tags.b").value();
    beside_writers(f, 60, [&] {
      std::vector<std::string> ids;
      const auto take = [&](std::string_view row) {
        ids.push_back(id_in(row));
        return true;
      };
      REQUIRE(for_each_row(f.twins, all, take));
      check_ids(ids);
      ids.clear();
      REQUIRE(for_each_row(f.twins, all, take, {}, doppel_test::thread_executor{2}));
      check_ids(ids);
      CHECK(count(f.twins, torn).value() == 0);
      auto run = run_query(f.twins, grouped, {}, doppel_test::thread_executor{2});
      REQUIRE(run.has_value());
      CHECK(run->matched() >= twin_count / 2);
    });
  }

  TEST_CASE("pages beside writers") {
    busy_fleet f;
    const auto all = doppel::compile_query("SELECT deviceId FROM devices").value();
    beside_writers(f, 20, [&] {
      std::vector<std::string> ids;
      std::optional<doppel::continuation_token> token;
      do {
        const auto from = token ? std::optional(token->view()) : std::nullopt;
        auto next = select(f.twins, all, 17, from, [&](std::string_view row) { ids.push_back(id_in(row)); });
        REQUIRE(next.has_value());
        token = *std::move(next);
      } while (token && ids.size() < 5000);
      check_ids(ids);
    });
  }

  TEST_CASE("snapshots stay what they are beside writers") {
    busy_fleet f;
    beside_writers(f, 40, [&] {
      std::vector<doppel::fleet::snapshot_type> held;
      std::vector<std::string> views;
      const auto view_of = [](const auto& t) {
        doppel::text_buffer out;
        REQUIRE(write_service_view(t, out));
        return std::string(out.view());
      };
      for (std::uint32_t i = 0; i < twin_count; i += 8) {
        held.push_back(f.twins.snapshot("d" + std::to_string(i)).value());
        views.push_back(view_of(*held.back()));
      }
      std::this_thread::yield();
      for (std::size_t i = 0; i != held.size(); ++i) {
        CHECK(view_of(*held[i]) == views[i]);
        CHECK(held[i]->at("tags.a").text() == held[i]->at("tags.b").text());
      }
    });
  }

  TEST_CASE("a cut is one moment: what it has of a writer's twins, it has in the writer's order") {
    // The writer counts twins up in turn: at any moment the counts fall by at most one from the first to the last.
    doppel::fleet twins(small_chunks());
    doppel::workspace scratch;
    doppel::change change;
    const auto set = [&](std::uint32_t twin, std::uint64_t n) {
      doppel::write_options options;
      options.now = noon;
      return twins
          .merge_twin("d" + std::to_string(twin), R"({"tags":{"n":)" + std::to_string(n) + "}}", options, scratch,
                      change)
          .has_value();
    };
    for (std::uint32_t i = 0; i != twin_count; ++i) {
      REQUIRE(twins.create({"d" + std::to_string(i)}, noon));
      REQUIRE(set(i, 1));
    }
    std::atomic<bool> is_over{false};
    std::atomic<std::uint64_t> rounds{0};
    std::thread writer([&] {
      for (std::uint64_t n = 2; !is_over.load(); ++n) {
        for (std::uint32_t i = 0; i != twin_count; ++i) {
          (void)set(i, n);
        }
        ++rounds;
      }
    });
    while (rounds.load() == 0) {
      std::this_thread::yield();
    }
    bool has_seen_a_step = false;
    for (int i = 0; i != 200; ++i) {
      std::vector<std::int64_t> counts;
      REQUIRE(twins.visit_cut([&](doppel::query_collection, doppel::row_number, const doppel::fleet::cut_type& rows) {
        for (std::uint32_t r = 0; r != rows.size(); ++r) {
          counts.push_back(rows[r]->at("tags.n").as_integer().value_or(0));
        }
        std::this_thread::yield();
        return true;
      }));
      REQUIRE(counts.size() == twin_count);
      int steps = 0;
      for (std::size_t r = 1; r != counts.size(); ++r) {
        CHECK(counts[r] <= counts[r - 1]);
        steps += counts[r] != counts[r - 1] ? 1 : 0;
      }
      CHECK(steps <= 1);
      CHECK(counts.front() - counts.back() <= 1);
      has_seen_a_step = has_seen_a_step || steps == 1;
    }
    is_over = true;
    writer.join();
    CHECK(has_seen_a_step);
  }

  TEST_CASE("who is told that an update begins is told that it ended, by the same thread") {
    struct pairing final : doppel::fleet_observer<doppel::default_fleet_policy> {
      using event_type = doppel::fleet_event<doppel::default_fleet_policy>;
      void about_to_update(const event_type& event, const doppel::detail::operation_list&,
                           const doppel::detail::write_plan&) noexcept override {
        const std::scoped_lock lock(mutex);
        is_wrong = is_wrong || event.change != nullptr || !open.emplace(&event.twin, std::this_thread::get_id()).second;
      }
      void committed(const event_type& event) noexcept override {
        const std::scoped_lock lock(mutex);
        if (event.kind != doppel::fleet_event_kind::updated) {
          return;
        }
        const auto begun = open.find(&event.twin);
        is_wrong = is_wrong || begun == open.end() || begun->second != std::this_thread::get_id();
        if (begun != open.end()) {
          open.erase(begun);
        }
        ++count;
      }
      std::mutex mutex;
      std::map<const void*, std::thread::id> open;
      std::uint64_t count = 0;
      bool is_wrong = false;
    };
    busy_fleet f;
    std::uint64_t count = 0;
    beside_writers(f, 100, [&] {
      pairing p;
      REQUIRE(f.twins.attach(p));
      const std::uint64_t before = f.writes.load();
      while (f.writes.load() < before + 4) {
        std::this_thread::yield();
      }
      f.twins.detach(p);
      CHECK_FALSE(p.is_wrong);
      CHECK(p.open.empty());
      count += p.count;
    });
    CHECK(count != 0);
  }

  TEST_CASE("observers come and go beside writers, and hear nothing once they are gone") {
    struct counting final : doppel::fleet_observer<doppel::default_fleet_policy> {
      void committed(const doppel::fleet_event<doppel::default_fleet_policy>&) noexcept override {
        if (is_gone.load()) {
          ++late;
        }
        ++heard;
      }
      std::atomic<bool> is_gone{false};
      std::atomic<std::uint64_t> heard{0};
      std::atomic<std::uint64_t> late{0};
    };
    busy_fleet f;
    std::uint64_t heard = 0;
    beside_writers(f, 100, [&] {
      counting c;
      REQUIRE(f.twins.attach(c));
      const std::uint64_t before = f.writes.load();
      while (f.writes.load() < before + 4) {
        std::this_thread::yield();
      }
      f.twins.detach(c);
      c.is_gone = true;
      heard += c.heard.load();
      std::this_thread::yield();
      CHECK(c.late.load() == 0);
    });
    CHECK(heard != 0);
  }
}
