// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "completion.hpp"

#include "json_text.hpp"

#include <doppel/query/function.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>

namespace cli {

namespace {

constexpr std::array<std::string_view, 32> keywords = {
    "AND",  "AS",        "ASC",   "BETWEEN", "BY",   "DESC", "DISTINCT", "ESCAPE", "FALSE",   "FROM",   "GROUP",
    "IN",   "LIKE",      "LIMIT", "NIN",     "NOT",  "NULL", "OFFSET",   "OR",     "ORDER",   "SELECT", "TOP",
    "TRUE", "UNDEFINED", "WHERE", "COUNT(",  "AVG(", "SUM(", "MIN(",     "MAX(",   "COUNT()", "*"};
constexpr std::array<std::string_view, 3> collections = {"devices", "devices.modules", "devices.jobs"};
constexpr std::array<std::string_view, 2> modes = {"extended", "hub"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool starts_with_any_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

/// The last word of a text, in capitals.
std::string last_word(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t");
  if (end == std::string_view::npos) return {};
  const std::size_t before = text.find_last_of(" \t", end);
  std::string word(text.substr(before + 1, end - before));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return is_lower(c) ? static_cast<char>(c - ('a' - 'A')) : c; });
  return word;
}

/// A keyword as the user writes keywords: small letters stay small.
void offer(std::string_view candidate, std::string_view word, std::vector<std::string>& out) {
  if (!starts_with_any_case(candidate, word)) return;
  std::string text(candidate);
  if (std::any_of(word.begin(), word.end(), is_lower)) std::transform(text.begin(), text.end(), text.begin(), lower);
  out.push_back(std::move(text));
}

bool is_within_string(std::string_view text) {
  char quote = '\0';
  for (const char c : text) {
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    }
  }
  return quote != '\0';
}

bool is_plain_segment(std::string_view key) {
  const auto is_word = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  if (key.empty()) return false;
  const std::string_view rest = key.substr(key.front() == '$' ? 1 : 0);
  // U+0080 to U+00A0 are no letters; they begin with the same byte as letters.
  return std::all_of(rest.begin(), rest.end(), is_word) && key != "$" && key.front() != '-' &&
         key.find("\xc2\x80") == std::string_view::npos && key.find("\xc2\xa0") == std::string_view::npos;
}

std::uint32_t kind_of(std::string_view value) {
  switch (value.front()) {
    case '{': return path_index::object_bit;
    case '[': return path_index::array_bit;
    case '"': return path_index::string_bit;
    case 'n': return path_index::null_bit;
    case 't':
    case 'f': return path_index::boolean_bit;
    default: return path_index::number_bit;
  }
}

}  // namespace

std::string path_segment_text(std::string_view key) {
  if (is_plain_segment(key)) return std::string(key);
  return std::string("[[").append(key).append("]]");
}

std::string kind_names(std::uint32_t kinds) {
  static constexpr std::array<std::string_view, 6> names = {"null", "boolean", "number", "string", "array", "object"};
  std::string text;
  for (std::size_t i = 0; i != names.size(); ++i) {
    if ((kinds >> i & 1U) == 0) continue;
    if (!text.empty()) text += ", ";
    text += names[i];
  }
  return text;
}

void path_index::add(std::string_view json) {
  // No recursion: documents are as deep as they like.
  struct level {
    json_walk members;
    std::size_t prefix;  // bytes of the path
    bool is_metadata;
  };
  if (!json.starts_with('{')) return;
  std::vector<level> levels{{json_walk(json), 0, false}};
  std::string path;
  while (!levels.empty()) {
    if (!levels.back().members.next()) {
      levels.pop_back();
      continue;
    }
    const std::string key = json_string_text(levels.back().members.key());
    // What no brackets can hold has no path.
    if (key.empty() || key.find("]]") != std::string::npos || key.find('\n') != std::string::npos) continue;
    path.resize(levels.back().prefix);
    if (!path.empty()) path += '.';
    const std::size_t parent = path.size();
    path += path_segment_text(key);
    auto found = entries_.find(path);
    if (found == entries_.end()) {
      if (is_full()) continue;
      found = entries_.emplace(path, entry()).first;
      found->second.parent = parent;
    }
    const std::string_view value = levels.back().members.value();
    ++found->second.documents;
    found->second.kinds |= kind_of(value);
    const bool is_metadata = key == "$metadata";
    if (value.starts_with('{') && !levels.back().is_metadata && levels.size() < 64) {
      levels.push_back({json_walk(value), path.size(), is_metadata});
    }
  }
}

void path_index::complete(std::string_view begun, std::vector<std::string>& out) const {
  const auto collect = [&](std::string_view prefix, bool any_case) {
    const auto first = any_case ? entries_.begin() : entries_.lower_bound(prefix);
    for (auto at = first; at != entries_.end(); ++at) {
      const std::string_view path = at->first;
      if (!any_case && !path.starts_with(prefix)) break;
      if (!starts_with_any_case(path, prefix)) continue;
      // Only the segment that has been begun; what has members goes on with a dot.
      if (at->second.parent > prefix.size()) continue;
      out.push_back(std::string(path) + ((at->second.kinds & object_bit) != 0 ? "." : ""));
    }
  };
  const std::size_t before = out.size();
  collect(begun, false);
  if (out.size() == before) collect(begun, true);
}

std::vector<std::string> complete(const path_index& paths, const std::vector<std::string>& commands,
                                  std::string_view before, std::string_view word) {
  std::vector<std::string> out;
  if (is_within_string(before)) return out;
  const bool is_first = before.find_first_not_of(" \t") == std::string_view::npos;
  if (is_first && word.starts_with('.')) {
    for (const std::string& command : commands) {
      if (command.starts_with(word)) out.push_back(command);
    }
    return out;
  }
  const std::string previous = last_word(before);
  if (previous == ".MODE") {
    for (const std::string_view mode : modes) offer(mode, word, out);
  } else if (previous == "FROM") {
    for (const std::string_view collection : collections) offer(collection, word, out);
  } else {
    paths.complete(word, out);
    if (word.find('.') == std::string_view::npos && previous != ".SCHEMA") {
      for (const std::string_view keyword : keywords) offer(keyword, word, out);
      for (std::size_t i = 0; i != doppel::query_function_count; ++i) {
        const auto function = static_cast<doppel::query_function>(i);
        if (function == doppel::query_function::twin_change_includes) continue;  // of routes
        offer(std::string(doppel::query_function_name(function)) + '(', word, out);
      }
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace cli
