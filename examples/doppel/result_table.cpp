// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "result_table.hpp"

#include "json_text.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

namespace cli {

namespace {

/// What is shown of whole documents, of those members that they have.
constexpr std::array<std::string_view, 10> document_columns = {"deviceId",
                                                               "moduleId",
                                                               "jobId",
                                                               "jobType",
                                                               "status",
                                                               "connectionState",
                                                               "lastActivityTime",
                                                               "version",
                                                               "lastUpdatedDateTimeUtc",
                                                               "tags"};

constexpr std::size_t gap = 2;
constexpr std::size_t least_width = 6;  // of a column that is cut: what is narrower says nothing

}  // namespace

result_table::result_table(std::ostream& out, const painter& paint, std::vector<std::string> columns, std::size_t width)
    : out_(out), paint_(paint), columns_(std::move(columns)), is_of_documents_(columns_.empty()), width_(width) {
  if (is_of_documents_) columns_.assign(document_columns.begin(), document_columns.end());
}

void result_table::add(std::string_view row) {
  ++rows_;
  if (is_begun_) return print(read(row));
  held_.push_back(read(row));
  if (held_.size() == rows_to_measure) begin();
}

void result_table::finish() {
  if (!is_begun_) begin();
  std::string summary = group_digits(rows_) + (rows_ == 1 ? " row" : " rows");
  if (shown_ < columns_.size()) {
    summary += "; no room for ";
    for (std::size_t i = shown_; i != columns_.size(); ++i)
      summary += (i == shown_ ? "" : ", ") + printable(columns_[i]);
  }
  out_ << paint_(colour::dim, summary) << '\n';
}

result_table::cells result_table::read(std::string_view row) const {
  cells found(columns_.size());
  // Members come in the order of the columns, mostly.
  std::size_t expected = 0;
  for (json_walk members(row); members.next();) {
    const std::string name = json_string_text(members.key());
    if (expected == columns_.size() || columns_[expected] != name) {
      expected = static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), name) - columns_.begin());
      if (expected == columns_.size()) continue;
    }
    const std::string_view value = members.value();
    const char first = value.front();
    cell& c = found[expected++];
    c.what = first == '"'                                     ? cell::kind::text
             : first == '-' || (first >= '0' && first <= '9') ? cell::kind::number
                                                              : cell::kind::other;
    c.text = printable(first == '"' ? json_string_text(value) : value);
  }
  return found;
}

/// Decides how the table looks, and prints what was held for that.
void result_table::begin() {
  is_begun_ = true;
  if (is_of_documents_) drop_empty_columns();
  for (std::size_t i = 0; i != columns_.size(); ++i) {
    std::size_t width = text_width(printable(columns_[i]));
    bool is_number = true;
    for (const cells& row : held_) {
      width = std::max(width, text_width(row[i].text));
      is_number = is_number && (row[i].what == cell::kind::number || row[i].what == cell::kind::missing);
    }
    widths_.push_back(std::max<std::size_t>(width, 1));
    are_numbers_.push_back(is_number);
  }
  shown_ = columns_.size();
  if (width_ != 0) fit();
  if (!held_.empty()) print_header();
  for (const cells& row : held_) print(row);
  held_ = {};
}

void result_table::drop_empty_columns() {
  const auto is_empty = [this](std::size_t i) {
    return std::all_of(held_.begin(), held_.end(),
                       [i](const cells& row) { return row[i].what == cell::kind::missing; });
  };
  for (std::size_t i = columns_.size(); i-- != 0;) {
    if (!is_empty(i)) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    columns_.erase(columns_.begin() + at);
    for (cells& row : held_) row.erase(row.begin() + at);
  }
}

/// Cuts the widest columns until all fit; if even that does not help, leaves out the last ones.
void result_table::fit() {
  const auto total = [this](std::size_t cap) {
    std::size_t sum = shown_ == 0 ? 0 : (shown_ - 1) * gap;
    for (std::size_t i = 0; i != shown_; ++i) sum += std::min(widths_[i], cap);
    return sum;
  };
  while (shown_ > 1 && total(least_width) > width_) --shown_;
  std::size_t cap = *std::max_element(widths_.begin(), widths_.end());
  // A few thousand steps at most would be wasted on a long text; halving finds the place.
  for (std::size_t low = least_width, high = cap; low < high;) {
    const std::size_t middle = high - (high - low) / 2;
    if (total(middle) <= width_) {
      low = cap = middle;
    } else {
      high = cap = middle - 1;
    }
  }
  for (std::size_t i = 0; i != shown_; ++i) widths_[i] = std::min(widths_[i], cap);
}

void result_table::print_header() {
  std::string names;
  std::string lines;
  for (std::size_t i = 0; i != shown_; ++i) {
    if (i != 0) {
      names.append(gap, ' ');
      lines.append(gap, ' ');
    }
    const std::string name = shorten(printable(columns_[i]), widths_[i]);
    names += are_numbers_[i] ? pad_left(name, widths_[i]) : pad_right(name, widths_[i]);
    lines.append(widths_[i], '-');
  }
  names.erase(names.find_last_not_of(' ') + 1);
  out_ << paint_(colour::bold, names) << '\n' << paint_(colour::dim, lines) << '\n';
}

void result_table::print(const cells& row) {
  std::string line;
  std::size_t blanks = 0;  // that are still to come, if anything comes behind them
  for (std::size_t i = 0; i != shown_; ++i) {
    const std::string text = shorten(row[i].text, widths_[i]);
    const std::size_t width = text_width(text);
    const std::size_t room = widths_[i] > width ? widths_[i] - width : 0;
    if (i != 0) blanks += gap;
    if (are_numbers_[i]) blanks += room;
    if (!text.empty()) {
      line.append(std::exchange(blanks, 0), ' ');
      line += row[i].what == cell::kind::other ? paint_(colour::cyan, text) : text;
    }
    if (!are_numbers_[i]) blanks += room;
  }
  out_ << line << '\n';
}

}  // namespace cli
