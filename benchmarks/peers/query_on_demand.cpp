// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The best that we could write with simdjson's On-Demand for each query: fields in the order of the document, no
// string copied to be compared, out at the first member that decides.

#include "query_peers.hpp"

#include <simdjson.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace doppel_bench {

namespace {

/// How a member is found. In order is faster, and right only where the members come in the order in which they are
/// asked for.
enum class field_order : bool { any, as_written };

template <field_order Order>
class on_demand_queries {
public:
  template <query_id Q>
  bool holds(std::string_view document, query_answer& found) {
    namespace od = simdjson::ondemand;
    od::document parsed;
    od::object root;
    const simdjson::padded_string_view padded(document.data(), document.size(),
                                              document.size() + simdjson::SIMDJSON_PADDING);
    if (parser_.iterate(padded).get(parsed) != simdjson::SUCCESS) return false;
    if (parsed.get_object().get(root) != simdjson::SUCCESS) return false;
    od::object at;
    raw text;
    double number = 0;
    if constexpr (Q == query_id::q01) {
      return open(root, "tags", at) && get(at, "tenant", text) && text.unsafe_is_equal("t-0042");
    } else if constexpr (Q == query_id::q02) {
      return open(root, "tags", "location", at) && get(at, "region", text) && text.unsafe_is_equal("US");
    } else if constexpr (Q == query_id::q03) {
      return open(root, "properties", "reported", at) && get(at, "battery", number) && number < 20;
    } else if constexpr (Q == query_id::q04) {
      return open(root, "properties", "reported", at) && get(at, "connectivity", text) && is_local(text);
    } else if constexpr (Q == query_id::q05) {
      return open(root, "tags", "location", at) && get(at, "region", text) && text.unsafe_is_equal("US") &&
             open(root, "properties", "reported", at) && get(at, "battery", number) && number < 20 &&
             get(at, "connectivity", text) && is_local(text);
    } else if constexpr (Q == query_id::q06) {
      if (!open(root, "tags", at) || !get(at, "environment", text)) return false;
      if (!text.unsafe_is_equal("prod") && !text.unsafe_is_equal("staging")) return false;
      od::object properties;
      std::string_view wants;
      std::string_view has;
      return open(root, "properties", properties) && open(properties, "desired", "firmware", at) &&
             get(at, "version", wants) && open(properties, "reported", "firmware", at) && get(at, "version", has) &&
             wants != has;
    } else if constexpr (Q == query_id::q07) {
      return get(root, "status", text) && text.unsafe_is_equal("enabled") && open(root, "properties", "reported", at) &&
             find(at, "lastError").error() == simdjson::SUCCESS;
    } else if constexpr (Q == query_id::q08) {
      return open(root, "properties", "reported", at) && open(at, "firmware", at) && get(at, "version", text) &&
             std::memcmp(text.raw(), "2.1", 3) == 0;
    } else if constexpr (Q == query_id::q09) {
      return open(root, "properties", "reported", at) && open(at, "modules", "hvac", at) &&
             open(at, "zones", "z2", at) && get(at, "setpoint", number) && number >= 24.5;
    } else if constexpr (Q == query_id::q10) {
      std::string_view time;
      return open(root, "properties", "reported", at) && open(at, "$metadata", "battery", at) &&
             get(at, "$lastUpdated", time) && time > "2026-08-01T00:00:00Z";
    } else if constexpr (Q == query_id::q11) {
      raw device_id;
      raw building;
      if (!get(root, "deviceId", device_id) || !open(root, "tags", "location", at) || !get(at, "building", building) ||
          !open(root, "properties", "reported", at) || !get(at, "battery", number) || !(number < 50) ||
          !get(at, "connectivity", text) || !text.unsafe_is_equal("lte")) {
        return false;
      }
      found.add_projection(unescaped(device_id), unescaped(building), number);
      return true;
    } else if constexpr (Q == query_id::q12) {
      return get(root, "connectionState", text) && text.unsafe_is_equal("Connected") &&
             open(root, "properties", "reported", at) && open(at, "firmware", at) && get(at, "status", text) &&
             !text.unsafe_is_equal("current");
    } else if constexpr (Q == query_id::q13) {
      std::string_view region;
      if (!open(root, "tags", "location", at) || !get(at, "region", region) ||
          !open(root, "properties", "reported", at)) {
        return false;
      }
      found.add_to_group(region, get(at, "battery", number) ? number : std::nan(""));
      return true;
    } else {
      return open(root, "properties", "reported", at) && open(at, "firmware", at) && get(at, "status", text) &&
             text.unsafe_is_equal("failed");
    }
  }

private:
  using raw = simdjson::ondemand::raw_json_string;
  using object = simdjson::ondemand::object;

  static auto find(object& in, std::string_view key) {
    if constexpr (Order == field_order::as_written) {
      return in.find_field(key);
    } else {
      return in.find_field_unordered(key);
    }
  }
  static bool open(object& in, std::string_view key, object& out) {
    return find(in, key).get_object().get(out) == simdjson::SUCCESS;
  }
  static bool open(object& in, std::string_view key, std::string_view below, object& out) {
    object middle;
    return open(in, key, middle) && open(middle, below, out);
  }
  static bool get(object& in, std::string_view key, raw& out) {
    return find(in, key).get_raw_json_string().get(out) == simdjson::SUCCESS;
  }
  static bool get(object& in, std::string_view key, std::string_view& out) {
    return find(in, key).get_string().get(out) == simdjson::SUCCESS;
  }
  static bool get(object& in, std::string_view key, double& out) {
    return find(in, key).get_double().get(out) == simdjson::SUCCESS;
  }
  static bool is_local(raw connectivity) {
    return connectivity.unsafe_is_equal("wifi") || connectivity.unsafe_is_equal("wired");
  }

  std::string_view unescaped(raw text) {
    std::uint8_t* end = strings_.data() + used_;
    std::string_view plain;
    if (parser_.unescape(text, end).get(plain) != simdjson::SUCCESS) return {};
    used_ = used_ == 0 ? strings_.size() / 2 : 0;  // two are in use at a time
    return plain;
  }

  simdjson::ondemand::parser parser_;
  std::vector<std::uint8_t> strings_ = std::vector<std::uint8_t>(16 * 1024);
  std::size_t used_ = 0;
};

template <field_order Order>
class on_demand_loop : public text_rows {
public:
  static constexpr std::string_view name =
      Order == field_order::as_written ? "On-Demand by hand, in order" : "On-Demand by hand, any order";
  static constexpr query_role role = query_role::hand;
  static bool reads(fleet_form form) { return Order == field_order::any || form != fleet_form::shuffled; }

  template <query_id Q>
  bool holds(std::size_t row, query_answer& found) {
    // Worth 5 to 15 % where texts come from memory.
    if (row + 1 < size()) prefetch(text(row + 1));
    return queries_.template holds<Q>(text(row), found);
  }

private:
  static void prefetch(std::string_view document) {
#if defined(__GNUC__)
    constexpr std::size_t line = 64;
    for (std::size_t at = 0; at < document.size(); at += line) __builtin_prefetch(document.data() + at);
#endif
  }

  on_demand_queries<Order> queries_;
};

}  // namespace

std::unique_ptr<query_contender> make_on_demand_in_order_contender() {
  return std::make_unique<row_contender<on_demand_loop<field_order::as_written>>>();
}

std::unique_ptr<query_contender> make_on_demand_any_order_contender() {
  return std::make_unique<row_contender<on_demand_loop<field_order::any>>>();
}

bool simdjson_has_avx512() { return simdjson::get_active_implementation()->name() == "icelake"; }

}  // namespace doppel_bench
