// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_INSIST_HPP
#define DOPPEL_BENCHMARKS_INSIST_HPP

#include <cstdio>
#include <cstdlib>

namespace doppel_bench {

/// Ends the program where what it is about to measure is not what it says.
inline void insist(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_INSIST_HPP
