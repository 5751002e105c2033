// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/json/reader.hpp>

#include "reader_cases.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace doppel::detail;

static_assert(reader<indexed_reader>);
static_assert(!reader<structural_index>);

TEST_SUITE("json/reader") {
  TEST_CASE("indexed reader") { doppel_test::check_reader<indexed_reader>(); }

  // The two members of simdjson's parser that have no documented name do what the reader takes them to do.
  TEST_CASE("structural index: what simdjson's first stage leaves behind") {
    const auto offsets_in = [](structural_index& index, std::string_view text) {
      std::string padded(text);
      padded.append(text_padding, '\0');
      REQUIRE(index.build(padded.data(), text.size()) == structural_index::outcome::indexed);
      return std::vector<std::uint32_t>(index.offsets(), index.offsets() + index.size());
    };
    structural_index index;
    CHECK(offsets_in(index, R"({"a":1})") == std::vector<std::uint32_t>{0, 1, 4, 5, 6});
    CHECK(offsets_in(index, R"( [ true , "x\"]" ] )") == std::vector<std::uint32_t>{1, 3, 8, 10, 17});
    // Behind the last offset stand two that point at the end of the text.
    CHECK(index.offsets()[5] == 19);
    CHECK(index.offsets()[6] == 19);
    // A string that follows a scalar at once is no token of its own.
    CHECK(offsets_in(index, R"([1"b"])") == std::vector<std::uint32_t>{0, 1, 5});
    CHECK(offsets_in(index, R"(["a""b"])") == std::vector<std::uint32_t>{0, 1, 4, 7});

    const auto outcome_of = [&](std::string_view text) {
      std::string padded(text);
      padded.append(text_padding, '\0');
      return index.build(padded.data(), text.size());
    };
    CHECK(outcome_of("") == structural_index::outcome::malformed);
    CHECK(outcome_of(" ") == structural_index::outcome::malformed);
    CHECK(outcome_of("\"a") == structural_index::outcome::malformed);
    CHECK(outcome_of("\"\xff\"") == structural_index::outcome::malformed);
    CHECK(outcome_of("\"\n\"") == structural_index::outcome::malformed);

    // Longer than any block that the kernels look at, and than what was indexed before.
    std::string numbers = "[0";
    for (int i = 1; i != 5000; ++i) numbers += ",0";
    numbers += "]";
    const auto offsets = offsets_in(index, numbers);
    REQUIRE(offsets.size() == 10'001);
    for (std::uint32_t i = 0; i != 10'001; ++i) REQUIRE(offsets[i] == i);
  }
}
