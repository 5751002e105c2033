// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_POLICY_HPP
#define DOPPEL_TWIN_POLICY_HPP

#include <doppel/base/etag.hpp>
#include <doppel/base/memory.hpp>

#include <concepts>
#include <cstdint>

/// @file
/// What a `basic_twin` leaves to its user at compile time.
namespace doppel {
inline namespace v0 {

/// The etag of the service: base64 of the count of back-end writes (spec/twin.md 10.1).
struct counter_etag {
  static constexpr bool needs_digest = false;
  /// @return the etag for a count of back-end writes.
  static etag render(std::uint64_t counter, std::uint64_t) noexcept { return etag::from_counter(counter); }
};

/// An etag made of the content of tags and desired: equal content, equal etag. Costs a walk over
/// both sections each time it is asked for.
struct digest_etag {
  static constexpr bool needs_digest = true;
  /// @return the etag for a 64-bit digest of the content.
  static etag render(std::uint64_t, std::uint64_t digest) noexcept { return etag::from_counter(digest); }
};

/// The policy of `twin`. A policy of your own is a struct with the same members.
struct default_policy {
  /// Where blocks come from: `try_allocate(bytes)` and `deallocate(p, bytes)`, both noexcept. One with
  /// state is passed to the twin by reference and must outlive it.
  using memory_type = malloc_memory;
  /// How the etag is made: `needs_digest` and `render(counter, digest)`.
  using etag_type = counter_etag;
  /// Whether `snapshot()` exists: a constant-time copy that shares blocks until they are written to.
  static constexpr bool has_snapshots = false;
};

namespace detail {

template <class P>
concept policy_has_memory = requires { typename P::memory_type; } && memory_source<typename P::memory_type>;

template <class P>
concept policy_has_etag = requires(std::uint64_t n) {
  { P::etag_type::render(n, n) } noexcept -> std::same_as<etag>;
  { P::etag_type::needs_digest } -> std::convertible_to<bool>;
};

template <class P>
concept policy_has_snapshots = requires {
  { P::has_snapshots } -> std::convertible_to<bool>;
};

/// How a policy makes etags, for code that is no template on it.
struct etag_form {
  bool needs_digest;
  etag (*render)(std::uint64_t counter, std::uint64_t digest) noexcept;
};
template <class Policy>
inline constexpr etag_form etag_form_of{
    Policy::etag_type::needs_digest,
    [](std::uint64_t counter, std::uint64_t digest) noexcept { return Policy::etag_type::render(counter, digest); }};

}  // namespace detail

/// What `basic_twin` asks of its policy; see `default_policy` for the words.
template <class P>
concept twin_policy = detail::policy_has_memory<P> && detail::policy_has_etag<P> && detail::policy_has_snapshots<P>;

namespace detail {

/// Says in words what a policy lacks.
template <class P>
struct check_policy {
  static_assert(policy_has_memory<P>,
                "doppel: the policy needs `memory_type` with noexcept try_allocate(bytes) and deallocate(p, bytes)");
  static_assert(policy_has_etag<P>,
                "doppel: the policy needs `etag_type` with a constant needs_digest and a noexcept static "
                "render(std::uint64_t counter, std::uint64_t digest) that returns doppel::etag");
  static_assert(policy_has_snapshots<P>, "doppel: the policy needs a static constexpr bool has_snapshots");
  static constexpr bool value = twin_policy<P>;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_POLICY_HPP
