// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/diagnostic.hpp>

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

using doppel::diagnostic;

namespace {

diagnostic located(std::string_view text, std::uint64_t offset) {
  diagnostic result;
  result.offset = offset;
  result.locate(text);
  return result;
}

}  // namespace

TEST_SUITE("base/diagnostic") {
  TEST_CASE("diagnostic: new, it says nothing") {
    const diagnostic fresh;
    CHECK(fresh.code == doppel::errc{});
    CHECK(fresh.offset == 0);
    CHECK(fresh.line == 0);
    CHECK(fresh.column == 0);
    CHECK(fresh.path().empty());
    CHECK(fresh.expected.empty());
    static_assert(std::is_trivially_copyable_v<diagnostic>);
  }

  TEST_CASE("path: keys and indexes in the order they are appended") {
    diagnostic d;
    d.append_key("properties");
    d.append_key("desired");
    d.append_index(0);
    d.append_index(18446744073709551615U);
    d.append_key("b");
    CHECK(d.path() == "properties.desired[0][18446744073709551615].b");
    CHECK_FALSE(d.is_path_truncated());
  }

  TEST_CASE("path: odd keys are escaped") {
    diagnostic d;
    d.append_key("");
    d.append_key("a.b");
    d.append_key("x]]y");
    CHECK(d.path() == "[[]].[[a.b]].[[x]]]]y]]");
  }

  TEST_CASE("path: an index may come first") {
    diagnostic d;
    d.append_index(7);
    d.append_key("a");
    CHECK(d.path() == "[7].a");
  }

  TEST_CASE("path: exactly the capacity is kept") {
    diagnostic d;
    const std::string key(diagnostic::path_capacity, 'k');
    d.append_key(key);
    CHECK(d.path() == key);
    CHECK_FALSE(d.is_path_truncated());
    d.append_key("b");
    CHECK(d.path() == key.substr(0, diagnostic::path_capacity - 3) + "...");
    CHECK(d.is_path_truncated());
  }

  TEST_CASE("path: once cut it stays so") {
    diagnostic d;
    d.append_key("a");
    d.append_key(std::string(2000, 'k'));
    const std::string cut(d.path());
    CHECK(cut == "a." + std::string(diagnostic::path_capacity - 5, 'k') + "...");
    d.append_key("b");
    d.append_index(1);
    CHECK(d.path() == cut);
    d.clear_path();
    CHECK(d.path().empty());
    CHECK_FALSE(d.is_path_truncated());
    d.append_key("b");
    CHECK(d.path() == "b");
  }

  TEST_CASE("path: it is not cut within a character") {
    // The last byte that could be kept, the 253rd, is each byte of a character of four in turn.
    for (std::size_t shift = 0; shift != 4; ++shift) {
      CAPTURE(shift);
      std::string key(shift, 'k');
      while (key.size() < 2 * diagnostic::path_capacity) {
        key += "\xf0\x9f\x98\x80";
      }
      diagnostic d;
      d.append_key(key);
      const std::size_t kept = d.path().size() - 3;
      CHECK(kept > diagnostic::path_capacity - 7);
      CHECK(kept % 4 == shift % 4);
      CHECK(d.path() == key.substr(0, kept) + "...");
    }
  }

  TEST_CASE("path: bytes that are no characters are cut all the same") {
    diagnostic d;
    d.append_key(std::string(1000, '\x80'));
    CHECK(d.path().size() >= diagnostic::path_capacity - 3);
    CHECK(d.path().size() <= diagnostic::path_capacity);
  }

  TEST_CASE("locate: lines and columns count from 1, columns in bytes") {
    const std::string_view text = "{\n  \"\xc3\xa9\": 1,\r\n\n}";
    CHECK(located(text, 0).line == 1);
    CHECK(located(text, 0).column == 1);
    CHECK(located(text, 1).line == 1);
    CHECK(located(text, 1).column == 2);
    CHECK(located(text, 2).line == 2);
    CHECK(located(text, 2).column == 1);
    CHECK(located(text, 10).line == 2);
    CHECK(located(text, 10).column == 9);
    CHECK(located(text, text.find("\n\n") + 1).line == 3);
    CHECK(located(text, text.find("\n\n") + 1).column == 1);
    CHECK(located(text, text.size()).line == 4);
    CHECK(located(text, text.size()).column == 2);
  }

  TEST_CASE("locate: an offset beyond the text is its end") {
    CHECK(located("a\nb", 1000).line == 2);
    CHECK(located("a\nb", 1000).column == 2);
    CHECK(located("", 5).line == 1);
    CHECK(located("", 5).column == 1);
  }

  TEST_CASE("clear: back to the new state") {
    diagnostic d;
    d.code = doppel::errc::depth;
    d.offset = 9;
    d.expected = "a value";
    d.append_key("a");
    d.locate("0123456789");
    d.clear();
    CHECK(d.code == doppel::errc{});
    CHECK(d.offset == 0);
    CHECK(d.line == 0);
    CHECK(d.column == 0);
    CHECK(d.path().empty());
    CHECK(d.expected.empty());
  }
}
