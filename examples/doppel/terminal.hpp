// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// What is printed where: colours, widths, the progress bar.

#ifndef DOPPEL_EXAMPLES_TERMINAL_HPP
#define DOPPEL_EXAMPLES_TERMINAL_HPP

#include "display.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

enum class colour { none, bold, dim, red, green, yellow, blue, cyan };

/// Puts colour around text, or not: one for each of the two output streams.
class painter {
public:
  explicit painter(bool enabled) : enabled_(enabled) {}

  [[nodiscard]] std::string operator()(colour c, std::string_view text) const;
  [[nodiscard]] bool enabled() const { return enabled_; }

private:
  bool enabled_;
};

/// Colour only on a terminal, and never if the environment has NO_COLOR or TERM=dumb.
const painter& out_paint();
const painter& err_paint();

bool is_terminal_input();
bool is_terminal_output();
bool is_terminal_error();

/// Columns of the terminal on standard output, or 100 if it is none.
std::size_t line_width();

/// The same as they are; 0 if it is none.
std::size_t terminal_width();

/// 1234567 as "1,234,567".
std::string group_digits(std::uint64_t number);

/// A number of bytes for people: "712 bytes", "1.2 MB".
std::string format_bytes(std::uint64_t bytes);

/// Rows of columns, each column as wide as its widest cell.
class table {
public:
  enum class align { left, right };

  explicit table(std::vector<align> columns) : columns_(std::move(columns)) {}

  /// The colour is for the whole row.
  void add(std::vector<std::string> cells, colour c = colour::none) { rows_.push_back({std::move(cells), c}); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string render(const painter& paint, std::string_view indent = "  ") const;

private:
  struct row {
    std::vector<std::string> cells;
    colour paint;
  };

  std::vector<align> columns_;
  std::vector<row> rows_;
};

/// One line on standard error that is redrawn in place; nothing at all when that is no terminal.
class progress {
public:
  /// @param total what `done` will be at the end; none if nobody knows
  explicit progress(std::optional<std::uint64_t> total) : total_(total), shown_(is_terminal_error()) {}
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  ~progress() { finish(); }

  /// @param note what stands at the right of the bar
  void update(std::uint64_t done, std::string_view note);
  void finish();

  /// True where a new update would be drawn: asked first, the note need not be made.
  [[nodiscard]] bool is_due();

private:
  using clock = std::chrono::steady_clock;

  std::optional<std::uint64_t> total_;
  bool shown_;
  bool drawn_ = false;
  clock::time_point next_ = clock::now() + std::chrono::milliseconds(150);  // short work needs no bar
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_TERMINAL_HPP
