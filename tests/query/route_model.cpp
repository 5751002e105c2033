// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <support/route_check.hpp>
#include <support/route_generator.hpp>
#include <support/route_model.hpp>

#include <doppel/query/parse.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace {

using namespace doppel_test;
using doppel::query_mode;

doppel::query_options route_options(query_mode mode) {
  doppel::query_options options;
  options.mode = mode;
  options.dialect = doppel::query_dialect::route;
  return options;
}

}  // namespace

TEST_SUITE("query: routes and their model") {
  TEST_CASE("random conditions route random messages as the model does (spec/query.md 16.4)") {
    std::size_t routed = 0;
    std::size_t all = 0;
    for (std::uint64_t seed = 0; seed != 1500; ++seed) {
      random_source random(seed);
      const query_mode mode = random.coin() ? query_mode::hub : query_mode::extended;
      route_generator generator(random, mode);
      const std::string condition = generator.condition();
      const auto tree = doppel::parse_query(condition, route_options(mode));
      REQUIRE_MESSAGE(tree.has_value(), "refused: ", condition);
      for (int i = 0; i != 8; ++i) {
        const route_message message = random_message(random);
        const std::string wrong = check_route(*tree, message);
        CHECK_MESSAGE(wrong.empty(), "seed ", seed, ": ", wrong);
        ++all;
        routed += is_routed(*tree, message) ? 1U : 0U;
      }
    }
    // The conditions say something.
    CHECK(routed * 10 > all);
    CHECK(routed * 10 < all * 9);
  }

  TEST_CASE("random conditions with an operand of the wrong type are refused (spec/query.md 16.4)") {
    for (std::uint64_t seed = 0; seed != 1500; ++seed) {
      random_source random(seed + 1'000'000);
      const query_mode mode = random.coin() ? query_mode::hub : query_mode::extended;
      const std::string condition = route_generator(random, mode).wrong_condition();
      const auto tree = doppel::parse_query(condition, route_options(mode));
      CHECK_MESSAGE((!tree && tree.error() == doppel::errc::syntax_error), "seed ", seed, ": ", condition);
    }
  }
}
