// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "columns.hpp"

#include <doppel/fleet/columns/column_isa.hpp>
#include <doppel/fleet/columns/detail/stamp_cells.hpp>
#include <doppel/fleet/columns/detail/stamp_test.hpp>

#include <support/random.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace doppel_test;

namespace {

constexpr std::string_view stamp = "properties.reported.$metadata.a.$lastUpdated";

twin_rows stamped_rows() {
  twin_rows rows;
  for (const char* const time : {"2026-08-01T00:00:00Z", "2026-08-01T00:00:00.0000001Z", "2026-08-01T00:00:00.1Z",
                                 "2026-08-01T00:00:00.9999999Z", "2026-07-31T23:59:59.9999999Z", "2026-07-31T23:59:59Z",
                                 "2026-08-01T00:00:01Z", "2026-08-01T00:00:01.5Z", "1601-01-01T00:00:01Z",
                                 "0001-01-01T00:00:00Z", "2513-01-01T00:00:00Z", "1999-12-31T23:59:59.25Z"}) {
    rows.load("{\"deviceId\":\"d\",\"properties\":{\"reported\":{\"a\":1,\"$metadata\":{\"$lastUpdated\":\"" +
              std::string(time) + "\",\"a\":{\"$lastUpdated\":\"" + time + "\"}}}}}");
  }
  rows.load("{\"deviceId\":\"d\",\"properties\":{\"reported\":{\"b\":1}}}");
  rows.load("{\"deviceId\":\"d\"}");
  return rows;
}

/// Where cells divide time in other ways: both ends of the era of short units.
constexpr const char* edges[] = {"1999-12-31T23:58:57.2083200Z", "2057-01-30T23:56:28.1565184Z"};

/// Times at such edges, some ticks and seconds before and behind, and the least and largest that there are.
std::vector<doppel::detail::packed_time> times_at_edges() {
  using namespace doppel::detail;
  std::vector<packed_time> all{zero_time, zero_time + 1, zero_time + 2, max_packed_time - 1, max_packed_time};
  for (const char* const edge : edges) {
    const packed_time at = pack_time(time_of(edge));
    for (const packed_time apart : {1ULL, 2ULL, 9ULL, 1ULL << 23, 1ULL << 24, 1ULL << 31, 1ULL << 32, 1ULL << 50}) {
      all.insert(all.end(), {at - apart, at - apart / 2, at + apart / 2, at + apart});
    }
  }
  for (packed_time bit = 4; bit <= max_packed_time / 2; bit *= 2) all.insert(all.end(), {bit - 1, bit, bit + 1});
  return all;
}

}  // namespace

