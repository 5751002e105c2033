// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

// Memory that is refused: whichever allocation of an operation fails, the operation says so and leaves the fleet as it
// was, and works once there is memory again.

namespace {

using doppel::errc;
using doppel::query_collection;

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

// Counts what it gives, and refuses the n-th.
struct failing_memory {
  void* try_allocate(std::size_t bytes) noexcept {
    if (until_failure != 0 && --until_failure == 0) {
      return nullptr;
    }
    outstanding += static_cast<std::int64_t>(bytes);
    return std::malloc(bytes);
  }
  void deallocate(void* p, std::size_t bytes) noexcept {
    if (p != nullptr) {
      outstanding -= static_cast<std::int64_t>(bytes);
    }
    std::free(p);
  }
  std::uint64_t until_failure = 0;
  std::int64_t outstanding = 0;
};

struct policy : doppel::default_fleet_policy {
  using memory_type = failing_memory;
};
using fleet_type = doppel::basic_fleet<policy>;

struct fixture {
  fixture() : scratch(doppel::memory_ref(memory)), change(doppel::memory_ref(memory)) {
    doppel::fleet_options options;
    options.chunk_rows = 4;
    twins = std::make_unique<fleet_type>(memory, options);
    for (int i = 0; i != 8; ++i) {
      REQUIRE(twins->create({"d" + std::to_string(i)}, noon));
    }
    doppel::write_options options_now;
    options_now.now = noon;
    REQUIRE(twins->merge_twin("d7", R"({"tags":{"a":{"b":1}},"properties":{"desired":{"x":"y"}}})", options_now,
                              scratch, change));
  }

  // Everything that can be seen.
  std::string state() {
    std::string all;
    for (int i = 0; i != 12; ++i) {
      const std::string id = "d" + std::to_string(i);
      (void)twins->visit(id, [&](const auto& t) {
        doppel::text_buffer out;
        REQUIRE(write_service_view(t, out));
        all += out.view();
      });
    }
    return all + std::to_string(twins->size());
  }

  failing_memory memory;
  doppel::workspace scratch;
  doppel::change change;
  std::unique_ptr<fleet_type> twins;
};

// `run` says whether it was refused for memory; it must not be refused for anything else.
void sweep(std::string_view name, const std::function<errc(fixture&)>& run) {
  CAPTURE(name);
  std::int64_t left_over = 0;
  {
    std::uint64_t n = 1;
    for (bool is_done = false; !is_done; ++n) {
      fixture f;
      const std::string before = f.state();
      f.memory.until_failure = n;
      const errc code = run(f);
      f.memory.until_failure = 0;
      is_done = code == errc{};
      REQUIRE(n < 500);
      if (is_done) {
        break;
      }
      CAPTURE(n);
      CHECK(code == errc::out_of_memory);
      CHECK(f.state() == before);
      CHECK(run(f) == errc{});
      f.twins.reset();
      f.scratch.release();
      f.change = doppel::change();
      left_over += f.memory.outstanding;
    }
    CHECK(n > 1);  // something was refused
  }
  CHECK(left_over == 0);
}

template <class T>
errc code_of(const boost::system::result<T>& r) {
  return r ? errc{} : static_cast<errc>(r.error().value());
}

doppel::write_options at_noon() {
  doppel::write_options options;
  options.now = noon;
  return options;
}

// Keeps the record of the latest event.
struct record_keeper final : doppel::fleet_observer<policy> {
  void committed(const doppel::fleet_event<policy>& event) noexcept override {
    doppel::workspace scratch;
    doppel::text_buffer out;
    REQUIRE(save_log_record(event, scratch, out));
    record = std::string(out.view());
  }
  std::string record;
};

}  // namespace

