// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_UMBRELLA_HPP
#define DOPPEL_TWIN_UMBRELLA_HPP

/// @file
/// The whole of `twin/`.
#include <doppel/twin/change.hpp>
#include <doppel/twin/change_record.hpp>
#include <doppel/twin/difference.hpp>
#include <doppel/twin/document.hpp>
#include <doppel/twin/image.hpp>
#include <doppel/twin/key_table.hpp>
#include <doppel/twin/load.hpp>
#include <doppel/twin/notification.hpp>
#include <doppel/twin/policy.hpp>
#include <doppel/twin/preflight.hpp>
#include <doppel/twin/replay.hpp>
#include <doppel/twin/section.hpp>
#include <doppel/twin/stamp.hpp>
#include <doppel/twin/twin.hpp>
#include <doppel/twin/update.hpp>
#include <doppel/twin/value_view.hpp>

#endif  // DOPPEL_TWIN_UMBRELLA_HPP
