// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_KEYWORD_HPP
#define DOPPEL_QUERY_DETAIL_KEYWORD_HPP

#include <doppel/query/detail/characters.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The words of the language (spec/query.md 2.3), sorted by length and then by name.
// clang-format off
enum class keyword : std::uint8_t {
  as, by, in, or_,
  all, and_, asc, avg, max, min, nin, not_, sum, top,
  desc, from, jobs, join, like, null, true_,
  count, false_, group, limit, order, where,
  escape, having, offset, select,
  between, devices, is_bool, is_null, modules,
  distinct, endswith,
  is_number, is_object, is_string, undefined,
  is_defined, startswith,
  is_primitive,
  none
};
// clang-format on

struct keyword_row {
  std::string_view name;
  keyword word;
  bool is_reserved;
};

// clang-format off
inline constexpr std::array<keyword_row, 45> keyword_table{{
    {"AS", keyword::as, true}, {"BY", keyword::by, true}, {"IN", keyword::in, true}, {"OR", keyword::or_, true},
    {"ALL", keyword::all, true}, {"AND", keyword::and_, true}, {"ASC", keyword::asc, true},
    {"AVG", keyword::avg, true}, {"MAX", keyword::max, true}, {"MIN", keyword::min, true},
    {"NIN", keyword::nin, true}, {"NOT", keyword::not_, true}, {"SUM", keyword::sum, true},
    {"TOP", keyword::top, true},
    {"DESC", keyword::desc, true}, {"FROM", keyword::from, true}, {"JOBS", keyword::jobs, false},
    {"JOIN", keyword::join, false}, {"LIKE", keyword::like, false}, {"NULL", keyword::null, true},
    {"TRUE", keyword::true_, true},
    {"COUNT", keyword::count, true}, {"FALSE", keyword::false_, true}, {"GROUP", keyword::group, true},
    {"LIMIT", keyword::limit, false}, {"ORDER", keyword::order, true}, {"WHERE", keyword::where, true},
    {"ESCAPE", keyword::escape, false}, {"HAVING", keyword::having, false},
    {"OFFSET", keyword::offset, false}, {"SELECT", keyword::select, true},
    {"BETWEEN", keyword::between, false}, {"DEVICES", keyword::devices, true}, {"IS_BOOL", keyword::is_bool, true},
    {"IS_NULL", keyword::is_null, true}, {"MODULES", keyword::modules, false},
    {"DISTINCT", keyword::distinct, false}, {"ENDSWITH", keyword::endswith, true},
    {"IS_NUMBER", keyword::is_number, true}, {"IS_OBJECT", keyword::is_object, true},
    {"IS_STRING", keyword::is_string, true}, {"UNDEFINED", keyword::undefined, true},
    {"IS_DEFINED", keyword::is_defined, true}, {"STARTSWITH", keyword::startswith, true},
    {"IS_PRIMITIVE", keyword::is_primitive, true},
}};
// clang-format on

inline constexpr std::size_t longest_keyword = 12;

// Where the words of each length begin in the table.
constexpr std::array<std::uint8_t, longest_keyword + 2> make_keyword_lengths() noexcept {
  std::array<std::uint8_t, longest_keyword + 2> begin{};
  std::size_t at = 0;
  for (std::size_t length = 0; length != begin.size(); ++length) {
    while (at != keyword_table.size() && keyword_table[at].name.size() < length) ++at;
    begin[length] = static_cast<std::uint8_t>(at);
  }
  return begin;
}

inline constexpr auto keyword_lengths = make_keyword_lengths();

/// The keyword that a word is, or `keyword::none`.
constexpr keyword find_keyword(std::string_view word) noexcept {
  if (word.size() > longest_keyword || word.empty()) return keyword::none;
  const char first = to_upper(word[0]);
  const std::size_t end = keyword_lengths[word.size() + 1];
  for (std::size_t i = keyword_lengths[word.size()]; i != end; ++i) {
    if (keyword_table[i].name[0] == first && equals_ignoring_case(keyword_table[i].name, word)) {
      return keyword_table[i].word;
    }
  }
  return keyword::none;
}

constexpr bool is_reserved(keyword word) noexcept {
  return word != keyword::none && keyword_table[static_cast<std::size_t>(word)].is_reserved;
}

constexpr std::string_view keyword_name(keyword word) noexcept {
  return word == keyword::none ? std::string_view() : keyword_table[static_cast<std::size_t>(word)].name;
}

constexpr bool is_keyword_table_sorted() noexcept {
  for (std::size_t i = 0; i != keyword_table.size(); ++i) {
    if (static_cast<std::size_t>(keyword_table[i].word) != i) return false;
    if (i != 0 && keyword_table[i].name.size() < keyword_table[i - 1].name.size()) return false;
  }
  return keyword_table.size() == static_cast<std::size_t>(keyword::none);
}
static_assert(is_keyword_table_sorted(), "keyword_table has one row per keyword, in their order, shorter ones first");

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_KEYWORD_HPP
