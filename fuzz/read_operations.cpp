// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Text to operations: the two readers against each other, and against Boost.JSON as to what is JSON at all.
//
// Input: a line of settings, then the text.
//   1st character  the shape: s section, b body, d document, p one value at a path
//   2nd            the section whose rules hold, for s and p: t tags, d desired, r reported
//   3rd            limits: - the service's, t tiny, s shallow, d as deep as can be
//   4th            x refuses duplicate members
//   the rest       the path, for p
//
// libfuzzer: -max_len=4096 -timeout=10

#include "driver/body.hpp"
#include "driver/finding.hpp"

#include <doppel/base/path.hpp>
#include <doppel/json/ondemand_reader.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/json/value.hpp>

#include <boost/json/parse.hpp>

#include <json/operations_text.hpp>
#include <support/limits.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace doppel::detail;

struct settings {
  text_shape shape = text_shape::section;
  doppel::section_name section = doppel::section_name::reported;
  doppel::limits limits;
  bool refuses_duplicates = false;
  std::string path;
};

std::optional<settings> read_settings(std::string_view line) {
  if (line.size() < 4) return std::nullopt;
  settings s;
  switch (line[0]) {
    case 'b': s.shape = text_shape::body; break;
    case 'd': s.shape = text_shape::document; break;
    case 'p': s.path = line.substr(4); break;
    default: break;
  }
  s.section = line[1] == 't'   ? doppel::section_name::tags
              : line[1] == 'd' ? doppel::section_name::desired
                               : doppel::section_name::reported;
  switch (line[2]) {
    case 't':
      s.limits = doppel_test::tiny_limits();
      s.limits.root_depth = 3;
      break;
    case 's': s.limits.depth = s.limits.root_depth = 1; break;
    case 'd': s.limits.depth = s.limits.root_depth = doppel::limits::depth_ceiling; break;
    default: break;
  }
  s.refuses_duplicates = line[3] == 'x';
  return s;
}

template <class Reader>
struct reading {
  operation_list list{doppel::memory_ref()};
  Reader reader{doppel::memory_ref()};
  read_status status;

  std::string run(std::string_view text, const settings& s, doppel::path_view at) {
    read_options options;
    options.bounds = &s.limits;
    options.seed = 0x5eed;
    options.section = s.section;
    options.refuse_duplicates = s.refuses_duplicates;
    options.at = at;
    status = reader.read(list, text, s.shape, options, [] {});
    return doppel_test::everything_text(list, status);
  }
};

// Known disagreements: numbers beyond a double, which Boost.JSON takes for infinity, and exponents that are
// too long for it.
void compare_with_boost(std::string_view text, const read_status& status) {
  boost::json::parse_options options;
  options.max_depth = text.size() + 1;
  boost::system::error_code ec;
  const boost::json::value parsed = boost::json::parse(text, ec, {}, options);
  if (ec == boost::json::error::exponent_overflow) return;
  if (status.expected == "a number within the range of a double") return;
  if (bool(status) == !ec) return;
  finding("Boost.JSON is of another opinion",
          ec.message() + "\nhere: " + std::string(status.expected) + " at " + std::to_string(status.offset));
}

// simdjson's kernels may take these for a comma and a colon, until they are looked at. It is an error all the
// same, only the place differs.
bool has_odd_control(std::string_view text) { return text.find_first_of("\x0c\x1a") != std::string_view::npos; }

}  // namespace

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = input.find('\n');
  if (line_end == std::string_view::npos) return -1;
  const std::optional<settings> s = read_settings(input.substr(0, line_end));
  if (!s) return -1;
  const auto path = doppel::parse_path(s->path);
  if (!path.has_value() || path->count() > doppel::limits::depth_ceiling) return -1;
  const std::string_view text = input.substr(line_end + 1);

  // Reused over inputs, as callers do; with a fresh pair beside it now and then.
  static reading<indexed_reader> indexed;
  static reading<ondemand_reader> ondemand;
  const std::string said = indexed.run(text, *s, *path);
  const std::string also_said = ondemand.run(text, *s, *path);
  if (has_odd_control(text) && !indexed.status) {
    expect(indexed.status.code == ondemand.status.code, "the readers differ", said + "\n----\n" + also_said);
  } else {
    expect_equal("the readers differ", said, also_said);
  }
  expect_equal("a second reading differs", said, indexed.run(text, *s, *path));
  compare_with_boost(text, indexed.status);
  return 0;
}
