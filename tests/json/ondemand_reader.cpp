// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/json/ondemand_reader.hpp>

#include "reader_cases.hpp"

#include <doppel/json/reader.hpp>

#include <support/generator.hpp>
#include <support/limits.hpp>
#include <support/random.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace doppel::detail;
using namespace doppel_test;

static_assert(reader<ondemand_reader>);
static_assert(ondemand_reader::workspace_part != indexed_reader::workspace_part);

namespace {

// Both readers on one text; empty if they agree on everything.
class reader_pair {
public:
  std::string difference(std::string_view text, text_shape shape, const read_options& options) {
    indexed_.limits = ondemand_.limits = *options.bounds;
    indexed_.options = ondemand_.options = options;
    const read_status one = indexed_.read(text, shape);
    const read_status other = ondemand_.read(text, shape);
    const std::string said = everything_text(indexed_.list, one);
    const std::string also_said = everything_text(ondemand_.list, other);
    return said == also_said ? "" : said + "\n----\n" + also_said + "\n----\n" + std::string(text);
  }

private:
  reader_under_test<indexed_reader> indexed_;
  reader_under_test<ondemand_reader> ondemand_;
};

// One byte put in, taken out or replaced, mostly by one that means something.
std::string damaged(std::string text, random_source& random) {
  constexpr std::string_view bytes = "{}[]:,\"\\ntf-0.e \x01\xc3$#\0";
  for (std::size_t n = 1 + random.below(3); n != 0; --n) {
    const std::size_t at = random.below(text.size() + 1);
    const char byte = bytes[random.below(bytes.size())];
    switch (random.below(3)) {
      case 0: text.insert(text.begin() + static_cast<std::ptrdiff_t>(at), byte); break;
      case 1:
        if (at < text.size()) text.erase(at, 1);
        break;
      default:
        if (at < text.size()) text[at] = byte;
        break;
    }
  }
  return text;
}

}  // namespace

TEST_SUITE("json/ondemand_reader") {
  TEST_CASE("on-demand reader") { check_reader<ondemand_reader>(); }

  TEST_CASE("both readers: random texts, whole and damaged, give the same operations") {
    reader_pair pair;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      CAPTURE(seed);
      random_source random(seed);
      const doppel::limits limits = random.coin() ? tiny_limits() : doppel::limits();
      generator_options how;
      how.limits = model_limits_of(limits);
      generator make(random, how);
      model_twin twin = model_twin::create("d", "", 0, how.limits);
      read_options options;
      options.bounds = &limits;
      options.seed = seed;
      for (int i = 0; i != 10; ++i) {
        options.refuse_duplicates = random.one_in(4);
        options.section =
            random.pick({doppel::section_name::tags, doppel::section_name::desired, doppel::section_name::reported});
        const auto shape = random.pick({text_shape::section, text_shape::body, text_shape::document});
        std::string text =
            shape == text_shape::section ? make.section_text(make_object(), 400) : make.body(twin, random.coin());
        REQUIRE(pair.difference(text, shape, options) == "");
        text = damaged(std::move(text), random);
        REQUIRE(pair.difference(text, shape, options) == "");
      }
    }
  }
}
