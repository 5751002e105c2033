// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A scan of text against a full parse of it, with every kernel that the machine has.
//
// Input: a query of extended mode, a line feed, the text.
//
// libfuzzer: -max_len=8192 -timeout=10

#include "driver/body.hpp"
#include "driver/finding.hpp"

#include <doppel/query/compile.hpp>

#include <support/text_scan_check.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return -1;
  doppel::query_options options;
  options.mode = doppel::query_mode::extended;
  const auto compiled = doppel::compile_query(input.substr(0, end), options);
  if (!compiled) return -1;
  const std::string wrong = doppel_test::check_scan(*compiled, input.substr(end + 1));
  expect(wrong.empty(), "the scan is wrong", wrong);
  return 0;
}
