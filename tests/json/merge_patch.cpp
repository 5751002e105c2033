// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/json/merge_patch.hpp>

#include "values.hpp"

#include <support/random.hpp>

#include <doctest/doctest.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace json = boost::json;
using doppel_test::failing_resource;
using doppel_test::random_source;
using doppel_test::random_value;
using doppel_test::shape;

namespace {

using paths = std::vector<std::string>;

json::value parsed(std::string_view text) { return json::parse(json::string_view(text.data(), text.size())); }

// RFC 7386, section 2, word by word; keeps the order of members.
json::value naive_merge(const json::value& target, const json::value& patch) {
  if (!patch.is_object()) {
    return patch;
  }
  json::value result = target.is_object() ? target : json::value(json::object());
  for (const json::key_value_pair& member : patch.get_object()) {
    json::object& object = result.get_object();
    if (member.value().is_null()) {
      object.stable_erase(member.key());
    } else {
      json::value* old = object.if_contains(member.key());
      json::value merged = naive_merge(old != nullptr ? *old : json::value(), member.value());
      object.insert_or_assign(member.key(), std::move(merged));
    }
  }
  return result;
}

json::value applied(json::value target, const json::value& patch) {
  doppel::apply_merge_patch(target, patch);
  return target;
}

json::value random_object(random_source& random, const shape& limits) {
  for (;;) {
    json::value value = random_value(random, limits, 0);
    if (value.is_object()) {
      return value;
    }
  }
}

// The paths of null members of `to` that are not null in `from`; takes them out of `to`.
void take_new_nulls(const json::value* from, json::value& to, const std::string& path, paths& found) {
  const json::object* old = from != nullptr ? from->if_object() : nullptr;
  json::object& object = to.get_object();
  json::object kept;
  for (json::key_value_pair& member : object) {
    const std::string key(member.key());
    const json::value* before = old != nullptr ? old->if_contains(member.key()) : nullptr;
    if (member.value().is_null() && (before == nullptr || !before->is_null())) {
      found.push_back(path + key);
      continue;
    }
    if (member.value().is_object()) {
      take_new_nulls(before, member.value(), path + key + ".", found);
    }
    kept.emplace(member.key(), member.value());
  }
  object = kept;
}

// Every value that comes of leaving one member out of an object in `patch`.
std::vector<json::value> shorter_patches(const json::value& patch) {
  std::vector<json::value> result;
  const json::object* object = patch.if_object();
  if (object == nullptr) {
    return result;
  }
  for (const json::key_value_pair& member : *object) {
    json::object without = *object;
    without.stable_erase(member.key());
    result.emplace_back(std::move(without));
    for (const json::value& shorter : shorter_patches(member.value())) {
      json::object with_shorter = *object;
      with_shorter[member.key()] = shorter;
      result.emplace_back(std::move(with_shorter));
    }
  }
  return result;
}

// A document that has an object with a member of its own at the path, which holds plain keys.
json::value document_with_object_at(std::string_view path) {
  json::value result = {{"stranger", 1}};
  while (!path.empty()) {
    const std::size_t dot = path.rfind('.');
    const std::string_view key = dot == std::string_view::npos ? path : path.substr(dot + 1);
    json::object outer;
    outer.emplace(json::string_view(key.data(), key.size()), result);
    result = outer;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
  }
  return result;
}

void check_diff(std::string_view from, std::string_view to, std::string_view patch, const paths& inexact = {}) {
  CAPTURE(from);
  CAPTURE(to);
  const doppel::merge_patch_result result = doppel::diff_merge_patch(parsed(from), parsed(to));
  CHECK(json::serialize(result.patch) == patch);
  CHECK(result.inexact_paths == inexact);
  CHECK(result.is_exact() == inexact.empty());
}

void check_compose(std::string_view first, std::string_view second, std::string_view patch, const paths& inexact = {}) {
  CAPTURE(first);
  CAPTURE(second);
  const doppel::merge_patch_result result = doppel::compose_merge_patch(parsed(first), parsed(second));
  CHECK(json::serialize(result.patch) == patch);
  CHECK(result.inexact_paths == inexact);
}

void check_compose_on(std::string_view base, std::string_view first, std::string_view second, std::string_view patch) {
  CAPTURE(base);
  CAPTURE(first);
  CAPTURE(second);
  CHECK(json::serialize(doppel::compose_merge_patch(parsed(base), parsed(first), parsed(second))) == patch);
  CHECK(applied(parsed(base), parsed(patch)) == applied(applied(parsed(base), parsed(first)), parsed(second)));
}

}  // namespace

