// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_ALLOCATIONS_HPP
#define DOPPEL_BENCHMARKS_ALLOCATIONS_HPP

// Counts what reaches the C heap from anywhere in the process, shared libraries included: allocations.cpp
// takes the place of malloc and its relatives, and operator new ends there too. One thread only.

#include <cstdint>

namespace doppel_bench {

struct allocation_counts {
  std::uint64_t calls = 0;      ///< malloc, calloc, realloc, aligned forms
  std::int64_t bytes_held = 0;  ///< malloc_usable_size of what is allocated while `count_bytes`
};

/// False where the C library offers no way below malloc; then everything stays zero.
bool allocations_are_counted() noexcept;

allocation_counts allocations() noexcept;

/// Off at start: asking for the size of each block costs time that no timed run should pay.
void count_bytes(bool on) noexcept;

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_ALLOCATIONS_HPP
