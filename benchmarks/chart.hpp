// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_CHART_HPP
#define DOPPEL_BENCHMARKS_CHART_HPP

// Times as a picture: a line for every task, a mark for every contender, on a logarithmic axis, since a bar has no
// honest beginning there. Tasks that the subject loses are shaded. SVG without scripts or fonts, for light and dark.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel_bench {

/// One diagram. Times that are not positive are missing.
struct chart_panel {
  struct task {
    std::string name;
    std::vector<double> times;  ///< one for every contender
  };

  std::string title;
  std::string unit;
  std::vector<std::string> contenders;
  std::size_t subjects = 0;  ///< how many of them, from the first, are what the chart is about
  std::vector<task> tasks;
};

class chart {
public:
  void add(chart_panel panel) {
    if (!panel.tasks.empty()) panels_.push_back(std::move(panel));
  }

  /// False if the file cannot be written.
  bool save(const std::string& path) const {
    const std::string text = svg();
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return false;
    const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    return std::fclose(file) == 0 && is_written;
  }

  std::string svg() const {
    double height = margin;
    std::string body;
    for (const chart_panel& panel : panels_) {
      body += "<g transform=\"translate(0 " + number(height) + ")\">\n";
      height += draw(panel, body) + margin;
      body += "</g>\n";
    }
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) + ' ' +
                      number(height) + "\" width=\"" + number(width) + "\" height=\"" + number(height) + "\">\n";
    out += "<style>\n";
    out += style;
    // One colour a contender, darker on white than on black.
    for (std::size_t i = 0; i < colours.size(); ++i) out += colour_rule(i, colours[i].first);
    out += dark_style;
    for (std::size_t i = 0; i < colours.size(); ++i) out += colour_rule(i, colours[i].second);
    out += "}\n</style>\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n" + body + "</svg>\n";
    return out;
  }

