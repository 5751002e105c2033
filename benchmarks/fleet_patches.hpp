// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_FLEET_PATCHES_HPP
#define DOPPEL_BENCHMARKS_FLEET_PATCHES_HPP

#include <string>
#include <vector>

namespace doppel_bench {

/// Patches of three leaves of reported properties, as devices send them.
inline std::vector<std::string> make_fleet_patches() {
  static constexpr const char* networks[] = {"lte", "wifi", "wired"};
  std::vector<std::string> patches;
  for (int i = 0; i != 2048; ++i) {
    patches.push_back("{\"battery\":" + std::to_string(i % 101) + ",\"connectivity\":\"" + networks[i % 3] +
                      "\",\"firmware\":{\"status\":\"" + (i % 5 == 0 ? "downloading" : "current") + "\"}}");
  }
  return patches;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_FLEET_PATCHES_HPP
