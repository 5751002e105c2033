// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Two translation units with the whole library in both: nothing is defined twice, and both mean the same.

#include "other.hpp"

int main() {
  if (other_error() != doppel::errc::key_length) return 1;
  if (other_category() != doppel::make_error_code(doppel::errc::depth).category()) return 2;

  doppel::identity identity;
  identity.device_id = "pump-1";
  const doppel::timestamp now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  auto twin = doppel::twin::create(identity, now);
  if (!twin) return 3;
  doppel::change change;
  if (!other_merge(*twin, change)) return 4;
  return twin->tags().find("site") && twin->version() == 3 ? 0 : 5;
}
