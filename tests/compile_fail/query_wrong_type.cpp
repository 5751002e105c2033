// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// says: the query has a syntax error (syntax_error)
// says: syntax_error, 1, 12, 11>

#include <doppel/query/literal.hpp>

constexpr doppel::query_options route{.dialect = doppel::query_dialect::route};

#ifdef DOPPEL_REJECT
constexpr doppel::query_literal query = doppel::checked_query<"severity > 3", route>;
#else
constexpr doppel::query_literal query = doppel::checked_query<"AS_NUMBER(severity) > 3", route>;
#endif
static_assert(!query.text().empty());
