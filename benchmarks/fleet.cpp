// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "fleet.hpp"

#include "fleet_document.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace doppel_bench {

namespace {

/// splitmix64: any seed is as good as another, so that rows can be made in any order.
class row_dice {
public:
  explicit row_dice(std::uint64_t seed) : state_(seed) {}

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>((next() >> 32) * bound >> 32); }
  bool percent(std::uint32_t share) { return below(100) < share; }

  /// One of several by their weights, which add up to 100.
  template <std::size_t N>
  std::size_t weighted(const std::array<std::uint32_t, N>& weights) {
    std::uint32_t place = below(100);
    std::size_t i = 0;
    for (; i + 1 < N && place >= weights[i]; ++i) place -= weights[i];
    return i;
  }

  ticks time() {
    constexpr ticks first = ticks_of(std::chrono::year{2025} / 11 / 1);
    // One call a statement: operands may be evaluated in any order.
    ticks when = first + below(365) * ticks_per_day;
    when += below(86'400) * ticks_per_second;
    return when + 1 + below(9'999'999);
  }

private:
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBU;
    return mixed ^ mixed >> 31;
  }

  std::uint64_t state_;
};

constexpr std::array<std::string_view, 5> regions{"US", "EU", "APAC", "LATAM", "AF"};
constexpr std::array<std::string_view, 4> environments{"prod", "staging", "test", "dev"};
constexpr std::array<std::string_view, 5> connections{"wifi", "wired", "lte", "lorawan", "nbiot"};
constexpr std::array<std::string_view, 6> teams{"hvac", "lighting", "metering", "security", "elevators", "water"};
constexpr std::array<std::string_view, 8> firmware{"1.4.2", "1.5.0", "2.0.1", "2.0.3",
                                                   "2.1.0", "2.1.4", "2.2.0", "3.0.0"};
constexpr std::array<std::string_view, 5> firmware_states{"current", "pending", "downloading", "applying", "failed"};

template <class... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), format, numbers...);
  return text.data();
}

std::string halves(std::int32_t value) { return std::to_string(value / 2) + (value % 2 == 0 ? "" : ".5"); }

struct raw_member {
  std::string_view key;    // as JSON text without the quotes
  std::string_view value;  // JSON text
};

/// Members that a careless reader takes for those that queries ask for, or for the end of something.
constexpr std::array<raw_member, 5> tag_traps{{
    {R"(\"tenant\":\"t-0042\",)", R"("{\"tenant\":\"t-0042\"}")"},
    {R"(decoy{[,:)", R"({"tenant":"t-0042","location":{"region":"US"},"region":"US"})"},
    {R"(note)", R"("\"region\": \"US\" } , { \\")"},
    {R"(tenants)", R"("t-0042")"},
    {R"(environmen)", R"(["prod","environment:","}]"])"},
}};

constexpr std::array<raw_member, 7> reported_traps{{
    {R"(batt\\ery)", "3"},
    {R"(\"battery\":)", R"("15")"},
    {R"(list:)", R"(["battery", {"battery":1,"connectivity":"wifi"} , "]", "}\\\"", [[]]])"},
    {R"(sensors})", R"({"battery":1,"modules":{"hvac":{"zones":{"z2":{"setpoint":30}}}}})"},
    {R"(lasterror)", R"("lastError")"},
    {R"(connectivit)", R"("wifi\\")"},
    {R"(firmwares)", R"({"version":"2.1.0","status":"failed","\\":"\\\\"})"},
}};

/// The parts of a document in the order in which the plain form has them.
class row_writer {
public:
  row_writer(document_tree& tree, const fleet_row& row, row_dice roll, fleet_form form)
      : tree_(tree), row_(row), roll_(roll), form_(form) {}

