// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// One whole document as text, $metadata included, after patches have given most members stamps of their own.

#include "google_store.hpp"

using namespace doppel_bench;

namespace {

template <twin_store Store>
void write(benchmark::State& state, const size_class& kind) {
  const data_set set = make_data_set(kind);
  const auto store = loaded_store<Store>(state, set);
  const patch_sequence patches = hot_sequence(set);
  ticks now = first_patch;
  for (const patch_sequence::use& use : patches) {
    store->patch(use.twin, use.section, patches.text(use), now += ticks_between_patches);
  }
  std::size_t twin = 0;
  std::size_t bytes = 0;
  const allocation_counter counter;
  for ([[maybe_unused]] auto _ : state) {
    bytes += store->serialize(twin).size();
    twin = twin + 1 == set.samples.size() ? 0 : twin + 1;
  }
  counter.report(state);
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

}  // namespace

int main(int count, char** arguments) {
  for (const size_class& kind : size_classes) {
    for_each_store([&]<class Store>() {
      if (Store::kind != role::limit) {
        benchmark::RegisterBenchmark(benchmark_name("BM_serialize_service_view", Store::name, kind.name).c_str(),
                                     [&kind](benchmark::State& state) { write<Store>(state, kind); });
      }
    });
  }
  return run_benchmarks(count, arguments);
}
