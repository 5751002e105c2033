// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/path.hpp>

#include <support/random.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

using doppel::path_segment;
using doppel::path_view;

namespace {

using keys = std::vector<std::string>;

std::string key_of(path_segment segment) {
  std::string key(segment.size(), '?');
  const char* end = segment.copy(key.data());
  CHECK(end == key.data() + key.size());
  CHECK(segment.is_key(key));
  CHECK(segment.has_escapes() == (segment.raw() != key));
  return key;
}

keys parsed(std::string_view text) {
  CAPTURE(text);
  const auto path = doppel::parse_path(text);
  REQUIRE(path.has_value());
  keys result;
  for (const path_segment segment : *path) {
    result.push_back(key_of(segment));
  }
  CHECK(path->count() == result.size());
  CHECK(path->text() == text);
  return result;
}

std::string formatted(const keys& segments) {
  std::string text;
  for (const std::string& key : segments) {
    doppel::append_path_segment(text, key, text.empty());
  }
  return text;
}

void check_both_ways(std::string_view text, const keys& segments) {
  CHECK(formatted(segments) == text);
  CHECK(parsed(text) == segments);
}

void check_refused(std::string_view text) {
  CAPTURE(text);
  const auto path = doppel::parse_path(text);
  REQUIRE(path.has_error());
  CHECK(path.error() == doppel::errc::invalid_path);
}

}  // namespace

