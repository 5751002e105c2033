// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include <doppel/twin/twin.hpp>

int main() {
  doppel::identity identity;
  identity.device_id = "pump-1";
  const doppel::timestamp now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  const auto twin = doppel::twin::create(identity, now);
  return twin && twin->version() == 2 ? 0 : 1;
}
