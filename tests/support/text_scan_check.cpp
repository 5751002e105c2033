// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "text_scan_check.hpp"

#include "node.hpp"

#include <doppel/query/json_document.hpp>
#include <doppel/query/row.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>

namespace doppel_test {

namespace {

using doppel::text_kernel;
using doppel::twin_text;

// Numbers by the standard library: Boost's reader may be off in the last bit.
boost::json::value number_of(const std::string& text) {
  std::int64_t integer = 0;
  const char* const end = text.data() + text.size();
  const bool is_integer = text.find_first_of(".eE") == std::string::npos;
  if (is_integer && std::from_chars(text.data(), end, integer).ec == std::errc{}) return integer;
  return std::strtod(text.c_str(), nullptr);
}

boost::json::value value_of(const node& n) {
  switch (n.kind) {
    case node_kind::null: return nullptr;
    case node_kind::boolean: return n.text == "true";
    case node_kind::integer:
    case node_kind::floating: return number_of(n.text);
    case node_kind::string: return boost::json::string(n.text);
    case node_kind::array: {
      boost::json::array array;
      for (const node& element : n.elements) array.push_back(value_of(element));
      return array;
    }
    case node_kind::object: {
      boost::json::object object;
      for (const member& m : n.members) object[m.key] = value_of(m.value);
      return object;
    }
  }
  return nullptr;
}

bool has_duplicates(const node& n) {
  std::set<std::string_view> names;
  const auto is_second = [&](const member& m) { return !names.insert(m.key).second || has_duplicates(m.value); };
  return std::any_of(n.members.begin(), n.members.end(), is_second) ||
         std::any_of(n.elements.begin(), n.elements.end(), [](const node& e) { return has_duplicates(e); });
}

// A block of its own, so that a sanitizer sees every read beyond it.
struct exact_text {
  explicit exact_text(std::string_view text, std::size_t padding = 0)
      : size(text.size()), bytes(std::make_unique<char[]>(text.size() + padding)) {
    std::copy(text.begin(), text.end(), bytes.get());
    std::fill_n(bytes.get() + size, padding, '"');
  }
  std::string_view view() const { return {bytes.get(), size}; }

  std::size_t size;
  std::unique_ptr<char[]> bytes;
};

struct outcome {
  bool matches = false;
  std::string row;  // of queries without groups

