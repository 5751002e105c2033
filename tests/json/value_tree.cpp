// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/json/detail/value_tree.hpp>

#include "values.hpp"

#include <doctest/doctest.h>

#include <boost/json/serialize.hpp>

namespace json = boost::json;
using doppel_test::failing_resource;
using doppel_test::random_source;
using doppel_test::random_value;

TEST_SUITE("json/detail/value_tree") {
  TEST_CASE("release_value: empties a tree of any shape without memory") {
    random_source random(41);
    for (int i = 0; i != 500; ++i) {
      failing_resource resource;
      json::value value(random_value(random, {6, 4, 4, true}, 0), &resource);
      resource.allow(0);
      doppel::detail::release_value(value);
      CHECK(value.is_null());
      CHECK(value.storage().get() == &resource);
    }
  }

  TEST_CASE("equal_values: as Boost compares") {
    random_source random(42);
    int equal = 0;
    for (int i = 0; i != 5000; ++i) {
      const json::value a = random_value(random, {2, 2, 2, true}, 0);
      const json::value b = random_value(random, {2, 2, 2, true}, 0);
      CHECK(doppel::detail::equal_values(a, b) == (a == b));
      equal += a == b ? 1 : 0;
    }
    CHECK(equal > 50);
  }

  TEST_CASE("copy_value: a copy in the storage of its place, order included") {
    random_source random(43);
    for (int i = 0; i != 500; ++i) {
      const json::value source = random_value(random, {6, 4, 4, true}, 0);
      failing_resource resource;
      json::value copy(nullptr, &resource);
      doppel::detail::copy_value(source, copy);
      CHECK(json::serialize(copy) == json::serialize(source));
      CHECK(copy.storage().get() == &resource);
    }
  }
}
