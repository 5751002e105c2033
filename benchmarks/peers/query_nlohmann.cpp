// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_peers.hpp"
#include "query_walk.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

namespace doppel_bench {

namespace {

class nlohmann_node {
public:
  explicit nlohmann_node(const nlohmann::json* value) noexcept : value_(value) {}

  nlohmann_node operator[](std::string_view key) const {
    if (value_ == nullptr || !value_->is_object()) return nlohmann_node(nullptr);
    const auto found = value_->find(key);
    return nlohmann_node(found != value_->end() ? &*found : nullptr);
  }
  bool is_there() const noexcept { return value_ != nullptr; }
  std::string_view text() const {
    return value_ != nullptr && value_->is_string() ? std::string_view(value_->get_ref<const std::string&>())
                                                    : std::string_view();
  }
  double number() const { return value_ != nullptr && value_->is_number() ? value_->get<double>() : std::nan(""); }

private:
  const nlohmann::json* value_;
};

class nlohmann_parse : public text_rows {
public:
  static constexpr std::string_view name = "nlohmann";
  static constexpr query_role role = query_role::peer;
  static constexpr std::size_t most_rows = 20'000;

  template <query_id Q>
  bool holds(std::size_t row, query_answer& found) {
    const nlohmann::json parsed = nlohmann::json::parse(text(row), nullptr, false);
    return !parsed.is_discarded() && holds_in<Q>(nlohmann_node(&parsed), found);
  }
};

}  // namespace

std::unique_ptr<query_contender> make_nlohmann_contender() { return std::make_unique<row_contender<nlohmann_parse>>(); }

}  // namespace doppel_bench
