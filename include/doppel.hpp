// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_HPP
#define DOPPEL_HPP

/// @file
/// The core of doppel. Each part can be included alone; `doppel/twin/twin.hpp` is the cheapest that
/// has a twin in it.
#include <doppel/base.hpp>
#include <doppel/json.hpp>
#include <doppel/query.hpp>
#include <doppel/twin.hpp>

#endif  // DOPPEL_HPP
