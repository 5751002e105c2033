// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/value_view.hpp>

#include "common.hpp"

#include <doctest/doctest.h>

#include <string>
#include <type_traits>

namespace {

using namespace doppel_test;
using doppel::value_kind;

static_assert(std::is_nothrow_default_constructible_v<doppel::value_view>);
static_assert(std::is_trivially_copyable_v<doppel::value_view>);

}  // namespace

TEST_SUITE("twin/value_view") {
  TEST_CASE("absent: every question has an answer") {
    const doppel::value_view v;
    CHECK(v.kind() == value_kind::absent);
    CHECK(!v);
    CHECK(!v.is_object());
    CHECK(v.text() == "");
    CHECK(!v.as_bool());
    CHECK(!v.as_integer());
    CHECK(!v.as_double());
    CHECK(!v.as_string());
    CHECK(v.size() == 0);
    CHECK(!v.find("a").find("b").at(doppel::parse_path("x.y").value()));
    CHECK(v.last_updated() == doppel::stamp{});
    CHECK(v.last_updated_by() == "");
    CHECK(v.begin() == v.end());
    doppel::text_buffer out;
    CHECK(!v.read_string(out));
    CHECK(v.write_json(out));
    CHECK(out.empty());
  }

  TEST_CASE("kinds: and what can be made of each (4.2)") {
    bench b;
    REQUIRE(
        b.tags(
            R"({"t":true,"f":false,"i":-12,"big":4503599627370495,"d":1.0,"e":1E2,"n":-0,"s":"plain","x":"a\u0041\n\"","l":[1, "a" ,{"b":[]}],)"
            R"("o":{"p":1},"empty":{},"tiny":1e-400,"no":""})") == accepted);
    const auto tags = b.twin.tags();
    const auto kind = [&](const char* key) { return tags.find(key).kind(); };
    CHECK(kind("t") == value_kind::boolean);
    CHECK(kind("i") == value_kind::integer);
    CHECK(kind("n") == value_kind::integer);
    CHECK(kind("d") == value_kind::floating);
    CHECK(kind("e") == value_kind::floating);
    CHECK(kind("s") == value_kind::string);
    CHECK(kind("l") == value_kind::array);
    CHECK(kind("o") == value_kind::object);
    CHECK(tags.find("t").as_bool() == true);
    CHECK(tags.find("f").as_bool() == false);
    CHECK(!tags.find("i").as_bool());
    CHECK(tags.find("i").as_integer() == -12);
    CHECK(tags.find("i").as_double() == -12.0);
    CHECK(tags.find("big").as_integer() == 4503599627370495);
    CHECK(!tags.find("d").as_integer());
    CHECK(tags.find("d").text() == "1.0");
    CHECK(tags.find("e").text() == "1E2");
    CHECK(tags.find("e").as_double() == 100.0);
    CHECK(tags.find("tiny").as_double() == 0.0);
    CHECK(tags.find("s").as_string() == "plain");
    CHECK(tags.find("no").as_string() == "");
    CHECK(!tags.find("s").as_integer());
    CHECK(!tags.find("x").as_string());
    doppel::text_buffer out;
    out.append("> ");
    CHECK(tags.find("x").read_string(out));
    CHECK(out.view() == "> aA\n\"");
    CHECK(!tags.find("l").read_string(out));
    CHECK(tags.find("l").text() == R"([1,"a",{"b":[]}])");
    CHECK(tags.find("l").size() == 0);
    CHECK(tags.find("o").text() == "");
    CHECK(tags.find("o").size() == 1);
    CHECK(tags.find("empty").size() == 0);
    CHECK(tags.find("empty").begin() == tags.find("empty").end());
    out.clear();
    CHECK(tags.find("o").write_json(out));
    CHECK(tags.find("s").write_json(out));
    CHECK(tags.find("empty").write_json(out));
    CHECK(out.view() == R"({"p":1}"plain"{})");
  }

  TEST_CASE("find: keys with quotes, backslashes, beyond ASCII, empty and of all lengths (4.1)") {
    for (const std::uint32_t cap : {65'536u, 0u}) {
      doppel::limits few;
      few.keys_in_table = cap;
      bench b{doppel::twin(doppel::key_table::create(few).value())};
      REQUIRE(
          b.tags(
              R"({"q\"q":1,"b\\b":2,"\\":3,"\"":4,"":5,"café":6,"\ud83d\ude80":7,"s\/s":8,"\\\"x":9,"deviceId":10})") ==
          accepted);
      for (const auto& member : {std::pair<const char*, int>{"q\"q", 1},
                                 {"b\\b", 2},
                                 {"\\", 3},
                                 {"\"", 4},
                                 {"", 5},
                                 {"caf\xC3\xA9", 6},
                                 {"\xF0\x9F\x9A\x80", 7},
                                 {"s/s", 8},
                                 {"\\\"x", 9},
                                 {"deviceId", 10}}) {
        // clang 14 cannot capture a structured binding.
        const char* const key = member.first;
        CAPTURE(key);
        CHECK(b.twin.tags().find(key).as_integer() == member.second);
      }
      for (const char* missing : {"q", "q\\\"q", "b\\\\b", "\\\\", "b", "caf", "etag", "S/s", "\\\"", "q\"q "}) {
        CAPTURE(missing);
        CHECK(!b.twin.tags().find(missing));
      }
      for (const std::size_t size : {1u, 15u, 16u, 17u, 31u, 127u, 128u, 129u, 1023u, 1024u}) {
        const std::string key(size, 'k');
        REQUIRE(b.set("desired." + key, static_cast<int>(size)) == accepted);
        CHECK(b.twin.desired().find(key).as_integer() == static_cast<int>(size));
        CHECK(!b.twin.desired().find(std::string(size, 'K')));
        CHECK(b.twin.at("desired." + key).as_integer() == static_cast<int>(size));
      }
      CHECK(!b.twin.desired().find(std::string(100'000, 'k')));
    }
  }

  TEST_CASE("find: keys with controls, which only unknown root members have (2.1.2)") {
    bench b{doppel::twin()};
    const std::string odd =
        R"({"a\n":{"\u0001\u001f\"\\":1},"a":2,"\u0000":3,"\u007f\t\/":4,"\u00e9\b":5,"\\n":6,"n":7})";
    REQUIRE(b.load(R"({"deviceId":"d","vendor":)" + odd + "," + odd.substr(1)) == accepted);
    for (const doppel::value_view v : {b.twin.root().root(), b.twin.at("vendor")}) {
      CHECK(v.find("a\n").find("\x01\x1f\"\\").as_integer() == 1);
      CHECK(v.find("a").as_integer() == 2);
      CHECK(v.find(std::string_view("\0", 1)).as_integer() == 3);
      CHECK(v.find("\x7f\t/").as_integer() == 4);
      CHECK(v.find("\u00e9\b").as_integer() == 5);
      CHECK(v.find("\\n").as_integer() == 6);
      for (const std::string_view absent :
           {"\n", "a\\n", "a\nn", "\x01", "\\", "\\u0000", "\t", "\xe9\b", "\xc3\b", "\xc3"}) {
        CAPTURE(absent);
        CHECK(!v.find(absent));
      }
    }
  }

  TEST_CASE("iteration: live members in insertion order, with keys and stamps") {
    bench b;
    REQUIRE(b.desired(R"({"a":1,"b\"":2,"c":{"d":3},"e":4})") == accepted);
    b.at(9);
    REQUIRE(b.desired(R"({"a":null,"e":5,"f":6})") == accepted);
    std::string seen;
    for (const doppel::member_view m : b.twin.desired()) {
      seen += std::string(m.key()) + "|" + std::string(m.quoted_key()) + "|" +
              std::to_string(m.last_updated().version) + " ";
      CHECK(m.last_updated().time == at_second(m.last_updated().version == 2 ? 1 : 9));
      CHECK(m.value().kind() == m.kind());
    }
    CHECK(seen == "b\\\"|\"b\\\"\"|2 c|\"c\"|2 e|\"e\"|3 f|\"f\"|3 ");
    CHECK(b.twin.desired().size() == 4);
    CHECK(b.twin.desired().total_members() == 5);
    auto it = b.twin.desired().begin();
    const auto old = it++;
    CHECK((*old).key() == "b\\\"");
    CHECK((*it).key() == "c");
  }
}
