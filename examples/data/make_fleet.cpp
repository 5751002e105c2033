// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Prints a fleet to ask questions of: full twin documents, one a line, always the same ones. The argument is the number
// of devices; without one there are 3000, which is about 8 MB. examples/queries.md asks of these.
//
// The fleet is one of a firm that looks after buildings: it has the untidy corners that fleets have. Devices that
// were never switched on, tags that nobody has put, firmware that is three versions behind, a version that reports
// its battery as text, settings that wait for a device to come back.

#include <doppel/base/limits.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/twin/document.hpp>
#include <doppel/twin/load.hpp>
#include <doppel/twin/update.hpp>

#include <array>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using namespace std::string_view_literals;

constexpr std::int64_t second = doppel::timestamp::ticks_per_second;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

/// When the documents were fetched.
const doppel::timestamp fetched = doppel::parse_timestamp("2024-05-06T12:00:00Z").value();

/// Small, and the same on every machine, which the distributions of <random> are not (splitmix64). Draw into a variable
/// of its own: operands of + and arguments are evaluated in any order.
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
  bool percent(std::int64_t n) { return between(1, 100) <= n; }
  template <std::size_t N>
  std::string_view pick(const std::array<std::string_view, N>& from) {
    return from[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(N) - 1))];
  }

private:
  std::uint64_t state_ = 20240506;
};

std::string number(std::int64_t n) { return std::to_string(n); }

/// With one digit behind the point: 215 is "21.5".
std::string tenths(std::int64_t n) { return number(n / 10) + '.' + number(n % 10); }

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

std::string in_quotes(std::string_view text) { return joined({"\"", text, "\""}); }

std::string time_text(doppel::timestamp t) {
  char text[doppel::timestamp::max_text_size];
  return {text, doppel::format_timestamp(t, text)};
}

doppel::timestamp before_fetch(std::int64_t ticks) { return doppel::timestamp::from_ticks(fetched.ticks() - ticks); }

enum class kind { thermostat, pump, meter, gateway, vending };

struct site {
  std::string_view city;
  std::string_view country;
  std::int64_t buildings;
};

constexpr std::array<site, 6> sites = {{{"Bremen", "DE", 4},
                                        {"Malm\u00f6", "SE", 3},
                                        {"Porto", "PT", 2},
                                        {"Gda\u0144sk", "PL", 3},
                                        {"\u672d\u5e4c", "JP", 2},
                                        {"Oslo", "NO", 1}}};
constexpr std::array<std::string_view, 4> versions = {"2.1.7", "2.3.1", "2.4.0", "2.4.1"};
constexpr std::array<std::string_view, 5> owners = {"facilities", "energy", "O'Brien & Sons", "IT", "caf\u00e9"};

/// Everything about a device that more than one part of its document depends on.
struct device {
  std::string id;
  kind what{};
  const site* place = nullptr;
  std::string_view ring;
  std::string_view firmware;
  std::int64_t silent = 0;  // ticks since it was last heard of; negative: never
  bool is_connected = false;
  bool is_disabled = false;
};

class fleet {
public:
  void print(std::int64_t count) {
    for (std::int64_t i = 1; i <= count; ++i) {
      const device d = draw(i);
      print_device(d);
      if (d.what == kind::gateway) print_module(d);
    }
  }

private:
  device draw(std::int64_t i) {
    static constexpr std::array<std::string_view, 5> names = {"thermostat", "pump", "meter", "gateway", "vending"};
    device d;
    const std::int64_t dice = random_.between(1, 100);
    d.what = dice <= 50   ? kind::thermostat
             : dice <= 68 ? kind::pump
             : dice <= 85 ? kind::meter
             : dice <= 92 ? kind::gateway
                          : kind::vending;
    const std::string digits = number(i);
    const std::string zeros(digits.size() < 4 ? 4 - digits.size() : 0, '0');
    d.id = joined({names[static_cast<std::size_t>(d.what)], "-", zeros, digits});
    const std::int64_t where = random_.between(1, 100);
    d.place = &sites[where <= 34 ? 0 : where <= 58 ? 1 : where <= 74 ? 2 : where <= 86 ? 3 : where <= 95 ? 4 : 5];
    const std::int64_t ring = random_.between(1, 100);
    d.ring = ring <= 4 ? "canary" : ring <= 20 ? "pilot" : "broad";
    draw_firmware(d);
    draw_connection(d);
    return d;
  }

  /// The rollout of 2.4.1 is through in two rings and half done in the third.
  void draw_firmware(device& d) {
    const std::int64_t dice = random_.between(1, 100);
    if (d.ring == "broad"sv) {
      d.firmware = versions[dice <= 45 ? 3 : dice <= 83 ? 2 : dice <= 96 ? 1 : 0];
    } else {
      d.firmware = versions[dice <= 93 ? 3 : dice <= 98 ? 2 : 1];
    }
  }

