// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_RATIOS_HPP
#define DOPPEL_BENCHMARKS_RATIOS_HPP

// What doppel_ratios and doppel_ratios_memory share: their options and the choice of contenders.

#include "check.hpp"
#include "contender.hpp"
#include "option_list.hpp"
#include "report.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace doppel_bench {

struct options {
  std::vector<std::string> areas;    // empty: all
  std::vector<std::string> classes;  // empty: all
  std::size_t rounds = 15;
  std::size_t passes = 3;  // timed ones in a turn, after one that warms up
  std::size_t cold_twins = 20'000;
  std::size_t held_twins = 4'096;
  bool time_only = false;
  bool raw_bars = false;

  bool wants_area(std::string_view name) const { return wants(areas, name); }
  bool wants_class(std::string_view name) const { return wants(classes, name); }
};

inline constexpr const char* usage =
    "doppel_ratios [options]\n"
    "  --area LIST    of patch, cold, allocations, bytes, serialize, load, corpus (default: all)\n"
    "  --class LIST   of S, T, M, L, X, XF, XX (default: all)\n"
    "  --rounds N     (15)    --twins N   in the cold area (20000)\n"
    "  --quick        few rounds and twins: shows that everything works, not how fast\n"
    "  --markdown     tables as Markdown\n"
    "  --raw-bars     bars one a line, for another program\n"
    "  --time-only    only the library, one median a line, for comparing builds\n";

inline options options_of(int count, char** arguments) {
  options chosen;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    const auto value = [&] {
      if (i + 1 == count) {
        std::fputs(usage, stderr);
        std::exit(2);
      }
      return std::string(arguments[++i]);
    };
    if (name == "--area") {
      chosen.areas = split(value());
    } else if (name == "--class") {
      chosen.classes = split(value());
    } else if (name == "--rounds") {
      chosen.rounds = (std::max)(std::size_t{1}, static_cast<std::size_t>(std::atoi(value().c_str())));
    } else if (name == "--twins") {
      chosen.cold_twins = (std::max)(std::size_t{1}, static_cast<std::size_t>(std::atoi(value().c_str())));
    } else if (name == "--quick") {
      chosen.rounds = 3;
      chosen.passes = 1;
      chosen.cold_twins = 1000;
      chosen.held_twins = 256;
    } else if (name == "--markdown") {
      table::markdown = true;
    } else if (name == "--raw-bars") {
      chosen.raw_bars = true;
    } else if (name == "--time-only") {
      chosen.time_only = true;
    } else {
      std::fputs(usage, stderr);
      std::exit(2);
    }
  }
  return chosen;
}

inline contenders some_contenders(const options& chosen, bool limits = true) {
  contenders all = all_contenders();
  std::erase_if(all, [&](const auto& one) {
    return chosen.time_only ? one->kind() != role::subject : !limits && one->kind() == role::limit;
  });
  return all;
}

inline bool has_subject(const contenders& all) { return !all.empty() && all.front()->kind() == role::subject; }

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_RATIOS_HPP
