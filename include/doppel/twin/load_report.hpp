// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_LOAD_REPORT_HPP
#define DOPPEL_TWIN_LOAD_REPORT_HPP

#include <doppel/base/limits.hpp>
#include <doppel/base/timestamp.hpp>

#include <cstdint>
#include <optional>

namespace doppel {
inline namespace v0 {

/// How a document is loaded.
struct load_options {
  doppel::limits limits = {};
  /// Refuse what occurs twice in one object of a section, instead of taking the last.
  bool refuse_duplicates = false;
  /// Refuse documents whose counters are missing or do not add up (spec/twin.md 10.4).
  bool strict = false;
  /// Stamp for a property section whose document says nothing; nothing leaves it unknown.
  std::optional<timestamp> missing_time = {};
};

/// What was noticed while a document was loaded. None of it is an error.
struct load_report {
  std::uint32_t members_without_metadata = 0;  ///< got the stamp of the object around them
  std::uint32_t metadata_without_member = 0;   ///< dropped
  std::uint32_t nulls_dropped = 0;             ///< null members of sections, which hold none (spec/twin.md 4.4.3)
  std::uint32_t times_not_understood = 0;      ///< `$lastUpdated` that is no time, or not storable; counts as missing
  std::uint32_t unknown_root_members = 0;      ///< kept, and written behind the known ones
  bool etag_is_missing = false;                ///< then the counter behind it starts at 1
  bool etag_is_foreign = false;                ///< kept until the first back-end write
  bool version_is_missing = false;             ///< then etag counter + reported `$version`
  bool version_differs = false;                ///< from that sum (10.4); taken as given
  bool desired_version_is_missing = false;     ///< then 1
  bool reported_version_is_missing = false;    ///< then 1
  bool tags_are_oversized = false;             ///< beyond the limit: may shrink or stay (5.9)
  bool desired_is_oversized = false;
  bool reported_is_oversized = false;

  /// True when nothing was noticed.
  [[nodiscard]] bool is_clean() const noexcept { return *this == load_report{}; }
  friend bool operator==(const load_report&, const load_report&) = default;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_LOAD_REPORT_HPP
