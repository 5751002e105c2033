// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "chunk_file.hpp"

#include <doppel/fleet.hpp>
#include <doppel/twin.hpp>

#include <support/fixture.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace doppel_test;
using doppel::errc;

std::string exported(doppel::fleet& f) {
  doppel::text_buffer out;
  doppel::buffer_sink sink(out);
  doppel::stream_report last;
  const auto report = export_jsonl(f, sink, [&](const doppel::stream_report& now) {
    CHECK(now.rows >= last.rows);
    CHECK(now.bytes > last.bytes);
    last = now;
  });
  REQUIRE(report.has_value());
  CHECK(report->rows == f.size());
  CHECK(report->bytes == out.size());
  CHECK(last.bytes == out.size());
  return std::string(out.view());
}

struct outcome {
  errc code{};
  doppel::jsonl_report report;
  std::vector<std::string> errors;  // line, code and offset
};

outcome import(doppel::fleet& f, std::string_view text, const doppel::jsonl_options& options = {},
               std::size_t most = 1000) {
  doppel::workspace scratch;
  dripping_source source(text, most);
  outcome out;
  const auto done = import_jsonl(
      f, source, scratch, options,
      [&](const doppel::jsonl_error& e) {
        CHECK(e.where.code == e.code);
        out.errors.push_back(std::to_string(e.line) + ": " + doppel::make_error_code(e.code).message() + " at " +
                             std::to_string(e.where.offset));
      },
      doppel::say_nothing(), &out.report);
  if (!done) out.code = static_cast<errc>(done.error().value());
  return out;
}

doppel::jsonl_options skipping() {
  doppel::jsonl_options options;
  options.skips_errors = true;
  return options;
}

}  // namespace

TEST_SUITE("fleet/jsonl") {
  TEST_CASE("jsonl: the fleet of the fixtures goes out and comes back") {
    const std::string text = doppel_test::read_file(fixture_path("fleet.jsonl")).value();
    doppel::fleet first;
    const outcome all = import(first, text, skipping());
    REQUIRE(all.code == errc{});
    CHECK(all.errors == std::vector<std::string>{"11: null in or under an array at 639"});  // one for queries alone
    const std::string out = exported(first);
    for (const std::size_t most : {std::size_t{1}, std::size_t{100}, std::size_t{1} << 30}) {
      doppel::fleet second;
      const outcome done = import(second, out, {}, most);
      CHECK(done.code == errc{});
      CHECK(done.report.rows == first.size());
      CHECK(done.report.lines == first.size());
      CHECK(done.report.bytes == out.size());
      CHECK(exported(second) == out);
    }
  }

  TEST_CASE("jsonl: more than one piece") {
    doppel::fleet f;
    std::string text;
    for (int i = 0; i < 300; ++i) {
      text += R"({"deviceId":"d)" + std::to_string(i) + R"(","tags":{"t":")" + std::string(1500, 'x') + "\"}}\n";
    }
    int calls = 0;
    doppel::workspace scratch;
    dripping_source source(text);
    REQUIRE(import_jsonl(f, source, scratch, {}, doppel::say_nothing(),
                         [&](const doppel::jsonl_report& now) { calls += now.rows == 300; }));
    CHECK(calls == 1);
    CHECK(f.size() == 300);
    CHECK(exported(f).size() > text.size());
  }

  TEST_CASE("jsonl: empty lines, white space, a last line without an end") {
    doppel::fleet f;
    const outcome done = import(f, "\n  \r\n{\"deviceId\":\"a\"}\r\n\n\t{ \"deviceId\" : \"b\" }");
    CHECK(done.code == errc{});
    CHECK(done.report.rows == 2);
    CHECK(done.report.lines == 5);
    CHECK(done.report.skipped == 0);
    doppel::fleet nothing;
    CHECK(import(nothing, "").report.lines == 0);
    CHECK(import(nothing, "\n").report.lines == 1);
    CHECK(nothing.size() == 0);
    CHECK(exported(nothing).empty());
  }

  TEST_CASE("jsonl: a line that is no twin is told with its number, and stops or is left out") {
    const std::string text =
        "{\"deviceId\":\"a\"}\n"
        "{\"deviceId\":\"b\",}\n"
        "\n"
        "{\"deviceId\":\"a\"}\n"
        "{\"tags\":{}}\n"
        "{\"deviceId\":\"c\",\"tags\":{\"a.b\":1}}\n"
        "[1]\n"
        "{\"deviceId\":\"d\"}\n";
    doppel::fleet stops;
    const outcome stopped = import(stops, text);
    CHECK(stopped.code == errc::malformed_json);
    CHECK(stopped.report.rows == 1);
    CHECK(stopped.report.lines == 2);
    CHECK(stopped.errors == std::vector<std::string>{"2: malformed JSON at 16"});
    CHECK(stops.size() == 1);

    doppel::fleet skips;
    const outcome skipped = import(skips, text, skipping());
    CHECK(skipped.code == errc{});
    CHECK(skipped.report.rows == 2);
    CHECK(skipped.report.skipped == 5);
    CHECK(skipped.report.lines == 8);
    CHECK(skipped.errors.size() == 5);
    CHECK(skipped.errors[1] == "4: device exists at 0");
    CHECK(skipped.errors[2] == "5: invalid document at 0");
    CHECK(skipped.errors[3].substr(0, 2) == "6:");
    CHECK(skipped.errors[4].substr(0, 2) == "7:");
    CHECK(skips.contains("d"));
  }

  TEST_CASE("jsonl: a line that is too long") {
    doppel::jsonl_options options = skipping();
    options.documents.limits.text_bytes = 40;
    const std::string fits = "{\"deviceId\":\"" + std::string(25, 'a') + "\"}";
    REQUIRE(fits.size() == 40);
    const std::string text = fits + "\n" + fits + " \n" + std::string(300'000, ' ') + "x\n{\"deviceId\":\"z\"}\n" +
                             std::string(200'000, 'y');
    for (const std::size_t most : {std::size_t{7}, std::size_t{1} << 20}) {
      doppel::fleet f;
      const outcome done = import(f, text, options, most);
      CHECK(done.code == errc{});
      CHECK(done.report.rows == 2);
      CHECK(done.report.lines == 5);
      CHECK(done.report.bytes == text.size());
      REQUIRE(done.errors.size() == 3);
      CHECK(done.errors[0].substr(0, 2) == "2:");
      CHECK(done.errors[1].substr(0, 2) == "3:");
      CHECK(done.errors[2].substr(0, 2) == "5:");
      options.skips_errors = true;
    }
    options.skips_errors = false;
    doppel::fleet f;
    CHECK(import(f, text, options).code == errc::text_too_long);
  }

  TEST_CASE("jsonl: a sink that fails") {
    struct failing_sink {
      bool write(const char*, std::size_t) noexcept { return false; }
    };
    doppel::fleet f;
    failing_sink sink;
    CHECK(export_jsonl(f, sink).has_value());  // nothing to write
    REQUIRE(import(f, "{\"deviceId\":\"a\"}").code == errc{});
    CHECK(export_jsonl(f, sink).error() == errc::sink_failed);
  }
}
