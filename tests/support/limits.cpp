// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "limits.hpp"

namespace doppel_test {
namespace {

doppel::limits& current() {
  static doppel::limits value;
  return value;
}

}  // namespace

doppel::limits tiny_limits() {
  doppel::limits small;
  small.key_bytes = 8;
  small.string_bytes = 16;
  small.depth = 3;
  small.integer_min = -1000;
  small.integer_max = 999;
  small.tags_bytes = 128;
  small.desired_bytes = 256;
  small.reported_bytes = 256;
  small.keys_in_table = 16;  // most keys find no place and travel in the block
  return small;
}

void use_tiny_limits() { current() = tiny_limits(); }

const doppel::limits& active_limits() { return current(); }

model_limits model_limits_of(const doppel::limits& limits) {
  model_limits out;
  out.key_bytes = limits.key_bytes;
  out.string_bytes = limits.string_bytes;
  out.depth = limits.depth;
  out.integer_min = limits.integer_min;
  out.integer_max = limits.integer_max;
  out.tags_bytes = limits.tags_bytes;
  out.desired_bytes = limits.desired_bytes;
  out.reported_bytes = limits.reported_bytes;
  return out;
}

}  // namespace doppel_test
