// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_HPP
#define DOPPEL_BASE_HPP

/// @file
/// The lowest layer: errors, limits, times, etags, paths and memory. Sees the standard library and
/// Boost.System only.

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/diagnostic.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/error_body.hpp>
#include <doppel/base/etag.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/base/path.hpp>
#include <doppel/base/precondition.hpp>
#include <doppel/base/timestamp.hpp>
#include <doppel/base/version.hpp>
#include <doppel/base/workspace.hpp>

#endif  // DOPPEL_BASE_HPP
