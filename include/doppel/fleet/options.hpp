// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_OPTIONS_HPP
#define DOPPEL_FLEET_OPTIONS_HPP

#include <doppel/base/limits.hpp>
#include <doppel/fleet/columns/column_limits.hpp>

#include <cstdint>

/// @file
/// How a fleet is made.
namespace doppel {
inline namespace v0 {

/// What a fleet is told when it is made.
struct fleet_options {
  static constexpr std::uint32_t max_chunk_rows = 4096;

  /// Rows of a chunk, which has one lock and one table of keys: 1 to `max_chunk_rows`. Fewer let more writers in at
  /// once, and make scans slower.
  std::uint32_t chunk_rows = max_chunk_rows;
  /// `keys_in_table` and `key_table_bytes` bound the table of each chunk; the rest goes with each write.
  doppel::limits limits = {};
  /// What the columns of devices, and those of modules, may take.
  column_limits columns = {};
  /// What ids and keys are hashed with. Random numbers keep those who choose ids and keys from making them collide.
  std::uint64_t seed = 0x6a09'e667'f3bc'c908;
  std::uint64_t id_seed = 0xbb67'ae85'84ca'a73b;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_OPTIONS_HPP
