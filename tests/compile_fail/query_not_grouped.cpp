// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the query has a column that is not grouped (not_grouped)
// says: not_grouped, 1, 8, 7>

#include <doppel/query/literal.hpp>

using namespace doppel::literals;

#ifdef DOPPEL_REJECT
constexpr doppel::query_literal query = "SELECT tags.a, COUNT() FROM devices GROUP BY tags.b"_query;
#else
constexpr doppel::query_literal query = "SELECT tags.b, COUNT() FROM devices GROUP BY tags.b"_query;
#endif
static_assert(!query.text().empty());
