// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/precondition.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using doppel::etag;
using doppel::if_match_mode;
using doppel::precondition;
using kind = doppel::precondition::kind_type;

namespace {

etag tag(std::string_view text) { return doppel::parse_etag(text).value(); }

precondition parsed(std::string_view header, if_match_mode mode = if_match_mode::strict) {
  CAPTURE(header);
  const auto result = doppel::parse_if_match(header, mode);
  REQUIRE(result.has_value());
  return *result;
}

bool holds(std::string_view header, std::string_view current, if_match_mode mode = if_match_mode::strict) {
  return parsed(header, mode).holds(tag(current));
}

// Refused in strict mode, as if absent in service mode.
void check_malformed(std::string_view header) {
  CAPTURE(header);
  const auto strict = doppel::parse_if_match(header, if_match_mode::strict);
  REQUIRE(strict.has_error());
  CHECK(strict.error() == doppel::errc::invalid_etag);
  CHECK(parsed(header, if_match_mode::service).kind() == kind::none);
}

}  // namespace

TEST_SUITE("base/precondition") {
  TEST_CASE("precondition: without a header there is none (spec/twin.md 11.1.1)") {
    CHECK(precondition{}.kind() == kind::none);
    CHECK(precondition{}.holds(tag("a")));
    CHECK(precondition{}.holds(etag()));
  }

  TEST_CASE("parse_if_match: a star, quoted or not, always holds (spec/twin.md 11.1.2)") {
    for (const if_match_mode mode : {if_match_mode::strict, if_match_mode::service}) {
      for (const std::string_view header : {"*", "\"*\"", " * ", "\t\"*\"\t", "W/\"*\""}) {
        CAPTURE(header);
        CHECK(parsed(header, mode).kind() == kind::any);
        CHECK(parsed(header, mode).holds(tag("AAAAAAAAAAE=")));
      }
    }
  }

  TEST_CASE("parse_if_match: a quoted etag is compared (spec/twin.md 11.1.3)") {
    for (const if_match_mode mode : {if_match_mode::strict, if_match_mode::service}) {
      CHECK(parsed("\"AAAAAAAAAAE=\"", mode).kind() == kind::list);
      CHECK(holds("\"AAAAAAAAAAE=\"", "AAAAAAAAAAE=", mode));
      CHECK_FALSE(holds("\"AAAAAAAAAAE=\"", "AAAAAAAAAAI=", mode));
      CHECK_FALSE(holds("\"AAAAAAAAAAE=\"", "aaaaaaaaaae=", mode));
      CHECK(holds("  \"x\"\t", "x", mode));
    }
  }

  TEST_CASE("parse_if_match: an unquoted etag is compared in strict mode only (spec/twin.md 11.1.4)") {
    CHECK(parsed("AAAAAAAAAAE=").kind() == kind::list);
    CHECK(holds("AAAAAAAAAAE=", "AAAAAAAAAAE="));
    CHECK_FALSE(holds("AAAAAAAAAAE=", "AAAAAAAAAAI="));
    CHECK(parsed("AAAAAAAAAAE=", if_match_mode::service).kind() == kind::none);
    CHECK(holds("AAAAAAAAAAE=", "AAAAAAAAAAI=", if_match_mode::service));
  }

  TEST_CASE("parse_if_match: strict is the default") {
    CHECK_FALSE(doppel::parse_if_match("a").value().holds(tag("b")));
  }

  TEST_CASE("parse_if_match: the mark of a weak etag does not count (spec/twin.md 11.1.5)") {
    CHECK(holds("W/\"x\"", "x"));
    CHECK_FALSE(holds("W/\"x\"", "y"));
    CHECK(holds("W/\"x\"", "x", if_match_mode::service));
    // Without quotes it is a part of the etag, for base64 has a slash.
    CHECK(holds("W/x", "W/x"));
    CHECK_FALSE(holds("W/x", "x"));
    CHECK_FALSE(holds("\"W/x\"", "x"));
    check_malformed("w/\"x\"");
    check_malformed("W/ \"x\"");
  }

  TEST_CASE("parse_if_match: of a list any match is enough (spec/twin.md 11.1.5)") {
    for (const if_match_mode mode : {if_match_mode::strict, if_match_mode::service}) {
      const std::string_view header = "\"a\", W/\"b\",\t\"c\"";
      CHECK(parsed(header, mode).kind() == kind::list);
      CHECK(holds(header, "a", mode));
      CHECK(holds(header, "b", mode));
      CHECK(holds(header, "c", mode));
      CHECK_FALSE(holds(header, "d", mode));
      CHECK(parsed("\"a\", \"*\"", mode).kind() == kind::any);
    }
  }

  TEST_CASE("parse_if_match: one unquoted etag makes the service ignore the whole list") {
    CHECK(holds("\"a\", b", "b"));
    CHECK(holds("a,b", "a"));
    CHECK(holds("a,b", "b"));
    CHECK_FALSE(holds("a,b", "a,b"));
    CHECK(parsed("\"a\", b", if_match_mode::service).kind() == kind::none);
    CHECK(parsed("b, \"a\"", if_match_mode::service).kind() == kind::none);
  }

  TEST_CASE("parse_if_match: empty elements of a list are passed over") {
    CHECK(holds(",\"a\",, ,\"b\",", "b"));
    CHECK_FALSE(holds(",\"a\",, ,\"b\",", "c"));
  }

  TEST_CASE("parse_if_match: a comma within quotes belongs to the etag") {
    CHECK(holds("\"a,b\"", "a,b"));
    CHECK_FALSE(holds("\"a,b\"", "a"));
  }

  TEST_CASE("parse_if_match: the empty etag is well-formed and matches no twin") {
    CHECK(parsed("\"\"").kind() == kind::list);
    CHECK_FALSE(holds("\"\"", "a"));
    CHECK(holds("\"\", \"a\"", "a"));
  }

  TEST_CASE("parse_if_match: malformed headers") {
    for (const std::string_view header :
         {"",         " ",           "\t",         ",",         " , ,",     "\"",   "\"a",        "a\"",
          "\"a\"b",   "\"a\" \"b\"", "a b",        "\"a b\"",   "W/\"a",    "W/\"", "\"a\", \"b", "*, \"a\"",
          "\"a\", *", "**\"",        "\"a\"\"b\"", "\"a\";q=1", "\"a\nb\"", "a\x7f"}) {
      check_malformed(header);
    }
    check_malformed(std::string_view("\"a\0\"", 4));
  }

  TEST_CASE("parse_if_match: any length") {
    std::string header;
    for (int i = 0; i != 10'000; ++i) {
      header += "\"" + std::to_string(i) + "\", ";
    }
    header += "\"" + std::string(5000, 'x') + "\"";
    CHECK(holds(header, "0"));
    CHECK(holds(header, "9999"));
    CHECK_FALSE(holds(header, "10000"));
  }

  TEST_CASE("any and matching: conditions made without a header") {
    CHECK(precondition::any().kind() == kind::any);
    CHECK(precondition::any().holds(tag("a")));
    const etag wanted = etag::from_counter(3);
    CHECK(precondition::matching(wanted).kind() == kind::list);
    CHECK(precondition::matching(wanted).holds(wanted));
    CHECK_FALSE(precondition::matching(wanted).holds(etag::from_counter(4)));
    // Nothing in the text has a meaning of its own.
    CHECK_FALSE(precondition::matching("*").holds(tag("a")));
    CHECK(precondition::matching("*").holds(tag("*")));
    CHECK_FALSE(precondition::matching("a,b").holds(tag("a")));
    CHECK(precondition::matching("a,b").holds(tag("a,b")));
  }
}
