// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_GOOGLE_STORE_HPP
#define DOPPEL_BENCHMARKS_GOOGLE_STORE_HPP

// What the Google Benchmark programs about twins and patches share beyond google.hpp.

#include "contender.hpp"
#include "google.hpp"

#include <benchmark/benchmark.h>

#include <memory>

namespace doppel_bench {

/// A store with the twins of a class in it.
template <twin_store Store>
std::unique_ptr<Store> loaded_store(benchmark::State& state, const data_set& set) {
  auto store = std::make_unique<Store>();
  store->reserve(set.samples.size());
  for (const sample& twin : set.samples) {
    if (!store->add(twin.document)) {
      state.SkipWithError("document refused");
      break;
    }
  }
  return store;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_GOOGLE_STORE_HPP
