// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "../doppel/query_engine.hpp"

#include "../doppel/query_text.hpp"
#include "../doppel/terminal.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr int document_count = 500;

/// A file of twins, every hundredth line of which is none; it goes away with the object.
class twin_file {
public:
  twin_file() {
    // Other builds may be at their tests too.
    const std::string number = std::to_string(std::random_device()());
    name_ = (fs::temp_directory_path() / ("doppel-engine-" + number + ".jsonl")).string();
    std::ofstream out(name_, std::ios::binary);
    for (int i = 1; i <= document_count; ++i) {
      if (i % 100 == 0) {
        out << "{\"deviceId\":\n";
        continue;
      }
      out << R"({"deviceId":"d)" << i << R"(","version":)" << i * 7919 % document_count << R"(,"tags":{"group":)"
          << i % 7 << R"(,"text":")" << std::string(static_cast<std::size_t>(i % 50), 'x') << "\"}}\n";
    }
  }
  twin_file(const twin_file&) = delete;
  twin_file& operator=(const twin_file&) = delete;
  ~twin_file() { std::remove(name_.c_str()); }

  [[nodiscard]] const std::string& name() const { return name_; }

private:
  std::string name_;
};

struct outcome {
  std::vector<std::string> rows;
  std::vector<std::uint64_t> bad_lines;
  cli::engine_summary summary;
};

outcome ask(std::string_view query, const std::vector<std::string>& names, std::size_t chunk_size, std::size_t jobs,
            bool is_strict = false) {
  const cli::painter plain(false);
  const doppel::program compiled = cli::compile(query, {}, plain);
  cli::document_reader documents(names, chunk_size);
  cli::engine_options options;
  options.jobs = jobs;
  options.is_strict = is_strict;
  outcome out;
  cli::engine_sinks sinks;
  sinks.row = [&out](std::string_view row) {
    out.rows.emplace_back(row);
    return true;
  };
  sinks.problem = [&out](std::string_view, const cli::input_problem& p) { out.bad_lines.push_back(p.place.line); };
  sinks.progress = [](std::uint64_t, const cli::engine_summary&) {};
  out.summary = cli::run_query(compiled, documents, options, sinks);
  return out;
}

}  // namespace

TEST_SUITE("query engine") {
  TEST_CASE("the same rows in the same order, however many threads and however large the chunks") {
    const twin_file file;
    const std::vector<std::string> names = {file.name()};
    for (const std::string_view query :
         {"SELECT deviceId FROM devices", "SELECT * FROM devices WHERE tags.[[group]] = 3",
          "SELECT tags.[[group]], COUNT() AS n, SUM(version) AS s, MIN(deviceId) AS m FROM devices GROUP BY "
          "tags.[[group]]",
          "SELECT deviceId, version FROM devices ORDER BY version DESC LIMIT 20",
          "SELECT DISTINCT tags.[[group]] FROM devices", "SELECT deviceId FROM devices OFFSET 37 LIMIT 5",
          "SELECT TOP 0 deviceId FROM devices", "SELECT COUNT() FROM devices WHERE tags.text = 'x'"}) {
      CAPTURE(query);
      const outcome expected = ask(query, names, 1 << 20, 1);
      for (const std::size_t jobs : {1U, 3U, 8U}) {
        for (const std::size_t chunk_size : {1U, 100U, 4000U}) {
          CAPTURE(jobs);
          CAPTURE(chunk_size);
          CHECK(ask(query, names, chunk_size, jobs).rows == expected.rows);
        }
      }
    }
    CHECK(ask("SELECT deviceId FROM devices", names, 100, 4).rows.size() == 495);
    CHECK(ask("SELECT deviceId FROM devices OFFSET 37 LIMIT 5", names, 100, 4).rows.front() == R"({"deviceId":"d38"})");
  }

  TEST_CASE("what cannot be read is told in its order and counted") {
    const twin_file file;
    const outcome out = ask("SELECT deviceId FROM devices WHERE version < 0", {file.name(), "no such file"}, 100, 4);
    CHECK(out.bad_lines == std::vector<std::uint64_t>{100, 200, 300, 400, 500, 0});
    CHECK(out.summary.bad == 6);
    CHECK(out.summary.documents == document_count);
    CHECK(out.summary.matched == 0);
    CHECK(out.rows.empty());
  }

  TEST_CASE("strict: exactly what comes before the first bad document") {
    const twin_file file;
    for (const std::size_t chunk_size : {1U, 1000U, 1U << 20U}) {
      const outcome out = ask("SELECT deviceId FROM devices", {file.name()}, chunk_size, 4, true);
      CHECK(out.rows.size() == 99);
      CHECK(out.bad_lines == std::vector<std::uint64_t>{100});
      CHECK(out.summary.is_stopped);
      const outcome grouped = ask("SELECT COUNT() FROM devices", {file.name()}, chunk_size, 4, true);
      CHECK(grouped.rows.empty());
    }
  }

  TEST_CASE("a sink that throws, or wants no more, ends everything") {
    const twin_file file;
    const std::vector<std::string> names = {file.name()};
    const cli::painter plain(false);
    for (const std::string_view query :
         {"SELECT deviceId FROM devices", "SELECT deviceId FROM devices ORDER BY version"}) {
      const doppel::program compiled = cli::compile(query, {}, plain);
      int rows = 0;
      cli::engine_sinks sinks;
      sinks.row = [&rows](std::string_view) {
        if (++rows == 3) throw std::runtime_error("full");
        return true;
      };
      sinks.problem = [](std::string_view, const cli::input_problem&) {};
      sinks.progress = [](std::uint64_t, const cli::engine_summary&) {};
      cli::engine_options options;
      options.jobs = 3;
      cli::document_reader first(names, 100);
      CHECK_THROWS_AS(cli::run_query(compiled, first, options, sinks), std::runtime_error);
      CHECK(rows == 3);

      rows = 0;
      sinks.row = [&rows](std::string_view) { return ++rows != 5; };
      cli::document_reader second(names, 100);
      cli::run_query(compiled, second, options, sinks);
      CHECK(rows == 5);
    }
  }
}
