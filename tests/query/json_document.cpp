// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/json_document.hpp>

#include <boost/json/parse.hpp>

#include <doctest/doctest.h>

TEST_SUITE("query: json documents") {
  TEST_CASE("json_document: composites side by side compare from their first element on (spec/query.md 6)") {
    const boost::json::value a = boost::json::parse(R"([["test","43.0"],{"x":1,"y":2},[100.0,"a_b"],{"y":3}])");
    const boost::json::value same = boost::json::parse(R"([["test","43.0"],{"y":2,"x":1},[100,"a_b"],{"y":3}])");
    const boost::json::value other = boost::json::parse(R"([["test","43.0"],{"x":1,"y":2},[101.0,"a_b"],{"y":3}])");
    CHECK(doppel::equal_values(doppel::value_of(a), doppel::value_of(same)));
    CHECK_FALSE(doppel::equal_values(doppel::value_of(a), doppel::value_of(other)));
  }
}
