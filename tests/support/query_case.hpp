// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_QUERY_CASE_HPP
#define DOPPEL_TESTS_SUPPORT_QUERY_CASE_HPP

#include "node.hpp"
#include "query_backend.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Runs the fixtures of spec/query.md 17.
namespace doppel_test {

struct named_backend {
  std::string_view name;
  std::unique_ptr<query_backend> backend;
};

// Runs one case on every back end, in each mode that it must hold in. Returns, on one line, the first back end and
// mode that do not give what is expected, or nothing.
std::string run_query_case(const node& fixture_case, const query_fleet& fleet,
                           const std::vector<named_backend>& backends);

}  // namespace doppel_test

#endif
