// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel_ratios: how many times as long the peers take for the same work. Every implementation runs in every
// round, in rotated order; ratios are formed round by round, and their medians are printed with the
// quartiles.

#include "ratios.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace doppel_bench;

namespace {

/// Nanoseconds per operation, by contender and round.
using measurements = std::vector<std::vector<double>>;

measurements run_rounds(const contenders& all, std::size_t rounds, const std::function<double(contender&)>& turn) {
  measurements found(all.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t k = 0; k < all.size(); ++k) {
      // Backwards every other time, so that nobody always follows the same one.
      const std::size_t place = round % 2 == 0 ? k : all.size() - 1 - k;
      const std::size_t i = (place + round / 2) % all.size();
      found[i].push_back(turn(*all[i]));
    }
  }
  return found;
}

/// Nanoseconds of a pass, put together from the fastest parts of several.
double best_of(const options& chosen, const std::function<pass_times()>& pass) {
  pass_times best = pass();
  for (std::size_t i = 1; i < chosen.passes; ++i) {
    best.keep_faster(pass());
  }
  return best.total();
}

/// The best bare peer of each round.
std::vector<double> best_bare(const contenders& all, const measurements& found) {
  std::vector<double> best;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i]->kind() != role::bare) {
      continue;
    }
    best.resize(found[i].size(), found[i].front());
    for (std::size_t round = 0; round < best.size(); ++round) {
      best[round] = best.empty() ? found[i][round] : (std::min)(best[round], found[i][round]);
    }
  }
  return best;
}

class area_report {
public:
  area_report(std::string title, const contenders& all, bars& demands) : title_(std::move(title)), demands_(demands) {
    for (const auto& one : all) {
      rows_.emplace_back(one->name());
      kinds_.push_back(one->kind());
    }
  }

  void add(std::string name, const contenders& all, const measurements& found) {
    columns_.push_back({std::move(name), found, best_bare(all, found)});
  }

  /// Adds a bar on the ratio to the contender of that name, or to the best bare peer, in the last column.
  void demand(std::string path, std::string_view peer, double ratio) {
    const column& last = columns_.back();
    if (kinds_.front() != role::subject) {
      return;
    }
    if (peer == "best bare peer") {
      demands_.add(path + ", best bare peer", ratio_of(last.best, last.found.front()), bars::sense::at_least, ratio);
      return;
    }
    const auto row = std::ranges::find(rows_, peer);
    if (row != rows_.end()) {
      const auto& slow = last.found[static_cast<std::size_t>(row - rows_.begin())];
      demands_.add(path + ", " + *row, ratio_of(slow, last.found.front()), bars::sense::at_least, ratio);
    }
  }

  void print() const {
    if (columns_.empty()) {
      return;
    }
    heading(title_ + ", ns");
    table times(head());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      std::vector<std::string> row{rows_[i]};
      for (const column& c : columns_) {
        row.push_back(figure(spread_of(c.found[i]).middle));
      }
      times.add(std::move(row));
    }
    times.print();
    if (kinds_.front() != role::subject) {
      return;
    }
    heading(title_ + ", ratio to doppel: median (quartiles)");
    table ratios(head());
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      std::vector<std::string> row{rows_[i]};
      for (const column& c : columns_) {
        row.push_back(figure(ratio_of(c.found[i], c.found.front())));
      }
      ratios.add(std::move(row));
    }
    std::vector<std::string> best{"best bare peer"};
    for (const column& c : columns_) {
      best.push_back(figure(ratio_of(c.best, c.found.front())));
    }
    ratios.add(std::move(best));
    ratios.print();
  }

private:
  struct column {
    std::string name;
    measurements found;
    std::vector<double> best;
  };

  std::vector<std::string> head() const {
    std::vector<std::string> names{""};
    for (const column& c : columns_) {
      names.push_back(c.name);
    }
    return names;
  }

  std::string title_;
  bars& demands_;
  std::vector<std::string> rows_;
  std::vector<role> kinds_;
  std::vector<column> columns_;
};

std::size_t patches_in(const data_set& set) {
  std::size_t count = 0;
  for (const sample& twin : set.samples) {
    count += twin.patches.size();
  }
  return count;
}

