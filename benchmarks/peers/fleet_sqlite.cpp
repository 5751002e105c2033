// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "fleet_peers.hpp"
#include "sqlite_condition.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace doppel_bench {

namespace {

/// Texts in a table in memory, with an index of ids. `json_patch` writes, and keeps no metadata; many writes are one
/// transaction. With indexes, there is one of each expression that the conditions of the queries name.
class sqlite_fleet_peer final : public fleet_peer {
public:
  explicit sqlite_fleet_peer(bool has_indexes) : has_indexes_(has_indexes) {
    sqlite3* opened = nullptr;
    insist(sqlite3_open(":memory:", &opened) == SQLITE_OK);
    base_.reset(opened);
    run_text("CREATE TABLE twins (id INTEGER PRIMARY KEY, device TEXT NOT NULL UNIQUE, twin TEXT NOT NULL)");
    insert_ = prepared("INSERT INTO twins (device, twin) VALUES (?1, ?2)");
    update_ = prepared(R"(UPDATE twins SET twin = json_patch(twin, '{"properties":{"reported":' || ?2 || '}}') )"
                       "WHERE device = ?1");
    run_text("BEGIN");
  }

  std::string_view name() const noexcept override {
    return has_indexes_ ? "SQLite, expression indexes" : "SQLite, json_extract";
  }

  bool take(std::string_view id, std::string_view document) override {
    return write(insert_.get(), id, document) && sqlite3_changes(base_.get()) == 1;
  }
  void finish() override {
    run_text("COMMIT");
    if (!has_indexes_) return;
    const std::string expressions[] = {
        sqlite_extracted("tags.tenant"),
        sqlite_extracted("tags.location.region"),
        sqlite_extracted("tags.environment"),
        sqlite_extracted("status"),
        sqlite_extracted("connectionState"),
        sqlite_extracted("properties.reported.battery"),
        sqlite_extracted("properties.reported.connectivity"),
        sqlite_extracted("properties.reported.firmware.status"),
        "substr(" + sqlite_extracted("properties.reported.firmware.version") + ", 1, 3)",
        "json_type(twin, '$.properties.reported.lastError')",
        sqlite_extracted("properties.reported.modules.hvac.zones.z2.setpoint"),
        sqlite_extracted(R"(properties.reported."$metadata".battery."$lastUpdated")"),
    };
    int number = 0;
    for (const std::string& e : expressions) {
      run_text("CREATE INDEX i" + std::to_string(number++) + " ON twins (" + e + ")");
    }
    run_text("ANALYZE");
  }

  bool update(std::string_view id, std::string_view patch) override {
    return write(update_.get(), id, patch) && sqlite3_changes(base_.get()) == 1;
  }
  void begin_updates() override { run_text("BEGIN"); }
  void end_updates() override { run_text("COMMIT"); }

  void begin(query_id id) override {
    id_ = id;
    query_ = prepared(statement_of(id));
    page_ = prepared("SELECT device FROM twins WHERE " + sqlite_condition_of(id) + " ORDER BY id LIMIT ?1");
  }

  void run() override {
    found_ = {};
    sqlite3_stmt* const query = query_.get();
    while (sqlite3_step(query) == SQLITE_ROW) {
      found_.rows += number(0);
      if (id_ == query_id::q11) {
        found_.bytes += number(1);
        found_.batteries += sqlite3_column_double(query, 2);
      } else if (id_ == query_id::q13) {
        const auto* const key = reinterpret_cast<const char*>(sqlite3_column_text(query, 1));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(query, 1));
        found_.add_to_group({key, size}, number(0), number(2), sqlite3_column_double(query, 3));
      }
    }
    sqlite3_reset(query);
  }
  query_answer answer() override {
    query_answer settled = found_;
    settled.settle();
    return settled;
  }

  std::size_t first_page(std::size_t most) override {
    sqlite3_bind_int64(page_.get(), 1, static_cast<sqlite3_int64>(most));
    std::size_t rows = 0;
    while (sqlite3_step(page_.get()) == SQLITE_ROW) rows += sqlite3_column_text(page_.get(), 0) != nullptr;
    sqlite3_reset(page_.get());
    return rows;
  }

private:
  struct closer {
    void operator()(sqlite3* base) const noexcept { sqlite3_close(base); }
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  using statement = std::unique_ptr<sqlite3_stmt, closer>;

  static std::string statement_of(query_id id) {
    const std::string from = " FROM twins WHERE " + sqlite_condition_of(id);
    const std::string battery = sqlite_extracted("properties.reported.battery");
    if (id == query_id::q11) {
      return "SELECT COUNT(*), SUM(length(device) + length(" + sqlite_extracted("tags.location.building") + ")), SUM(" +
             battery + ')' + from;
    }
    if (id == query_id::q13) {
      return "SELECT COUNT(*), " + sqlite_extracted("tags.location.region") + ", COUNT(" + battery + "), SUM(" +
             battery + ')' + from + " GROUP BY 2";
    }
    return "SELECT COUNT(*)" + from;
  }

  bool write(sqlite3_stmt* s, std::string_view id, std::string_view text) {
    sqlite3_bind_text(s, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    sqlite3_bind_text(s, 2, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    const bool is_done = sqlite3_step(s) == SQLITE_DONE;
    sqlite3_reset(s);
    return is_done;
  }
  std::uint64_t number(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(query_.get(), column));
  }
  statement prepared(const std::string& text) {
    sqlite3_stmt* made = nullptr;
    insist(sqlite3_prepare_v2(base_.get(), text.c_str(), -1, &made, nullptr) == SQLITE_OK);
    return statement(made);
  }
  void run_text(const std::string& text) {
    insist(sqlite3_exec(base_.get(), text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  void insist(bool good) const {
    if (good) return;
    std::fprintf(stderr, "SQLite: %s\n", base_ != nullptr ? sqlite3_errmsg(base_.get()) : "cannot be opened");
    std::exit(1);
  }

  bool has_indexes_;
  std::unique_ptr<sqlite3, closer> base_;
  statement insert_;
  statement update_;
  statement query_;
  statement page_;
  query_id id_{};
  query_answer found_;
};

}  // namespace

std::unique_ptr<fleet_peer> make_sqlite_fleet_peer(bool has_indexes) {
  return std::make_unique<sqlite_fleet_peer>(has_indexes);
}

}  // namespace doppel_bench
