// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_GENERATOR_HPP
#define DOPPEL_TESTS_SUPPORT_GENERATOR_HPP

#include "model.hpp"
#include "random.hpp"

#include <string>
#include <string_view>

// Random content and random writes. Most of what comes out is legal and hits what the twin already holds; a
// small part breaks each rule there is.
namespace doppel_test {

struct generator_options {
  model_limits limits;
  std::size_t bad_value_one_in = 12;  // of the bodies breaks a rule of section 4
  std::size_t bad_text_one_in = 30;   // is not JSON
  std::size_t fill_one_in = 20;       // tries to hit the section's size limit to the byte
  std::size_t duplicate_one_in = 10;  // names a member twice
};

class generator {
public:
  generator(random_source& random, generator_options options) : random_(random), options_(std::move(options)) {}

  // Legal content without nulls, for a section of that size limit.
  node content(std::size_t size_limit);

  // A patch for a section that holds `present`: deletions, type flips, nested changes and new members; maybe
  // illegal.
  node patch(const node& present, std::size_t size_limit);

  // The text of a whole body, of one section, or of something that is neither.
  std::string body(const model_twin& twin, bool replace);
  std::string section_text(const node& present, std::size_t size_limit);

  // The text of one value, maybe a null, an object to be merged, or nothing of the kind.
  std::string value_text();

  // The same value in an odd spelling: white space, escapes that need not be.
  std::string spelled(const node& value);

  std::string key();
  node value(std::size_t level);  // legal at that level, no nulls

private:
  node scalar();
  std::string characters(std::size_t most_bytes);
  std::string number();
  node nested_patch(const node& present, std::size_t level);
  void break_a_rule(node& section);
  void repeat_a_member(node& section);
  void fill_up(node& patch, const node& present, std::size_t size_limit);
  node ignored_value();
  std::string damaged(std::string text);
  std::string finish(const node& value);
  void spell(const node& value, std::string& out);
  void spell_string(std::string_view text, std::string& out);
  void space(std::string& out);

  random_source& random_;
  generator_options options_;
};

}  // namespace doppel_test

#endif
