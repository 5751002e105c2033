// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// What happens to each device, step by step, always the same: who knows how many steps were done knows every byte.

#ifndef DOPPEL_EXAMPLES_WORKLOAD_HPP
#define DOPPEL_EXAMPLES_WORKLOAD_HPP

#include <doppel/base/timestamp.hpp>
#include <doppel/fleet.hpp>

#include <cstdint>
#include <optional>
#include <string>

enum class step_kind { create, erase, merge, replace, report };

/// One write, to a device or to its module `agent`, which comes and goes.
struct step {
  step_kind kind;
  bool on_module;
  std::string text;
  doppel::timestamp now;
};

/// Step `n` of a device: number 0 creates it.
step step_at(std::uint64_t n);

/// How many steps a device with these twins has done.
std::uint64_t steps_done(const doppel::fleet& twins, const std::string& device);

#endif  // DOPPEL_EXAMPLES_WORKLOAD_HPP
