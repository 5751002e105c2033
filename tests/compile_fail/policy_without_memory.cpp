// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the policy needs `memory_type`

#include <doppel/twin/twin.hpp>

struct policy {
#ifndef DOPPEL_REJECT
  using memory_type = doppel::malloc_memory;
#endif
  using etag_type = doppel::counter_etag;
  static constexpr bool has_snapshots = false;
};

template class doppel::basic_twin<policy>;
