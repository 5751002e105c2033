// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_FLEET_QUERIES_HPP
#define DOPPEL_BENCHMARKS_FLEET_QUERIES_HPP

// The queries that are asked of a fleet, and what their answers are by the facts that it was made from: no query
// engine has a part in that.

#include "fleet.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace doppel_bench {

enum class query_id : std::uint8_t { q01, q02, q03, q04, q05, q06, q07, q08, q09, q10, q11, q12, q13, q14 };

struct fleet_query {
  query_id id;
  std::string_view name;
  std::string_view text;
};

inline constexpr std::array<fleet_query, 14> fleet_queries{{
    {query_id::q01, "q01 equal, 0.2 %", "SELECT * FROM devices WHERE tags.tenant = 't-0042'"},
    {query_id::q02, "q02 equal, 30 %", "SELECT * FROM devices WHERE tags.location.region = 'US'"},
    {query_id::q03, "q03 range", "SELECT * FROM devices WHERE properties.reported.battery < 20"},
    {query_id::q04, "q04 IN", "SELECT * FROM devices WHERE properties.reported.connectivity IN ['wifi', 'wired']"},
    {query_id::q05, "q05 three conjuncts",
     "SELECT * FROM devices WHERE tags.location.region = 'US' AND properties.reported.battery < 20 "
     "AND properties.reported.connectivity IN ['wifi', 'wired']"},
    {query_id::q06, "q06 OR, NOT, path = path",
     "SELECT * FROM devices WHERE (tags.environment = 'prod' OR tags.environment = 'staging') "
     "AND NOT (properties.reported.firmware.version = properties.desired.firmware.version)"},
    {query_id::q07, "q07 IS_DEFINED",
     "SELECT * FROM devices WHERE status = 'enabled' AND IS_DEFINED(properties.reported.lastError)"},
    {query_id::q08, "q08 STARTS_WITH",
     "SELECT * FROM devices WHERE STARTS_WITH(properties.reported.firmware.version, '2.1')"},
    {query_id::q09, "q09 deep path",
     "SELECT * FROM devices WHERE properties.reported.modules.hvac.zones.z2.setpoint >= 24.5"},
    {query_id::q10, "q10 metadata",
     "SELECT * FROM devices WHERE properties.reported.$metadata.battery.$lastUpdated > '2026-08-01T00:00:00Z'"},
    {query_id::q11, "q11 projection",
     "SELECT deviceId, tags.location.building AS building, properties.reported.battery AS battery FROM devices "
     "WHERE properties.reported.connectivity = 'lte' AND properties.reported.battery < 50"},
    {query_id::q12, "q12 COUNT",
     "SELECT COUNT() AS twins FROM devices WHERE connectionState = 'Connected' "
     "AND properties.reported.firmware.status != 'current'"},
    {query_id::q13, "q13 GROUP BY, AVG",
     "SELECT tags.location.region AS region, COUNT() AS twins, AVG(properties.reported.battery) AS battery "
     "FROM devices GROUP BY tags.location.region"},
    {query_id::q14, "q14 TOP 100",
     "SELECT TOP 100 * FROM devices WHERE properties.reported.firmware.status = 'failed'"},
}};

/// All but TOP, whose time is not one of the whole fleet.
inline constexpr std::size_t filter_count = 13;
inline constexpr std::uint64_t top_rows = 100;

constexpr std::size_t index_of(query_id id) noexcept { return static_cast<std::size_t>(id); }

/// Calls `f.operator()<id>()` with the number of a query as a constant.
template <class F>
auto with_query(query_id id, F f) {
  switch (id) {
    case query_id::q01: return f.template operator()<query_id::q01>();
    case query_id::q02: return f.template operator()<query_id::q02>();
    case query_id::q03: return f.template operator()<query_id::q03>();
    case query_id::q04: return f.template operator()<query_id::q04>();
    case query_id::q05: return f.template operator()<query_id::q05>();
    case query_id::q06: return f.template operator()<query_id::q06>();
    case query_id::q07: return f.template operator()<query_id::q07>();
    case query_id::q08: return f.template operator()<query_id::q08>();
    case query_id::q09: return f.template operator()<query_id::q09>();
    case query_id::q10: return f.template operator()<query_id::q10>();
    case query_id::q11: return f.template operator()<query_id::q11>();
    case query_id::q12: return f.template operator()<query_id::q12>();
    case query_id::q13: return f.template operator()<query_id::q13>();
    case query_id::q14: return f.template operator()<query_id::q14>();
  }
  std::abort();
}

/// What a query has found. Numbers that are projected or averaged are multiples of a half: sums are exact.
struct query_answer {
  struct group {
    std::string key;
    std::uint64_t twins = 0;
    std::uint64_t batteries = 0;
    double battery_sum = 0;

    double average() const noexcept { return battery_sum / static_cast<double>(batteries); }
  };