TEST_SUITE("fleet: columns: stamps") {
  TEST_CASE("comparisons with any text are those of the texts (spec/query.md 6)") {
    twin_rows rows = stamped_rows();
    CHECK(build(rows, path_of(stamp)).kind() == doppel::column_kind::stamps);
    column_store store(rows);
    for (const char* const literal : {"2026-08-01T00:00:00Z",
                                      "2026-08-01T00:00:00",
                                      "2026-08-01T00:00:00.",
                                      "2026-08-01T00:00:00.1Z",
                                      "2026-08-01T00:00:00.10Z",
                                      "2026-08-01T00:00:00.05",
                                      "2026-08-01T00:00:00.9999999Z",
                                      "2026-08-01T00:00:00ZZ",
                                      "2026-08-01T00:00:00 ",
                                      "2026-08-01T00:00:00a",
                                      "2026-08-01T00:00:60Z",
                                      "2026-08-01T24:00:00Z",
                                      "2026-08-01T00:00:01Z",
                                      "2026-08",
                                      "2026-8",
                                      "2026",
                                      "",
                                      "3",
                                      "0",
                                      "0001-01-01T00:00:00Z",
                                      "0001-01-01",
                                      "1601-01-01T00:00:01Z",
                                      "9999-12-31T23:59:59.9999999Z",
                                      "9999-12-31T23:59:59Z",
                                      "2026-02-30T00:00:00Z",
                                      "z",
                                      "\xc3\xa4",
                                      "2513",
                                      "1601",
                                      "2026-08-01T00:00:00.1Z extra",
                                      "2026-07-31T23:59:59",
                                      "-",
                                      "2026-08-01t00:00:00z"}) {
      const std::string quoted = "'" + std::string(literal) + "'";
      for (const char* const op : {"=", "!=", "<", "<=", ">", ">="}) {
        const std::string test = std::string(stamp) + ' ' + op + ' ' + quoted;
        CHECK(check_condition(test, rows, store));
        CHECK(check_condition("NOT (" + test + ") OR status = 'x'", rows, store));
      }
      CHECK(check_condition(std::string(stamp) + " IN [" + quoted + ", 1, '2026-08-01T00:00:01Z']", rows, store));
      CHECK(check_condition(std::string(stamp) + " NOT IN [" + quoted + ", null]", rows, store));
      CHECK(check_condition("STARTSWITH(" + std::string(stamp) + ", " + quoted + ")", rows, store));
    }
  }

  TEST_CASE("other tests") {
    twin_rows rows = stamped_rows();
    column_store store(rows);
    const std::string path(stamp);
    for (const std::string& test :
         {"IS_DEFINED(" + path + ")", "NOT IS_DEFINED(" + path + ") OR status = 'x'", "IS_STRING(" + path + ")",
          "NOT IS_STRING(" + path + ")", "IS_NUMBER(" + path + ")", path, "NOT " + path, path + " = 3", path + " != 3",
          path + " < 3", "NOT " + path + " < true", path + " LIKE '2026-%5Z'", "ENDSWITH(" + path + ", '1Z')",
          "CONTAINS(" + path + ", ':59')", "ARRAY_CONTAINS(" + path + ", 1)", path + " IN [1, 2]",
          path + " NOT IN [1, 2]", path + " = null"}) {
      CHECK_MESSAGE(check_condition(test, rows, store), test);
    }
    // The stamp of a section, and versions, have no columns.
    CHECK_FALSE(check_condition("properties.reported.$metadata.$lastUpdated > '2026'", rows, store));
    CHECK_FALSE(check_condition("properties.desired.$metadata.a.$lastUpdatedVersion = 1", rows, store));
  }

  TEST_CASE("two parts of a stamp are the whole of it, and their order is its order") {
    using namespace doppel::detail;
    CHECK(stamp_parts(unknown_time).coarse == 0);
    CHECK(stamp_parts(unknown_time).time() == unknown_time);
    std::vector<packed_time> all = times_at_edges();
    random_source random(2057);
    for (int i = 0; i != 10'000; ++i) all.push_back(zero_time + random.next() % max_packed_time);
    std::sort(all.begin(), all.end());
    stamp_parts before;
    for (const packed_time time : all) {
      const stamp_parts parts(time);
      CHECK(parts.time() == time);
      CHECK(parts.coarse >= (std::max)(before.coarse, 1U));
      CHECK(parts.coarse < 1U << 31);
      before = parts;
    }
    // What a query asks for may be one behind all times.
    CHECK(stamp_parts(stamps_end).coarse >= before.coarse);
  }

  TEST_CASE("stamps beside any range, near each other and far") {
    using namespace doppel::detail;
    random_source random(1601);
    constexpr std::uint32_t count = 512;
    const std::vector<packed_time> edges = times_at_edges();
    for (std::size_t round = 0; round != 400; ++round) {
      // A range of a second at most, at an edge or in these years, and times around it: in ticks, seconds or months.
      packed_time first = random.coin() ? edges[random.below(edges.size())]
                                        : pack_time(time_of("2026-08-01T00:00:00Z")) + random.below(1U << 30);
      const packed_time last =
          (std::min)(first + random.pick<packed_time>({0, 1, 3, 9'999'999, 10'000'000}), stamps_end);
      const std::int64_t spread = std::int64_t{1} << random.below(48);
      std::vector<std::uint32_t> cells(2 * count);
      std::vector<packed_time> times(count);
      for (std::uint32_t i = 0; i != count; ++i) {
        const packed_time base = random.coin() ? first : last;
        const packed_time moved = base + static_cast<packed_time>(random.between(-spread, spread));
        times[i] = random.one_in(8) || moved - 1 >= max_packed_time ? unknown_time : moved;
        cells[i] = stamp_parts(times[i]).coarse;
        cells[count + i] = stamp_parts(times[i]).fine;
      }
      for (const doppel::column_isa isa : all_isas) {
        if (!doppel::is_supported(isa)) continue;
        const column_kernels& kernels = kernels_for(isa);
        std::uint64_t stamped[count / 64];
        std::uint64_t below[count / 64];
        std::uint64_t inside[count / 64] = {};
        const stamp_cells view{cells.data(), cells.data() + count};
        stamped_rows(view, count / 64, kernels, stamped);
        const bool is_any = split_stamps(view, count / 64, {first, last}, kernels, below, inside);
        const auto has = [](const std::uint64_t* rows, std::uint32_t i) { return (rows[i / 64] >> i % 64 & 1) != 0; };
        for (std::uint32_t i = 0; i != count; ++i) {
          const bool is_right = has(stamped, i) == (times[i] != unknown_time) && has(below, i) == (times[i] < first) &&
                                (is_any && has(inside, i)) == (times[i] >= first && times[i] < last) &&
                                view[i] == times[i];
          CHECK_MESSAGE(is_right, "time ", times[i], ", from ", first, " to ", last, ", instructions ",
                        static_cast<int>(isa));
        }
      }
    }
  }

  TEST_CASE("comparisons at the edges, with all digits of a second") {
    twin_rows rows;
    for (const char* const edge : edges) {
      const std::int64_t at = time_of(edge).ticks();
      for (const std::int64_t apart : {-20'000'000, -10'000'000, -1, 0, 1, 9'999'999, 10'000'000, 17'000'000}) {
        char text[doppel::timestamp::max_text_size];
        char* const end = doppel::format_timestamp(doppel::timestamp::from_ticks(at + apart), text);
        rows.load(
            "{\"deviceId\":\"d\",\"properties\":{\"reported\":{\"a\":1,\"$metadata\":{\"a\":{\"$lastUpdated\":\"" +
            std::string(text, end) + "\"}}}}}");
      }
    }
    column_store store(rows);
    for (const char* const literal :
         {"1999-12-31T23:58:57.2083200Z", "1999-12-31T23:58:57.20832Z", "1999-12-31T23:58:57.2083199Z",
          "1999-12-31T23:58:57.2083201Z", "1999-12-31T23:58:57Z", "1999-12-31T23:58:58Z", "2000", "2057",
          "2057-01-30T23:56:28.1565184Z", "2057-01-30T23:56:28.1565183Z", "2057-01-30T23:56:28.1565185Z",
          "2057-01-30T23:56:28Z", "2057-01-30T23:56:29.15651840", "2057-02"}) {
      for (const char* const op : {"=", "!=", "<", "<=", ">", ">="}) {
        const std::string test = std::string(stamp) + ' ' + op + " '" + literal + '\'';
        CHECK(check_condition(test, rows, store));
        CHECK(check_condition("NOT (" + test + ") OR status = 'x'", rows, store));
      }
      CHECK(check_condition(std::string(stamp) + " NOT IN ['" + literal + "', '1999-12-31T23:58:57.20832Z']", rows,
                            store));
    }
  }

  TEST_CASE("rows are added, and squeezed, and written to") {
    twin_rows rows = stamped_rows();
    const auto path = path_of(stamp);
    doppel::column_segment s = build(rows, path);
    std::vector<doppel::detail::packed_time> expected;
    for (std::uint32_t i = 0; i != rows.size(); ++i) expected.push_back(s.stamps()[i]);
    const auto put = [&](std::uint32_t row, doppel::detail::packed_time time) {
      using doppel::detail::cell;
      REQUIRE(s.put(row, time == 0 ? cell{} : cell{cell::kind::time, {}, time}));
      if (row == expected.size()) expected.push_back(0);
      expected[row] = time;
    };
    random_source random(99);
    // Past what there was memory for, several times.
    for (std::uint32_t i = s.rows(); i != 400; ++i) {
      put(i, random.one_in(5) ? 0 : 1 + random.next() % doppel::detail::max_packed_time);
      put(static_cast<std::uint32_t>(random.below(i)), 1 + random.next() % doppel::detail::max_packed_time);
    }
    const auto check = [&] {
      REQUIRE(s.rows() == expected.size());
      for (std::uint32_t i = 0; i != s.rows(); ++i) CHECK(s.stamps()[i] == expected[i]);
    };
    check();
    doppel::detail::row_set live;
    std::vector<doppel::detail::packed_time> kept;
    for (std::uint32_t i = 0; i != 400; ++i) {
      if (random.one_in(3)) continue;
      live.add(i);
      kept.push_back(expected[i]);
    }
    s.squeeze(live);
    expected = kept;
    check();
  }

  TEST_CASE("second_of_text: with and without a time in the text, the same second") {
    doppel::query_constant read;
    for (const char* const text : {"2026-08-01T00:00:00Z", "0001-01-01T00:00:00Z", "2513-06-30T10:11:12.5Z",
                                   "1601-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1600-12-31T23:59:59Z"}) {
      read.value = doppel::query_value::string(text);
      read.second = doppel::query_constant::no_second;
      const doppel::detail::stamp_range searched = doppel::detail::second_of_text(read);
      read.second = time_of(std::string(text).substr(0, 19) + "Z").ticks();
      const doppel::detail::stamp_range known = doppel::detail::second_of_text(read);
      CHECK(searched.first == known.first);
      CHECK(searched.last == known.last);
    }
  }
}
