// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#if defined(_WIN32)
#include <io.h>
#else
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace cli {

namespace {

bool is_terminal(std::FILE* stream) {
#if defined(_WIN32)
  return _isatty(_fileno(stream)) != 0;
#else
  return isatty(fileno(stream)) != 0;
#endif
}

bool wants_colour(std::FILE* stream) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') && (term == nullptr || std::string_view(term) != "dumb") &&
         is_terminal(stream);
}

std::size_t columns_of([[maybe_unused]] std::FILE* stream, std::size_t otherwise) {
#if !defined(_WIN32)
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col != 0) return size.ws_col;
#endif
  return otherwise;
}

std::string_view escape_of(colour c) {
  switch (c) {
    case colour::bold: return "\033[1m";
    case colour::dim: return "\033[2m";
    case colour::red: return "\033[31m";
    case colour::green: return "\033[32m";
    case colour::yellow: return "\033[33m";
    case colour::blue: return "\033[34m";
    case colour::cyan: return "\033[36m";
    case colour::none: break;
  }
  return {};
}

}  // namespace

std::string painter::operator()(colour c, std::string_view text) const {
  if (!enabled_ || c == colour::none || text.empty()) return std::string(text);
  std::string painted(escape_of(c));
  painted += text;
  painted += "\033[0m";
  return painted;
}

const painter& out_paint() {
  static const painter paint(wants_colour(stdout));
  return paint;
}

const painter& err_paint() {
  static const painter paint(wants_colour(stderr));
  return paint;
}

bool is_terminal_input() { return is_terminal(stdin); }
bool is_terminal_output() { return is_terminal(stdout); }
bool is_terminal_error() { return is_terminal(stderr); }

std::size_t line_width() { return std::clamp<std::size_t>(columns_of(stdout, 100), 40, 160); }

std::size_t terminal_width() { return columns_of(stdout, 0); }

std::string group_digits(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 10'000) return group_digits(bytes) + (bytes == 1 ? " byte" : " bytes");
  static constexpr const char* units[] = {"KB", "MB", "GB", "TB"};
  double amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (amount >= 1024 && unit != 3) {
    amount /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", amount, units[unit]);
  return text;
}

std::string table::render(const painter& paint, std::string_view indent) const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const row& r : rows_) {
    for (std::size_t i = 0; i != r.cells.size(); ++i) widths[i] = std::max(widths[i], text_width(r.cells[i]));
  }
  std::string text;
  for (const row& r : rows_) {
    std::string line;
    for (std::size_t i = 0; i != r.cells.size(); ++i) {
      if (i != 0) line += "  ";
      line += columns_[i] == align::left ? pad_right(r.cells[i], widths[i]) : pad_left(r.cells[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += indent;
    text += paint(r.paint, line);
    text += '\n';
  }
  return text;
}

bool progress::is_due() { return shown_ && clock::now() >= next_; }

void progress::update(std::uint64_t done, std::string_view note) {
  if (!is_due()) return;
  next_ = clock::now() + std::chrono::milliseconds(50);
  drawn_ = true;

  std::string line = "\r  ";
  std::size_t used = 2;
  if (total_) {
    constexpr std::size_t bar_width = 24;
    const std::uint64_t total = std::max<std::uint64_t>(*total_, 1);
    const std::uint64_t part = std::min(*total_ == 0 ? 1 : done, total);
    const auto filled = static_cast<std::size_t>(part * bar_width / total);
    line += '[' + err_paint()(colour::green, std::string(filled, '='));
    line.append(bar_width - filled, ' ');
    line += "] " + pad_left(std::to_string(part * 100 / total), 3) + "%  ";
    used += bar_width + 9;
  }
  const std::size_t width = columns_of(stderr, 80);
  line += shorten(note, width < used + 5 ? 0 : width - used - 2);
  line += "\033[K";
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

void progress::finish() {
  if (std::exchange(drawn_, false)) std::fputs("\r\033[K", stderr);
}

}  // namespace cli
