// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_FIXTURE_HPP
#define DOPPEL_TESTS_SUPPORT_FIXTURE_HPP

#include "node.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reading the files of spec/twin.md 0.3.
namespace doppel_test {

std::optional<std::string> read_file(const std::string& path);

// Lines end with LF and nothing else: a string in a case may hold U+0085, U+2028 or a bare CR. Empty lines
// are left out.
struct numbered_line {
  std::size_t number;  // from 1
  std::string_view text;
};
std::vector<numbered_line> split_lines(std::string_view text);

// The compact notation, written out as JSON text. Text and not a tree, because a generator may stand for a
// value far deeper than anything that recurses should walk. A member that occurs twice in the fixture's own
// text stays twice.
struct expansion {
  std::string text;
  std::string error;  // empty if the notation was used well

  bool good() const { return error.empty(); }
};
expansion expand(const node& compact);

// The same with {"$raw":text} allowed, which stands for the text itself.
expansion expand_patch(const node& compact);

// The fixture folder beside the tests.
std::string fixture_path(std::string_view name);

}  // namespace doppel_test

#endif
