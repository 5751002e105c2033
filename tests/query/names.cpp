// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/syntax_tree.hpp>

#include <query/tree_text.hpp>

#include <doctest/doctest.h>

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using doppel::node_kind;
using doppel::path_root;
using doppel::query_collection;
using doppel::query_dialect;
using doppel::query_mode;
using doppel_test::condition_text;
using doppel_test::error_of;
using doppel_test::hub_error_of;

static_assert(std::forward_iterator<doppel::child_range::iterator>);
static_assert(std::random_access_iterator<decltype(std::declval<doppel::segment_range>().begin())>);

namespace {

using names = std::vector<std::string>;

names column_names(std::string_view query, query_mode mode = query_mode::extended) {
  const auto tree = doppel::parse_query(query, {.mode = mode});
  REQUIRE_MESSAGE(tree.has_value(), query);
  names result;
  for (const doppel::syntax_column column : tree->columns()) result.emplace_back(column.name);
  return result;
}

// Where `x` of `SELECT * FROM ... WHERE x` starts.
path_root root_of(std::string_view query) {
  const auto tree = doppel::parse_query(query);
  REQUIRE_MESSAGE(tree.has_value(), query);
  return tree->condition()->root();
}

}  // namespace

TEST_SUITE("query/names") {
  TEST_CASE("roots ignore case and take the service's spelling (4.2.2)") {
    CHECK(condition_text("DEVICEID = 1") == "(= deviceId 1)");
    CHECK(condition_text("ETag") == "etag");
    CHECK(condition_text("CLOUDTODEVICEMESSAGECOUNT") == "cloudToDeviceMessageCount");
    CHECK(condition_text("[[DeviceId]]") == "deviceId");
    CHECK(condition_text("Tags.Env") == "tags/Env");
    CHECK(root_of("SELECT * FROM devices WHERE Tags.Env") == path_root::tags);
    CHECK(root_of("SELECT * FROM devices WHERE x509thumbprint.Primary") == path_root::x509_thumbprint);
    CHECK(root_of("SELECT * FROM devices WHERE MODULEid") == path_root::module_id);
    CHECK(root_of("SELECT * FROM devices WHERE noSuch.Name") == path_root::unknown);
    CHECK(condition_text("noSuch.Name") == "noSuch/Name");
    // A job's fields are no roots of a twin, and the other way round.
    CHECK(root_of("SELECT * FROM devices WHERE jobId") == path_root::unknown);
    CHECK(root_of("SELECT * FROM devices.jobs WHERE tags") == path_root::unknown);
  }

  TEST_CASE("desired and reported ignore case right under properties, nothing else does (4.2.2, 4.2.3)") {
    CHECK(condition_text("PROPERTIES.Desired.Speed") == "properties/desired/Speed");
    CHECK(condition_text("properties.REPORTED") == "properties/reported");
    CHECK(condition_text("properties.[[Reported]].x") == "properties/reported/x");
    CHECK(condition_text("properties['Reported'].x") == "properties['Reported']/x");
    CHECK(condition_text("tags.Desired") == "tags/Desired");
    CHECK(condition_text("properties.desired.Reported") == "properties/desired/Reported");
    CHECK(condition_text("properties.other.Desired") == "properties/other/Desired");
    CHECK(condition_text("capabilities.IotEdge") == "capabilities/IotEdge");
  }

  TEST_CASE("id stands for deviceId, and keeps its name in rows (4.2.4)") {
    CHECK(condition_text("ID = 'x'") == "(= deviceId 'x')");
    CHECK(condition_text("tags.id") == "tags/id");
    CHECK(column_names("SELECT Id, deviceID FROM devices") == names{"id", "deviceId"});
    CHECK(column_names("SELECT devices.id FROM devices") == names{"id"});
    CHECK(root_of("SELECT * FROM devices.jobs WHERE id") == path_root::unknown);
  }

  TEST_CASE("fields of jobs, and the name that the documentation uses (16.2)") {
    const auto tree =
        doppel::parse_query("SELECT JobID, CREATEDTIMEUTC FROM devices.jobs WHERE devices.jobs.createdTimeUtc");
    REQUIRE(tree.has_value());
    CHECK(tree->collection() == query_collection::jobs);
    CHECK(tree->condition()->root() == path_root::created_date_time_utc);
    CHECK(doppel_test::path_text(tree->condition()->segments()) == "createdDateTimeUtc");
    CHECK(tree->columns()[0].name == "jobId");
    CHECK(tree->columns()[1].name == "createdTimeUtc");
  }

  TEST_CASE("prefixes (4.2.1)") {
    CHECK(condition_text("devices.tags.x") == "tags/x");
    CHECK(condition_text("DEVICES . Tags . x") == "tags/x");
    for (const auto mode : {query_mode::hub, query_mode::extended}) {
      CHECK(error_of("SELECT * FROM devices WHERE devices.tags.x", mode) == "");
      CHECK(error_of("SELECT * FROM devices WHERE devices.modules.tags.x", mode) == "prefix_mismatch");
      CHECK(error_of("SELECT * FROM devices WHERE devices.jobs.jobId", mode) == "prefix_mismatch");
      CHECK(error_of("SELECT * FROM devices.modules WHERE devices.tags.x", mode) == "");
      CHECK(error_of("SELECT * FROM devices.modules WHERE devices.modules.tags.x", mode) == "");
      CHECK(error_of("SELECT * FROM devices.modules WHERE devices.jobs.jobId", mode) == "prefix_mismatch");
      CHECK(error_of("SELECT * FROM devices.jobs WHERE devices.jobs.jobId", mode) == "");
      CHECK(error_of("SELECT * FROM devices.jobs WHERE devices.jobId", mode) == "prefix_mismatch");
      CHECK(error_of("SELECT * FROM devices.jobs WHERE devices.modules.x", mode) == "prefix_mismatch");
    }
    // The select list comes before the collection is known.
    CHECK(error_of("SELECT devices.modules.x FROM devices") == "prefix_mismatch");
    CHECK(error_of("SELECT devices.modules.x FROM devices.modules") == "");
    // In brackets it is a name.
    CHECK(condition_text("[[devices]].tags") == "devices/tags");
    CHECK(condition_text("devices.[[modules]].x") == "modules/x");
  }

  TEST_CASE("the alias of the source is a prefix too (4.2.1)") {
    const auto tree = doppel::parse_query("SELECT d.tags.x, DeviceId FROM devices AS d WHERE d.Status = devices.etag");
    REQUIRE(tree.has_value());
    CHECK(doppel_test::tree_text(*tree, *tree->condition()) == "(= status etag)");
    CHECK(tree->columns()[0].name == "x");
    CHECK(error_of("SELECT d FROM devices d") == "syntax_error");
    CHECK(error_of("SELECT * FROM devices d WHERE d[0] = 1") == "syntax_error");
    CHECK(error_of("SELECT * FROM devices d WHERE d = 1") == "syntax_error");
    // A root equal to the alias is the alias; another case is another name.
    CHECK(column_names("SELECT tags.tags.x FROM devices tags") == names{"x"});
    const auto shadowed = doppel::parse_query("SELECT * FROM devices tags WHERE tags.x");
    REQUIRE(shadowed.has_value());
    CHECK(doppel_test::path_text(shadowed->condition()->segments()) == "x");
    CHECK(column_names("SELECT D.a FROM devices d") == names{"a"});
  }

  TEST_CASE("column names (12)") {
    CHECK(column_names("SELECT a AS B, tags.[[my-key]], DeviceId, x.y AS [[p q]] FROM devices", query_mode::hub) ==
          names{"B", "my-key", "deviceId", "p q"});
    CHECK(column_names("SELECT count(), Avg(a), MAX(a) AS m FROM devices", query_mode::hub) ==
          names{"COUNT", "AVG", "m"});
    CHECK(column_names("SELECT 1, a, b[0], c + 1 AS d, -e, f['g'], h[i].j FROM devices") ==
          names{"$1", "a", "$2", "d", "$3", "$4", "$5"});
    CHECK(column_names("SELECT properties.Desired, PROPERTIES FROM devices") == names{"desired", "properties"});
    CHECK(column_names("SELECT (a), [[b]] FROM devices") == names{"a", "b"});
  }

  TEST_CASE("two columns of one name (12)") {
    for (const std::string_view query :
         {"SELECT a.x, b.x FROM devices", "SELECT a, b AS a FROM devices", "SELECT COUNT(), COUNT() FROM devices",
          "SELECT deviceId, DEVICEID FROM devices", "SELECT a AS x, b AS x FROM devices",
          "SELECT a AS [[x]], x FROM devices", "SELECT a AS COUNT1, b AS COUNT1 FROM devices"}) {
      CAPTURE(query);
      CHECK(error_of(query) == "duplicate_column");
      CHECK(hub_error_of(query) == "duplicate_column");
    }
    CHECK(error_of("SELECT a AS [[$1]], 5 FROM devices") == "duplicate_column");
    CHECK(error_of("SELECT a AS x, b AS X FROM devices") == "");
    // Many columns, the culprit among them.
    std::string query = "SELECT ";
    for (int i = 0; i != 100; ++i) query += "c" + std::to_string(i) + ", ";
    CHECK(error_of(query + "d FROM devices") == "");
    doppel::query_diagnostic problem;
    CHECK_FALSE(doppel::parse_query(query + "a.c57 FROM devices", {}, &problem).has_value());
    CHECK(problem.code == doppel::errc::duplicate_column);
    CHECK(problem.offset == query.size());
    CHECK(problem.length == 5);
  }

  TEST_CASE("groups: every column is an aggregate or a key (11.3)") {
    for (const std::string_view query :
         {"SELECT a, COUNT() FROM devices", "SELECT a, b, COUNT() FROM devices GROUP BY a",
          "SELECT * FROM devices GROUP BY a", "SELECT a.b FROM devices GROUP BY a",
          "SELECT a FROM devices GROUP BY a.b", "SELECT A FROM devices GROUP BY a",
          "SELECT TOP 1 FROM devices GROUP BY a", "SELECT COUNT(), a FROM devices GROUP BY b, c"}) {
      CAPTURE(query);
      CHECK(error_of(query) == "not_grouped");
      CHECK(hub_error_of(query) == "not_grouped");
    }
    for (const std::string_view query :
         {"SELECT Status, COUNT() FROM devices GROUP BY STATUS", "SELECT devices.tags.t FROM devices GROUP BY tags.t",
          "SELECT tags.[[t]] FROM devices GROUP BY tags.t", "SELECT COUNT() FROM devices GROUP BY a",
          "SELECT a AS x, a AS y, b FROM devices GROUP BY b, a, a", "SELECT id FROM devices GROUP BY deviceId"}) {
      CAPTURE(query);
      CHECK(error_of(query) == "");
      CHECK(hub_error_of(query) == "");
    }
    CHECK(error_of("SELECT a + 1 FROM devices GROUP BY a + 1") == "");
    CHECK(error_of("SELECT a + 1 FROM devices GROUP BY a") == "not_grouped");
    CHECK(error_of("SELECT a + 1 FROM devices GROUP BY 1 + a") == "not_grouped");
    CHECK(error_of("SELECT 1, COUNT() FROM devices") == "not_grouped");
    CHECK(error_of("SELECT a['b'] FROM devices GROUP BY a.b") == "");

    const auto tree = doppel::parse_query("SELECT COUNT(), b, a FROM devices GROUP BY a, b ORDER BY b, MAX(c), a DESC");
    REQUIRE(tree.has_value());
    CHECK(tree->is_grouped());
    CHECK(tree->columns()[0].group_key == doppel::no_index);
    CHECK(tree->columns()[1].group_key == 1);
    CHECK(tree->columns()[2].group_key == 0);
    CHECK(tree->order()[0].group_key == 1);
    CHECK(tree->order()[1].expression.kind() == node_kind::aggregate);
    CHECK(tree->order()[2].group_key == 0);
    CHECK(tree->order()[2].is_descending);
    CHECK(error_of("SELECT a FROM devices GROUP BY a ORDER BY b") == "not_grouped");
    // An aggregate alone makes one group of everything, which has no single document to order by.
    for (const char* query :
         {"SELECT COUNT() FROM devices ORDER BY deviceId", "SELECT COUNT() FROM devices ORDER BY 1",
          "SELECT COUNT() AS n FROM devices ORDER BY n, tags.v", "SELECT TOP 1 SUM(tags.v) FROM devices ORDER BY tags.v DESC",
          "SELECT COUNT() FROM devices.modules ORDER BY tags.v + 1", "SELECT DISTINCT COUNT() FROM devices ORDER BY undefined"}) {
      CHECK_MESSAGE(error_of(query) == "not_grouped", query);
    }
    CHECK(doppel::parse_query("SELECT COUNT() AS n FROM devices ORDER BY n, COUNT(), SUM(tags.v)").has_value());

    const auto all = doppel::parse_query("SELECT COUNT() FROM devices");
    REQUIRE(all.has_value());
    CHECK(all->is_grouped());
    CHECK(all->group_keys().empty());
    const auto plain = doppel::parse_query("SELECT a FROM devices");
    REQUIRE(plain.has_value());
    CHECK_FALSE(plain->is_grouped());
  }

  TEST_CASE("groups: many keys") {
    std::string list;
    for (int i = 0; i != 60; ++i) list += (i == 0 ? "" : ", ") + std::string("k") + std::to_string(59 - i);
    const auto tree = doppel::parse_query("SELECT k7, k42, COUNT() FROM devices GROUP BY " + list);
    REQUIRE(tree.has_value());
    CHECK(tree->columns()[0].group_key == 52);
    CHECK(tree->columns()[1].group_key == 17);
    CHECK(error_of("SELECT k60 FROM devices GROUP BY " + list) == "not_grouped");
  }

  TEST_CASE("order: a single name that is an alias means that column (13)") {
    const auto tree = doppel::parse_query(
        "SELECT tags.a AS deviceId, tags.b AS [[x y]], c FROM devices "
        "ORDER BY deviceId, [[x y]] DESC, devices.deviceId, DeviceId, c, deviceId.z");
    REQUIRE(tree.has_value());
    const auto order = tree->order();
    CHECK(order[0].column == 0);
    CHECK(doppel_test::tree_text(*tree, order[0].expression) == "tags/a");
    CHECK(order[1].column == 1);
    CHECK(order[1].is_descending);
    // With a prefix, in another case, longer, or without AS: no alias.
    CHECK(order[2].column == doppel::no_index);
    CHECK(doppel_test::tree_text(*tree, order[2].expression) == "deviceId");
    CHECK(order[3].column == doppel::no_index);
    CHECK(order[4].column == doppel::no_index);
    CHECK(order[5].column == doppel::no_index);
  }

  TEST_CASE("the tree tells what was asked for") {
    const auto tree = doppel::parse_query(
        " SELECT DISTINCT TOP 7 a FROM devices.modules WHERE b = 'c' ORDER BY a OFFSET 3 LIMIT "
        "99999999999999999999999");
    REQUIRE(tree.has_value());
    CHECK(tree->dialect() == query_dialect::twins);
    CHECK(tree->mode() == query_mode::extended);
    CHECK(tree->collection() == query_collection::modules);
    CHECK(tree->is_distinct());
    CHECK_FALSE(tree->selects_documents());
    CHECK(tree->top() == 7);
    CHECK(tree->offset() == 3);
    CHECK(tree->limit() == 0xffff'ffff'ffff'ffffU);
    CHECK(tree->source().substr(0, 7) == " SELECT");
    CHECK(tree->condition()->source() == "b = 'c'");
    CHECK(tree->condition()->offset() == 52);
    CHECK(tree->condition()->first_child().source() == "b");
    CHECK(tree->condition()->last_child().source() == "'c'");
    CHECK(tree->condition()->child(1).index() == tree->condition()->last_child().index());

    const auto plain = doppel::parse_query("SELECT * FROM devices");
    REQUIRE(plain.has_value());
    CHECK(plain->selects_documents());
    CHECK_FALSE(plain->condition().has_value());
    CHECK_FALSE(plain->top().has_value());
    CHECK_FALSE(plain->limit().has_value());
    CHECK(plain->offset() == 0);
    CHECK(plain->node_count() == 0);
    const auto none = doppel::parse_query("SELECT TOP 0 * FROM devices LIMIT 0");
    REQUIRE(none.has_value());
    CHECK(none->top() == 0);
    CHECK(none->limit() == 0);
  }

  TEST_CASE("source ranges: from the first token to the last, parentheses around left out") {
    const std::string_view text = "(a . b + (-c)) IN [ 1, 2 ] OR is_null ( d[e].f )";
    const auto tree = doppel::parse_query(text, {.dialect = query_dialect::condition});
    REQUIRE(tree.has_value());
    const doppel::syntax_node root = *tree->condition();
    CHECK(root.first_child().child(1).source() == "[ 1, 2 ]");
    CHECK(root.first_child().first_child().first_child().source() == "a . b");
    CHECK(root.first_child().first_child().last_child().source() == "-c");
    CHECK(root.last_child().source() == "is_null ( d[e].f )");
    CHECK(root.last_child().first_child().source() == "d[e].f");
  }

  TEST_CASE("a moved tree keeps its contents") {
    auto parsed = doppel::parse_query("SELECT a.b FROM devices WHERE c = 'd'");
    REQUIRE(parsed.has_value());
    doppel::syntax_tree tree = std::move(*parsed);
    CHECK(tree.columns()[0].name == "b");
    CHECK(doppel_test::tree_text(tree, *tree.condition()) == "(= c 'd')");
  }

  TEST_CASE("target conditions (16.3)") {
    const doppel::query_options hub{.mode = query_mode::hub, .dialect = query_dialect::target_condition};
    const doppel::query_options extended{.dialect = query_dialect::target_condition};
    CHECK(condition_text("*", hub) == "*");
    CHECK(condition_text("", hub) == "false");
    CHECK(condition_text(" /* none */ ", hub) == "false");
    CHECK(condition_text("tags.building=43 and tags.env='te''st'", hub) ==
          "(and (= tags/building 43) (= tags/env 'te'st'))");
    CHECK(condition_text("NOT deviceId = 'a' OR properties.Reported.x > 1", hub) ==
          "(or (not (= deviceId 'a')) (> properties/reported/x 1))");
    CHECK(condition_text("from devices.modules where moduleId = '$edgeAgent'", hub) == "(= moduleId '$edgeAgent')");
    CHECK(condition_text("FROM Devices.Modules WHERE devices.modules.tags.x", hub) == "tags/x");
    CHECK(condition_text("from devices.modules where *", hub) == "*");
    CHECK(condition_text("IS_DEFINED(tags.x)", hub) == "(IS_DEFINED tags/x)");
    for (const std::string_view text :
         {"status = 'enabled'", "properties.desired.x = 1", "properties = 1", "moduleId = 'a'",
          "tags.x = 1 AND etag = 'a'", "properties.x.reported", "nosuch = 1"}) {
      CAPTURE(text);
      CHECK(condition_text(text, hub) == "invalid_target_condition");
      CHECK(condition_text(text, extended) == "invalid_target_condition");
    }
    for (const std::string_view text :
         {"from devices.modules where", "from devices where tags.x", "from devices.modules tags.x",
          "from devices.jobs where tags.x", "SELECT * FROM devices", "WHERE tags.x", "* tags.x"}) {
      CAPTURE(text);
      CHECK(condition_text(text, hub) == "syntax_error");
    }
    CHECK(condition_text("deviceId IN ['a']", hub) == "not_supported");
    CHECK(condition_text("deviceId NIN ['a']", hub) == "not_supported");
    CHECK(condition_text("deviceId IN ['a']", extended) == "(in deviceId (list 'a'))");
    CHECK(condition_text("tags.x = \"a\"", hub) == "syntax_error");
    CHECK(condition_text("tags.x = 'a\"'", hub) == "syntax_error");
    CHECK(condition_text("tags.x = \"a\"", extended) == "(= tags/x 'a')");
    CHECK(condition_text("devices.modules.tags.x", hub) == "prefix_mismatch");
    CHECK(condition_text("COUNT() = 1", hub) == "aggregate_misplaced");
  }
}
