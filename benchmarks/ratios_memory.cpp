// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel_ratios_memory: allocations and bytes. A program of its own because counting costs the peers that
// allocate most some percent of their time; doppel_ratios calls it.

#include "allocations.hpp"
#include "ratios.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace doppel_bench;

namespace {

std::string decimals(double value, int places) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", places, value);
  return text.data();
}

void measure_allocations(const options& chosen, bars& demands) {
  const contenders all = some_contenders(chosen, false);
  std::vector<std::string> head{""};
  std::vector<std::vector<std::string>> rows;
  for (const auto& one : all) {
    rows.push_back({std::string(one->name())});
  }
  for (const size_class& kind : size_classes) {
    if (!chosen.wants_class(kind.name)) {
      continue;
    }
    head.emplace_back(kind.name);
    const data_set set = make_data_set(kind);
    const patch_sequence patches = hot_sequence(set);
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i]->load(set);
      all[i]->patch(patches);
      all[i]->patch(patches);
      const std::uint64_t before = allocations().calls;
      for (std::size_t pass = 0; pass < chosen.passes; ++pass) {
        all[i]->patch(patches);
      }
      const auto calls = static_cast<double>(allocations().calls - before);
      const double each = calls / static_cast<double>(chosen.passes * patches.size());
      rows[i].push_back(decimals(each, 4));
      all[i]->clear();
      if (i == 0 && has_subject(all) && (kind.name == "T" || kind.name == "M")) {
        demands.add("allocations per patch, " + std::string(kind.name), {each, each, each}, bars::sense::at_most, 0.02);
      }
    }
  }
  heading("Allocations per patch in steady state");
  table found(head);
  for (auto& row : rows) {
    found.add(std::move(row));
  }
  found.print();
}

void measure_bytes(const options& chosen, bars& demands) {
  if (!chosen.wants_class("T")) {
    return;
  }
  const contenders all = some_contenders(chosen, false);
  const data_set set = make_data_set(*find_class("T"), chosen.held_twins, 4);
  const patch_sequence patches = hot_sequence(set);
  const auto twins = static_cast<double>(chosen.held_twins);
  const auto text_bytes = [&](contender& one) {
    std::size_t bytes = 0;
    for (std::size_t twin = 0; twin < chosen.held_twins; ++twin) {
      bytes += one.document(twin).size();
    }
    return static_cast<double>(bytes);
  };
  heading("Bytes per twin, class T, " + std::to_string(chosen.held_twins) + " twins (malloc_usable_size)");
  table found(
      {"", "own text", "loaded", "ratio to text", "text after 4 patches", "held after 4 patches", "ratio to text"});
  for (std::size_t i = 0; i < all.size(); ++i) {
    contender& one = *all[i];
    // Scratch space is made before counting starts.
    one.load(set);
    one.patch(patches);
    const double ignored = text_bytes(one);
    one.clear();
    count_bytes(true);
    const std::int64_t empty = allocations().bytes_held;
    one.load(set);
    const auto loaded = static_cast<double>(allocations().bytes_held - empty);
    const double loaded_text = text_bytes(one);
    one.patch(patches);
    const auto patched = static_cast<double>(allocations().bytes_held - empty);
    count_bytes(false);
    const double patched_text = ignored > 0 ? text_bytes(one) : 0;
    found.add({std::string(one.name()), figure(loaded_text / twins), figure(loaded / twins),
               figure(loaded / loaded_text), figure(patched_text / twins), figure(patched / twins),
               figure(patched / patched_text)});
    if (i == 0 && has_subject(all)) {
      const double ratio = loaded / loaded_text;
      demands.add("bytes per twin / its own text, T", {ratio, ratio, ratio}, bars::sense::at_most, 0.75);
    }
    one.clear();
  }
  found.print();
}

}  // namespace

int main(int count, char** arguments) {
  const options chosen = options_of(count, arguments);
  if (!allocations_are_counted()) {
    std::puts("\nThis C library offers no way to count allocations.");
    return 0;
  }
  bars demands;
  if (chosen.wants_area("allocations")) {
    measure_allocations(chosen, demands);
  }
  if (chosen.wants_area("bytes")) {
    measure_bytes(chosen, demands);
  }
  chosen.raw_bars ? demands.print_raw() : demands.print();
  return 0;
}
