// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The shortest useful program: one twin, one write, and what came of it.

#include <doppel.hpp>

#include <iostream>

int main() {
  auto twin = doppel::twin::create({.device_id = "pump-1"}, *doppel::parse_timestamp("2024-05-01T10:00:00Z"));

  doppel::workspace scratch;
  doppel::change change;
  const doppel::write_options options{.now = *doppel::parse_timestamp("2024-05-01T10:00:01Z")};
  auto written = doppel::merge_twin(*twin, R"({"tags":{"site":"A"},"properties":{"desired":{"speed":3}}})", options,
                                    scratch, change);
  if (!written) {
    std::cerr << written.error().message() << '\n';
    return 1;
  }
  doppel::text_buffer out;
  doppel::write_service_view(*twin, out).value();
  std::cout << "twin:         " << out.view() << '\n';
  doppel::write_notification(change, out).value();
  std::cout << "to the device: " << out.view() << '\n';
}
