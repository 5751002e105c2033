// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "chunk_file.hpp"

#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <support/random.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace doppel_test;
using doppel::errc;
using doppel::query_collection;

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

doppel::write_options at_noon() {
  doppel::write_options options;
  options.now = noon;
  return options;
}

doppel::fleet_options with_rows(std::uint32_t chunk_rows) {
  doppel::fleet_options options;
  options.chunk_rows = chunk_rows;
  return options;
}

// All there is to see: of each row its number, its document and its stamps.
template <class Policy>
std::string state_of(doppel::basic_fleet<Policy>& f) {
  std::string all;
  doppel::text_buffer out;
  REQUIRE(f.visit_cut([&](query_collection c, doppel::row_number first, const auto& rows) {
    for (std::uint32_t i = 0; i != rows.size(); ++i) {
      out.clear();
      REQUIRE(write_service_view(*rows[i], out));
      all += std::to_string(static_cast<int>(c)) + ' ' + std::to_string(first + rows.offset(i)) + ' ';
      all += std::string(out.view()) + '\n';
    }
    return true;
  }));
  return all;
}

// Where two states part; empty if they do not.
std::string difference(const std::string& a, const std::string& b) {
  if (a == b) return {};
  const auto at = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const std::size_t start = at < 200 ? 0 : at - 200;
  return a.substr(start, 400) + "\n----\n" + b.substr(std::min(start, b.size()), 400);
}

template <class Policy>
std::string saved(doppel::basic_fleet<Policy>& f) {
  doppel::text_buffer out;
  doppel::buffer_sink sink(out);
  const auto report = save_fleet(f, sink);
  REQUIRE(report.has_value());
  CHECK(report->rows == f.size());
  CHECK(report->bytes == out.size());
  return std::string(out.view());
}

template <class Policy>
errc load(doppel::basic_fleet<Policy>& f, std::string_view file, const doppel::fleet_load_options& options = {}) {
  doppel::workspace scratch;
  dripping_source source(file, 1000);
  const auto report = load_fleet(f, source, scratch, options);
  if (!report) return static_cast<errc>(report.error().value());
  CHECK(report->rows == f.size());
  CHECK(report->bytes == file.size());
  return {};
}

// Devices and modules, some of which have been erased.
void fill(doppel::fleet& f, int rows, std::uint64_t seed) {
  doppel::workspace scratch;
  doppel::change change;
  random_source random(seed);
  for (int i = 0; i < rows; ++i) {
    const std::string device = "device-" + std::to_string(i);
    REQUIRE(f.create({device}, noon));
    const std::string key = "k" + std::to_string(random.below(40));
    const std::string body = R"({"tags":{")" + key + R"(":{"n":)" + std::to_string(i) +
                             R"(}},"properties":{"desired":{"t":"a text that is not inline","l":[1,"x"]}}})";
    REQUIRE(f.merge_twin(device, body, at_noon(), scratch, change));
    if (i % 3 == 0) {
      doppel::identity module;
      module.device_id = device;
      module.module_id = "m";
      REQUIRE(f.create(module, noon));
      REQUIRE(f.merge_reported(device + "/m", R"({"up":true,")" + key + R"(":1.5})", at_noon(), scratch, change));
    }
  }
  for (int i = 0; i < rows; i += 1 + static_cast<int>(random.below(7))) {
    REQUIRE(f.erase("device-" + std::to_string(i)));
  }
}

}  // namespace