void measure_hot(const options& chosen, bars& demands) {
  const contenders all = some_contenders(chosen);
  area_report report("Patch, hot", all, demands);
  for (const size_class& kind : size_classes) {
    if (!chosen.wants_class(kind.name)) {
      continue;
    }
    const data_set set = make_data_set(kind);
    const patch_sequence patches = hot_sequence(set);
    for (const auto& one : all) {
      one->load(set);
    }
    report.add(std::string(kind.name), all, run_rounds(all, chosen.rounds, [&](contender& one) {
                 one.patch(patches);
                 return best_of(chosen, [&] { return one.patch(patches); }) / static_cast<double>(patches.size());
               }));
    const std::string path = "patch, hot, " + std::string(kind.name);
    if (kind.name == "T" || kind.name == "M") {
      report.demand(path, "nlohmann", kind.name == "T" ? 5 : 4.5);
      report.demand(path, "best bare peer", kind.name == "T" ? 1.7 : 1.6);
      report.demand(path, "naive", 3.5);
    }
  }
  report.print();
}

void measure_cold(const options& chosen, bars& demands) {
  if (!chosen.wants_class("T")) {
    return;
  }
  const contenders all = some_contenders(chosen);
  area_report report("Patch, cold, " + std::to_string(chosen.cold_twins) + " twins in random order", all, demands);
  std::vector<patch_sequence> passes;
  {
    constexpr std::size_t patches_per_twin = 4;
    const data_set set = make_data_set(*find_class("T"), chosen.cold_twins, patches_per_twin);
    for (std::size_t pass = 0; pass < patches_per_twin; ++pass) {
      passes.push_back(cold_sequence(set, pass));
    }
    for (const auto& one : all) {
      one->load(set);
    }
  }
  std::vector<std::size_t> turns(all.size());
  report.add("T", all, run_rounds(all, chosen.rounds, [&](contender& one) {
               const auto self = std::ranges::find(all, &one, &std::unique_ptr<contender>::get) - all.begin();
               const patch_sequence& patches = passes[turns[static_cast<std::size_t>(self)]++ % passes.size()];
               return one.patch(patches).total() / static_cast<double>(patches.size());
             }));
  report.demand("patch, cold", "nlohmann", 5);
  report.demand("patch, cold", "best bare peer", 2);
  report.print();
}

void measure_serialize(const options& chosen, bars& demands) {
  const contenders all = some_contenders(chosen, false);
  area_report report("Serialize the service view", all, demands);
  for (const size_class& kind : size_classes) {
    if (!chosen.wants_class(kind.name) || kind.name == "M" || kind.name == "XX") {
      continue;
    }
    const data_set set = make_data_set(kind);
    const patch_sequence patches = hot_sequence(set);
    for (const auto& one : all) {
      // As twins are in service: most stamps differ.
      one->load(set);
      one->patch(patches);
    }
    const std::size_t twins = set.samples.size();
    report.add(std::string(kind.name), all, run_rounds(all, chosen.rounds, [&](contender& one) {
                 one.serialize(twins);
                 return best_of(chosen, [&] { return one.serialize(twins); }) / static_cast<double>(twins);
               }));
    if (kind.name == "T") {
      report.demand("serialize the service view, T", "nlohmann", 12);
      report.demand("serialize the service view, T", "Boost.JSON", 4);
    }
  }
  report.print();
}

void measure_load(const options& chosen, bars& demands) {
  const contenders all = some_contenders(chosen);
  area_report report("Load a full twin", all, demands);
  for (const size_class& kind : size_classes) {
    if (!chosen.wants_class(kind.name) || kind.name == "M" || kind.name == "XX") {
      continue;
    }
    const data_set set = make_data_set(kind);
    report.add(std::string(kind.name), all, run_rounds(all, chosen.rounds, [&](contender& one) {
                 one.load(set);
                 const double time = best_of(chosen, [&] { return one.load(set); });
                 one.clear();
                 return time / static_cast<double>(set.samples.size());
               }));
    if (kind.name == "T") {
      report.demand("load a full twin, T", "nlohmann", 5);
      report.demand("load a full twin, T", "Boost.JSON", 1.2);
    }
  }
  report.print();
}

std::string percent(std::size_t part, std::size_t whole) { return std::to_string((100 * part + whole / 2) / whole); }

