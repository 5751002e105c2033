// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_peers.hpp"
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

/// Texts in a table in memory, json_extract in prepared statements. No index: the paths of tomorrow's query are
/// not known today.
class sqlite_contender final : public query_contender {
public:
  sqlite_contender() {
    sqlite3* opened = nullptr;
    insist(sqlite3_open(":memory:", &opened) == SQLITE_OK);
    base_.reset(opened);
    run_text("CREATE TABLE twins (id INTEGER PRIMARY KEY, twin TEXT)");
    insert_ = prepared("INSERT INTO twins VALUES (?1, ?2)");
  }

  std::string_view name() const noexcept override { return "SQLite, json_extract"; }
  query_role role() const noexcept override { return query_role::peer; }
  std::size_t most_rows() const noexcept override { return 20'000; }
  std::size_t rows() const noexcept override { return rows_; }

  bool take(std::string_view document) override {
    if (rows_ == 0) run_text("BEGIN");
    sqlite3_bind_int64(insert_.get(), 1, static_cast<sqlite3_int64>(rows_++));
    sqlite3_bind_text(insert_.get(), 2, document.data(), static_cast<int>(document.size()), SQLITE_TRANSIENT);
    const bool is_done = sqlite3_step(insert_.get()) == SQLITE_DONE;
    sqlite3_reset(insert_.get());
    return is_done;
  }
  void finish() override { run_text("COMMIT"); }
  void clear() override {
    query_.reset();
    run_text("DELETE FROM twins");
    rows_ = 0;
  }

  bool begin(query_id id) override {
    id_ = id;
    query_ = prepared(statement_of(id));
    return true;
  }

  pass_times run() override {
    found_ = {};
    return pass_times::measure(pass_times::parts, [this](std::size_t part) {
      sqlite3_stmt* const query = query_.get();
      sqlite3_bind_int64(query, 1, static_cast<sqlite3_int64>(rows_ * part / pass_times::parts));
      sqlite3_bind_int64(query, 2, static_cast<sqlite3_int64>(rows_ * (part + 1) / pass_times::parts) - 1);
      if (id_ == query_id::q14) {
        if (found_.rows == top_rows) return;
        sqlite3_bind_int64(query, 3, static_cast<sqlite3_int64>(top_rows - found_.rows));
      }
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
    });
  }

  query_answer answer() override {
    query_answer settled = found_;
    settled.settle();
    return settled;
  }

  /// For measuring: parses and plans a query, and forgets it.
  bool compile(query_id id) { return prepared(statement_of(id)) != nullptr; }

private:
  struct closer {
    void operator()(sqlite3* base) const noexcept { sqlite3_close(base); }
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  using statement = std::unique_ptr<sqlite3_stmt, closer>;

  static std::string statement_of(query_id id) {
    const std::string from = " FROM twins WHERE id BETWEEN ?1 AND ?2 AND (" + sqlite_condition_of(id) + ')';
    const std::string battery = sqlite_extracted("properties.reported.battery");
    if (id == query_id::q11) {
      return "SELECT COUNT(*), SUM(length(" + sqlite_extracted("deviceId") + ") + length(" +
             sqlite_extracted("tags.location.building") + ")), SUM(" + battery + ')' + from;
    }
    if (id == query_id::q13) {
      return "SELECT COUNT(*), " + sqlite_extracted("tags.location.region") + ", COUNT(" + battery + "), SUM(" +
             battery + ')' + from + " GROUP BY 2";
    }
    if (id == query_id::q14) return "SELECT COUNT(*) FROM (SELECT 1" + from + " LIMIT ?3)";
    return "SELECT COUNT(*)" + from;
  }

  std::uint64_t number(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(query_.get(), column));
  }

  statement prepared(const std::string& text) {
    sqlite3_stmt* made = nullptr;
    insist(sqlite3_prepare_v2(base_.get(), text.c_str(), -1, &made, nullptr) == SQLITE_OK);
    return statement(made);
  }
  void run_text(const char* text) { insist(sqlite3_exec(base_.get(), text, nullptr, nullptr, nullptr) == SQLITE_OK); }
  void insist(bool good) const {
    if (good) return;
    std::fprintf(stderr, "SQLite: %s\n", base_ != nullptr ? sqlite3_errmsg(base_.get()) : "cannot be opened");
    std::exit(1);
  }

  std::unique_ptr<sqlite3, closer> base_;
  statement insert_;
  statement query_;
  query_id id_{};
  std::size_t rows_ = 0;
  query_answer found_;
};

}  // namespace

std::unique_ptr<query_contender> make_sqlite_contender() { return std::make_unique<sqlite_contender>(); }

query_compiler make_sqlite_compiler() {
  return {"SQLite, sqlite3_prepare",
          [base = std::make_shared<sqlite_contender>()](const fleet_query& query) { return base->compile(query.id); }};
}

}  // namespace doppel_bench