  void draw_connection(device& d) {
    const std::int64_t dice = random_.between(1, 1000);
    d.is_disabled = dice <= 12;
    if (dice <= 20) {
      d.silent = -1;
    } else if (dice <= 75) {
      d.silent = random_.between(2 * day, 45 * day);
    } else if (dice <= 140) {
      d.silent = random_.between(20 * minute, 2 * day);
    } else {
      d.silent = random_.between(second, 15 * minute);
      d.is_connected = !d.is_disabled;
    }
  }

  // -- documents

  void print_device(const device& d) {
    start(d, {});
    if (d.what == kind::gateway) configure(d);
    write_tags(d);
    write_desired(d);
    if (d.silent >= 0) report(d);
    finish();
  }

  void print_module(const device& d) {
    start(d, "telemetry");
    configure(d);
    merge(R"({"properties":{"desired":{"batch":{"size":50,"maxAgeSec":30}}}})", before_fetch(40 * day));
    if (d.silent >= 0) {
      const std::string sent = number(random_.between(0, 90'000));
      const std::string queued = number(random_.percent(85) ? 0 : random_.between(1, 9'000));
      report_text(joined({R"({"batch":{"size":50,"maxAgeSec":30},"sent":)", sent, R"(,"queued":)", queued, "}"}), d);
    }
    finish();
  }

  /// The document as it is created, with what only the hub can write.
  void start(const device& d, std::string_view module) {
    const std::string created = time_text(before_fetch(random_.between(60 * day, 700 * day)));
    const bool is_new = d.silent < 0;
    std::string text = joined({R"({"deviceId":)", in_quotes(d.id)});
    if (!module.empty()) text += joined({R"(,"moduleId":)", in_quotes(module)});
    text += R"(,"etag":"AAAAAAAAAAE=")";
    text += joined({R"(,"status":")", d.is_disabled ? "disabled" : "enabled", "\""});
    if (d.is_disabled) text += R"(,"statusReason":"returned to the depot")";
    text += joined({R"(,"statusUpdateTime":)", in_quotes(created)});
    text += joined({R"(,"connectionState":")", d.is_connected ? "Connected" : "Disconnected", "\""});
    const std::string active = is_new ? "0001-01-01T00:00:00Z" : time_text(before_fetch(d.silent));
    const std::string pending = number(random_.percent(3) ? random_.between(1, 4) : 0);
    text += joined({R"(,"lastActivityTime":)", in_quotes(active), R"(,"cloudToDeviceMessageCount":)", pending});
    text += random_.percent(70) ? R"(,"authenticationType":"sas")"sv : R"(,"authenticationType":"selfSigned")"sv;
    text += R"(,"x509Thumbprint":{"primaryThumbprint":null,"secondaryThumbprint":null})";
    text += d.what == kind::thermostat ? R"(,"modelId":"dtmi:example:Thermostat;2")"sv : R"(,"modelId":"")"sv;
    text += R"(,"version":2,"tags":{})";
    const std::string section = joined({R"({"$metadata":{"$lastUpdated":)", in_quotes(created), R"(},"$version":1})"});
    text += joined({R"(,"properties":{"desired":)", section, R"(,"reported":)", section, "}"});
    if (d.what == kind::gateway && module.empty()) text += R"(,"capabilities":{"iotEdge":true})";
    configurations_.clear();
    twin_ = doppel::load_twin(text + '}', scratch_).value();
  }

  /// Automatic configurations of gateways and their modules. They stand at the root, which only the hub writes.
  void configure(const device& d) {
    const bool is_applied = d.is_connected && random_.percent(90);
    configurations_ = joined({R"(,"configurations":{"edge-base":{"status":"Applied"},"telemetry-2024-05":{"status":")",
                              is_applied ? "Applied" : "Targeted", R"("}})"});
  }

  void write_tags(const device& d) {
    std::string tags = joined({R"({"tags":{"ring":)", in_quotes(d.ring)});
    if (random_.percent(97)) {
      const std::string building = number(random_.between(1, d.place->buildings));
      const std::string floor = number(random_.between(-1, 6));
      tags += joined({R"(,"site":{"city":)", in_quotes(d.place->city), R"(,"country":)", in_quotes(d.place->country),
                      R"(,"building":)", building, R"(,"floor":)", floor, "}"});
    }
    if (random_.percent(88)) tags += joined({R"(,"owner":)", in_quotes(random_.pick(owners))});
    if (d.what == kind::thermostat && random_.percent(40)) tags += R"(,"group":"comfort")";
    if (random_.percent(2)) tags += R"(,"maintenance":{"until":"2024-05-10","reason":"roof works"})";
    merge(tags + "}}", before_fetch(50 * day));
  }

