// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// As much of SQLite as a log needs. Everything here throws std::runtime_error with SQLite's words.

#ifndef DOPPEL_EXAMPLES_DATABASE_HPP
#define DOPPEL_EXAMPLES_DATABASE_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// A prepared statement, to be run again and again.
class statement {
public:
  /// Runs it with its parameters, until it has told a row. @return false when there is none (any more)
  bool step();
  /// Makes it ready for other parameters.
  void reset();
  /// Parameters count from 1. A text must stay until the statement has been reset.
  statement& bind(int parameter, std::int64_t number);
  statement& bind(int parameter, std::string_view bytes);
  /// Runs it to its end and resets it.
  void run();

  /// Columns of the row, counted from 0. Bytes are valid until the next step.
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string_view bytes(int column) const;

private:
  friend class database;
  struct finalizer {
    void operator()(sqlite3_stmt* s) const;
  };
  std::unique_ptr<sqlite3_stmt, finalizer> handle_;
};

class database {
public:
  /// Opens or makes a file. One process at a time can use it.
  explicit database(const std::string& path);
  void run(const char* sql);
  [[nodiscard]] statement prepare(std::string_view sql);

private:
  struct closer {
    void operator()(sqlite3* d) const;
  };
  std::unique_ptr<sqlite3, closer> handle_;
};

#endif  // DOPPEL_EXAMPLES_DATABASE_HPP
