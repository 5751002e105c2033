// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_BOOST_JSON_NODE_HPP
#define DOPPEL_BENCHMARKS_PEERS_BOOST_JSON_NODE_HPP

#include <boost/json/value.hpp>

#include <cmath>
#include <string_view>

namespace doppel_bench {

/// What query_walk.hpp walks over.
class boost_json_node {
public:
  explicit boost_json_node(const boost::json::value* value) noexcept : value_(value) {}

  boost_json_node operator[](std::string_view key) const noexcept {
    const auto* const object = value_ != nullptr ? value_->if_object() : nullptr;
    return boost_json_node(object != nullptr ? object->if_contains(key) : nullptr);
  }
  bool is_there() const noexcept { return value_ != nullptr; }
  std::string_view text() const noexcept {
    const auto* const text = value_ != nullptr ? value_->if_string() : nullptr;
    return text != nullptr ? std::string_view(text->data(), text->size()) : std::string_view();
  }
  double number() const noexcept {
    return value_ != nullptr && value_->is_number() ? value_->to_number<double>() : std::nan("");
  }

private:
  const boost::json::value* value_;
};

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_BOOST_JSON_NODE_HPP
