// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/version.hpp>

#include <doctest/doctest.h>

TEST_SUITE("base/version") {
  TEST_CASE("version: three plain numbers") {
    static_assert(DOPPEL_VERSION_MAJOR >= 0);
    static_assert(DOPPEL_VERSION_MINOR >= 0);
    static_assert(DOPPEL_VERSION_PATCH >= 0);
    CHECK(DOPPEL_VERSION_MAJOR + DOPPEL_VERSION_MINOR + DOPPEL_VERSION_PATCH > 0);
  }
}