  friend bool operator==(const outcome&, const outcome&) = default;
};

outcome ask(doppel::text_scan& scan, const twin_text& text) {
  outcome found;
  found.matches = scan.matches(text);
  doppel::text_buffer out;
  bool has_row = false;
  if (!scan.get_program().is_grouped()) {
    if (!scan.write_row(text, out, has_row)) std::abort();
    if (has_row != found.matches) found.row = "a row without a match or the other way round";
    found.row += out.view();
  }
  return found;
}

std::string told(const outcome& found) { return (found.matches ? "matched " : "rejected ") + found.row; }

// A parsed document has lost the spelling of its numbers.
void spell_numbers(node& n) {
  if (n.kind == node_kind::integer || n.kind == node_kind::floating) {
    char text[40];
    std::snprintf(text, sizeof text, "%.16ge0", std::strtod(n.text.c_str(), nullptr) + 0.0);
    n = make_number(text);
  }
  for (node& element : n.elements) spell_numbers(element);
  for (member& m : n.members) spell_numbers(m.value);
}

bool is_same_row(std::string_view a, std::string_view b) {
  if (a == b) return true;
  node one;
  node other;
  if (!read_json(a, one) || !read_json(b, other)) return false;
  spell_numbers(one);
  spell_numbers(other);
  return difference_between(one, other).empty();
}

std::string compare_with_parsed(const doppel::program& p, const node& parsed, const outcome& found) {
  const boost::json::value value = value_of(parsed);
  doppel::query_scratch scratch;
  if (!scratch.prepare(p)) std::abort();
  outcome wanted;
  wanted.matches = doppel::matches(p, value, scratch);
  if (wanted.matches && !p.is_grouped()) {
    doppel::text_buffer out;
    if (!doppel::write_row(p, doppel::json_document(value), scratch, out)) std::abort();
    wanted.row = out.view();
  }
  if (wanted.matches == found.matches && is_same_row(wanted.row, found.row)) return {};
  return "the parsed document says: " + told(wanted) + "\nthe scan says: " + told(found);
}

// Positions of all windows, in one list.
std::vector<std::size_t> positions_of(doppel::detail::window_kernel kernel, std::string_view text) {
  std::vector<std::size_t> all;
  std::vector<std::uint16_t> window(doppel::detail::window_capacity);
  doppel::detail::window_state state;
  state.at = text.data();
  state.end = text.data() + text.size();
  while (state.at != state.end) {
    const auto base = static_cast<std::size_t>(state.at - text.data());
    const std::uint32_t count = kernel(state, window.data());
    for (std::uint32_t i = 0; i != count; ++i) all.push_back(base + window[i]);
  }
  return all;
}

std::string compare_kernels(std::string_view text) {
  const std::vector<std::size_t> wanted = positions_of(&doppel::detail::byte_kernel::run, text);
  std::string wrong;
#if DOPPEL_HAS_TEXT_KERNELS
  if (is_supported(text_kernel::avx2) && positions_of(&doppel::detail::avx2_kernel::run, text) != wanted) {
    wrong = "AVX2 finds other positions";
  }
  if (is_supported(text_kernel::avx512) && positions_of(&doppel::detail::avx512_kernel::run, text) != wanted) {
    wrong = "AVX-512 finds other positions";
  }
#endif
  return wrong;
}

std::string check_kernel(const doppel::program& p, text_kernel kernel, const twin_text& text,
                         std::string_view is_padded, std::vector<outcome>& found) {
  auto scan = doppel::text_scan::make(p, {}, kernel);
  if (!scan) std::abort();
  const outcome once = ask(*scan, text);
  if (ask(*scan, text) != once) return std::string(name_of(kernel)) + " says something else the second time";
  if (!found.empty() && found.back() != once) {
    return std::string(name_of(kernel)) + std::string(is_padded) + " says: " + told(once) +
           "\nbefore it was: " + told(found.back());
  }
  found.push_back(once);
  return {};
}

}  // namespace

std::vector<text_kernel> text_kernels() {
  std::vector<text_kernel> some;
  for (const text_kernel kernel : {text_kernel::portable, text_kernel::avx2, text_kernel::avx512}) {
    if (is_supported(kernel)) some.push_back(kernel);
  }
  return some;
}

std::string_view name_of(text_kernel kernel) {
  return kernel == text_kernel::portable ? "portable" : kernel == text_kernel::avx2 ? "avx2" : "avx512";
}

std::string check_scan(const doppel::program& p, std::string_view text) {
  const exact_text exact(text);
  const exact_text padded(text, twin_text::padding);
  if (const std::string wrong = compare_kernels(exact.view()); !wrong.empty()) return wrong;

  doppel::twin_text_checker checker;
  const auto checked = checker.validate(exact.view());
  const auto checked_padded = checker.validate(padded.view(), {}, true);
  if (checked.has_value() != checked_padded.has_value()) return "padding makes a difference to the checker";
  if (!checked) {
    // As if somebody had promised too much: any answer will do.
    for (const text_kernel kernel : text_kernels()) {
      std::vector<outcome> ignored;
      check_kernel(p, kernel, twin_text::trusted(exact.view()), "", ignored);
    }
  }

  // The reader of the tests recurses.
  constexpr std::ptrdiff_t most_brackets = 1500;
  const auto is_opener = [](char c) { return c == '{' || c == '['; };
  if (std::count_if(text.begin(), text.end(), is_opener) > most_brackets) return {};
  node parsed;
  const bool is_good = read_json(text, parsed) && parsed.is_object() && !has_duplicates(parsed);
  if (is_good != checked.has_value()) {
    return is_good ? "the checker refuses: " + checked.error().message() : "the checker lets it through";
  }
  if (!is_good) return {};

  std::vector<outcome> found;
  for (const text_kernel kernel : text_kernels()) {
    std::string wrong = check_kernel(p, kernel, *checked, "", found);
    if (wrong.empty()) wrong = check_kernel(p, kernel, *checked_padded, ", padded,", found);
    if (!wrong.empty()) return wrong;
  }
  if (found.front().matches && p.selects_documents() && !p.is_grouped() && found.front().row != checked->view()) {
    return "SELECT * gives another text";
  }
  return compare_with_parsed(p, parsed, found.front());
}

}  // namespace doppel_test
