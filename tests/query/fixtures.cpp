// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/parse.hpp>

#include <doppel/json/value.hpp>
#include <doppel/query/print.hpp>

#include <query/tree_text.hpp>
#include <support/fixture.hpp>

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

using doppel::query_dialect;
using doppel::query_mode;
using doppel::query_options;

namespace {

struct query_case {
  std::string name;
  std::string query;
  query_options options;
  bool is_valid;
  std::string error;
};

// The cases of queries.jsonl, once for each mode that they hold in (spec/query.md 17).
std::vector<query_case> read_cases() {
  const auto text = doppel_test::read_file(doppel_test::fixture_path("queries.jsonl"));
  REQUIRE(text.has_value());
  std::vector<query_case> cases;
  for (const doppel_test::numbered_line& line : doppel_test::split_lines(*text)) {
    const boost::json::object object = boost::json::parse(line.text).as_object();
    const auto string_of = [&object](std::string_view key) {
      const boost::json::value* const value = object.if_contains(key);
      return value == nullptr ? std::string() : std::string(value->as_string());
    };
    query_case one{string_of("name"), string_of("query"), {}, object.at("valid").as_bool(), string_of("error")};
    if (string_of("dialect") == "target_condition") one.options.dialect = query_dialect::target_condition;
    for (const query_mode mode : {query_mode::hub, query_mode::extended}) {
      const std::string wanted = string_of("mode");
      if (!wanted.empty() && wanted != (mode == query_mode::hub ? "hub" : "extended")) continue;
      one.options.mode = mode;
      cases.push_back(one);
    }
  }
  return cases;
}

std::string printed(const doppel::syntax_tree& tree) {
  doppel::text_buffer out;
  REQUIRE(doppel::print_query(out, tree).has_value());
  return std::string(out.view());
}

// In a block of its own size, so that a sanitizer sees every read beyond the text.
boost::system::result<doppel::syntax_tree> parse_exactly(std::string_view text, const query_options& options,
                                                         doppel::query_diagnostic& problem) {
  const auto block = std::make_unique<char[]>(text.size());
  text.copy(block.get(), text.size());
  return doppel::parse_query({block.get(), text.size()}, options, &problem);
}

}  // namespace

TEST_SUITE("query/fixtures") {
  TEST_CASE("queries.jsonl: accepted or refused as it says") {
    const auto cases = read_cases();
    CHECK(cases.size() > 400);
    for (const query_case& c : cases) {
      CAPTURE(c.name);
      CAPTURE(c.query);
      doppel::query_diagnostic problem;
      const auto tree = parse_exactly(c.query, c.options, problem);
      CHECK(tree.has_value() == c.is_valid);
      if (!c.is_valid && !c.error.empty()) CHECK(doppel::query_error_name(problem.code) == c.error);
    }
  }

  TEST_CASE("queries.jsonl: printed and read again, it is the same tree; printed twice, the same text") {
    for (const query_case& c : read_cases()) {
      if (!c.is_valid) continue;
      CAPTURE(c.query);
      doppel::query_diagnostic problem;
      const auto tree = parse_exactly(c.query, c.options, problem);
      REQUIRE(tree.has_value());
      const std::string text = printed(*tree);
      CAPTURE(text);
      const auto again = parse_exactly(text, c.options, problem);
      REQUIRE(again.has_value());
      CHECK(*tree == *again);
      CHECK(printed(*again) == text);
    }
  }

  TEST_CASE("queries.jsonl: a query of hub mode is the same in extended mode (1)") {
    for (const query_case& c : read_cases()) {
      if (!c.is_valid || c.options.mode != query_mode::hub) continue;
      CAPTURE(c.query);
      query_options extended = c.options;
      extended.mode = query_mode::extended;
      const auto hub = doppel::parse_query(c.query, c.options);
      const auto other = doppel::parse_query(c.query, extended);
      REQUIRE(hub.has_value());
      REQUIRE(other.has_value());
      CHECK(*hub == *other);
    }
  }

  TEST_CASE("queries.jsonl: cut anywhere, or with a byte changed, there is an answer that points into the text") {
    for (const query_case& c : read_cases()) {
      CAPTURE(c.query);
      const auto check = [&](const std::string& text) {
        doppel::query_diagnostic problem;
        const auto tree = parse_exactly(text, c.options, problem);
        if (tree.has_value()) return;
        REQUIRE(!doppel::query_error_name(problem.code).empty());
        REQUIRE(problem.offset <= text.size());
        REQUIRE(problem.length <= text.size() - problem.offset);
      };
      for (std::size_t size = 0; size != c.query.size(); ++size) {
        check(c.query.substr(0, size));
        std::string damaged = c.query;
        damaged[size] = "('[\x80"[size % 4];
        check(damaged);
      }
    }
  }
}
