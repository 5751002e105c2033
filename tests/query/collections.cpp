// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/query/compile.hpp>

#include <query/evaluation.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <string_view>

using doppel::query_collection;
using doppel::query_dialect;
using doppel_test::does_match;
using doppel_test::json;
using doppel_test::row_of;

TEST_CASE("jobs: roots ignore case, and an old name is understood (spec 16.2)") {
  const auto job = json(R"({"deviceId":"d","jobId":"j","status":"completed","createdDateTimeUtc":"2024-03-01T10:00:00Z",
                            "outcome":{"deviceMethodResponse":{"status":200,"payload":{"x":1}}}})");
  const auto matches = [&](const std::string& condition) {
    return does_match("SELECT * FROM devices.jobs WHERE " + condition, job);
  };
  CHECK(matches("devices.jobs.status = 'completed'"));
  CHECK(matches("STATUS = 'completed'"));
  CHECK_FALSE(matches("status = 'Completed'"));
  CHECK(matches("devices.jobs.createdTimeUtc > '2024-03-01'"));
  CHECK(matches("createdDateTimeUtc < '2024-03-02'"));
  CHECK(matches("devices.jobs.outcome.deviceMethodResponse.status = 200"));
  CHECK_FALSE(matches("error.code = 1"));
  CHECK(row_of("SELECT jobId, outcome.deviceMethodResponse.payload.x FROM devices.jobs",
               R"({"jobId":"j","outcome":{"deviceMethodResponse":{"payload":{"x":1}}}})") == R"({"jobId":"j","x":1})");
}

TEST_CASE("modules: the module's own twin (spec 16.1)") {
  const auto module_twin = json(R"({"deviceId":"d","moduleId":"$edgeAgent","tags":{"x":1}})");
  CHECK(does_match("SELECT * FROM devices.modules WHERE devices.modules.moduleId = '$edgeAgent' AND devices.tags.x = 1",
                   module_twin));
  CHECK_FALSE(does_match("SELECT * FROM devices.modules WHERE moduleId IN ['a', 'b']", module_twin));
}

TEST_CASE("conditions of jobs: bare, or * for all (spec 16.2)") {
  const doppel::query_options options{.dialect = query_dialect::condition};
  const auto twin = json(R"({"deviceId":"a","tags":{"x":1}})");
  CHECK(does_match("deviceId IN ['a','b']", twin, options));
  CHECK_FALSE(does_match("deviceId IN ['c']", twin, options));
  CHECK(does_match("*", twin, options));
}

TEST_CASE("target conditions: * targets all, an empty one none (spec 16.3)") {
  const doppel::query_options options{.dialect = query_dialect::target_condition};
  const auto twin = json(R"({"deviceId":"a","tags":{"env":"O'Brien"},"properties":{"reported":{"x":1}}})");
  CHECK(does_match("*", twin, options));
  CHECK_FALSE(does_match("", twin, options));
  CHECK(does_match("tags.env = 'O''Brien' AND NOT properties.reported.x = 2", twin, options));
  CHECK_FALSE(does_match("tags.env = 'x' OR tags.nosuch = 'y'", twin, options));
  const auto of_modules = doppel_test::compiled("FROM devices.modules WHERE moduleId = 'm'", options);
  CHECK(of_modules.collection() == query_collection::modules);
}

TEST_CASE("query_run: refused memory is an error and leaves nothing behind") {
  struct failing_memory {
    int until_failure = 0;
    int outstanding = 0;
    void* try_allocate(std::size_t n) noexcept {
      if (until_failure-- == 0) return nullptr;
      ++outstanding;
      return std::malloc(n);
    }
    void deallocate(void* p, std::size_t) noexcept {
      --outstanding;
      std::free(p);
    }
  };
  for (const char* const query :
       {"SELECT tags.a, COUNT() AS n, MAX(tags.b) AS m FROM devices GROUP BY tags.a ORDER BY m DESC",
        "SELECT DISTINCT tags.a, tags.b FROM devices ORDER BY tags.b",
        "SELECT TOP 5 * FROM devices ORDER BY tags.b DESC"}) {
    const auto p = doppel_test::compiled(query);
    doppel::query_scratch scratch = doppel_test::scratch_for(p);
    for (int n = 0;; ++n) {
      REQUIRE(n < 1000);
      failing_memory memory{n};
      bool is_done = true;
      {
        doppel::query_run run(p, doppel::memory_ref(memory));
        doppel::query_run other(p, doppel::memory_ref(memory));
        for (int i = 0; i != 60 && is_done; ++i) {
          const auto document = json("{\"tags\":{\"a\":{\"y\":" + std::to_string(i % 20) + ",\"x\":[]},\"b\":\"" +
                                     std::string(static_cast<std::size_t>(i % 40), 'b') + "\"}}");
          const auto added =
              (i % 2 == 0 ? run : other).add(doppel::json_document(document), static_cast<std::uint64_t>(i), scratch);
          if (!added) CHECK(added.error() == doppel::errc::out_of_memory);
          is_done = added.has_value();
        }
        is_done = is_done && run.merge(other).has_value();
        is_done = is_done && run.finish([](std::string_view) { return true; }).has_value();
      }
      CHECK(memory.outstanding == 0);
      if (is_done) break;
    }
  }
}
