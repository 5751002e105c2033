// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "columns.hpp"

#include <support/query_generator.hpp>
#include <support/random.hpp>

#include <string>

using namespace doppel_test;

namespace {

/// Every comparison with a literal, and their negations.
void check_comparisons(std::string_view path, std::string_view literal, twin_rows& rows, column_store& store) {
  for (const char* const op : {"=", "!=", "<", "<=", ">", ">="}) {
    const std::string test = std::string(path) + ' ' + op + ' ' + std::string(literal);
    CHECK(check_condition(test, rows, store));
    CHECK(check_condition("NOT (" + test + " AND status = 'enabled')", rows, store));
  }
  CHECK(check_condition(std::string(path) + " IN [" + std::string(literal) + "]", rows, store));
  CHECK(check_condition(std::string(path) + " NOT IN [" + std::string(literal) + "]", rows, store));
}

doppel::column_kind kind_of(const twin_rows& rows, std::string_view path) { return build(rows, path_of(path)).kind(); }

}  // namespace

TEST_SUITE("fleet: columns: condition") {
  TEST_CASE("random conditions over random twins: the rows that match one by one") {
    std::size_t asked = 0;
    std::size_t decided = 0;
    for (std::size_t seed = 0; seed != 12; ++seed) {
      random_source random(seed + 77'000);
      fleet_options size;
      size.devices = 150;
      size.modules = 0;
      size.jobs = 0;
      const query_fleet fleet = random_fleet(random, size);
      twin_rows rows;
      for (const fleet_document& document : fleet.documents) rows.load(document.text);
      column_store store(rows);
      query_generator generator(random, fleet);
      for (std::size_t i = 0; i != 60; ++i) {
        const query_request request = generator.request(
            random.coin() ? doppel::query_mode::hub : doppel::query_mode::extended, doppel::query_dialect::twins);
        const bool folds = !random.one_in(4);
        const auto p = doppel::compile_query(request.text, request.options, nullptr, {.folds_constants = folds});
        if (!p || p->conjuncts().empty()) continue;
        doppel::detail::row_set live = rows.all();
        for (std::uint32_t r = 0; r != rows.size(); ++r) {
          if (random.one_in(8)) live.remove(r);
        }
        ++asked;
        decided += check_condition(*p, rows, store, live, "seed " + std::to_string(seed)) ? 1U : 0U;
      }
    }
    MESSAGE(asked, " conditions, ", decided, " decided by columns alone");
    CHECK(decided * 5 > asked);
  }

  TEST_CASE("numbers: exact beside literals that no double is, -0, and those that are missing") {
    twin_rows rows;
    for (const char* const n : {"0",
                                "-0",
                                "-0.0",
                                "0.0",
                                "1",
                                "1.0",
                                "1e0",
                                "-1",
                                "2.5",
                                "1e300",
                                "-1e300",
                                "1e-300",
                                "1e-40",
                                "9007199254740992",
                                "-9007199254740992",
                                "9007199254740993.0",
                                "4503599627370497.5",
                                "16777216",
                                "16777217",
                                "0.1"}) {
      rows.add("{\"a\":" + std::string(n) + "}");
    }
    rows.add("{}");
    rows.add("{\"b\":1}");
    CHECK(kind_of(rows, "tags.a") == doppel::column_kind::doubles);
    column_store store(rows);
    for (const char* const literal : {"0",
                                      "-0",
                                      "0.0",
                                      "1",
                                      "1.0",
                                      "2.5",
                                      "2.4999999",
                                      "1e300",
                                      "1e-300",
                                      "-1e-300",
                                      "1e-40",
                                      "9007199254740992",
                                      "9007199254740993",
                                      "-9007199254740993",
                                      "9223372036854775807",
                                      "-9223372036854775808",
                                      "16777216",
                                      "16777217",
                                      "1e308",
                                      "0.1",
                                      "'a'",
                                      "true",
                                      "null"}) {
      check_comparisons("tags.a", literal, rows, store);
    }
    CHECK(check_condition("tags.a IN [1, 'a', 2.5, 9007199254740993, null]", rows, store));
    CHECK(check_condition("tags.a NOT IN [1, 'a', 2.5, 9007199254740993, null]", rows, store));
    for (const char* const test : {"IS_DEFINED", "IS_NUMBER", "IS_STRING", "IS_OBJECT", "IS_NULL", "IS_BOOL"}) {
      CHECK(check_condition(std::string(test) + "(tags.a)", rows, store));
      CHECK(check_condition("NOT " + std::string(test) + "(tags.a) OR tags.a = 1", rows, store));
    }
    CHECK(check_condition("tags.a", rows, store));
    CHECK(check_condition("NOT tags.a OR tags.a > 0", rows, store));
    CHECK(check_condition("STARTSWITH(tags.a, '1') OR tags.a LIKE '1%'", rows, store));
    // BETWEEN is more than atoms.
    CHECK_FALSE(check_condition("tags.a BETWEEN -1 AND 2.5", rows, store));
  }

  TEST_CASE("numbers: floats beside literals that no float is") {
    twin_rows rows;
    for (const char* const n : {"0", "-0.0", "0.5", "16777216", "-16777216", "16777218", "3.5", "1"}) {
      rows.add("{\"a\":" + std::string(n) + "}");
    }
    rows.add("{}");
    CHECK(kind_of(rows, "tags.a") == doppel::column_kind::floats);
    column_store store(rows);
    for (const char* const literal : {"0", "0.5", "0.1", "16777216", "16777217", "-16777217", "1e39", "-1e39", "1e-50",
                                      "-1e-50", "9223372036854775807", "3.5", "3.5000000001"}) {
      check_comparisons("tags.a", literal, rows, store);
    }
  }

  TEST_CASE("mixed types on a path, objects, texts and integers above 2^53 are coded") {
    twin_rows rows;
    for (const char* const v :
         {"1", "1.0", "\"1\"", "true", "false", "{}", "{\"b\":1}", "[1,{\"b\":2}]", "[]", "9007199254740993",
          "9007199254740992", "9007199254740992.0", "\"\"", "\"a\\\"b\"", "\"\\u0001\"", "\"\xc3\xa4\"", "-0"}) {
      rows.add("{\"a\":" + std::string(v) + "}");
    }
    rows.add("{}");
    CHECK(kind_of(rows, "tags.a") == doppel::column_kind::codes8);
    column_store store(rows);
    for (const char* const literal : {"1", "1.0", "'1'", "true", "null", "9007199254740993", "9007199254740992", "''",
                                      "'a\"b'", "'\xc3\xa4'", "0"}) {
      check_comparisons("tags.a", literal, rows, store);
    }
    CHECK(check_condition("ARRAY_CONTAINS(tags.a, 1)", rows, store));
    CHECK(check_condition("tags.a LIKE '%a%' OR ENDSWITH(tags.a, 'b') OR CONTAINS(tags.a, '1')", rows, store));
    CHECK(check_condition("tags.a.b = 1 OR IS_OBJECT(tags.a)", rows, store));
    CHECK(check_condition("NOT tags.a", rows, store));
    CHECK(check_condition("IS_PRIMITIVE(tags.a) AND NOT IS_DEFINED(tags.c)", rows, store));
    // An element of an array has no column.
    CHECK_FALSE(check_condition("tags.a[0] = 1", rows, store));
    // Names are never coded.
    CHECK_FALSE(check_condition("deviceId = 'd'", rows, store));
    CHECK_FALSE(check_condition("etag = 'd' OR tags.a = 1", rows, store));
    CHECK(check_condition("1 = 2 AND deviceId = 'd'", rows, store));
  }

  TEST_CASE("two paths compared: decided for each pair of values, unless both hold objects") {
    twin_rows rows;
    const char* const values[] = {"1", "1.0", "\"1\"", "true", "[1]", "[1.0]", "\"b\"", "\"a\"", "2", ""};
    const auto member = [](const char* key, const char* value) {
      return value[0] == '\0' ? std::string() : std::string(",\"") + key + "\":" + value;
    };
    for (const char* const a : values) {
      for (const char* const b : values) rows.add("{\"z\":0" + member("a", a) + member("b", b) + "}");
    }
    const auto check_all = [&](bool decided) {
      column_store store(rows);
      for (const char* const op : {"=", "!=", "<", "<=", ">", ">="}) {
        const std::string test = "tags.a " + std::string(op) + " tags.b";
        CHECK(check_condition(test, rows, store) == decided);
        CHECK(check_condition("NOT (" + test + ") OR tags.a = 2", rows, store) == decided);
        CHECK(check_condition("NOT (" + test + " AND tags.a = 1)", rows, store) == decided);
      }
    };
    check_all(true);
    rows.add("{\"a\":{\"x\":1},\"b\":1}");
    check_all(true);
    rows.add("{\"a\":1,\"b\":{\"x\":1}}");
    check_all(false);
    twin_rows many;
    for (int i = 0; i != 100; ++i) many.add("{\"a\":\"" + std::to_string(i) + "\",\"b\":\"7\"}");
    column_store store(many);
    CHECK_FALSE(check_condition("tags.a = tags.b", many, store));
    CHECK(check_condition("tags.b = tags.a", many, store));
  }

  TEST_CASE("root members: their JSON is looked into") {
    twin_rows rows;
    for (const char* const more :
         {"\"capabilities\":{\"iotEdge\":true}", "\"capabilities\":{\"iotEdge\":false}", "\"status\":\"enabled\"",
          "\"x509Thumbprint\":{\"primaryThumbprint\":\"A\",\"secondaryThumbprint\":null}",
          "\"vendor\":{\"a \\\"q\\\"\":{\"b\":[1]}}", "\"vendor\":3", "\"parentScopes\":[\"x\"]"}) {
      rows.load("{\"deviceId\":\"d\"," + std::string(more) + "}");
    }
    column_store store(rows);
    CHECK(check_condition("vendor = 3 OR vendor > 1e308", rows, store));
    CHECK(check_condition("capabilities.iotEdge", rows, store));
    CHECK(check_condition("capabilities.iotEdge = false OR IS_OBJECT(capabilities)", rows, store));
    CHECK(check_condition("IS_DEFINED(x509Thumbprint.primaryThumbprint) OR status = 'enabled'", rows, store));
    CHECK(check_condition("IS_NULL(x509Thumbprint.secondaryThumbprint)", rows, store));
    CHECK(check_condition("IS_ARRAY(parentScopes)", rows, store));
  }
}
