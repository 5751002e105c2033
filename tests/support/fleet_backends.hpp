// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_FLEET_BACKENDS_HPP
#define DOPPEL_TESTS_SUPPORT_FLEET_BACKENDS_HPP

#include "query_backend.hpp"

#include <memory>

// A fleet's ways to answer queries, as back ends.
namespace doppel_test {

enum class fleet_use { select, run, columns };

// Pages, which follow each other by tokens; and all rows at once by several threads.
std::unique_ptr<query_backend> make_fleet_backend();
// The same without columns, with cold and with warm ones, which must not make a difference.
std::unique_ptr<query_backend> make_columns_backend();
// Runs of several threads, merged with a run over what is in no fleet.
std::unique_ptr<query_backend> make_fleet_run_backend();

}  // namespace doppel_test

#endif
