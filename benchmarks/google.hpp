// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_GOOGLE_HPP
#define DOPPEL_BENCHMARKS_GOOGLE_HPP

// What the Google Benchmark programs share. They are for looking at one path at a time; claims come from
// doppel_ratios.

#include "allocations.hpp"

#include <benchmark/benchmark.h>

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace doppel_bench {

/// "BM_patch_hot" and "Boost.JSON" and "T" make BM_patch_hot_boost_json/T.
inline std::string benchmark_name(std::string_view task, std::string_view store, std::string_view data) {
  std::string name(task);
  name += '_';
  for (const char c : store) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (name.back() != '_') {
      name += '_';
    }
  }
  if (name.back() == '_') {
    name.pop_back();
  }
  return (name += '/') += data;
}

/// Allocations of everything between construction and `report`, per iteration.
class allocation_counter {
public:
  void report(benchmark::State& state) const {
    if (allocations_are_counted()) {
      const auto calls = static_cast<double>(allocations().calls - before_);
      state.counters["allocations"] = benchmark::Counter(calls, benchmark::Counter::kAvgIterations);
    }
  }

private:
  std::uint64_t before_ = allocations().calls;
};

inline int run_benchmarks(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) {
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_GOOGLE_HPP
