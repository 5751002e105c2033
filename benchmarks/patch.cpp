// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// One merge patch, from text to the changed twin. Hot: a few twins, thousands of patches. Cold: many twins in
// random order.

#include "google_store.hpp"

using namespace doppel_bench;

namespace {

template <twin_store Store>
void apply(benchmark::State& state, const data_set& set, const patch_sequence& patches) {
  const auto store = loaded_store<Store>(state, set);
  ticks now = first_patch;
  bool good = true;
  const auto one = [&](const patch_sequence::use& use) {
    good &= store->patch(use.twin, use.section, patches.text(use), now += ticks_between_patches);
  };
  for (const patch_sequence::use& use : patches) {
    one(use);
  }
  auto next = patches.begin();
  const allocation_counter counter;
  for ([[maybe_unused]] auto _ : state) {
    one(*next);
    if (++next == patches.end()) {
      next = patches.begin();
    }
  }
  counter.report(state);
  state.SetItemsProcessed(state.iterations());
  if (!good) {
    state.SkipWithError("patch refused");
  }
}

}  // namespace

int main(int count, char** arguments) {
  for (const size_class& kind : size_classes) {
    for_each_store([&]<class Store>() {
      benchmark::RegisterBenchmark(benchmark_name("BM_patch_hot", Store::name, kind.name).c_str(),
                                   [&kind](benchmark::State& state) {
                                     const data_set set = make_data_set(kind);
                                     apply<Store>(state, set, hot_sequence(set));
                                   });
    });
  }
  for_each_store([]<class Store>() {
    benchmark::RegisterBenchmark(benchmark_name("BM_patch_cold", Store::name, "T_20000_twins").c_str(),
                                 [](benchmark::State& state) {
                                   const data_set set = make_data_set(*find_class("T"), 20'000, 1);
                                   apply<Store>(state, set, cold_sequence(set, 0));
                                 });
  });
  return run_benchmarks(count, arguments);
}
