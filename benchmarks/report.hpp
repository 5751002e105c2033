// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_REPORT_HPP
#define DOPPEL_BENCHMARKS_REPORT_HPP

// Medians, spreads, tables and bars.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel_bench {

/// Median with the quartiles around it.
struct spread {
  double low = 0;
  double middle = 0;
  double high = 0;
};

inline spread spread_of(std::vector<double> values) {
  if (values.empty()) {
    return {};
  }
  std::ranges::sort(values);
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = (std::min)(below + 1, values.size() - 1);
    return values[below] + (values[above] - values[below]) * (place - std::floor(place));
  };
  return {at(0.25), at(0.5), at(0.75)};
}

/// Round by round, so that what slows a whole round cancels out.
inline spread ratio_of(const std::vector<double>& slow, const std::vector<double>& fast) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < (std::min)(slow.size(), fast.size()); ++round) {
    ratios.push_back(slow[round] / fast[round]);
  }
  return spread_of(std::move(ratios));
}

/// Four significant digits, more only before the point.
inline std::string figure(double value) {
  std::array<char, 64> text{};
  const int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 1 ? 2 : 3;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

inline std::string figure(const spread& value) {
  return figure(value.middle) + " (" + figure(value.low) + " - " + figure(value.high) + ")";
}

class table {
public:
  explicit table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  /// As Markdown, padded so that it can also be read as it is; the first column is text, the others figures.
  void print() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize((std::max)(widths.size(), row.size()), 3);
      for (std::size_t i = 0; i < row.size(); ++i) {
        widths[i] = (std::max)(widths[i], row[i].size());
      }
    }
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::string cell = i < rows_[r].size() ? rows_[r][i] : std::string();
        const std::string room(widths[i] - cell.size(), ' ');
        std::printf("%s%s", markdown ? "| " : "  ", (i == 0 ? cell + room : room + cell).c_str());
        std::printf("%s", markdown ? " " : "");
      }
      std::puts(markdown ? "|" : "");
      if (r == 0) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
          const std::string line(widths[i] - 1, '-');
          std::printf("%s", markdown ? (i == 0 ? "|-" + line + "- " : "| " + line + "-:").c_str()
                                     : ("  " + line + "-").c_str());
        }
        std::puts(markdown ? "|" : "");
      }
    }
  }

  inline static bool markdown = false;

private:
  std::vector<std::vector<std::string>> rows_;
};

inline void heading(std::string_view text) {
  std::printf("\n%s%.*s\n\n", table::markdown ? "### " : "", static_cast<int>(text.size()), text.data());
}

/// What the design demands, and whether it was met.
class bars {
public:
  enum class sense { at_least, at_most };

  void add(std::string path, const spread& measured, sense which, double demanded) {
    const bool met = which == sense::at_least ? measured.middle >= demanded : measured.middle <= demanded;
    rows_.push_back({std::move(path), (which == sense::at_least ? ">= " : "<= ") + figure(demanded), figure(measured),
                     met ? "met" : "MISSED"});
  }

  /// Takes a line that `print_raw` of another program has written. False when it is something else.
  bool add_raw(std::string_view line) {
    if (!line.starts_with(raw_mark)) {
      return false;
    }
    line.remove_prefix(raw_mark.size());
    std::vector<std::string> row(1);
    for (const char c : line) {
      if (c == '\t') {
        row.emplace_back();
      } else if (c != '\n') {
        row.back() += c;
      }
    }
    rows_.push_back(std::move(row));
    return true;
  }

  void print_raw() const {
    for (const auto& row : rows_) {
      std::printf("%s%s\t%s\t%s\t%s\n", raw_mark.data(), row[0].c_str(), row[1].c_str(), row[2].c_str(),
                  row[3].c_str());
    }
  }

  void print() const {
    if (rows_.empty()) {
      return;
    }
    heading("Bars");
    table all({"path", "bar", "median (quartiles)", "result"});
    for (const auto& row : rows_) {
      all.add(row);
    }
    all.print();
  }

private:
  static constexpr std::string_view raw_mark = "@bar ";

  std::vector<std::vector<std::string>> rows_;
};

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_REPORT_HPP
