// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A fleet's log in a database: what has been committed there survives the death of the process at any moment.

#ifndef DOPPEL_EXAMPLES_DURABLE_LOG_HPP
#define DOPPEL_EXAMPLES_DURABLE_LOG_HPP

#include "database.hpp"

#include <doppel/fleet.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

class durable_log final : public doppel::fleet_observer<doppel::fleet::policy_type> {
public:
  /// Opens a database and gives an empty fleet what it holds; from then on the fleet's writes go there.
  /// @throws std::runtime_error when the database cannot be used or what it holds is no log
  durable_log(doppel::fleet& fleet, const std::string& path);
  ~durable_log();
  durable_log(const durable_log&) = delete;
  durable_log& operator=(const durable_log&) = delete;

  /// Waits until all writes that returned before the call are on the disk. Those of many threads go in one
  /// transaction. @return false when they never will be; nothing may be acknowledged any more
  [[nodiscard]] bool wait();

  /// Keeps a snapshot of the fleet and drops the log up to it, while others go on writing. By one thread at a time.
  /// @return false when it could not be kept; then the former one and the log are still there
  bool checkpoint();

  /// Records that were read when the log was opened.
  struct recovered {
    std::size_t snapshot = 0;
    std::size_t log = 0;
  };
  [[nodiscard]] const recovered& at_start() const { return at_start_; }

private:
  struct snapshot_record {
    std::int64_t generation;
    std::string bytes;
  };
  struct finished_snapshot {
    std::int64_t generation;
    std::int64_t position;  // all of the log up to it is contained
  };
  // What goes to the disk in one transaction.
  struct batch {
    doppel::text_buffer records;      // one behind the other
    std::vector<std::size_t> ends;    // of the records
    std::int64_t first_position = 0;  // of the records, which follow each other
    std::vector<snapshot_record> snapshot;
    std::optional<finished_snapshot> finished;

    [[nodiscard]] bool is_empty() const { return ends.empty() && snapshot.empty() && !finished; }
    void clear();
  };

  void committed(const doppel::fleet_event<doppel::fleet::policy_type>& event) noexcept override;
  void recover();
  void apply(std::string_view record);
  void write_batches() noexcept;
  void store(batch& b);

  doppel::fleet& fleet_;
  database database_;
  statement insert_record_, insert_snapshot_;
  std::int64_t snapshot_places_ = 0;
  recovered at_start_;
  doppel::workspace workspace_;  // of the constructor, then of checkpoints
  std::int64_t generation_ = 0;  // of the snapshot that was begun last

  std::mutex mutex_;
  std::condition_variable work_;  // there is something to write
  std::condition_variable done_;  // something has been written
  batch pending_;
  doppel::workspace event_workspace_;
  std::int64_t last_position_ = 0;      // given to a record
  std::int64_t stored_position_ = 0;    // on the disk
  std::int64_t stored_generation_ = 0;  // of the snapshot that counts
  bool is_broken_ = false;
  bool is_over_ = false;
  std::thread writer_;
};

#endif  // DOPPEL_EXAMPLES_DURABLE_LOG_HPP
