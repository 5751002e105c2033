// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_QUERY_CONTENDERS_HPP
#define DOPPEL_BENCHMARKS_QUERY_CONTENDERS_HPP

// All that this program has been built with, the library first.

#include "peers/query_boost_json.hpp"
#include "peers/query_doppel.hpp"
#include "peers/query_jq.hpp"
#include "peers/query_on_demand.hpp"
#include "peers/query_simdjson_dom.hpp"
#include "query_contender.hpp"
#if defined(DOPPEL_BENCH_NLOHMANN)
#include "peers/query_nlohmann.hpp"
#endif
#if defined(DOPPEL_BENCH_RAPIDJSON)
#include "peers/query_rapidjson.hpp"
#endif
#if defined(DOPPEL_BENCH_SQLITE)
#include "peers/query_sqlite.hpp"
#endif

#include <memory>

namespace doppel_bench {

/// Text in, verdict out.
inline query_contenders raw_contenders(bool with_processes = true) {
  query_contenders all;
  all.push_back(std::make_unique<row_contender<on_demand_loop<field_order::as_written>>>());
  all.push_back(std::make_unique<row_contender<on_demand_loop<field_order::any>>>());
  all.push_back(std::make_unique<row_contender<simdjson_dom_parse>>());
#if defined(DOPPEL_BENCH_RAPIDJSON)
  all.push_back(std::make_unique<row_contender<rapidjson_parse>>());
#endif
  all.push_back(std::make_unique<row_contender<boost_json_parse>>());
#if defined(DOPPEL_BENCH_SQLITE)
  all.push_back(std::make_unique<sqlite_contender>());
#endif
#if defined(DOPPEL_BENCH_NLOHMANN)
  all.push_back(std::make_unique<row_contender<nlohmann_parse>>());
#endif
  if (with_processes && jq_contender::is_installed()) all.push_back(std::make_unique<jq_contender>());
  return all;
}

/// Twins in memory.
inline query_contenders resident_contenders() {
  query_contenders all;
  const auto values = std::make_shared<boost_json_fleet>();
  all.push_back(std::make_unique<row_contender<doppel_fleet>>());
  all.push_back(std::make_unique<row_contender<doppel_values>>(values));
  all.push_back(std::make_unique<row_contender<boost_json_walk>>(values));
  return all;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_QUERY_CONTENDERS_HPP
