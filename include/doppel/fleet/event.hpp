// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_EVENT_HPP
#define DOPPEL_FLEET_EVENT_HPP

#include <doppel/fleet/row.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/write.hpp>
#include <doppel/twin/twin.hpp>

#include <cstdint>

/// @file
/// What a fleet tells of its writes.
namespace doppel {
inline namespace v0 {

enum class fleet_event_kind : std::uint8_t { inserted, erased, updated };

/// One committed write.
/// @par Lifetime
/// All of it is valid until the observer returns.
template <class Policy>
struct fleet_event {
  fleet_event_kind kind;
  twin_id id;
  row_number row;
  const basic_twin<Policy>& twin;  ///< as the write left it; what was erased, as it was
  const doppel::change* change;    ///< of an update; else null
};

/// Hears of every committed write of a fleet it is attached to, in the order of commits for each twin, while the twin
/// is still locked: what it is told is what a reader would see. It may not call the fleet, and should do no more than
/// copy and enqueue: its chunk waits.
/// @par Thread safety
/// Called from all threads that write, for twins of different chunks at once.
template <class Policy>
class fleet_observer {
public:
  /// Once an update can no longer fail, and before it changes anything: for observers of this library that compare.
  /// The event's twin is still the old one, and there is no change yet. `committed` follows on the same thread.
  virtual void about_to_update(const fleet_event<Policy>&, const detail::operation_list&,
                               const detail::write_plan&) noexcept {}
  virtual void committed(const fleet_event<Policy>& event) noexcept = 0;

protected:
  fleet_observer() = default;
  fleet_observer(const fleet_observer&) = default;
  fleet_observer& operator=(const fleet_observer&) = default;
  ~fleet_observer() = default;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_EVENT_HPP
