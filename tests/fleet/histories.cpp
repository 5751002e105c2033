// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet.hpp>
#include <doppel/twin.hpp>

#include <support/history.hpp>
#include <support/random.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <barrier>
#include <compare>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

// Operations of several threads on few twins, and whether their results are those of some sequence.

using doppel::errc;
using doppel_test::is_linearizable;
using doppel_test::timed;

namespace {

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

enum class action { create, erase, read, merge, merge_if, merge_based };

// What was asked of a twin, and what came back.
struct operation {
  action what = action::read;
  int value = 0;               // to write
  std::uint64_t expected = 0;  // counter of the etag, or base version, that the write makes a condition
  errc error{};
  std::uint64_t version = 0;  // of reads and writes: $version of reported afterwards
  std::uint64_t etag = 0;     // counter of the etag afterwards
  int tag = 0;                // of reads
  int report = 0;
};

// A twin as the sequential model has it.
struct state {
  bool is_there = false;
  std::uint64_t etag = 0;
  std::uint64_t version = 0;
  int tag = 0;
  int report = 0;
  friend auto operator<=>(const state&, const state&) = default;
};

std::optional<state> step(const state& before, const operation& o) {
  state after = before;
  if (o.what == action::create) {
    if (before.is_there) {
      return o.error == errc::device_exists ? std::optional(before) : std::nullopt;
    }
    return o.error == errc{} ? std::optional(state{true, 1, 1, 0, 0}) : std::nullopt;
  }
  if (!before.is_there) {
    return o.error == errc::not_found ? std::optional(before) : std::nullopt;
  }
  switch (o.what) {
    case action::erase: after = {}; break;
    case action::read:
      if (o.tag != before.tag || o.report != before.report) {
        return std::nullopt;
      }
      break;
    case action::merge_if:
      if (o.expected != before.etag) {
        return o.error == errc::precondition_failed ? std::optional(before) : std::nullopt;
      }
      [[fallthrough]];
    case action::merge:
      ++after.etag;
      after.tag = o.value;
      break;
    case action::merge_based:
      if (o.expected != before.version) {
        return o.error == errc::precondition_failed ? std::optional(before) : std::nullopt;
      }
      ++after.version;
      after.report = o.value;
      break;
    case action::create: break;
  }
  if (o.error != errc{}) {
    return std::nullopt;
  }
  if (o.what != action::erase && (o.version != after.version || o.etag != after.etag)) {
    return std::nullopt;
  }
  return after;
}

errc code_of(const boost::system::result<void>& r) { return r ? errc{} : static_cast<errc>(r.error().value()); }

struct actor {
  explicit actor(doppel::fleet& f) : twins(f) {}

  void run(operation& o, const std::string& id) {
    doppel::write_options options;
    options.now = noon;
    const std::string value = std::to_string(o.value);
    std::string etag;
    switch (o.what) {
      case action::create: {
        const auto made = twins.create({id}, noon);
        o.error = made ? errc{} : static_cast<errc>(made.error().value());
        return;
      }
      case action::erase: o.error = code_of(twins.erase(id)); return;
      case action::read:
        o.error = code_of(twins.visit(id, [&](const auto& t) {
          o.tag = static_cast<int>(t.at("tags.x").as_integer().value_or(0));
          o.report = static_cast<int>(t.at("properties.reported.x").as_integer().value_or(0));
          o.version = t.reported_version();
          o.etag = t.counters().etag;
        }));
        return;
      case action::merge_if:
        etag = doppel::etag::from_counter(o.expected).view();
        options.condition = doppel::precondition::matching(etag);
        [[fallthrough]];
      case action::merge:
        o.error = code_of(twins.merge_twin(id, R"({"tags":{"x":)" + value + "}}", options, scratch, change));
        break;
      case action::merge_based:
        options.base_version = o.expected;
        o.error = code_of(twins.merge_reported(id, R"({"x":)" + value + "}", options, scratch, change));
        break;
    }
    o.version = change.after().reported;
    o.etag = change.after().etag;
  }

