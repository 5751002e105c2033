// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_LIMITS_HPP
#define DOPPEL_TESTS_SUPPORT_LIMITS_HPP

#include "rules.hpp"

#include <doppel/base/limits.hpp>

// The bounds that the random tests work under: the service's, or tiny ones, under which nearly every write
// comes near one of them.
namespace doppel_test {

doppel::limits tiny_limits();

// From now on active_limits() is tiny_limits(). Called by the test program's main.
void use_tiny_limits();

const doppel::limits& active_limits();

model_limits model_limits_of(const doppel::limits& limits);

}  // namespace doppel_test

#endif
