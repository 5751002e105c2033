// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/text_scan.hpp>

#include <doppel/query/compile.hpp>
#include <doppel/query/row.hpp>
#include <doppel/query/run.hpp>

#include <support/fixture.hpp>
#include <support/node.hpp>
#include <support/random.hpp>
#include <support/text_scan_check.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace doppel_test;
using doppel::errc;
using doppel::text_kernel;
using doppel::text_scan;
using doppel::twin_text;

namespace {

doppel::program compiled(std::string_view query, doppel::query_options options = {}) {
  options.mode = doppel::query_mode::extended;
  auto p = doppel::compile_query(query, options);
  INFO(query);
  REQUIRE(p.has_value());
  return *p;
}

doppel::program condition(std::string_view text) {
  return compiled("SELECT * FROM devices WHERE " + std::string(text));
}

std::string checked_scan(std::string_view where, std::string_view text) { return check_scan(condition(where), text); }

// What every kernel says of a text that the checker lets through.
bool holds(std::string_view where, std::string_view text) {
  const doppel::program p = condition(where);
  CHECK(check_scan(p, text) == "");
  doppel::twin_text_checker checker;
  return text_scan::make(p)->matches(checker.validate(text).value());
}

// Objects whose members stand in an order of their own, with white space and look-alikes between them.
std::string shuffled(const node& n, random_source& random) {
  const auto blank = [&] { return std::string(random.below(3), random.pick({' ', '\n', '\t', '\r'})); };
  if (n.is_array()) {
    std::string text = "[";
    for (const node& element : n.elements) text += (text.size() == 1 ? "" : ",") + blank() + shuffled(element, random);
    return text + blank() + "]";
  }
  if (!n.is_object()) return to_text(n);
  std::vector<std::string> members;
  for (const member& m : n.members) {
    std::string name;
    write_string(m.key, name);
    if (random.one_in(8) && !m.key.empty() && m.key[0] >= 'a' && m.key[0] <= 'z') {
      static constexpr char hex[] = "0123456789abcdef";
      name = std::string("\"\\u00") + hex[m.key[0] >> 4] + hex[m.key[0] & 15] + name.substr(2);
    }
    members.push_back(name + blank() + ":" + blank() + shuffled(m.value, random));
    if (random.one_in(6)) {
      members.push_back(R"(":{\"tags)" + std::to_string(members.size()) + R"(\":" :"{]}\\\":\"}" )");
    }
  }
  for (std::size_t i = members.size(); i > 1; --i) std::swap(members[i - 1], members[random.below(i)]);
  std::string text = "{";
  for (const std::string& m : members) text += (text.size() == 1 ? "" : ",") + blank() + m;
  return text + blank() + "}";
}

struct fixture_query {
  std::string name;
  doppel::program compiled;
};

std::vector<fixture_query> fixture_queries() {
  const auto text = read_file(fixture_path("queries.jsonl"));
  REQUIRE(text.has_value());
  std::vector<fixture_query> all;
  for (const numbered_line& line : split_lines(*text)) {
    node one;
    REQUIRE(read_json(line.text, one));
    doppel::query_options options;
    options.mode = doppel::query_mode::extended;
    if (one.find("dialect") != nullptr) options.dialect = doppel::query_dialect::target_condition;
    auto p = doppel::compile_query(one.find("query")->text, options);
    if (p.has_value()) all.push_back({one.find("name")->text, *p});
  }
  REQUIRE(all.size() > 100);
  return all;
}

// Memory that ends.
struct counted_memory {
  std::size_t left = 0;
  std::size_t taken = 0;

  void* try_allocate(std::size_t bytes) noexcept {
    if (left == 0) return nullptr;
    --left;
    ++taken;
    return std::malloc(bytes);
  }
  void deallocate(void* p, std::size_t) noexcept { std::free(p); }
};

}  // namespace

TEST_SUITE("query/text_scan") {
  TEST_CASE("fixtures: as the parsed documents say, in any order of members") {
    const auto fleet = read_file(fixture_path("fleet.jsonl"));
    REQUIRE(fleet.has_value());
    std::vector<std::string> texts;
    random_source random(7);
    for (const numbered_line& line : split_lines(*fleet)) {
      node document;
      REQUIRE(read_json(line.text, document));
      texts.emplace_back(line.text);
      texts.push_back(shuffled(document, random));
    }
    for (const fixture_query& query : fixture_queries()) {
      CAPTURE(query.name);
      for (const std::string& text : texts) {
        const std::string wrong = check_scan(query.compiled, text);
        if (!wrong.empty()) FAIL_CHECK(wrong << "\n" << text);
      }
    }
  }

  TEST_CASE("names: however they are escaped") {
    CHECK(holds("tags.a = 'x'", R"({"tags":{"a":"x"}})"));
    CHECK(holds("tags.a = 'x'", R"({"\u0074ags":{"\u0061":"\u0078"}})"));
    CHECK(holds("tags.[[a\"b]] = 1", R"({"tags":{"a\"b":1}})"));
    CHECK(holds("tags.[[a\"b]] = 1", R"({"tags":{"a\u0022b":1}})"));
    CHECK(holds("tags.[[a/b]] = 1", R"({"tags":{"a\/b":1}})"));
    CHECK(holds("tags.[[a\\b]] = 1", R"({"tags":{"a\\b":1}})"));
    CHECK(holds("tags.gr\xc3\xb6\xc3\x9f = 1", R"({"tags":{"gr\u00f6\u00df":1}})"));
    CHECK(holds("tags.\xf0\x9f\x98\x80 = 1", R"({"tags":{"\ud83d\ude00":1}})"));
  }

