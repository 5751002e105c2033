// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/twin_document.hpp>

#include <doppel/query/for_each_match.hpp>
#include <doppel/query/json_row.hpp>
#include <doppel/twin/load.hpp>
#include <doppel/twin/update.hpp>

#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using doppel::bound_program;
using doppel::program;
using doppel::twin;

namespace {

constexpr std::string_view document = R"({
  "deviceId": "d1", "etag": "AAAAAAAAAAc=", "deviceEtag": "x", "status": "enabled", "connectionState": "Connected",
  "x509Thumbprint": {"primaryThumbprint": null, "secondaryThumbprint": "ab"}, "modelId": "", "version": 9,
  "tags": {"site": "A", "list": [1, {"k": "v"}, [2, 3]], "say\"hi\"": "quoted", "n": 1.50, "deep": {"a": {"b": {"c": 5}}}},
  "properties": {
    "desired": {"fan": {"speed": 3}, "$metadata": {"$lastUpdated": "2024-01-02T00:00:00Z", "$lastUpdatedVersion": 4,
        "fan": {"$lastUpdated": "2024-01-01T00:00:00.5Z", "$lastUpdatedVersion": 3,
                "speed": {"$lastUpdated": "2024-01-01T00:00:00.5Z", "$lastUpdatedVersion": 3}}}, "$version": 4},
    "reported": {"battery": 87, "status": "ok", "$metadata": {"$lastUpdated": "2024-02-01T00:00:00Z",
        "battery": {"$lastUpdated": "2024-02-01T00:00:00Z"}, "status": {"$lastUpdated": "2024-01-31T00:00:00Z"}},
      "$version": 12}},
  "capabilities": {"iotEdge": false}, "parentScopes": ["p1", "p2"], "custom": {"x": 1}})";

twin load(std::string_view text, const doppel::key_table& keys = {}) {
  doppel::workspace ws;
  twin t(keys);
  REQUIRE(load_into(t, text, ws).has_value());
  return t;
}

std::string service_view(const twin& t) {
  doppel::text_buffer out;
  REQUIRE(write_service_view(t, out).has_value());
  return std::string(out.view());
}

// The row of a twin, bound and unbound; checks that it is the row of its service view.
std::string twin_row(const twin& t, const doppel::key_table& keys, const std::string& query) {
  const program p = doppel_test::compiled(query);
  doppel::query_scratch scratch = doppel_test::scratch_for(p);
  const auto bound = bound_program::bind(p, keys);
  REQUIRE(bound.has_value());
  doppel::text_buffer out;
  REQUIRE(write_row(p, doppel::twin_document<doppel::default_policy>(t, *bound), scratch, out).has_value());
  const std::string row(out.view());
  out.clear();
  REQUIRE(write_row(p, doppel::twin_document<doppel::default_policy>(t, p), scratch, out).has_value());
  CHECK(out.view() == row);
  const auto view = doppel_test::json(service_view(t));
  out.clear();
  REQUIRE(write_row(p, doppel::json_document(view), scratch, out).has_value());
  CHECK_MESSAGE(doppel::equal_values(doppel::value_of_json(row), doppel::value_of_json(out.view())), query);
  CHECK(matches(p, t, scratch) == matches(p, view, scratch));
  CHECK(matches(*bound, t, scratch) == matches(p, view, scratch));
  return row;
}

}  // namespace

TEST_CASE("twin document: leaves, members of the root, and what is computed (spec 4.1)") {
  const auto keys = doppel::key_table::create();
  REQUIRE(keys.has_value());
  const twin t = load(document, *keys);
  const auto row = [&](const char* columns) {
    return twin_row(t, *keys, std::string("SELECT ") + columns + " FROM devices");
  };
  CHECK(row("deviceId, status, version, etag, deviceEtag, moduleId") ==
        R"({"deviceId":"d1","status":"enabled","version":9,"etag":"AAAAAAAAAAc=","deviceEtag":"x"})");
  CHECK(row("x509Thumbprint.primaryThumbprint AS a, x509Thumbprint.secondaryThumbprint AS b, capabilities.iotEdge") ==
        R"({"a":null,"b":"ab","iotEdge":false})");
  CHECK(row("custom.x, nosuch.x AS y") == R"({"x":1})");
  CHECK(row("tags.n, tags.deep.a.b.c, tags.deep.a.x, tags.[[say\"hi\"]] AS q") == R"({"n":1.50,"c":5,"q":"quoted"})");
  CHECK(
      row("tags.list[1].k AS k, tags.list[2][1] AS e, tags.list[9] AS u, parentScopes[1] AS s, tags.list['k'] AS w") ==
      R"({"k":"v","e":3,"s":"p2"})");
  CHECK(row("properties.desired.$version AS d, properties.reported.$version AS r, tags.$version AS t") ==
        R"({"d":4,"r":12})");
}

