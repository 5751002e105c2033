// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the query uses what its mode or dialect does not have (not_supported)
// says: not_supported, 1, 23, 22>

#include <doppel/query/literal.hpp>

constexpr doppel::query_options hub{.mode = doppel::query_mode::hub};

#ifdef DOPPEL_REJECT
constexpr doppel::query_literal query = doppel::checked_query<"SELECT * FROM devices ORDER BY deviceId", hub>;
#else
constexpr doppel::query_literal query = doppel::checked_query<"SELECT * FROM devices", hub>;
#endif
static_assert(!query.text().empty());
