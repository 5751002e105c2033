// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// What a twin holds: bytes as the C heap counts them, per twin and as a ratio to the twin's own text. The
// time shown is that of loading or patching all of them once.

#include "google_store.hpp"

using namespace doppel_bench;

namespace {

template <twin_store Store>
void hold(benchmark::State& state, const size_class& kind, bool patched) {
  // A full chunk of small twins, fewer large ones.
  const std::size_t twins = kind.content_bytes <= 2048 ? 4096 : 256;
  const data_set set = make_data_set(kind, twins, 4);
  const patch_sequence patches = hot_sequence(set);
  for ([[maybe_unused]] auto _ : state) {
    count_bytes(true);
    const std::int64_t before = allocations().bytes_held;
    const auto store = loaded_store<Store>(state, set);
    ticks now = first_patch;
    for (const patch_sequence::use& use : patches) {
      if (patched) {
        store->patch(use.twin, use.section, patches.text(use), now += ticks_between_patches);
      }
    }
    const auto held = static_cast<double>(allocations().bytes_held - before - static_cast<std::int64_t>(sizeof(Store)));
    count_bytes(false);
    std::size_t text = 0;
    for (std::size_t twin = 0; twin < twins; ++twin) {
      text += store->serialize(twin).size();
    }
    state.counters["bytes/twin"] = held / static_cast<double>(twins);
    state.counters["bytes/text"] = held / static_cast<double>(text);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(twins) * state.iterations());
}

}  // namespace

int main(int count, char** arguments) {
  if (!allocations_are_counted()) {
    return 0;
  }
  for (const size_class& kind : size_classes) {
    for_each_store([&]<class Store>() {
      for (const bool patched : {false, true}) {
        if (Store::kind != role::limit) {
          const char* const task = patched ? "BM_memory_patched" : "BM_memory_loaded";
          benchmark::RegisterBenchmark(benchmark_name(task, Store::name, kind.name).c_str(),
                                       [&kind, patched](benchmark::State& state) { hold<Store>(state, kind, patched); })
              ->Iterations(1)
              ->Unit(benchmark::kMillisecond);
        }
      }
    });
  }
  return run_benchmarks(count, arguments);
}
