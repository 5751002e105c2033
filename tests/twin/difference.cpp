// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin/difference.hpp>

#include "common.hpp"

#include <support/generator.hpp>
#include <support/limits.hpp>
#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace doppel_test;

// Every patch that lacks one member of this one, at any depth.
void leave_one_out(const node& patch, std::vector<node>& out) {
  for (std::size_t i = 0; i < patch.members.size(); ++i) {
    node less = patch;
    less.members.erase(less.members.begin() + static_cast<std::ptrdiff_t>(i));
    out.push_back(less);
    if (!patch.members[i].value.is_object()) continue;
    std::vector<node> inner;
    leave_one_out(patch.members[i].value, inner);
    for (node& n : inner) {
      node whole = patch;
      whole.members[i].value = std::move(n);
      out.push_back(std::move(whole));
    }
  }
}

bool same(const node& a, const node& b) { return difference_between(a, b, in_any_order).empty(); }

}  // namespace

TEST_SUITE("twin/difference") {
  TEST_CASE("diff: applied to the one it gives the other, and no member of it can be spared (RFC 7386)") {
    random_source random(851);
    generator_options options;
    options.limits = model_limits_of(doppel::limits());
    generator make(random, options);
    std::size_t members = 0;
    for (int round = 0; round < 120; ++round) {
      bench b;
      const node wanted = make.content(2000);
      node actual = wanted;
      merge_content(actual, without_overruled(make.patch(wanted, 3000)));
      if (b.report(to_text(actual)) != accepted || b.desired(to_text(wanted)) != accepted) continue;
      doppel::text_buffer out;
      REQUIRE(diff(b.twin.reported(), b.twin.desired(), out));
      const node patch = parsed(out.view());
      const node from = parsed(content_of(b.twin.reported()));
      const node to = parsed(content_of(b.twin.desired()));
      node result = from;
      merge_content(result, patch);
      CHECK(same(result, to));
      std::vector<node> smaller;
      leave_one_out(patch, smaller);
      for (const node& less : smaller) {
        node other = from;
        merge_content(other, less);
        CHECK(!same(other, to));
      }
      members += smaller.size();
      // The list names as many members as the patch, and none when there is none.
      std::size_t listed = 0;
      for_each_difference(b.twin.desired(), b.twin.reported(), [&](const doppel::difference& d) {
        ++listed;
        CHECK(bool(d.wanted) == (d.kind != doppel::difference_kind::extra));
        CHECK(bool(d.actual) == (d.kind != doppel::difference_kind::missing));
        if (d.path.substr(d.path.size() < 3 ? 0 : d.path.size() - 3) == "...") return;  // cut
        if (d.wanted) CHECK(b.twin.desired().at(d.path).record_pointer() == d.wanted.record_pointer());
        if (d.actual) CHECK(b.twin.reported().at(d.path).record_pointer() == d.actual.record_pointer());
      });
      CHECK((listed == 0) == (out.view() == "{}"));
      REQUIRE(b.report(out.view()) == accepted);
      REQUIRE(diff(b.twin.reported(), b.twin.desired(), out));
      CHECK(out.view() == "{}");
    }
    CHECK(members > 50);
  }

  TEST_CASE("diff: what is missing, different and extra, as a list and as a patch") {
    bench b;
    REQUIRE(b.desired(R"({"same":{"a":[1,2],"b":"x"},"n":1,"o":{"p":1,"q":{"r":2}},"new":{"x":{}},"flip":{}})") ==
            accepted);
    REQUIRE(b.report(R"({"flip":1,"o":{"q":{"r":3,"s":4},"p":1},"n":1.0,"same":{"b":"x","a":[1,2]},"old.":1})") !=
            accepted);
    REQUIRE(b.report(R"({"flip":1,"o":{"q":{"r":3,"s":4},"p":1},"n":1.0,"same":{"b":"x","a":[1,2]},"old":{"y":1}})") ==
            accepted);
    doppel::text_buffer out;
    REQUIRE(diff(b.twin.reported(), b.twin.desired(), out));
    CHECK(out.view() == R"({"n":1,"o":{"q":{"r":2,"s":null}},"new":{"x":{}},"flip":{},"old":null})");
    REQUIRE(diff(b.twin.reported(), b.twin.desired(), out, {.keep_extra = true}));
    CHECK(out.view() == R"({"n":1,"o":{"q":{"r":2}},"new":{"x":{}},"flip":{}})");
    std::string list;
    for_each_difference(b.twin.desired(), b.twin.reported(), [&](const doppel::difference& d) {
      list += "-+x"[d.kind == doppel::difference_kind::missing ? 1 : d.kind == doppel::difference_kind::extra ? 0 : 2];
      list += std::string(d.path) + ' ';
    });
    CHECK(list == "xn xo.q.r -o.q.s +new xflip -old ");
    REQUIRE(diff(b.twin.desired(), b.twin.desired(), out));
    CHECK(out.view() == "{}");
    const doppel::twin empty;
    REQUIRE(diff(empty.desired(), empty.tags(), out));
    CHECK(out.view() == "{}");
    REQUIRE(diff(b.twin.desired(), empty.desired(), out));
    CHECK(out.view() == R"({"same":null,"n":null,"o":null,"new":null,"flip":null})");
  }

  TEST_CASE("diff: odd and long keys, and twins with tables of their own") {
    const std::string longest(1024, 'k');
    const std::string text =
        R"({"q\"":{"b\\":1},"":{"":2},")" + longest + R"(":{"x":1},"é":3,"tags":4,"deviceId":{"etag":1}})";
    doppel::limits none;
    none.keys_in_table = 0;
    bench a, b{doppel::twin(doppel::key_table::create(none).value())};
    REQUIRE(a.desired(text) == accepted);
    REQUIRE(b.tags(text) == accepted);
    doppel::text_buffer out;
    REQUIRE(diff(a.twin.desired(), b.twin.tags(), out));
    CHECK(out.view() == "{}");
    REQUIRE(b.tags(R"({"q\"":{"b\\":2},"":{"":null},")" + longest + R"(":{"x":2},"deviceId":{"etag":2}})") == accepted);
    REQUIRE(diff(a.twin.desired(), b.twin.tags(), out));
    CHECK(out.view() == R"({"q\"":{"b\\":2},"":{"":null},")" + longest + R"(":{"x":2},"deviceId":{"etag":2}})");
    REQUIRE(diff(b.twin.tags(), a.twin.desired(), out));
    CHECK(b.tags(out.view()) == accepted);
    CHECK(same(parsed(content_of(b.twin.tags())), parsed(text)));
  }
}
