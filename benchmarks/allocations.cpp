// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "allocations.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace {

doppel_bench::allocation_counts counts;
bool counting_bytes = false;

}  // namespace

namespace doppel_bench {

allocation_counts allocations() noexcept { return counts; }

void count_bytes(bool on) noexcept { counting_bytes = on; }

}  // namespace doppel_bench

#if defined(__GLIBC__)

#include <malloc.h>

extern "C" {

// The C library's own names below malloc.
void* __libc_malloc(std::size_t) noexcept;
void* __libc_calloc(std::size_t, std::size_t) noexcept;
void* __libc_realloc(void*, std::size_t) noexcept;
void* __libc_memalign(std::size_t, std::size_t) noexcept;
void __libc_free(void*) noexcept;

static void* counted(void* p) noexcept {
  ++counts.calls;
  if (counting_bytes) [[unlikely]] {
    counts.bytes_held += static_cast<std::int64_t>(malloc_usable_size(p));
  }
  return p;
}

static void forget(void* p) noexcept {
  if (counting_bytes) [[unlikely]] {
    counts.bytes_held -= static_cast<std::int64_t>(malloc_usable_size(p));
  }
}

void* malloc(std::size_t bytes) noexcept { return counted(__libc_malloc(bytes)); }

void* calloc(std::size_t n, std::size_t bytes) noexcept { return counted(__libc_calloc(n, bytes)); }

void* realloc(void* p, std::size_t bytes) noexcept {
  forget(p);
  return counted(__libc_realloc(p, bytes));
}

void* memalign(std::size_t alignment, std::size_t bytes) noexcept { return counted(__libc_memalign(alignment, bytes)); }

void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  return counted(__libc_memalign(alignment, bytes));
}

int posix_memalign(void** p, std::size_t alignment, std::size_t bytes) noexcept {
  *p = counted(__libc_memalign(alignment, bytes));
  return *p == nullptr ? ENOMEM : 0;
}

void free(void* p) noexcept {
  forget(p);
  __libc_free(p);
}

}  // extern "C"

bool doppel_bench::allocations_are_counted() noexcept { return true; }

#else

bool doppel_bench::allocations_are_counted() noexcept { return false; }

#endif
