// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the policy needs `memory_type` with noexcept try_allocate(bytes) and deallocate(p, bytes)

#include <doppel/twin/twin.hpp>

struct memory {
#ifdef DOPPEL_REJECT
  void* try_allocate(std::size_t) { return nullptr; }  // might throw
#else
  void* try_allocate(std::size_t) noexcept { return nullptr; }
#endif
  void deallocate(void*, std::size_t) noexcept {}
};

struct policy {
  using memory_type = memory;
  using etag_type = doppel::counter_etag;
  static constexpr bool has_snapshots = false;
};

template class doppel::basic_twin<policy>;