TEST_CASE("twin document: $metadata is seen without being stored (spec 4.1)") {
  const auto keys = doppel::key_table::create();
  REQUIRE(keys.has_value());
  const twin t = load(document, *keys);
  const auto row = [&](const char* columns) {
    return twin_row(t, *keys, std::string("SELECT ") + columns + " FROM devices");
  };
  CHECK(
      row("properties.desired.$metadata.$lastUpdated AS a, properties.desired.$metadata.fan.$lastUpdatedVersion AS b, "
          "properties.desired.$metadata.fan.speed.$lastUpdated AS c, properties.reported.$metadata.status.$lastUpdated "
          "AS d, "
          "properties.reported.$metadata.status.$lastUpdatedVersion AS e, properties.reported.$metadata.nosuch AS f, "
          "properties.reported.$metadata.status.nosuch AS g") ==
      R"({"a":"2024-01-02T00:00:00Z","b":3,"c":"2024-01-01T00:00:00.5Z","d":"2024-01-31T00:00:00Z"})");
  CHECK(row("properties.reported.$metadata AS m") ==
        R"({"m":{"$lastUpdated":"2024-02-01T00:00:00Z","battery":{"$lastUpdated":"2024-02-01T00:00:00Z"},)"
        R"("status":{"$lastUpdated":"2024-01-31T00:00:00Z"}}})");
  const auto holds = [&](const char* condition) {
    const program p = doppel_test::compiled(std::string("SELECT * FROM devices WHERE ") + condition);
    doppel::query_scratch scratch = doppel_test::scratch_for(p);
    return matches(p, t, scratch);
  };
  CHECK(holds("properties.reported.$metadata.$lastUpdated >= '2024-02'"));
  CHECK(holds("SUBSTRING(properties.reported.$metadata.$lastUpdated, 0, 7) || 'x' = '2024-02x'"));
  CHECK(holds("SUBSTRING(properties.reported.$metadata.$lastUpdated || '!', 17) = '00Z!'"));
  CHECK(holds("LOWER(properties.desired.$metadata.fan.$lastUpdated) = '2024-01-01t00:00:00.5z'"));
  CHECK(holds("properties.reported.$metadata.battery.$lastUpdated = properties.reported.$metadata.$lastUpdated"));
  CHECK(holds("properties.desired.$metadata.fan != properties.desired.$metadata.fan.speed"));
  CHECK(holds("IS_OBJECT(properties.reported.$metadata.battery)"));
  CHECK(holds("properties.reported.$metadata.battery = properties.reported['$metadata']['battery']"));
}

TEST_CASE("twin document: paths that end at objects give them as the service view has them (spec 12)") {
  const auto keys = doppel::key_table::create();
  REQUIRE(keys.has_value());
  const twin t = load(document, *keys);
  for (const char* const path :
       {"tags", "properties", "properties.desired", "properties.reported", "properties.desired.$metadata", "tags.deep",
        "tags.list", "properties.desired.$metadata.fan", "x509Thumbprint", "capabilities", "custom", "parentScopes"}) {
    const std::string row =
        twin_row(t, *keys, std::string("SELECT ") + path + " AS v FROM devices WHERE " + path + " = " + path);
    CHECK(row.size() > 6);
  }
  CHECK(twin_row(t, *keys, "SELECT * FROM devices") == service_view(t));
}

