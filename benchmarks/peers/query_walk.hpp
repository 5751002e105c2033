// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_QUERY_WALK_HPP
#define DOPPEL_BENCHMARKS_PEERS_QUERY_WALK_HPP

// The queries written by hand over a parsed document, once for all libraries that have one.

#include "../fleet_queries.hpp"

#include <cmath>
#include <concepts>
#include <string_view>

namespace doppel_bench {

/// A value of a parsed document, or nothing. What is not there has no members.
template <class Node>
concept walkable = requires(const Node node, std::string_view key) {
  { node[key] } -> std::same_as<Node>;
  { node.is_there() } -> std::same_as<bool>;
  { node.text() } -> std::same_as<std::string_view>;  // empty if it is no string
  { node.number() } -> std::same_as<double>;          // not a number if it is none
};

template <query_id Q, walkable Node>
bool holds_in(const Node& root, query_answer& found) {
  const auto reported = [&] { return root["properties"]["reported"]; };
  const auto region = [&] { return root["tags"]["location"]["region"].text(); };
  const auto status = [&] { return reported()["firmware"]["status"].text(); };
  const auto is_local = [](std::string_view connectivity) { return connectivity == "wifi" || connectivity == "wired"; };
  if constexpr (Q == query_id::q01) {
    return root["tags"]["tenant"].text() == "t-0042";
  } else if constexpr (Q == query_id::q02) {
    return region() == "US";
  } else if constexpr (Q == query_id::q03) {
    return reported()["battery"].number() < 20;
  } else if constexpr (Q == query_id::q04) {
    return is_local(reported()["connectivity"].text());
  } else if constexpr (Q == query_id::q05) {
    if (region() != "US") return false;
    const Node device = reported();
    return device["battery"].number() < 20 && is_local(device["connectivity"].text());
  } else if constexpr (Q == query_id::q06) {
    const std::string_view environment = root["tags"]["environment"].text();
    if (environment != "prod" && environment != "staging") return false;
    const Node properties = root["properties"];
    const std::string_view has = properties["reported"]["firmware"]["version"].text();
    const std::string_view wants = properties["desired"]["firmware"]["version"].text();
    return !has.empty() && !wants.empty() && has != wants;
  } else if constexpr (Q == query_id::q07) {
    return root["status"].text() == "enabled" && reported()["lastError"].is_there();
  } else if constexpr (Q == query_id::q08) {
    return reported()["firmware"]["version"].text().starts_with("2.1");
  } else if constexpr (Q == query_id::q09) {
    return reported()["modules"]["hvac"]["zones"]["z2"]["setpoint"].number() >= 24.5;
  } else if constexpr (Q == query_id::q10) {
    return reported()["$metadata"]["battery"]["$lastUpdated"].text() > "2026-08-01T00:00:00Z";
  } else if constexpr (Q == query_id::q11) {
    const Node device = reported();
    if (device["connectivity"].text() != "lte") return false;
    const double battery = device["battery"].number();
    if (!(battery < 50)) return false;
    found.add_projection(root["deviceId"].text(), root["tags"]["location"]["building"].text(), battery);
    return true;
  } else if constexpr (Q == query_id::q12) {
    if (root["connectionState"].text() != "Connected") return false;
    const std::string_view is = status();
    return !is.empty() && is != "current";
  } else if constexpr (Q == query_id::q13) {
    found.add_to_group(region(), reported()["battery"].number());
    return true;
  } else {
    return status() == "failed";
  }
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_QUERY_WALK_HPP
