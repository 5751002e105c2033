// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Lines that a user types: edited, kept and completed where there is a terminal and a library for that.

#ifndef DOPPEL_EXAMPLES_LINE_EDITOR_HPP
#define DOPPEL_EXAMPLES_LINE_EDITOR_HPP

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class line_editor {
public:
  /// Words that may stand in the place of one that has been begun.
  /// @param before the line up to the word
  using completer = std::function<std::vector<std::string>(std::string_view before, std::string_view word)>;

  /// At most one exists at a time: the library has only one state.
  /// @param history the file to keep lines in; empty to keep none
  line_editor(completer complete, std::string history);
  ~line_editor();
  line_editor(const line_editor&) = delete;
  line_editor& operator=(const line_editor&) = delete;

  /// The next line, without its end; nothing at the end of input.
  std::optional<std::string> read(const std::string& prompt);

  /// Says whether somebody is typing.
  [[nodiscard]] bool is_interactive() const { return is_interactive_; }
  /// Says whether lines can be edited and completed here at all.
  static bool is_available();

private:
  std::string history_;
  std::string last_line_;
  bool is_interactive_;
};

/// Where the history of the shell is kept: below XDG_STATE_HOME or the home directory. Empty if there is neither.
std::string default_history_file();

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_LINE_EDITOR_HPP
