// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_EXECUTOR_HPP
#define DOPPEL_FLEET_EXECUTOR_HPP

#include <concepts>
#include <cstddef>
#include <memory>

/// @file
/// Threads, which the caller supplies, and when to stop.
namespace doppel {
inline namespace v0 {

/// Something that runs work on threads: `run(n, f)` calls `f(i)` once for each i below n, on any threads and several
/// at once if it likes, and returns when all have returned; `f` does not throw. `concurrency()` says how many it runs
/// at once.
template <class E>
concept scan_executor = requires(E& e, std::size_t n, void (*f)(std::size_t)) {
  { e.concurrency() } -> std::convertible_to<std::size_t>;
  e.run(n, f);
};

/// Runs work on the thread that asks.
struct inline_executor {
  static constexpr std::size_t concurrency() noexcept { return 1; }
  template <class F>
  void run(std::size_t n, F&& f) const noexcept {
    for (std::size_t i = 0; i != n; ++i) f(i);
  }
};

/// A condition to go on, asked before each chunk by each thread: a flag that somebody else clears, a look at a clock
/// for those with a budget of time. Refers to what it is made of.
///
///     const auto until = std::chrono::steady_clock::now() + 50ms;
///     const auto in_time = [&]() noexcept { return std::chrono::steady_clock::now() < until; };
///     count(fleet, program, {.checkpoint = in_time});
class scan_checkpoint {
public:
  /// Always goes on.
  scan_checkpoint() noexcept = default;
  /// @param goes_on callable as `bool()` from any thread, const; outlives the scan
  template <class F>
    requires(std::predicate<const F&> && !std::same_as<F, scan_checkpoint>)
  scan_checkpoint(const F& goes_on) noexcept  // NOLINT: any condition is one
      : condition_(std::addressof(goes_on)), ask_([](const void* f) { return bool((*static_cast<const F*>(f))()); }) {}

  [[nodiscard]] bool goes_on() const { return ask_ == nullptr || ask_(condition_); }

private:
  const void* condition_ = nullptr;
  bool (*ask_)(const void*) = nullptr;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_EXECUTOR_HPP
