// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "node.hpp"

#include <cmath>
#include <cstdlib>

// The reader and writer of node: recursive descent, one function per production of RFC 8259.
namespace doppel_test {

void append_utf8(char32_t c, std::string& out) {
  const auto unit = [&out](char32_t value) { out.push_back(static_cast<char>(static_cast<unsigned char>(value))); };
  if (c < 0x80) {
    unit(c);
  } else if (c < 0x800) {
    unit(0xC0 | (c >> 6));
    unit(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    unit(0xE0 | (c >> 12));
    unit(0x80 | ((c >> 6) & 0x3F));
    unit(0x80 | (c & 0x3F));
  } else {
    unit(0xF0 | (c >> 18));
    unit(0x80 | ((c >> 12) & 0x3F));
    unit(0x80 | ((c >> 6) & 0x3F));
    unit(0x80 | (c & 0x3F));
  }
}

namespace {

// Decodes one code point and moves `position` past it; false on anything that Unicode forbids in UTF-8.
bool decode_one(std::string_view text, std::size_t& position, char32_t& out) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(position);
  std::size_t length = 0;
  char32_t smallest = 0;
  if (lead < 0x80) {
    out = lead;
    ++position;
    return true;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    smallest = 0x80;
    out = lead & 0x1FU;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    smallest = 0x800;
    out = lead & 0x0FU;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    smallest = 0x10000;
    out = lead & 0x07U;
  } else {
    return false;
  }
  if (text.size() - position < length) {
    return false;
  }
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned char next = byte(position + i);
    if ((next & 0xC0) != 0x80) {
      return false;
    }
    out = (out << 6) | (next & 0x3FU);
  }
  position += length;
  return out >= smallest && out <= 0x10FFFF && !(out >= 0xD800 && out <= 0xDFFF);
}

class reader {
public:
  reader(std::string_view text, unsigned max_depth) : text_(text), max_depth_(max_depth) {}

  bool document(node& out) {
    std::size_t bad = 0;
    if (!is_utf8(text_, &bad)) {
      position_ = bad;
      return fail("not UTF-8");
    }
    skip_space();
    if (!value(out, 0)) {
      return false;
    }
    skip_space();
    return position_ == text_.size() || fail("text after the value");
  }

  read_error error;

private:
  bool fail(const char* what) {
    if (error.what.empty()) {
      error = {position_, what};
    }
    return false;
  }

  bool fail_at(std::size_t position, const char* what) {
    position_ = position;
    return fail(what);
  }

  bool more() const { return position_ < text_.size(); }
  bool next_is(char c) const { return more() && text_[position_] == c; }
  bool take(char c) { return next_is(c) && (++position_, true); }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  bool next_is_digit() const { return more() && is_digit(text_[position_]); }

  void skip_space() {
    while (next_is(' ') || next_is('\t') || next_is('\n') || next_is('\r')) {
      ++position_;
    }
  }

  bool word(std::string_view expected) {
    if (text_.substr(position_, expected.size()) != expected) {
      return fail("unknown word");
    }
    position_ += expected.size();
    return true;
  }

  bool value(node& out, unsigned depth) {
    if (!more()) {
      return fail("a value is missing");
    }
    switch (text_[position_]) {
      case '{': return object(out, depth);
      case '[': return array(out, depth);
      case '"': out.kind = node_kind::string; return string(out.text);
      case 't': out = make_boolean(true); return word("true");
      case 'f': out = make_boolean(false); return word("false");
      case 'n': out = make_null(); return word("null");
      default: return number(out);
    }
  }

  bool object(node& out, unsigned depth) {
    out.kind = node_kind::object;
    if (depth >= max_depth_) {
      return fail("nested too deep for the test reader");
    }
    ++position_;
    skip_space();
    if (take('}')) {
      return true;
    }
    for (;;) {
      member next;
      if (!next_is('"')) {
        return fail("a member name is missing");
      }
      if (!string(next.key)) {
        return false;
      }
      skip_space();
      if (!take(':')) {
        return fail("a colon is missing");
      }
      skip_space();
      if (!value(next.value, depth + 1)) {
        return false;
      }
      out.members.push_back(std::move(next));
      skip_space();
      if (take('}')) {
        return true;
      }
      if (!take(',')) {
        return fail("a comma or brace is missing");
      }
      skip_space();
    }
  }

  bool array(node& out, unsigned depth) {
    out.kind = node_kind::array;
    if (depth >= max_depth_) {
      return fail("nested too deep for the test reader");
    }
    ++position_;
    skip_space();
    if (take(']')) {
      return true;
    }
    for (;;) {
      out.elements.emplace_back();
      if (!value(out.elements.back(), depth + 1)) {
        return false;
      }
      skip_space();
      if (take(']')) {
        return true;
      }
      if (!take(',')) {
        return fail("a comma or bracket is missing");
      }
      skip_space();
    }
  }

