// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_PEERS_PEER_HPP
#define DOPPEL_BENCHMARKS_PEERS_PEER_HPP

// What every implementation offers to the benchmarks. A peer holds whole twin documents in memory and does
// the same work on them: parse the text of a patch, merge it into a section (RFC 7386), write the document.

#include "../corpus.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel_bench {

enum class role : std::uint8_t {
  subject,  ///< doppel
  bare,     ///< parses and merges, keeps no metadata, checks no rule of twins
  naive,    ///< also keeps $metadata, $version and etag; checks nothing
  limit     ///< only parses: no twin behind it
};

template <class Store>
concept twin_store = requires(Store store, const std::size_t twin, const part section,
                              const std::string_view text, const ticks now) {
  { Store::name } -> std::convertible_to<std::string_view>;
  { Store::kind } -> std::convertible_to<role>;
  store.reserve(twin);
  { store.add(text) } -> std::same_as<bool>;                        // parses a whole document
  { store.patch(twin, section, text, now) } -> std::same_as<bool>;  // parses and merges
  { store.serialize(twin) } -> std::same_as<std::string_view>;      // valid until the next call
  store.clear();
};

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_PEERS_PEER_HPP
