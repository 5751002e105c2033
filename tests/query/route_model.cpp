// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <support/route_generator.hpp>
#include <support/route_model.hpp>

#include <doppel/query/compile.hpp>
#include <doppel/query/message.hpp>
#include <doppel/query/print.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace doppel_test;
using doppel::query_mode;

// A message of the library, with what it is a view of.
struct written_message {
  explicit written_message(const route_message& m)
      : body(m.body ? to_text(*m.body) : std::string()), twin(m.twin ? to_text(*m.twin) : std::string()) {
    for (const route_property& p : m.application) application.push_back({p.name, p.value});
    for (const route_property& p : m.system) system.push_back({p.name, p.value});
  }
  doppel::message view() const { return {application, system, body, twin}; }

  std::vector<doppel::message_property> application;
  std::vector<doppel::message_property> system;
  std::string body;
  std::string twin;
};

doppel::query_options route_options(query_mode mode) {
  doppel::query_options options;
  options.mode = mode;
  options.dialect = doppel::query_dialect::route;
  return options;
}

// Whether the library routes it, with constants folded and not, and the condition as written and as printed; or what
// they do not agree about.
std::string library_verdict(std::string_view condition, query_mode mode, const doppel::message& m) {
  const auto tree = doppel::parse_query(condition, route_options(mode));
  if (!tree) return "refused: " + tree.error().message();
  doppel::text_buffer printed;
  REQUIRE(doppel::print_query(printed, *tree).has_value());
  std::string verdict;
  for (const std::string_view text : {condition, printed.view()}) {
    for (const bool folds : {true, false}) {
      const auto p = doppel::compile_query(text, route_options(mode), nullptr, {.folds_constants = folds});
      if (!p) return "refused: " + std::string(text);
      doppel::query_scratch scratch;
      REQUIRE(scratch.prepare(*p).has_value());
      const std::string said = matches(*p, m, scratch) ? "routed" : "not routed";
      if (!verdict.empty() && said != verdict) return "differs, printed or folded: " + std::string(text);
      verdict = said;
    }
  }
  return verdict;
}

std::string shown(const route_message& m) {
  std::string text;
  for (const route_property& p : m.application) text += p.name + "=" + p.value + " ";
  for (const route_property& p : m.system) text += "$" + p.name + "=" + p.value + " ";
  return text + "\n  body " + (m.body ? to_text(*m.body) : "none") + "\n  twin " + (m.twin ? to_text(*m.twin) : "none");
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
        const bool expected = is_routed(*tree, message);
        const std::string said = library_verdict(condition, mode, written_message(message).view());
        CHECK_MESSAGE(said == (expected ? "routed" : "not routed"), "seed ", seed, ": ", condition, "\n  ",
                      shown(message));
        ++all;
        routed += expected ? 1U : 0U;
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
