// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_UMBRELLA_HPP
#define DOPPEL_FLEET_UMBRELLA_HPP

/// @file
/// The fleet: many twins, read and written at once.

#include <doppel/fleet/columns/column_limits.hpp>
#include <doppel/fleet/event.hpp>
#include <doppel/fleet/executor.hpp>
#include <doppel/fleet/fleet.hpp>
#include <doppel/fleet/jsonl.hpp>
#include <doppel/fleet/load.hpp>
#include <doppel/fleet/log_record.hpp>
#include <doppel/fleet/options.hpp>
#include <doppel/fleet/policy.hpp>
#include <doppel/fleet/row.hpp>
#include <doppel/fleet/save.hpp>
#include <doppel/fleet/select.hpp>
#include <doppel/fleet/standing.hpp>
#include <doppel/fleet/stream.hpp>

#endif  // DOPPEL_FLEET_UMBRELLA_HPP
