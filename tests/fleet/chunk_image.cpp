// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "chunk_file.hpp"

#include "../twin/common.hpp"

#include <support/fixture.hpp>
#include <support/twin_pair.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace doppel_test;
using doppel::errc;

constexpr const char* rich_document =
    R"({"deviceId":"d","etag":"foreign","version":5,"other":{"x":[1,{"y":["z",null]}],"n":null},"tags":{"site":"A",)"
    R"("n":{"deep":12345678901},"grüße":"ein Text mit ° und \u0007"},"properties":{"desired":{"a":{"b\"":true},)"
    R"("t":"a text that is not inline","list":[1,"two",true],"nest":[[1],{"k":"v"}],"e":{},"f":-1.5e-7,)"
    R"("$metadata":{"$lastUpdated":"2024-05-01T10:00:01Z","$lastUpdatedVersion":3,"t":{"$lastUpdated":)"
    R"("2024-05-01T10:00:01Z","$lastUpdatedVersion":5000000000,"$lastUpdatedBy":"cfg","$lastUpdatedByDigest":"123"}},)"
    R"("$version":7},"reported":{"r":{},"long":123456789012345678901234567890.5,"$version":2}}})";

doppel::twin loaded(std::string_view text, doppel::workspace& scratch, const doppel::key_table* keys = nullptr) {
  doppel::twin twin = keys == nullptr ? doppel::twin() : doppel::twin(*keys);
  REQUIRE(load_into(twin, text, scratch));
  return twin;
}

// One row with everything in it, in a small file.
std::vector<saved_chunk> rich_chunk(doppel::workspace& scratch) {
  std::vector<saved_chunk> chunks(1);
  chunks[0].rows.push_back({7, loaded(rich_document, scratch)});
  return chunks;
}

void check_equal(const std::vector<saved_chunk>& expected, const std::vector<saved_chunk>& got) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t c = 0; c < got.size(); ++c) {
    CHECK(got[c].collection == expected[c].collection);
    REQUIRE(got[c].rows.size() == expected[c].rows.size());
    for (std::size_t i = 0; i < got[c].rows.size(); ++i) {
      const doppel::twin& a = expected[c].rows[i].twin;
      const doppel::twin& b = got[c].rows[i].twin;
      CHECK(got[c].rows[i].number == expected[c].rows[i].number);
      CHECK(view_of(b) == view_of(a));
      CHECK(b.counters() == a.counters());
      CHECK(b.etag() == a.etag());
      for (const auto s : doppel::detail::all_sections) {
        const auto& x = a.core().section(s);
        const auto& y = b.core().section(s);
        CHECK(y.counted() == x.counted());
        CHECK(y.text() == x.text());
        CHECK(y.members() == x.members());
        if (x.content() != nullptr) CHECK(y.bytes_live() == x.bytes_live());
      }
      CHECK(b.core().latest_time() == a.core().latest_time());
      if (i != 0) CHECK(b.core().keys() == got[c].rows[0].twin.core().keys());
    }
  }
}

// What was accepted is a twin like any other.
std::string flaw_of(doppel::twin&& twin, doppel::workspace& scratch) {
  const std::string view = view_of(twin);
  if (!doppel::load_twin(view, scratch)) return "its document cannot be loaded: " + view;
  std::vector<saved_chunk> one(1);
  one[0].rows.push_back({0, std::move(twin)});
  std::vector<saved_chunk> again;
  if (read_file(file_of(one), again, scratch) != errc{}) return "it cannot be saved and loaded: " + view;
  if (view_of(again[0].rows[0].twin) != view) return "it comes back as another: " + view;
  bench b(std::move(again[0].rows[0].twin));
  if (b.merge(R"({"tags":{"site":null,"n":{"deep":{}}},"properties":{"desired":{"t":1,"a":null}}})") != errc{} ||
      b.report(R"({"r":{"s":1}})") != errc{} || b.replace(R"({"tags":{"x":1}})") != errc{}) {
    return "it refuses a write: " + view;
  }
  return {};
}

}  // namespace

