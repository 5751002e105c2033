// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_SQLITE_CONDITION_HPP
#define DOPPEL_BENCHMARKS_PEERS_SQLITE_CONDITION_HPP

// The conditions of the queries in the SQL of SQLite, over a column `twin` of texts.

#include "../fleet_queries.hpp"

#include <string>
#include <string_view>

namespace doppel_bench {

inline std::string sqlite_extracted(std::string_view path) {
  return "json_extract(twin, '$." + std::string(path) + "')";
}

inline std::string sqlite_condition_of(query_id id) {
  const std::string region = sqlite_extracted("tags.location.region");
  const std::string environment = sqlite_extracted("tags.environment");
  const std::string battery = sqlite_extracted("properties.reported.battery");
  const std::string connectivity = sqlite_extracted("properties.reported.connectivity");
  const std::string version = sqlite_extracted("properties.reported.firmware.version");
  const std::string status = sqlite_extracted("properties.reported.firmware.status");
  switch (id) {
    case query_id::q01: return sqlite_extracted("tags.tenant") + " = 't-0042'";
    case query_id::q02: return region + " = 'US'";
    case query_id::q03: return battery + " < 20";
    case query_id::q04: return connectivity + " IN ('wifi', 'wired')";
    case query_id::q05:
      return region + " = 'US' AND " + battery + " < 20 AND " + connectivity + " IN ('wifi', 'wired')";
    case query_id::q06:
      return '(' + environment + " = 'prod' OR " + environment + " = 'staging') AND NOT (" + version + " = " +
             sqlite_extracted("properties.desired.firmware.version") + ')';
    case query_id::q07:
      return sqlite_extracted("status") +
             " = 'enabled' AND json_type(twin, '$.properties.reported.lastError') IS NOT NULL";
    case query_id::q08: return "substr(" + version + ", 1, 3) = '2.1'";
    case query_id::q09: return sqlite_extracted("properties.reported.modules.hvac.zones.z2.setpoint") + " >= 24.5";
    case query_id::q10:
      return sqlite_extracted(R"(properties.reported."$metadata".battery."$lastUpdated")") +
             " > '2026-08-01T00:00:00Z'";
    case query_id::q11: return connectivity + " = 'lte' AND " + battery + " < 50";
    case query_id::q12: return sqlite_extracted("connectionState") + " = 'Connected' AND " + status + " <> 'current'";
    case query_id::q13: return "1";
    case query_id::q14: return status + " = 'failed'";
  }
  return {};
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_SQLITE_CONDITION_HPP
