// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Kills durable_fleet at random moments, again and again, and looks at what is left each time: every write that was
// acknowledged, at most one more of each device, and every twin byte for byte as its steps make it.
//
//   durable_fleet_kill_test PROGRAM FILE [ROUNDS [SEED]]

#include "workload.hpp"

#include <doppel/twin.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::printf("FAILED: %s\n", what.c_str());
  std::exit(1);
}

/// A program with a pipe at its output.
class child {
public:
  explicit child(std::vector<std::string> words) {
    int ends[2];
    if (pipe(ends) != 0) fail("no pipe");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = fork();
    if (pid_ < 0) fail("no process");
    if (pid_ == 0) {
      const int nowhere = open("/dev/null", O_WRONLY);
      if (!std::getenv("DOPPEL_VERBOSE")) dup2(nowhere, 2);
      dup2(ends[1], 1);
      close(ends[0]);
      close(ends[1]);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    close(ends[1]);
    output_ = ends[0];
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() { close(output_); }

  /// Reads on. @return false at the end
  bool read_some() {
    char bytes[4096];
    const ssize_t n = read(output_, bytes, sizeof bytes);
    if (n > 0) text_.append(bytes, static_cast<std::size_t>(n));
    return n > 0;
  }
  void kill() const { ::kill(pid_, SIGKILL); }
  /// Waits for its end. @return its status as of `waitpid`
  int wait() {
    while (read_some()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    return status;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string text_;
};

/// A device and its module, written to without fleet and log.
class model {
public:
  explicit model(std::string device) : device_(std::move(device)) {}

  [[nodiscard]] std::uint64_t steps() const { return steps_; }

  void take_step() {
    const step s = step_at(steps_++);
    std::optional<doppel::twin>& t = s.on_module ? module_ : twin_;
    doppel::write_options with;
    with.now = s.now;
    bool done = false;
    switch (s.kind) {
      case step_kind::create: {
        doppel::identity who;
        who.device_id = device_;
        who.module_id = s.on_module ? "agent" : "";
        done = !t && t.emplace().reset(who, s.now);
        break;
      }
      case step_kind::erase:
        done = t.has_value();
        t.reset();
        break;
      case step_kind::merge: done = t && merge_twin(*t, s.text, with, scratch_, change_); break;
      case step_kind::replace: done = t && replace_twin(*t, s.text, with, scratch_, change_); break;
      case step_kind::report: done = t && merge_reported(*t, s.text, with, scratch_, change_); break;
    }
    if (!done) fail("the model of " + device_ + " refuses step " + std::to_string(steps_ - 1));
  }

  /// What `verify` has to print of it, by id.
  [[nodiscard]] std::map<std::string, std::string> lines() const {
    std::map<std::string, std::string> all;
    if (twin_) all[device_] = line_of(*twin_);
    if (module_) all[device_ + "/agent"] = line_of(*module_);
    return all;
  }

private:
  static std::string line_of(const doppel::twin& t) {
    doppel::text_buffer out;
    if (!write_service_view(t, out)) fail("no memory");
    return std::to_string(t.version()) + " " + std::string(out.view());
  }

  std::string device_;
  std::uint64_t steps_ = 0;
  std::optional<doppel::twin> twin_, module_;
  doppel::workspace scratch_;
  doppel::change change_;
};

struct totals {
  std::uint64_t acknowledged = 0;
  std::uint64_t unacknowledged = 0;  // that are there all the same
  int before_the_first = 0;          // rounds that were killed before their first acknowledgement
};

/// Takes the acknowledgements of a round to the number of steps that each device must have done.
void count_acknowledged(const std::string& text, const std::vector<model>& models, std::vector<std::uint64_t>& steps,
                        totals& all) {
  std::size_t begin = 0;
  std::uint64_t lines = 0;
  // A line that the kill has cut short was not heard.
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1, ++lines) {
    const std::string line = text.substr(begin, end - begin);
    unsigned long long device = 0, step = 0, version = 0;
    if (std::sscanf(line.c_str(), "ack device-%llu %llu %llu", &device, &step, &version) != 3 ||
        device >= models.size()) {
      fail("not an acknowledgement: " + line);
    }
    if (step != steps[device]) {
      fail("device-" + std::to_string(device) + " goes on at step " + std::to_string(step) + " instead of " +
           std::to_string(steps[device]));
    }
    ++steps[device];
  }
  all.acknowledged += lines;
  all.before_the_first += lines == 0;
}

std::map<std::string, std::string> parse_lines(const std::string& text) {
  std::map<std::string, std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos || !all.emplace(line.substr(0, space), line.substr(space + 1)).second) {
      fail("not a twin, or one twice: " + line);
    }
  }
  return all;
}

/// Every device has to be where its acknowledged steps lead, or one step further.
void check_state(std::map<std::string, std::string> found, std::vector<model>& models,
                 const std::vector<std::uint64_t>& acknowledged, totals& all) {
  for (std::size_t i = 0; i != models.size(); ++i) {
    const std::string device = "device-" + std::to_string(i);
    std::map<std::string, std::string> own;
    for (const std::string& id : {device, device + "/agent"}) {
      if (auto node = found.extract(id)) own.insert(std::move(node));
    }
    while (models[i].steps() < acknowledged[i]) models[i].take_step();
    if (own == models[i].lines()) continue;
    const auto expected = models[i].lines();
    models[i].take_step();
    ++all.unacknowledged;
    if (own == models[i].lines()) continue;
    std::string report = device + " is not what " + std::to_string(acknowledged[i]) + " steps make it, or one more:";
    for (const auto& [id, line] : own) report += "\n  found    " + id + " " + line;
    for (const auto& [id, line] : expected) report += "\n  expected " + id + " " + line;
    for (const auto& [id, line] : models[i].lines()) report += "\n  or       " + id + " " + line;
    fail(report);
  }
  if (!found.empty()) fail("a twin that nobody made: " + found.begin()->first);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::printf("usage: durable_fleet_kill_test PROGRAM FILE [ROUNDS [SEED]]\n");
    return 2;
  }
  const std::string program = argv[1], file = argv[2];
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 100;
  const auto seed = argc > 4 ? static_cast<std::uint32_t>(std::atoll(argv[4])) : std::random_device()();
  std::printf("%d rounds, seed %lu\n", rounds, static_cast<unsigned long>(seed));
  for (const char* end : {"", "-wal", "-shm", "-journal"}) std::remove((file + end).c_str());

  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); };
  constexpr std::size_t devices = 7;
  std::vector<model> models;
  for (std::size_t i = 0; i != devices; ++i) models.emplace_back("device-" + std::to_string(i));
  totals all;

  for (int round = 0; round != rounds; ++round) {
    child fleet({program, "run", file, "--writers", std::to_string(1 + below(4)), "--devices", std::to_string(devices),
                 "--checkpoint-every", std::to_string(1 + below(30))});
    // At a moment after the start, which may be while it loads, or at one after some acknowledgements.
    const std::size_t some = below(2) == 0 ? 0 : 20 * (1 + below(80));
    while (fleet.text().size() < some && fleet.read_some()) {
    }
    std::this_thread::sleep_for(std::chrono::microseconds(below(some == 0 ? 120'000 : 5'000)));
    fleet.kill();
    if (const int status = fleet.wait(); !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
      fail("the program ended by itself, status " + std::to_string(status));
    }
    std::vector<std::uint64_t> acknowledged;
    for (const model& m : models) acknowledged.push_back(m.steps());
    count_acknowledged(fleet.text(), models, acknowledged, all);

    child look({program, "verify", file});
    if (const int status = look.wait(); !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      fail("what was left cannot be loaded, status " + std::to_string(status));
    }
    check_state(parse_lines(look.text()), models, acknowledged, all);
  }
  std::printf(
      "%llu writes acknowledged, none lost; %llu more were on the disk, unheard; %d kills came before the first\n",
      static_cast<unsigned long long>(all.acknowledged), static_cast<unsigned long long>(all.unacknowledged),
      all.before_the_first);
  if (all.acknowledged == 0) fail("nothing was ever acknowledged");
  return 0;
}
