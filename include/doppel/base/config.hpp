// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_CONFIG_HPP
#define DOPPEL_BASE_CONFIG_HPP

/// @file
/// The one switch of the library: what happens when a precondition is broken.

#include <doppel/base/version.hpp>

/// @def DOPPEL_ASSERT(expr)
/// Checks a precondition that the caller has promised (`@pre` in the docs). It never guards input: bad text,
/// bad sizes and failed allocations are error codes. Define it before the first include of the library to
/// replace it; give every translation unit of a program the same definition. No type changes its layout with
/// it or with `NDEBUG`.
#ifndef DOPPEL_ASSERT
#include <cassert>
#define DOPPEL_ASSERT(expr) assert(expr)
#endif

#endif  // DOPPEL_BASE_CONFIG_HPP
