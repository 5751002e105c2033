// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "../doppel/splitter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// "line:column text" of each document, then "line:column! message" of each problem, in order of their kind.
using findings = std::vector<std::string>;

std::string where(const cli::text_place& place) {
  return std::to_string(place.line) + ':' + std::to_string(place.column);
}

/// Feeds a text in pieces of some size.
findings split(std::string_view text, std::size_t piece, std::size_t max_document = 100) {
  cli::splitter splitter(max_document);
  findings documents;
  findings wrong;
  std::string held;
  std::size_t most_held = 0;
  for (std::size_t at = 0; !splitter.is_lost();) {
    const std::string_view next = text.substr(at, piece);
    at += next.size();
    held += next;
    std::vector<cli::extent> found;
    std::vector<cli::input_problem> problems;
    const std::size_t used = splitter.split(held, next.empty(), found, problems);
    REQUIRE(used <= held.size());
    for (const cli::extent& e : found) documents.push_back(where(e.place) + ' ' + held.substr(e.offset, e.size));
    for (const cli::input_problem& p : problems) wrong.push_back(where(p.place) + "! " + p.message);
    held.erase(0, used);
    most_held = std::max(most_held, held.size());
    if (next.empty()) break;
  }
  CHECK(most_held <= max_document + piece);
  documents.insert(documents.end(), wrong.begin(), wrong.end());
  return documents;
}

void check(std::string_view text, const findings& expected, std::size_t max_document = 100) {
  CAPTURE(text);
  for (std::size_t piece = 1; piece <= text.size() + 1; ++piece) {
    CAPTURE(piece);
    CHECK(split(text, piece, max_document) == expected);
  }
}

}  // namespace

TEST_SUITE("splitter") {
  TEST_CASE("lines: one document a line, blank ones left out") {
    check("", {});
    check("\n \r\n\t\n", {});
    check("{\"a\":1}\n{\"b\":2}\n", {"1:1 {\"a\":1}", "2:1 {\"b\":2}"});
    check("{\"a\":1}\r\n\r\n  {\"b\":2} \n\n{\"c\":3}", {"1:1 {\"a\":1}", "3:3 {\"b\":2}", "5:1 {\"c\":3}"});
  }

  TEST_CASE("lines: what is no document is left to those who read it") {
    check("{\"a\":1\n}\n[1]\nx\n", {"1:1 {\"a\":1", "2:1 }", "3:1 [1]", "4:1 x"});
    check("null\n{}", {"1:1 null", "2:1 {}"});
  }

  TEST_CASE("lines: a byte order mark is dropped") {
    check("\xef\xbb\xbf{\"a\":1}\n{}", {"1:1 {\"a\":1}", "2:1 {}"});
    check("\xef\xbb\xbf[{}]", {"1:2 {}"});
  }

  TEST_CASE("lines: one that is too long is told and left out") {
    check("{}\n{\"long\":123456}\n{\"a\":1}",
          {"1:1 {}", "3:1 {\"a\":1}", "2:1! longer than 9 bytes: no document, left out"}, 9);
    check("{\"long\":123456}", {"1:1! longer than 9 bytes: no document, left out"}, 9);
    check("{\"exact\"}\n", {"1:1 {\"exact\"}"}, 9);
  }

  TEST_CASE("arrays: their elements, whatever is in strings") {
    check("[]", {});
    check("[{\"a\":1},{\"b\":[2]}]", {"1:2 {\"a\":1}", "1:10 {\"b\":[2]}"});
    check(" [\n  {\"a\": \"]}\\\"[{\"},\n  {}\n]\n", {"2:3 {\"a\": \"]}\\\"[{\"}", "3:3 {}"});
    check("[{\"a\":\"\\\\\"},{}]", {"1:2 {\"a\":\"\\\\\"}", "1:13 {}"});
  }

  TEST_CASE("arrays: elements that are no objects") {
    check("[1,\"x\",[[]],true]", {"1:2 1", "1:4 \"x\"", "1:8 [[]]", "1:13 true"});
  }

  TEST_CASE("arrays: several after one another, as pages come") {
    check("[{\"a\":1}]\n[{\"b\":2}]", {"1:2 {\"a\":1}", "2:2 {\"b\":2}"});
    check("[{\"a\":1}]{\n}", {"1:2 {\"a\":1}", "1:10 {\n}"});
  }

  TEST_CASE("arrays: what is wrong between documents ends the file") {
    check("[{} {}]", {"1:2 {}", "1:5! expected a comma or the end of the array"});
    check("[,{}]", {"1:2! expected a document or the end of the array"});
    check("[{},]", {"1:2 {}", "1:5! expected a document"});
    check("[{}]x[{}]", {"1:2 {}", "1:5! expected a document or an array of documents"});
    check("[{}}", {"1:2 {}", "1:4! expected a comma or the end of the array"});
  }

  TEST_CASE("arrays: what ends too early") {
    check("[{},{\"a\":", {"1:2 {}", "1:5! this document does not end"});
    check("[{}\n", {"1:2 {}", "2:1! expected the end of the array"});
    check("[", {"1:2! expected the end of the array"});
  }

  TEST_CASE("arrays: an element that is too long is told and left out") {
    check("[{},{\"long\":123456},{}]", {"1:2 {}", "1:21 {}", "1:5! longer than 9 bytes: no document, left out"}, 9);
    check("[{},{\"long\":123456}",
          {"1:2 {}", "1:5! longer than 9 bytes: no document, left out", "1:20! expected the end of the array"}, 9);
  }

  TEST_CASE("documents over several lines") {
    check("{\n  \"a\": {\n  }\n}\n", {"1:1 {\n  \"a\": {\n  }\n}"});
    check("{ \n}\n\n{\"b\":2}", {"1:1 { \n}", "4:1 {\"b\":2}"});
    check("{\n\"a\":1\n", {"1:1! this document does not end"});
  }
}
