// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// One whole document from text to a twin that can be patched.

#include "google_store.hpp"

using namespace doppel_bench;

namespace {

template <twin_store Store>
void read(benchmark::State& state, const size_class& kind) {
  const data_set set = make_data_set(kind);
  const auto store = std::make_unique<Store>();
  store->reserve(set.samples.size());
  auto next = set.samples.begin();
  std::size_t bytes = 0;
  bool good = true;
  const allocation_counter counter;
  for ([[maybe_unused]] auto _ : state) {
    if (next == set.samples.end()) {
      state.PauseTiming();
      store->clear();
      next = set.samples.begin();
      state.ResumeTiming();
    }
    good &= store->add(next->document);
    bytes += next->document.size();
    ++next;
  }
  counter.report(state);
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  if (!good) {
    state.SkipWithError("document refused");
  }
}

}  // namespace

int main(int count, char** arguments) {
  for (const size_class& kind : size_classes) {
    for_each_store([&]<class Store>() {
      benchmark::RegisterBenchmark(benchmark_name("BM_load_service_view", Store::name, kind.name).c_str(),
                                   [&kind](benchmark::State& state) { read<Store>(state, kind); });
    });
  }
  return run_benchmarks(count, arguments);
}
