// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "workload.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace {

// In each round of steps a module comes, is written to in turn with its device, and goes.
constexpr std::uint64_t round_steps = 40, module_comes = 10, module_goes = 30;

// The latest step that a twin tells of, 0 if none.
template <class Twin>
std::uint64_t latest_step(const Twin& t) {
  std::uint64_t latest = 0;
  for (const std::string_view text : {t.tags().find("step").text(), t.reported().find("step").text()}) {
    std::uint64_t n = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), n).ec == std::errc()) latest = std::max(latest, n);
  }
  return latest;
}

}  // namespace

step step_at(std::uint64_t n) {
  const std::uint64_t place = n % round_steps;
  const doppel::timestamp start = *doppel::parse_timestamp("2026-11-01T12:00:00Z");
  step s{step_kind::merge, false, {}, start};
  s.now =
      doppel::timestamp::from_ticks(start.ticks() + static_cast<std::int64_t>(n) * doppel::timestamp::ticks_per_second);
  s.on_module = place >= module_comes && place <= module_goes && place % 2 == 0;
  if (n == 0 || place == module_comes) {
    s.kind = step_kind::create;
    return s;
  }
  if (place == module_goes) {
    s.kind = step_kind::erase;
    return s;
  }
  const std::string number = std::to_string(n);
  const std::string key = "\"key" + std::to_string(n * 7 % 5) + "\":";
  const std::string value = "{\"at\":" + number + ",\"text\":\"" + std::string(n % 61, 'x') + "\"}";
  switch (n % 7) {
    case 1:
    case 4:
      s.kind = step_kind::report;
      s.text = "{\"step\":" + number + "," + key + value + "}";
      break;
    case 5:
      s.kind = step_kind::replace;
      s.text = "{\"tags\":{\"step\":" + number + "},\"properties\":{\"desired\":{" + key + value + "}}}";
      break;
    case 6: s.text = "{\"tags\":{\"step\":" + number + "},\"properties\":{\"desired\":{" + key + "null}}}"; break;
    default: s.text = "{\"tags\":{\"step\":" + number + "},\"properties\":{\"desired\":{" + key + value + "}}}"; break;
  }
  return s;
}

std::uint64_t steps_done(const doppel::fleet& twins, const std::string& device) {
  std::optional<std::uint64_t> on_device, on_module;
  (void)twins.visit(device, [&](const auto& t) { on_device = latest_step(t); });
  (void)twins.visit(device + "/agent", [&](const auto& t) { on_module = latest_step(t); });
  if (!on_device) return 0;
  // The last step is the one that the device tells of, or one of the module after it.
  std::uint64_t last = *on_device;
  const std::uint64_t place = last % round_steps;
  if (on_module) {
    last = std::max({last, *on_module, last - place + module_comes});
  } else if (place == module_goes - 1) {
    last = last + 1;
  }
  return last + 1;
}
