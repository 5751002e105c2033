// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "other.hpp"

boost::system::error_code other_error() { return doppel::make_error_code(doppel::errc::key_length); }

const boost::system::error_category& other_category() { return other_error().category(); }

boost::system::result<void> other_merge(doppel::twin& twin, doppel::change& change) {
  doppel::workspace scratch;
  doppel::write_options options;
  options.now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  return doppel::merge_twin(twin, R"({"tags":{"site":"A"}})", options, scratch, change);
}
