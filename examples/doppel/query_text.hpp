// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The text of a query: compiling it, and what is wrong with it.

#ifndef DOPPEL_EXAMPLES_QUERY_TEXT_HPP
#define DOPPEL_EXAMPLES_QUERY_TEXT_HPP

#include "terminal.hpp"

#include <doppel/query/options.hpp>
#include <doppel/query/program.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// A query that is refused: `what()` is several lines, ready to be printed. Exit status 2.
class query_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// @throws query_error, for example
///
///   query:1:29: unknown function; expected the name of a function
///     1 | SELECT * FROM devices WHERE STARTWITH(deviceId, 'x')
///       |                             ^~~~~~~~~
///     did you mean STARTSWITH?
doppel::program compile(std::string_view text, const doppel::query_options& options, const painter& paint);

/// Names of the columns of the rows; none where rows are whole documents.
std::vector<std::string> column_names(const doppel::program& query);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_QUERY_TEXT_HPP
