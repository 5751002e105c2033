// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_FLEET_PEERS_HPP
#define DOPPEL_BENCHMARKS_PEERS_FLEET_PEERS_HPP

// Those that keep many twins, find them by id, write to them and answer queries. Each is a translation unit of its own,
// see query_peers.hpp.

#include "../fleet_queries.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace doppel_bench {

class fleet_peer {
public:
  virtual ~fleet_peer() = default;
  virtual std::string_view name() const noexcept = 0;

  /// Takes a twin. False: refused.
  virtual bool take(std::string_view id, std::string_view document) = 0;
  /// No more come.
  virtual void finish() {}

  /// Merges a patch into the reported properties of a twin.
  virtual bool update(std::string_view id, std::string_view patch) = 0;
  /// Between these, writes may be put together.
  virtual void begin_updates() {}
  virtual void end_updates() {}

  /// Makes ready for a query, not timed.
  virtual void begin(query_id id) = 0;
  /// Counts the twins that match; rows for those queries that make some.
  virtual void run() = 0;
  /// What `run` has found.
  virtual query_answer answer() = 0;
  /// Reads the ids of the first twins that match, in the order in which they came. @return how many
  virtual std::size_t first_page(std::size_t most) = 0;
};

/// All that this program has been built with, the library first.
std::vector<std::unique_ptr<fleet_peer>> make_fleet_peers();

std::unique_ptr<fleet_peer> make_doppel_fleet_peer(bool uses_columns);
std::unique_ptr<fleet_peer> make_boost_json_fleet_peer();
std::unique_ptr<fleet_peer> make_sqlite_fleet_peer(bool has_indexes);

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_FLEET_PEERS_HPP
