// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_RULES_HPP
#define DOPPEL_TESTS_SUPPORT_RULES_HPP

#include "node.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

// The rules of spec/twin.md that look at values alone, written down a second time, one function each and
// without regard to speed.
namespace doppel_test {

// The model's own bounds. A test that gives the library others gives the model the same.
struct model_limits {
  std::size_t key_bytes = 1024;
  std::size_t string_bytes = 4096;
  std::size_t depth = 10;
  std::int64_t integer_min = -4503599627370496;
  std::int64_t integer_max = 4503599627370495;
  std::size_t tags_bytes = 8192;
  std::size_t desired_bytes = 32768;
  std::size_t reported_bytes = 32768;
};

// Reason words of 22.2. A body may break several rules, and any of them may be the one that is named.
using reasons = std::set<std::string>;

// Section 4 on a section's content as sent, without overruled members. Adds what is broken.
void check_section(const node& section, const model_limits& limits, reasons& found);

// Section 5 on stored content.
std::size_t counted_size(const node& value);

// 2.1.3, 2.1.4: times in ticks of 100 ns since 0001-01-01T00:00:00Z.
std::optional<std::int64_t> parse_time(std::string_view text);
std::string format_time(std::int64_t ticks);

// 10.1.1
std::string etag_text(std::uint64_t counter);
std::optional<std::uint64_t> etag_counter(std::string_view text);
std::string base64(std::string_view bytes);

// 11.1, strict mode: does a write with this If-Match header go through while the etag is `current`?
bool if_match_allows(std::string_view header, std::string_view current);

}  // namespace doppel_test

#endif
