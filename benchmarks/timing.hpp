// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_TIMING_HPP
#define DOPPEL_BENCHMARKS_TIMING_HPP

// How passes are timed.

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <numeric>

namespace doppel_bench {

/// What this thread has had of the processor, in nanoseconds. On a shared machine the wall clock would count
/// the turns of others.
inline double thread_time() {
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// The times of the parts of a pass. A pass of a slow implementation is longer than a time slice of the
/// system and never goes undisturbed, that of a fast one does; of short parts every implementation gets
/// undisturbed ones, and the fastest of each over several passes make a fair whole.
class pass_times {
public:
  static constexpr std::size_t parts = 16;

  double total() const { return std::accumulate(times_.begin(), times_.end(), 0.0); }

  void keep_faster(const pass_times& other) {
    for (std::size_t i = 0; i < parts; ++i) {
      times_[i] = (std::min)(times_[i], other.times_[i]);
    }
  }

  /// A pass that cannot be cut into parts.
  static pass_times whole(double time) {
    pass_times measured;
    measured.times_.front() = time;
    return measured;
  }

  /// Calls `work(i)` for i up to `count`.
  template <class Work>
  static pass_times measure(std::size_t count, Work work) {
    pass_times measured;
    for (std::size_t part = 0, i = 0; part < parts; ++part) {
      const std::size_t end = count * (part + 1) / parts;
      const double start = thread_time();
      for (; i < end; ++i) work(i);
      measured.times_[part] = thread_time() - start;
    }
    return measured;
  }

private:
  std::array<double, parts> times_{};
};

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_TIMING_HPP
