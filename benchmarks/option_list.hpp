// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_OPTION_LIST_HPP
#define DOPPEL_BENCHMARKS_OPTION_LIST_HPP

// Lists on the command line: "patch,cold".

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace doppel_bench {

inline std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = (std::min)(list.find(',', at), list.size());
    parts.emplace_back(list.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

/// No list means everything.
inline bool wants(const std::vector<std::string>& chosen, std::string_view name) {
  return chosen.empty() || std::ranges::find(chosen, name) != chosen.end();
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_OPTION_LIST_HPP
