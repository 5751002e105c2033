// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// What the lines that are typed into the shell do.

#ifndef DOPPEL_EXAMPLES_SHELL_SESSION_HPP
#define DOPPEL_EXAMPLES_SHELL_SESSION_HPP

#include "twin_store.hpp"

#include <doppel/query/options.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class shell_session {
public:
  /// @param is_interrupted asked while rows are printed: true ends that
  shell_session(twin_store& twins, std::function<bool()> is_interrupted);

  /// Says what was loaded.
  void greet() const;
  /// A query, or a command.
  void execute(std::string_view line);
  /// Words that may stand in the place of one that has been begun.
  [[nodiscard]] std::vector<std::string> complete(std::string_view before, std::string_view word) const;

  [[nodiscard]] bool is_over() const { return is_over_; }
  /// Lines that were wrong.
  [[nodiscard]] std::uint64_t errors() const { return errors_; }

private:
  struct command;
  static const std::vector<command>& commands();

  void query(std::string_view text);
  void run_command(std::string_view line);
  void complain(std::string_view message);
  void help(std::string_view);
  void explain(std::string_view query);
  void lint(std::string_view query);
  void set_mode(std::string_view name);
  void set_table(std::string_view name);
  void show_schema(std::string_view path);
  void quit(std::string_view) { is_over_ = true; }

  twin_store& twins_;
  std::function<bool()> is_interrupted_;
  doppel::query_options options_;
  bool is_table_;
  bool is_over_ = false;
  std::uint64_t errors_ = 0;
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_SHELL_SESSION_HPP