TEST_SUITE("json/merge_patch") {
  TEST_CASE("apply_merge_patch: the examples of RFC 7386, appendix A") {
    struct row {
      std::string_view original;
      std::string_view patch;
      std::string_view result;
    };
    for (const row& r :
         {row{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
          row{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"}, row{R"({"a":"b"})", R"({"a":null})", R"({})"},
          row{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
          row{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
          row{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
          row{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
          row{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
          row{R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"}, row{R"({"a":"b"})", R"(["c"])", R"(["c"])"},
          row{R"({"a":"foo"})", R"(null)", R"(null)"}, row{R"({"a":"foo"})", R"("bar")", R"("bar")"},
          row{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
          row{R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
          row{R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"}}) {
      CAPTURE(r.original);
      CAPTURE(r.patch);
      CHECK(json::serialize(applied(parsed(r.original), parsed(r.patch))) == r.result);
      json::value target = parsed(r.original);
      json::value patch = parsed(r.patch);
      doppel::apply_merge_patch(target, std::move(patch));
      CHECK(json::serialize(target) == r.result);
      CHECK(patch.is_null());
    }
  }

  TEST_CASE("apply_merge_patch: the example of RFC 7386, section 3") {
    const json::value result = applied(parsed(R"({"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},)"
                                              R"("tags":["example","sample"],"content":"This will be unchanged"})"),
                                       parsed(R"({"title":"Hello!","phoneNumber":"+01-123-456-7890",)"
                                              R"("author":{"familyName":null},"tags":["example"]})"));
    CHECK(json::serialize(result) == R"({"title":"Hello!","author":{"givenName":"John"},"tags":["example"],)"
                                     R"("content":"This will be unchanged","phoneNumber":"+01-123-456-7890"})");
  }

  TEST_CASE("apply_merge_patch: consequences (spec/twin.md 6.2)") {
    CHECK(json::serialize(applied(parsed(R"({"a":1})"), parsed(R"({"b":null})"))) == R"({"a":1})");
    CHECK(json::serialize(applied(parsed(R"({})"), parsed(R"({"p1":{"p2":null}})"))) == R"({"p1":{}})");
    CHECK(json::serialize(applied(parsed(R"({"p1":{}})"), parsed(R"({"p1":{"p2":null}})"))) == R"({"p1":{}})");
    CHECK(json::serialize(applied(parsed(R"({"a":{"b":1}})"), parsed(R"({"a":{"b":null}})"))) == R"({"a":{}})");
    CHECK(json::serialize(applied(parsed(R"({"a":{"b":1}})"), parsed(R"({"a":{}})"))) == R"({"a":{"b":1}})");
    CHECK(json::serialize(applied(parsed(R"({"a":[1]})"), parsed(R"({"a":{"b":1}})"))) == R"({"a":{"b":1}})");
    CHECK(json::serialize(applied(parsed(R"({"a":{"b":1}})"), parsed(R"({"a":[null,{"c":null}]})"))) ==
          R"({"a":[null,{"c":null}]})");
  }

  TEST_CASE("apply_merge_patch: members keep their order") {
    CHECK(json::serialize(applied(parsed(R"({"a":1,"b":2,"c":3,"d":4})"),
                                  parsed(R"({"z":0,"c":{"y":1,"x":null},"b":null,"y":0,"a":9})"))) ==
          R"({"a":9,"c":{"y":1},"d":4,"z":0,"y":0})");
  }

  TEST_CASE("apply_merge_patch: many members erased, set and added at once") {
    json::object target;
    json::object patch;
    std::string expected = "{";
    for (int i = 0; i != 100; ++i) {
      const std::string key = std::to_string(i);
      target.emplace(key, json::object{{"v", i}});
      if (i % 3 == 0) {
        patch.emplace(key, nullptr);
      } else if (i % 3 == 1) {
        patch.emplace(key, json::object{{"v", nullptr}, {"w", 1}});
        expected += "\"" + key + "\":{\"w\":1},";
      } else {
        expected += "\"" + key + "\":{\"v\":" + key + "},";
      }
    }
    patch.emplace("2", "set");
    patch.emplace("new", json::object{{"x", nullptr}});
    expected += "\"new\":{}}";
    expected.replace(expected.find("{\"v\":2}"), 7, "\"set\"");
    CHECK(json::serialize(applied(target, patch)) == expected);
    CHECK(applied(target, patch) == naive_merge(target, patch));
  }

  TEST_CASE("apply_merge_patch: as the naive model, order included") {
    random_source random(11);
    for (const shape& limits : {shape{}, shape{3, 40, 40, true}, shape{6, 2, 2, true}}) {
      for (int i = 0; i != 1500; ++i) {
        const json::value target = random_value(random, limits, 0);
        json::value patch = random_value(random, limits, 0);
        const std::string expected = json::serialize(naive_merge(target, patch));
        CHECK(json::serialize(applied(target, patch)) == expected);
        json::value moved_into = target;
        doppel::apply_merge_patch(moved_into, std::move(patch));
        CHECK(json::serialize(moved_into) == expected);
      }
    }
  }

  TEST_CASE("apply_merge_patch: a second time changes nothing") {
    random_source random(12);
    for (int i = 0; i != 500; ++i) {
      const json::value patch = random_value(random, {}, 0);
      const json::value once = applied(random_value(random, {}, 0), patch);
      CHECK(applied(once, patch) == once);
    }
  }

  TEST_CASE("apply_merge_patch: the patch may be a part of the target") {
    json::value target = parsed(R"({"a":{"a":null,"b":{"c":1}},"d":2})");
    doppel::apply_merge_patch(target, target.at("a"));
    CHECK(json::serialize(target) == R"({"d":2,"b":{"c":1}})");
    doppel::apply_merge_patch(target, std::as_const(target));
    CHECK(json::serialize(target) == R"({"d":2,"b":{"c":1}})");
  }

  TEST_CASE("apply_merge_patch: the target keeps its storage, the patch may have another") {
    json::monotonic_resource resource;
    json::value target(parsed(R"({"a":{"b":1}})"), &resource);
    json::value patch = parsed(R"({"a":{"c":{"d":null,"e":[1,"text"]}}})");
    doppel::apply_merge_patch(target, std::move(patch));
    CHECK(json::serialize(target) == R"({"a":{"b":1,"c":{"e":[1,"text"]}}})");
    CHECK(target.storage().get() == &resource);
    CHECK(target.at("a").at("c").storage().get() == &resource);
    CHECK(patch.is_null());
  }

  TEST_CASE("apply_merge_patch: subtrees of a patch that is given away are moved") {
    json::value target = parsed(R"({"a":1})");
    json::value patch = parsed(R"({"b":["a string that is too long to be stored in place"],"c":{"d":[1]}})");
    const json::value* elements = patch.at("b").get_array().data();
    const json::value* inner = patch.at("c").at("d").get_array().data();
    doppel::apply_merge_patch(target, std::move(patch));
    CHECK(target.at("b").get_array().data() == elements);
    CHECK(target.at("c").at("d").get_array().data() == inner);
  }

  TEST_CASE("apply_merge_patch: out of memory, the target is as it was") {
    const std::string_view before = R"({"a":{"b":{"c":1,"d":[1,2]},"e":"a string of more than twenty characters"},)"
                                    R"("f":1,"k0":0,"k1":0,"k2":0,"k3":0,"k4":0,"k5":0,"k6":0,"k7":0,"k8":0,"k9":0})";
    for (const std::string_view patch_text :
         {std::string_view(R"({"a":{"b":{"c":null,"n":{"m":{"x":null}}},"e":{"f":[1,[2]]}},"f":null,"g":"another long )"
                           R"(string of text","h":1,"i":2,"j":3,"l":{"a":{"b":{}}}})"),
          std::string_view(R"({"a":{"b":{"n":1}},"k0":null,"k1":null,"k2":null,"k3":null,"k4":null,"k5":null,)"
                           R"("k6":null,"k7":null,"k8":null,"k9":null,"new":{"a":[1]}})"),
          std::string_view(R"(["replaces",{"all":[]}])")}) {
      const json::value patch = parsed(patch_text);
      const std::string after = json::serialize(naive_merge(parsed(before), patch));
      std::size_t allowed = 0;
      for (bool is_done = false; !is_done; ++allowed) {
        REQUIRE(allowed < 1000);
        failing_resource resource;
        {
          json::value target(parsed(before), &resource);
          resource.allow(allowed);
          try {
            doppel::apply_merge_patch(target, patch);
            is_done = true;
          } catch (const std::bad_alloc&) {
            is_done = false;
          }
          CAPTURE(allowed);
          CHECK(json::serialize(target) == (is_done ? after : std::string(before)));
        }
      }
      CHECK(allowed > 3);
    }
  }

  TEST_CASE("diff_merge_patch: names what differs and nothing else") {
    check_diff(R"({"a":1,"b":2})", R"({"a":1,"b":2})", R"({})");
    check_diff(R"({"a":1,"b":2})", R"({"b":2,"a":1})", R"({})");
    check_diff(R"({"a":1,"b":2,"c":3})", R"({"a":1,"b":5,"d":4})", R"({"b":5,"d":4,"c":null})");
    check_diff(R"({"a":{"b":{"c":1,"d":2}},"e":1})", R"({"a":{"b":{"c":1,"d":3}},"e":1})", R"({"a":{"b":{"d":3}}})");
    check_diff(R"({"a":{"b":1}})", R"({"a":{}})", R"({"a":{"b":null}})");
    check_diff(R"({"a":{}})", R"({"a":{"b":{}}})", R"({"a":{"b":{}}})");
    check_diff(R"({"a":1})", R"({"a":{}})", R"({"a":{}})");
    check_diff(R"({"a":{"b":1}})", R"({"a":1})", R"({"a":1})");
    check_diff(R"({"a":[1,{"b":[]}]})", R"({"a":[1,{"b":[]}]})", R"({})");
    check_diff(R"({"a":[1,{"b":[]}]})", R"({"a":[1,{"b":[0]}]})", R"({"a":[1,{"b":[0]}]})");
    check_diff(R"({"a":[1,2]})", R"({"a":[2,1]})", R"({"a":[2,1]})");
    check_diff(R"({"a":[{"x":1,"y":2}]})", R"({"a":[{"y":2,"x":1}]})", R"({})");
    check_diff(R"({"a":[{"x":1}]})", R"({"a":[{"y":1}]})", R"({"a":[{"y":1}]})");
  }

  TEST_CASE("diff_merge_patch: an object is never replaced, even where that would be shorter") {
    check_diff(R"({"a":{"b":1,"c":2,"d":3}})", R"({"a":{"e":1}})", R"({"a":{"e":1,"b":null,"c":null,"d":null}})");
  }

  TEST_CASE("diff_merge_patch: an integer and a double differ, an unsigned and a signed one do not") {
    check_diff(R"({"a":1})", R"({"a":1.0})", R"({"a":1E0})");
    check_diff(R"({"a":[1.0]})", R"({"a":[1]})", R"({"a":[1]})");
    const json::value from = {{"a", std::int64_t{1}}};
    const json::value to = {{"a", std::uint64_t{1}}};
    CHECK(doppel::diff_merge_patch(from, to).patch == json::object());
  }

  TEST_CASE("diff_merge_patch: values that are no objects are their own patch") {
    check_diff("1", "1", "1");
    check_diff("null", "null", "null");
    check_diff(R"({"a":1})", "null", "null");
    check_diff(R"({"a":1})", "[null]", "[null]");
    check_diff("1", "{}", "{}");
    check_diff("[1]", R"({"a":{"b":1}})", R"({"a":{"b":1}})");
  }

  TEST_CASE("diff_merge_patch: nulls that a patch cannot set are reported") {
    check_diff(R"({})", R"({"a":null})", R"({})", {"a"});
    check_diff(R"({"a":1})", R"({"a":null})", R"({"a":null})", {"a"});
    check_diff(R"({"a":null})", R"({"a":null})", R"({})");
    check_diff(R"({"a":null})", R"({"a":1})", R"({"a":1})");
    check_diff(R"({"a":null})", R"({})", R"({"a":null})");
    check_diff(R"({"x":{"y":1}})", R"({"x":{"y":1,"odd key":{"":null}}})", R"({"x":{"odd key":{}}})",
               {"x.[[odd key]].[[]]"});
    check_diff(R"({"a":{"b":1}})", R"({"a":{"b":1,"c":null}})", R"({})", {"a.c"});
    check_diff("1", R"({"a":null,"b":{"c":null}})", R"({"b":{}})", {"a", "b.c"});
    check_diff(R"({})", R"({"a":[null,{"b":null}]})", R"({"a":[null,{"b":null}]})");
  }

  TEST_CASE("diff_merge_patch: diff then apply returns the target") {
    random_source random(21);
    for (int i = 0; i != 3000; ++i) {
      const json::value from = random_value(random, {}, 0);
      const json::value to = random_value(random, {4, 5, 5, false}, 0);
      const doppel::merge_patch_result result = doppel::diff_merge_patch(from, to);
      CHECK(result.is_exact());
      CHECK(applied(from, result.patch) == to);
    }
  }

  TEST_CASE("diff_merge_patch: a target with nulls is met but for the reported paths") {
    random_source random(22);
    for (int i = 0; i != 3000; ++i) {
      const json::value from = random_value(random, {}, 0);
      json::value to = random_object(random, {});
      const doppel::merge_patch_result result = doppel::diff_merge_patch(from, to);
      paths expected;
      take_new_nulls(&from, to, "", expected);
      paths found = result.inexact_paths;
      std::sort(expected.begin(), expected.end());
      std::sort(found.begin(), found.end());
      CHECK(found == expected);
      CHECK(applied(from, result.patch) == to);
    }
  }

  TEST_CASE("diff_merge_patch: without any one of its members the patch would not do") {
    random_source random(23);
    for (int i = 0; i != 500; ++i) {
      const json::value from = random_object(random, {});
      const json::value to = random_object(random, {4, 5, 5, false});
      const json::value patch = doppel::diff_merge_patch(from, to).patch;
      for (const json::value& shorter : shorter_patches(patch)) {
        CHECK(applied(from, shorter) != to);
      }
    }
  }

  TEST_CASE("compose_merge_patch: the second has the last word, nulls are kept") {
    check_compose(R"({"a":1,"b":2})", R"({"b":3,"c":4})", R"({"a":1,"b":3,"c":4})");
    check_compose(R"({"a":1})", R"({"a":null})", R"({"a":null})");
    check_compose(R"({"a":null})", R"({"a":1})", R"({"a":1})");
    check_compose(R"({"a":null})", R"({"b":null})", R"({"a":null,"b":null})");
    check_compose(R"({"a":{"b":1}})", R"({"a":{"c":null}})", R"({"a":{"b":1,"c":null}})");
    check_compose(R"({"a":{"b":1}})", R"({"a":[1]})", R"({"a":[1]})");
    check_compose(R"({"a":{"b":{"x":null}}})", R"({})", R"({"a":{"b":{"x":null}}})");
    check_compose(R"({"a":1})", R"({"b":{"c":{"d":null}}})", R"({"a":1,"b":{"c":{"d":null}}})");
    check_compose(R"({"a":{}})", R"({"a":{}})", R"({"a":{}})");
  }

  TEST_CASE("compose_merge_patch: patches that are no objects") {
    check_compose(R"({"a":1})", "5", "5");
    check_compose(R"({"a":1})", "null", "null");
    check_compose("5", "[1]", "[1]");
    check_compose("5", R"({"a":null,"b":1})", R"({"a":null,"b":1})", {""});
    check_compose("null", "{}", "{}", {""});
  }

  TEST_CASE("compose_merge_patch: an object on what is none cannot be exact for every document") {
    check_compose(R"({"a":null})", R"({"a":{"b":1}})", R"({"a":{"b":1}})", {"a"});
    check_compose(R"({"a":1})", R"({"a":{"b":null}})", R"({"a":{"b":null}})", {"a"});
    check_compose(R"({"a":[1]})", R"({"a":{}})", R"({"a":{}})", {"a"});
    check_compose(R"({"x":{"odd key":null,"z":1},"y":2})", R"({"y":{"a":1},"x":{"odd key":{},"z":{}}})",
                  R"({"x":{"odd key":{},"z":{}},"y":{"a":1}})", {"x.[[odd key]]", "x.z", "y"});
  }

  TEST_CASE("compose_merge_patch: an exact one does what both do") {
    random_source random(31);
    int exact = 0;
    for (int i = 0; i != 4000; ++i) {
      const json::value first = random_value(random, {3, 4, 3, true}, 0);
      const json::value second = random_value(random, {3, 4, 3, true}, 0);
      const doppel::merge_patch_result result = doppel::compose_merge_patch(first, second);
      const json::value document = random_value(random, {}, 0);
      const auto in_two_steps = [&](const json::value& d) { return applied(applied(d, first), second); };
      if (result.is_exact()) {
        ++exact;
        CHECK(applied(document, result.patch) == in_two_steps(document));
      }
      // Where the document has no object in the way, any is exact.
      CHECK(applied(json::object(), result.patch) == in_two_steps(json::object()));
      CHECK(applied(nullptr, result.patch) == in_two_steps(nullptr));
      // A reported path is reported with reason.
      for (const std::string& path : result.inexact_paths) {
        const json::value trap = document_with_object_at(path);
        CHECK(applied(trap, result.patch) != in_two_steps(trap));
      }
    }
    CHECK(exact > 1000);
    CHECK(exact < 3900);
  }

  TEST_CASE("compose_merge_patch: with the base, what the base has is removed by name") {
    check_compose_on(R"({"a":{"x":1,"b":2}})", R"({"a":null})", R"({"a":{"b":1}})", R"({"a":{"b":1,"x":null}})");
    check_compose_on(R"({"a":{"x":{"y":1,"z":2}}})", R"({"a":5})", R"({"a":{"x":{"z":3}}})",
                     R"({"a":{"x":{"z":3,"y":null}}})");
    check_compose_on(R"({"a":{"x":1}})", R"({"a":5})", R"({"a":{"x":{"z":null}}})", R"({"a":{"x":{"z":null}}})");
    check_compose_on(R"({"a":1})", R"({"a":null})", R"({"a":{"b":1}})", R"({"a":{"b":1}})");
    check_compose_on(R"({})", R"({"a":null})", R"({"a":{"b":1}})", R"({"a":{"b":1}})");
    check_compose_on(R"({"a":{"x":1}})", "5", R"({"a":{"b":1}})", R"({"a":{"b":1,"x":null}})");
    check_compose_on(R"({"a":1,"c":2})", "null", R"({"b":1})", R"({"b":1,"a":null,"c":null})");
    check_compose_on("[1]", "null", R"({"b":1})", R"({"b":1})");
    check_compose_on(R"({"a":1})", R"({"b":1})", "[]", "[]");
    check_compose_on(R"({"a":{"n":null}})", R"({"a":1})", R"({"a":{}})", R"({"a":{"n":null}})");
  }

  TEST_CASE("compose_merge_patch: with the base it is always exact for the base") {
    random_source random(32);
    for (const shape& limits : {shape{4, 4, 4, true}, shape{6, 2, 2, true}}) {
      for (int i = 0; i != 3000; ++i) {
        const json::value base = random_value(random, limits, 0);
        const json::value first = random_value(random, limits, 0);
        const json::value second = random_value(random, limits, 0);
        const json::value joined = doppel::compose_merge_patch(base, first, second);
        CHECK(applied(base, joined) == naive_merge(naive_merge(base, first), second));
      }
    }
  }

  TEST_CASE("merge_patch: results live in the storage that was asked for") {
    json::monotonic_resource resource;
    const json::value a = parsed(R"({"a":{"b":[1]}})");
    const json::value b = parsed(R"({"a":{"c":[2]}})");
    const auto is_there = [&resource](const json::value& patch) {
      return patch.storage().get() == &resource && patch.at("a").storage().get() == &resource &&
             patch.at("a").at("c").storage().get() == &resource;
    };
    CHECK(is_there(doppel::diff_merge_patch(a, b, &resource).patch));
    CHECK(is_there(doppel::compose_merge_patch(a, b, &resource).patch));
    CHECK(is_there(doppel::compose_merge_patch(a, a, b, &resource)));
    CHECK(doppel::diff_merge_patch(a, "text", &resource).patch.storage().get() == &resource);
  }
}
