// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/fleet.hpp>

#include <support/random.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using doppel::errc;
using doppel::fleet;
using doppel::query_collection;
using doppel::replay_outcome;
using doppel::row_number;

const doppel::timestamp noon = doppel::parse_timestamp("2026-11-01T12:00:00Z").value();

doppel::fleet_options small_chunks() {
  doppel::fleet_options options;
  options.chunk_rows = 8;
  return options;
}

// Keeps the records of all it hears, in order.
class logger final : public doppel::fleet_observer<doppel::default_fleet_policy> {
public:
  void committed(const doppel::fleet_event<doppel::default_fleet_policy>& event) noexcept override {
    doppel::workspace scratch;
    doppel::text_buffer out;
    const bool saved = save_log_record(event, scratch, out).has_value();
    const std::lock_guard lock(mutex_);
    records_.emplace_back(saved ? std::string(out.view()) : std::string());
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return records_.size();
  }
  const std::vector<std::string>& records() const { return records_; }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> records_;
};

struct row_state {
  row_number row;
  std::string document;
  bool operator==(const row_state&) const = default;
};
using fleet_state = std::map<std::string, row_state>;

// What a fleet holds, by id.
fleet_state state_of(fleet& f) {
  fleet_state all;
  REQUIRE(f.visit_cut([&](query_collection, row_number first, const auto& rows) {
    for (std::uint32_t i = 0; i != rows.size(); ++i) {
      doppel::text_buffer out;
      REQUIRE(write_service_view(*rows[i], out));
      const std::string id = std::string(rows[i]->device_id()) + "/" + std::string(rows[i]->module_id());
      REQUIRE(all.emplace(id, row_state{first + rows.offset(i), std::string(out.view())}).second);
    }
    return true;
  }));
  return all;
}

std::vector<std::string> snapshot_of(fleet& f) {
  doppel::workspace scratch;
  std::vector<std::string> records;
  REQUIRE(for_each_snapshot_record(f, scratch, [&](std::string_view record) {
    records.emplace_back(record);
    return true;
  }));
  return records;
}

// From memory of exactly its size, so that a sanitizer sees what is read beyond.
boost::system::result<replay_outcome> apply_exact(fleet& f, std::string_view record, doppel::workspace& scratch) {
  const std::unique_ptr<char[]> bytes(new char[record.size()]);
  if (!record.empty()) std::memcpy(bytes.get(), record.data(), record.size());
  return apply_log_record(f, {bytes.get(), record.size()}, scratch);
}

void apply_all(fleet& f, const std::vector<std::string>& records, std::size_t from = 0,
               std::size_t to = static_cast<std::size_t>(-1)) {
  doppel::workspace scratch;
  for (std::size_t i = from; i < std::min(to, records.size()); ++i) {
    const auto done = apply_exact(f, records[i], scratch);
    if (!done) FAIL("record " << i << ": " << done.error().message());
  }
}

// Random inserts, erasures and updates of a few ids.
class worker {
public:
  worker(fleet& f, std::uint64_t seed, std::string prefix, std::size_t ids)
      : fleet_(f), random_(seed), prefix_(std::move(prefix)), ids_(ids) {}

  void step() {
    const std::string device = prefix_ + std::to_string(random_.below(ids_));
    const std::string module = random_.below(3) == 0 ? "m" : "";
    const doppel::twin_id id{device, module};
    doppel::write_options options;
    options.now = doppel::timestamp::from_ticks(noon.ticks() + static_cast<std::int64_t>(++steps_));
    const std::string n = std::to_string(random_.below(5));
    const std::string value = "\"value " + std::to_string(steps_) + std::string(random_.below(40), '.') + '"';
    switch (random_.below(8)) {
      case 0: (void)fleet_.erase(id); break;
      case 1: (void)fleet_.create({device, module}, options.now); break;
      case 2:
        (void)fleet_.merge_reported(id, "{\"k" + n + "\":{\"x" + n + "\":" + value + "}}", options, scratch_, change_);
        break;
      case 3:
        (void)fleet_.replace_twin(id, "{\"tags\":{\"k" + n + "\":" + value + "}}", options, scratch_, change_);
        break;
      case 4: (void)fleet_.merge_twin(id, "{\"tags\":{\"k" + n + "\":null}}", options, scratch_, change_); break;
      default:
        if (!fleet_.merge_twin(id, "{\"properties\":{\"desired\":{\"k" + n + "\":" + value + "}}}", options, scratch_,
                               change_)) {
          (void)fleet_.create({device, module}, options.now);
        }
    }
  }

private:
  fleet& fleet_;
  doppel_test::random_source random_;
  std::string prefix_;
  std::size_t ids_;
  std::size_t steps_ = 0;
  doppel::workspace scratch_;
  doppel::change change_;
};

struct logged_fleet {
  logged_fleet() : twins(small_chunks()) { REQUIRE(twins.attach(log)); }
  void write(const doppel::twin_id& id, std::string_view body) {
    doppel::write_options options;
    options.now = noon;
    REQUIRE(twins.merge_twin(id, body, options, scratch, change));
  }
  const std::string& latest() const { return log.records().back(); }

