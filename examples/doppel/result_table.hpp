// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Rows of a query as a table for people.

#ifndef DOPPEL_EXAMPLES_RESULT_TABLE_HPP
#define DOPPEL_EXAMPLES_RESULT_TABLE_HPP

#include "terminal.hpp"

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Lays out rows, which are JSON objects. The first ones decide how wide the columns are; what comes later is cut to
/// that, so that any number of rows goes through.
class result_table {
public:
  /// @param columns names of the members to show, in order; none: what is worth knowing of whole documents
  /// @param width columns of the terminal; 0 for no limit
  result_table(std::ostream& out, const painter& paint, std::vector<std::string> columns, std::size_t width);

  /// @param row one JSON object
  void add(std::string_view row);
  /// Prints what is still held, and how many rows there were.
  void finish();

private:
  struct cell {
    enum class kind { missing, text, number, other };
    std::string text;
    kind what = kind::missing;
  };
  using cells = std::vector<cell>;

  [[nodiscard]] cells read(std::string_view row) const;
  void drop_empty_columns();
  void begin();
  void fit();
  void print(const cells& row);
  void print_header();

  static constexpr std::size_t rows_to_measure = 500;

  std::ostream& out_;
  const painter& paint_;
  std::vector<std::string> columns_;
  bool is_of_documents_;
  std::size_t width_;

  std::vector<cells> held_;
  bool is_begun_ = false;
  std::uint64_t rows_ = 0;
  std::vector<std::size_t> widths_;
  std::vector<bool> are_numbers_;
  std::size_t shown_ = 0;  // columns that fit
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_RESULT_TABLE_HPP
