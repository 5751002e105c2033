// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_ROUTE_MODEL_HPP
#define DOPPEL_TESTS_SUPPORT_ROUTE_MODEL_HPP

#include "query_value.hpp"

#include <doppel/query/syntax_tree.hpp>

#include <optional>
#include <string>
#include <vector>

// Conditions of routes evaluated by walking the tree: spec/query.md 16.4, as literally as possible. It shares the
// syntax tree with the library and nothing else.
namespace doppel_test {

struct route_property {
  std::string name;
  std::string value;
};

struct route_message {
  std::vector<route_property> application;
  std::vector<route_property> system;  // names without $
  std::optional<json_value> body;      // nothing if it is no JSON
  std::optional<json_value> twin;
};

// Infinities are values here; NaN is undefined.
query_value evaluate_route(const doppel::syntax_tree& tree, doppel::syntax_node expression,
                           const route_message& message);

// Only true routes a message.
bool is_routed(const doppel::syntax_tree& tree, const route_message& message);

}  // namespace doppel_test

#endif
