// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the query calls an unknown function (unknown_function)
// says: unknown_function, 1, 29, 28>

#include <doppel/query/literal.hpp>

using namespace doppel::literals;

#ifdef DOPPEL_REJECT
constexpr doppel::query_literal query = "SELECT * FROM devices WHERE STARTWITH(deviceId, 'dev')"_query;
#else
constexpr doppel::query_literal query = "SELECT * FROM devices WHERE STARTSWITH(deviceId, 'dev')"_query;
#endif
static_assert(!query.text().empty());
