// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/twin_text.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using doppel::errc;
using doppel::twin_text;
using doppel::twin_text_checker;

TEST_SUITE("query/twin_text") {
  TEST_CASE("check: a good text is seen from brace to brace") {
    twin_text_checker checker;
    const std::string text = " \r\n\t{\"a\":[1,{\"b\":null}]} \n";
    const auto checked = checker.validate(text);
    REQUIRE(checked.has_value());
    CHECK(checked->view() == R"({"a":[1,{"b":null}]})");
    CHECK(checked->data() == text.data() + 4);
    CHECK(checked->has_canonical_names());
    CHECK_FALSE(checked->is_padded());
    CHECK(checker.validate(text, {}, true)->is_padded());
  }

  TEST_CASE("check: tells names that are escaped in another way than ours") {
    twin_text_checker checker;
    CHECK(checker.validate(R"({"a\"b\\\n\u001f":"\u0061"})")->has_canonical_names());
    CHECK_FALSE(checker.validate(R"({"x":{"\u0061":1}})")->has_canonical_names());
    CHECK_FALSE(checker.validate(R"({"a\/b":1})")->has_canonical_names());
    CHECK_FALSE(checker.validate(R"({"\u001F":1})")->has_canonical_names());
    CHECK_FALSE(checker.validate(R"({"\ud83d\ude00":1})")->has_canonical_names());
  }

  TEST_CASE("check: refuses, and says what and where") {
    struct refusal {
      std::string_view text;
      errc code;
      std::uint64_t offset;
      std::string_view path;
    };
    const refusal all[] = {
        {"", errc::malformed_json, 0, ""},
        {"{", errc::malformed_json, 1, ""},
        {R"({"a":{"b":tru}})", errc::malformed_json, 10, "a.b"},
        {R"({"a":1}x)", errc::malformed_json, 7, ""},
        {R"({"a":1}{})", errc::malformed_json, 7, ""},
        {R"({"a":[1}])", errc::malformed_json, 7, "a[0]"},
        {R"({"a":"\x"})", errc::malformed_json, 6, "a"},
        {R"({"a":1e999})", errc::malformed_json, 5, "a"},
        {"{\"a\":\"\xc0\x80\"}", errc::malformed_json, 6, "a"},
        {"[1]", errc::invalid_document, 0, ""},
        {" 5", errc::invalid_document, 1, ""},
        {R"({"a":1,"b":{"c":1,"c":2}})", errc::duplicate_member, 18, "b"},
        {R"({"a":1,"\u0061":2})", errc::duplicate_member, 7, ""},
        {R"({"a":[{"b":1,"b":2}]})", errc::duplicate_member, 13, "a[0]"},
    };
    twin_text_checker checker;
    for (const refusal& one : all) {
      CAPTURE(one.text);
      doppel::diagnostic d;
      const auto checked = checker.validate(one.text, {}, false, &d);
      REQUIRE_FALSE(checked.has_value());
      CHECK(checked.error() == one.code);
      CHECK(d.code == one.code);
      CHECK(d.offset == one.offset);
      CHECK(std::string(d.path()).starts_with(one.path));
    }
  }

  TEST_CASE("check: the same name in different objects is no duplicate") {
    twin_text_checker checker;
    CHECK(checker.validate(R"({"a":{"a":{"a":1},"b":{"a":1}},"b":[{"a":1},{"a":2}]})").has_value());
  }

  TEST_CASE("check: of an object with many members the names are compared too") {
    for (const std::size_t count : {23u, 24u, 25u, 26u, 3000u}) {
      CAPTURE(count);
      std::string text = "{\"same\":{";
      for (std::size_t i = 0; i != count; ++i) text += "\"k" + std::to_string(i) + "\":{\"same\":1},";
      twin_text_checker checker;
      CHECK(checker.validate(text + "\"other\":0}}").has_value());
      const auto twice = checker.validate(text + "\"k7\":0}}");
      REQUIRE_FALSE(twice.has_value());
      CHECK(twice.error() == errc::duplicate_member);
    }
  }

  TEST_CASE("check: bounds the text, not its depth") {
    twin_text_checker checker;
    doppel::limits bounds;
    bounds.text_bytes = 10;
    CHECK(checker.validate(R"({"abcd":1})", bounds).has_value());
    CHECK(checker.validate(R"({"abcde":1})", bounds).error() == errc::text_too_long);
    const std::string deep = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    CHECK(checker.validate(deep).has_value());
  }

  TEST_CASE("trusted: what cannot be an object is an empty one") {
    for (const std::string_view text : {"", " ", "{", "}", "[]", "5", "{\"a\":1", "\"{}\""}) {
      CHECK(twin_text::trusted(text).view() == "{}");
    }
    CHECK(twin_text().view() == "{}");
    CHECK(twin_text::trusted(" {\"a\":1} ").view() == "{\"a\":1}");
  }
}
