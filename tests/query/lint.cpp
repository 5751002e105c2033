// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/lint.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using doppel::query_remark_kind;

namespace {

// Each remark as `kind: part of the query > suggestion`, in order.
std::vector<std::string> remarks(std::string_view query, std::vector<std::string_view> sample = {},
                                 doppel::query_options options = {}) {
  static constexpr const char* names[] = {"hub", "never", "excluded", "undefined", "null", "type", "path", "name"};
  const auto tree = doppel::parse_query(query, options);
  REQUIRE_MESSAGE(tree.has_value(), query);
  doppel::lint_report report;
  REQUIRE(lint(*tree, sample, report).has_value());
  std::vector<std::string> result;
  for (const doppel::query_remark& r : report.remarks()) {
    CHECK_FALSE(r.text.empty());
    std::string text = names[static_cast<int>(r.kind)];
    text += ": " + std::string(query.substr(r.offset, r.length));
    if (!r.suggestion().empty()) text += " > " + std::string(r.suggestion());
    result.push_back(text);
  }
  return result;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("lint: nothing to say about a sound query") {
  for (const char* const query :
       {"SELECT * FROM devices",
        "SELECT deviceId FROM devices WHERE tags.site = 'A' AND properties.reported.battery < 20",
        "SELECT * FROM devices WHERE tags.a > 1 AND tags.a < 5 AND tags.a != 3",
        "SELECT * FROM devices WHERE tags.a = 'x' OR tags.a = 'y'",
        "SELECT * FROM devices WHERE tags.a >= 1 AND tags.a <= 1",
        "SELECT * FROM devices WHERE is_number(tags.a) OR is_string(tags.a)",
        "SELECT * FROM devices WHERE x509Thumbprint.primaryThumbprint = null"}) {
    CHECK_MESSAGE(remarks(query).empty(), query);
  }
}

TEST_CASE("lint: what the service would refuse (spec 1)") {
  CHECK(remarks("SELECT deviceId FROM devices ORDER BY deviceId").at(0).substr(0, 4) == "hub:");
  CHECK(remarks("SELECT * FROM devices WHERE tags.a NOT IN [1]").size() == 1);
  CHECK(remarks("SELECT * FROM devices WHERE tags.a IN [1]", {}, {.mode = doppel::query_mode::hub}).empty());
  const auto tree = doppel::parse_query("SELECT * FROM devices WHERE tags.a LIKE 'x'");
  REQUIRE(tree.has_value());
  doppel::lint_report report;
  REQUIRE(lint(*tree, {}, report).has_value());
  REQUIRE(report.remarks().size() == 1);
  CHECK(report.remarks()[0].code == doppel::errc::not_supported);
}

TEST_CASE("lint: undefined and null (spec 5, 6)") {
  CHECK(remarks("SELECT * FROM devices WHERE tags.a = undefined") ==
        list{"undefined: tags.a = undefined > IS_DEFINED"});
  CHECK(remarks("SELECT * FROM devices WHERE tags.a = null") == list{"null: tags.a = null > NOT IS_DEFINED"});
  CHECK(remarks("SELECT * FROM devices WHERE null != properties.reported.x") ==
        list{"null: null != properties.reported.x > IS_DEFINED"});
}

TEST_CASE("lint: conditions that exclude each other (spec 6)") {
  const auto excluded = [](const std::string& condition) {
    const list all = remarks("SELECT * FROM devices WHERE " + condition);
    for (const std::string& r : all) {
      if (r.substr(0, 9) == "excluded:") return r.substr(10);
    }
    return std::string();
  };
  CHECK(excluded("tags.a = 'x' AND tags.a = 'y'") == "tags.a = 'y'");
  CHECK(excluded("tags.a = 'x' AND tags.b = 'y' AND tags.a != 'x'") == "tags.a != 'x'");
  CHECK(excluded("tags.a > 5 AND 3 > tags.a") == "3 > tags.a");
  CHECK(excluded("tags.a >= 5 AND tags.a < 5") == "tags.a < 5");
  CHECK(excluded("tags.a = 5 AND tags.a > 5") == "tags.a > 5");
  CHECK(excluded("tags.a = 5 AND tags.a = '5'") == "tags.a = '5'");
  CHECK(excluded("tags.a > 5 AND STARTSWITH(tags.a, 'x')") == "STARTSWITH(tags.a, 'x')");
  CHECK(excluded("is_object(tags.a) AND tags.a = 1") == "tags.a = 1");
  CHECK(excluded("devices.tags.a = 1 AND tags.a = 2") == "tags.a = 2");
  // Not where either will do, nor on different paths.
  CHECK(excluded("tags.a = 'x' OR tags.a = 'y'").empty());
  CHECK(excluded("NOT (tags.a = 'x' AND tags.a = 'y')").empty());
  CHECK(excluded("tags.a = 'x' AND tags.A = 'y'").empty());
}

TEST_CASE("lint: one path and values of different types (spec 5)") {
  CHECK(remarks("SELECT * FROM devices WHERE tags.a = 5 OR tags.a = '5'") == list{"type: tags.a = '5'"});
}

TEST_CASE("lint: a field of the service and a value of a type that it never has (spec 4.1, 6)") {
  CHECK(remarks("SELECT * FROM devices WHERE version = '5'") == list{"type: version = '5'"});
  CHECK(remarks("SELECT * FROM devices WHERE 5 <= lastActivityTime") == list{"type: 5 <= lastActivityTime"});
  CHECK(remarks("SELECT * FROM devices WHERE status = true") == list{"type: status = true"});
  CHECK(remarks("SELECT * FROM devices WHERE tags = 'x'") == list{"type: tags = 'x'"});
  CHECK(remarks("SELECT * FROM devices.jobs WHERE devices.jobs.jobId = 7") == list{"type: devices.jobs.jobId = 7"});
  CHECK(remarks("SELECT * FROM devices WHERE version = 5 AND status = 'enabled' AND statusReason != null").empty());
}

TEST_CASE("lint: names that the service does not have, and those that were meant (spec 4.1)") {
  const auto named = [](std::string_view path, std::string_view source = "devices") {
    return remarks("SELECT * FROM " + std::string(source) + " WHERE " + std::string(path) + " = 'x'");
  };
  CHECK(named("tag.site") == list{"name: tag > tags"});
  CHECK(named("tgas.site") == list{"name: tgas > tags"});
  CHECK(named("property.desired.x") == list{"name: property > properties"});
  CHECK(named("propertys.reported.x") == list{"name: propertys > properties"});
  CHECK(named("reported.x") == list{"name: reported > properties.reported"});
  CHECK(named("Desired.x") == list{"name: Desired > properties.desired"});
  CHECK(named("[[reported]].x") == list{"name: [[reported]] > properties.reported"});
  CHECK(named("device_id") == list{"name: device_id > deviceId"});
  CHECK(named("devices.devicesId") == list{"name: devicesId > deviceId"});
  CHECK(named("device.tags.site") == list{"name: device > devices"});
  CHECK(named("c.tags.site") == list{"name: c > devices"});
  CHECK(named("jobID", "devices") == list{"name: jobID"});
  CHECK(named("jobTyp", "devices.jobs") == list{"name: jobTyp > jobType"});
  CHECK(named("something.else") == list{"name: something"});
  // One step deeper.
  CHECK(named("properties.report.x") == list{"name: report > reported"});
  CHECK(named("properties.tags.x") == list{"name: tags"});
  CHECK(named("properties['report'].x").at(0) == "name: properties['report'].x > reported");
  CHECK(named("x509Thumbprint.primarythumbprint") == list{"name: primarythumbprint > primaryThumbprint"});
  CHECK(named("capabilities.iotedge") == list{"name: iotedge > iotEdge"});
  // The case of roots and sections does not matter.
  CHECK(named("DEVICEID").empty());
  CHECK(named("Properties.Reported.x").empty());
  CHECK(named("ID").empty());
  CHECK(named("devices.jobs.createdTimeUtc", "devices.jobs").empty());
  CHECK(remarks("name = 'x'", {}, {.mode = doppel::query_mode::hub, .dialect = doppel::query_dialect::route}).empty());
  // In every clause; a column's alias in ORDER BY is no path.
  CHECK(remarks("SELECT tag.a, COUNT() AS n FROM devices GROUP BY tag.a", {}, {.mode = doppel::query_mode::hub}) ==
        list{"name: tag > tags", "name: tag > tags"});
  CHECK(remarks("SELECT tags.a AS site FROM devices ORDER BY site").size() == 1);
  CHECK(remarks("SELECT tags.a AS site FROM devices ORDER BY site", {R"({"tags":{"a":1}})"}).size() == 1);
  // Documents that have the name know better.
  CHECK(remarks("SELECT vendor.name FROM devices", {R"({"vendor":{}})"}) == list{"path: vendor.name"});
  CHECK(remarks("SELECT vendor.name FROM devices", {R"({"vendor":{"name":1}})"}).empty());
  CHECK(remarks("SELECT vendor.name FROM devices", {R"({"tags":{}})"}) == list{"name: vendor"});
}

TEST_CASE("lint: constant conditions that never hold") {
  CHECK(remarks("SELECT * FROM devices WHERE 1 > 2") == list{"never: 1 > 2"});
  CHECK(remarks("SELECT * FROM devices WHERE tags.a = 1 AND 'a' = 'b'") == list{"never: tags.a = 1 AND 'a' = 'b'"});
  CHECK(remarks("", {}, {.dialect = doppel::query_dialect::target_condition}).empty());
}

TEST_CASE("lint: paths that no document of the sample has, and the nearest key") {
  const std::vector<std::string_view> sample = {
      R"({"tags":{"site":"A","env":"x"},"properties":{"reported":{"battery":5}}})",
      R"({"tags":{"location":{"region":"US"}}})"};
  CHECK(remarks("SELECT * FROM devices WHERE tags.site = 'A' AND tags.location.region = 'US'", sample).empty());
  CHECK(remarks("SELECT * FROM devices WHERE tags.stie = 'A'", sample) == list{"path: tags.stie > site"});
  CHECK(remarks("SELECT * FROM devices WHERE properties.reported.batery < 5", sample) ==
        list{"path: properties.reported.batery > battery"});
  CHECK(remarks("SELECT * FROM devices WHERE tags.location.regoin = 'US'", sample) ==
        list{"path: tags.location.regoin > region"});
  CHECK(remarks("SELECT tags.something.else FROM devices", sample) == list{"path: tags.something.else"});
}

TEST_CASE("lint: large conditions take time in proportion") {
  std::string text = "SELECT * FROM devices WHERE tags.a != 0";
  for (int i = 1; i != 30000; ++i) text += " AND tags.a != " + std::to_string(i);
  const list all = remarks(text);  // hub mode ends at 8192 characters
  REQUIRE(all.size() == 1);
  CHECK(all[0].substr(0, 4) == "hub:");
}
