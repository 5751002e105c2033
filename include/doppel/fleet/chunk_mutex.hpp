// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_CHUNK_MUTEX_HPP
#define DOPPEL_FLEET_CHUNK_MUTEX_HPP

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

/// @file
/// The lock of a chunk.
namespace doppel {
inline namespace v0 {

/// One writer or many readers; a writer that waits goes before readers that come, readers that sleep go before writers
/// that come. A thread that reads must not ask to read once more.
///
/// Writes and scans of columns take about a microsecond, a small part of what it takes to put a thread to sleep and to
/// wake it. The C library's lock hands itself from sleeper to sleeper as soon as two threads want it at once: a small
/// fleet, which is few chunks, then does a fiftieth of the writes that one thread does alone. Here threads try for some
/// microseconds before they sleep.
/// @par Exception safety
/// Nothing throws or allocates.
class chunk_mutex {
public:
  chunk_mutex() noexcept = default;
  chunk_mutex(const chunk_mutex&) = delete;
  chunk_mutex& operator=(const chunk_mutex&) = delete;

  void lock() noexcept {
    if (!try_for_a_while([this] { return is_open() && writers_.try_lock(); })) writers_.lock();
    // Whoever reads and had to sleep comes first, or writers without a pause would keep it out.
    await([this] { return sleeping_readers_.load() == 0; });
    state_.fetch_or(closed);
    await([this] { return state_.load() == closed; });
  }
  void unlock() noexcept {
    state_.store(0);
    if (sleeping_readers_.load() != 0) wake();
    writers_.unlock();
  }

  void lock_shared() noexcept {
    if (try_for_a_while([this] { return try_to_read(); })) return;
    ++sleeping_readers_;
    sleep_until([this] { return try_to_read(); });
    if (--sleeping_readers_ == 0) wake();
  }
  void unlock_shared() noexcept {
    if (--state_ == closed) wake();
  }

private:
  static constexpr std::uint32_t closed = std::uint32_t{1} << 31;

  [[nodiscard]] bool is_open() const noexcept { return (state_.load(std::memory_order_relaxed) & closed) == 0; }
  // False only when a writer keeps readers out: nobody is woken for less.
  [[nodiscard]] bool try_to_read() noexcept {
    std::uint32_t s = state_.load();
    while ((s & closed) == 0) {
      if (state_.compare_exchange_weak(s, s + 1)) return true;
    }
    return false;
  }

  template <class Condition>
  static bool try_for_a_while(const Condition& holds) noexcept {
    for (int i = 0; i != 200; ++i) {
      if (holds()) return true;
#if defined(__x86_64__) || defined(__i386__)
      __builtin_ia32_pause();
#endif
    }
    return false;
  }
  // Not `std::atomic::wait`, which gives up its share of the processor before it sleeps, and then is late where threads
  // are more than processors.
  template <class Condition>
  void sleep_until(const Condition& holds) noexcept {
    std::unique_lock lock(sleepers_);
    changed_.wait(lock, holds);
  }
  template <class Condition>
  void await(const Condition& holds) noexcept {
    if (!try_for_a_while(holds)) sleep_until(holds);
  }
  void wake() noexcept {
    const std::lock_guard lock(sleepers_);
    changed_.notify_all();
  }

  std::mutex writers_;                   // held by the one that writes or is about to
  std::atomic<std::uint32_t> state_{0};  // readers, and `closed` where a writer keeps others from coming in
  std::atomic<std::uint32_t> sleeping_readers_{0};
  std::mutex sleepers_;
  std::condition_variable changed_;  // what somebody sleeps for
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_CHUNK_MUTEX_HPP
