// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_GRAMMAR_HPP
#define DOPPEL_JSON_DETAIL_GRAMMAR_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/operations.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// JSON text by its grammar alone: tokens, and values whose content does not matter. In all texts here the
// strings are closed and the UTF-8 has been checked.
namespace doppel {
inline namespace v0 {
namespace detail {

/// The text that is being read, and what is wrong with it.
class text_state {
public:
  const read_status& status() const noexcept { return status_; }

  /// Notes the first flaw. @return false, so that callers can return it.
  bool fail(const char* where, std::string_view expected) noexcept {
    if (status_) status_ = {errc::malformed_json, static_cast<std::uint64_t>(where - text_), expected};
    return false;
  }
  bool fail_memory() noexcept {
    status_ = {errc::out_of_memory, 0, "memory"};
    return false;
  }

  /// Whether a scalar may end at `p`.
  bool ends_scalar(const char* p) const noexcept { return is_delimiter(*p) || p == text_end_; }

  const char* text() const noexcept { return text_; }
  const char* text_end() const noexcept { return text_end_; }

protected:
  void begin_text(const char* text, std::size_t size) noexcept {
    text_ = text;
    text_end_ = text + size;
    status_ = {};
  }

  const char* text_ = nullptr;
  const char* text_end_ = nullptr;
  read_status status_;
};

/// Tokens of a text without an index: found byte by byte.
class byte_tokens {
public:
  byte_tokens(const char* at, const char* text_end) noexcept : at_(skip_space(at, text_end)), text_end_(text_end) {}

  const char* current() const noexcept { return at_; }
  const char* following() const noexcept { return skip_space(token_end(), text_end_); }
  void step() noexcept { at_ = following(); }

  /// Behind the token, before the white space that follows.
  const char* token_end() const noexcept {
    switch (*at_) {
      case '"': return string_end(at_, text_end_);
      case '{':
      case '}':
      case '[':
      case ']':
      case ',':
      case ':': return at_ + 1;
      default: break;
    }
    const char* p = at_;
    while (p != text_end_ && !is_delimiter(*p)) ++p;
    return p;
  }

  static const char* skip_space(const char* p, const char* text_end) noexcept {
    while (p != text_end && is_white_space(*p)) ++p;
    return p;
  }
  /// Behind the string that starts at `p`.
  static const char* string_end(const char* p, const char* text_end) noexcept {
    for (++p; p < text_end && *p != '"'; ++p) p += *p == '\\';
    return p + 1;
  }

private:
  const char* at_;
  const char* text_end_;
};

/// Checks a string, number or literal and steps behind it.
template <class Tokens>
bool check_scalar(Tokens& tokens, text_state& text) noexcept {
  const char* const v = tokens.current();
  if (*v == '"') {
    const char* const end = trim_end(tokens.following()) - 1;
    tokens.step();
    if (std::memchr(v + 1, '\\', static_cast<std::size_t>(end - v - 1)) == nullptr) return true;
    const string_facts facts = canonical_string(v + 1, end, nullptr);
    return facts.error == nullptr || text.fail(facts.error, "a valid escape");
  }
  const char* end = v;
  if (*v == 't' || *v == 'f' || *v == 'n') {
    const std::uint32_t size = *v == 'f' ? 5 : 4;
    end = std::memcmp(v, *v == 't' ? "true" : *v == 'f' ? "false" : "null", size) == 0 ? v + size : nullptr;
  } else {
    const number_kind kind = scan_number(end, 0, 0);
    if (kind == number_kind::beyond_double) return text.fail(v, "a number within the range of a double");
    if (kind == number_kind::malformed) end = nullptr;
  }
  if (end == nullptr || !text.ends_scalar(end)) return text.fail(v, "a value");
  tokens.step();
  return true;
}

/// Checks a member name and its colon and steps behind them.
template <class Tokens>
bool check_key(Tokens& tokens, text_state& text) noexcept {
  if (*tokens.current() != '"') return text.fail(tokens.current(), "a member name");
  const char* const colon = tokens.following();
  if (*colon != ':') return text.fail(colon, "':'");
  if (!check_scalar(tokens, text)) return false;
  tokens.step();
  return true;
}

/// Checks a value and steps behind it. One bit of `nesting` a level tells objects from arrays.
template <class Tokens>
bool check_value(Tokens& tokens, text_state& text, array<std::uint64_t>& nesting) noexcept {
  std::size_t depth = 0;
  for (;;) {
    // At a value.
    const char open = *tokens.current();
    if (open == '{' || open == '[') {
      if (depth % 64 == 0 && !nesting.reserve(depth / 64 + 1, depth / 64)) return text.fail_memory();
      std::uint64_t& bits = nesting.data()[depth / 64];
      const std::uint64_t bit = std::uint64_t{1} << (depth % 64);
      bits = open == '{' ? bits | bit : bits & ~bit;
      ++depth;
      tokens.step();
      if (*tokens.current() != (open == '{' ? '}' : ']')) {
        if (open == '{' && !check_key(tokens, text)) return false;
        continue;
      }
      tokens.step();
      --depth;
    } else if (!check_scalar(tokens, text)) {
      return false;
    }
    // Behind a value.
    for (;;) {
      if (depth == 0) return true;
      const bool in_object = (nesting.data()[(depth - 1) / 64] >> ((depth - 1) % 64) & 1) != 0;
      const char c = *tokens.current();
      if (c == ',') {
        tokens.step();
        if (in_object && !check_key(tokens, text)) return false;
        break;
      }
      if (c != (in_object ? '}' : ']')) return text.fail(tokens.current(), in_object ? "',' or '}'" : "',' or ']'");
      tokens.step();
      --depth;
    }
  }
}

/// Behind the value that starts at `p`, in text that has been checked.
inline const char* end_of_value(const char* p, const char* text_end) noexcept {
  byte_tokens tokens(p, text_end);
  std::size_t depth = 0;
  for (;;) {
    const char c = *tokens.current();
    const char* const end = tokens.token_end();
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth == 0) return end;
    tokens.step();
  }
}

/// The same for a member, from its name.
inline const char* end_of_member(const char* p, const char* text_end) noexcept {
  byte_tokens tokens(p, text_end);
  tokens.step();
  tokens.step();
  return end_of_value(tokens.current(), text_end);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_GRAMMAR_HPP
