// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "columns.hpp"

#include <doppel/fleet/columns/column_watch.hpp>

#include <support/query_generator.hpp>
#include <support/random.hpp>

#include <string>
#include <vector>

using namespace doppel_test;

namespace {

/// A patch of a section that random fleets have: members set, removed, entered, replaced by others.
std::string random_patch(random_source& random) {
  std::string out = "{";
  const auto add = [&](const std::string& key, const std::string& value) {
    out += (out.size() == 1 ? "\"" : ",\"") + key + "\":" + value;
  };
  for (const char* const key : {"env", "floor", "my-key", "a", "group", "b", "x", "c:\\\\d", "humidity_in",
                                "humidity_up", "humidity_outside"}) {
    switch (random.below(9)) {
      case 0: add(key, "null"); break;
      case 1: add(key, "{}"); break;
      case 2: add(key, "{\"x\":" + random_json(random, 1) + ",\"y\":null}"); break;
      case 3: add(key, "{\"x\":{\"y\":{\"z\":" + random_json(random, 0) + "}}}"); break;
      case 4: add(key, random_json(random, 2)); break;
      default: break;
    }
  }
  return out + "}";
}

bool write(twin_rows& rows, std::uint32_t row, random_source& random, doppel::change& written) {
  doppel::write_options options;
  options.limits.integer_min = std::numeric_limits<std::int64_t>::min();
  options.limits.integer_max = std::numeric_limits<std::int64_t>::max();
  options.now =
      doppel::timestamp::from_ticks(time_of("2024-03-01T00:00:00Z").ticks() + random.between(-3, 3) * 5'000'000);
  options.detail =
      random.pick({doppel::detail_level::values, doppel::detail_level::values, doppel::detail_level::values,
                   doppel::detail_level::paths, doppel::detail_level::counters});
  const std::string tags = random.one_in(9) ? "null" : random_patch(random);
  const std::string body = "{\"tags\":" + tags + ",\"properties\":{\"desired\":" + random_patch(random) + "}}";
  switch (random.below(4)) {
    case 0: return replace_twin(rows[row], body, options, rows.workspace(), written).has_value();
    case 1: return merge_twin(rows[row], body, options, rows.workspace(), written).has_value();
    default: return merge_reported(rows[row], random_patch(random), options, rows.workspace(), written).has_value();
  }
}

struct kept {
  std::size_t touched = 0;
  std::size_t from_change = 0;
  std::size_t lost = 0;
};

void keep_up(doppel::column_watch& watch, const doppel::change& written, column_store& store, twin_rows& rows,
             std::uint32_t row, kept& counts) {
  watch.visit(written, [&](std::uint32_t i, const doppel::detail::cell* cell) {
    column& c = *store.columns()[i];
    if (!c.segment) return;
    ++counts.touched;
    counts.from_change += cell != nullptr ? 1U : 0U;
    const bool is_good = cell != nullptr ? c.segment->put(row, *cell) : c.segment->set(row, rows.core(row), c.path);
    if (is_good) return;
    ++counts.lost;
    c.segment.reset();
  });
}

/// What a segment says of a row, as text.
std::string cell_text(const doppel::column_segment& s, std::uint32_t row) {
  switch (s.kind()) {
    case doppel::column_kind::unsuitable: return "unsuitable";
    case doppel::column_kind::stamps: return std::to_string(s.stamps()[row]);
    case doppel::column_kind::floats:
    case doppel::column_kind::doubles: {
      const double d = s.number(row);
      return d != d ? "undefined" : std::to_string(d) + (s.integers().has(row) ? " integer" : " real");
    }
    default: break;
  }
  const std::uint32_t code = s.code(row);
  if (code == doppel::column_segment::undefined_code) return "undefined";
  if (code == doppel::column_segment::object_code) return "object";
  return std::string((*s.dictionary().get())[code - doppel::column_segment::first_code]);
}

}  // namespace

