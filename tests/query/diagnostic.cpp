// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/diagnostic.hpp>

#include <doppel/query/parse.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using doppel::errc;
using doppel::query_diagnostic;
using doppel::query_dialect;
using doppel::query_mode;

namespace {

struct refusal {
  std::string_view query;
  errc code;
  std::string_view token;       // the first place where it occurs is the offset, unless `offset` is given
  std::string_view suggestion;  // what the diagnostic offers
  std::size_t offset = std::string_view::npos;
};

void check(const refusal& r, query_mode mode, query_dialect dialect = query_dialect::twins) {
  CAPTURE(r.query);
  query_diagnostic problem;
  const auto tree = doppel::parse_query(r.query, {.mode = mode, .dialect = dialect}, &problem);
  REQUIRE_FALSE(tree.has_value());
  CHECK(tree.error() == r.code);
  CHECK(problem.code == r.code);
  const std::size_t offset = r.offset != std::string_view::npos ? r.offset
                             : r.token.empty()                  ? r.query.size()
                                                                : r.query.find(r.token);
  CHECK(problem.offset == offset);
  CHECK(problem.token(r.query) == r.token);
  CHECK(problem.length == r.token.size());
  CHECK(problem.suggestion() == r.suggestion);
  CHECK_FALSE(problem.expected.empty());
}

}  // namespace

