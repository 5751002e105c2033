// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet/chunk_mutex.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

using doppel::chunk_mutex;

namespace {

// Holds a lock for so short or so long that others try, or sleep.
void stay(int round) {
  if (round % 64 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
}

struct guarded {
  chunk_mutex mutex;
  int one = 0;
  int other = 0;  // the same, but while somebody writes
};

}  // namespace

TEST_SUITE("fleet: chunk_mutex") {
  TEST_CASE("a writer is alone, and each write is seen") {
    guarded g;
    std::atomic<int> torn{0};
    std::vector<std::thread> threads;
    constexpr int rounds = 2000;
    for (int writer = 0; writer != 3; ++writer) {
      threads.emplace_back([&] {
        for (int i = 0; i != rounds; ++i) {
          const std::unique_lock lock(g.mutex);
          torn += g.one != g.other;
          ++g.one;
          stay(i);
          ++g.other;
        }
      });
    }
    for (int reader = 0; reader != 3; ++reader) {
      threads.emplace_back([&] {
        int before = 0;
        for (int i = 0; i != rounds; ++i) {
          const std::shared_lock lock(g.mutex);
          stay(i);
          torn += g.one != g.other || g.one < before;
          before = g.one;
        }
      });
    }
    for (std::thread& t : threads) t.join();
    CHECK(torn == 0);
    CHECK(g.one == 3 * rounds);
  }

  TEST_CASE("readers are together") {
    chunk_mutex mutex;
    std::atomic<int> inside{0};
    const auto meet = [&] {
      const std::shared_lock lock(mutex);
      ++inside;
      while (inside != 3) std::this_thread::yield();
    };
    std::thread second(meet);
    std::thread third(meet);
    meet();
    second.join();
    third.join();
    CHECK(inside == 3);
  }

  TEST_CASE("a writer comes in although there is always somebody who reads") {
    chunk_mutex mutex;
    std::atomic<bool> is_over{false};
    std::vector<std::thread> readers;
    std::atomic<int> inside{0};
    for (int i = 0; i != 2; ++i) {
      readers.emplace_back([&] {
        // Each stays until the other has come, unless that one is kept out.
        while (!is_over) {
          const std::shared_lock lock(mutex);
          ++inside;
          for (int wait = 0; wait != 20 && inside != 2; ++wait) std::this_thread::yield();
          --inside;
        }
      });
    }
    for (int i = 0; i != 50; ++i) {
      const std::unique_lock lock(mutex);
      CHECK(inside == 0);
    }
    is_over = true;
    for (std::thread& t : readers) t.join();
  }
}
