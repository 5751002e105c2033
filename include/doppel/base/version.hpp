// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_VERSION_HPP
#define DOPPEL_BASE_VERSION_HPP

/// @file
/// The version of the library. The build reads these three lines; keep one number on each.
/// Until 1.0 a new minor number may break source and layout, and the inline namespace moves with it.

#define DOPPEL_VERSION_MAJOR 0
#define DOPPEL_VERSION_MINOR 1
#define DOPPEL_VERSION_PATCH 0

#endif  // DOPPEL_BASE_VERSION_HPP
