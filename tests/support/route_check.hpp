// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_ROUTE_CHECK_HPP
#define DOPPEL_TESTS_SUPPORT_ROUTE_CHECK_HPP

#include "route_model.hpp"

#include <doppel/query/syntax_tree.hpp>

#include <string>

namespace doppel_test {

// Asks the library whether a condition routes a message: with constants folded and not, as it was written and as it is
// printed. All have to say what the model says. Returns what is wrong, or nothing.
std::string check_route(const doppel::syntax_tree& condition, const route_message& message);

}  // namespace doppel_test

#endif
