// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/limits.hpp>

#include <doctest/doctest.h>

TEST_SUITE("base/limits") {
  TEST_CASE("limits: the defaults are the service's (spec/twin.md 4.1 to 5.1)") {
    const doppel::limits limits;
    CHECK(limits.key_bytes == 1024);
    CHECK(limits.string_bytes == 4096);
    CHECK(limits.depth == 10);
    CHECK(limits.integer_min == -(std::int64_t{1} << 52));
    CHECK(limits.integer_max == (std::int64_t{1} << 52) - 1);
    CHECK(limits.tags_bytes == 8 * 1024);
    CHECK(limits.desired_bytes == 32 * 1024);
    CHECK(limits.reported_bytes == 32 * 1024);
    CHECK(limits.is_valid());
  }

  TEST_CASE("is_valid: depth has a floor and a ceiling") {
    doppel::limits limits;
    limits.depth = 255;
    limits.root_depth = 255;
    CHECK(limits.is_valid());
    limits.depth = 256;
    CHECK_FALSE(limits.is_valid());
    limits.depth = 0;
    CHECK_FALSE(limits.is_valid());
    limits.depth = 1;
    CHECK(limits.is_valid());
    limits.root_depth = 256;
    CHECK_FALSE(limits.is_valid());
    limits.root_depth = 0;
    CHECK_FALSE(limits.is_valid());
  }

  TEST_CASE("is_valid: a range of integers is not empty") {
    doppel::limits limits;
    limits.integer_min = 5;
    limits.integer_max = 5;
    CHECK(limits.is_valid());
    limits.integer_max = 4;
    CHECK_FALSE(limits.is_valid());
  }

  TEST_CASE("is_valid: texts are addressed with 32 bits") {
    doppel::limits limits;
    limits.text_bytes = doppel::limits::text_ceiling;
    CHECK(limits.is_valid());
    ++limits.text_bytes;
    CHECK_FALSE(limits.is_valid());
  }
}