TEST_SUITE("fleet: memory") {
  TEST_CASE("every operation that is refused memory leaves the fleet as it was") {
    sweep("create", [](fixture& f) { return code_of(f.twins->create({"d8"}, noon)); });
    sweep("create a module", [](fixture& f) { return code_of(f.twins->create({"d0", "m"}, noon)); });
    sweep("insert a document", [](fixture& f) {
      return code_of(f.twins->insert_document(R"({"deviceId":"d9","tags":{"new":{"key":"text"}}})", f.scratch));
    });
    sweep("copy and insert", [](fixture& f) {
      auto alone = f.twins->new_twin();
      if (const auto copied = f.twins->copy("d7", alone, f.scratch); !copied) {
        return code_of(copied);
      }
      if (const auto erased = f.twins->erase("d7"); !erased) {
        return code_of(erased);
      }
      // What was taken out must go in again, for the states to be compared.
      const std::uint64_t armed = std::exchange(f.memory.until_failure, 0);
      const errc code = code_of(f.twins->insert(alone, f.scratch));
      f.memory.until_failure = armed;
      return code;
    });
    sweep("extract", [](fixture& f) {
      auto alone = f.twins->new_twin();
      const errc code = code_of(f.twins->extract("d7", alone, f.scratch));
      if (code == errc{}) {
        CHECK(alone.at("tags.a.b").text() == "1");
        CHECK_FALSE(f.twins->contains("d7"));
      }
      return code;
    });
    sweep("merge", [](fixture& f) {
      return code_of(f.twins->merge_twin("d7", R"({"tags":{"c":{"d":"a longer text than fits inside of a record"}}})",
                                         at_noon(), f.scratch, f.change));
    });
    sweep("replace", [](fixture& f) {
      return code_of(f.twins->replace_twin("d7", R"({"tags":{"c":1}})", at_noon(), f.scratch, f.change));
    });
    sweep("write to what a snapshot holds", [](fixture& f) {
      const auto picture = f.twins->snapshot("d7").value();
      return code_of(f.twins->merge_twin("d7", R"({"tags":{"c":1}})", at_noon(), f.scratch, f.change));
    });
    sweep("cut", [](fixture& f) {
      return code_of(f.twins->visit_cut([](query_collection, doppel::row_number, const auto&) { return true; }));
    });
    sweep("snapshot records", [](fixture& f) {
      return code_of(for_each_snapshot_record(*f.twins, f.scratch, [](std::string_view) { return true; }));
    });
    record_keeper log;
    fixture other;
    REQUIRE(other.twins->attach(log));
    const auto apply = [&](fixture& f) { return code_of(apply_log_record(*f.twins, log.record, f.scratch)); };
    REQUIRE(other.twins->insert_document(R"({"deviceId":"d9","tags":{"new":{"key":"text"}}})", other.scratch));
    sweep("apply the record of an insertion", apply);
    REQUIRE(other.twins->merge_twin("d7", R"({"tags":{"a":{"c":"a longer text than fits inside of a record"}}})",
                                    at_noon(), other.scratch, other.change));
    sweep("apply the record of an update", apply);
    for (const char* query :
         {"SELECT * FROM devices WHERE tags.a.b = 1", "SELECT tags.a, COUNT() FROM devices GROUP BY tags.a",
          "SELECT deviceId FROM devices ORDER BY deviceId"}) {
      const auto compiled = doppel::compile_query(query).value();
      sweep(query, [&](fixture& f) {
        return code_of(select(*f.twins, compiled, 3, {}, [](std::string_view) { return true; }));
      });
      sweep(query, [&](fixture& f) { return code_of(count(*f.twins, compiled)); });
    }
  }

  TEST_CASE("a record that is refused memory leaves the log's buffer as it was") {
    failing_memory memory;
    fixture f;
    (void)f.twins->visit("d7", [&](const auto& t) {
      const doppel::fleet_event<policy> event{doppel::fleet_event_kind::inserted, "d7", 7, t, nullptr};
      for (std::uint64_t n = 1;; ++n) {
        doppel::text_buffer out{doppel::memory_ref(memory)};
        REQUIRE(out.append("log"));
        memory.until_failure = n;
        const auto saved = save_log_record(event, f.scratch, out);
        memory.until_failure = 0;
        if (saved) {
          CHECK(n > 1);
          break;
        }
        CHECK(code_of(saved) == errc::out_of_memory);
        CHECK(out.view() == "log");
        REQUIRE(n < 100);
      }
    });
    CHECK(memory.outstanding == 0);
  }

  TEST_CASE("a cut that a writer had no memory for fails, and the write does not") {
    fixture f;
    bool has_written = false;
    const auto done = f.twins->visit_cut([&](query_collection, doppel::row_number, const auto&) {
      if (!has_written) {
        has_written = true;
        // The first allocation of the write is for the cut's rows of the second chunk.
        f.memory.until_failure = 1;
        CHECK(f.twins->merge_twin("d7", R"({"tags":{"a":null}})", at_noon(), f.scratch, f.change));
        f.memory.until_failure = 0;
      }
      return true;
    });
    CHECK(code_of(done) == errc::out_of_memory);
    CHECK(code_of(f.twins->visit_cut([](query_collection, doppel::row_number, const auto&) { return true; })) ==
          errc{});
  }

  TEST_CASE("an empty fleet takes no memory, and one that was emptied little") {
    failing_memory memory;
    fleet_type twins(memory);
    CHECK(memory.outstanding == 0);
    for (int round = 0; round != 3; ++round) {
      for (int i = 0; i != 5000; ++i) {
        REQUIRE(twins.create({"d" + std::to_string(i)}, noon));
      }
      CHECK(memory.outstanding > 5000 * 500);
      for (int i = 0; i != 5000; ++i) {
        REQUIRE(twins.erase("d" + std::to_string(i)));
      }
      CHECK(memory.outstanding < 400'000);  // indexes keep their room
    }
  }
}
