// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A device reports: the hub merges it, answers with the new version, and tells the back end what changed.

#include <doppel.hpp>

#include <cstdint>
#include <iostream>
#include <string_view>

namespace {

/// What a hub does with a message on $iothub/twin/PATCH/properties/reported: the answer is a status and, if
/// the write was accepted, the new version of the section.
void receive(doppel::twin& twin, std::string_view body, std::string_view at, doppel::workspace& scratch) {
  doppel::write_options options;
  options.now = *doppel::parse_timestamp(at);
  doppel::change change;
  doppel::diagnostic where;
  std::cout << "device sends  " << body << '\n';

  const auto written = doppel::merge_reported(twin, body, options, scratch, change, &where);
  if (!written) {
    const doppel::service_error& error = doppel::service_error_of(where.code);
    std::cout << "  answer      " << error.status << ' ' << error.code << ": " << written.error().message() << " at "
              << where.path() << '\n';
    return;
  }
  std::cout << "  answer      204, $version " << twin.reported_version() << '\n';
  doppel::text_buffer event;
  if (doppel::write_change_event(twin, change, event)) {
    std::cout << "  event       " << change.operation() << ' ' << event.view() << '\n';
  }
}

}  // namespace

int main() {
  auto twin = doppel::twin::create({.device_id = "thermostat-7"}, *doppel::parse_timestamp("2024-05-01T10:00:00Z"));
  if (!twin) return 1;
  doppel::workspace scratch;

  receive(*twin, R"({"temperature":21.5,"battery":{"level":87,"charging":false}})", "2024-05-01T10:00:05Z", scratch);
  receive(*twin, R"({"battery":{"level":86,"charging":null}})", "2024-05-01T10:05:05Z", scratch);
  receive(*twin, R"({"battery":{"last charge":"yesterday"}})", "2024-05-01T10:10:05Z", scratch);

  doppel::text_buffer view;
  if (!doppel::write_device_view(*twin, view)) return 1;
  std::cout << "the device's own view\n  " << view.view() << '\n';
}
