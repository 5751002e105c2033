// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_QUERY_FUNCTIONS_HPP
#define DOPPEL_TESTS_SUPPORT_QUERY_FUNCTIONS_HPP

#include "query_value.hpp"

#include <doppel/query/function.hpp>

#include <span>
#include <string>
#include <string_view>

namespace doppel_test {

// The functions table of spec/query.md 10, of twin queries. As many arguments as the parser allows.
query_value call_function(doppel::query_function function, std::span<const query_value> arguments);

std::u16string to_utf16(std::string_view utf8);
// Nothing if a surrogate stands alone.
std::optional<std::string> to_utf8(std::u16string_view text);

}  // namespace doppel_test

#endif
