// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "pretty.hpp"

#include "json_text.hpp"

namespace cli {

namespace {

class printer {
public:
  printer(const painter& paint, std::size_t width) : paint_(paint), width_(width) {}

  /// @param column where the value begins
  void print(std::string_view value, std::size_t indent, std::size_t column) {
    if (value.front() != '{' && value.front() != '[') {
      out_ += paint_(colour_of(value), value);
      return;
    }
    // ": " and ", " make a line longer than the text by about a tenth.
    const bool on_one_line = is_flat(value) && column + value.size() + value.size() / 10 <= width_;
    const std::string separator = on_one_line ? ", " : ",\n" + std::string(indent + 2, ' ');
    out_ += value.front();
    bool first = true;
    for (std::size_t at = 1; at < value.size() - 1;) {
      if (!first) {
        out_ += separator;
      } else if (!on_one_line) {
        out_ += separator.substr(1);
      }
      first = false;
      std::size_t name_width = 0;
      if (value.front() == '{') {
        const std::size_t end = json_string_end(value, at);
        const std::string_view name = value.substr(at, end - at);
        out_ += paint_(name.starts_with("\"$") ? colour::dim : colour::blue, name);
        out_ += ": ";
        name_width = name.size() + 2;
        at = end + 1;
      }
      const std::size_t end = json_value_end(value, at);
      print(value.substr(at, end - at), indent + 2, indent + 2 + name_width);
      at = end + 1;
    }
    if (!first && !on_one_line) {
      out_ += '\n';
      out_.append(indent, ' ');
    }
    out_ += value.back();
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

private:
  static bool is_flat(std::string_view value) {
    for (std::size_t at = 1; at < value.size() - 1;) {
      if (value[at] == '"') {
        at = json_string_end(value, at);
      } else if ((value[at] == '{' || value[at] == '[') && value[at + 1] != '}' && value[at + 1] != ']') {
        return false;
      } else {
        ++at;
      }
    }
    return true;
  }

  static colour colour_of(std::string_view scalar) {
    switch (scalar.front()) {
      case '"': return colour::green;
      case 'n': return colour::red;
      default: return colour::cyan;
    }
  }

  const painter& paint_;
  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string pretty_json(std::string_view text, const painter& paint, std::size_t width) {
  if (text.empty()) return {};
  printer p(paint, width);
  p.print(text, 0, 0);
  return p.take();
}

}  // namespace cli
