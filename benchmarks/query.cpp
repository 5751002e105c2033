// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Queries: over text, over twins in memory, and their compilation. An iteration of the former is a pass over the
// whole fleet; the time of a twin is the inverse of items_per_second.

#include "google.hpp"
#include "query_check.hpp"
#include "query_contenders.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

using namespace doppel_bench;

namespace {

/// Holds what all benchmarks of an area ask, made when the first of them runs.
class area {
public:
  area(query_contenders (*make)(), std::size_t rows) : all_(make()), rows_(rows) {}

  const query_contenders& contenders() const noexcept { return all_; }

  void ask(benchmark::State& state, query_contender& one, const fleet_query& query) {
    fill();
    if (!one.begin(query.id)) {
      state.SkipWithError("has no form for this query");
      return;
    }
    const allocation_counter counter;
    for ([[maybe_unused]] auto _ : state) one.run();
    counter.report(state);
    const bool is_top = query.id == query_id::q14;
    const auto read = is_top ? told_.truth.rows_read(query.id) : one.rows();
    state.SetItemsProcessed(static_cast<std::int64_t>(read) * state.iterations());
  }

private:
  void fill() {
    if (told_.texts.size() != 0) return;
    told_ = make_told_fleet(fleet_form::plain, rows_);
    for (const auto& one : all_) {
      for (std::size_t i = 0; i < (std::min)(rows_, one->most_rows()); ++i) one->take(told_.texts[i]);
      one->finish();
    }
  }

  query_contenders all_;
  std::size_t rows_;
  told_fleet told_;
};

void register_area(std::string_view task, area& what) {
  for (const auto& one : what.contenders()) {
    for (const fleet_query& query : fleet_queries) {
      benchmark::RegisterBenchmark(
          benchmark_name(task, one->name(), query.name.substr(0, 3)).c_str(),
          [&what, &query, asked = one.get()](benchmark::State& state) { what.ask(state, *asked, query); })
          ->Unit(benchmark::kMillisecond);
    }
  }
}

void register_compilers(const std::vector<query_compiler>& all) {
  for (const query_compiler& one : all) {
    for (const fleet_query& query : fleet_queries) {
      benchmark::RegisterBenchmark(benchmark_name("BM_query_compile", one.name, query.name.substr(0, 3)).c_str(),
                                   [&one, &query](benchmark::State& state) {
                                     const allocation_counter counter;
                                     for ([[maybe_unused]] auto _ : state) {
                                       benchmark::DoNotOptimize(one.compile(query));
                                     }
                                     counter.report(state);
                                   });
    }
  }
}

/// Processes are for doppel_query_ratios: here their time would not be counted.
query_contenders contenders_in_process() { return raw_contenders(false); }

}  // namespace

int main(int count, char** arguments) {
  area text(contenders_in_process, 20'000);
  area resident(resident_contenders, 100'000);
  const std::vector<query_compiler> compilers = query_compilers();
  register_area("BM_query_text", text);
  register_area("BM_query_resident", resident);
  register_compilers(compilers);
  return run_benchmarks(count, arguments);
}
