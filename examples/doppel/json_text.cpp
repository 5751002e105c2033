// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "json_text.hpp"

#include <algorithm>
#include <cstdint>

namespace cli {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::uint32_t hex_value(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xc0U | point >> 6U);
    put(0x80U | (point & 0x3fU));
  } else if (point < 0x10000) {
    put(0xe0U | point >> 12U);
    put(0x80U | (point >> 6U & 0x3fU));
    put(0x80U | (point & 0x3fU));
  } else {
    put(0xf0U | point >> 18U);
    put(0x80U | (point >> 12U & 0x3fU));
    put(0x80U | (point >> 6U & 0x3fU));
    put(0x80U | (point & 0x3fU));
  }
}

char simple_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

}  // namespace

std::size_t json_string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

std::size_t json_value_end(std::string_view text, std::size_t at) {
  std::size_t open = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = json_string_end(text, at);
    } else if (c == '{' || c == '[') {
      ++open;
      ++at;
      continue;
    } else if (c == '}' || c == ']') {
      --open;
      ++at;
    } else if (c == ',' || c == ':' || is_blank(c)) {
      ++at;
      continue;
    } else {
      at = std::min(text.find_first_of(",:]} \t\r\n", at), text.size());
    }
    if (open == 0) return at;
  }
  return at;
}

std::string json_string_text(std::string_view json) {
  const std::string_view text = json.substr(1, json.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t escape = std::min(text.find('\\', at), text.size());
    out.append(text, at, escape - at);
    if (escape == text.size()) break;
    at = escape + 2;
    if (text[escape + 1] != 'u') {
      out += simple_escape(text[escape + 1]);
      continue;
    }
    std::uint32_t point = hex_value(text.substr(at, 4));
    at += 4;
    const bool is_pair = point >= 0xd800 && point < 0xdc00 && text.substr(at, 2) == "\\u";
    if (is_pair) {
      point = 0x10000 + ((point - 0xd800) << 10U) + (hex_value(text.substr(at + 2, 4)) - 0xdc00);
      at += 6;
    }
    append_utf8(out, point);
  }
  return out;
}

std::string json_in_one_line(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    if (json[at] == '"') {
      const std::size_t end = json_string_end(json, at);
      out.append(json, at, end - at);
      at = end;
    } else {
      if (!is_blank(json[at])) out += json[at];
      ++at;
    }
  }
  return out;
}

void json_walk::skip_blanks() {
  while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == ',')) ++at_;
}

bool json_walk::next() {
  const bool is_object = text_.starts_with('{');
  if (at_ == 0) at_ = 1;
  skip_blanks();
  if (at_ + 1 >= text_.size()) return false;
  key_ = {};
  if (is_object) {
    const std::size_t key_end = json_string_end(text_, at_);
    key_ = text_.substr(at_, key_end - at_);
    at_ = text_.find(':', key_end) + 1;
    skip_blanks();
  }
  const std::size_t end = json_value_end(text_, at_);
  value_ = text_.substr(at_, end - at_);
  at_ = end;
  return true;
}

}  // namespace cli
