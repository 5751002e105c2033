// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_LIMITS_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_LIMITS_HPP

#include <cstddef>
#include <cstdint>

/// @file
/// What columns may take.
namespace doppel {
inline namespace v0 {

/// What segments may take.
struct column_options {
  /// Bytes of the different texts of a coded segment; with more it is `unsuitable`.
  std::size_t dictionary_bytes = 128 * 1024;
};

/// The bounds that the columns of a collection are held to. Beyond them queries ask the twins, and are as right.
struct column_limits {
  /// The largest value that `columns` may have.
  static constexpr std::uint32_t max_columns = 64;

  /// Columns at a time; 0 for none.
  std::uint32_t columns = 32;
  /// Bytes of all segments together. A little more may be held while several threads build.
  std::size_t bytes = std::size_t{256} * 1024 * 1024;
  /// A column is cold when so many scans have done without it. It then makes room for others.
  std::uint32_t cold_scans = 64;
  /// Bounds of one segment.
  column_options segment = {};
};

/// What columns there are.
struct column_statistics {
  std::uint32_t columns = 0;
  std::uint64_t segments = 0;    ///< of all chunks, those that are `unsuitable` included
  std::uint64_t unsuitable = 0;  ///< markers of chunks whose values are too many and too long for a column
  std::size_t bytes = 0;         ///< of all segments
  std::uint64_t scans = 0;       ///< that have used columns, ever
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_LIMITS_HPP
