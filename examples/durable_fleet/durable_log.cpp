// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "durable_log.hpp"

#include <exception>
#include <stdexcept>
#include <string_view>
#include <utility>

// log: what happened, in order. snapshot: the records of `for_each_snapshot_record`, by generation: while one is being
// made the former one counts. state: which generation counts, and the position up to which the log is contained in it.
constexpr const char* schema = R"(
CREATE TABLE IF NOT EXISTS log (position INTEGER PRIMARY KEY, record BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS snapshot (generation INTEGER, place INTEGER, record BLOB NOT NULL,
                                     PRIMARY KEY (generation, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY CHECK (id = 0), generation INTEGER, position INTEGER);
INSERT OR IGNORE INTO state VALUES (0, 0, 0);
)";

// Rows of a snapshot that may wait to be written.
constexpr std::size_t most_waiting = 256;

void durable_log::batch::clear() {
  records.clear();
  ends.clear();
  snapshot.clear();
  finished.reset();
}

durable_log::durable_log(doppel::fleet& fleet, const std::string& path) : fleet_(fleet), database_(path) {
  database_.run(schema);
  insert_record_ = database_.prepare("INSERT INTO log VALUES (?, ?)");
  insert_snapshot_ = database_.prepare("INSERT INTO snapshot VALUES (?, ?, ?)");
  recover();
  if (!fleet_.attach(*this)) throw std::runtime_error("the fleet has too many observers");
  writer_ = std::thread([this] { write_batches(); });
}

durable_log::~durable_log() {
  fleet_.detach(*this);
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  work_.notify_one();
  writer_.join();
}

// -- at the start -----------------------------------------------------------------------------------------------------

void durable_log::apply(std::string_view record) {
  const auto applied = apply_log_record(fleet_, record, workspace_);
  if (!applied) throw std::runtime_error("the log cannot be applied: " + applied.error().message());
}

void durable_log::recover() {
  statement state = database_.prepare("SELECT generation, position FROM state");
  state.step();
  generation_ = stored_generation_ = state.number(0);
  last_position_ = state.number(1);
  state.reset();
  // A snapshot that was not finished.
  database_.prepare("DELETE FROM snapshot WHERE generation <> ?").bind(1, generation_).run();

  statement snapshot = database_.prepare("SELECT record FROM snapshot ORDER BY place");
  for (; snapshot.step(); ++at_start_.snapshot) apply(snapshot.bytes(0));
  statement log = database_.prepare("SELECT position, record FROM log ORDER BY position");
  for (; log.step(); ++at_start_.log) {
    if (log.number(0) != last_position_ + 1) throw std::runtime_error("the log has a gap");
    apply(log.bytes(1));
    ++last_position_;
  }
  stored_position_ = last_position_;
}

// -- writes -----------------------------------------------------------------------------------------------------------

// The twin is locked: its record is in the queue before the next change of it.
void durable_log::committed(const doppel::fleet_event<doppel::fleet::policy_type>& event) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (pending_.ends.empty()) pending_.first_position = last_position_ + 1;
    ++last_position_;
    try {
      if (save_log_record(event, event_workspace_, pending_.records)) {
        pending_.ends.push_back(pending_.records.size());
      } else {
        is_broken_ = true;  // the write has happened, but nobody will learn of it
      }
    } catch (const std::exception&) {
      is_broken_ = true;
    }
  }
  work_.notify_one();
}

bool durable_log::wait() {
  std::unique_lock lock(mutex_);
  const std::int64_t position = last_position_;
  done_.wait(lock, [&] { return is_broken_ || stored_position_ >= position; });
  return !is_broken_;
}

bool durable_log::checkpoint() {
  std::unique_lock lock(mutex_);
  // The snapshot will have all up to here, and maybe more.
  const std::int64_t position = last_position_;
  const std::int64_t generation = ++generation_;
  lock.unlock();
  const auto saved = for_each_snapshot_record(fleet_, workspace_, [&](std::string_view record) {
    lock.lock();
    done_.wait(lock, [&] { return is_broken_ || pending_.snapshot.size() < most_waiting; });
    pending_.snapshot.push_back({generation, std::string(record)});
    const bool goes_on = !is_broken_;
    lock.unlock();
    work_.notify_one();
    return goes_on;
  });
  if (!saved) return false;  // what has been written of it goes with the next one
  lock.lock();
  pending_.finished = {generation, position};
  work_.notify_one();
  done_.wait(lock, [&] { return is_broken_ || stored_generation_ == generation; });
  return !is_broken_;
}

// -- the thread that writes to the disk -------------------------------------------------------------------------------

void durable_log::write_batches() noexcept {
  batch writing;
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [&] { return is_over_ || is_broken_ || !pending_.is_empty(); });
    if (is_broken_ || pending_.is_empty()) break;
    std::swap(pending_, writing);
    lock.unlock();
    bool is_stored = false;
    try {
      store(writing);
      is_stored = true;
    } catch (const std::exception&) {
    }
    lock.lock();
    if (!is_stored) is_broken_ = true;
    if (is_stored && !writing.ends.empty()) {
      stored_position_ = writing.first_position + static_cast<std::int64_t>(writing.ends.size()) - 1;
    }
    if (is_stored && writing.finished) stored_generation_ = writing.finished->generation;
    done_.notify_all();
    writing.clear();
  }
  done_.notify_all();
}

void durable_log::store(batch& b) {
  database_.run("BEGIN IMMEDIATE");
  std::size_t begin = 0;
  std::int64_t position = b.first_position;
  for (const std::size_t end : b.ends) {
    insert_record_.bind(1, position++).bind(2, b.records.view().substr(begin, end - begin)).run();
    begin = end;
  }
  for (const snapshot_record& record : b.snapshot) {
    insert_snapshot_.bind(1, record.generation).bind(2, ++snapshot_places_).bind(3, record.bytes).run();
  }
  if (b.finished) {
    const auto [generation, last] = *b.finished;
    database_.prepare("DELETE FROM snapshot WHERE generation <> ?").bind(1, generation).run();
    database_.prepare("DELETE FROM log WHERE position <= ?").bind(1, last).run();
    database_.prepare("UPDATE state SET generation = ?, position = ?").bind(1, generation).bind(2, last).run();
  }
  database_.run("COMMIT");
}
