// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Errors for people: where in which file, what is wrong, and what the service would answer.

#ifndef DOPPEL_EXAMPLES_PROBLEM_HPP
#define DOPPEL_EXAMPLES_PROBLEM_HPP

#include "terminal.hpp"

#include <doppel/base/diagnostic.hpp>
#include <doppel/base/error.hpp>

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

/// The library's code of an error, `errc{}` if it is not one of the library's.
doppel::errc code_of(const boost::system::error_code& error);

/// "412 PreconditionFailed (412001): The condition does not match ..."
std::string service_answer(doppel::errc code, std::string_view path);

/// The line around an offset with a mark below it. Of a long line only a piece is shown, and what would disturb the
/// layout is shown as a dot.
/// @param length bytes to mark, at least one
std::string excerpt(std::string_view text, std::size_t offset, std::size_t length, std::uint64_t line,
                    const painter& paint);

/// For example
///
///   patch.json:3:13: illegal character in key
///     at properties.desired.fan.[[max speed]]
///     3 |     "fan": {"max speed": 3}
///       |             ^
///     the service answers 400 ArgumentInvalid (400004): Property or Tag name has ...
///
/// @param text what `where` refers to
std::string describe_problem(std::string_view name, std::string_view text, const boost::system::error_code& error,
                             doppel::diagnostic where, const painter& paint);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_PROBLEM_HPP
