// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "database.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace {

[[noreturn]] void fail(sqlite3* d) { throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(d)); }

}  // namespace

void statement::finalizer::operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }

bool statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail(sqlite3_db_handle(handle_.get()));
  return code == SQLITE_ROW;
}

void statement::reset() { sqlite3_reset(handle_.get()); }

statement& statement::bind(int parameter, std::int64_t number) {
  if (sqlite3_bind_int64(handle_.get(), parameter, number) != SQLITE_OK) fail(sqlite3_db_handle(handle_.get()));
  return *this;
}

statement& statement::bind(int parameter, std::string_view bytes) {
  if (sqlite3_bind_blob64(handle_.get(), parameter, bytes.data(), bytes.size(), nullptr) != SQLITE_OK) {
    fail(sqlite3_db_handle(handle_.get()));
  }
  return *this;
}

void statement::run() {
  while (step()) {
  }
  reset();
}

std::int64_t statement::number(int column) const { return sqlite3_column_int64(handle_.get(), column); }

std::string_view statement::bytes(int column) const {
  const auto* const data = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

void database::closer::operator()(sqlite3* d) const { sqlite3_close(d); }

database::database(const std::string& path) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(path.c_str(), &opened);
  handle_.reset(opened);
  if (code != SQLITE_OK) fail(opened);
  run("PRAGMA locking_mode = EXCLUSIVE");
  // A transaction that has been committed is on the disk.
  run("PRAGMA journal_mode = WAL");
  run("PRAGMA synchronous = FULL");
}

void database::run(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle_.get());
}

statement database::prepare(std::string_view sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &made, nullptr) != SQLITE_OK) {
    fail(handle_.get());
  }
  statement s;
  s.handle_.reset(made);
  return s;
}
