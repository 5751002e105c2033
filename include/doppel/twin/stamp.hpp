// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_STAMP_HPP
#define DOPPEL_TWIN_STAMP_HPP

#include <doppel/base/timestamp.hpp>

#include <cstdint>
#include <optional>

/// @file
/// What `$metadata` says of one member.
namespace doppel {
inline namespace v0 {

/// Time and version of the write that last touched a member (spec/twin.md 9.3).
struct stamp {
  /// `$lastUpdated`; nothing where a loaded document did not say.
  std::optional<timestamp> time;
  /// `$lastUpdatedVersion`; 0 where there is none.
  std::uint64_t version = 0;

  friend bool operator==(const stamp&, const stamp&) = default;
};

/// Which stamps a section keeps (spec/twin.md 9.1, 9.3): a tag type for `section`.
namespace stamping {
struct none {  ///< tags, root members, a device's replica
  static constexpr bool has_time = false;
  static constexpr bool has_version = false;
};
struct time {  ///< reported
  static constexpr bool has_time = true;
  static constexpr bool has_version = false;
};
struct time_and_version {  ///< desired
  static constexpr bool has_time = true;
  static constexpr bool has_version = true;
};
}  // namespace stamping

namespace detail {

/// Times inside a block: 58 bits of 100 ns since 1601, which reaches into the year 2514. Two values are
/// set apart; what lies outside cannot be stored and counts as unknown.
using packed_time = std::uint64_t;

inline constexpr packed_time unknown_time = 0;
inline constexpr packed_time zero_time = 1;
inline constexpr packed_time max_packed_time = (packed_time{1} << 58) - 1;
inline constexpr std::int64_t packed_epoch = 504'911'232'000'000'000;  // 1601-01-01 in ticks

inline packed_time pack_time(timestamp t) noexcept {
  if (t.ticks() == 0) return zero_time;
  const std::int64_t since = t.ticks() - packed_epoch;
  return since > 1 && since <= static_cast<std::int64_t>(max_packed_time) ? static_cast<packed_time>(since)
                                                                          : unknown_time;
}
inline timestamp unpack_time(packed_time t) noexcept {
  return t <= zero_time ? timestamp{} : timestamp::from_ticks(static_cast<std::int64_t>(t) + packed_epoch);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_STAMP_HPP
