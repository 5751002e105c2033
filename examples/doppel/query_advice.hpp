// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// What a query will do, and what in it was probably not meant.

#ifndef DOPPEL_EXAMPLES_QUERY_ADVICE_HPP
#define DOPPEL_EXAMPLES_QUERY_ADVICE_HPP

#include "terminal.hpp"

#include <doppel/query/options.hpp>
#include <doppel/query/program.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// The plan of a query, several lines.
std::string plan_of(const doppel::program& query);

/// What may be wrong with a query that is right, several lines; empty if there is nothing to say.
/// @param sample documents of the query's collection, as checked text: tells which paths there are; may be empty
/// @throws query_error for a query that is refused
std::string remarks_on(std::string_view text, const doppel::query_options& options, std::span<const std::string> sample,
                       const painter& paint);

/// The first documents of a collection in files, as a sample. What cannot be read is left out.
std::vector<std::string> read_sample(const std::vector<std::string>& files, doppel::query_collection collection,
                                     std::size_t most);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_QUERY_ADVICE_HPP