  doppel::fleet& twins;
  doppel::workspace scratch;
  doppel::change change;
};

using history = std::vector<timed<operation>>;

constexpr std::size_t thread_count = 3;
constexpr std::size_t twin_count = 2;

// One round: every thread does some operations on the few twins. What each twin saw comes back.
std::array<history, twin_count> run_round(std::uint64_t seed, std::atomic<std::uint64_t>& clock) {
  doppel::fleet_options options;
  options.chunk_rows = 1 + static_cast<std::uint32_t>(seed % 3);
  doppel::fleet twins(options);
  std::array<std::array<history, twin_count>, thread_count> parts;
  std::barrier start(static_cast<std::ptrdiff_t>(thread_count));
  const auto act = [&](std::size_t thread) {
    doppel_test::random_source random(seed * thread_count + thread);
    actor a(twins);
    start.arrive_and_wait();
    for (int i = 0; i != 6; ++i) {
      const std::size_t twin = random.below(twin_count);
      timed<operation> t;
      t.operation.what = static_cast<action>(random.below(6));
      t.operation.value = static_cast<int>(thread * 100) + i + 1;
      t.operation.expected = 1 + random.below(3);
      t.begin = clock.fetch_add(1);
      a.run(t.operation, "d" + std::to_string(twin));
      t.end = clock.fetch_add(1);
      parts[thread][twin].push_back(t);
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i != thread_count; ++i) {
    threads.emplace_back(act, i);
  }
  for (std::thread& t : threads) {
    t.join();
  }
  std::array<history, twin_count> all;
  for (auto& part : parts) {
    for (std::size_t twin = 0; twin != twin_count; ++twin) {
      all[twin].insert(all[twin].end(), part[twin].begin(), part[twin].end());
    }
  }
  return all;
}

// DOPPEL_HISTORIES asks for more.
std::uint64_t round_count() {
  const char* const asked = std::getenv("DOPPEL_HISTORIES");
  return asked == nullptr ? 2000 : std::strtoull(asked, nullptr, 10);
}

operation with(action what, int value, std::uint64_t version, std::uint64_t etag) {
  operation o;
  o.what = what;
  o.value = value;
  o.version = version;
  o.etag = etag;
  return o;
}

}  // namespace

TEST_SUITE("fleet: histories") {
  TEST_CASE("the checker tells histories that cannot be from those that can") {
    operation create;
    create.what = action::create;
    operation old_read = with(action::read, 0, 1, 1);
    operation new_read = with(action::read, 0, 1, 2);
    new_read.tag = 7;
    const operation write = with(action::merge, 7, 1, 2);
    // The read ended before the write began, and saw it all the same; and the other way round.
    CHECK_FALSE(is_linearizable(state{}, history{{0, 1, create}, {2, 3, new_read}, {4, 5, write}}, step));
    CHECK_FALSE(is_linearizable(state{}, history{{0, 1, create}, {2, 3, write}, {4, 5, old_read}}, step));
    // At once, both can be.
    CHECK(is_linearizable(state{}, history{{0, 1, create}, {2, 5, write}, {3, 4, old_read}}, step));
    CHECK(is_linearizable(state{}, history{{0, 1, create}, {2, 5, write}, {3, 4, new_read}}, step));
    // Two reads at once with a write, one after the other, cannot see it and then not.
    CHECK_FALSE(
        is_linearizable(state{}, history{{0, 1, create}, {2, 9, write}, {3, 4, new_read}, {5, 6, old_read}}, step));
    // Two writes that both had the same condition.
    operation first = with(action::merge_if, 1, 1, 2);
    first.expected = 1;
    operation second = with(action::merge_if, 2, 1, 2);
    second.expected = 1;
    CHECK_FALSE(is_linearizable(state{}, history{{0, 1, create}, {2, 5, first}, {3, 6, second}}, step));
  }

  TEST_CASE("for each twin, what threads do at once happens one after another") {
    std::atomic<std::uint64_t> clock{0};
    std::size_t overlaps = 0;
    for (std::uint64_t seed = 0; seed != round_count(); ++seed) {
      const auto histories = run_round(seed, clock);
      for (const history& h : histories) {
        CHECK_MESSAGE(is_linearizable(state{}, h, step), "seed ", seed);
        for (const auto& a : h) {
          for (const auto& b : h) {
            overlaps += a.begin < b.begin && b.begin < a.end ? 1 : 0;
          }
        }
      }
    }
    MESSAGE(overlaps, " pairs of operations at once");
    CHECK(overlaps != 0);
  }
}
