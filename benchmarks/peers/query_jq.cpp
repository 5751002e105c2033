// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_peers.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/resource.h>
#include <unistd.h>

namespace doppel_bench {

namespace {

/// A file that is gone afterwards.
class temporary_file {
public:
  temporary_file() {
    const char* const folder = std::getenv("TMPDIR");
    path_ = std::string(folder != nullptr ? folder : "/tmp") + "/doppel_query_XXXXXX";
    const int descriptor = mkstemp(path_.data());
    file_ = descriptor >= 0 ? fdopen(descriptor, "w") : nullptr;
    if (file_ == nullptr) {
      std::fprintf(stderr, "cannot write %s\n", path_.c_str());
      std::exit(1);
    }
  }
  ~temporary_file() {
    std::fclose(file_);
    std::remove(path_.c_str());
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  void empty() { good_ = std::freopen(path_.c_str(), "w", file_) != nullptr; }
  bool write(std::string_view text) {
    good_ = good_ && std::fwrite(text.data(), 1, text.size(), file_) == text.size();
    return good_;
  }
  void flush() { std::fflush(file_); }
  const std::string& path() const noexcept { return path_; }

private:
  std::string path_;
  std::FILE* file_ = nullptr;
  bool good_ = true;
};

/// The program jq over a file of lines. Its time is the processor time of the process from start to end.
class jq_contender final : public query_contender {
public:
  static bool is_installed() { return std::system("jq --version >/dev/null 2>&1") == 0; }

  std::string_view name() const noexcept override { return "jq, a process"; }
  query_role role() const noexcept override { return query_role::peer; }
  std::size_t most_rows() const noexcept override { return 5'000; }
  std::size_t rows() const noexcept override { return rows_; }

  bool take(std::string_view document) override {
    ++rows_;
    return lines_.write(document) && lines_.write("\n");
  }
  void finish() override { lines_.flush(); }
  void clear() override {
    lines_.empty();
    rows_ = 0;
  }

  bool begin(query_id id) override {
    id_ = id;
    filter_.empty();
    filter_.write(program_of(id));
    filter_.flush();
    return true;
  }

  pass_times run() override {
    const double before = time_of_children();
    std::string output;
    const std::string command = "jq -n -c -f '" + filter_.path() + "' '" + lines_.path() + "'";
    std::FILE* const process = popen(command.c_str(), "r");
    std::array<char, 1024> buffer{};
    while (process != nullptr && std::fgets(buffer.data(), static_cast<int>(buffer.size()), process) != nullptr) {
      output += buffer.data();
    }
    if (process == nullptr || pclose(process) != 0) {
      std::fputs("jq failed\n", stderr);
      std::exit(1);
    }
    const double time = time_of_children() - before;
    read(boost::json::parse(output).as_object());
    return pass_times::whole(time);
  }

  query_answer answer() override {
    query_answer settled = found_;
    settled.settle();
    return settled;
  }

private:
  static std::string condition_of(query_id id) {
    constexpr std::string_view is_local = R"((.properties.reported.connectivity | . == "wifi" or . == "wired"))";
    constexpr std::string_view is_low = R"((.properties.reported.battery | . != null and . < 20))";
    const auto both = [](std::string_view a, std::string_view b) { return std::string(a) + " and " + std::string(b); };
    switch (id) {
      case query_id::q01: return R"(.tags.tenant == "t-0042")";
      case query_id::q02: return R"(.tags.location.region == "US")";
      case query_id::q03: return std::string(is_low);
      case query_id::q04: return std::string(is_local);
      case query_id::q05: return R"(.tags.location.region == "US" and )" + both(is_low, is_local);
      case query_id::q06:
        return R"((.tags.environment | . == "prod" or . == "staging") and (.properties | .reported.firmware.version !=)"
               R"( .desired.firmware.version))";
      case query_id::q07: return R"(.status == "enabled" and (.properties.reported | has("lastError")))";
      case query_id::q08: return R"(.properties.reported.firmware.version | startswith("2.1"))";
      case query_id::q09: return ".properties.reported.modules.hvac.zones.z2.setpoint | . != null and . >= 24.5";
      case query_id::q10:
        return R"(.properties.reported["$metadata"].battery["$lastUpdated"] | . != null and . > "2026-08-01T00:00:00Z")";
      case query_id::q11:
        return R"(.properties.reported | .connectivity == "lte" and .battery != null and .battery < 50)";
      case query_id::q12:
        return R"(.connectionState == "Connected" and .properties.reported.firmware.status != "current")";
      case query_id::q13: return "true";
      case query_id::q14: return R"(.properties.reported.firmware.status == "failed")";
    }
    return {};
  }

  static std::string program_of(query_id id) {
    const std::string rows = "(inputs | select(" + condition_of(id) + "))";
    if (id == query_id::q11) {
      return "reduce " + rows +
             R"( as $t ({rows: 0, bytes: 0, batteries: 0}; .rows += 1)"
             R"( | .bytes += ($t.deviceId | length) + ($t.tags.location.building | length))"
             R"( | .batteries += $t.properties.reported.battery))"
             "\n";
    }
    if (id == query_id::q13) {
      return "reduce " + rows +
             R"( as $t ({rows: 0, groups: {}}; .rows += 1 | $t.properties.reported.battery as $b)"
             R"( | .groups[$t.tags.location.region] |= [.[0] + 1, .[1] + (if $b then 1 else 0 end), .[2] + $b]))"
             "\n";
    }
    if (id == query_id::q14) return "reduce limit(100; " + rows + ") as $t ({rows: 0}; .rows += 1)\n";
    return "reduce " + rows + " as $t ({rows: 0}; .rows += 1)\n";
  }

  void read(const boost::json::object& told) {
    found_ = {};
    found_.rows = told.at("rows").to_number<std::uint64_t>();
    if (id_ == query_id::q11) {
      found_.bytes = told.at("bytes").to_number<std::uint64_t>();
      found_.batteries = told.at("batteries").to_number<double>();
    } else if (id_ == query_id::q13) {
      for (const auto& [key, sums] : told.at("groups").as_object()) {
        found_.add_to_group(key, sums.at(0).to_number<std::uint64_t>(), sums.at(1).to_number<std::uint64_t>(),
                            sums.at(2).to_number<double>());
      }
    }
  }

  static double time_of_children() {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    const auto nanoseconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_usec) * 1e3;
    };
    return nanoseconds(used.ru_utime) + nanoseconds(used.ru_stime);
  }

  temporary_file lines_;
  temporary_file filter_;
  query_id id_{};
  std::size_t rows_ = 0;
  query_answer found_;
};

}  // namespace

std::unique_ptr<query_contender> make_jq_contender() {
  return jq_contender::is_installed() ? std::make_unique<jq_contender>() : nullptr;
}

}  // namespace doppel_bench