TEST_CASE("twin document: a new twin has no tags, and sections without members") {
  twin t;
  REQUIRE(t.reset({.device_id = "new"}, doppel::timestamp::from_ticks(638'400'000'000'000'000)).has_value());
  const doppel::key_table none;
  CHECK(twin_row(t, none, "SELECT tags, properties.reported.x, deviceId FROM devices") == R"({"deviceId":"new"})");
  CHECK(twin_row(t, none, "SELECT properties.reported AS r FROM devices").find("\"$version\":1") != std::string::npos);
  const twin empty;
  CHECK(twin_row(empty, none, "SELECT deviceId, tags, properties.desired.$version AS v FROM devices") == R"({"v":1})");
  CHECK(twin_row(empty, none, "SELECT properties.desired.$metadata AS m FROM devices") == R"({"m":{}})");
}

TEST_CASE("bound program: names that the table learns later are found; other tables are searched by name") {
  const auto keys = doppel::key_table::create();
  REQUIRE(keys.has_value());
  const program p =
      doppel_test::compiled("SELECT * FROM devices WHERE tags.late = 1 AND tags.$version = 5 OR tags.late.x = 1");
  doppel::query_scratch scratch = doppel_test::scratch_for(p);
  const auto bound = bound_program::bind(p, *keys);
  REQUIRE(bound.has_value());
  const twin mine = load(R"({"deviceId":"a","tags":{"early":1,"late":{"x":1}}})", *keys);
  const twin other = load(R"({"deviceId":"a","tags":{"q":1,"late":{"x":1}}})");
  const twin none = load(R"({"deviceId":"a","tags":{"early":1}})", *keys);
  CHECK(matches(*bound, mine, scratch));
  CHECK(matches(*bound, other, scratch));
  CHECK_FALSE(matches(*bound, none, scratch));
  // Bound once more, by number now.
  const auto again = bound_program::bind(p, *keys);
  REQUIRE(again.has_value());
  CHECK(matches(*again, mine, scratch));
  CHECK(matches(*again, other, scratch));
  CHECK_FALSE(matches(*again, none, scratch));
}

TEST_CASE("bound program: paths of any length and through anything") {
  const auto keys = doppel::key_table::create();
  REQUIRE(keys.has_value());
  const twin t = load(R"({"deviceId":"d","x509Thumbprint":{"primaryThumbprint":"p"},"custom":{"in":{"side":1}},
    "tags":{"a":{"b":{"c":{"d":{"e":{"f":{"g":7}}}}}},"leaf":"s","list":[{"k":1}],"none":{}},
    "properties":{"desired":{"a":{"b":{"c":1}},"$version":2},"reported":{"$version":1}}})",
                      *keys);
  for (const char* path : {"tags.a.b.c.d.e",
                           "tags.a.b.c.d.e.f",
                           "tags.a.b.c.d.e.f.g",
                           "tags.a.b.c.d.e.f.x",
                           "tags.leaf.x",
                           "tags.list.k",
                           "tags.list",
                           "tags.none",
                           "tags.none.x",
                           "tags",
                           "x509Thumbprint.primaryThumbprint",
                           "custom.in.side",
                           "custom.in.out",
                           "deviceId",
                           "deviceId.x",
                           "properties.desired.a.b.c",
                           "properties.desired.a.b.c.d",
                           "properties.desired",
                           "properties.desired.$version",
                           "properties.reported.x",
                           "properties.x",
                           "properties.desired.$metadata.a.b.c.$lastUpdated",
                           "properties.desired.$metadata.a.b.$lastUpdatedVersion",
                           "properties.desired.$metadata.a.b.x.$lastUpdated",
                           "properties.desired.$metadata.$lastUpdated",
                           "properties.desired.$metadata.a.$lastUpdated.x",
                           "properties.desired.$metadata.a"}) {
    (void)twin_row(t, *keys, "SELECT " + std::string(path) + " AS v FROM devices");
    (void)twin_row(t, *keys, "SELECT * FROM devices WHERE IS_DEFINED(" + std::string(path) + ")");
  }
}

TEST_CASE("twin document: times compare as their texts, which fractions make longer (spec 5)") {
  const auto keys = doppel::key_table::create();
  REQUIRE(keys.has_value());
  for (const std::string time : {"2024-02-01T00:00:00Z", "2024-02-01T00:00:00.0000001Z", "2024-02-01T00:00:00.5Z",
                                 "2024-01-31T23:59:59.9999999Z", "2024-02-01T00:00:01Z"}) {
    const twin t = load(R"({"properties":{"reported":{"x":1,"$metadata":{"$lastUpdated":")" + time +
                            R"(","x":{"$lastUpdated":")" + time + R"("}},"$version":1}}})",
                        *keys);
    const auto view = doppel_test::json(service_view(t));
    const std::string shown(view.at_pointer("/properties/reported/$metadata/x/$lastUpdated").as_string());
    for (const std::string literal :
         {"2024-02-01T00:00:00Z", "2024-02-01T00:00:00.5Z", "2024-02-01T00:00:00.50000000Z", "2024-02-01T00:00:00",
          "2024-02-01T00:00:00+01:00", "2024-02-01T00:00", "2024-02", "2024-02-31T00:00:00Z", "2024-02-01t00:00:00Z",
          "2024-02-01T00:00:00.", "2024-02-01T00:00:59Z", "2024-02-01T00:00:60Z", "2024-13-01T00:00:00Z", "x", ""}) {
      const auto asked = [&](const std::string& comparison) {
        const program p = doppel_test::compiled(
            "SELECT * FROM devices WHERE properties.reported.$metadata.x.$lastUpdated " + comparison);
        doppel::query_scratch scratch = doppel_test::scratch_for(p);
        return matches(p, t, scratch);
      };
      const std::string quoted = " '" + literal + "'";
      CHECK_MESSAGE(asked("<" + quoted) == (shown < literal), shown << " < " << literal);
      CHECK_MESSAGE(asked("<=" + quoted) == (shown <= literal), shown << " <= " << literal);
      CHECK_MESSAGE(asked(">" + quoted) == (shown > literal), shown << " > " << literal);
      CHECK_MESSAGE(asked(">=" + quoted) == (shown >= literal), shown << " >= " << literal);
      CHECK_MESSAGE(asked("=" + quoted) == (shown == literal), shown << " = " << literal);
      CHECK_MESSAGE(asked("!=" + quoted) == (shown != literal), shown << " != " << literal);
    }
  }
}