void describe_corpus() {
  heading("Corpus");
  table found({"class", "what it is", "twins x patches", "content", "document", "patch", "largest counted section",
               "% updates", "% adds", "% deletes", "% deletes of absent"});
  for (const size_class& kind : size_classes) {
    const data_set set = make_data_set(kind);
    std::size_t content = 0;
    std::size_t document = 0;
    std::size_t text = 0;
    for (const sample& twin : set.samples) {
      content += twin.content_bytes;
      document += twin.document.size();
      for (const patch_text& patch : twin.patches) {
        text += patch.text.size();
      }
    }
    const patch_effect& effect = set.effect;
    const std::size_t members = effect.updated + effect.added + effect.erased + effect.without;
    const auto share = [&](std::size_t n) { return percent(n, members); };
    found.add({std::string(kind.name), std::string(kind.summary),
               std::to_string(kind.twins) + " x " + std::to_string(kind.patches_per_twin),
               std::to_string(content / set.samples.size()), std::to_string(document / set.samples.size()),
               std::to_string(text / patches_in(set)), std::to_string(std::ranges::max(set.largest_counted)),
               share(effect.updated), share(effect.added), share(effect.erased), share(effect.without)});
  }
  found.print();
}

/// Only the library: for comparing builds of it. See compare_builds.sh.
void print_times(const options& chosen) {
  const contenders all = some_contenders(chosen);
  const auto print = [](std::string_view area, std::string_view column, const std::vector<double>& found) {
    std::printf("%.*s/%.*s %.2f\n", static_cast<int>(area.size()), area.data(), static_cast<int>(column.size()),
                column.data(), spread_of(found).middle);
  };
  for (const size_class& kind : size_classes) {
    if (!chosen.wants_class(kind.name) || all.empty()) {
      continue;
    }
    contender& one = *all.front();
    const data_set set = make_data_set(kind);
    const patch_sequence patches = hot_sequence(set);
    const auto twins = static_cast<double>(set.samples.size());
    std::vector<double> load;
    std::vector<double> patch;
    std::vector<double> serialize;
    for (std::size_t round = 0; round < chosen.rounds; ++round) {
      load.push_back(best_of(chosen, [&] { return one.load(set); }) / twins);
      one.patch(patches);
      patch.push_back(best_of(chosen, [&] { return one.patch(patches); }) / static_cast<double>(patches.size()));
      one.serialize(set.samples.size());
      serialize.push_back(best_of(chosen, [&] { return one.serialize(set.samples.size()); }) / twins);
    }
    for (const auto& [area, found] : {std::pair("patch", &patch), {"serialize", &serialize}, {"load", &load}}) {
      if (chosen.wants_area(area)) {
        print(area, kind.name, *found);
      }
    }
  }
}

bool check_all(const options& chosen) {
  const contenders all = all_contenders();
  bool good = true;
  for (const size_class& kind : size_classes) {
    if (chosen.wants_class(kind.name)) {
      good &= all_agree(all, make_data_set(kind));
    }
  }
  return good;
}

/// Has the program beside this one do what it cannot do itself, and takes over its bars.
void call_memory_program(std::string_view self, const options& chosen, int count, char** arguments, bars& demands) {
  if (!chosen.wants_area("allocations") && !chosen.wants_area("bytes")) {
    return;
  }
  std::string command = "'" + std::string(self) + "_memory' --raw-bars";
  for (int i = 1; i < count; ++i) {
    (command += " '") += arguments[i];
    command += '\'';
  }
  std::fflush(stdout);
  std::FILE* const output = popen(command.c_str(), "r");
  std::array<char, 512> line{};
  while (output != nullptr && std::fgets(line.data(), static_cast<int>(line.size()), output) != nullptr) {
    if (!demands.add_raw(line.data())) {
      std::fputs(line.data(), stdout);
    }
  }
  if (output == nullptr || pclose(output) != 0) {
    std::printf("\nNo figures for memory: %s_memory could not be run.\n", std::string(self).c_str());
  }
}

}  // namespace

int main(int count, char** arguments) {
  const options chosen = options_of(count, arguments);
  if (chosen.time_only) {
    print_times(chosen);
    return 0;
  }
  if (!check_all(chosen)) {
    return 1;
  }
  std::puts("All implementations agree on the resulting twins.");
  bars demands;
  constexpr std::pair<std::string_view, void (*)(const options&, bars&)> areas[] = {
      {"patch", measure_hot}, {"cold", measure_cold}, {"serialize", measure_serialize}, {"load", measure_load}};
  if (chosen.wants_area("corpus")) {
    describe_corpus();
  }
  for (const auto& [name, measure] : areas) {
    if (chosen.wants_area(name)) {
      measure(chosen, demands);
    }
  }
  call_memory_program(arguments[0], chosen, count, arguments, demands);
  demands.print();
  return 0;
}
