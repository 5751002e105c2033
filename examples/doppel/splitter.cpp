// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "splitter.hpp"

#include "terminal.hpp"

#include <algorithm>

namespace cli {

namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view blanks_and_newline = " \t\r\n";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

std::size_t splitter::split(std::string_view text, bool is_end, std::vector<extent>& documents,
                            std::vector<input_problem>& problems) {
  if (layout_ == layout::unknown) {
    // A byte order mark is not text; it is dropped as if it had not been there. It comes first, so that there are no
    // documents yet.
    if (!is_begun_ && !is_end && text.size() < byte_order_mark.size()) return 0;
    if (!is_begun_ && text.starts_with(byte_order_mark)) {
      is_begun_ = true;
      constexpr std::size_t mark = byte_order_mark.size();
      const std::size_t used = split(text.substr(mark), is_end, documents, problems);
      for (extent& document : documents) document.offset += mark;
      return mark + used;
    }
    is_begun_ = true;
    find_layout(text, is_end);
    if (layout_ == layout::unknown) {
      if (text.size() <= max_document_ || is_end) return 0;
      layout_ = layout::lines;  // nothing but blanks
    }
  }
  return layout_ == layout::lines ? split_lines(text, is_end, documents, problems)
                                  : split_nested(text, is_end, documents, problems);
}

void splitter::find_layout(std::string_view text, bool is_end) {
  const std::size_t first = text.find_first_not_of(blanks_and_newline);
  if (first == std::string_view::npos) return;
  if (text[first] == '[') {
    layout_ = layout::nested;
  } else if (text[first] != '{') {
    layout_ = layout::lines;
  } else {
    const std::size_t next = text.find_first_not_of(blanks, first + 1);
    if (next != std::string_view::npos || is_end) {
      layout_ = next != std::string_view::npos && text[next] == '\n' ? layout::nested : layout::lines;
    }
  }
}

// -- one a line

std::size_t splitter::split_lines(std::string_view text, bool is_end, std::vector<extent>& documents,
                                  std::vector<input_problem>& problems) {
  std::size_t begin = 0;
  // What was looked through last time has no end of a line.
  std::size_t from = std::min(scanned_, text.size());
  while (begin != text.size()) {
    std::size_t end = text.find('\n', from);
    const bool is_whole = end != std::string_view::npos;
    if (!is_whole) end = text.size();
    if (!is_dropping_ && end - begin > max_document_) {
      report_too_long(here_, problems);
      is_dropping_ = true;
    }
    if (!is_whole && !is_end) {
      if (is_dropping_) begin = end;
      break;
    }
    if (!is_dropping_) add_line(text, begin, end, documents);
    is_dropping_ = false;
    ++here_.line;
    begin = from = is_whole ? end + 1 : end;
  }
  scanned_ = text.size() - begin;
  return begin;
}

void splitter::add_line(std::string_view text, std::size_t begin, std::size_t end,
                        std::vector<extent>& documents) const {
  const std::string_view line = text.substr(begin, end - begin);
  const std::size_t first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos) return;
  const std::size_t last = line.find_last_not_of(blanks);
  documents.push_back({begin + first, last + 1 - first, {here_.line, first + 1}});
}

// -- elements of arrays, and documents over several lines

void splitter::begin_document(char first) {
  state_ = state::inside;
  document_place_ = here_;
  depth_ = 0;
  in_string_ = false;
  is_escaped_ = false;
  is_scalar_ = first != '{' && first != '[' && first != '"';
}

bool splitter::scan_inside(char c) {
  if (in_string_) {
    if (is_escaped_) {
      is_escaped_ = false;
    } else if (c == '\\') {
      is_escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
      return depth_ == 0;
    }
    return false;
  }
  switch (c) {
    case '"': in_string_ = true; return false;
    case '{':
    case '[': ++depth_; return false;
    case '}':
    case ']': return --depth_ == 0;
    default: return false;
  }
}

void splitter::scan_outside(char c, std::vector<input_problem>& problems) {
  if (blanks_and_newline.find(c) != std::string_view::npos) return;
  std::string_view expected;
  switch (state_) {
    case state::document:
      if (c == '{') return begin_document(c);
      if (c == '[') {
        in_array_ = true;
        state_ = state::element_or_end;
        return;
      }
      expected = "a document or an array of documents";
      break;
    case state::separator:
      if (c == ',') {
        state_ = state::element;
        return;
      }
      [[fallthrough]];
    case state::element_or_end:
      if (c == ']') {
        in_array_ = false;
        state_ = state::document;
        return;
      }
      expected = state_ == state::separator ? "a comma or the end of the array" : "a document or the end of the array";
      if (state_ == state::separator) break;
      [[fallthrough]];
    default:
      if (c != ',' && c != ':' && c != '}' && c != ']') return begin_document(c);
      if (state_ == state::element) expected = "a document";
  }
  problems.push_back({here_, "expected " + std::string(expected), "  the rest of the file is left out\n"});
  state_ = state::lost;
}

std::size_t splitter::split_nested(std::string_view text, bool is_end, std::vector<extent>& documents,
                                   std::vector<input_problem>& problems) {
  std::size_t begin = 0;  // of the document, where one is open
  std::size_t at = std::min(scanned_, text.size());
  const auto end_document = [&](std::size_t end) {
    if (!is_dropping_ && end - begin > max_document_) {
      report_too_long(document_place_, problems);
    } else if (!is_dropping_) {
      documents.push_back({begin, end - begin, document_place_});
    }
    is_dropping_ = false;
    state_ = in_array_ ? state::separator : state::document;
  };

  for (; at != text.size() && state_ != state::lost; ++at) {
    const char c = text[at];
    // A number or a word ends before what follows it.
    if (state_ == state::inside && is_scalar_ && (c == ',' || c == ']' || c == '}' || c == '\n')) end_document(at);
    if (state_ != state::inside) {
      scan_outside(c, problems);
      if (state_ == state::inside) begin = at;
    }
    if (state_ == state::inside && !is_scalar_ && scan_inside(c)) end_document(at + 1);
    if (c == '\n') {
      ++here_.line;
      here_.column = 1;
    } else {
      ++here_.column;
    }
  }
  if (state_ == state::lost) return text.size();
  if (is_end) {
    report_end(problems);
    return text.size();
  }
  if (state_ == state::inside && !is_dropping_ && at - begin > max_document_) {
    report_too_long(document_place_, problems);
    is_dropping_ = true;
  }
  if (state_ != state::inside || is_dropping_) begin = text.size();
  scanned_ = text.size() - begin;
  return begin;
}

void splitter::report_end(std::vector<input_problem>& problems) {
  if (state_ == state::inside && !is_dropping_) {
    problems.push_back({document_place_, "this document does not end", {}});
  } else if (in_array_) {
    problems.push_back({here_, "expected the end of the array", {}});
  }
  state_ = state::lost;
}

void splitter::report_too_long(text_place where, std::vector<input_problem>& problems) const {
  problems.push_back({where, "longer than " + format_bytes(max_document_) + ": no document, left out", {}});
}

}  // namespace cli
