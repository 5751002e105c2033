// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_NODE_HPP
#define DOPPEL_TESTS_SUPPORT_NODE_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A plain JSON tree for the tests: numbers keep their spelling, objects keep order and duplicates. It shares
// no code with the library and none with Boost.JSON, which rewrites numbers (1.0 becomes 1E0, a long integer
// a double) and silently drops duplicates.
namespace doppel_test {

enum class node_kind { null, boolean, integer, floating, string, array, object };

struct member;

struct node {
  node_kind kind = node_kind::null;
  std::string text;  // string: its characters, unescaped; number: as spelled; boolean: true or false
  std::vector<node> elements;
  std::vector<member> members;

  bool is_null() const { return kind == node_kind::null; }
  bool is_object() const { return kind == node_kind::object; }
  bool is_array() const { return kind == node_kind::array; }
  bool is_string() const { return kind == node_kind::string; }
  bool is_integer() const { return kind == node_kind::integer; }
  bool is_container() const { return is_object() || is_array(); }

  // The last member of that name, which is the one that counts (spec/twin.md 4.5.3); null pointer if there is
  // none.
  const node* find(std::string_view key) const;
  node* find(std::string_view key);

  node& set(std::string_view key, node value);  // keeps the place of a member that is there already
  void erase(std::string_view key);
};

struct member {
  std::string key;
  node value;
};

node make_null();
node make_boolean(bool value);
node make_integer(long long value);
node make_number(std::string spelling);  // the kind follows from the spelling (4.2.4)
node make_string(std::string_view characters);
node make_array(std::vector<node> elements = {});
node make_object(std::vector<std::pair<std::string, node>> members = {});

struct read_error {
  std::size_t offset = 0;
  std::string what;
};

inline constexpr unsigned default_read_depth = 2000;

// Strict RFC 8259 with the decisions of spec/twin.md 4.5.1. The depth bound only guards this reader's
// recursion.
bool read_json(std::string_view text, node& out, read_error* error = nullptr, unsigned max_depth = default_read_depth);

void write_json(const node& value, std::string& out);
std::string to_text(const node& value);
void write_string(std::string_view characters, std::string& out);

// Every object without the members that a later one of the same name overrules: an earlier one "is as if
// never sent" (4.5.3), so the place that remains is the later one's.
node without_overruled(const node& value);

enum class number_match {
  value,    // integers and floats differ, floats compare by value: the rule of the fixtures
  spelling  // as written
};

struct match_options {
  number_match numbers = number_match::value;
  bool ordered = false;
};

// Where the two differ first ("properties.desired.a: 1 against 2"), empty if they do not.
std::string difference_between(const node& expected, const node& actual, match_options options = {});

bool is_utf8(std::string_view text, std::size_t* bad_offset = nullptr);
void append_utf8(char32_t code_point, std::string& out);
std::vector<char32_t> code_points(std::string_view utf8);  // of valid UTF-8

}  // namespace doppel_test

#endif