  void write_desired(const device& d) {
    const std::string interval = d.what == kind::meter ? "900" : "300";
    merge(joined({R"({"properties":{"desired":{"telemetryConfig":{"intervalSec":)", interval,
                  R"(},"firmware":{"version":"2.4.1","url":"https://updates.example.com/2.4.1.bin"}}}})"}),
          before_fetch(20 * day));
    if (d.what == kind::thermostat) {
      const std::string setpoint = tenths(random_.between(190, 230));
      merge(joined({R"({"properties":{"desired":{"setpoint":{"day":)", setpoint, R"(,"night":16.5}}}})"}),
            before_fetch(random_.between(hour, 10 * day)));
    }
    // Half an hour ago somebody asked one site for more.
    if (d.place == &sites[0]) {
      merge(R"({"properties":{"desired":{"telemetryConfig":{"intervalSec":60}}}})", before_fetch(30 * minute));
    }
  }

  void report(const device& d) {
    const std::string build = number(4000 + (d.firmware[2] - '0') * 100 + (d.firmware[4] - '0'));
    const std::string boots = number(random_.between(1, 60));
    std::string text = joined(
        {R"({"firmware":{"version":)", in_quotes(d.firmware), R"(,"build":)", build, R"(},"bootCount":)", boots});
    const bool has_heard = d.is_connected && random_.percent(92);
    const std::string_view interval = d.place == &sites[0] && has_heard ? "60" : d.what == kind::meter ? "900" : "300";
    text += joined({R"(,"telemetryConfig":{"intervalSec":)", interval, "}"});
    if (random_.percent(6)) {
      const std::string code = number(random_.between(1, 5) * 10);
      text += joined({R"(,"errors":[{"code":"E)", code, R"(","count":3}])"});
    }
    switch (d.what) {
      case kind::thermostat: report_thermostat(d, text); break;
      case kind::pump: report_pump(text); break;
      case kind::meter: report_meter(text); break;
      case kind::gateway: report_gateway(text); break;
      case kind::vending: report_vending(text); break;
    }
    report_text(text + "}", d);
  }

  void report_thermostat(const device& d, std::string& text) {
    const std::string temperature = tenths(random_.between(165, 245));
    const std::string level = number(random_.percent(7) ? random_.between(1, 14) : random_.between(15, 100));
    // 2.1.7 has a bug: text where a number should be.
    text += joined({R"(,"temperature":)", temperature, R"(,"battery":{"levelPercent":)",
                    d.firmware == versions[0] ? in_quotes(level) : level, "}"});
    const std::string setpoint = tenths(random_.between(190, 230));
    text += joined({R"(,"setpoint":{"day":)", setpoint, R"(,"night":16.5})"});
  }

  void report_pump(std::string& text) {
    const std::string pressure = tenths(random_.between(18, 66));
    const std::string rpm = number(random_.between(1400, 1500));
    text += joined(
        {R"(,"pressure":)", pressure, R"(,"rpm":)", rpm, R"(,"running":)", random_.percent(90) ? "true" : "false"});
  }

  void report_meter(std::string& text) {
    const std::string whole = number(random_.between(100, 99'999));
    const std::string level = number(random_.percent(5) ? random_.between(1, 14) : random_.between(15, 100));
    const std::string signal = number(random_.between(1, 5));
    text +=
        joined({R"(,"reading":{"kWh":)", whole, R"(.5},"battery":{"levelPercent":)", level, R"(},"signal":)", signal});
  }

  void report_gateway(std::string& text) {
    const std::string strength = number(random_.between(55, 98));
    const std::string radios = random_.percent(60) ? R"(["lora","wifi"])" : R"(["lora"])";
    text += joined({R"(,"uplink":{"rssi":-)", strength, R"(},"radios":)", radios});
  }

  void report_vending(std::string& text) {
    const std::string cooling = tenths(random_.between(35, 85));
    text += joined({R"(,"cooling":)", cooling, R"(,"stock":{)"});
    for (int slot = 1; slot <= 6; ++slot) {
      const std::string left = number(random_.between(0, 12));
      text += joined({slot == 1 ? "" : ",", R"("slot)", number(slot), R"(":)", left});
    }
    text += "}";
  }

  // -- the library at work

  void merge(std::string_view body, doppel::timestamp now) {
    doppel::merge_twin(twin_, body, {now}, scratch_, change_).value();
  }
  void report_text(std::string_view section, const device& d) {
    doppel::merge_reported(twin_, section, {before_fetch(d.silent)}, scratch_, change_).value();
  }
  void finish() {
    out_.clear();
    doppel::write_service_view(twin_, out_).value();
    const std::string_view text = out_.view();
    std::cout << text.substr(0, text.size() - 1) << configurations_ << "}\n";
  }

  random_source random_;
  doppel::workspace scratch_;
  doppel::change change_;
  doppel::twin twin_;
  doppel::text_buffer out_;
  std::string configurations_;
};

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  std::int64_t count = 3000;
  if (argc > 1) {
    const std::string_view word = argv[1];
    const auto read = std::from_chars(word.data(), word.data() + word.size(), count);
    if (argc > 2 || read.ec != std::errc() || read.ptr != word.data() + word.size() || count < 0) {
      std::cerr << "usage: example_make_fleet [DEVICES]\n";
      return 2;
    }
  }
  fleet().print(count);
  std::cout.flush();
  return std::cout ? 0 : 4;
}
