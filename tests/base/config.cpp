// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Only this file's own use of the macro is replaced: config.hpp alone defines no inline code.
namespace {
int broken_promises = 0;
}
#define DOPPEL_ASSERT(expr) ((expr) ? void() : void(++broken_promises))

#include <doppel/base/config.hpp>

#include <doctest/doctest.h>

TEST_SUITE("base/config") {
  TEST_CASE("DOPPEL_ASSERT: a definition made before the first include is kept") {
    DOPPEL_ASSERT(1 + 1 == 2);
    CHECK(broken_promises == 0);
    DOPPEL_ASSERT(1 + 1 == 3);
    CHECK(broken_promises == 1);
  }
}
