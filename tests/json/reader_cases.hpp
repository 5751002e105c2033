// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_JSON_READER_CASES_HPP
#define DOPPEL_TESTS_JSON_READER_CASES_HPP

#include "operations_text.hpp"

#include <doppel/base/limits.hpp>
#include <doppel/base/path.hpp>
#include <doppel/json/operations.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

// What every reader makes of a text. Each reader's own test runs all of it.
namespace doppel_test {

template <class Reader>
class reader_under_test {
public:
  doppel::limits limits;
  doppel::detail::read_options options;
  doppel::detail::operation_list list{doppel::memory_ref()};

  doppel::detail::read_status read(std::string_view text,
                                   doppel::detail::text_shape shape = doppel::detail::text_shape::section) {
    options.bounds = &limits;
    hook_runs = 0;
    return reader_.read(list, text, shape, options, [&] { ++hook_runs; });
  }

  // The operations of one section, or what is wrong: the text, or a rule.
  std::string section(std::string_view text, doppel::section_name name = doppel::section_name::reported) {
    options.section = name;
    const auto status = read(text);
    if (!status)
      return errc_word(status.code) + "@" + std::to_string(status.offset) + " " + std::string(status.expected);
    if (const auto broken = list.first_error()) return errc_word(broken.code) + "@" + std::to_string(broken.offset);
    return operations_text(list, name);
  }

  std::string at_path(std::string_view path, std::string_view text) {
    const auto parsed = doppel::parse_path(path);
    REQUIRE(parsed.has_value());
    options.at = *parsed;
    std::string out = section(text);
    options.at = {};
    return out;
  }

  // Each section that the text speaks of, one after the other.
  std::string outer(std::string_view text, doppel::detail::text_shape shape) {
    const auto status = read(text, shape);
    if (!status)
      return errc_word(status.code) + "@" + std::to_string(status.offset) + " " + std::string(status.expected);
    if (const auto broken = list.first_error()) return errc_word(broken.code) + "@" + std::to_string(broken.offset);
    std::string out;
    for (const auto name : {doppel::section_name::root, doppel::section_name::tags, doppel::section_name::desired,
                            doppel::section_name::reported}) {
      const auto state = list.section(name).state;
      if (state == doppel::detail::section_state::absent) continue;
      if (!out.empty()) out += "; ";
      out += std::string(section_word(name)) + ":";
      const std::string operations = operations_text(list, name);
      if (state == doppel::detail::section_state::null) {
        out += " null";
      } else if (!operations.empty()) {
        out += " " + operations;
      }
    }
    return out;
  }
  std::string body(std::string_view text) { return outer(text, doppel::detail::text_shape::body); }
  std::string document(std::string_view text) { return outer(text, doppel::detail::text_shape::document); }

  int hook_runs = 0;

private:
  Reader reader_{doppel::memory_ref()};
};

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (; times != 0; --times) out += text;
  return out;
}

