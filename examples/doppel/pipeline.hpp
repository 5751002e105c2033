// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Work on the chunks of a stream by many threads, with the results in the order of the stream.

#ifndef DOPPEL_EXAMPLES_PIPELINE_HPP
#define DOPPEL_EXAMPLES_PIPELINE_HPP

#include "document_reader.hpp"

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace cli {

/// One thread reads, `jobs` threads work, and the thread that calls takes the results in order. A fixed number of tasks
/// goes round, so memory is bounded and whoever is fast waits for whoever is slow.
/// @tparam Task default-constructible, with a member `chunk input`; what else it has, its results, is reused as it is
template <class Task>
class pipeline {
public:
  pipeline(document_reader& reader, std::size_t jobs) : reader_(reader), tasks_(2 * jobs + 2), jobs_(jobs) {}
  pipeline(const pipeline&) = delete;
  pipeline& operator=(const pipeline&) = delete;

  /// @param make_worker called in each thread; makes what is called with each task: `void(Task&)`
  /// @param take called with each task in order, here: `bool(Task&)`, false to stop
  /// @throws whatever a worker, `take` or the reader throws; everything has ended by then
  template <class MakeWorker, class Take>
  void run(const MakeWorker& make_worker, const Take& take) {
    const closing end(*this);
    threads_.emplace_back([this] { guarded([this] { read(); }); });
    for (std::size_t i = 0; i != jobs_; ++i) {
      threads_.emplace_back([this, &make_worker] {
        guarded([&] {
          auto worker = make_worker();
          work(worker);
        });
      });
    }
    for (std::size_t n = 0;; ++n) {
      Task* const done = wait_for(n);
      if (done == nullptr || !take(*done)) break;
      change([&] { ++taken_; });
    }
  }

private:
  static constexpr std::size_t no_end = static_cast<std::size_t>(-1);

  /// However `run` ends, the threads end first.
  struct closing {
    explicit closing(pipeline& p) : owner(p) {}
    closing(const closing&) = delete;
    closing& operator=(const closing&) = delete;
    ~closing() {
      owner.reader_.stop();
      owner.change([this] { owner.is_stopped_ = true; });
      for (std::thread& thread : owner.threads_) thread.join();
    }
    pipeline& owner;
  };

  Task& task(std::size_t n) { return tasks_[n % tasks_.size()].task; }
  bool& is_done(std::size_t n) { return tasks_[n % tasks_.size()].is_done; }

  template <class Function>
  void change(const Function& function) {
    {
      const std::lock_guard lock(mutex_);
      function();
    }
    changed_.notify_all();
  }

  template <class Function>
  void guarded(const Function& function) {
    try {
      function();
    } catch (...) {
      change([this] {
        if (!failure_) failure_ = std::current_exception();
      });
    }
  }

  void read() {
    for (std::size_t n = 0;; ++n) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return is_stopped_ || n - taken_ < tasks_.size(); });
        if (is_stopped_) return;
        is_done(n) = false;
      }
      if (!reader_.read(task(n).input)) {
        change([&] { end_ = n; });
        return;
      }
      change([&] { read_ = n + 1; });
    }
  }

  template <class Worker>
  void work(Worker& worker) {
    for (;;) {
      std::size_t n = 0;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return is_stopped_ || begun_ != read_ || end_ == begun_; });
        if (is_stopped_ || begun_ == read_) return;
        n = begun_++;
      }
      worker(task(n));
      change([&] { is_done(n) = true; });
    }
  }

  /// Null when there is no such task.
  Task* wait_for(std::size_t n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || end_ == n || (n < begun_ && is_done(n)); });
    if (failure_) std::rethrow_exception(failure_);
    return end_ == n ? nullptr : &task(n);
  }

  struct slot {
    Task task;
    bool is_done = false;
  };

  document_reader& reader_;
  std::vector<slot> tasks_;
  std::size_t jobs_;
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t read_ = 0;   // tasks that are read,
  std::size_t begun_ = 0;  // worked on
  std::size_t taken_ = 0;  // and taken
  std::size_t end_ = no_end;
  bool is_stopped_ = false;
  std::exception_ptr failure_;
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_PIPELINE_HPP
