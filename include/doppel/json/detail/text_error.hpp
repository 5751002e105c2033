// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_TEXT_ERROR_HPP
#define DOPPEL_JSON_DETAIL_TEXT_ERROR_HPP

#include <doppel/base/detail/utf8.hpp>
#include <doppel/base/diagnostic.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/operations.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

// Where in a text something is wrong. Only errors come here: nothing is fast, everything is bounded.
namespace doppel {
inline namespace v0 {
namespace detail {

/// What the structural index refused: ill-formed UTF-8, a raw control character inside a string, a
/// string without end, or a text without any value.
inline read_status describe_malformed(std::string_view text) noexcept {
  bool in_string = false;
  bool any = false;
  std::size_t opened = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      std::size_t n = 2;
      while (n <= 4 && i + n <= text.size() && !is_utf8(text.substr(i, n))) ++n;
      if (n > 4 || i + n > text.size()) return {errc::malformed_json, i, "well-formed UTF-8"};
      i += n;
      any = true;
      continue;
    }
    if (in_string && c < 0x20) return {errc::malformed_json, i, "no raw control character in a string"};
    if (!in_string && c == '\\') return {errc::malformed_json, i, "a value"};  // the index lets it escape a quote
    if (c == '\\') {
      ++i;  // whatever is escaped, a quote above all; a control character is seen as such
      if (i < text.size() && static_cast<unsigned char>(text[i]) < 0x20) continue;
    } else if (c == '"') {
      in_string = !in_string;
      opened = i;
    }
    any = any || !is_white_space(static_cast<char>(c));
    ++i;
  }
  if (in_string) return {errc::malformed_json, opened, "a closing quote"};
  return {errc::malformed_json, any ? 0 : text.size(), "a value"};
}

/// The key behind its spelling, as far as a path has room for it.
inline std::string_view unescape_key(std::string_view spelled, char (&to)[diagnostic::path_capacity + 8]) noexcept {
  if (spelled.find('\\') == std::string_view::npos) return spelled;
  const char* p = spelled.data();
  const char* const end = p + spelled.size();
  char* out = to;
  while (p < end && out < to + diagnostic::path_capacity) {
    std::uint32_t c = 0;
    if (*p != '\\') {
      *out++ = *p++;
    } else if (read_escape(p, end, c)) {
      out = put_utf8(out, c);
    } else {
      break;
    }
  }
  return {to, static_cast<std::size_t>(out - to)};
}

/// Fills the path of `d` with the members and elements around d.offset. The text is well-formed up
/// to there; what is nested deeper than `kept` levels is told by the outermost of them.
inline void describe_path(std::string_view text, diagnostic& d) noexcept {
  static constexpr std::size_t kept = 64;
  struct level {
    std::size_t key = 0, key_size = 0;  // the latest key, between its quotes
    std::uint64_t index = 0;
    bool is_array = false;
  };
  level levels[kept];
  std::size_t depth = 0;
  const std::size_t end = d.offset < text.size() ? static_cast<std::size_t>(d.offset) : text.size();
  bool pending_key = false;  // the last string in the open object is a name, not yet a value
  for (std::size_t i = 0; i <= end && i < text.size(); ++i) {
    const char c = text[i];
    level* const top = depth > 0 && depth <= kept ? &levels[depth - 1] : nullptr;
    if (c == '"') {
      const std::size_t start = ++i;
      while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2u : 1u;
      if (i > text.size()) i = text.size();
      if (top != nullptr && !top->is_array && !pending_key) {
        top->key = start;
        top->key_size = i - start;
        pending_key = true;
      }
    } else if (i == end) {
      break;  // the culprit itself opens or closes nothing
    } else if (c == '{' || c == '[') {
      if (depth < kept) levels[depth] = {0, 0, 0, c == '['};
      if (depth < kept) levels[depth].key = static_cast<std::size_t>(-1);
      ++depth;
      pending_key = false;
    } else if (c == '}' || c == ']') {
      if (depth > 0) --depth;
    } else if (c == ',') {
      if (top != nullptr && top->is_array) ++top->index;
      if (top != nullptr) top->key = top->is_array ? top->key : static_cast<std::size_t>(-1);
      pending_key = false;
    }
  }
  d.clear_path();
  for (std::size_t i = 0; i < depth && i < kept; ++i) {
    if (levels[i].is_array) {
      d.append_index(static_cast<std::size_t>(levels[i].index));
    } else if (levels[i].key != static_cast<std::size_t>(-1)) {
      char plain[diagnostic::path_capacity + 8];
      d.append_key(unescape_key(text.substr(levels[i].key, levels[i].key_size), plain));
    }
  }
}

/// What the broken rule would have wanted.
inline std::string_view expectation(errc code) noexcept {
  switch (code) {
    case errc::section_not_object: return "an object";
    case errc::invalid_document: return "an object";
    case errc::key_character: return "a key without control characters, '.', '$', '#' and white space";
    case errc::key_length: return "a shorter key";
    case errc::value_length: return "a shorter string";
    case errc::integer_range: return "an integer within range";
    case errc::depth: return "a value that is nested less deeply";
    case errc::null_in_array: return "a value other than null";
    case errc::duplicate_member: return "a name that has not occurred in this object";
    case errc::text_too_long: return "a shorter text";
    default: return {};
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_TEXT_ERROR_HPP
