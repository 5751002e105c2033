// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_FLEET_PEER_RATIOS_HPP
#define DOPPEL_BENCHMARKS_FLEET_PEER_RATIOS_HPP

// The fleet beside others that could keep twins: the same rows, queries and updates, one thread, all in one run.

#include "corpus_generator.hpp"
#include "fleet.hpp"
#include "fleet_patches.hpp"
#include "fleet_queries.hpp"
#include "peers/fleet_peers.hpp"
#include "report.hpp"
#include "timing.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace doppel_bench {

class fleet_peer_ratios {
public:
  fleet_peer_ratios(std::size_t rows, std::size_t rounds) : peers_(make_fleet_peers()), rows_(rows), rounds_(rounds) {
    fleet from;
    std::string text;
    for (std::size_t i = 0; i != rows; ++i) {
      const fleet_row& row = from.make(i);
      truth_.add(row);
      ids_.push_back(row.device_id);
      text.clear();
      from.write(text);
      for (const auto& one : peers_) insist(one->take(ids_.back(), text), *one, "refuses a twin");
    }
    for (const auto& one : peers_) one->finish();
  }

  void measure() {
    measure_queries();
    measure_pages();
    measure_updates();
  }

private:
  static void insist(bool good, const fleet_peer& one, const char* what) {
    if (good) return;
    std::fprintf(stderr, "%s %s\n", std::string(one.name()).c_str(), what);
    std::exit(1);
  }

  table start(const std::string& what) const {
    heading(what + ", " + std::to_string(rows_) + " twins, one thread");
    std::vector<std::string> head{""};
    for (const auto& one : peers_) head.emplace_back(one->name());
    return table(std::move(head));
  }

  template <class F>
  static double time_of(F f) {
    const double begin = thread_time();
    f();
    return thread_time() - begin;
  }

  /// The time of each and, but for the first, how many times that of the first it is.
  static std::vector<std::string> row_of(std::string_view name, const std::vector<std::vector<double>>& times,
                                         double unit) {
    std::vector<std::string> row{std::string(name)};
    for (const auto& of : times) {
      std::string cell = figure(spread_of(of).middle / unit);
      if (&of != &times.front()) cell += " (" + figure(ratio_of(of, times.front()).middle) + "x)";
      row.push_back(std::move(cell));
    }
    return row;
  }

  /// Calls `f(peer)` of everybody in every round, in rotated order.
  template <class F>
  std::vector<std::vector<double>> timed(F f) {
    std::vector<std::vector<double>> times(peers_.size());
    for (std::size_t round = 0; round != rounds_; ++round) {
      for (std::size_t i = 0; i != peers_.size(); ++i) {
        const std::size_t which = (i + round) % peers_.size();
        times[which].push_back(f(*peers_[which]));
      }
    }
    return times;
  }

  void measure_queries() {
    table found = start("Queries, ms");
    for (const fleet_query& query : fleet_queries) {
      if (query.id == query_id::q14) continue;
      for (const auto& one : peers_) {
        one->begin(query.id);
        one->run();  // also builds the columns
        insist(one->answer() == truth_.answer(query.id), *one, "answers wrongly");
      }
      const auto times = timed([&](fleet_peer& one) {
        double best = time_of([&] { one.run(); });
        // What is quick goes undisturbed in one of several turns; what is slow has many parts that do.
        for (int turn = 0; turn != 4 && best < 1e7; ++turn) best = (std::min)(best, time_of([&] { one.run(); }));
        return best;
      });
      found.add(row_of(query.name, times, 1e6));
    }
    found.print();
  }

  void measure_pages() {
    table found = start("Ids of the first 100 rows, microseconds");
    for (const query_id id : {query_id::q01, query_id::q05, query_id::q09}) {
      const std::size_t expected = (std::min)(std::size_t{100}, static_cast<std::size_t>(truth_.answer(id).rows));
      for (const auto& one : peers_) {
        one->begin(id);
        insist(one->first_page(100) == expected, *one, "gives another page");
      }
      const auto times = timed([&](fleet_peer& one) {
        constexpr int turns = 20;
        return time_of([&] {
                 for (int turn = 0; turn != turns; ++turn) one.first_page(100);
               }) /
               turns;
      });
      found.add(row_of(fleet_queries[index_of(id)].name, times, 1e3));
    }
    found.print();
  }

  void measure_updates() {
    table found = start("Updates of three leaves of random twins, microseconds");
    const std::vector<std::string> patches = make_fleet_patches();
    const std::size_t count = (std::min)(rows_, std::size_t{20'000});
    std::uint64_t seed = 0;
    const auto times = timed([&](fleet_peer& one) {
      corpus_detail::dice roll(++seed / peers_.size());
      one.begin_updates();
      const double time = time_of([&] {
        for (std::size_t i = 0; i != count; ++i) {
          insist(one.update(ids_[roll.below(ids_.size())], patches[roll.below(patches.size())]), one,
                 "refuses an update");
        }
      });
      one.end_updates();
      return time / static_cast<double>(count);
    });
    found.add(row_of("", times, 1e3));
    found.print();
  }

  std::vector<std::unique_ptr<fleet_peer>> peers_;
  std::size_t rows_;
  std::size_t rounds_;
  oracle truth_;
  std::vector<std::string> ids_;
};

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_FLEET_PEER_RATIOS_HPP
