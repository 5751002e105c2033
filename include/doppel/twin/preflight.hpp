// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_PREFLIGHT_HPP
#define DOPPEL_TWIN_PREFLIGHT_HPP

#include <doppel/base/diagnostic.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/update.hpp>

#include <cstdint>
#include <string_view>

/// @file
/// "Would this write be accepted, and what would it do?"
namespace doppel {
inline namespace v0 {

/// Sizes of one section around a write that has not happened, in counted bytes (spec/twin.md 5).
struct section_forecast {
  std::uint64_t before = 0;
  std::uint64_t after = 0;       ///< equal to `before` when the write would be refused
  std::uint64_t bytes_left = 0;  ///< of the limit, afterwards
};

/// What a write would do.
struct preflight_report {
  explicit preflight_report(memory_ref memory = {}) noexcept : change(memory) {}

  bool accepted = false;
  errc error{};      ///< why not
  diagnostic where;  ///< and where in the text
  section_forecast tags;
  section_forecast desired;
  section_forecast reported;
  doppel::change change;  ///< what it would change; empty when refused
};

/// Tries a write without touching the twin or its key table.
/// @param kind merge, replace or merge_reported
/// @param text as the function of that kind takes it
/// @param[out] report the outcome; reuse it and its memory is reused
/// @return nothing once the report is filled, whether the write would be accepted or not;
///   `errc::out_of_memory` when there is no memory to find out
/// @par Complexity
/// Linear in the twin: the write is carried out on a copy.
/// @par Exception safety
/// Nothing throws.
template <class Policy>
boost::system::result<void> preflight(const basic_twin<Policy>& t, write_kind kind, std::string_view text,
                                      const write_options& options, workspace& ws, preflight_report& report) noexcept {
  DOPPEL_ASSERT(kind != write_kind::none);
  detail::twin_core copy(t.core().memory());
  report.change.clear();
  report.where.clear();
  report.accepted = false;
  report.error = {};
  if (!t.core().copy_to(copy, false, true)) return make_error_code(errc::out_of_memory);
  const bool device = kind == write_kind::merge_reported;
  const detail::write_request request{kind, device ? detail::text_shape::section : detail::text_shape::body,
                                      device ? section_name::reported : section_name::desired, text};
  const bool conditional = !device && options.condition.kind() == precondition::kind_type::list;
  const auto done = detail::write<detail::indexed_reader>(
      copy, request, !conditional || options.condition.holds(t.etag()), options, ws, report.change, &report.where);
  if (!done && done.error() == errc::out_of_memory) return done;
  report.accepted = done.has_value();
  if (!done) report.error = static_cast<errc>(done.error().value());
  const auto forecast = [&](section_name s) {
    const std::uint64_t limit = detail::limit_of(options.limits, s);
    const std::uint64_t after = copy.section(s).counted();
    return section_forecast{t.core().section(s).counted(), after, after < limit ? limit - after : 0};
  };
  report.tags = forecast(section_name::tags);
  report.desired = forecast(section_name::desired);
  report.reported = forecast(section_name::reported);
  return {};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_PREFLIGHT_HPP
