// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/function.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

using doppel::query_dialect;
using doppel::query_function;
using doppel::query_function_entry;
using doppel::query_mode;

namespace {

const query_function_entry* find(std::string_view name) {
  for (const query_function_entry& entry : doppel::detail::query_function_table) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

void check(std::string_view name, std::uint32_t least, std::uint32_t most, bool hub, bool extended, bool route) {
  CAPTURE(name);
  const query_function_entry* const entry = find(name);
  REQUIRE(entry != nullptr);
  CHECK(entry->min_arguments == least);
  CHECK(entry->max_arguments == most);
  for (const query_dialect dialect :
       {query_dialect::twins, query_dialect::condition, query_dialect::target_condition}) {
    CHECK(entry->is_allowed(query_mode::hub, dialect) == hub);
    CHECK(entry->is_allowed(query_mode::extended, dialect) == extended);
  }
  CHECK(entry->is_allowed(query_mode::hub, query_dialect::route) == route);
}

}  // namespace

TEST_SUITE("query/function") {
  TEST_CASE("the table of spec/query.md 10 and 16.4") {
    for (const std::string_view name :
         {"IS_DEFINED", "IS_NULL", "IS_BOOL", "IS_NUMBER", "IS_STRING", "IS_OBJECT", "IS_PRIMITIVE"}) {
      check(name, 1, 1, true, true, true);
    }
    check("IS_ARRAY", 1, 1, false, true, true);
    check("STARTSWITH", 2, 2, true, true, false);
    check("ENDSWITH", 2, 2, true, true, false);
    check("STARTS_WITH", 2, 2, false, true, true);
    check("ENDS_WITH", 2, 2, false, true, true);
    check("ARRAY_CONTAINS", 2, 2, true, true, false);
    check("CONTAINS", 2, 2, false, true, true);
    for (const std::string_view name :
         {"ABS", "SIGN", "CEILING", "FLOOR", "SQUARE", "SQRT", "EXP", "AS_NUMBER", "LENGTH", "LOWER", "UPPER"}) {
      check(name, 1, 1, false, true, true);
    }
    check("POWER", 2, 2, false, true, true);
    check("INDEX_OF", 2, 2, false, true, true);
    check("CONCAT", 2, query_function_entry::any_number, false, true, true);
    check("SUBSTRING", 2, 3, false, true, true);
    check("ARRAY_LENGTH", 1, 1, false, true, false);
    check("TWIN_CHANGE_INCLUDES", 1, 1, false, false, true);
    for (const std::string_view name : {"HAS_INTERFACE", "HAS_CAPABILITYMODEL", "IS_OF_MODEL"})
      CHECK(find(name) == nullptr);
  }

  TEST_CASE("every function has a name, no name is given twice") {
    std::set<std::string_view> names;
    std::set<query_function> functions;
    for (const query_function_entry& entry : doppel::detail::query_function_table) {
      CHECK(names.insert(entry.name).second);
      functions.insert(entry.function);
    }
    CHECK(functions.size() == doppel::query_function_count);
    for (std::size_t i = 0; i != doppel::query_function_count; ++i) {
      CHECK_FALSE(doppel::query_function_name(static_cast<query_function>(i)).empty());
    }
  }

  TEST_CASE("query_function_name: as the dialect spells it") {
    CHECK(doppel::query_function_name(query_function::starts_with) == "STARTSWITH");
    CHECK(doppel::query_function_name(query_function::starts_with, query_dialect::route) == "STARTS_WITH");
    CHECK(doppel::query_function_name(query_function::ends_with, query_dialect::route) == "ENDS_WITH");
    CHECK(doppel::query_function_name(query_function::is_null, query_dialect::route) == "IS_NULL");
    CHECK(doppel::query_function_name(query_function::twin_change_includes) == "TWIN_CHANGE_INCLUDES");
    CHECK(doppel::query_aggregate_name(doppel::query_aggregate::count) == "COUNT");
    CHECK(doppel::query_aggregate_name(doppel::query_aggregate::max) == "MAX");
  }
}
