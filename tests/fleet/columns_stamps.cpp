// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "columns.hpp"

#include <doppel/fleet/columns/detail/stamp_test.hpp>

#include <string>

using namespace doppel_test;

namespace {

constexpr std::string_view stamp = "properties.reported.$metadata.a.$lastUpdated";

twin_rows stamped_rows() {
  twin_rows rows;
  for (const char* const time : {"2026-08-01T00:00:00Z", "2026-08-01T00:00:00.0000001Z", "2026-08-01T00:00:00.1Z",
                                 "2026-08-01T00:00:00.9999999Z", "2026-07-31T23:59:59.9999999Z", "2026-07-31T23:59:59Z",
                                 "2026-08-01T00:00:01Z", "2026-08-01T00:00:01.5Z", "1601-01-01T00:00:01Z",
                                 "0001-01-01T00:00:00Z", "2513-01-01T00:00:00Z", "1999-12-31T23:59:59.25Z"}) {
    rows.load("{\"deviceId\":\"d\",\"properties\":{\"reported\":{\"a\":1,\"$metadata\":{\"$lastUpdated\":\"" +
              std::string(time) + "\",\"a\":{\"$lastUpdated\":\"" + time + "\"}}}}}");
  }
  rows.load("{\"deviceId\":\"d\",\"properties\":{\"reported\":{\"b\":1}}}");
  rows.load("{\"deviceId\":\"d\"}");
  return rows;
}

}  // namespace

TEST_SUITE("fleet: columns: stamps") {
  TEST_CASE("comparisons with any text are those of the texts (spec/query.md 6)") {
    twin_rows rows = stamped_rows();
    CHECK(build(rows, path_of(stamp)).kind() == doppel::column_kind::stamps);
    column_store store(rows);
    for (const char* const literal : {"2026-08-01T00:00:00Z",
                                      "2026-08-01T00:00:00",
                                      "2026-08-01T00:00:00.",
                                      "2026-08-01T00:00:00.1Z",
                                      "2026-08-01T00:00:00.10Z",
                                      "2026-08-01T00:00:00.05",
                                      "2026-08-01T00:00:00.9999999Z",
                                      "2026-08-01T00:00:00ZZ",
                                      "2026-08-01T00:00:00 ",
                                      "2026-08-01T00:00:00a",
                                      "2026-08-01T00:00:60Z",
                                      "2026-08-01T24:00:00Z",
                                      "2026-08-01T00:00:01Z",
                                      "2026-08",
                                      "2026-8",
                                      "2026",
                                      "",
                                      "3",
                                      "0",
                                      "0001-01-01T00:00:00Z",
                                      "0001-01-01",
                                      "1601-01-01T00:00:01Z",
                                      "9999-12-31T23:59:59.9999999Z",
                                      "9999-12-31T23:59:59Z",
                                      "2026-02-30T00:00:00Z",
                                      "z",
                                      "\xc3\xa4",
                                      "2513",
                                      "1601",
                                      "2026-08-01T00:00:00.1Z extra",
                                      "2026-07-31T23:59:59",
                                      "-",
                                      "2026-08-01t00:00:00z"}) {
      const std::string quoted = "'" + std::string(literal) + "'";
      for (const char* const op : {"=", "!=", "<", "<=", ">", ">="}) {
        const std::string test = std::string(stamp) + ' ' + op + ' ' + quoted;
        CHECK(check_condition(test, rows, store));
        CHECK(check_condition("NOT (" + test + ") OR status = 'x'", rows, store));
      }
      CHECK(check_condition(std::string(stamp) + " IN [" + quoted + ", 1, '2026-08-01T00:00:01Z']", rows, store));
      CHECK(check_condition(std::string(stamp) + " NOT IN [" + quoted + ", null]", rows, store));
      CHECK(check_condition("STARTSWITH(" + std::string(stamp) + ", " + quoted + ")", rows, store));
    }
  }

  TEST_CASE("other tests") {
    twin_rows rows = stamped_rows();
    column_store store(rows);
    const std::string path(stamp);
    for (const std::string& test :
         {"IS_DEFINED(" + path + ")", "NOT IS_DEFINED(" + path + ") OR status = 'x'", "IS_STRING(" + path + ")",
          "NOT IS_STRING(" + path + ")", "IS_NUMBER(" + path + ")", path, "NOT " + path, path + " = 3", path + " != 3",
          path + " < 3", "NOT " + path + " < true", path + " LIKE '2026-%5Z'", "ENDSWITH(" + path + ", '1Z')",
          "CONTAINS(" + path + ", ':59')", "ARRAY_CONTAINS(" + path + ", 1)", path + " IN [1, 2]",
          path + " NOT IN [1, 2]", path + " = null"}) {
      CHECK_MESSAGE(check_condition(test, rows, store), test);
    }
    // The stamp of a section, and versions, have no columns.
    CHECK_FALSE(check_condition("properties.reported.$metadata.$lastUpdated > '2026'", rows, store));
    CHECK_FALSE(check_condition("properties.desired.$metadata.a.$lastUpdatedVersion = 1", rows, store));
  }

  TEST_CASE("second_of_text: with and without a time in the text, the same second") {
    doppel::query_constant read;
    for (const char* const text : {"2026-08-01T00:00:00Z", "0001-01-01T00:00:00Z", "2513-06-30T10:11:12.5Z",
                                   "1601-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1600-12-31T23:59:59Z"}) {
      read.value = doppel::query_value::string(text);
      read.second = doppel::query_constant::no_second;
      const doppel::detail::stamp_range searched = doppel::detail::second_of_text(read);
      read.second = time_of(std::string(text).substr(0, 19) + "Z").ticks();
      const doppel::detail::stamp_range known = doppel::detail::second_of_text(read);
      CHECK(searched.first == known.first);
      CHECK(searched.last == known.last);
    }
  }
}
