// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "fleet_peers.hpp"

#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <boost/json.hpp>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace doppel_bench {

namespace {

void insist(bool good) {
  if (good) return;
  std::fputs("doppel refuses something\n", stderr);
  std::exit(1);
}

class doppel_fleet_peer final : public fleet_peer {
public:
  explicit doppel_fleet_peer(bool uses_columns) { how_.uses_columns = uses_columns; }

  std::string_view name() const noexcept override {
    return how_.uses_columns ? "doppel::fleet" : "doppel::fleet, no columns";
  }

  bool take(std::string_view, std::string_view document) override {
    return twins_.insert_document(document, scratch_).has_value();
  }

  bool update(std::string_view id, std::string_view patch) override {
    options_.now = doppel::timestamp::from_ticks(options_.now.ticks() + 10'000);
    return twins_.merge_reported(id, patch, options_, scratch_, change_).has_value();
  }

  void begin(query_id id) override {
    id_ = id;
    const std::string text(fleet_queries[index_of(id)].text);
    program_.emplace(compiled(text));
    const std::size_t from = text.find(" FROM ");
    page_program_.emplace(compiled("SELECT deviceId" + text.substr(from, text.find(" GROUP BY ") - from)));
  }

  void run() override {
    rows_.clear();
    if (id_ != query_id::q11 && id_ != query_id::q12 && id_ != query_id::q13) {
      const auto found = count(twins_, *program_, how_);
      insist(found.has_value());
      count_ = *found;
      return;
    }
    count_ = 0;
    insist(for_each_row(
               twins_, *program_,
               [this](std::string_view row) {
                 rows_.append(row).push_back('\n');
                 ++count_;
                 return true;
               },
               how_)
               .has_value());
  }

  query_answer answer() override {
    query_answer found;
    found.rows = count_;
    if (id_ == query_id::q13) found.rows = 0;
    for (std::size_t begin = 0; begin != rows_.size();) {
      const std::size_t end = rows_.find('\n', begin);
      const boost::json::value parsed = boost::json::parse(std::string_view(rows_).substr(begin, end - begin));
      read(parsed.as_object(), found);
      begin = end + 1;
    }
    found.settle();
    return found;
  }

  std::size_t first_page(std::size_t most) override {
    std::size_t rows = 0;
    const auto sink = [&](std::string_view) {
      ++rows;
      return true;
    };
    insist(select(twins_, *page_program_, static_cast<std::uint32_t>(most), {}, sink, how_).has_value());
    return rows;
  }

private:
  static doppel::program compiled(const std::string& text) {
    auto made = doppel::compile_query(text);
    insist(made.has_value());
    return *std::move(made);
  }

  void read(const boost::json::object& row, query_answer& found) const {
    if (id_ == query_id::q11) {
      found.add_projection(row.at("deviceId").as_string(), row.at("building").as_string(),
                           row.at("battery").to_number<double>());
      return;
    }
    const auto twins = row.at("twins").to_number<std::uint64_t>();
    if (id_ == query_id::q12) {
      found.rows = twins;
    } else {
      found.rows += twins;
      found.add_average(row.at("region").as_string(), twins, row.at("battery").to_number<double>());
    }
  }

  doppel::fleet twins_;
  doppel::select_options how_;
  doppel::workspace scratch_;
  doppel::change change_;
  doppel::write_options options_{.now = doppel::parse_timestamp("2026-11-22T12:00:00Z").value()};
  query_id id_{};
  std::optional<doppel::program> program_;
  std::optional<doppel::program> page_program_;
  std::uint64_t count_ = 0;
  std::string rows_;
};

}  // namespace

std::unique_ptr<fleet_peer> make_doppel_fleet_peer(bool uses_columns) {
  return std::make_unique<doppel_fleet_peer>(uses_columns);
}

std::vector<std::unique_ptr<fleet_peer>> make_fleet_peers() {
  std::vector<std::unique_ptr<fleet_peer>> all;
  all.push_back(make_doppel_fleet_peer(true));
  all.push_back(make_doppel_fleet_peer(false));
  all.push_back(make_boost_json_fleet_peer());
#if defined(DOPPEL_BENCH_SQLITE)
  all.push_back(make_sqlite_fleet_peer(true));
  all.push_back(make_sqlite_fleet_peer(false));
#endif
  return all;
}

}  // namespace doppel_bench
