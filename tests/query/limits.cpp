// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/options.hpp>

#include <doppel/query/print.hpp>

#include <query/tree_text.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using doppel::errc;
using doppel::query_diagnostic;
using doppel::query_dialect;
using doppel::query_mode;
using doppel::query_options;
using doppel_test::condition_text;
using doppel_test::error_of;
using doppel_test::hub_error_of;

namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  result.reserve(text.size() * count);
  for (std::size_t i = 0; i != count; ++i) result += text;
  return result;
}

std::string condition_error(const std::string& text, query_options options = {}) {
  options.dialect = query_dialect::condition;
  query_diagnostic problem;
  return doppel::parse_query(text, options, &problem) ? "" : std::string(doppel::query_error_name(problem.code));
}

// Refuses the n-th request.
struct failing_memory {
  void* try_allocate(std::size_t n) noexcept { return ++taken == fails_at ? nullptr : std::malloc(n); }
  void deallocate(void* p, std::size_t) noexcept { std::free(p); }

  std::uint64_t taken = 0;
  std::uint64_t fails_at = 0;
};

}  // namespace

TEST_SUITE("query/limits") {
  TEST_CASE("nesting: 128 levels of anything, and no more (3)") {
    struct shape {
      std::string_view open, middle, close;
    };
    for (const shape s :
         {shape{"(", "a", ")"}, shape{"NOT ", "a", ""}, shape{"-", "a", ""}, shape{"+ ", "a", ""}, shape{"[", "1", "]"},
          shape{"IS_NULL(", "a", ")"}, shape{"a[", "b", "]"}, shape{"a IN (", "1", ")"}}) {
      CAPTURE(s.open);
      if (s.open == "a IN (") continue;  // holds no comparison without further parentheses
      CHECK(condition_error(repeated(s.open, 128) + std::string(s.middle) + repeated(s.close, 128)) == "");
      CHECK(condition_error(repeated(s.open, 129) + std::string(s.middle) + repeated(s.close, 129)) == "too_complex");
    }
    CHECK(condition_error(repeated("NOT (", 64) + "a" + repeated(")", 64)) == "");
    CHECK(condition_error(repeated("NOT (", 64) + "NOT a" + repeated(")", 64)) == "too_complex");
    // Levels that are over do not count.
    CHECK(condition_error(repeated("(a) AND ", 1000) + "b") == "");
    CHECK(condition_error("a IN [" + repeated("[1], ", 1000) + "[2]]") == "");
    // The deepest stack: each level with every kind of operator waiting in it.
    const std::string level = "a ?? b OR c AND d = e + f * (";
    CHECK(condition_error(repeated(level, 128) + "g" + repeated(")", 128)) == "");
    CHECK(condition_error(repeated(level, 129) + "g" + repeated(")", 129)) == "too_complex");
    const std::string route = "a ?? b OR c AND d = e < f + g * (";
    CHECK(condition_text(repeated(route, 128) + "g" + repeated(")", 128), {.dialect = query_dialect::route}) !=
          "too_complex");
  }

  TEST_CASE("nesting: the option lowers the limit, and cannot raise it") {
    CHECK(condition_error("((a))", {.max_nesting = 2}) == "");
    CHECK(condition_error("(((a)))", {.max_nesting = 2}) == "too_complex");
    CHECK(condition_error("(a)", {.max_nesting = 0}) == "too_complex");
    CHECK(condition_error("a", {.max_nesting = 0}) == "");
    CHECK(condition_error(repeated("(", 129) + "a" + repeated(")", 129), {.max_nesting = 1'000'000}) == "too_complex");
  }

  TEST_CASE("nesting: a million of anything is an error, where it starts to be one") {
    const std::size_t million = 1'000'000;
    for (const std::string_view open : {"(", "NOT ", "-", "[", "IS_NULL(", "a[", "a IN [", "[[", "- ("}) {
      CAPTURE(open);
      query_diagnostic problem;
      const std::string text = repeated(open, million);
      CHECK_FALSE(doppel::parse_query(text, {.dialect = query_dialect::condition}, &problem).has_value());
      CHECK(problem.offset <= 129 * open.size());
    }
    CHECK(condition_error(repeated(")", million)) == "syntax_error");
    CHECK(condition_error(repeated("(", million), {.mode = query_mode::hub}) == "query_too_long");
  }

  TEST_CASE("length without depth: a megabyte is read, printed and compared") {
    const std::size_t many = 100'000;
    std::string columns = "SELECT c";
    for (std::size_t i = 0; i != many; ++i) columns += ", a AS c" + std::to_string(i);
    std::string keys = " FROM devices GROUP BY c, a";
    for (std::size_t i = 0; i != many; ++i) keys += ", k" + std::to_string(i);
    const std::string queries[] = {
        "SELECT * FROM devices WHERE " + repeated("a OR ", many) + "b",
        "SELECT * FROM devices WHERE " + repeated("a = 1 AND NOT ", many / 2) + "b",
        "SELECT * FROM devices WHERE " + repeated("1 + ", many) + "b",
        "SELECT * FROM devices WHERE a IN [" + repeated("[1, 'x'], ", many) + "2]",
        "SELECT * FROM devices WHERE a" + repeated(".bcd", many),
        "SELECT * FROM devices WHERE a" + repeated("[b]", many),
        "SELECT * FROM devices WHERE a = '" + repeated("''\\u00e9", many) + "'",
        "SELECT * FROM devices WHERE a = 0." + repeated("1234567890", many),
        "SELECT * FROM devices WHERE CONCAT(" + repeated("'a', ", many) + "b)",
        columns + keys + " ORDER BY c5, c6 DESC, k7",
        "SELECT * FROM devices WHERE " + repeated("/* x */", many) + "a",
        "SELECT * FROM devices WHERE a = 1 ORDER BY " + repeated("b, ", many) + "c",
    };
    for (const std::string& query : queries) {
      CAPTURE(query.substr(0, 60));
      const auto tree = doppel::parse_query(query);
      REQUIRE(tree.has_value());
      doppel::text_buffer printed;
      REQUIRE(doppel::print_query(printed, *tree).has_value());
      const auto again = doppel::parse_query(printed.view());
      REQUIRE(again.has_value());
      CHECK(*tree == *again);
    }
  }

  TEST_CASE("length without depth: long texts with an error at the end") {
    const std::size_t many = 200'000;
    for (const std::string& text :
         {repeated("a OR ", many), "a IN [" + repeated("1,", many), "a = '" + repeated("x", many * 5),
          "/*" + repeated("*", many), repeated("[[a ", many), "a." + repeated("b.", many),
          std::string(many * 5, 'a') + " b", "[[" + repeated("a", many), repeated("a LIKE b ESCAPE c AND ", many / 4),
          repeated("\xc3\xa9", many) + " b"}) {
      CAPTURE(text.substr(0, 20));
      CHECK(condition_error(text) == "syntax_error");
    }
    std::string query = "SELECT a";
    for (std::size_t i = 0; i != many / 2; ++i) query += ", b.c" + std::to_string(i);
    CHECK(error_of(query + ", d.c77 FROM devices") == "duplicate_column");
  }

  TEST_CASE("characters: hub mode takes 8192, code points and not bytes (2.1)") {
    const std::string frame = "SELECT * FROM devices WHERE a = ''";
    const auto padded = [&](std::string_view c, std::size_t count) {
      return "SELECT * FROM devices WHERE a = '" + repeated(c, count - frame.size()) + "'";
    };
    CHECK(hub_error_of(padded("x", 8192)) == "");
    CHECK(hub_error_of(padded("x", 8193)) == "query_too_long");
    CHECK(hub_error_of(padded("\xe6\x9d\xb1", 8192)) == "");
    CHECK(hub_error_of(padded("\xe6\x9d\xb1", 8193)) == "query_too_long");
    CHECK(error_of(padded("x", 20000)) == "");
    query_diagnostic problem;
    CHECK_FALSE(doppel::parse_query(padded("\xe6\x9d\xb1", 9000), {.mode = query_mode::hub}, &problem).has_value());
    CHECK(problem.offset == 33 + (8192 - 33) * 3);

    CHECK(condition_error("abcd", {.max_characters = 4}) == "");
    CHECK(condition_error("abcde", {.max_characters = 4}) == "query_too_long");
    CHECK(condition_error("\xc3\xa9\xc3\xa9", {.max_characters = 2}) == "");
    CHECK(condition_error("\xc3\xa9\xc3\xa9.", {.max_characters = 2}) == "query_too_long");
    CHECK(condition_error("abcde", {.mode = query_mode::hub, .max_characters = 4}) == "query_too_long");
    CHECK(error_of(padded("x", 8193), query_mode::hub) == "query_too_long");
    CHECK(condition_error(std::string(8193, 'a'), {.mode = query_mode::hub, .max_characters = 100'000}) ==
          "query_too_long");
  }

  TEST_CASE("UTF-8: what is not well-formed is a syntax error where it starts (2.1)") {
    for (const std::string_view bad : {"\x80", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
      query_diagnostic problem;
      const std::string text = "a = '\xc3\xa9" + std::string(bad) + "'";
      CHECK_FALSE(doppel::parse_query(text, {.dialect = query_dialect::condition}, &problem).has_value());
      CHECK(problem.code == errc::syntax_error);
      CHECK(problem.offset == 7);
    }
  }

  TEST_CASE("memory: whichever request is refused, the answer is out_of_memory and nothing stays behind") {
    std::string query =
        "SELECT DISTINCT tags.a AS x, COUNT(), TAGS.b FROM devices AS d WHERE d.tags.x IN ['\\u00e9', 1, [2]] "
        "AND a[b + 1].c LIKE 'x' GROUP BY tags.a, Tags.b ORDER BY x, COUNT() DESC LIMIT 5";
    for (const bool is_long : {false, true}) {
      if (is_long) {
        for (int i = 0; i != 40; ++i) query.insert(16, "MAX(m) AS m" + std::to_string(i) + ", ");
      }
      std::uint64_t failures = 0;
      for (std::uint64_t n = 1;; ++n) {
        failing_memory memory;
        memory.fails_at = n;
        query_diagnostic problem;
        const auto tree = doppel::parse_query(query, {}, &problem, doppel::memory_ref(memory));
        if (tree.has_value()) break;
        REQUIRE(tree.error() == errc::out_of_memory);
        REQUIRE(problem.code == errc::out_of_memory);
        ++failures;
      }
      CHECK(failures >= 4);
      const auto tree = doppel::parse_query(query);
      REQUIRE(tree.has_value());
      for (std::uint64_t n = 1;; ++n) {
        failing_memory memory;
        memory.fails_at = n;
        doppel::text_buffer out{doppel::memory_ref(memory)};
        const auto printed = doppel::print_query(out, *tree);
        if (printed.has_value()) break;
        REQUIRE(printed.error() == errc::out_of_memory);
      }
    }
  }
}
