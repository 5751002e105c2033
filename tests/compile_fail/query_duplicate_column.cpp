// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the query has two columns of one name (duplicate_column)
// says: duplicate_column, 1, 16, 15>

#include <doppel/query/literal.hpp>

using namespace doppel::literals;

#ifdef DOPPEL_REJECT
constexpr doppel::query_literal query = "SELECT tags.a, b.a FROM devices"_query;
#else
constexpr doppel::query_literal query = "SELECT tags.a, b.a AS b FROM devices"_query;
#endif
static_assert(!query.text().empty());
