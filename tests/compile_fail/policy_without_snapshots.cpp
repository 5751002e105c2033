// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the policy needs a static constexpr bool has_snapshots

#include <doppel/twin/twin.hpp>

struct policy {
#ifndef DOPPEL_REJECT
  static constexpr bool has_snapshots = false;
#endif
  using memory_type = doppel::malloc_memory;
  using etag_type = doppel::counter_etag;
};

template class doppel::basic_twin<policy>;
