// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "boost_json.hpp"
#include "boost_json_node.hpp"
#include "fleet_peers.hpp"
#include "query_walk.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace doppel_bench {

namespace {

/// A vector of documents and a hash table of their ids. What keeps no metadata has less to do for an update.
class boost_json_fleet_peer final : public fleet_peer {
public:
  std::string_view name() const noexcept override { return "vector of boost::json::value"; }

  bool take(std::string_view id, std::string_view document) override {
    if (!twins_.add(document)) return false;
    return index_.emplace(std::string(id), index_.size()).second;
  }

  bool update(std::string_view id, std::string_view patch) override {
    const auto found = index_.find(id);
    return found != index_.end() && twins_.patch(found->second, part::reported, patch, {});
  }

  void begin(query_id id) override { id_ = id; }
  void run() override {
    found_ = {};
    with_query(id_, [this]<query_id Q>() { scan<Q>(twins_.size(), [](std::size_t) { return true; }); });
  }
  query_answer answer() override {
    query_answer settled = found_;
    settled.settle();
    return settled;
  }
  std::size_t first_page(std::size_t most) override {
    found_ = {};
    page_.clear();
    with_query(id_, [this, most]<query_id Q>() {
      scan<Q>(twins_.size(), [this, most](std::size_t row) {
        page_.append(twins_[row].at("deviceId").as_string()).push_back('\n');
        return found_.rows != most;
      });
    });
    return static_cast<std::size_t>(found_.rows);
  }

private:
  struct documents : boost_json_store {
    std::size_t size() const noexcept { return twins_.size(); }
    const boost::json::object& operator[](std::size_t row) const noexcept { return twins_[row].document->get_object(); }
    const boost::json::value* at(std::size_t row) const noexcept { return twins_[row].document.get(); }
  };
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
  };

  template <query_id Q, class Found>
  void scan(std::size_t rows, Found goes_on) {
    for (std::size_t row = 0; row != rows; ++row) {
      if (!holds_in<Q>(boost_json_node(twins_.at(row)), found_)) continue;
      ++found_.rows;
      if (!goes_on(row)) return;
    }
  }

  documents twins_;
  std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>> index_;
  query_id id_{};
  query_answer found_;
  std::string page_;
};

}  // namespace

std::unique_ptr<fleet_peer> make_boost_json_fleet_peer() { return std::make_unique<boost_json_fleet_peer>(); }

}  // namespace doppel_bench
