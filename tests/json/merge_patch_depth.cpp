// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/json/merge_patch.hpp>

#include <doctest/doctest.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace json = boost::json;

// Nesting that would exhaust the stack if anything recursed. What Boost would copy, compare or destroy by
// recursion is kept away from it: deep values live in a resource that needs no destruction, or belong to a
// target.

namespace {

constexpr int deep = 1'000'000;

// `levels` objects around a value, each under the key "a". The resource's memory is given back as a whole.
json::value nested(int levels, json::value inner, json::storage_ptr storage) {
  json::value result(std::move(inner), storage);
  for (int i = 0; i != levels; ++i) {
    json::object outer(storage);
    outer.emplace("a", std::move(result));
    result = std::move(outer);
  }
  return result;
}

// What stands below the objects under "a", and how many there are.
std::pair<int, const json::value*> innermost(const json::value& value) {
  int levels = 0;
  const json::value* at = &value;
  for (;;) {
    const json::object* object = at->if_object();
    const json::value* next = object != nullptr ? object->if_contains("a") : nullptr;
    if (next == nullptr) {
      return {levels, at};
    }
    at = next;
    ++levels;
  }
}

}  // namespace

TEST_SUITE("json/merge_patch") {
  TEST_CASE("merge_patch: a million levels do not exhaust the stack: apply") {
    json::monotonic_resource resource;
    json::value target(json::object(), &resource);
    const json::value first = nested(deep, {{"b", 1}, {"c", nullptr}}, &resource);
    doppel::apply_merge_patch(target, first);
    CHECK(innermost(target).first == deep);
    CHECK(json::serialize(*innermost(target).second) == R"({"b":1})");
    json::value patch = nested(deep, {{"b", nullptr}, {"d", 2}}, &resource);
    doppel::apply_merge_patch(target, std::move(patch));
    CHECK(innermost(target).first == deep);
    CHECK(json::serialize(*innermost(target).second) == R"({"d":2})");
  }

  TEST_CASE("merge_patch: a million levels do not exhaust the stack: replaced values in ordinary memory") {
    json::value target = {{"x", 1}};
    json::value patch = json::object();
    patch.get_object().emplace("x", nested(deep, 1, {}));
    doppel::apply_merge_patch(target, std::move(patch));
    CHECK(innermost(target.at("x")).first == deep);
    doppel::apply_merge_patch(target, json::parse(R"({"x":null})"));
    CHECK(json::serialize(target) == "{}");
  }

  TEST_CASE("merge_patch: a million levels do not exhaust the stack: diff") {
    json::monotonic_resource resource;
    const json::value from = nested(deep, {{"b", 1}}, &resource);
    const json::value to = nested(deep, {{"b", 2}, {"c", 3}}, &resource);
    const json::value patch = doppel::diff_merge_patch(from, to, &resource).patch;
    CHECK(innermost(patch).first == deep);
    CHECK(json::serialize(*innermost(patch).second) == R"({"b":2,"c":3})");
    CHECK(doppel::diff_merge_patch(from, from).patch == json::object());
    // Within an array the whole is compared.
    json::value in_array(json::array(&resource), &resource);
    in_array.get_array().push_back(nested(deep, {{"b", 1}}, &resource));
    json::value other(json::array(&resource), &resource);
    other.get_array().push_back(nested(deep, {{"b", 1}}, &resource));
    json::value a(json::object(&resource), &resource);
    json::value b(json::object(&resource), &resource);
    a.get_object().emplace("k", std::move(in_array));
    b.get_object().emplace("k", std::move(other));
    CHECK(doppel::diff_merge_patch(a, b).patch == json::object());
  }

  TEST_CASE("merge_patch: a million levels do not exhaust the stack: compose") {
    json::monotonic_resource resource;
    const json::value first = nested(deep, {{"b", 1}, {"c", 2}}, &resource);
    const json::value second = nested(deep, {{"b", nullptr}}, &resource);
    const json::value joined = doppel::compose_merge_patch(first, second, &resource).patch;
    CHECK(innermost(joined).first == deep);
    CHECK(json::serialize(*innermost(joined).second) == R"({"b":null,"c":2})");
    const json::value cleared(json::object({{"a", nullptr}}, &resource), &resource);
    const json::value expanded = doppel::compose_merge_patch(first, cleared, second, &resource);
    CHECK(innermost(expanded).first == deep);
    CHECK(json::serialize(*innermost(expanded).second) == R"({"b":null,"c":null})");
  }
}
