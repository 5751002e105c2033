// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_QUERY_GENERATOR_HPP
#define DOPPEL_TESTS_SUPPORT_QUERY_GENERATOR_HPP

#include "query_backend.hpp"
#include "random.hpp"

#include <doppel/query/function.hpp>
#include <doppel/query/options.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Random fleets, and random queries that fit them.
namespace doppel_test {

struct fleet_options {
  std::size_t devices = 12;
  std::size_t modules = 4;
  std::size_t jobs = 3;
};

// Twins whose paths hold values of many types or none, at every level; numbers in every spelling; strings and keys with
// escapes, quotes, brackets, dashes and non-ASCII letters; equal objects in different order; nulls where twins hold
// them. Each document is as the library writes it, so that a twin loaded from it renders it again.
query_fleet random_fleet(random_source& random, const fleet_options& options = {});

// The twin as the library writes it, with `$metadata` and `$version`; nothing if the text is none, or one that would
// lose something.
std::optional<std::string> as_written(std::string_view text);

// A random value as JSON text, of those that the fleets hold.
std::string random_json(random_source& random, std::size_t depth);

// A place in a document: keys, and numbers of elements, from the root on.
struct path_step {
  std::string key;
  std::size_t index = 0;
  bool is_index = false;
};

struct occurrence {
  std::vector<path_step> path;
  json_value value;
};

// Writes queries with the paths, types and values of a fleet. Most are accepted; what they ask is now and then of the
// wrong type on purpose.
class query_generator {
public:
  query_generator(random_source& random, const query_fleet& fleet);

  query_request request();
  query_request request(doppel::query_mode mode, doppel::query_dialect dialect);

private:
  bool extended() const { return options_.mode == doppel::query_mode::extended; }
  bool in_target_condition() const { return options_.dialect == doppel::query_dialect::target_condition; }

  // Whole texts.
  std::string query();
  std::string select_list(std::vector<std::string>& aliases);
  std::string grouped_list(const std::vector<std::string>& keys, std::vector<std::string>& aliases);
  std::string aggregate();
  std::string order_by(const std::vector<std::string>& choices);
  std::string alias(std::vector<std::string>& aliases);
  std::string target_condition();

  // Expressions, one function per level of the grammar. `depth` bounds what may still be nested.
  std::string expression(std::size_t depth);
  std::string disjunction(std::size_t depth);
  std::string conjunction(std::size_t depth);
  std::string negation(std::size_t depth);
  std::string comparison(std::size_t depth);
  std::string list(std::size_t depth, const json_value* near);
  std::string additive(std::size_t depth);
  std::string multiplicative(std::size_t depth);
  std::string unary(std::size_t depth);
  std::string primary(std::size_t depth);
  std::string call(std::size_t depth);
  std::string argument(std::size_t depth, value_kind kind);

  // A path that leads somewhere in some document, mostly; the value it led to, if any.
  std::string path(const json_value** found = nullptr);
  std::string spelled_path(std::span<const path_step> steps);
  std::string segment(std::string_view key, bool is_root);
  // A constant like a value: the same, one near it, or another one.
  std::string literal_near(const json_value* value);
  std::string literal(const json_value& value);
  std::string random_literal();
  std::string quoted(std::string_view text);

  std::string word(std::string_view keyword);
  std::string space();

  random_source& random_;
  std::vector<occurrence> occurrences_[3];  // by collection
  doppel::query_options options_;
  doppel::query_collection collection_ = doppel::query_collection::devices;
  std::string prefix_;
};

}  // namespace doppel_test

#endif
