// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// JSON text laid out for people.

#ifndef DOPPEL_EXAMPLES_PRETTY_HPP
#define DOPPEL_EXAMPLES_PRETTY_HPP

#include "terminal.hpp"

#include <string>
#include <string_view>

namespace cli {

/// Lays out JSON: two spaces a level; an object or array without inner ones stays on one line if it fits.
/// @pre `text` is valid JSON without white space between its parts, as the library writes it
std::string pretty_json(std::string_view text, const painter& paint, std::size_t width = 100);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_PRETTY_HPP