TEST_SUITE("fleet/save_load") {
  TEST_CASE("save and load: the same rows under the same numbers, whatever the chunks of the fleets") {
    for (const std::uint32_t from : {4u, 16u, 100u, 4096u}) {
      for (const std::uint32_t to : {1u, 4u, 7u, 16u, 64u, 4096u}) {
        CAPTURE(from);
        CAPTURE(to);
        doppel::fleet original(with_rows(from));
        fill(original, 150, from);
        const std::string file = saved(original);
        doppel::fleet copy(with_rows(to));
        REQUIRE(load(copy, file) == errc{});
        CHECK(difference(state_of(copy), state_of(original)) == "");
        CHECK(copy.size(query_collection::devices) == original.size(query_collection::devices));
        CHECK(copy.size(query_collection::modules) == original.size(query_collection::modules));
        // Found by id, written to, inserted and erased.
        doppel::workspace scratch;
        doppel::change change;
        for (int i = 0; i < 150; ++i) {
          const std::string id = "device-" + std::to_string(i);
          REQUIRE(copy.contains(id) == original.contains(id));
          REQUIRE(copy.contains(id + "/m") == original.contains(id + "/m"));
          if (!copy.contains(id)) continue;
          const std::string body = R"({"tags":{"new":{"key":)" + std::to_string(i) + R"(},"k3":null}})";
          REQUIRE(copy.merge_twin(id, body, at_noon(), scratch, change));
          REQUIRE(original.merge_twin(id, body, at_noon(), scratch, change));
        }
        CHECK(copy.create({"device-149"}, noon).has_value() == !original.contains("device-149"));
        CHECK(copy.create({"another"}, noon).value() >= 150);
        REQUIRE(copy.erase("another"));
        if (copy.contains("device-149") != original.contains("device-149")) REQUIRE(copy.erase("device-149"));
        CHECK(difference(state_of(copy), state_of(original)) == "");
      }
    }
  }

  TEST_CASE("save and load: numbers of erased rows are not given again") {
    doppel::fleet original(with_rows(8));
    for (int i = 0; i < 20; ++i) REQUIRE(original.create({"d" + std::to_string(i)}, noon));
    for (int i = 10; i < 20; ++i) REQUIRE(original.erase("d" + std::to_string(i)));
    doppel::fleet copy(with_rows(8));
    REQUIRE(load(copy, saved(original)) == errc{});
    CHECK(copy.create({"new"}, noon).value() == 20);
    CHECK(copy.size() == 11);

    doppel::fleet empty;
    doppel::fleet still_empty;
    REQUIRE(load(still_empty, saved(empty)) == errc{});
    CHECK(still_empty.create({"first"}, noon).value() == 0);
  }

  TEST_CASE("save and load: a page's token leads on in the loaded fleet (query.md 13)") {
    doppel::fleet original(with_rows(16));
    fill(original, 100, 77);
    std::string query = "SELECT * FROM devices";
    SUBCASE("in the order of insertion") {}
    SUBCASE("in another") { query += " ORDER BY tags.k3.n DESC, deviceId"; }
    const auto p = doppel::compile_query(query).value();
    std::vector<std::string> expected;
    const auto collect = [](std::vector<std::string>& to) {
      return [&to](std::string_view row) {
        to.emplace_back(row);
        return true;
      };
    };
    REQUIRE(for_each_row(original, p, collect(expected)));
    std::vector<std::string> got;
    const auto token = select(original, p, 10, std::nullopt, collect(got)).value();
    REQUIRE(token.has_value());
    doppel::fleet copy(with_rows(64));
    REQUIRE(load(copy, saved(original)) == errc{});
    std::string next(token->view());
    for (;;) {
      const auto more = select(copy, p, 10, std::string_view(next), collect(got)).value();
      if (!more) break;
      next = more->view();
    }
    CHECK(got == expected);
  }

  TEST_CASE("save and load: a fleet that has or had rows is left alone") {
    doppel::fleet original;
    fill(original, 30, 5);
    const std::string file = saved(original);
    doppel::fleet used;
    REQUIRE(used.create({"here"}, noon));
    const std::string before = state_of(used);
    CHECK(load(used, file) == errc::precondition_failed);
    CHECK(state_of(used) == before);
    REQUIRE(used.erase("here"));
    CHECK(load(used, file) == errc::precondition_failed);
    doppel::fleet loaded;
    REQUIRE(load(loaded, file) == errc{});
    CHECK(load(loaded, file) == errc::precondition_failed);
    CHECK(difference(state_of(loaded), state_of(original)) == "");
  }

  TEST_CASE("save and load: of a damaged file nothing is loaded") {
    doppel::fleet original(with_rows(4));
    fill(original, 12, 9);
    const std::string file = saved(original);
    doppel::fleet f(with_rows(4));
    for (std::size_t i = 0; i < file.size(); i += 3) {
      std::string damaged = file;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x11);
      const errc code = load(f, damaged);
      if (code != errc::invalid_image && code != errc::image_mismatch) FAIL("byte " << i);
      if (load(f, file.substr(0, i)) != errc::invalid_image) FAIL("cut at " << i);
    }
    CHECK(f.size() == 0);
    doppel::fleet_load_options short_records;
    short_records.record_bytes = 50;
    CHECK(load(f, file, short_records) == errc::invalid_image);
    REQUIRE(load(f, file) == errc{});
    CHECK(difference(state_of(f), state_of(original)) == "");
  }

  TEST_CASE("load: ids are valid, of their collection, and there once") {
    doppel::workspace scratch;
    const auto code_of = [&](const char* first, const char* second, std::uint32_t collection) {
      std::vector<saved_chunk> chunks(2);
      for (const char* text : {first, second}) {
        if (text == nullptr) continue;
        numbered_twin row;
        row.number = text == first ? 3 : 4;
        REQUIRE(load_into(row.twin, text, scratch));
        chunks[text == first ? 0 : 1].rows.push_back(std::move(row));
      }
      chunks[0].collection = chunks[1].collection = collection;
      doppel::fleet f;
      return load(f, file_of(chunks));
    };
    CHECK(code_of(R"({"deviceId":"a"})", R"({"deviceId":"b"})", 0) == errc{});
    CHECK(code_of(R"({"deviceId":"a"})", R"({"deviceId":"a"})", 0) == errc::invalid_image);
    CHECK(code_of(R"({"deviceId":"a"})", nullptr, 1) == errc::invalid_image);
    CHECK(code_of(R"({"deviceId":"a","moduleId":"m"})", nullptr, 0) == errc::invalid_image);
    CHECK(code_of(R"({"deviceId":"a","moduleId":"m"})", R"({"deviceId":"a","moduleId":"n"})", 1) == errc{});
    CHECK(code_of(R"({"deviceId":"a","moduleId":"m"})", R"({"deviceId":"a","moduleId":"m"})", 1) ==
          errc::invalid_image);
    CHECK(code_of(R"({"deviceId":"a b"})", nullptr, 0) == errc::invalid_image);
    CHECK(code_of(R"({"tags":{}})", nullptr, 0) == errc::invalid_image);
    CHECK(code_of(R"({"deviceId":"a","moduleId":"m/n"})", nullptr, 1) == errc::invalid_image);
  }

  TEST_CASE("save: what is written meanwhile is in the file as a whole or not at all") {
    doppel::fleet f(with_rows(2));
    for (int i = 0; i < 40; ++i) REQUIRE(f.create({"d" + std::to_string(i)}, noon));
    std::atomic<bool> is_over{false};
    // One write after the other, from the last row to the first.
    std::thread writer([&] {
      doppel::workspace scratch;
      doppel::change change;
      for (int round = 1; !is_over; ++round) {
        const std::string body =
            R"({"tags":{"round":)" + std::to_string(round) + R"(,"key)" + std::to_string(round % 50) + R"(":1}})";
        for (int i = 40; i-- > 0 && !is_over;) {
          (void)f.merge_twin("d" + std::to_string(i), body, at_noon(), scratch, change);
        }
      }
    });
    for (int n = 0; n < 20; ++n) {
      doppel::text_buffer out;
      doppel::buffer_sink sink(out);
      REQUIRE(save_fleet(f, sink).has_value());
      doppel::fleet copy(with_rows(2));
      REQUIRE(load(copy, out.view()) == errc{});
      // At any moment rounds rise by at most one, at one place.
      std::int64_t before = -1;
      int steps = 0;
      for (int i = 0; i < 40; ++i) {
        std::int64_t round = 0;
        REQUIRE(copy.visit("d" + std::to_string(i), [&](const auto& t) {
          if (const auto value = t.at("tags.round")) round = value.as_integer().value();
        }));
        if (i != 0 && round != before) {
          ++steps;
          if (round != before + 1) FAIL("round " << round << " behind " << before);
        }
        before = round;
      }
      CHECK(steps <= 1);
    }
    is_over = true;
    writer.join();
  }

  TEST_CASE("save: a sink that fails") {
    struct failing_sink {
      int left;
      bool write(const char*, std::size_t) noexcept { return left-- > 0; }
    };
    doppel::fleet f(with_rows(8));
    fill(f, 30, 3);
    int left = 0;
    for (;; ++left) {
      REQUIRE(left < 100);
      failing_sink sink{left};
      const auto report = save_fleet(f, sink);
      if (report) break;
      CHECK(report.error() == errc::sink_failed);
    }
    CHECK(left > 8);
  }

  TEST_CASE("load: memory that is refused anywhere is told, and the fleet is as it was") {
    struct failing_memory {
      void* try_allocate(std::size_t bytes) noexcept {
        if (until_failure != 0 && --until_failure == 0) return nullptr;
        outstanding += static_cast<std::int64_t>(bytes);
        return std::malloc(bytes);
      }
      void deallocate(void* p, std::size_t bytes) noexcept {
        if (p != nullptr) outstanding -= static_cast<std::int64_t>(bytes);
        std::free(p);
      }
      std::uint64_t until_failure = 0;
      std::int64_t outstanding = 0;
    };
    struct policy : doppel::default_fleet_policy {
      using memory_type = failing_memory;
    };
    doppel::fleet original(with_rows(3));
    fill(original, 9, 2);
    const std::string file = saved(original);
    for (const std::uint32_t rows : {2u, 3u, 8u}) {
      failing_memory memory;
      {
        doppel::basic_fleet<policy> f(memory, with_rows(rows));
        bool is_loaded = false;
        for (std::uint64_t n = 1; !is_loaded; ++n) {
          REQUIRE(n < 2000);
          const std::int64_t before = memory.outstanding;
          memory.until_failure = n;
          dripping_source source(file);
          {
            doppel::workspace scratch;  // may hold memory of the fleet
            const auto report = load_fleet(f, source, scratch);
            memory.until_failure = 0;
            is_loaded = report.has_value();
            if (!is_loaded) CHECK(report.error() == errc::out_of_memory);
          }
          if (is_loaded) break;
          CHECK(memory.outstanding == before);
          CHECK(f.size() == 0);
        }
        CHECK(difference(state_of(f), state_of(original)) == "");
        bool is_saved = false;
        for (std::uint64_t n = 1; !is_saved; ++n) {
          REQUIRE(n < 2000);
          doppel::text_buffer out;
          doppel::buffer_sink sink(out);
          memory.until_failure = n;
          const auto report = save_fleet(f, sink);
          memory.until_failure = 0;
          is_saved = report.has_value();
          if (!is_saved) CHECK(report.error() == errc::out_of_memory);
        }
      }
      CHECK(memory.outstanding == 0);
    }
  }
}