template <class Reader>
void check_reader() {
  using doppel::section_name;
  reader_under_test<Reader> r;

  SUBCASE("section: leaves, deletions, objects (6.1)") {
    CHECK(r.section("{}") == "");
    CHECK(r.section(R"({"a":1,"b":null,"c":{"d":"x","e":{}},"f":true,"g":false})") ==
          R"(a=1 -b c{ d="x" e{ } } f=true g=false)");
    CHECK(r.section(" {\n \"a\" : 1 ,\t\"b\" : { } }\r\n") == "a=1 b{ }");
    CHECK(r.hook_runs == 1);
    const auto& s = r.list.section(section_name::reported);
    CHECK(s.members == 2);
    CHECK(s.objects == 1);
    CHECK(s.counted == 10);
  }

  SUBCASE("section: what it is instead of an object (4.5.2, 6.4)") {
    CHECK(r.section("[1]") == "section_not_object@0");
    CHECK(r.section(" 5") == "section_not_object@1");
    CHECK(r.section(R"("x")") == "section_not_object@0");
    CHECK(r.section("null") == "");
    CHECK(r.list.section(section_name::reported).state == doppel::detail::section_state::null);
  }

  SUBCASE("strings: one canonical form") {
    CHECK(r.section(R"({"a":"\u0041\/\u00e9\ud83d\ude00\n\u001F\"\\"})") ==
          "a=\"A/\xc3\xa9\xf0\x9f\x98\x80\\n\\u001f\\\"\\\\\"");
    CHECK(r.section(R"({"\u0061\"\\":1})") == R"(a\"\\=1)");
    CHECK(r.section("{\"a\":\"\x7f\xc2\x80\"}") == "a=\"\x7f\xc2\x80\"");
    CHECK(r.list.section(section_name::reported).counted == 1);  // controls do not count (5.6)
    CHECK(r.section(R"({"":""})") == R"(="")");
  }

  SUBCASE("arrays: stored without white space, in canonical form, one leaf") {
    CHECK(r.section(R"({"a":[]})") == "a=[]");
    CHECK(r.section(R"({"a":[1,"x",[true],{"k":{}}]})") == R"(a=[1,"x",[true],{"k":{}}])");
    CHECK(r.list.section(section_name::reported).counted == 15);  // 1 + 8 + 1 + 4 + 1 (5.4)
    CHECK(r.section("{\"a\":[ 1 , \"\\u0041\" ,[ ],\n{ \"k\" : [ ] } ], \"b\":2}") == R"(a=[1,"A",[],{"k":[]}] b=2)");
    CHECK(r.section(R"({"a":[{"k":1,"k":[2,{"x":3}]},{"k":1}]})") == R"(a=[{"k":[2,{"x":3}]},{"k":1}])");
    CHECK(r.section(R"({"a":[{"k":[2,{"x":3}],"j":0,"k":1}]})") == R"(a=[{"j":0,"k":1}])");
  }

  SUBCASE("numbers: spelling kept, integers bounded (4.2.3 to 4.2.5)") {
    CHECK(r.section(R"({"a":-0,"b":1.0,"c":1E+2,"d":4503599627370495,"e":-4503599627370496})") ==
          "a=-0 b=1.0 c=1E+2 d=4503599627370495 e=-4503599627370496");
    CHECK(r.section(R"({"a":4503599627370496})") == "integer_range@5");
    CHECK(r.section(R"({"a":-4503599627370497})") == "integer_range@5");
    CHECK(r.section(R"({"a":[123456789012345678901234567890]})") == "integer_range@6");
    CHECK(r.section(R"({"a":4503599627370497.0})") == "a=4503599627370497.0");
    CHECK(r.section(R"({"a":1e308})") == "a=1e308");
    CHECK(r.section(R"({"a":1e309})") == "malformed_json@5 a number within the range of a double");
    CHECK(r.section(R"({"a":1e-400})") == "a=1e-400");
    for (const char* bad : {"01", "+1", "1.", ".5", "1e", "-", "0x1", "NaN", "Infinity", "1_0", "1\"x\""}) {
      const std::string text = std::string(R"({"a":)") + bad + "}";
      CAPTURE(text);
      CHECK(r.section(text) == "malformed_json@5 a value");
    }
  }

  SUBCASE("keys: length and characters (4.1)") {
    for (const char* bad : {"a.b", "a b", "$a", "#", R"(\t)", R"(\u007f)", R"(\u0085)", R"(\u00a0)", R"(\u2003)",
                            R"(\u3000)", "\xc2\xa0", "\xe2\x80\xaf"}) {
      const std::string text = std::string(R"({"k":1,")") + bad + R"(":null})";
      CAPTURE(text);
      CHECK(r.section(text) == "key_character@7");
    }
    CHECK(r.section("{\"a\xc3\xa9<>\\\"\":1}") == "a\xc3\xa9<>\\\"=1");
    CHECK(r.section("{\"" + repeated("k", 1024) + "\":1}") == repeated("k", 1024) + "=1");
    CHECK(r.section("{\"" + repeated("k", 1025) + "\":1}") == "key_length@1");
    CHECK(r.section("{\"" + repeated("\\u00e9", 512) + "\":1}") == repeated("\xc3\xa9", 512) + "=1");
    CHECK(r.section("{\"" + repeated("\\u00e9", 513) + "\":1}") == "key_length@1");
    CHECK(r.section(R"({"a":[{"x.y":[null]}]})") == "key_character@7");
  }

  SUBCASE("keys: with a dollar sign (4.1.6)") {
    CHECK(r.section(R"({"$version":1})", section_name::reported) == "key_character@1");
    CHECK(r.section(R"({"$version":1})", section_name::tags) == "key_character@1");
    CHECK(r.section(R"({"$version":1,"a":2,"$metadata":{"x y":[null]}})", section_name::desired) == "a=2");
    CHECK(r.section(R"({"$other":1})", section_name::desired) == "key_character@1");
    CHECK(r.section(R"({"a":{"$version":1}})", section_name::desired) == "key_character@6");
  }

  SUBCASE("strings: length (4.2.2)") {
    CHECK(r.section("{\"a\":\"" + repeated("x", 4096) + "\"}").size() == 4100);
    CHECK(r.section("{\"a\":\"" + repeated("x", 4097) + "\"}") == "value_length@5");
    CHECK(r.section("{\"a\":[\"" + repeated("\\n", 4097) + "\"]}") == "value_length@6");
  }

  SUBCASE("depth: objects and arrays (4.3)") {
    const auto nested = [](std::size_t levels, std::string_view inner) {
      return repeated(R"({"a":)", levels) + std::string(inner) + repeated("}", levels);
    };
    CHECK(r.section(nested(11, "1")) == repeated("a{ ", 10) + "a=1" + repeated(" }", 10));
    CHECK(r.section(nested(11, "{}")) == "depth@55");
    CHECK(r.section(nested(11, "[]")) == "depth@55");
    CHECK(r.section(R"({"a":)" + repeated("[", 10) + repeated("]", 10) + "}") ==
          "a=" + repeated("[", 10) + repeated("]", 10));
    CHECK(r.section(R"({"a":)" + repeated("[", 11) + repeated("]", 11) + "}") == "depth@15");
    CHECK(r.section(nested(100'000, "{}")) == "depth@55");
    CHECK(r.section(R"({"a":)" + repeated("[", 100'000) + repeated("]", 100'000) + "}") == "depth@15");
    CHECK(r.section(R"({"a":)" + repeated("[", 100'000) + repeated("]", 99'999) + "}") ==
          "malformed_json@200004 ',' or ']'");
    r.limits.depth = r.limits.depth_ceiling;
    CHECK(r.section(nested(256, "1")).size() == 255 * 5 + 3);
    CHECK(r.section(nested(256, "{}")) == "depth@1280");
  }

  SUBCASE("nulls: not in and under arrays (4.4.2)") {
    CHECK(r.section(R"({"a":[1,null]})") == "null_in_array@8");
    CHECK(r.section(R"({"a":[{"b":{"c":null}}]})") == "null_in_array@16");
  }

  SUBCASE("duplicates: the last one wins (4.5.3)") {
    CHECK(r.section(R"({"a":1,"b":2,"a":3})") == "b=2 a=3");
    CHECK(r.section(R"({"a":{"x":1},"a":{"y":2}})") == "a{ y=2 }");
    CHECK(r.section(R"({"\u0061":1,"a":null})") == "-a");
    // What breaks a rule goes with it, what is no JSON does not.
    CHECK(r.section(R"({"a":[null],"a":1})") == "a=1");
    CHECK(r.section(R"({"a":{"b":{"c.d":1}},"a":1})") == "a=1");
    CHECK(r.section(R"({"a":[{"b":null,"b":1}]})") == R"(a=[{"b":1}])");
    CHECK(r.section(R"({"a":[{"b":[null],"b":1},null]})") == "null_in_array@25");
    CHECK(r.section(R"({"a":[1e999],"a":1})") == "malformed_json@6 a number within the range of a double");
    std::string many = "{";
    for (int i = 0; i != 300; ++i) many += "\"k" + std::to_string(i % 150) + "\":" + std::to_string(i) + ",";
    many += R"("end":0})";
    const std::string kept = r.section(many);
    CHECK(kept.substr(0, 16) == "k0=150 k1=151 k2");
    CHECK(kept.substr(kept.size() - 14) == "k149=299 end=0");
    r.options.refuse_duplicates = true;
    CHECK(r.section(R"({"a":1,"b":2,"a":3})") == "duplicate_member@14");
    CHECK(r.section(R"({"a":[{"b":1,"b":2}]})") == "duplicate_member@14");
    CHECK(r.section(many).substr(0, 17) == "duplicate_member@");
    r.options.refuse_duplicates = false;
  }

  SUBCASE("text: what is no JSON, and where (4.5.1)") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"", "0 a value"},
        {" \n", "2 a value"},
        {"{", "1 a member name"},
        {R"({"a")", "4 ':'"},
        {R"({"a":)", "5 a value"},
        {R"({"a":1)", "6 ',' or '}'"},
        {R"({"a":1,)", "7 a member name"},
        {R"({"a":1,})", "7 a member name"},
        {R"({"a":})", "5 a value"},
        {R"({"a" 1})", "5 ':'"},
        {R"({"a":"b":1})", "8 ',' or '}'"},
        {R"({"a":1 "b":2})", "7 ',' or '}'"},
        {R"({1:2})", "1 a member name"},
        {R"({"a":[1,]})", "8 a value"},
        {R"({"a":[1 2]})", "8 ',' or ']'"},
        {R"({"a":[1,2})", "9 ',' or ']'"},
        {R"({"a":{"b":1})", "12 ',' or '}'"},
        {R"({"a":1} {"b":2})", "8 the end of the text"},
        {R"({"a":1}})", "7 the end of the text"},
        {"null null", "5 the end of the text"},
        {R"({"a":tru})", "5 a value"},
        {R"({"a":truex})", "5 a value"},
        {R"({"a":nulls})", "5 a value"},
        {R"({"a":"\x"})", "6 a valid escape"},
        {R"({"a":"\ud800"})", "6 a valid escape"},
        {R"({"a":"x\udc00"})", "7 a valid escape"},
        {R"({"a":["\u12g4"]})", "7 a valid escape"},
        {R"({"a\q":1})", "3 a valid escape"},
        {R"({"a":"b)", "5 a closing quote"},
        {R"({"a":\"b"})", "5 a value"},
        {R"({"a":\"b""})", "5 a value"},
        {"{\"a\":\"\x01\"}", "6 no raw control character in a string"},
        {"{\"a\":\"\xff\"}", "6 well-formed UTF-8"},
        {"{\"a\":\"\xed\xa0\x80\"}", "6 well-formed UTF-8"},
        {"\xef\xbb\xbf{}", "0 a value"},
        {std::string_view("{\"a\":1\0}", 8), "5 a value"},
        {std::string_view("{}\0", 3), "2 the end of the text"},
    };
    for (const auto& flawed : cases) {
      CAPTURE(flawed.first);
      CHECK(r.section(flawed.first) == "malformed_json@" + std::string(flawed.second));
    }
    r.limits.text_bytes = 10;
    CHECK(r.section(R"({"a":"b"} )") == R"(a="b")");
    CHECK(r.section(R"({"a":"bc"} )") == "text_too_long@10 a shorter text");
    CHECK(r.hook_runs == 0);
  }

  SUBCASE("text: what is skipped is checked all the same") {
    CHECK(r.body(R"({"other":[1,{"x":"y"},[]],"tags":{}})") == "tags:");
    CHECK(r.body(R"({"other":[1,{"x" "y"}],"tags":{}})") == "malformed_json@17 ':'");
    CHECK(r.body(R"({"other":1"b","tags":{}})") == "malformed_json@9 a value");
    CHECK(r.body(std::string_view("{\"other\":true\0,\"tags\":{}}", 25)) == "malformed_json@9 a value");
    CHECK(r.body(R"({"other":["\q"],"tags":{}})") == "malformed_json@11 a valid escape");
    CHECK(r.section(R"({"$metadata":{"a":01}})", section_name::desired) == "malformed_json@18 a value");
    CHECK(r.section(R"({"a b":{"c":}})") == "malformed_json@12 a value");
  }

  SUBCASE("body: sections and what is left aside (6)") {
    CHECK(r.body(R"({"tags":{"a":1},"properties":{"desired":{"b":{"c":2}},"reported":{"x":[null]}},"etag":"*"})") ==
          "tags: a=1; desired: b{ c=2 }");
    CHECK(r.body(R"({"tags":null,"properties":{"desired":null}})") == "tags: null; desired: null");
    CHECK(r.body(R"({"properties":null})") == "");
    CHECK(r.body("{}") == "");
    CHECK(r.body(R"({"\u0074ags":{"a":1}})") == "tags: a=1");
    CHECK(r.body("[]") == "section_not_object@0");
    CHECK(r.body("null") == "section_not_object@0");
    CHECK(r.body(R"({"properties":5})") == "section_not_object@14");
    CHECK(r.body(R"({"tags":5})") == "section_not_object@8");
    CHECK(r.body(R"({"tags":{"a":1},"tags":{"b":2}})") == "tags: b=2");
    CHECK(r.body(R"({"properties":{"desired":{"a":1}},"properties":{}})") == "");
    CHECK(r.body(R"({"tags":{"a b":1},"tags":{"b":2}})") == "tags: b=2");
    r.options.refuse_duplicates = true;
    CHECK(r.body(R"({"tags":{"a":1},"tags":{"b":2}})") == "duplicate_member@23");
  }

  SUBCASE("document: everything (2)") {
    CHECK(
        r.document(
            R"({"deviceId":"d","tags":{"$etag":"x","a":1},"properties":{"desired":{"b":2,"$metadata":{"b":{"$lastUpdated":"t"}},"$version":3},"reported":{}},"own":{"n":null}})") ==
        R"(root: deviceId="d" own{ n=null }; tags: a=1; desired: b=2 $metadata{ b{ $lastUpdated="t" } } $version=3; reported:)");
    CHECK(r.document(R"({"desired":{"a":1},"reported":{"b":2}})") == "root:; desired: a=1; reported: b=2");
    CHECK(r.document("[]") == "invalid_document@0");
    r.limits.root_depth = 2;
    CHECK(r.document(R"({"a":{"b":{}}})") == "root: a{ b{ } }");
    CHECK(r.document(R"({"a":{"b":{"c":{}}}})") == "depth@15");
  }

  SUBCASE("one value at a path") {
    CHECK(r.at_path("a", "5") == "a=5");
    CHECK(r.at_path("a.b.c", R"({"d":[ 1 ],"e":null})") == "a{ b{ c{ d=[1] -e } } }");
    CHECK(r.at_path("a.[[odd\"name]]", " null ") == R"(a{ -odd\"name })");
    CHECK(r.at_path("a", R"("\u0041")") == R"(a="A")");
    CHECK(r.at_path("a", "5 6") == "malformed_json@2 the end of the text");
    CHECK(r.at_path("a", "\"x") == "malformed_json@0 a closing quote");
    CHECK(r.at_path("[[a.b]].c", "5") == "key_character@0");
    CHECK(r.at_path("[[a.b]].c", "{") == "malformed_json@1 a member name");
    CHECK(r.at_path("a.b.c.d.e.f.g.h.i.j.k", "1") == "a{ b{ c{ d{ e{ f{ g{ h{ i{ j{ k=1 } } } } } } } } } }");
    CHECK(r.at_path("a.b.c.d.e.f.g.h.i.j.k", "{}") == "depth@0");
    CHECK(r.at_path("a.b.c.d.e.f.g.h.i.j.k.l", "1") == "depth@0");
    CHECK(r.at_path("[[" + std::string(200, '\x01') + "]].b", "1") == "key_character@0");
  }

  SUBCASE("a reader is reused") {
    CHECK(r.section(R"({"a":)") != "");
    CHECK(r.section(R"({"a":1})") == "a=1");
    CHECK(r.body(R"({"tags":{"a":1}})") == "tags: a=1");
    CHECK(r.section("{\"a\":\"" + repeated("x", 4000) + "\"}").size() == 4004);
    CHECK(r.section("{}") == "");
  }
}

}  // namespace doppel_test

#endif
