// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A fleet that survives the death of its process. Every write goes to a log in SQLite, and is acknowledged once it is
// on the disk; from time to time a snapshot takes the place of the log, while writers go on.
//
//   durable_fleet run FILE [--writers N] [--devices N] [--steps N] [--checkpoint-every MS]
//     Goes on where the file ends: each device does its next steps. Prints `ack DEVICE STEP VERSION` for each write.
//   durable_fleet verify FILE
//     Prints every twin: its id, its version and its document.

#include "durable_log.hpp"
#include "workload.hpp"

#include <doppel/twin.hpp>

#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

struct options {
  std::string mode, file;
  std::uint64_t writers = 2;
  std::uint64_t devices = 8;
  std::uint64_t steps = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t checkpoint_every = 1000;
};

bool parse(int argc, char** argv, options& o) {
  if (argc < 3) return false;
  o.mode = argv[1];
  o.file = argv[2];
  for (int i = 3; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i], text = argv[i + 1];
    std::uint64_t* const value = name == "--writers"            ? &o.writers
                                 : name == "--devices"          ? &o.devices
                                 : name == "--steps"            ? &o.steps
                                 : name == "--checkpoint-every" ? &o.checkpoint_every
                                                                : nullptr;
    if (value == nullptr) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
    if (error != std::errc() || end != text.data() + text.size() || *value == 0) return false;
  }
  return (argc - 3) % 2 == 0 && (o.mode == "run" || o.mode == "verify");
}

/// Writes to some of the devices, one step after another.
class writer {
public:
  writer(doppel::fleet& twins, durable_log& log, std::uint64_t first, const options& o)
      : twins_(twins), log_(log), options_(o) {
    for (std::uint64_t i = first; i < o.devices; i += o.writers) {
      devices_.push_back("device-" + std::to_string(i));
      next_.push_back(steps_done(twins, devices_.back()));
    }
  }

  /// @return false when the log is broken
  bool work() {
    for (std::uint64_t done = 0; done != options_.steps; ++done) {
      for (std::size_t i = 0; i != devices_.size(); ++i) {
        if (!write(devices_[i], next_[i])) return false;
        // Only now does anybody learn of it.
        if (!log_.wait()) return false;
        acknowledge(devices_[i], next_[i]++);
      }
    }
    return true;
  }

private:
  bool write(const std::string& device, std::uint64_t n) {
    const step s = step_at(n);
    const doppel::twin_id id{device, s.on_module ? "agent" : ""};
    doppel::write_options with;
    with.now = s.now;
    switch (s.kind) {
      case step_kind::create: {
        doppel::identity who;
        who.device_id = id.device_id;
        who.module_id = id.module_id;
        version_ = 2;
        return twins_.create(who, s.now).has_value();
      }
      case step_kind::erase: version_ = 0; return twins_.erase(id).has_value();
      case step_kind::merge: return check(twins_.merge_twin(id, s.text, with, scratch_, change_));
      case step_kind::replace: return check(twins_.replace_twin(id, s.text, with, scratch_, change_));
      case step_kind::report: return check(twins_.merge_reported(id, s.text, with, scratch_, change_));
    }
    return false;
  }
  bool check(const boost::system::result<void>& done) {
    if (done) version_ = change_.after().version;
    return done.has_value();
  }
  // In one write, so that lines of threads do not mix.
  void acknowledge(const std::string& device, std::uint64_t n) const {
    const std::string line = "ack " + device + " " + std::to_string(n) + " " + std::to_string(version_) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
  }

  doppel::fleet& twins_;
  durable_log& log_;
  const options& options_;
  std::vector<std::string> devices_;
  std::vector<std::uint64_t> next_;  // step of each
  doppel::workspace scratch_;
  doppel::change change_;
  std::uint64_t version_ = 0;
};

bool run(doppel::fleet& twins, durable_log& log, const options& o) {
  std::mutex mutex;
  std::condition_variable changed;
  std::uint64_t at_work = o.writers;
  bool all_well = true;
  std::vector<std::thread> threads;
  for (std::uint64_t w = 0; w != o.writers; ++w) {
    threads.emplace_back([&, w] {
      const bool done = writer(twins, log, w, o).work();
      const std::lock_guard lock(mutex);
      all_well = all_well && done;
      --at_work;
      changed.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  const auto all_done = [&] { return at_work == 0; };
  while (!changed.wait_for(lock, std::chrono::milliseconds(o.checkpoint_every), all_done)) {
    lock.unlock();
    if (!log.checkpoint()) std::fprintf(stderr, "a checkpoint failed\n");
    lock.lock();
  }
  lock.unlock();
  for (std::thread& t : threads) t.join();
  return all_well;
}

bool print_all(doppel::fleet& twins) {
  doppel::text_buffer out;
  const auto visited = twins.visit_cut([&](doppel::query_collection, doppel::row_number, const auto& rows) {
    for (std::uint32_t i = 0; i != rows.size(); ++i) {
      const auto& t = *rows[i];
      if (!write_service_view(t, out)) return false;
      const std::string module = t.module_id().empty() ? "" : "/" + std::string(t.module_id());
      std::printf("%s%s %llu %.*s\n", std::string(t.device_id()).c_str(), module.c_str(),
                  static_cast<unsigned long long>(t.version()), static_cast<int>(out.size()), out.data());
    }
    return true;
  });
  return visited.has_value();
}

}  // namespace

int main(int argc, char** argv) try {
  options o;
  if (!parse(argc, argv, o)) {
    std::fprintf(stderr,
                 "usage: durable_fleet run FILE [--writers N] [--devices N] [--steps N] [--checkpoint-every MS]\n"
                 "       durable_fleet verify FILE\n");
    return 2;
  }
  doppel::fleet twins;
  durable_log log(twins, o.file);
  std::fprintf(stderr, "%llu twins from %llu records of the snapshot and %llu of the log\n",
               static_cast<unsigned long long>(twins.size()), static_cast<unsigned long long>(log.at_start().snapshot),
               static_cast<unsigned long long>(log.at_start().log));
  if (o.mode == "verify") return print_all(twins) ? 0 : 1;
  if (run(twins, log, o)) return 0;
  std::fprintf(stderr, "a write failed\n");
  return 1;
} catch (const std::exception& e) {
  std::fprintf(stderr, "durable_fleet: %s\n", e.what());
  return 3;
}
