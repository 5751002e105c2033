// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the policy needs `etag_type`

#include <doppel/twin/twin.hpp>

struct policy {
#ifndef DOPPEL_REJECT
  using etag_type = doppel::counter_etag;
#endif
  using memory_type = doppel::malloc_memory;
  static constexpr bool has_snapshots = false;
};

template class doppel::basic_twin<policy>;
