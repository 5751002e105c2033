// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "boost_json_node.hpp"
#include "query_peers.hpp"
#include "query_walk.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace doppel_bench {

namespace {

/// Parses every text into a monotonic resource that is kept, and walks it.
class boost_json_parse : public text_rows {
public:
  static constexpr std::string_view name = "Boost.JSON";
  static constexpr query_role role = query_role::peer;
  static constexpr std::size_t most_rows = 20'000;

  template <query_id Q>
  bool holds(std::size_t row, query_answer& found) {
    const std::string_view document = text(row);
    boost::json::monotonic_resource memory(buffer_->data(), buffer_->size());
    parser_.reset(&memory);
    boost::json::error_code error;
    parser_.write(document.data(), document.size(), error);
    if (error) return false;
    const boost::json::value parsed = parser_.release();
    return holds_in<Q>(boost_json_node(&parsed), found);
  }

private:
  using bytes = std::array<unsigned char, 64 * 1024>;

  std::unique_ptr<bytes> buffer_ = std::make_unique<bytes>();
  std::array<unsigned char, 16 * 1024> parser_buffer_;
  boost::json::parser parser_{{}, {}, parser_buffer_.data(), parser_buffer_.size()};
};

/// Keeps documents parsed, in default storage, and walks them.
class boost_json_walk {
public:
  static constexpr std::string_view name = "boost::json::value, walked by hand";
  static constexpr query_role role = query_role::peer;
  static constexpr std::size_t most_rows = most_boost_json_rows;

  explicit boost_json_walk(std::shared_ptr<boost_json_fleet> twins) : twins_(std::move(twins)) {}

  bool take(std::string_view document) {
    boost::json::error_code error;
    twins_->push_back(boost::json::parse(document, error));
    return !error;
  }
  std::size_t size() const noexcept { return twins_->size(); }
  void clear() { boost_json_fleet().swap(*twins_); }
  bool begin(query_id) { return true; }

  template <query_id Q>
  bool holds(std::size_t row, query_answer& found) {
    return holds_in<Q>(boost_json_node(&(*twins_)[row]), found);
  }

private:
  std::shared_ptr<boost_json_fleet> twins_;
};

}  // namespace

std::unique_ptr<query_contender> make_boost_json_contender() {
  return std::make_unique<row_contender<boost_json_parse>>();
}

std::unique_ptr<query_contender> make_boost_json_walk(std::shared_ptr<boost_json_fleet> twins) {
  return std::make_unique<row_contender<boost_json_walk>>(std::move(twins));
}

}  // namespace doppel_bench
