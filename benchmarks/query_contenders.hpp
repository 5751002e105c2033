// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_QUERY_CONTENDERS_HPP
#define DOPPEL_BENCHMARKS_QUERY_CONTENDERS_HPP

// All that this program has been built with, the library first.

#include "peers/query_peers.hpp"
#include "query_contender.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace doppel_bench {

/// Text in, verdict out.
inline query_contenders raw_contenders(bool with_processes = true) {
  query_contenders all = make_doppel_texts();
  all.push_back(make_on_demand_in_order_contender());
  all.push_back(make_on_demand_any_order_contender());
  all.push_back(make_simdjson_dom_contender());
#if defined(DOPPEL_BENCH_RAPIDJSON)
  all.push_back(make_rapidjson_contender());
#endif
  all.push_back(make_boost_json_contender());
#if defined(DOPPEL_BENCH_SQLITE)
  all.push_back(make_sqlite_contender());
#endif
#if defined(DOPPEL_BENCH_NLOHMANN)
  all.push_back(make_nlohmann_contender());
#endif
  if (with_processes) all.push_back(make_jq_contender());
  if (all.back() == nullptr) all.pop_back();
  return all;
}

/// Twins in memory.
inline query_contenders resident_contenders() {
  query_contenders all;
  const auto values = std::make_shared<boost_json_fleet>();
  all.push_back(make_doppel_fleet());
  all.push_back(make_doppel_values(values));
  all.push_back(make_boost_json_walk(values));
  return all;
}

inline std::vector<query_compiler> query_compilers() {
  std::vector<query_compiler> all;
  all.push_back(make_doppel_compiler());
  all.push_back(make_doppel_parser());
#if defined(DOPPEL_BENCH_SQLITE)
  all.push_back(make_sqlite_compiler());
#endif
  return all;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_QUERY_CONTENDERS_HPP
