// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the query has a syntax error (syntax_error)
// says: syntax_error, 1, 34, 33>

#include <doppel/query/literal.hpp>

using namespace doppel::literals;

#ifdef DOPPEL_REJECT
constexpr doppel::query_literal query = "SELECT * FROM devices AS d WHERE d = 'x'"_query;
#else
constexpr doppel::query_literal query = "SELECT * FROM devices AS d WHERE d.deviceId = 'x'"_query;
#endif
static_assert(!query.text().empty());