TEST_SUITE("base/path") {
  TEST_CASE("path: plain segments") {
    check_both_ways("a", {"a"});
    check_both_ways("properties.desired.fan.speed", {"properties", "desired", "fan", "speed"});
    check_both_ways("tags.4g._x.my-prop.$version", {"tags", "4g", "_x", "my-prop", "$version"});
    check_both_ways("tags.\xc3\xa9t\xc3\xa9.\xf0\x9f\x98\x80", {"tags", "\xc3\xa9t\xc3\xa9", "\xf0\x9f\x98\x80"});
  }

  TEST_CASE("path: the empty text has no segments") {
    check_both_ways("", {});
    CHECK(doppel::parse_path("")->empty());
    CHECK(path_view().begin() == path_view().end());
  }

  TEST_CASE("path: the empty key") {
    check_both_ways("[[]]", {""});
    check_both_ways("a.[[]].b", {"a", "", "b"});
    check_both_ways("[[]].[[]]", {"", ""});
  }

  TEST_CASE("path: odd keys are escaped (spec/query.md 2.5)") {
    check_both_ways("[[a.b]]", {"a.b"});
    check_both_ways("tags.[[odd key]].x", {"tags", "odd key", "x"});
    check_both_ways("[[a/b]].[[#]].[[a$]]", {"a/b", "#", "a$"});
    check_both_ways("[[[]].[[[[]].[[a[0]]]", {"[", "[[", "a[0]"});
    check_both_ways("[[\n]].[[\x7f]].[[\xc2\xa0]].[[\xc2\x80]]", {"\n", "\x7f", "\xc2\xa0", "\xc2\x80"});
    check_both_ways("\xc2\xa1.\xc3\x80", {"\xc2\xa1", "\xc3\x80"});
  }

  TEST_CASE("path: closing brackets in a key, each pair of them doubled") {
    check_both_ways("[[]]]", {"]"});
    check_both_ways("[[]]]]]]", {"]]"});
    check_both_ways("[[]]]]]]]", {"]]]"});
    check_both_ways("[[a]]]", {"a]"});
    check_both_ways("[[a]b]]", {"a]b"});
    check_both_ways("[[a]]]]b]]", {"a]]b"});
    check_both_ways("[[a]]]]]b]]", {"a]]]b"});
    check_both_ways("[[a]]]].b]]", {"a]].b"});
    check_both_ways("[[a]]].[[.b]]", {"a]", ".b"});
    check_both_ways("[[[[a]]]]]]", {"[[a]]"});
  }

  TEST_CASE("format, then parse: the same keys, whatever they are") {
    doppel_test::random_source random(3);
    for (int i = 0; i != 20'000; ++i) {
      keys segments(random.below(4));
      for (std::string& key : segments) {
        for (std::size_t length = random.below(9); length != 0; --length) {
          key += random.pick({"]", "]", "]", "[", ".", "a", " ", "\xc3\xa9"});
        }
      }
      check_both_ways(formatted(segments), segments);
    }
  }

  TEST_CASE("parse, then format: one form for one path") {
    // Among all texts of brackets and one letter, those that are paths and escaped where they must be come
    // back.
    const std::string_view letters = "[].a";
    int paths = 0;
    for (std::size_t size = 1; size != 9; ++size) {
      std::size_t combinations = 1;
      for (std::size_t i = 0; i != size; ++i) {
        combinations *= letters.size();
      }
      for (std::size_t number = 0; number != combinations; ++number) {
        std::string text;
        for (std::size_t rest = number, i = 0; i != size; ++i, rest /= letters.size()) {
          text += letters[rest % letters.size()];
        }
        const auto path = doppel::parse_path(text);
        if (!path) {
          continue;
        }
        ++paths;
        keys segments;
        bool is_needlessly_escaped = false;
        for (const path_segment segment : *path) {
          segments.push_back(key_of(segment));
          const std::string& key = segments.back();
          is_needlessly_escaped =
              is_needlessly_escaped || (segment.raw().data() != text.data() && segment.raw().data()[-1] == '[' &&
                                        !key.empty() && key.find_first_not_of('a') == std::string::npos);
        }
        if (!is_needlessly_escaped) {
          CHECK(formatted(segments) == text);
        }
      }
    }
    CHECK(paths > 100);
  }

  TEST_CASE("parse: more is taken bare than is written bare") {
    CHECK(parsed("a/b.c+d.#e.f$") == keys{"a/b", "c+d", "#e", "f$"});
    CHECK(parsed("[[a]].[[b]]") == keys{"a", "b"});
  }

  TEST_CASE("parse: refused texts") {
    for (const std::string_view text :
         {".",      "a.",           ".a",           "a..b",    "a.b.",   "a b",     " a",     "a\tb",
          "a\nb",   "a\x7f",        "a]",           "]",       "a[0]",   "a[[b]]",  "[",      "[[",
          "[[a",    "[[a]",         "[a]]",         "[a]",     "[[a]]b", "[[a]]]]", "[[]]]]", "[[a]][[b]]",
          "[[a]].", "[[a]]..b",     "a.[[",         "a.[[b]",  "[[a]] ", "[[a]]]b", "\xff",   "[[\xff]]",
          "a.\xc3", "[[\xc3]]\xa9", "\xed\xa0\x80", "\xc0\xaf"}) {
      check_refused(text);
    }
    check_refused(std::string_view("a\0b", 3));
  }

  TEST_CASE("is_key: compares the key, not its spelling") {
    const auto segment = [](std::string_view text) { return doppel::parse_path(text)->front(); };
    CHECK(segment("ab").is_key("ab"));
    CHECK_FALSE(segment("ab").is_key("a"));
    CHECK_FALSE(segment("ab").is_key("abc"));
    CHECK_FALSE(segment("ab").is_key("Ab"));
    CHECK_FALSE(segment("ab").is_key(""));
    CHECK(segment("[[ab]]").is_key("ab"));
    CHECK(segment("[[]]").is_key(""));
    CHECK_FALSE(segment("[[]]").is_key("a"));
    CHECK(segment("[[a]]]]b]]").is_key("a]]b"));
    CHECK_FALSE(segment("[[a]]]]b]]").is_key("a]]]]b"));
    CHECK_FALSE(segment("[[a]]]]b]]").is_key("a]]"));
    CHECK_FALSE(segment("[[a]]]]b]]").is_key("a]]bc"));
    CHECK_FALSE(segment("[[a]]]]b]]").is_key("xa]]b"));
  }

  TEST_CASE("without_front: the rest of the path") {
    path_view path = doppel::parse_path("a.[[b.c]].d").value();
    CHECK(path.front().raw() == "a");
    path = path.without_front();
    CHECK(path.text() == "[[b.c]].d");
    CHECK(path.front().raw() == "b.c");
    path = path.without_front().without_front();
    CHECK(path.empty());
  }

  TEST_CASE("path: works at compile time") {
    static_assert(doppel::parse_path("a.b")->count() == 2);
    CHECK(true);
  }
}