  std::uint64_t rows = 0;     ///< twins that match
  std::uint64_t bytes = 0;    ///< of the strings projected by q11
  double batteries = 0;       ///< projected by q11, added up
  std::vector<group> groups;  ///< of q13, in any order

  void add_projection(std::string_view device_id, std::string_view building, double battery) noexcept {
    bytes += device_id.size() + building.size();
    batteries += battery;
  }

  /// What several twins have of a group.
  void add_to_group(std::string_view key, std::uint64_t twins, std::uint64_t with_battery, double sum) {
    auto found = std::ranges::find(groups, key, &group::key);
    if (found == groups.end()) found = groups.insert(found, {std::string(key)});
    group& one = *found;
    one.twins += twins;
    one.batteries += with_battery;
    one.battery_sum += sum;
  }
  /// One twin; `battery` is not a number where it has none.
  void add_to_group(std::string_view key, double battery) {
    const bool has_battery = !std::isnan(battery);
    add_to_group(key, 1, has_battery ? 1 : 0, has_battery ? battery : 0);
  }

  /// A group by its average.
  void add_average(std::string_view key, std::uint64_t twins, double average) { add_to_group(key, twins, 1, average); }

  /// Orders the groups, so that answers can be compared.
  void settle() { std::ranges::sort(groups, {}, &group::key); }

  friend bool operator==(const query_answer& a, const query_answer& b) {
    const auto same_group = [](const group& x, const group& y) {
      return x.key == y.key && x.twins == y.twins && std::abs(x.average() - y.average()) <= 1e-9 * x.average();
    };
    return a.rows == b.rows && a.bytes == b.bytes && a.batteries == b.batteries &&
           std::ranges::equal(a.groups, b.groups, same_group);
  }
};

/// Knows the answers for the rows that it was told of, by what they were made from.
class oracle {
public:
  void add(const fleet_row& row) {
    ++rows_;
    for (const fleet_query& query : fleet_queries) {
      query_answer& answer = answers_[index_of(query.id)];
      if (!holds(query.id, row) || (query.id == query_id::q14 && answer.rows == top_rows)) continue;
      ++answer.rows;
      if (query.id == query_id::q11) answer.add_projection(row.device_id, row.building, row.battery());
      if (query.id == query_id::q13) {
        answer.add_to_group(row.region, row.has_battery() ? row.battery() : std::nan(""));
      }
      if (query.id == query_id::q14) top_end_ = rows_;
    }
  }

  std::uint64_t rows() const noexcept { return rows_; }

  query_answer answer(query_id id) const {
    query_answer settled = answers_[index_of(id)];
    settled.settle();
    return settled;
  }

  /// How many twins have to be looked at.
  std::uint64_t rows_read(query_id id) const noexcept {
    return id == query_id::q14 && answers_[index_of(id)].rows == top_rows ? top_end_ : rows_;
  }

private:
  static bool holds(query_id id, const fleet_row& row) {
    const bool is_low = row.has_battery() && row.battery() < 20;
    const bool is_local = row.connectivity == "wifi" || row.connectivity == "wired";
    switch (id) {
      case query_id::q01: return row.tenant == "t-0042";
      case query_id::q02: return row.region == "US";
      case query_id::q03: return is_low;
      case query_id::q04: return is_local;
      case query_id::q05: return row.region == "US" && is_low && is_local;
      case query_id::q06:
        return (row.environment == "prod" || row.environment == "staging") &&
               row.firmware_reported != row.firmware_desired;
      case query_id::q07: return row.is_enabled && row.has_error();
      case query_id::q08: return row.firmware_reported == "2.1.0" || row.firmware_reported == "2.1.4";
      case query_id::q09: return row.has_modules && row.setpoint(1) >= 24.5;
      case query_id::q10:
        // By text, "00:00:00.1Z" comes before "00:00:00Z", and every time here has a fraction.
        return row.has_battery() && row.battery_time >= ticks_of(std::chrono::year{2026} / 8 / 1) + ticks_per_second;
      case query_id::q11: return row.connectivity == "lte" && row.has_battery() && row.battery() < 50;
      case query_id::q12: return row.is_connected && row.firmware_status != "current";
      case query_id::q13: return true;
      case query_id::q14: return row.firmware_status == "failed";
    }
    return false;
  }

  std::uint64_t rows_ = 0;
  std::uint64_t top_end_ = 0;
  std::array<query_answer, fleet_queries.size()> answers_;
};

/// Some rows of a fleet as texts, with what is true of them.
struct told_fleet {
  fleet_texts texts;
  oracle truth;
};

inline told_fleet make_told_fleet(fleet_form form, std::size_t rows) {
  told_fleet made;
  fleet from(form);
  constexpr std::size_t plain_bytes = 2100;
  made.texts.reserve(rows, rows * (form == fleet_form::hostile ? 3200 : plain_bytes));
  for (std::size_t i = 0; i < rows; ++i) {
    made.truth.add(from.make(i));
    made.texts.add(from);
  }
  made.texts.finish();
  return made;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_FLEET_QUERIES_HPP
