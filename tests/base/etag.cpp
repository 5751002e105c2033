// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/etag.hpp>

#include <support/random.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using doppel::etag;

namespace {

void check_refused(std::string_view text) {
  CAPTURE(text);
  const auto result = doppel::parse_etag(text);
  REQUIRE(result.has_error());
  CHECK(result.error() == doppel::errc::invalid_etag);
}

bool is_counter(std::string_view text) {
  CAPTURE(text);
  const auto result = doppel::parse_etag(text);
  REQUIRE(result.has_value());
  return result->counter().has_value();
}

}  // namespace

TEST_SUITE("base/etag") {
  TEST_CASE("from_counter: base64 of eight bytes, most significant first (spec/twin.md 10.1.1)") {
    CHECK(etag::from_counter(1).view() == "AAAAAAAAAAE=");
    CHECK(etag::from_counter(7).view() == "AAAAAAAAAAc=");
    CHECK(etag::from_counter(0).view() == "AAAAAAAAAAA=");
    CHECK(etag::from_counter(0xffff'ffff'ffff'ffff).view() == "//////////8=");
    // The bytes 00 10 83 10 51 87 20 92: the digits count up from A.
    CHECK(etag::from_counter(0x0010'8310'5187'2092).view() == "ABCDEFGHIJI=");
    static_assert(etag::from_counter(7).view() == "AAAAAAAAAAc=");
  }

  TEST_CASE("counter: what from_counter made") {
    CHECK(etag::from_counter(0).counter() == 0);
    CHECK(etag::from_counter(7).counter() == 7);
    CHECK(etag::from_counter(0xffff'ffff'ffff'ffff).counter() == 0xffff'ffff'ffff'ffff);
    doppel_test::random_source random(2);
    for (int i = 0; i != 1000; ++i) {
      const std::uint64_t counter = random.next() >> random.below(64);
      const auto again = doppel::parse_etag(etag::from_counter(counter).view());
      REQUIRE(again.has_value());
      CHECK(again->counter() == counter);
    }
  }

  TEST_CASE("counter: none in any other text") {
    CHECK(is_counter("AAAAAAAAAAE="));
    CHECK_FALSE(is_counter("AAAAAAAAAAE"));
    CHECK_FALSE(is_counter("AAAAAAAAAAEA"));
    CHECK_FALSE(is_counter("AAAAAAAAAA=="));
    CHECK_FALSE(is_counter("AAAAAAAAAAE=="));
    CHECK_FALSE(is_counter("AAAAAAAAAA-="));
    CHECK_FALSE(is_counter("AAAA=AAAAAE="));
    CHECK_FALSE(is_counter("NzgwNjA1MDUz"));
    CHECK_FALSE(etag().counter().has_value());
    // The two bits that no byte needs are zero: only every fourth digit can be last.
    CHECK_FALSE(is_counter("AAAAAAAAAAF="));
    CHECK_FALSE(is_counter("AAAAAAAAAAG="));
    CHECK_FALSE(is_counter("AAAAAAAAAAH="));
    CHECK(is_counter("AAAAAAAAAAI="));
  }

  TEST_CASE("parse_etag: any text that fits into a header is kept as it is (spec/twin.md 10.1.4)") {
    for (const std::string_view text : {"x", "*", "W/abc", "a,b", "NzgwNjA1MDUz", "!#$%&'()~", "\xc3\xa9"}) {
      CAPTURE(text);
      REQUIRE(doppel::parse_etag(text).has_value());
      CHECK(doppel::parse_etag(text)->view() == text);
    }
  }

  TEST_CASE("parse_etag: up to 127 bytes") {
    const std::string longest(127, 'e');
    REQUIRE(doppel::parse_etag(longest).has_value());
    CHECK(doppel::parse_etag(longest)->view() == longest);
    check_refused(std::string(128, 'e'));
    check_refused(std::string(383, 'e'));
  }

  TEST_CASE("parse_etag: what cannot stand in a header is refused") {
    check_refused("");
    check_refused("\"x\"");
    check_refused("a\"b");
    check_refused("a b");
    check_refused("a\r\nX-Other: b");
    check_refused(std::string_view("a\0b", 3));
    check_refused("a\x7f");
    check_refused("a\xff");
    check_refused("\xc3");
  }

  TEST_CASE("equality: byte for byte") {
    CHECK(etag() == etag());
    CHECK(etag() != etag::from_counter(1));
    CHECK(etag::from_counter(1) == doppel::parse_etag("AAAAAAAAAAE=").value());
    CHECK(etag::from_counter(1) != etag::from_counter(2));
    CHECK(doppel::parse_etag("a").value() != doppel::parse_etag("A").value());
    CHECK(doppel::parse_etag("a").value() != doppel::parse_etag("ab").value());
  }

  TEST_CASE("etag: a small value") {
    static_assert(sizeof(etag) == 128);
    CHECK(etag().empty());
    CHECK(etag().view().empty());
    CHECK_FALSE(etag::from_counter(1).empty());
  }
}
