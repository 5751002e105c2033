// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Where one document of a stream ends and the next begins, without a look at what is in it.

#ifndef DOPPEL_EXAMPLES_SPLITTER_HPP
#define DOPPEL_EXAMPLES_SPLITTER_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// A place in a file. The column counts bytes, from 1 as the line.
struct text_place {
  std::uint64_t line = 1;
  std::uint64_t column = 1;
};

/// A document within a text.
struct extent {
  std::size_t offset;
  std::size_t size;
  text_place place;
};

/// What is wrong with the input, in words.
struct input_problem {
  text_place place;
  std::string message;
  std::string details;  // further lines, each with its end
};

/// Finds documents: one a line; or the elements of arrays; or laid out over lines, if the first line is an opening
/// brace alone. Which it is, the beginning of each file says.
///
/// Works on any piece of the file, so that no more than a document has to be in memory.
class splitter {
public:
  explicit splitter(std::size_t max_document) : max_document_(max_document) {}

  /// Appends the documents that end in `text`, and what is wrong, to lists that are empty.
  /// @param text what was not used up last time, and what has come since
  /// @param is_end nothing comes after this text
  /// @return bytes that are used up
  std::size_t split(std::string_view text, bool is_end, std::vector<extent>& documents,
                    std::vector<input_problem>& problems);

  /// The rest of the file cannot be told apart: no more documents will come.
  [[nodiscard]] bool is_lost() const { return state_ == state::lost; }

private:
  enum class layout { unknown, lines, nested };
  // What comes next where documents are nested.
  enum class state { document, element_or_end, element, separator, inside, lost };

  void find_layout(std::string_view text, bool is_end);
  std::size_t split_lines(std::string_view text, bool is_end, std::vector<extent>& documents,
                          std::vector<input_problem>& problems);
  void add_line(std::string_view text, std::size_t begin, std::size_t end, std::vector<extent>& documents) const;
  std::size_t split_nested(std::string_view text, bool is_end, std::vector<extent>& documents,
                           std::vector<input_problem>& problems);
  void begin_document(char first);
  void scan_outside(char c, std::vector<input_problem>& problems);
  /// @return true if the document ends before or with `c`
  bool scan_inside(char c);
  void report_end(std::vector<input_problem>& problems);
  void report_too_long(text_place where, std::vector<input_problem>& problems) const;

  std::size_t max_document_;
  layout layout_ = layout::unknown;
  bool is_begun_ = false;
  text_place here_;           // of the first byte that has not been scanned
  bool is_dropping_ = false;  // in a document that is too long

  state state_ = state::document;
  bool in_array_ = false;
  std::size_t scanned_ = 0;  // bytes behind the beginning of the text that have been scanned
  text_place document_place_;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool is_escaped_ = false;
  bool is_scalar_ = false;
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_SPLITTER_HPP