private:
  static constexpr double width = 960;
  static constexpr double margin = 20;
  static constexpr double left = 190;
  static constexpr double right = 860;
  static constexpr double line = 24;

  static constexpr std::string_view style =
      "text{font:13px system-ui,sans-serif;fill:#1f2328}.page{fill:#fff}.title{font-size:16px;font-weight:600}"
      ".small{font-size:11px;fill:#59636e}.grid{stroke:#d1d9e0}.fine{stroke:#eaeef2}.span{stroke:#afb8c1}"
      ".lost{fill:#ffebe9}.loss{fill:#b3261e;font-weight:600}.mark{stroke:#fff;stroke-width:1}.end{text-anchor:end}"
      ".middle{text-anchor:middle}\n";
  static constexpr std::string_view dark_style =
      "@media(prefers-color-scheme:dark){\ntext{fill:#f0f6fc}.page{fill:#0d1117}.small{fill:#9198a1}"
      ".grid{stroke:#3d444d}.fine{stroke:#21262d}.span{stroke:#656c76}.lost{fill:#3c1618}.loss{fill:#ff7b72}"
      ".mark{stroke:#0d1117}\n";

  /// Told apart by those who do not see all colours, too; the shapes help.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> colours{{
      {"#0550ae", "#58a6ff"},
      {"#c4500c", "#ff9a3c"},
      {"#9a6700", "#e3b341"},
      {"#1a7f64", "#4fd1b0"},
      {"#8250df", "#d2a8ff"},
      {"#bf3989", "#ff80c8"},
      {"#57606a", "#b1bac4"},
      {"#3b6e00", "#7ee787"},
      {"#7d4e2d", "#d9a77a"},
      {"#0a7ea4", "#39c5cf"},
      {"#24292f", "#f0f6fc"},
  }};

  static std::string colour_rule(std::size_t i, std::string_view colour) {
    return ".c" + std::to_string(i) + "{fill:" + std::string(colour) + "}";
  }

  static std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
  }
  /// A figure with two digits or more, as people write it.
  static std::string figure_of(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 10 ? "%.2g" : "%.0f", value);
    return text.data();
  }
  static std::string ratio_of(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 2 ? "%.2f" : value < 10 ? "%.1f" : "%.0f", value);
    return text.data();
  }
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
      switch (c) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        default: out += c;
      }
    }
    return out;
  }
  static std::string text_at(double x, double y, std::string_view kind, std::string_view text) {
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" class=\"" + std::string(kind) + "\">" +
           escaped(text) + "</text>\n";
  }
  static std::string line_at(double x1, double y1, double x2, double y2, std::string_view kind) {
    return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
           "\" class=\"" + std::string(kind) + "\"/>\n";
  }

  /// The subject is a large circle, the others take turns with smaller shapes.
  static std::string mark_at(double x, double y, std::size_t contender, bool is_subject) {
    const std::string kind = "class=\"mark c" + std::to_string(contender % colours.size()) + "\"/>\n";
    if (is_subject) return "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"7\" " + kind;
    const auto corner = [&](double dx, double dy) { return number(x + dx) + ',' + number(y + dy) + ' '; };
    std::string points;
    switch (contender % 4) {
      case 0: points = corner(-4.5, -4.5) + corner(4.5, -4.5) + corner(4.5, 4.5) + corner(-4.5, 4.5); break;
      case 1: points = corner(0, -6.5) + corner(6.5, 0) + corner(0, 6.5) + corner(-6.5, 0); break;
      case 2: points = corner(0, -6) + corner(6, 5) + corner(-6, 5); break;
      default: points = corner(0, 6) + corner(6, -5) + corner(-6, -5); break;
    }
    return "<polygon points=\"" + points + "\" " + kind;
  }

  /// Where a time stands.
  class axis {
  public:
    explicit axis(const chart_panel& panel) {
      double least = std::numeric_limits<double>::max();
      double most = 0;
      for (const auto& task : panel.tasks) {
        for (const double time : task.times) {
          if (time <= 0) continue;
          least = (std::min)(least, time);
          most = (std::max)(most, time);
        }
      }
      low_ = std::log10(least) - 0.12;
      high_ = std::log10((std::max)(most, least)) + 0.12;
    }
    double place(double value) const { return left + (std::log10(value) - low_) / (high_ - low_) * (right - left); }
    bool has(double value) const { return std::log10(value) >= low_ && std::log10(value) <= high_; }
    int first_decade() const { return static_cast<int>(std::floor(low_)); }
    int last_decade() const { return static_cast<int>(std::ceil(high_)); }
    /// Few decades have room for names between them.
    bool is_short() const { return high_ - low_ < 2; }

  private:
    double low_;
    double high_;
  };

  /// Returns the height.
  static double draw(const chart_panel& panel, std::string& out) {
    double y = 16;
    out += text_at(margin, y, "title", panel.title);
    y = draw_legend(panel, y + 24, out) + 14;
    const axis scale(panel);
    const double top = y;
    const double bottom = top + line * static_cast<double>(panel.tasks.size());
    draw_losses(panel, top, out);
    for (int decade = scale.first_decade(); decade <= scale.last_decade(); ++decade) {
      for (int step = 1; step < 10; ++step) {
        const double value = step * std::pow(10.0, decade);
        if (!scale.has(value)) continue;
        const double x = scale.place(value);
        out += line_at(x, top, x, bottom, step == 1 ? "grid" : "fine");
        if (step == 1 || (scale.is_short() && (step == 2 || step == 5))) {
          out += text_at(x, bottom + 14, "small middle", figure_of(value));
        }
      }
    }
    out += text_at((left + right) / 2, bottom + 30, "small middle", panel.unit + ", logarithmic; less is better");
    if (panel.subjects != 0) out += text_at(width - margin, top - 6, "small end", "best other");
    for (std::size_t t = 0; t < panel.tasks.size(); ++t) {
      draw_task(panel, panel.tasks[t], scale, top + line * (static_cast<double>(t) + 0.5), out);
    }
    return bottom + 36;
  }

  static double draw_legend(const chart_panel& panel, double y, std::string& out) {
    double x = margin + 8;
    for (std::size_t i = 0; i < panel.contenders.size(); ++i) {
      const double room = 34 + 7.4 * static_cast<double>(panel.contenders[i].size());
      if (x + room > width - margin) {
        x = margin + 8;
        y += 20;
      }
      out += mark_at(x, y - 4, i, i < panel.subjects);
      out += text_at(x + 12, y, "", panel.contenders[i]);
      x += room;
    }
    return y + 8;
  }

  /// How many times as long the best of the others takes; 0 if that cannot be said.
  static double best_ratio(const chart_panel& panel, const chart_panel::task& task) {
    const auto best = [&](std::size_t from, std::size_t to) {
      double least = std::numeric_limits<double>::max();
      for (std::size_t i = from; i < to; ++i) {
        if (task.times[i] > 0) least = (std::min)(least, task.times[i]);
      }
      return least;
    };
    const double mine = best(0, panel.subjects);
    const double theirs = best(panel.subjects, task.times.size());
    constexpr double none = std::numeric_limits<double>::max();
    return mine == none || theirs == none ? 0 : theirs / mine;
  }

  static void draw_losses(const chart_panel& panel, double top, std::string& out) {
    for (std::size_t t = 0; t < panel.tasks.size(); ++t) {
      const double ratio = best_ratio(panel, panel.tasks[t]);
      if (ratio == 0 || ratio >= 1) continue;
      out += "<rect class=\"lost\" x=\"0\" y=\"" + number(top + line * static_cast<double>(t)) + "\" width=\"" +
             number(width) + "\" height=\"" + number(line) + "\"/>\n";
    }
  }

  static void draw_task(const chart_panel& panel, const chart_panel::task& task, const axis& scale, double y,
                        std::string& out) {
    out += text_at(left - 12, y + 4, "end", task.name);
    double low = right;
    double high = left;
    for (const double time : task.times) {
      if (time <= 0) continue;
      low = (std::min)(low, scale.place(time));
      high = (std::max)(high, scale.place(time));
    }
    if (low < high) out += line_at(low, y, high, y, "span");
    // The subject last, so that nothing covers it.
    for (std::size_t i = task.times.size(); i-- > 0;) {
      if (task.times[i] > 0) out += mark_at(scale.place(task.times[i]), y, i, i < panel.subjects);
    }
    const double ratio = best_ratio(panel, task);
    if (ratio == 0) return;
    const std::string_view kind = ratio < 1 ? "loss end" : "end";
    out += text_at(width - margin, y + 4, kind, ratio_of(ratio) + " \xC3\x97");
  }

  std::vector<chart_panel> panels_;
};

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_CHART_HPP