  logger log;
  fleet twins;
  doppel::workspace scratch;
  doppel::change change;
};

void put_right(std::string& record) {
  using namespace doppel::detail;
  if (record.size() < record_head_bytes) return;
  put_fixed<8>(record.data() + record_crc_begin, record.size());
  put_fixed<4>(record.data() + record_crc_at, crc32c(std::string_view(record).substr(record_crc_begin)));
}

}  // namespace

TEST_SUITE("fleet: log records") {
  TEST_CASE("any snapshot and any part of the log that begins before it give the exact fleet") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      CAPTURE(seed);
      logged_fleet f;
      worker random(f.twins, seed, "d", 4);
      std::vector<std::pair<std::size_t, std::vector<std::string>>> snapshots;
      for (int i = 0; i != 120; ++i) {
        if (i % 10 == 0) snapshots.emplace_back(f.log.size(), snapshot_of(f.twins));
        random.step();
      }
      const fleet_state expected = state_of(f.twins);
      for (const auto& snapshot : snapshots) {
        const std::size_t end = snapshot.first;
        for (std::size_t from = 0; from <= end; ++from) {
          CAPTURE(end);
          CAPTURE(from);
          fleet again(small_chunks());
          apply_all(again, snapshot.second);
          apply_all(again, f.log.records(), from);
          REQUIRE(state_of(again) == expected);
          // And numbers go on where they were.
          if (from == end) {
            for (const char* id : {"new", "new/m"}) {
              const doppel::twin_id who(id);
              const doppel::identity identity{.device_id = who.device_id, .module_id = who.module_id};
              REQUIRE(again.create(identity, noon).value() == f.twins.of(who.collection()).next_row());
            }
          }
        }
      }
    }
  }

  TEST_CASE("a log alone is enough, and is recognised as a whole when it is applied again") {
    logged_fleet f;
    worker random(f.twins, 7, "d", 5);
    for (int i = 0; i != 300; ++i) random.step();
    fleet again(small_chunks());
    doppel::workspace scratch;
    for (const std::string& record : f.log.records()) {
      REQUIRE(apply_exact(again, record, scratch).value() == replay_outcome::applied);
      REQUIRE(apply_exact(again, record, scratch).value() == replay_outcome::already_applied);
    }
    CHECK(state_of(again) == state_of(f.twins));
    for (const std::string& record : f.log.records()) {
      REQUIRE(apply_exact(again, record, scratch).value() == replay_outcome::already_applied);
    }
    for (const std::string& record : snapshot_of(f.twins)) {
      REQUIRE(apply_exact(again, record, scratch).value() == replay_outcome::already_applied);
    }
    CHECK(state_of(again) == state_of(f.twins));
  }

  TEST_CASE("observers of the fleet that is brought back hear of what is applied, once") {
    logged_fleet f;
    worker random(f.twins, 11, "d", 3);
    for (int i = 0; i != 100; ++i) random.step();
    logged_fleet again;
    apply_all(again.twins, f.log.records());
    apply_all(again.twins, f.log.records());
    CHECK(again.log.records() == f.log.records());
  }

  TEST_CASE("a missing record is told, and nothing is done") {
    logged_fleet f;
    REQUIRE(f.twins.create({"a"}, noon));
    f.write("a", R"({"tags":{"n":1}})");
    f.write("a", R"({"tags":{"n":2}})");
    REQUIRE(f.twins.erase("a"));
    REQUIRE(f.twins.create({"a"}, noon));
    f.write("a", R"({"tags":{"n":3}})");
    const std::vector<std::string>& log = f.log.records();
    REQUIRE(log.size() == 6);
    // For each number of records that were applied, those that do not follow.
    for (std::size_t applied = 0; applied != log.size(); ++applied) {
      for (std::size_t next = applied + 1; next != log.size(); ++next) {
        CAPTURE(applied);
        CAPTURE(next);
        // An erasure follows whatever was written before it; a first insertion follows nothing.
        if ((next == 3 && applied >= 1) || (next == 4 && applied == 0)) continue;
        fleet again(small_chunks());
        apply_all(again, log, 0, applied);
        const fleet_state before = state_of(again);
        CHECK(apply_exact(again, log[next], f.scratch).error() == errc::change_gap);
        CHECK(state_of(again) == before);
      }
    }
  }

  TEST_CASE("a row is put back at its number only, and only beyond all others") {
    fleet f(small_chunks());
    doppel::workspace scratch;
    const auto twin = [](std::string_view id) {
      fleet::twin_type t;
      REQUIRE(t.reset({id}, noon));
      return t;
    };
    CHECK(f.insert_at(3, twin("a"), scratch).value() == 3);
    CHECK(f.insert_at(3, twin("b"), scratch).error() == errc::change_gap);
    CHECK(f.insert_at(2, twin("b"), scratch).error() == errc::change_gap);
    CHECK(f.insert_at(5, twin("a"), scratch).error() == errc::device_exists);
    CHECK(f.insert_at(100, twin("b"), scratch).value() == 100);
    CHECK(f.create({"c"}, noon).value() == 101);
    CHECK(f.insert_at(200, fleet::twin_type(), scratch).error() == errc::invalid_document);
    CHECK(f.size() == 3);
    std::vector<row_number> rows;
    for (const auto& [id, state] : state_of(f)) rows.push_back(state.row);
    CHECK(rows == std::vector<row_number>{3, 100, 101});
  }

  TEST_CASE("damaged records are refused; with the checksum made right they give an error or a legal write") {
    logged_fleet f;
    REQUIRE(f.twins.create({"dev", "mod"}, noon));
    f.write("dev/mod", R"({"tags":{"n":1,"text":"that is not inline"}})");
    REQUIRE(f.twins.erase("dev/mod"));
    std::vector<std::string> log = f.log.records();
    log.push_back(snapshot_of(f.twins).back());  // numbers
    doppel::workspace scratch;
    for (std::size_t r = 0; r != log.size(); ++r) {
      CAPTURE(r);
      fleet again(small_chunks());
      apply_all(again, log, 0, r);
      const fleet_state before = state_of(again);
      for (std::size_t i = 0; i != log[r].size(); ++i) {
        std::string damaged = log[r];
        damaged[i] = static_cast<char>(damaged[i] ^ 0x11);
        const auto done = apply_exact(again, damaged, scratch);
        if (done) FAIL("byte " << i);
        if (done.error() != make_error_code(errc::invalid_image) &&
            done.error() != make_error_code(errc::image_mismatch)) {
          FAIL("byte " << i << ": " << done.error().message());
        }
        if (apply_exact(again, std::string_view(log[r]).substr(0, i), scratch)) FAIL("cut to " << i);
      }
      CHECK(state_of(again) == before);

      std::size_t done_to = 0;
      for (std::size_t i = doppel::detail::record_head_bytes; i != log[r].size(); ++i) {
        for (const int value : {0, 1, 2, 3, 4, 0x61, 0x22, 0x7b, 0x7f, 0x80, 0xff}) {
          std::string damaged = log[r];
          damaged[i] = static_cast<char>(value);
          if (damaged == log[r]) continue;
          put_right(damaged);
          fleet other(small_chunks());
          apply_all(other, log, 0, r);
          const auto done = apply_exact(other, damaged, scratch);
          if (done) {
            ++done_to;
            for (const auto& [id, state] : state_of(other)) CHECK(state.document.front() == '{');
          } else if (done.error() == make_error_code(errc::out_of_memory)) {
            FAIL("byte " << i << " value " << value);
          } else {
            CHECK(state_of(other) == before);
          }
        }
      }
      CHECK(done_to > 0);
    }
    std::string longer = log[0] + '\0';
    put_right(longer);
    fleet empty(small_chunks());
    CHECK(apply_exact(empty, longer, scratch).error() == errc::invalid_image);
  }

  TEST_CASE("an image of another twin is refused") {
    logged_fleet f;
    REQUIRE(f.twins.create({"aaaa"}, noon));
    std::string record = f.latest();
    const std::size_t at = record.find("aaaa");
    REQUIRE(at != std::string::npos);
    record[at] = 'b';
    put_right(record);
    fleet again(small_chunks());
    CHECK(apply_exact(again, record, f.scratch).error() == errc::invalid_image);
    CHECK(again.size() == 0);
  }

  TEST_CASE("beside writers: every snapshot with the log from its beginning gives the exact fleet") {
    constexpr int writers = 3;
    logged_fleet f;
    std::atomic<bool> is_over{false};
    std::vector<std::thread> threads;
    for (int w = 0; w != writers; ++w) {
      threads.emplace_back([&, w] {
        worker random(f.twins, static_cast<std::uint64_t>(w) + 31, "w" + std::to_string(w) + "-", 6);
        for (int i = 0; i != 700; ++i) random.step();
        if (w == 0) is_over = true;
      });
    }
    std::vector<std::pair<std::size_t, std::vector<std::string>>> snapshots;
    do {
      const std::size_t end = f.log.size();
      snapshots.emplace_back(end, snapshot_of(f.twins));
    } while (!is_over && snapshots.size() < 200);
    for (std::thread& t : threads) t.join();
    const fleet_state expected = state_of(f.twins);
    const std::vector<std::string>& log = f.log.records();
    const std::size_t stride = std::max<std::size_t>(1, snapshots.size() / 20);
    for (std::size_t s = 0; s < snapshots.size(); s += stride) {
      CAPTURE(s);
      fleet again(small_chunks());
      apply_all(again, snapshots[s].second);
      apply_all(again, log, snapshots[s].first);
      REQUIRE(state_of(again) == expected);
      // A crash may come at any moment after the snapshot: the log ends anywhere.
      fleet crashed(small_chunks());
      apply_all(crashed, snapshots[s].second);
      apply_all(crashed, log, snapshots[s].first, (snapshots[s].first + log.size()) / 2);
      // And goes on from there when the rest is found after all.
      apply_all(crashed, log, snapshots[s].first);
      REQUIRE(state_of(crashed) == expected);
    }
  }
}
