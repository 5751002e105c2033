// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Prints writes.jsonl: a day in the life of a small fleet, always the same one. `doppel replay --help`
// describes the format. A test compares the output with the file beside this program.
//
// Devices are provisioned, report, acknowledge what is asked of them; operators roll out settings and
// firmware ring by ring, and sometimes get in each other's way; some devices have bugs, so that every kind of
// refusal occurs.

#include <doppel/base/etag.hpp>
#include <doppel/base/timestamp.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr std::int64_t second = doppel::timestamp::ticks_per_second;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;

/// Small, and the same on every machine, which the distributions of <random> are not (splitmix64).
class random_source {
public:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// From low to high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }

private:
  std::uint64_t state_ = 20240506;
};

std::string number(std::int64_t n) { return std::to_string(n); }

/// With one digit behind the point: 215 is "21.5".
std::string tenths(std::int64_t n) { return number(n / 10) + '.' + number(n % 10); }

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

/// Braces, unlike `+`, draw random numbers from left to right with every compiler.
std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

/// For text that is not JSON, or must not be touched: as a JSON string.
std::string escaped(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string hex_digest(random_source& random) {
  std::string text;
  for (int i = 0; i != 64; ++i) text += "0123456789abcdef"[random.next() % 16];
  return text;
}

enum class kind { thermostat, pump, vending_machine, gateway, meter };

struct device {
  std::string id;
  std::string module;  // empty for a device
  kind what;
  std::string ring;
  // What the hub's counters are, as long as every write that is meant to be accepted is.
  std::uint64_t etag = 1;
  std::int64_t desired_version = 1;
  std::int64_t reported_version = 1;
  std::int64_t level = 100;  // battery, stock or fill, in percent
  std::string firmware = "2.3.1";
};

class day {
public:
  void run() {
    provision();
    roll_out_telemetry(8 * hour, "pilot morning", 30);
    roll_out_firmware(10 * hour);
    roll_out_telemetry(13 * hour, "noon", 120);
    adjust_setpoints();
    retire_a_setting(18 * hour);
    load_vending_machines(29 * hour);
    misbehave();
    while (!agenda_.empty()) {
      const auto next = agenda_.begin();
      now_ = next->first.first;
      const std::function<void()> act = std::move(next->second);
      agenda_.erase(next);
      act();
    }
  }

private:
  void at(std::int64_t time, std::function<void()> act) { agenda_.emplace(std::pair(time, order_++), std::move(act)); }
  void after(std::int64_t delay, std::function<void()> act) { at(now_ + delay, std::move(act)); }

  // -- lines

  void line(std::string_view id, std::string_view module, std::string_view op, std::string_view rest) {
    // Real clocks are not round.
    const std::int64_t jitter = random_.between(0, 9'999'999);
    char time[doppel::timestamp::max_text_size];
    const char* end =
        doppel::format_timestamp(doppel::timestamp::from_ticks(midnight_ + now_ / second * second + jitter), time);
    std::cout << R"({"at":")" << std::string_view(time, static_cast<std::size_t>(end - time)) << R"(","deviceId":")"
              << id << '"';
    if (!module.empty()) std::cout << R"(,"moduleId":")" << module << '"';
    std::cout << R"(,"op":")" << op << '"' << rest << "}\n";
  }
  void line(const device& d, std::string_view op, std::string_view rest) { line(d.id, d.module, op, rest); }

  static std::string if_match(std::uint64_t etag) {
    return R"(,"if_match":"\")" + std::string(doppel::etag::from_counter(etag).view()) + R"(\"")";
  }

  void patch(device& d, std::string_view body, std::string_view condition = {}) {
    line(d, "patch", std::string(condition) + ",\"body\":" + std::string(body));
    ++d.etag;
    if (body.find("\"desired\"") != std::string_view::npos) ++d.desired_version;
  }
  void patch_desired(device& d, std::string_view section, std::string_view condition = {}) {
    patch(d, R"({"properties":{"desired":)" + std::string(section) + "}}", condition);
  }
  void replace(device& d, std::string_view body) {
    line(d, "replace", ",\"body\":" + std::string(body));
    ++d.etag;
    ++d.desired_version;
  }
  void report(device& d, std::string_view section) {
    line(d, "reported", ",\"body\":" + std::string(section));
    ++d.reported_version;
  }
  void report_refused(const device& d, std::string_view section) {
    line(d, "reported", ",\"body\":" + std::string(section));
  }
  void report_text(const device& d, std::string_view text) { line(d, "reported", ",\"text\":" + escaped(text)); }

  /// The answer to a desired value, as Plug and Play wants it.
  static std::string acknowledge(std::string_view name, std::string_view value, int code, std::int64_t version,
                                 std::string_view text) {
    return '{' + quoted(name) + R"(:{"value":)" + std::string(value) + R"(,"ac":)" + number(code) + R"(,"av":)" +
           number(version) + R"(,"ad":)" + quoted(text) + "}}";
  }

  // -- the fleet

  void add(std::string_view prefix, int count, kind what) {
    static constexpr std::array<std::string_view, 6> rings = {"canary", "pilot", "pilot", "broad", "broad", "broad"};
    for (int i = 1; i <= count; ++i) {
      device d;
      d.id = std::string(prefix) + (i < 10 ? "-0" : "-") + number(i);
      d.what = what;
      d.ring = rings[static_cast<std::size_t>(i) % rings.size()];
      fleet_.push_back(d);
      if (what == kind::gateway) {
        d.module = "telemetry";
        fleet_.push_back(d);
      }
    }
  }

  void provision() {
    fleet_.reserve(64);  // actions keep references
    add("thermostat", 20, kind::thermostat);
    add("pump", 10, kind::pump);
    add("vending", 8, kind::vending_machine);
    add("gateway", 4, kind::gateway);
    add("meter", 4, kind::meter);

    std::int64_t time = 6 * hour;
    int place = 0;
    for (device& d : fleet_) {
      const std::int64_t start = time += random_.between(1, 4) * second;
      at(start, [this, &d] { line(d, "create", ""); });
      at(start + 30 * second, [this, &d, n = ++place] { introduce(d, n); });
      at(start + 45 * second, [this, &d] { first_report(d); });
      at(start + 20 * minute, [this, &d] { heartbeat(d); });
    }
  }

  void introduce(device& d, int place) {
    static constexpr std::array<std::string_view, 3> sites = {"Bremen", "Malmö", "Porto"};
    const std::string_view site = sites[static_cast<std::size_t>(place) % sites.size()];
    std::string desired = R"({"telemetryConfig":{"intervalSec":300,"batch":)" + number(d.what == kind::meter ? 20 : 5) +
                          R"(,"channels":["status"]})";
    if (d.what == kind::thermostat) desired += R"(,"setpoint":{"day":21.5,"night":16.5},"childLock":false)";
    if (d.what == kind::pump) desired += R"(,"speed":1450,"alarm":{"pressure":{"low":1.2,"high":6.5}})";
    patch(d, R"({"tags":{"site":{"city":)" + quoted(site) + R"(,"building":)" + number(place % 7 + 1) + R"(,"floor":)" +
                 number(place % 4) + R"(},"ring":)" + quoted(d.ring) + R"(},"properties":{"desired":)" + desired +
                 "}}}");
  }

  void first_report(device& d) {
    report(d, joined({R"({"firmware":{"version":)", quoted(d.firmware), R"(,"build":)",
                      number(random_.between(4000, 4999)), R"(},"bootCount":)", number(random_.between(1, 40)), "}"}));
    report(d, R"({"telemetryConfig":{"intervalSec":300,"status":"applied"}})");
  }

  /// What each device says of itself a few dozen times a day.
  void heartbeat(device& d) {
    if (now_ > 30 * hour) return;
    if (random_.one_in(3)) d.level = d.level > 5 ? d.level - random_.between(1, 2) : 100;
    const std::string level = number(d.level);
    switch (d.what) {
      case kind::thermostat:
        report(d, R"({"temperature":)" + tenths(random_.between(160, 245)) + R"(,"battery":{"levelPercent":)" + level +
                      "}}");
        break;
      case kind::pump:
        report(d, joined({R"({"pressure":)", tenths(random_.between(18, 62)), R"(,"rpm":)",
                          number(random_.between(1400, 1500)), R"(,"running":)", random_.one_in(9) ? "false" : "true",
                          "}"}));
        break;
      case kind::vending_machine:
        report(d, joined({R"({"stock":{"slot)", number(random_.between(1, 12)), "\":", number(random_.between(0, 10)),
                          R"(},"cooling":)", tenths(random_.between(35, 70)), "}"}));
        break;
      case kind::gateway:
        report(d, joined({R"({"uplink":{"rssi":-)", number(random_.between(55, 98)), R"(,"queued":)",
                          number(random_.between(0, 400)), "}}"}));
        break;
      case kind::meter:
        report(d, joined({R"({"reading":{"kWh":)", number(18'000 + now_ / hour), ".", number(random_.between(100, 999)),
                          R"(},"signal":)", number(random_.between(1, 5)), "}"}));
        break;
    }
    after(random_.between(15, 45) * minute, [this, &d] { heartbeat(d); });
  }

  // -- operators

  static std::int64_t ring_delay(const device& d) {
    return d.ring == "canary" ? 0 : d.ring == "pilot" ? 30 * minute : 75 * minute;
  }

  void roll_out_telemetry(std::int64_t start, std::string_view why, int interval) {
    for (device& d : fleet_) {
      at(start + ring_delay(d) + random_.between(0, 240) * second, [this, &d, why, interval] {
        patch_desired(
            d, R"({"telemetryConfig":{"intervalSec":)" + number(interval) + R"(,"reason":)" + quoted(why) + "}}");
        if (random_.one_in(15)) return;  // switched off just now
        after(random_.between(2, 20) * second, [this, &d, interval] {
          report(d, R"({"telemetryConfig":{"intervalSec":)" + number(interval) + R"(,"status":"applied"}})");
        });
      });
    }
  }

  void roll_out_firmware(std::int64_t start) {
    const std::string digest = hex_digest(random_);
    for (device& d : fleet_) {
      if (d.what != kind::thermostat && d.what != kind::pump) continue;
      at(start + ring_delay(d) + random_.between(0, 600) * second, [this, &d, digest] {
        patch_desired(d, R"({"firmware":{"version":"2.4.0","url":"https://updates.example.com/)" + digest.substr(0, 8) +
                             R"(/2.4.0.bin","sha256":)" + quoted(digest) + R"(,"retries":3}})");
        install_firmware(d);
      });
    }
  }

  void install_firmware(device& d) {
    const std::int64_t version = d.desired_version;
    const auto say = [this, &d, version](std::int64_t delay, int code, std::string_view text) {
      after(delay, [this, &d, version, code, text] {
        report(d, acknowledge("firmwareUpdate", "\"2.4.0\"", code, version, text));
      });
    };
    std::int64_t time = random_.between(5, 15) * second;
    for (const std::string_view text : {"downloading, 0 %", "downloading, 50 %", "downloading, 100 %"}) {
      say(time, 202, text);
      time += random_.between(40, 90) * second;
    }
    if (random_.one_in(8)) {
      say(time, 500, "signature check failed");
      // The operator looks at this device alone, and takes care not to overwrite another's decision.
      after(time + 20 * minute, [this, &d] {
        patch_desired(d, R"({"firmware":{"version":"2.3.1","url":null,"sha256":null,"retries":null}})",
                      if_match(d.etag));
      });
      return;
    }
    say(time, 202, "applying");
    after(time + 2 * minute, [this, &d, version] {
      d.firmware = "2.4.0";
      report(d, R"({"firmware":{"version":"2.4.0"},"firmwareUpdate":{"value":"2.4.0","ac":200,"av":)" +
                    number(version) + R"(,"ad":"done"}})");
    });
  }

  void adjust_setpoints() {
    for (int i = 0; i != 150; ++i) {
      device& d = fleet_[static_cast<std::size_t>(random_.between(0, 19))];
      at(7 * hour + random_.between(0, 12 * 60) * minute, [this, &d] {
        const std::string day_value = tenths(random_.between(190, 235));
        const std::uint64_t seen = d.etag;
        patch_desired(d, R"({"setpoint":{"day":)" + day_value + "}}", if_match(seen));
        if (random_.one_in(5)) {
          // A colleague had the same page open.
          line(d, "patch", if_match(seen) + R"(,"body":{"properties":{"desired":{"setpoint":{"day":19.0}}}})");
        }
        after(random_.between(3, 9) * second, [this, &d, day_value] {
          report(d, acknowledge("setpointDay", day_value, 200, d.desired_version, "set"));
        });
      });
    }
  }

  void retire_a_setting(std::int64_t start) {
    for (device& d : fleet_) {
      if (d.what != kind::thermostat) continue;
      at(start + ring_delay(d), [this, &d] {
        patch_desired(d, R"({"childLock":null})", R"(,"if_match":"*")");
        after(4 * second, [this, &d] { report(d, R"({"childLock":null})"); });
      });
    }
  }

  void load_vending_machines(std::int64_t start) {
    for (device& d : fleet_) {
      if (d.what != kind::vending_machine) continue;
      at(start + random_.between(0, 600) * second, [this, &d] {
        std::string slots;
        for (int slot = 1; slot <= 12; ++slot) {
          slots +=
              joined({slot == 1 ? "" : ",", quoted("slot" + number(slot)), R"(:{"product":"P-)",
                      number(random_.between(100, 999)), R"(","price":)", number(random_.between(8, 32) * 10), "}"});
        }
        replace(d, R"({"tags":{"ring":)" + quoted(d.ring) +
                       R"(,"route":7},"properties":{"desired":{"telemetryConfig":{"intervalSec":600},"planogram":{)" +
                       slots + "}}}}");
        after(30 * second, [this, &d] { report(d, R"({"planogram":"loaded"})"); });
      });
    }
  }

  // -- what goes wrong

  device& find(std::string_view id, std::string_view module = {}) {
    for (device& d : fleet_) {
      if (d.id == id && d.module == module) return d;
    }
    return fleet_.front();
  }

  void misbehave() {
    // Keys that the hub does not take, until an update mends the firmware at noon.
    for (int i = 0; i != 12; ++i) {
      at(7 * hour + i * 25 * minute, [this] { report_refused(find("thermostat-07"), R"({"last error":"E42"})"); });
    }
    at(9 * hour, [this] { report_refused(find("pump-02"), R"({"bearing.temperature":61.5})"); });
    // An uptime in nanoseconds.
    for (int i = 0; i != 9; ++i) {
      at(8 * hour + i * 40 * minute, [this, i] {
        report_refused(find("pump-04"),
                       R"({"uptimeNs":)" + number(4'503'600'000'000'000 + i * 2'400'000'000'000) + '}');
      });
    }
    // A sensor that was not read.
    for (int i = 0; i != 6; ++i) {
      at(11 * hour + i * 17 * minute, [this] { report_refused(find("gateway-02"), R"({"probes":[20.5,null,21.0]})"); });
    }
    // A modem that cuts messages short, and one that sends the wrong thing.
    for (std::size_t i = 0; i != 10; ++i) {
      at(10 * hour + static_cast<std::int64_t>(i) * 33 * minute, [this, i] {
        const std::string_view whole = R"({"reading":{"kWh":18012.441},"signal":2})";
        report_text(find("meter-02"), whole.substr(0, 3 + i * 4));
      });
    }
    at(14 * hour, [this] { report_refused(find("meter-03"), "[18012.441,2]"); });
    at(14 * hour + minute, [this] { report_refused(find("meter-03"), "null"); });
    // Its JSON writer repeats itself. The hub takes the last value.
    at(14 * hour + 2 * minute, [this] {
      device& d = find("meter-03");
      report_text(d, R"({"signal":1,"signal":4})");
      ++d.reported_version;
    });
    crash_log();
    at(16 * hour, [this] {
      report_refused(find("gateway-03", "telemetry"),
                     R"({"tree":{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":{"j":{}}}}}}}}}}}})");
      report_refused(find("gateway-03", "telemetry"), '{' + quoted(std::string(1025, 'k')) + ":1}");
    });
    // A device that comes back and believes that nothing has happened meanwhile.
    for (int i = 0; i != 5; ++i) {
      at(12 * hour + i * 50 * minute, [this] {
        device& d = find("vending-05");
        line(d, "reported", R"(,"base_version":)" + number(d.reported_version - 1) + R"(,"body":{"door":"closed"})");
        line(d, "reported", R"(,"base_version":)" + number(d.reported_version) + R"(,"body":{"door":"closed"})");
        ++d.reported_version;
      });
    }
    // Scripts of the back end.
    for (int i = 0; i != 4; ++i) {
      at(15 * hour + i * minute, [this] {
        line("pump-11", "", "patch", R"(,"body":{"tags":{"ring":"broad"}})");
        line("gateway-01", "telemetri", "patch", R"(,"body":{"tags":{"ring":"broad"}})");
      });
    }
    at(15 * hour + 10 * minute, [this] { line("pump-01", "", "create", ""); });
    at(15 * hour + 11 * minute, [this] {
      const device& d = find("pump-01");
      line(d, "patch", R"(,"body":{"tags":{"$owner":"ops"}})");
      line(d, "patch", R"(,"body":{"tags":["ops"]})");
      line(d, "patch",
           R"(,"body":{"etag":"*","properties":{"reported":{"ignored":true}}})");  // accepted, no write
    });
  }

  /// A machine that reports its crash log: at once it is too long for one value, piece by piece too big in
  /// the end.
  void crash_log() {
    at(17 * hour, [this] {
      device& d = find("vending-03");
      report_refused(d, R"({"crashLog":)" + quoted(std::string(5000, '#')) + '}');
      for (int piece = 0; piece != 9; ++piece) {
        const std::string body = R"({"crashLog":{"part)" + number(piece) +
                                 "\":" + quoted(std::string(4000, static_cast<char>('a' + piece))) + "}}";
        // Eight parts fit into 32 KB.
        if (piece < 8) {
          report(d, body);
        } else {
          report_refused(d, body);
        }
      }
      // The oldest parts go.
      after(10 * minute, [this, &d] { report(d, R"({"crashLog":{"part0":null,"part1":null}})"); });
    });
  }

  static constexpr std::int64_t midnight_ = doppel::timestamp::unix_epoch_ticks + 19849 * 24 * hour;  // 2024-05-06

  random_source random_;
  std::vector<device> fleet_;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> agenda_;
  std::uint64_t order_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  day().run();
  return std::cout.flush() ? 0 : 1;
}