  void run() {
    const std::uint32_t desired_version = 3 + roll_.below(60);
    const std::uint32_t reported_version = 1 + roll_.below(5000);
    identity(desired_version, desired_version + reported_version);
    tree_.open("tags");
    tags();
    tree_.close();
    tree_.open("properties");
    tree_.open_section("desired", roll_.time(), desired_version);
    desired(desired_version);
    tree_.close();
    tree_.open_section("reported", roll_.time(), 0);
    reported();
    tree_.leaf("$version", std::to_string(reported_version));
    tree_.close();
    tree_.close();
    tree_.open("capabilities");
    tree_.leaf("iotEdge", row_.team == teams[3] ? "true" : "false");
    tree_.close();
  }

private:
  void identity(std::uint32_t etag, std::uint32_t version) {
    tree_.text("deviceId", row_.device_id);
    tree_.text("etag", etag_text(etag));
    tree_.text("deviceEtag", formatted("NzgwNjA1%04u", roll_.below(10'000)));
    tree_.text("status", row_.is_enabled ? "enabled" : "disabled");
    tree_.text("statusUpdateTime", "0001-01-01T00:00:00Z");
    tree_.text("connectionState", row_.is_connected ? "Connected" : "Disconnected");
    tree_.text("lastActivityTime", time_text(row_.activity).view());
    tree_.leaf("cloudToDeviceMessageCount", "0");
    tree_.text("authenticationType", "sas");
    tree_.open("x509Thumbprint");
    tree_.leaf("primaryThumbprint", "null");
    tree_.leaf("secondaryThumbprint", "null");
    tree_.close();
    tree_.text("modelId", "");
    tree_.leaf("version", std::to_string(version));
  }

  void tags() {
    traps(tag_traps);
    tree_.text("tenant", row_.tenant);
    tree_.text("environment", row_.environment);
    tree_.open("location");
    tree_.text("region", row_.region);
    tree_.text("building", row_.building);
    if (row_.floor != fleet_row::absent) tree_.leaf("floor", std::to_string(row_.floor));
    tree_.close();
    tree_.open("owner");
    tree_.text("team", row_.team);
    tree_.close();
    traps(tag_traps);
  }

  void desired(std::uint32_t version) {
    stamp(version);
    tree_.open("telemetry");
    frequency_ = std::to_string(5 * (1 + roll_.below(12)));
    tree_.leaf("frequency", frequency_);
    tree_.close();
    stamp(version);
    tree_.open("firmware");
    tree_.text("version", row_.firmware_desired);
    tree_.close();
    tree_.leaf("$version", std::to_string(version));
  }

  void reported() {
    stamp();
    traps(reported_traps);
    tree_.open("telemetry");
    tree_.leaf("frequency", frequency_);
    tree_.close();
    if (row_.has_battery()) {
      tree_.stamp(row_.battery_time, 0);
      tree_.leaf("battery", halves(row_.half_battery));
    }
    stamp();
    tree_.text("connectivity", row_.connectivity);
    tree_.open("firmware");
    tree_.text("version", row_.firmware_reported);
    stamp();
    tree_.text("status", row_.firmware_status);
    tree_.close();
    stamp();
    const std::uint32_t temperature = roll_.below(4500);
    tree_.leaf("temperature", formatted("%u.%02u", temperature / 100, temperature % 100));
    tree_.leaf("humidity", std::to_string(roll_.below(101)));
    if (row_.has_modules) modules();
    if (row_.has_error()) {
      stamp();
      tree_.open("lastError");
      tree_.leaf("code", std::to_string(row_.error_code));
      tree_.leaf("message", formatted(R"("sensor \"A%u\" timed out")", roll_.below(7)));
      tree_.close();
    }
    traps(reported_traps);
  }

  void modules() {
    constexpr std::array<std::string_view, 3> zones{"z1", "z2", "z3"};
    stamp();
    tree_.open("modules");
    tree_.open("hvac");
    tree_.text("mode", "auto");
    tree_.open("zones");
    for (std::size_t i = 0; i < zones.size(); ++i) {
      tree_.open(zones[i]);
      tree_.leaf("setpoint", halves(row_.half_setpoints[i]));
      tree_.close();
    }
    tree_.close();
    tree_.close();
    tree_.close();
  }

  /// What follows has been written at another time.
  void stamp(std::uint32_t newest_version = 0) {
    const ticks time = roll_.time();
    tree_.stamp(time, newest_version == 0 ? 0 : 1 + roll_.below(newest_version));
  }

  /// Some of the traps, on either side of the members that they imitate: never the same one twice.
  void traps(std::span<const raw_member> all) {
    if (form_ != fleet_form::hostile) return;
    const bool is_second = taken_for_ == all.data();
    if (!is_second) taken_ = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((taken_ >> i & 1U) == 0 && roll_.percent(40)) {
        taken_ |= 1U << i;
        tree_.raw_member(all[i].key, all[i].value);
      }
    }
    taken_for_ = all.data();
  }

  document_tree& tree_;
  const fleet_row& row_;
  row_dice roll_;
  fleet_form form_;
  std::string frequency_;
  const raw_member* taken_for_ = nullptr;
  std::uint32_t taken_ = 0;
};

}  // namespace

struct fleet::writer {
  document_tree tree;
};

fleet::fleet(fleet_form form, std::uint64_t seed) : form_(form), seed_(seed), writer_(std::make_unique<writer>()) {}

fleet::~fleet() = default;

const fleet_row& fleet::make(std::uint64_t number) {
  number_ = number;
  row_dice roll(seed_ * 0xD1342543DE82EF95U + number * 0x2545F4914F6CDD1DU);
  fleet_row& row = row_;
  row.device_id = formatted("site-%02u-unit-%07llu", roll.below(40), static_cast<unsigned long long>(number));
  row.tenant = formatted("t-%04u", roll.below(500));
  row.region = regions[roll.weighted<5>({30, 35, 20, 10, 5})];
  row.building = formatted("B%u", 1 + roll.below(120));
  row.environment = environments[roll.weighted<4>({60, 15, 15, 10})];
  row.team = teams[roll.below(teams.size())];
  row.connectivity = connections[roll.weighted<5>({40, 15, 30, 10, 5})];
  const std::size_t desired = 3 + roll.below(3);
  const std::size_t reported = roll.percent(80) ? desired : roll.below(firmware.size());
  row.firmware_desired = firmware[desired];
  row.firmware_reported = firmware[reported];
  row.firmware_status = firmware_states[reported == desired ? 0 : 1 + roll.weighted<4>({45, 25, 20, 10})];
  row.floor = roll.percent(70) ? static_cast<std::int32_t>(roll.below(30)) : fleet_row::absent;
  const auto whole = static_cast<std::int32_t>(roll.below(100));
  const std::int32_t half = roll.percent(10) ? 1 : 0;
  row.half_battery = roll.percent(85) ? 2 * whole + half : fleet_row::absent;
  row.error_code = roll.percent(4) ? static_cast<std::int32_t>(1000 + roll.below(40)) : fleet_row::absent;
  row.has_modules = roll.percent(25);
  for (std::int32_t& setpoint : row.half_setpoints) setpoint = static_cast<std::int32_t>(32 + roll.below(24));
  row.is_enabled = roll.percent(95);
  row.is_connected = roll.percent(70);
  row.activity = roll.time();
  row.battery_time = roll.time();
  if (form_ == fleet_form::hostile) {
    // Not what is asked for, but it begins and ends like it.
    if (roll.percent(5)) row.tenant = R"(t-0042")";
    if (roll.percent(5)) row.region = roll.percent(50) ? R"(US")" : R"(US\)";
    if (roll.percent(20)) row.building += R"( "east": {)";
  }
  return row;
}

void fleet::write(std::string& out) {
  document_tree& tree = writer_->tree;
  row_dice roll(~seed_ * 0xD1342543DE82EF95U + number_ * 0x2545F4914F6CDD1DU);
  tree.clear();
  row_writer(tree, row_, roll, form_).run();
  tree.write(out, form_, seed_ ^ number_);
}

}  // namespace doppel_bench
