// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_QUERY_MODEL_HPP
#define DOPPEL_TESTS_SUPPORT_QUERY_MODEL_HPP

#include "query_value.hpp"

#include <doppel/query/syntax_tree.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// Queries evaluated by walking the tree over plain JSON values: spec/query.md 4 to 13, as literally as possible.
// What every back end of the library must agree with. It shares the syntax tree with them and nothing else.
namespace doppel_test {

// The value of an expression without aggregates, for one document.
query_value evaluate(const doppel::syntax_tree& tree, doppel::syntax_node expression, const json_value& document);

// A condition holds only if it is true (section 5). Without condition, true.
bool holds(const doppel::syntax_tree& tree, const json_value& document);

// One row of the result: a document by its number, or an object (section 12).
struct model_row {
  std::size_t document = 0;  // of a group: its first; meaningless for a group without documents
  boost::json::object columns;
};

// All rows, in order; `documents` is the collection that the query is over.
std::vector<model_row> select(const doppel::syntax_tree& tree, std::span<const json_value* const> documents);

// How large the addends of SUM and AVG are, by column; elsewhere 0. The order of summing is not fixed, and what it
// makes of doubles is right to within a part of this.
std::vector<double> addend_sizes(const doppel::syntax_tree& tree, std::span<const json_value* const> documents);

// The page size for what a client asked for, as text (section 13); nothing if it is a bad one.
std::optional<std::size_t> page_size_of(std::string_view asked);

}  // namespace doppel_test

#endif