  bool number(node& out) {
    const std::size_t start = position_;
    take('-');
    if (!take('0')) {
      if (!digits()) {
        return fail("not a value");
      }
    }
    bool whole = true;
    if (take('.')) {
      whole = false;
      if (!digits()) {
        return fail("a digit is missing after the point");
      }
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('+')) {
        take('-');
      }
      if (!digits()) {
        return fail("the exponent has no digit");
      }
    }
    out.kind = whole ? node_kind::integer : node_kind::floating;
    out.text = std::string(text_.substr(start, position_ - start));
    if (!whole && std::isinf(std::strtod(out.text.c_str(), nullptr))) {  // 4.5.1; a long integer is 4.2.3
      return fail_at(start, "a number beyond the range of a double");
    }
    return true;
  }

  bool digits() {  // at least one
    if (!next_is_digit()) {
      return false;
    }
    while (next_is_digit()) {
      ++position_;
    }
    return true;
  }

  bool string(std::string& out) {
    ++position_;
    out.clear();
    while (more()) {
      const char c = text_[position_];
      if (c == '"') {
        ++position_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        return fail("a control character in a string");
      }
      if (c == '\\') {
        if (!escape(out)) {
          return false;
        }
      } else {
        out.push_back(c);
        ++position_;
      }
    }
    return fail("a string without an end");
  }

  bool escape(std::string& out) {
    const std::size_t start = position_;
    ++position_;
    if (!more()) {
      return fail("a string without an end");
    }
    switch (text_[position_++]) {
      case '"': out.push_back('"'); return true;
      case '\\': out.push_back('\\'); return true;
      case '/': out.push_back('/'); return true;
      case 'b': out.push_back('\b'); return true;
      case 'f': out.push_back('\f'); return true;
      case 'n': out.push_back('\n'); return true;
      case 'r': out.push_back('\r'); return true;
      case 't': out.push_back('\t'); return true;
      case 'u': break;
      default: return fail_at(start, "an unknown escape");
    }
    char32_t first = 0;
    if (!four_digits(first)) {
      return fail_at(start, "a \\u without four digits");
    }
    if (first >= 0xD800 && first <= 0xDBFF) {
      char32_t second = 0;
      if (!(take('\\') && take('u') && four_digits(second) && second >= 0xDC00 && second <= 0xDFFF)) {
        return fail_at(start, "a lone surrogate");
      }
      first = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    } else if (first >= 0xDC00 && first <= 0xDFFF) {
      return fail_at(start, "a lone surrogate");
    }
    append_utf8(first, out);
    return true;
  }

  bool four_digits(char32_t& out) {
    out = 0;
    for (int i = 0; i < 4; ++i, ++position_) {
      if (!more()) {
        return false;
      }
      const char c = text_[position_];
      unsigned digit = 0;
      if (is_digit(c)) {
        digit = static_cast<unsigned>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<unsigned>(c - 'a') + 10;
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<unsigned>(c - 'A') + 10;
      } else {
        return false;
      }
      out = out * 16 + digit;
    }
    return true;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  unsigned max_depth_;
};

}  // namespace

bool is_utf8(std::string_view text, std::size_t* bad_offset) {
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t start = position;
    char32_t ignored = 0;
    if (!decode_one(text, position, ignored)) {
      if (bad_offset != nullptr) {
        *bad_offset = start;
      }
      return false;
    }
  }
  return true;
}

std::vector<char32_t> code_points(std::string_view utf8) {
  std::vector<char32_t> result;
  std::size_t position = 0;
  while (position < utf8.size()) {
    char32_t c = 0;
    if (!decode_one(utf8, position, c)) {
      break;
    }
    result.push_back(c);
  }
  return result;
}

bool read_json(std::string_view text, node& out, read_error* error, unsigned max_depth) {
  out = node();
  reader r(text, max_depth);
  const bool good = r.document(out);
  if (!good && error != nullptr) {
    *error = r.error;
  }
  return good;
}

void write_string(std::string_view characters, std::string& out) {
  static constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : characters) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(hex[byte >> 4]);
      out.push_back(hex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void write_json(const node& value, std::string& out) {
  switch (value.kind) {
    case node_kind::null: out += "null"; return;
    case node_kind::boolean:
    case node_kind::integer:
    case node_kind::floating: out += value.text; return;
    case node_kind::string: write_string(value.text, out); return;
    case node_kind::array: {
      const char* separator = "[";
      for (const node& element : value.elements) {
        out += separator;
        write_json(element, out);
        separator = ",";
      }
      out += value.elements.empty() ? "[]" : "]";
      return;
    }
    case node_kind::object: {
      const char* separator = "{";
      for (const member& m : value.members) {
        out += separator;
        write_string(m.key, out);
        out.push_back(':');
        write_json(m.value, out);
        separator = ",";
      }
      out += value.members.empty() ? "{}" : "}";
      return;
    }
  }
}

std::string to_text(const node& value) {
  std::string out;
  write_json(value, out);
  return out;
}

}  // namespace doppel_test
