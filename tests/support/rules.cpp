// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "rules.hpp"

#include <cstdio>
#include <vector>

namespace doppel_test {
namespace {

bool is_control(char32_t c) { return c <= 0x1F || (c >= 0x7F && c <= 0x9F); }  // category Cc

bool is_white(char32_t c) {  // 4.1.3
  return c == 0x20 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000;
}

// 4.1.1 to 4.1.4
void check_key(std::string_view key, const model_limits& limits, reasons& found) {
  if (key.size() > limits.key_bytes) {
    found.insert("key-length");
  }
  for (const char32_t c : code_points(key)) {
    if (is_control(c) || is_white(c) || c == '.' || c == '$' || c == '#') {
      found.insert("key-character");
    }
  }
}

// Compares an integer as spelled, of any length, with a bound: negative, zero or positive, as usual. JSON
// allows no leading zeros, so more digits mean a larger magnitude.
int compare_integer(std::string_view spelled, std::int64_t bound) {
  std::string left(spelled == "-0" ? "0" : spelled);
  std::string right = std::to_string(bound);
  const bool negative = left.front() == '-';
  if (negative != (right.front() == '-')) {
    return negative ? -1 : 1;
  }
  if (negative) {
    left.erase(0, 1);
    right.erase(0, 1);
    std::swap(left, right);
  }
  return left.size() != right.size() ? (left.size() < right.size() ? -1 : 1) : left.compare(right);
}

// `level` is the level of the value itself (4.3.1).
void check_value(const node& value, std::size_t level, bool under_array, const model_limits& limits, reasons& found) {
  switch (value.kind) {
    case node_kind::null:
      if (under_array) {  // 4.4.2
        found.insert("null-in-array");
      }
      return;
    case node_kind::boolean:
    case node_kind::floating:  // 4.2.4: no range
      return;
    case node_kind::integer:  // 4.2.3
      if (compare_integer(value.text, limits.integer_min) < 0 || compare_integer(value.text, limits.integer_max) > 0) {
        found.insert("integer-range");
      }
      return;
    case node_kind::string:
      if (value.text.size() > limits.string_bytes) {  // 4.2.2: control characters count here
        found.insert("value-length");
      }
      return;
    case node_kind::array:
    case node_kind::object: break;
  }
  if (level > limits.depth) {  // 4.3.1, even if empty
    found.insert("depth");
  }
  for (const node& element : value.elements) {  // 4.3.2
    check_value(element, level + 1, true, limits, found);
  }
  for (const member& m : value.members) {
    check_key(m.key, limits, found);
    check_value(m.value, level + 1, under_array, limits, found);
  }
}

}  // namespace

void check_section(const node& section, const model_limits& limits, reasons& found) {
  for (const member& m : section.members) {
    check_key(m.key, limits, found);
    check_value(m.value, 1, false, limits, found);
  }
}

std::size_t counted_size(const node& value) {
  std::size_t total = 0;
  switch (value.kind) {
    case node_kind::null: break;
    case node_kind::boolean: total = 4; break;
    case node_kind::integer:
    case node_kind::floating: total = 8; break;
    case node_kind::string:  // 5.3, 5.5, 5.6
      total = value.text.size();
      for (const char32_t c : code_points(value.text)) {
        if (is_control(c)) {
          total -= c < 0x80 ? 1 : 2;
        }
      }
      break;
    case node_kind::array:
      for (const node& element : value.elements) {  // 5.4
        total += counted_size(element);
      }
      break;
    case node_kind::object:
      for (const member& m : value.members) {
        total += m.key.size() + counted_size(m.value);
      }
      break;
  }
  return total;
}

// --- times ---------------------------------------------------------------------------------------

namespace {

constexpr std::int64_t ticks_per_second = 10'000'000;

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

std::int64_t days_in(std::int64_t year, std::int64_t month) {
  static constexpr std::int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool starts_with_digit(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

// Reads exactly `count` digits.
bool digits(std::string_view& text, int count, std::int64_t& out) {
  out = 0;
  for (int i = 0; i < count; ++i) {
    if (!starts_with_digit(text)) {
      return false;
    }
    out = out * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  return true;
}

bool literal(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0;
  const bool shape = digits(text, 4, year) && literal(text, '-') && digits(text, 2, month) && literal(text, '-') &&
                     digits(text, 2, day) && literal(text, 'T') && digits(text, 2, hour) && literal(text, ':') &&
                     digits(text, 2, minute) && literal(text, ':') && digits(text, 2, second);
  if (!shape || year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 ||
      minute > 59 || second > 59) {
    return std::nullopt;
  }
  if (literal(text, '.')) {
    if (!starts_with_digit(text)) {
      return std::nullopt;
    }
    for (std::int64_t unit = ticks_per_second / 10; starts_with_digit(text); unit /= 10) {
      fraction += unit * (text.front() - '0');
      text.remove_prefix(1);
    }
  }
  literal(text, 'Z');  // 2.1.3: older samples lack it
  if (!text.empty()) {
    return std::nullopt;
  }
  std::int64_t days = day - 1;
  for (std::int64_t y = 1; y < year; ++y) {
    days += is_leap(y) ? 366 : 365;
  }
  for (std::int64_t m = 1; m < month; ++m) {
    days += days_in(year, m);
  }
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * ticks_per_second + fraction;
}

std::string format_time(std::int64_t ticks) {
  const std::int64_t fraction = ticks % ticks_per_second;
  const std::int64_t seconds = ticks / ticks_per_second;
  std::int64_t days = seconds / 86400;
  std::int64_t year = 1;
  for (; days >= (is_leap(year) ? 366 : 365); ++year) {
    days -= is_leap(year) ? 366 : 365;
  }
  std::int64_t month = 1;
  for (; days >= days_in(year, month); ++month) {
    days -= days_in(year, month);
  }
  char head[80];
  std::snprintf(head, sizeof head, "%04d-%02d-%02dT%02d:%02d:%02d", static_cast<int>(year), static_cast<int>(month),
                static_cast<int>(days + 1), static_cast<int>(seconds / 3600 % 24), static_cast<int>(seconds / 60 % 60),
                static_cast<int>(seconds % 60));
  std::string out = head;
  if (fraction != 0) {
    std::string tail = std::to_string(ticks_per_second + fraction).substr(1);
    tail.erase(tail.find_last_not_of('0') + 1);
    out += "." + tail;
  }
  return out + "Z";
}

// --- etags ---------------------------------------------------------------------------------------

namespace {

constexpr std::string_view base64_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes) {
  std::string bits;
  for (const char c : bytes) {
    for (unsigned bit = 8; bit-- > 0;) {
      bits.push_back(((static_cast<unsigned char>(c) >> bit) & 1U) != 0 ? '1' : '0');
    }
  }
  while (bits.size() % 6 != 0) {
    bits.push_back('0');
  }
  std::string out;
  for (std::size_t i = 0; i < bits.size(); i += 6) {
    out.push_back(base64_letters[std::stoul(bits.substr(i, 6), nullptr, 2)]);
  }
  while (out.size() % 4 != 0) {
    out.push_back('=');
  }
  return out;
}

std::string etag_text(std::uint64_t counter) {
  std::string bytes(8, '\0');
  for (std::size_t i = 8; i-- > 0; counter >>= 8) {
    bytes[i] = static_cast<char>(static_cast<unsigned char>(counter & 0xFFU));
  }
  return base64(bytes);
}

std::optional<std::uint64_t> etag_counter(std::string_view text) {
  if (text.size() != 12) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 11; ++i) {
    const std::size_t digit = base64_letters.find(text[i]);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    value = i < 10 ? value << 6 | digit : value << 4 | digit >> 2;  // eleven letters carry 66 bits, two are padding
  }
  return etag_text(value) == text ? std::optional<std::uint64_t>(value) : std::nullopt;
}

bool if_match_allows(std::string_view header, std::string_view current) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') {
      quoted = !quoted;
    }
    if (c == ',' && !quoted) {
      parts.emplace_back();
    } else if (quoted || (c != ' ' && c != '\t')) {
      parts.back().push_back(c);
    }
  }
  for (std::string& candidate : parts) {
    if (candidate.rfind("W/\"", 0) == 0) {  // 11.1.5: weak as strong
      candidate.erase(0, 2);
    }
    if (candidate.size() >= 2 && candidate.front() == '"' && candidate.back() == '"') {
      candidate = candidate.substr(1, candidate.size() - 2);
    }
    if (candidate == "*" || candidate == current) {  // 11.1.2 to 11.1.4
      return true;
    }
  }
  return false;
}

}  // namespace doppel_test
