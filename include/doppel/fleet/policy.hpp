// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_POLICY_HPP
#define DOPPEL_FLEET_POLICY_HPP

#include <doppel/fleet/chunk_mutex.hpp>
#include <doppel/twin/policy.hpp>

/// @file
/// What a `basic_fleet` leaves to its user at compile time.
namespace doppel {
inline namespace v0 {

/// The policy of `fleet`: that of its twins, and what guards them. One of your own is a struct with the same members.
struct default_fleet_policy : default_policy {
  /// A fleet's twins share their blocks with those who read them.
  static constexpr bool has_snapshots = true;
  /// What guards a chunk: one writer or many readers. Any type with the members of `std::shared_mutex` that lock and
  /// unlock; they must not throw. `no_mutex` for a fleet that one thread uses.
  using mutex_type = chunk_mutex;
};

/// A lock that locks nothing.
struct no_mutex {
  void lock() noexcept {}
  void unlock() noexcept {}
  void lock_shared() noexcept {}
  void unlock_shared() noexcept {}
};

namespace detail {

template <class P>
concept policy_has_mutex = requires(typename P::mutex_type& m) {
  m.lock();
  m.unlock();
  m.lock_shared();
  m.unlock_shared();
};

/// Says in words what a fleet's policy lacks.
template <class P>
struct check_fleet_policy : check_policy<P> {
  static_assert(policy_has_mutex<P>,
                "doppel: a fleet's policy needs a mutex_type with lock(), unlock(), lock_shared() and unlock_shared()");
  static_assert(P::has_snapshots, "doppel: a fleet's policy needs has_snapshots = true");
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_POLICY_HPP
