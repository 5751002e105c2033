// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_QUERY_PEERS_HPP
#define DOPPEL_BENCHMARKS_PEERS_QUERY_PEERS_HPP

// All that answer queries. Each is a translation unit of its own: in one large unit compilers stop inlining, and who
// comes last pays.

#include "../query_contender.hpp"

#include <boost/json/value.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace doppel_bench {

/// Documents in memory, shared by those that ask them in different ways.
using boost_json_fleet = std::vector<boost::json::value>;
/// 2 GB. Who has fewer rows loses nothing by that: less has to come from memory.
inline constexpr std::size_t most_boost_json_rows = 250'000;

/// From the text of a query to what can be asked.
struct query_compiler {
  std::string_view name;
  std::function<bool(const fleet_query&)> compile;  ///< and forgets it again
};

// Over text.
/// One for each kernel that this machine supports, the fastest first.
std::vector<std::unique_ptr<query_contender>> make_doppel_texts();
std::unique_ptr<query_contender> make_on_demand_in_order_contender();
std::unique_ptr<query_contender> make_on_demand_any_order_contender();
std::unique_ptr<query_contender> make_simdjson_dom_contender();
std::unique_ptr<query_contender> make_boost_json_contender();
std::unique_ptr<query_contender> make_rapidjson_contender();
std::unique_ptr<query_contender> make_nlohmann_contender();
std::unique_ptr<query_contender> make_sqlite_contender();
std::unique_ptr<query_contender> make_jq_contender();  // null where there is no jq
bool simdjson_has_avx512();

// Over twins in memory.
std::unique_ptr<query_contender> make_doppel_fleet();
std::unique_ptr<query_contender> make_boost_json_walk(std::shared_ptr<boost_json_fleet> twins);
/// Asks what the walk holds, and holds nothing itself.
std::unique_ptr<query_contender> make_doppel_values(std::shared_ptr<boost_json_fleet> twins);

query_compiler make_doppel_compiler();
query_compiler make_doppel_parser();
query_compiler make_sqlite_compiler();

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_QUERY_PEERS_HPP
