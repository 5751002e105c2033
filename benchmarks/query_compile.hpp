// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_QUERY_COMPILE_HPP
#define DOPPEL_BENCHMARKS_QUERY_COMPILE_HPP

// From the text of a query to what can be asked.

#include "fleet_queries.hpp"
#if defined(DOPPEL_BENCH_SQLITE)
#include "peers/query_sqlite.hpp"
#endif

#include <doppel/query/compile.hpp>
#include <doppel/query/parse.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace doppel_bench {

struct query_compiler {
  std::string_view name;
  std::function<bool(const fleet_query&)> compile;  ///< and forget it again
};

/// The library first.
inline std::vector<query_compiler> query_compilers() {
  std::vector<query_compiler> all;
  all.push_back({"doppel", [](const fleet_query& query) { return doppel::compile_query(query.text).has_value(); }});
  all.push_back(
      {"(parsing only)", [](const fleet_query& query) { return doppel::parse_query(query.text).has_value(); }});
#if defined(DOPPEL_BENCH_SQLITE)
  all.push_back({"SQLite, sqlite3_prepare", [base = std::make_shared<sqlite_contender>()](const fleet_query& query) {
                   return base->compile(query.id);
                 }});
#endif
  return all;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_QUERY_COMPILE_HPP
