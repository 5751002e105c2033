// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_CHUNK_MUTEX_HPP
#define DOPPEL_FLEET_CHUNK_MUTEX_HPP

#include <shared_mutex>

#if defined(__GLIBC__)
#include <pthread.h>
#endif

/// @file
/// The lock of a chunk.
namespace doppel {
inline namespace v0 {

#if defined(__GLIBC__)

/// One writer or many readers; a writer that waits goes before readers that come. The C library's own form of
/// `std::shared_mutex` lets readers pass: a chunk that is scanned again and again would starve its writers.
/// A thread that reads must not ask to read once more.
/// @par Exception safety
/// Nothing throws or allocates.
class chunk_mutex {
public:
  chunk_mutex() noexcept = default;
  chunk_mutex(const chunk_mutex&) = delete;
  chunk_mutex& operator=(const chunk_mutex&) = delete;
  ~chunk_mutex() { pthread_rwlock_destroy(&lock_); }

  void lock() noexcept {
    if (spin([this] { return pthread_rwlock_trywrlock(&lock_) == 0; })) return;
    pthread_rwlock_wrlock(&lock_);
  }
  void unlock() noexcept { pthread_rwlock_unlock(&lock_); }
  void lock_shared() noexcept {
    if (spin([this] { return pthread_rwlock_tryrdlock(&lock_) == 0; })) return;
    // The count of readers is full: others will end.
    while (pthread_rwlock_rdlock(&lock_) != 0) {
    }
  }
  void unlock_shared() noexcept { pthread_rwlock_unlock(&lock_); }

private:
  // A write takes less time than going to sleep does.
  template <class Try>
  static bool spin(const Try& try_lock) noexcept {
    for (int i = 0; i != 40; ++i) {
      if (try_lock()) return true;
#if defined(__x86_64__) || defined(__i386__)
      __builtin_ia32_pause();
#endif
    }
    return false;
  }

  pthread_rwlock_t lock_ = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
};

#else

using chunk_mutex = std::shared_mutex;

#endif

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_CHUNK_MUTEX_HPP
