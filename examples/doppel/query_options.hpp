// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// What the options of queries mean.

#ifndef DOPPEL_EXAMPLES_QUERY_OPTIONS_HPP
#define DOPPEL_EXAMPLES_QUERY_OPTIONS_HPP

#include "arguments.hpp"

#include <doppel/query/options.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace cli {

/// "hub" or "extended".
std::optional<doppel::query_mode> mode_named(std::string_view name);

/// By --mode and --dialect.
/// @throws usage_error
doppel::query_options query_options_of(const arguments& args);

/// The value of an option that is a number, if the option is there.
/// @throws usage_error
std::optional<std::size_t> number_of(const arguments& args, std::string_view option, std::size_t least,
                                     std::size_t most);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_QUERY_OPTIONS_HPP