TEST_SUITE("query/diagnostic") {
  TEST_CASE("every code: where it is, and what was probably meant") {
    const refusal both[] = {
        {"", errc::syntax_error, "", ""},
        {"SELEC * FROM devices", errc::syntax_error, "SELEC", "SELECT"},
        {"SELECT * FORM devices", errc::syntax_error, "FORM", "FROM"},
        {"SELECT a FORM devices", errc::syntax_error, "FORM", "FROM"},
        {"SELECT * FROM devices WHERE a == 1", errc::syntax_error, "==", "="},
        {"SELECT * FROM devices WHERE a && b", errc::syntax_error, "&&", "AND"},
        {"SELECT * FROM devices WHERE !a", errc::syntax_error, "!", "NOT"},
        {"SELECT * FROM devices WHERE a ADN b", errc::syntax_error, "ADN", "AND"},
        {"SELECT * FROM devices WHERE a IS NULL", errc::syntax_error, "IS", ""},
        {"SELECT * FROM devices WHERE a = 'x", errc::syntax_error, "'x", ""},
        {"SELECT * FROM devices WHERE a = 'C:\\logs'", errc::syntax_error, "\\", "\\\\"},
        {"SELECT * FROM devices WHERE a = 43abc", errc::syntax_error, "43abc", ""},
        {"SELECT * FROM devices WHERE a < b < c", errc::syntax_error, "<", "", 34},
        {"SELECT * FROM devices WHERE tags[[x]] = 1", errc::syntax_error, "[", ".["},
        {"SELECT * FROM devices WHERE tags.[[x = 1", errc::syntax_error, "[[x = 1", ""},
        {"SELECT * FROM devices WHERE (a = 1", errc::syntax_error, "", ""},
        {"SELECT * FROM devices WHERE group = 1", errc::syntax_error, "group", "[[group]]"},
        {"SELECT * FROM devices WHERE a = \xff", errc::syntax_error, "\xff", ""},
        {"SELECT * FROM devices;", errc::syntax_error, ";", ""},
        {"SELECT * FROM devices /* x", errc::syntax_error, "/* x", ""},
        {"SELECT * FROM devices WHERE devices.modules = 1", errc::syntax_error, "devices.modules", ""},
        {"SELECT * FROM c", errc::unknown_collection, "c", ""},
        {"SELECT * FROM device", errc::unknown_collection, "device", "devices", 14},
        {"SELECT * FROM devices.module", errc::unknown_collection, "devices.module", "devices.modules"},
        {"SELECT * FROM devices WHERE STARTWITH(a, 'x')", errc::unknown_function, "STARTWITH", "STARTSWITH"},
        {"SELECT * FROM devices WHERE IsDefined(a)", errc::unknown_function, "IsDefined", "IS_DEFINED"},
        {"SELECT * FROM devices WHERE FOO(a)", errc::unknown_function, "FOO", ""},
        {"SELECT COUT() FROM devices", errc::unknown_function, "COUT", "COUNT"},
        {"SELECT * FROM devices WHERE STARTSWITH(a)", errc::wrong_arity, "STARTSWITH", ""},
        {"SELECT * FROM devices WHERE devices.jobs.jobId = 1", errc::prefix_mismatch, "devices.jobs.jobId", ""},
        {"SELECT a, b.a FROM devices", errc::duplicate_column, "b.a", ""},
        {"SELECT tags.env, COUNT() FROM devices", errc::not_grouped, "tags.env", ""},
        {"SELECT a, b FROM devices GROUP BY a", errc::not_grouped, "b", ""},
        {"SELECT * FROM devices GROUP BY a", errc::not_grouped, "*", ""},
        {"SELECT * FROM devices WHERE COUNT() > 1", errc::aggregate_misplaced, "COUNT", ""},
        {"SELECT * FROM devices JOIN x", errc::not_supported, "JOIN", ""},
        {"SELECT a FROM devices GROUP BY a HAVING b", errc::not_supported, "HAVING", ""},
        {"SELECT SUM(a) / 2 FROM devices", errc::not_supported, "/", ""},
    };
    for (const refusal& r : both) {
      check(r, query_mode::hub);
      check(r, query_mode::extended);
    }
  }

  TEST_CASE("hub mode: what to write instead") {
    const refusal hub[] = {
        {"SELECT * FROM devices WHERE STARTS_WITH(a, 'x')", errc::not_supported, "STARTS_WITH", "STARTSWITH"},
        {"SELECT * FROM devices WHERE ends_with(a, 'x')", errc::not_supported, "ends_with", "ENDSWITH"},
        {"SELECT * FROM devices WHERE CONTAINS(a, 'x')", errc::not_supported, "CONTAINS", ""},
        {"SELECT * FROM devices WHERE a NOT  IN [1]", errc::not_supported, "NOT  IN", "NIN"},
        {"SELECT * FROM devices WHERE a IN (1)", errc::not_supported, "(", "["},
        {"SELECT * FROM devices WHERE a IN b", errc::not_supported, "b", ""},
        {"SELECT * FROM devices WHERE a || b", errc::not_supported, "||", "OR"},
        {"SELECT * FROM devices WHERE a LIKE 'x'", errc::not_supported, "LIKE", ""},
        {"SELECT * FROM devices WHERE a NOT BETWEEN 1 AND 2", errc::not_supported, "NOT BETWEEN", ""},
        {"SELECT * FROM devices WHERE a[0] = 1", errc::not_supported, "[", ""},
        {"SELECT * FROM devices ORDER  BY a", errc::not_supported, "ORDER  BY", ""},
        {"SELECT DISTINCT a FROM devices", errc::not_supported, "DISTINCT", ""},
        {"SELECT * FROM devices LIMIT 5", errc::not_supported, "LIMIT", ""},
        {"SELECT COUNT(*) FROM devices", errc::not_supported, "*", ""},
        {"SELECT COUNT(a.b) FROM devices", errc::not_supported, "a", ""},
        {"SELECT a + 1 FROM devices", errc::not_supported, "a + 1", ""},
        {"SELECT COUNT() FROM devices GROUP BY a.b [0]", errc::not_supported, "[", ""},
        {"SELECT tags.x FROM devices.jobs", errc::not_supported, "tags.x", ""},
        {"SELECT jobId FROM devices.jobs", errc::not_supported, "jobId", ""},
        {"SELECT * FROM devices WHERE tags.Group = 1", errc::reserved_word, "Group", "[[Group]]"},
        {"SELECT COUNT() AS count FROM devices", errc::reserved_word, "count", "[[count]]"},
        {"SELECT * FROM devices WERE a = 1", errc::syntax_error, "WERE", "WHERE"},
    };
    for (const refusal& r : hub) check(r, query_mode::hub);
    // In extended mode the word could be an alias, if nothing followed it.
    check({"SELECT * FROM devices WERE a = 1", errc::syntax_error, "WERE", "WHERE"}, query_mode::extended);
    check({"STARTSWITH(a, 'x')", errc::not_supported, "STARTSWITH", "STARTS_WITH"}, query_mode::extended,
          query_dialect::route);
    check({"tags.x = \"a\"", errc::syntax_error, "\"", ""}, query_mode::hub, query_dialect::target_condition);
    check({"tags.x = 1 AND status = 'a'", errc::invalid_target_condition, "status", ""}, query_mode::hub,
          query_dialect::target_condition);
  }

  TEST_CASE("applying the suggestion helps") {
    const std::string_view queries[] = {"SELECT * FROM devices WHERE STARTS_WITH(a, 'x')",
                                        "SELECT * FROM devices WHERE a NOT IN [1]",
                                        "SELECT * FROM devices WHERE a == 1",
                                        "SELECT * FROM devices WHERE a || b",
                                        "SELECT * FROM devices WHERE a && b",
                                        "SELECT * FROM devices WHERE tags.group = 1",
                                        "SELECT * FROM devices WHERE tags[[x]] = 1",
                                        "SELECT * FROM devices WERE a = 1",
                                        "SELECT * FROM device",
                                        "SELECT * FROM devices WHERE a = 'C:\\logs'"};
    for (const std::string_view query : queries) {
      CAPTURE(query);
      query_diagnostic problem;
      REQUIRE_FALSE(doppel::parse_query(query, {.mode = query_mode::hub}, &problem).has_value());
      std::string mended(query);
      mended.replace(problem.offset, problem.length, problem.suggestion());
      CHECK(doppel::parse_query(mended, {.mode = query_mode::hub}).has_value());
    }
  }

  TEST_CASE("lines and columns count from 1, a line ends after its line feed") {
    query_diagnostic problem;
    const std::string_view query = "SELECT *\nFROM devices\r\nWHERE \xc3\xa9 == 1";
    REQUIRE_FALSE(doppel::parse_query(query, {}, &problem).has_value());
    CHECK(problem.line == 3);
    CHECK(problem.column == 10);
    CHECK(problem.token(query) == "==");
    REQUIRE_FALSE(doppel::parse_query("x", {}, &problem).has_value());
    CHECK(problem.line == 1);
    CHECK(problem.column == 1);
  }

  TEST_CASE("a query that is taken leaves the diagnostic alone") {
    query_diagnostic problem;
    REQUIRE_FALSE(doppel::parse_query("x", {}, &problem).has_value());
    const errc before = problem.code;
    REQUIRE(doppel::parse_query("SELECT * FROM devices", {}, &problem).has_value());
    CHECK(problem.code == before);
    problem.clear();
    CHECK(problem.code == errc{});
    CHECK(problem.expected.empty());
    CHECK(problem.suggestion().empty());
  }

  TEST_CASE("suggestions that do not fit are left out") {
    query_diagnostic problem;
    const std::string word(200, 'x');
    problem.suggest("[[", word, "]]");
    CHECK(problem.suggestion().empty());
    problem.suggest("[[", "a", "]]");
    CHECK(problem.suggestion() == "[[a]]");
  }

  TEST_CASE("names of codes are those of section 14") {
    CHECK(doppel::query_error_name(errc::syntax_error) == "syntax_error");
    CHECK(doppel::query_error_name(errc::reserved_word) == "reserved_word");
    CHECK(doppel::query_error_name(errc::unknown_collection) == "unknown_collection");
    CHECK(doppel::query_error_name(errc::unknown_function) == "unknown_function");
    CHECK(doppel::query_error_name(errc::wrong_arity) == "wrong_arity");
    CHECK(doppel::query_error_name(errc::not_supported) == "not_supported");
    CHECK(doppel::query_error_name(errc::prefix_mismatch) == "prefix_mismatch");
    CHECK(doppel::query_error_name(errc::duplicate_column) == "duplicate_column");
    CHECK(doppel::query_error_name(errc::not_grouped) == "not_grouped");
    CHECK(doppel::query_error_name(errc::aggregate_misplaced) == "aggregate_misplaced");
    CHECK(doppel::query_error_name(errc::invalid_target_condition) == "invalid_target_condition");
    CHECK(doppel::query_error_name(errc::query_too_long) == "query_too_long");
    CHECK(doppel::query_error_name(errc::too_complex) == "too_complex");
    CHECK(doppel::query_error_name(errc::bad_page_size) == "bad_page_size");
    CHECK(doppel::query_error_name(errc::bad_continuation) == "bad_continuation");
    CHECK(doppel::query_error_name(errc::out_of_memory) == "");
    CHECK(doppel::query_error_name(errc::malformed_json) == "");
  }

  TEST_CASE("what the service answers (14)") {
    CHECK(doppel::query_service_error_of(errc::syntax_error, query_dialect::twins).name == "ArgumentInvalid");
    CHECK(doppel::query_service_error_of(errc::syntax_error, query_dialect::twins).code == 400004);
    CHECK(doppel::query_service_error_of(errc::syntax_error, query_dialect::twins).status == 400);
    CHECK(doppel::query_service_error_of(errc::syntax_error, query_dialect::target_condition).name ==
          "InvalidConfigurationTargetCondition");
    CHECK(doppel::query_service_error_of(errc::out_of_memory, query_dialect::target_condition).name == "ServerError");
  }
}