TEST_SUITE("fleet/chunk_image") {
  TEST_CASE("chunk image: every fixture comes back, in tables of their own and in a shared one") {
    doppel::workspace scratch;
    const auto keys = doppel::key_table::create({}).value();
    std::vector<saved_chunk> chunks(3);
    std::uint64_t number = 0;
    for (const char* name : {"thermostat", "edge-agent-module", "edge-custom-module", "edge-gateway",
                             "firmware-rollout", "fresh-device", "leaf-behind-gateway", "near-limit",
                             "pnp-temperature-controller", "vending-machine", "x509-disabled-meter"}) {
      const std::string text = doppel_test::read_file(fixture_path("twins/" + std::string(name) + ".json")).value();
      chunks[0].rows.push_back({number, loaded(text, scratch)});
      chunks[1].rows.push_back({number, loaded(text, scratch, &keys)});
      number += number + 1;
    }
    chunks[1].collection = 1;
    chunks[0].rows.push_back({number, loaded(rich_document, scratch)});
    chunks[2].rows.push_back({number + 5, loaded(rich_document, scratch, &keys)});
    for (const std::size_t most : {std::size_t{1}, std::size_t{7}, std::size_t{1000}, std::size_t{1} << 40}) {
      std::vector<saved_chunk> back;
      file_options options;
      options.most = most;
      REQUIRE(read_file(file_of(chunks), back, scratch, options) == errc{});
      check_equal(chunks, back);
      CHECK(file_of(back) == file_of(chunks));
    }
  }

  TEST_CASE("chunk image: twins after random writes come back, and are written to from there") {
    doppel::workspace scratch;
    for (std::uint64_t seed = 4100; seed < 4106; ++seed) {
      CAPTURE(seed);
      twin_pair pair(seed, active_limits());
      file_options options;
      options.limits = active_limits();
      for (int i = 0; i < 60; ++i) {
        CHECK(pair.step(pair.next()) == "");
        std::vector<saved_chunk> chunks(1);
        chunks[0].rows.push_back({static_cast<std::uint64_t>(i), pair.twin.clone().value()});
        std::vector<saved_chunk> back;
        REQUIRE(read_file(file_of(chunks), back, scratch, options) == errc{});
        check_equal(chunks, back);
        if (i % 5 == 0) pair.twin = std::move(back[0].rows[0].twin);
      }
    }
  }

  TEST_CASE("chunk image: keys beyond a table's cap are carried along") {
    doppel::workspace scratch;
    doppel::limits small;
    for (const std::uint32_t cap : {0u, 1u, 3u, 6u}) {
      CAPTURE(cap);
      small.keys_in_table = cap;
      const auto keys = doppel::key_table::create(small).value();
      std::vector<saved_chunk> chunks(1);
      std::string many = "{\"tags\":{";
      for (int i = 0; i < 40; ++i) many += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":{\"site\":1}";
      chunks[0].rows.push_back({1, loaded(rich_document, scratch, &keys)});
      chunks[0].rows.push_back({2, loaded(many + "}}", scratch, &keys)});
      chunks[0].rows.push_back({3, loaded(rich_document, scratch)});
      std::vector<saved_chunk> back;
      file_options options;
      options.limits.keys_in_table = cap;
      REQUIRE(read_file(file_of(chunks), back, scratch, options) == errc{});
      REQUIRE(back[0].rows.size() == 3);
      for (std::size_t i = 0; i < 3; ++i) CHECK(view_of(back[0].rows[i].twin) == view_of(chunks[0].rows[i].twin));
      bench b(std::move(back[0].rows[1].twin));
      CHECK(b.merge(R"({"tags":{"k7":null,"k8":{"site":2},"k9":3}})") == errc{});
      CHECK(!b.twin.at("tags.k7"));
      CHECK(b.twin.at("tags.k8.site").as_integer().value() == 2);
    }
  }

  TEST_CASE("chunk image: only keys in use are saved") {
    doppel::workspace scratch;
    const auto keys = doppel::key_table::create({}).value();
    (void)loaded(R"({"tags":{"nobody_has_this":1}})", scratch, &keys);
    std::vector<saved_chunk> chunks(1);
    chunks[0].rows.push_back({1, loaded(R"({"tags":{"used":1}})", scratch, &keys)});
    const std::string file = file_of(chunks);
    CHECK(file.find("nobody") == std::string::npos);
    std::vector<saved_chunk> back;
    REQUIRE(read_file(file, back, scratch) == errc{});
    CHECK(back[0].rows[0].twin.core().keys()->size() == 1);
  }

  TEST_CASE("chunk image: no chunks, empty chunks, twins without anything, many rows in several records") {
    doppel::workspace scratch;
    std::vector<saved_chunk> chunks;
    std::vector<saved_chunk> back;
    REQUIRE(read_file(file_of(chunks), back, scratch) == errc{});
    CHECK(back.empty());
    chunks.resize(2);
    chunks[1].collection = 1;
    chunks[1].rows.push_back({0, doppel::twin()});
    REQUIRE(read_file(file_of(chunks), back, scratch) == errc{});
    check_equal(chunks, back);

    const std::string text(3000, 'x');
    for (std::uint64_t i = 1; i < 200; ++i) {
      chunks[1].rows.push_back({i * 10, loaded("{\"tags\":{\"t\":\"" + text + "\"}}", scratch)});
    }
    const std::string file = file_of(chunks);
    CHECK(record_starts(file).size() > 8);
    back.clear();
    REQUIRE(read_file(file, back, scratch) == errc{});
    check_equal(chunks, back);
  }

  TEST_CASE("chunk image: any damaged byte is noticed") {
    doppel::workspace scratch;
    const std::string file = file_of(rich_chunk(scratch));
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (const int flip : {1, 0x80, 0xff}) {
        std::string damaged = file;
        damaged[i] = static_cast<char>(damaged[i] ^ flip);
        std::vector<saved_chunk> back;
        const errc code = read_file(damaged, back, scratch);
        if (code != errc::invalid_image && code != errc::image_mismatch) FAIL("byte " << i);
      }
    }
  }

  TEST_CASE("chunk image: with the checksums made right, damage gives an error or a sound twin") {
    doppel::workspace scratch;
    const std::string file = file_of(rich_chunk(scratch));
    std::size_t accepted_count = 0;
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (int value = 0; value < 264; ++value) {
        std::string damaged = file;
        // All bytes and all single bits.
        damaged[i] = value < 256 ? static_cast<char>(value) : static_cast<char>(damaged[i] ^ 1 << (value - 256));
        if (damaged == file) continue;
        repair(damaged);
        if (damaged == file) continue;
        std::vector<saved_chunk> back;
        const errc code = read_file(damaged, back, scratch);
        if (code == errc{}) {
          ++accepted_count;
          if (accepted_count % 8 != 0) continue;  // they take long
          const std::string flaw = flaw_of(std::move(back.at(0).rows.at(0).twin), scratch);
          if (!flaw.empty()) FAIL("byte " << i << " value " << value << ": " << flaw);
        } else if (code != errc::invalid_image && code != errc::image_mismatch) {
          FAIL("byte " << i << " value " << value << ": " << static_cast<int>(code));
        }
      }
    }
    CHECK(accepted_count > 0);  // other letters, other times
  }

  TEST_CASE("chunk image: cut anywhere it is refused, with its checksums made right, too") {
    doppel::workspace scratch;
    const std::string file = file_of(rich_chunk(scratch));
    for (std::size_t size = 0; size < file.size(); ++size) {
      std::vector<saved_chunk> back;
      if (read_file(file.substr(0, size), back, scratch) != errc::invalid_image) FAIL(size);
    }
    // The content of each record cut short.
    for (const std::size_t start : record_starts(file)) {
      using doppel::detail::record_head;
      auto head = doppel::detail::read_head<record_head>(file.data() + start);
      const auto size = static_cast<std::size_t>(head.size);
      for (std::size_t kept = 0; kept < size; ++kept) {
        std::string cut = file;
        head.size = kept;
        std::memcpy(cut.data() + start, &head, sizeof head);
        cut.erase(start + sizeof head + kept, size - kept);
        repair(cut);
        std::vector<saved_chunk> back;
        if (read_file(cut, back, scratch) != errc::invalid_image) FAIL("record at " << start << ", " << kept);
      }
    }
  }

  TEST_CASE("chunk image: sizes that claim gigabytes are refused without taking them") {
    doppel::workspace scratch;
    const std::string file = file_of(rich_chunk(scratch));
    struct counting_memory {
      std::size_t largest = 0;
      void* try_allocate(std::size_t n) noexcept {
        largest = std::max(largest, n);
        return std::malloc(n);
      }
      void deallocate(void* p, std::size_t) noexcept { std::free(p); }
    };
    for (std::size_t at = 0; at + 4 <= file.size(); ++at) {
      for (const std::uint32_t huge : {0xffffffffu, 0xfffffff8u, 0x7fffffffu, 0x80000000u, 0x10000000u, 0x00100000u}) {
        std::string damaged = file;
        std::memcpy(damaged.data() + at, &huge, 4);
        repair(damaged);
        counting_memory memory;
        file_options options;
        options.memory = doppel::memory_ref(memory);
        std::vector<saved_chunk> back;
        const errc code = read_file(damaged, back, scratch, options);
        if (code == errc::out_of_memory) FAIL("at " << at << " value " << huge);
        if (memory.largest > 200'000) FAIL("at " << at << " value " << huge << " takes " << memory.largest);
      }
    }
  }

  TEST_CASE("chunk image: a record longer than is allowed is refused") {
    doppel::workspace scratch;
    const auto chunks = rich_chunk(scratch);
    const std::string file = file_of(chunks);
    std::size_t longest = 0;
    const auto starts = record_starts(file);
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : file.size();
      longest = std::max(longest, end - starts[i] - sizeof(doppel::detail::record_head));
    }
    file_options options;
    options.record_bytes = longest;
    std::vector<saved_chunk> back;
    CHECK(read_file(file, back, scratch, options) == errc{});
    options.record_bytes = longest - 1;
    CHECK(read_file(file, back, scratch, options) == errc::invalid_image);
  }

  TEST_CASE("chunk image: it obeys the limits it is loaded with (4)") {
    doppel::workspace scratch;
    const std::string file = file_of(rich_chunk(scratch));
    const auto with = [&](auto change) {
      file_options options;
      change(options.limits);
      std::vector<saved_chunk> back;
      return read_file(file, back, scratch, options);
    };
    CHECK(with([](doppel::limits&) {}) == errc{});
    CHECK(with([](doppel::limits& l) { l.key_bytes = 6; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.key_bytes = 7; }) == errc{});  // "grüße"
    CHECK(with([](doppel::limits& l) { l.string_bytes = 24; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.string_bytes = 25; }) == errc{});
    CHECK(with([](doppel::limits& l) { l.string_bytes = 0; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.integer_max = 12345678900; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.integer_max = 12345678901; }) == errc{});
    CHECK(with([](doppel::limits& l) { l.depth = 1; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.depth = 2; }) == errc{});
    CHECK(with([](doppel::limits& l) { l.root_depth = 3; }) == errc::invalid_image);
    CHECK(with([](doppel::limits& l) { l.root_depth = 4; }) == errc{});
    CHECK(with([](doppel::limits& l) { l.keys_in_table = 0; }) == errc{});
  }

  TEST_CASE("chunk image: row numbers ascend, in each collection") {
    doppel::workspace scratch;
    const auto code_with = [&](std::uint32_t collection, std::uint64_t first, std::uint64_t second) {
      std::vector<saved_chunk> chunks(2);
      chunks[0].rows.push_back({first, doppel::twin()});
      chunks[1].collection = collection;
      chunks[1].rows.push_back({second, doppel::twin()});
      std::vector<saved_chunk> back;
      return read_file(file_of(chunks), back, scratch);
    };
    CHECK(code_with(0, 3, 4) == errc{});
    CHECK(code_with(0, 3, 3) == errc::invalid_image);
    CHECK(code_with(0, 3, 2) == errc::invalid_image);
    CHECK(code_with(1, 3, 3) == errc{});
    CHECK(code_with(1, 3, 2) == errc{});
    CHECK(code_with(0, 0, doppel::detail::row_number_limit) == errc::invalid_image);
    CHECK(code_with(0, 0, doppel::detail::row_number_limit - 1) == errc{});
    std::string file = file_of(rich_chunk(scratch));
    const std::uint32_t neither = 2;
    std::memcpy(file.data() + record_starts(file)[0] + sizeof(doppel::detail::record_head), &neither, sizeof neither);
    repair(file);
    std::vector<saved_chunk> back;
    CHECK(read_file(file, back, scratch) == errc::invalid_image);
  }

  TEST_CASE("chunk image: a sink that fails ends the writing") {
    doppel::workspace scratch;
    struct failing_sink {
      int left;
      bool write(const char*, std::size_t) noexcept { return left-- > 0; }
    };
    const auto chunks = rich_chunk(scratch);
    const doppel::detail::saved_row row{1, &chunks[0].rows[0].twin.core()};
    for (int works = 0; works < 5; ++works) {
      failing_sink sink{works};
      doppel::detail::chunk_writer<failing_sink> writer(sink, {});
      errc code = writer.begin();
      if (code == errc{}) code = writer.write(0, {&row, 1});
      if (code == errc{}) code = writer.end();
      CHECK(code == (works < 4 ? errc::sink_failed : errc{}));
    }
  }

  TEST_CASE("chunk image: memory that is refused anywhere is told, and given back") {
    doppel::workspace scratch;
    struct failing_memory {
      std::uint64_t until_failure = 0;  // 0: never
      std::int64_t held = 0;
      void* try_allocate(std::size_t n) noexcept {
        if (until_failure != 0 && --until_failure == 0) return nullptr;
        ++held;
        return std::malloc(n);
      }
      void deallocate(void* p, std::size_t) noexcept {
        if (p != nullptr) --held;
        std::free(p);
      }
    };
    const auto chunks = rich_chunk(scratch);
    const std::string file = file_of(chunks);
    bool written = false;
    for (std::uint64_t n = 1; !written; ++n) {
      REQUIRE(n < 1000);
      failing_memory memory{n};
      written = file_of(chunks, doppel::memory_ref(memory)) == file;
      CHECK(memory.held == 0);
    }
    // The twin takes its memory from the same source.
    using namespace doppel::detail;
    operation_list& list = *scratch.part_of<operation_list>();
    indexed_reader& reader = *scratch.part_of<indexed_reader>();
    bool read = false;
    for (std::uint64_t n = 1; !read; ++n) {
      REQUIRE(n < 1000);
      failing_memory memory{n};
      const doppel::memory_ref ref(memory);
      {
        dripping_source source(file);
        chunk_reader<dripping_source> in(source, 1 << 20, {}, 5, list, reader, ref);
        twin_core twin(ref);
        chunk_head head{};
        bool is_end = false;
        std::uint64_t number = 0;
        errc code = in.open();
        if (code == errc{}) code = in.next(head, is_end);
        if (code == errc{}) {
          code = in.read_row(number, twin);
          if (code != errc{}) CHECK(twin.keys() == nullptr);
        }
        read = code == errc{};
        if (!read) CHECK(code == errc::out_of_memory);
      }
      CHECK(memory.held == 0);
    }
  }
}
