// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#ifndef DOPPEL_TESTS_CONSUMERS_TWO_TU_OTHER_HPP
#define DOPPEL_TESTS_CONSUMERS_TWO_TU_OTHER_HPP

#include <doppel.hpp>

boost::system::error_code other_error();
const boost::system::error_category& other_category();
boost::system::result<void> other_merge(doppel::twin& twin, doppel::change& change);

#endif  // DOPPEL_TESTS_CONSUMERS_TWO_TU_OTHER_HPP