  TEST_CASE("names: none that only ends or starts like it") {
    CHECK_FALSE(holds("tags.a = 1", R"({"tags":{"\"a":1,"a\"":1,"xa":1,"a\\":1,"\\a":1,"A":1,"":1}})"));
    CHECK_FALSE(holds("tags.temperature = 1",
                      R"({"tags":{"xtemperature":1,"Temperature":1,"\"temperature":1,"emperature":1}})"));
    CHECK(holds("tags.temperature = 1", R"({"tags":{"xtemperature":2,"temperature":1}})"));
    CHECK_FALSE(holds("a = 1", R"({"b":{"a":1},"c":[{"a":1}],"d":"{\"a\":1}"})"));
    CHECK_FALSE(holds("tags.a = 1", R"({"properties":{"tags":{"a":1}},"tags":[{"a":1}]})"));
  }

  TEST_CASE("names: at the very start of the text, where eight bytes before the colon are not there") {
    CHECK(holds("a = 1", R"({"a":1})"));
    CHECK(holds("[[abcd]] = 1", R"({"abcd":1})"));
    CHECK_FALSE(holds("[[abcde]] = 1", R"({"bcde":1})"));
    CHECK(holds("devices.[[abcdefghij]] = 1", R"({"abcdefghij":1})"));
  }

  TEST_CASE("values: a path that leads nowhere is undefined (spec/query.md 4.2.5)") {
    CHECK(holds("NOT IS_DEFINED(tags.a.b)", R"({"tags":{"a":5}})"));
    CHECK(holds("NOT IS_DEFINED(tags.a.b)", R"({"tags":{"a":[{"b":1}]}})"));
    CHECK(holds("NOT IS_DEFINED(tags.a.b)", R"({"tags":{"a":{}}})"));
    CHECK(holds("NOT IS_DEFINED(tags.a.b)", R"({})"));
    CHECK(holds("IS_DEFINED(tags.a) AND NOT IS_DEFINED(tags.a.b)", R"({"tags":{"a":null}})"));
    CHECK_FALSE(holds("NOT tags.a = 1", R"({"tags":{}})"));
    CHECK_FALSE(holds("tags.a != 1", R"({"tags":{"b":1}})"));
  }

  TEST_CASE("values: elements of arrays, and members by subscript") {
    const std::string_view text = R"({"tags":{"a":[ {"b":1} , [2,{"c":3}] , "]" ],"o":{"k":[7]}}})";
    CHECK(holds("tags.a[0].b = 1 AND tags.a[1][1].c = 3 AND tags.a[2] = ']'", text));
    CHECK(holds("NOT IS_DEFINED(tags.a[3]) AND NOT IS_DEFINED(tags.a[0][0]) AND NOT IS_DEFINED(tags.o[0])", text));
    CHECK(holds("tags['o']['k'][0] = 7 AND IS_ARRAY(tags.a)", text));
  }

  TEST_CASE("values: objects and arrays as a whole") {
    CHECK(holds("tags.a = properties.desired.a", R"({"properties":{"desired":{"a":{"x":[1,2.0],"y":"A"}}},)"
                                                 R"("tags":{"a":{"y":"\u0041","x":[1,2]}}})"));
    CHECK(holds("tags.a = properties.desired.a AND tags.a.x = 1",
                R"({"properties":{"desired":{"a":{"x":1}}},"tags":{"a":{"x":1}}})"));
    CHECK(holds("IS_OBJECT(tags.a) AND IS_OBJECT(tags) AND tags.a.b.c = 1", R"({"tags":{"a":{"b":{"c":1}}}})"));
    CHECK(holds("ARRAY_CONTAINS(parentScopes, 'x')", R"({"parentScopes":["y","x"]})"));
  }

  TEST_CASE("strings: quotes and backslashes around every border of blocks and windows") {
    const doppel::program p = condition("tags.a = 'x'");
    for (std::size_t length = 0; length != 600; ++length) {
      for (const std::string_view end : {"", "\\\\", "\\\"", "\\\\\\\"{", "\\\\\\\\"}) {
        const std::string text =
            "{\"p\":\"" + std::string(length, 'y') + std::string(end) + "\",\"tags\":{\"a\":\"x\"}}";
        const std::string wrong = check_scan(p, text);
        if (!wrong.empty()) FAIL(wrong << "\n" << text);
        doppel::twin_text_checker checker;
        REQUIRE(text_scan::make(p)->matches(checker.validate(text).value()));
        if (length > 140) break;
      }
    }
    for (std::size_t run = 0; run != 140; ++run) {
      CHECK(check_scan(p, "{\"p\":\"" + std::string(run * 2, '\\') + "\",\"tags\":{\"a\":\"x\"}}") == "");
      CHECK(check_scan(p, "{\"p\":\"" + std::string(run * 2 + 1, '\\') + "\"}\",\"tags\":{\"a\":\"x\"}}") == "");
    }
  }

  TEST_CASE("texts of any size: many windows, and names that lie across two") {
    for (std::size_t fill = 0; fill != 80; ++fill) {
      std::string text = "{\"f\":\"" + std::string(fill, 'z') + "\"";
      for (std::size_t i = 0; i != 40; ++i) text += ",\"k" + std::to_string(i) + "\":{\"a\":[{}],\"b\":{\"c\":{}}}";
      text += ",\"tags\":{\"rather.long.name\":{\"a\":[1,2,3]}}}";
      const std::string wrong = checked_scan("tags.[[rather.long.name]].a[2] = 3", text);
      if (!wrong.empty()) FAIL(wrong << "\n" << text);
    }
    std::string large = "{\"f\":{";
    for (std::size_t i = 0; i != 30'000; ++i) large += "\"k" + std::to_string(i) + "\":{},";
    large += "\"z\":0},\"tags\":{\"a\":1}}";
    CHECK(holds("tags.a = 1", large));
    CHECK(holds("f.k29999 != 1 AND tags.a = 1", large));
  }

  TEST_CASE("depth: no level is too many") {
    std::string text = "{\"x\":" + std::string(50'000, '[') + std::string(50'000, ']') + ",\"y\":";
    for (std::size_t i = 0; i != 50'000; ++i) text += "{\"tags\":";
    text += "0" + std::string(50'000, '}') + ",\"tags\":{\"a\":1}}";
    CHECK(checked_scan("tags.a = 1", text) == "");
    doppel::twin_text_checker checker;
    for (const text_kernel kernel : text_kernels()) {
      CHECK(text_scan::make(condition("tags.a = 1"), {}, kernel)->matches(checker.validate(text).value()));
    }
  }

  TEST_CASE("text that is no good: cut after every byte, and with every byte damaged") {
    const std::string text = R"({"tags":{"a":[{"b":"x\"\\"},[1,2]],"\u0062":{"c":-1.5e3}},"z":{"y":null}} )";
    for (const std::string_view where : {"tags.a[0].b = 'x' OR tags.b.c < 1", "z.y = null", "tags.a = z"}) {
      const doppel::program p = condition(where);
      for (std::size_t size = 0; size <= text.size(); ++size) {
        CHECK(check_scan(p, std::string_view(text).substr(0, size)) == "");
        // Closed all the same, so that the scan goes in.
        CHECK(check_scan(p, text.substr(0, size) + "}") == "");
      }
      for (std::size_t i = 0; i != text.size(); ++i) {
        for (const char c : {'"', '\\', '{', '}', '[', ']', ':', ',', ' ', '\0', '\xff', 'n', '0'}) {
          std::string damaged = text;
          damaged[i] = c;
          const std::string wrong = check_scan(p, damaged);
          if (!wrong.empty()) FAIL(wrong << "\n" << damaged);
        }
      }
    }
  }

  TEST_CASE("rows: written, and added to a run") {
    const std::string_view texts[] = {R"({"deviceId":"a","tags":{"n":1.50}})", R"({"deviceId":"b","tags":{"n":0}})",
                                      R"({"deviceId":"c","tags":{"n":2,"o":{"x": [1]}}})"};
    std::vector<twin_text> twins;
    for (const std::string_view text : texts) twins.push_back(twin_text::trusted(text));
    for (const text_kernel kernel : text_kernels()) {
      const doppel::program p =
          compiled("SELECT deviceId, tags.n AS n, tags.o AS o FROM devices WHERE tags.n > 0 ORDER BY tags.n DESC");
      auto scan = text_scan::make(p, {}, kernel).value();
      doppel::text_buffer row;
      bool matched = true;
      REQUIRE(scan.write_row(twins[1], row, matched).has_value());
      CHECK_FALSE(matched);
      CHECK(row.view() == "");
      REQUIRE(scan.write_row(twins[0], row, matched).has_value());
      CHECK(matched);
      CHECK(row.view() == R"({"deviceId":"a","n":1.50})");

      doppel::query_run run(p);
      for (std::size_t i = 0; i != twins.size(); ++i) REQUIRE(scan.add_to(run, twins[i], i).has_value());
      CHECK(run.matched() == 2);
      std::string rows;
      REQUIRE(run.finish([&](std::string_view one) {
                   rows += std::string(one) + "\n";
                   return true;
                 })
                  .has_value());
      CHECK(rows == "{\"deviceId\":\"c\",\"n\":2,\"o\":{\"x\":[1]}}\n{\"deviceId\":\"a\",\"n\":1.50}\n");
    }
  }

  TEST_CASE("rows: groups and averages") {
    const doppel::program p =
        compiled("SELECT tags.r AS r, COUNT() AS n, AVG(tags.v) AS v FROM devices GROUP BY tags.r");
    auto scan = text_scan::make(p).value();
    doppel::query_run run(p);
    std::uint64_t position = 0;
    for (const std::string_view text : {R"({"tags":{"r":"x","v":1}})", R"({"tags":{"v":5,"r":"\u0078"}})", "{}"}) {
      REQUIRE(scan.add_to(run, twin_text::trusted(text), position++).has_value());
    }
    std::vector<std::string> rows;
    REQUIRE(run.finish([&](std::string_view one) {
                 rows.emplace_back(one);
                 return true;
               })
                .has_value());
    REQUIRE(rows.size() == 2);
    CHECK(rows[1] == R"({"n":1})");
    node first;
    REQUIRE(read_json(rows[0], first));
    CHECK(first.find("n")->text == "2");
    CHECK(std::stod(first.find("v")->text) == 3);
  }

  TEST_CASE("many texts: in order, until the caller has enough") {
    const std::string_view texts[] = {R"({"a":1})", R"({"a":2})", R"({"a":1})", R"({"b":1})", R"({"a":1})"};
    std::vector<twin_text> twins;
    for (const std::string_view text : texts) twins.push_back(twin_text::trusted(text));
    for (const text_kernel kernel : text_kernels()) {
      auto scan = text_scan::make(condition("a = 1"), {}, kernel).value();
      std::vector<std::size_t> found;
      CHECK(scan.each_match(twins, [&](std::size_t i) {
        found.push_back(i);
        return found.size() != 2;
      }) == 3);
      CHECK(found == std::vector<std::size_t>{0, 2});
      found.clear();
      CHECK(scan.each_row(twins, [&](std::size_t i, const doppel::query_value*) {
        found.push_back(i);
        return true;
      }) == 5);
      CHECK(found == std::vector<std::size_t>{0, 2, 4});
      CHECK(scan.each_match({}, [](std::size_t) { return true; }) == 0);
    }
  }

  TEST_CASE("a verdict that is certain ends the scan: the rest is not looked at") {
    // No text that the checker would let through: the scan must not get there.
    const twin_text text = twin_text::trusted(R"({"a":1,"b":{"c":2,"d":}]"x}})");
    for (const text_kernel kernel : text_kernels()) {
      if (kernel == text_kernel::portable) continue;  // which has to index the whole text
      CHECK(text_scan::make(condition("a = 1"), {}, kernel)->matches(text));
      CHECK(text_scan::make(condition("b.c = 2"), {}, kernel)->matches(text));
    }
  }

  TEST_CASE("memory: refused while a scan is made; not asked for later, and not needed") {
    const doppel::program p = condition("tags.a = 1 AND tags.b.c[0] = 2 AND tags.a = tags.d");
    const std::string_view text = R"({"tags":{"d":1.0,"b":{"c":[2]},"a":1}})";
    for (const text_kernel kernel : text_kernels()) {
      CAPTURE(name_of(kernel));
      std::size_t enough = 0;
      for (;; ++enough) {
        counted_memory source{enough};
        const auto scan = text_scan::make(p, doppel::memory_ref(source), kernel);
        if (scan.has_value()) break;
        CHECK(scan.error() == errc::out_of_memory);
        REQUIRE(enough < 100);
      }
      CHECK(enough > 0);
      counted_memory source{enough};
      auto scan = text_scan::make(p, doppel::memory_ref(source), kernel).value();
      for (int i = 0; i != 3; ++i) CHECK(scan.matches(twin_text::trusted(text)));  // nothing is left
      if (kernel == text_kernel::portable) {
        source.left = 10;
        for (int i = 0; i != 3; ++i) CHECK(scan.matches(twin_text::trusted(text)));
        CHECK(source.taken == enough + 1);  // the copy
      }
    }
  }

  TEST_CASE("kernels: one is always there, and the best one works") {
    CHECK(is_supported(text_kernel::portable));
    CHECK(is_supported(doppel::best_text_kernel()));
    CHECK(text_scan::make(condition("a = 1"))->kernel() == doppel::best_text_kernel());
  }

  TEST_CASE("a scan moves with its memory") {
    auto first = text_scan::make(condition("tags.a = 1")).value();
    CHECK(first.matches(twin_text::trusted(R"({"tags":{"a":1}})")));
    text_scan second = std::move(first);
    CHECK(second.matches(twin_text::trusted(R"({"tags":{"a":1}})")));
    CHECK_FALSE(second.matches(twin_text::trusted(R"({"tags":{"a":2}})")));
  }
}
