// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_THREAD_EXECUTOR_HPP
#define DOPPEL_TESTS_SUPPORT_THREAD_EXECUTOR_HPP

#include <cstddef>
#include <thread>
#include <vector>

namespace doppel_test {

// Threads of its own for each call.
struct thread_executor {
  std::size_t threads = 3;

  std::size_t concurrency() const noexcept { return threads; }
  template <class F>
  void run(std::size_t n, F&& f) const {
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < n; ++i) {
      others.emplace_back([&f, i] { f(i); });
    }
    if (n != 0) {
      f(0);
    }
    for (std::thread& t : others) {
      t.join();
    }
  }
};

}  // namespace doppel_test

#endif
