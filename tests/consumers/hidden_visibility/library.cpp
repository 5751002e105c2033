// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "library.hpp"

#include <doppel.hpp>

boost::system::error_code merge_in_library(std::string_view text) {
  doppel::identity identity;
  identity.device_id = "pump-1";
  const doppel::timestamp now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  auto twin = doppel::twin::create(identity, now);
  if (!twin) return twin.error();
  doppel::workspace scratch;
  doppel::write_options options;
  options.now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  doppel::change change;
  const auto written = doppel::merge_reported(*twin, text, options, scratch, change);
  return written ? boost::system::error_code{} : written.error();
}
