// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_UMBRELLA_HPP
#define DOPPEL_JSON_UMBRELLA_HPP

/// @file
/// The whole of `json/` but the second reader, which is included by name.
#include <doppel/json/merge_patch.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/json/value.hpp>

#endif  // DOPPEL_JSON_UMBRELLA_HPP
