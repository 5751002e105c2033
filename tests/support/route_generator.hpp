// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_ROUTE_GENERATOR_HPP
#define DOPPEL_TESTS_SUPPORT_ROUTE_GENERATOR_HPP

#include "random.hpp"
#include "route_model.hpp"

#include <doppel/query/options.hpp>

#include <cstddef>
#include <string>

// Random messages, and random conditions of routes that fit them.
namespace doppel_test {

// A few properties with names in any case, a body and a twin with few keys and values of all types; sometimes one of
// them is missing.
route_message random_message(random_source& random);

// Writes conditions whose types are right, or on purpose wrong, by spec/query.md 16.4.
class route_generator {
public:
  route_generator(random_source& random, doppel::query_mode mode) : random_(random), mode_(mode) {}

  std::string condition() { return boolean(1 + random_.below(4)); }
  // An operand is known to be of the wrong type.
  std::string wrong_condition();

private:
  enum class type { boolean, number, string };

  // Of a type that is known before there is a message.
  std::string typed(type of, std::size_t depth);
  std::string boolean(std::size_t depth);
  std::string number(std::size_t depth);
  std::string string(std::size_t depth);
  // Of a type, or of one that only the message tells.
  std::string operand(type of, std::size_t depth);
  std::string unknown();
  std::string constant(type of);
  std::string property();
  std::string body_path();
  std::string twin_path();
  type any_type() { return random_.pick({type::boolean, type::number, type::string}); }
  bool extended() const { return mode_ == doppel::query_mode::extended; }

  random_source& random_;
  doppel::query_mode mode_;
};

}  // namespace doppel_test

#endif
