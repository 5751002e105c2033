// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_SIMDJSON_LIMIT_HPP
#define DOPPEL_BENCHMARKS_PEERS_SIMDJSON_LIMIT_HPP

#include "peer.hpp"

#include <simdjson.h>

#include <string_view>

namespace doppel_bench {

/// No peer but a yardstick: simdjson's DOM parses the text, and nothing is kept or changed.
class simdjson_limit {
public:
  static constexpr std::string_view name = "(simdjson DOM, parse only)";
  static constexpr role kind = role::limit;

  void reserve(std::size_t) {}

  bool add(std::string_view document) {
    return parser_.parse(document.data(), document.size(), true).error() == simdjson::SUCCESS;
  }

  /// The corpus keeps readable bytes behind the text of a patch, so that nothing has to be copied.
  bool patch(std::size_t, part, std::string_view text, ticks) {
    return parser_.parse(text.data(), text.size(), false).error() == simdjson::SUCCESS;
  }

  std::string_view serialize(std::size_t) { return {}; }

  void clear() {}

private:
  simdjson::dom::parser parser_;
};

static_assert(twin_store<simdjson_limit>);

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_SIMDJSON_LIMIT_HPP
