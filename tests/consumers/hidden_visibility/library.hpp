// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#ifndef DOPPEL_TESTS_CONSUMERS_HIDDEN_VISIBILITY_LIBRARY_HPP
#define DOPPEL_TESTS_CONSUMERS_HIDDEN_VISIBILITY_LIBRARY_HPP

#include <boost/system/error_code.hpp>

#include <string_view>

#if defined(_WIN32)
#define DOPPEL_CONSUMER_EXPORT
#else
#define DOPPEL_CONSUMER_EXPORT __attribute__((visibility("default")))
#endif

/// Merges the text into the reported section of a new twin, inside the library.
DOPPEL_CONSUMER_EXPORT boost::system::error_code merge_in_library(std::string_view text);

#endif  // DOPPEL_TESTS_CONSUMERS_HIDDEN_VISIBILITY_LIBRARY_HPP