TEST_SUITE("fleet: columns: upkeep") {
  TEST_CASE("after any writes, columns that were kept up say what new ones would, and decide the same") {
    kept counts;
    for (std::size_t seed = 0; seed != 8; ++seed) {
      random_source random(seed + 990'000);
      fleet_options size;
      size.devices = 60;
      size.modules = 0;
      size.jobs = 0;
      const query_fleet fleet = random_fleet(random, size);
      twin_rows rows;
      for (const fleet_document& document : fleet.documents) rows.load(document.text);
      column_store store(rows);
      query_generator generator(random, fleet);
      std::vector<doppel::program> programs;
      const auto add_program = [&](std::string_view text, doppel::query_options options) {
        const auto p = doppel::compile_query(text, options);
        if (!p || p->conjuncts().empty()) return;
        programs.push_back(*p);
        (void)store.segments_for(*p);
      };
      for (std::size_t i = 0; i != 25; ++i) {
        const query_request request = generator.request(doppel::query_mode::extended, doppel::query_dialect::twins);
        add_program(request.text, request.options);
      }
      for (const char* const section : {"properties.reported", "properties.desired"}) {
        for (const char* const path :
             {"a", "b", "b.x", "a.x.y", "a.x.y.z", "floor", "env.x", "humidity_in", "humidity_up"}) {
          doppel::query_options options;
          options.mode = doppel::query_mode::extended;
          const std::string stamp = std::string(section) + ".$metadata." + path + ".$lastUpdated";
          add_program("SELECT * FROM devices WHERE " + stamp + " >= '2024-03-01T00:00:00Z'", options);
          add_program("SELECT * FROM devices WHERE IS_DEFINED(" + std::string(section) + "." + path + ")", options);
        }
      }
      doppel::column_watch watch;
      for (const auto& c : store.columns()) REQUIRE(watch.add(c->path));
      doppel::change written;
      for (std::size_t round = 0; round != 12; ++round) {
        for (std::size_t i = 0; i != 30; ++i) {
          const auto row = static_cast<std::uint32_t>(random.below(rows.size()));
          if (write(rows, row, random, written)) keep_up(watch, written, store, rows, row, counts);
        }
        for (const auto& c : store.columns()) {
          if (!c->segment) continue;
          const doppel::column_segment fresh = build(rows, c->path);
          for (std::uint32_t i = 0; i != rows.size(); ++i) {
            // A fresh one may keep in numbers what was coded while there were others.
            if (fresh.is_coded() != c->segment->is_coded()) {
              const bool is_there = cell_text(fresh, i) != "undefined";
              CHECK(is_there == (cell_text(*c->segment, i) != "undefined"));
            } else {
              CHECK(cell_text(fresh, i) == cell_text(*c->segment, i));
            }
          }
        }
        for (const doppel::program& p : programs) {
          check_condition(p, rows, store, rows.all(), "seed " + std::to_string(seed));
        }
      }
    }
    MESSAGE(counts.touched, " cells, ", counts.from_change, " from changes, ", counts.lost, " segments lost");
    CHECK(counts.from_change * 20 > counts.touched);
    CHECK(counts.lost > 0);
  }

  TEST_CASE("numbers grow from floats to doubles, and end where no number comes") {
    twin_rows rows;
    for (int i = 0; i != 100; ++i) rows.add("{\"a\":" + std::to_string(i) + ".5}");
    const auto path = path_of("tags.a");
    doppel::column_segment s = build(rows, path);
    CHECK(s.kind() == doppel::column_kind::floats);
    const auto set = [&](std::uint32_t row, const char* value) {
      doppel::change written;
      doppel::write_options options;
      options.now = time_of("2024-03-01T00:00:00Z");
      options.limits.integer_max = std::numeric_limits<std::int64_t>::max();
      REQUIRE(set_json(rows[row], "tags.a", value, options, rows.workspace(), written).has_value());
      return s.set(row, rows.core(row), path);
    };
    CHECK(set(3, "7"));
    CHECK(s.integers().has(3));
    CHECK(set(4, "null"));
    CHECK(s.kind() == doppel::column_kind::floats);
    CHECK(set(5, "0.1"));
    CHECK(s.kind() == doppel::column_kind::doubles);
    CHECK(s.number(5) == 0.1);
    CHECK(s.number(6) == 6.5);
    CHECK(s.number(4) != s.number(4));
    CHECK(set(6, "9007199254740992"));
    CHECK(s.number(6) == 9007199254740992.0);
    CHECK_FALSE(set(7, "9007199254740993"));
    CHECK_FALSE(set(7, "\"text\""));
    CHECK_FALSE(set(7, "{}"));
  }

  TEST_CASE("dictionaries: shared while they can be, copied to grow, from one byte to two, and rid of what is gone") {
    twin_rows rows;
    for (int i = 0; i != 300; ++i) rows.add("{\"a\":\"v" + std::to_string(i % 50) + "\"}");
    const auto path = path_of("tags.a");
    doppel::column_segment first = build(rows, path);
    doppel::column_segment s = build(rows, path, first.dictionary());
    CHECK(s.kind() == doppel::column_kind::codes8);
    CHECK(s.dictionary().get() == first.dictionary().get());
    const auto put = [&](doppel::column_segment& to, std::uint32_t row, const std::string& value,
                         const doppel::column_options& options = {}) {
      std::string text = '"' + value + '"';
      const std::size_t length = text.size();
      text.append(16, ' ');
      return to.put(row, {doppel::detail::cell::kind::leaf, std::string_view(text).substr(0, length)}, options);
    };
    CHECK(put(s, 0, "v1"));
    CHECK(s.dictionary().get() == first.dictionary().get());
    CHECK(put(s, 0, "new"));
    CHECK(s.dictionary().get() != first.dictionary().get());
    CHECK(first.dictionary()->size() == 50);
    CHECK(cell_text(s, 0) == "\"new\"");
    CHECK(cell_text(s, 1) == "\"v1\"");
    for (int i = 0; i != 300; ++i) CHECK(put(s, static_cast<std::uint32_t>(i), "w" + std::to_string(i)));
    CHECK(s.kind() == doppel::column_kind::codes16);
    for (int i = 0; i != 300; ++i) {
      CHECK(cell_text(s, static_cast<std::uint32_t>(i)) == "\"w" + std::to_string(i) + '"');
    }
    // Values that no row has any more go before there are too many.
    for (int i = 0; i != 20'000; ++i) REQUIRE(put(s, 7, "x" + std::to_string(i)));
    CHECK(s.codes() <= doppel::column_segment::max_codes);
    CHECK(s.kind() == doppel::column_kind::codes16);
    CHECK(cell_text(s, 7) == "\"x19999\"");
    CHECK(cell_text(s, 8) == "\"w8\"");
    // The other one has not noticed.
    CHECK(cell_text(first, 8) == "\"v8\"");

    SUBCASE("too many bytes: unsuitable, whatever comes") {
      doppel::column_options options;
      options.dictionary_bytes = 4000;
      for (std::uint32_t i = 0; i != 300 && s.kind() != doppel::column_kind::unsuitable; ++i) {
        CHECK(put(s, i, std::string(100, 'y') + std::to_string(i), options));
      }
      CHECK(s.kind() == doppel::column_kind::unsuitable);
      CHECK(put(s, 0, "v1", options));
      CHECK(s.kind() == doppel::column_kind::unsuitable);
      options.dictionary_bytes = 100;
      CHECK(build(rows, path, {}, options).kind() == doppel::column_kind::unsuitable);
      // A condition over it is asked of twins.
      const auto p = doppel::compile_query("SELECT * FROM devices WHERE tags.a = 'v1'");
      const auto condition = doppel::column_condition::make(*p);
      doppel::column_scratch room;
      REQUIRE(condition->prepare(room).has_value());
      std::vector<const doppel::column_segment*> segments(p->paths().size(), &s);
      doppel::detail::row_set found;
      CHECK_FALSE(condition->rows_of(segments, rows.all(), room, found));
      CHECK(found.count() == 300);
    }
    SUBCASE("a dictionary of its own where the kin has other values") {
      twin_rows others;
      for (int i = 0; i != 300; ++i) others.add("{\"a\":\"o" + std::to_string(i) + "\"}");
      const doppel::column_segment apart = build(others, path, first.dictionary());
      CHECK(apart.dictionary()->size() == 300);
      CHECK(apart.kind() == doppel::column_kind::codes16);
    }
    SUBCASE("rows are added, and squeezed") {
      rows.add("{\"a\":\"v1\"}");
      CHECK(first.set(300, rows.core(300), path));
      CHECK(first.rows() == 301);
      CHECK(cell_text(first, 300) == "\"v1\"");
      for (int i = 0; i != 100; ++i) {
        rows.add("{\"a\":\"z" + std::to_string(i) + "\"}");
        CHECK(first.set(rows.size() - 1, rows.core(rows.size() - 1), path));
      }
      doppel::detail::row_set live = rows.all();
      for (std::uint32_t i = 0; i != 350; ++i) live.remove(i);
      first.squeeze(live);
      CHECK(first.rows() == 51);
      CHECK(cell_text(first, 0) == "\"z49\"");
      CHECK(cell_text(first, 50) == "\"z99\"");
    }
  }

  TEST_CASE("what conditions remember of a dictionary goes with it") {
    twin_rows rows;
    for (int i = 0; i != 64; ++i) rows.add("{\"a\":\"v" + std::to_string(i % 3) + "\"}");
    const auto p = doppel::compile_query("SELECT * FROM devices WHERE STARTSWITH(tags.a, 'n') OR tags.a = 'v1'");
    REQUIRE(p.has_value());
    const auto condition = doppel::column_condition::make(*p);
    doppel::column_scratch room;
    REQUIRE(condition->prepare(room).has_value());
    column_store store(rows);
    const auto segments = store.segments_for(*p);
    doppel::detail::row_set found;
    CHECK(condition->rows_of(segments, rows.all(), room, found));
    CHECK(found.count() == 21);
    // Values are added to a copy, since the scratch still knows the old one.
    column& c = *store.columns()[0];
    doppel::change written;
    doppel::write_options options;
    options.now = time_of("2024-03-01T00:00:00Z");
    for (std::uint32_t i = 0; i != 10; ++i) {
      REQUIRE(
          set_json(rows[i], "tags.a", "\"n" + std::to_string(i) + '"', options, rows.workspace(), written).has_value());
      REQUIRE(c.segment->set(i, rows.core(i), c.path));
      CHECK(condition->rows_of(segments, rows.all(), room, found));
      CHECK(found.has(i));
    }
    CHECK(check_condition(*p, rows, store, rows.all(), "after all"));
  }

  TEST_CASE("refused memory: an error or a lost segment, and nothing left behind") {
    struct failing_memory {
      int until_failure = -1;
      int outstanding = 0;
      void* try_allocate(std::size_t n) noexcept {
        if (until_failure >= 0 && until_failure-- == 0) return nullptr;
        ++outstanding;
        return std::malloc(n);
      }
      void deallocate(void* p, std::size_t) noexcept {
        --outstanding;
        std::free(p);
      }
    };
    twin_rows rows;
    for (int i = 0; i != 200; ++i) {
      rows.add("{\"a\":\"v" + std::to_string(i) + "\",\"n\":" + std::to_string(i) + ".5}");
    }
    const auto p = doppel::compile_query(
        "SELECT * FROM devices WHERE tags.a = 'v1' AND (tags.n > 3 OR NOT tags.a IN ['v2', 'v3']) AND "
        "properties.reported.$metadata.a.$lastUpdated > '2024'");
    REQUIRE(p.has_value());
    for (int n = 0;; ++n) {
      REQUIRE(n < 1000);
      failing_memory memory;
      memory.until_failure = n;
      bool is_done = false;
      {
        const doppel::memory_ref from(memory);
        const auto work = [&] {
          doppel::column_builder builder(from);
          const auto condition = doppel::column_condition::make(*p, from);
          doppel::column_scratch room(from);
          doppel::column_watch watch(from);
          if (!condition || !condition->prepare(room)) return false;
          for (const char* const member : {"tags.a", "tags.n"}) {
            doppel::column_path path(from);
            const auto named =
                doppel::compile_query("SELECT * FROM devices WHERE IS_DEFINED(" + std::string(member) + ")");
            if (!path.assign(*named, named->atoms()[0].path) || !watch.add(path)) return false;
            auto s = builder.build(path, 100, 100, [&](std::uint32_t i) { return &rows.core(i); });
            if (!s) {
              CHECK(s.error() == doppel::errc::out_of_memory);
              return false;
            }
            const doppel::detail::dictionary_ref shared = s->dictionary();
            // Rows that are added, values that are new, more than a byte numbers.
            for (std::uint32_t i = 100; i != 200; ++i) {
              if (!s->set(i, rows.core(i), path)) return false;
            }
            for (int i = 0; i != 200; ++i) {
              std::string text = path.key(0) == "a" ? "\"w" + std::to_string(i) + '"' : std::to_string(i) + ".1";
              const std::size_t length = text.size();
              text.append(16, ' ');
              if (!s->put(5, {doppel::detail::cell::kind::leaf, std::string_view(text).substr(0, length)}))
                return false;
            }
          }
          return true;
        };
        is_done = work();
      }
      CHECK(memory.outstanding == 0);
      if (is_done) break;
    }
  }
}