TEST_CASE("for_each_match: asks in order and stops when told to") {
  const auto keys = doppel::key_table::create();
  REQUIRE(keys.has_value());
  std::vector<twin> twins;
  for (int i = 0; i != 40; ++i) {
    twins.push_back(load("{\"deviceId\":\"d\",\"tags\":{\"x\":" + std::to_string(i % 4) + "}}", *keys));
  }
  const program p = doppel_test::compiled("SELECT * FROM devices WHERE tags.x = 3");
  doppel::query_scratch scratch = doppel_test::scratch_for(p);
  const auto bound = bound_program::bind(p, *keys);
  REQUIRE(bound.has_value());
  std::vector<std::size_t> found;
  const auto at = [&](std::size_t i) -> const twin& { return twins[i]; };
  CHECK(for_each_match(*bound, twins.size(), at, scratch, [&](std::size_t i) {
          found.push_back(i);
          return found.size() != 3;
        }) == 12);
  CHECK(found == std::vector<std::size_t>{3, 7, 11});
  CHECK(for_each_match(*bound, twins.size(), at, scratch, [](std::size_t) { return true; }) == twins.size());
  CHECK(for_each_match(*bound, 0, at, scratch, [](std::size_t) { return true; }) == 0);
}

TEST_CASE("for_each_match: matches whose rows are wanted come in order too, and none after the stop") {
  const auto keys = doppel::key_table::create();
  REQUIRE(keys.has_value());
  std::vector<twin> twins;
  for (int i = 0; i != 100; ++i) {
    twins.push_back(load("{\"deviceId\":\"d\",\"tags\":{\"x\":" + std::to_string(i % 3) + "}}", *keys));
  }
  const program p = doppel_test::compiled("SELECT tags.x FROM devices WHERE tags.x = 1");
  doppel::query_scratch scratch = doppel_test::scratch_for(p);
  const auto bound = bound_program::bind(p, *keys);
  REQUIRE(bound.has_value());
  const auto at = [&](std::size_t i) -> const twin& { return twins[i]; };
  for (const std::size_t wanted : {1u, 2u, 9u, 17u, 33u}) {
    std::vector<std::size_t> found;
    const std::size_t asked = for_each_match(*bound, twins.size(), at, scratch, [&](std::size_t i) {
      found.push_back(i);
      return found.size() != wanted;
    });
    CHECK(asked == 3 * wanted - 1);
    REQUIRE(found.size() == wanted);
    for (std::size_t i = 0; i != wanted; ++i) CHECK(found[i] == 3 * i + 1);
  }
  std::size_t count = 0;
  CHECK(for_each_match(*bound, twins.size(), at, scratch, [&](std::size_t) { return ++count != 0; }) == twins.size());
  CHECK(count == 33);
}

TEST_CASE("row_value: rows as values of Boost.JSON") {
  const auto v = doppel_test::json(R"({"tags":{"a":[1,{"b":null}],"c":2.5}})");
  const program p = doppel_test::compiled("SELECT tags.a, tags.c, tags.u FROM devices");
  doppel::query_scratch scratch = doppel_test::scratch_for(p);
  doppel::text_buffer text;
  const auto row = row_value(p, doppel::json_document(v), scratch, text);
  REQUIRE(row.has_value());
  CHECK(*row == doppel_test::json(R"({"a":[1,{"b":null}],"c":2.5})"));
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  CHECK(doppel::row_value(deep).has_value());
  CHECK(doppel::row_value("[").error() == doppel::errc::malformed_json);
}
