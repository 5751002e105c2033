// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_peers.hpp"
#include "query_walk.hpp"

#include <simdjson.h>

#include <cmath>
#include <cstddef>
#include <string_view>

namespace doppel_bench {

namespace {

class simdjson_node {
public:
  explicit simdjson_node(const simdjson::simdjson_result<simdjson::dom::element>& value) : value_(value) {}

  simdjson_node operator[](std::string_view key) const { return simdjson_node(value_.at_key(key)); }
  bool is_there() const noexcept { return value_.error() == simdjson::SUCCESS; }
  std::string_view text() const noexcept {
    std::string_view text;
    return value_.get(text) == simdjson::SUCCESS ? text : std::string_view();
  }
  double number() const noexcept {
    double number = 0;
    return value_.get(number) == simdjson::SUCCESS ? number : std::nan("");
  }

private:
  simdjson::simdjson_result<simdjson::dom::element> value_;
};

class simdjson_dom_parse : public text_rows {
public:
  static constexpr std::string_view name = "simdjson DOM";
  static constexpr query_role role = query_role::peer;

  template <query_id Q>
  bool holds(std::size_t row, query_answer& found) {
    const std::string_view document = text(row);
    return holds_in<Q>(simdjson_node(parser_.parse(document.data(), document.size(), false)), found);
  }

private:
  simdjson::dom::parser parser_;
};

}  // namespace

std::unique_ptr<query_contender> make_simdjson_dom_contender() {
  return std::make_unique<row_contender<simdjson_dom_parse>>();
}

}  // namespace doppel_bench
