// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// How text looks on a terminal: how wide it is, and what must not get there as it is.

#ifndef DOPPEL_EXAMPLES_DISPLAY_HPP
#define DOPPEL_EXAMPLES_DISPLAY_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

/// Columns that UTF-8 text takes: two for East Asian wide characters and most pictures, none for combining marks.
std::size_t text_width(std::string_view text);

std::string pad_right(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);

/// Cut to a width, with "..." at the end.
std::string shorten(std::string_view text, std::size_t width);

/// Text in one line that does nothing to a terminal: control characters, and those that turn the direction of writing,
/// become escapes such as `\n` or `\u001b`; what is no UTF-8 becomes U+FFFD.
std::string printable(std::string_view text);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_DISPLAY_HPP
