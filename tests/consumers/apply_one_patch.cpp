// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The program of the add_subdirectory and find_package consumers.

#include <doppel.hpp>

#include <cstdio>

int main() {
  doppel::identity identity;
  identity.device_id = "pump-1";
  const doppel::timestamp now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  auto twin = doppel::twin::create(identity, now);
  if (!twin) return 1;

  doppel::workspace scratch;
  doppel::change change;
  doppel::write_options options;
  options.now = now;
  const auto written = doppel::merge_twin(*twin, R"({"properties":{"desired":{"speed":3}}})", options, scratch, change);
  if (!written || twin->desired_version() != 2) return 2;

  std::puts("one patch applied");
  return 0;
}
