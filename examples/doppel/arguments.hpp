// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The command line: options as tables, from which both the parser and the help are made.

#ifndef DOPPEL_EXAMPLES_ARGUMENTS_HPP
#define DOPPEL_EXAMPLES_ARGUMENTS_HPP

#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Exit statuses, the same for all commands; `--help` lists them.
enum exit_status : int {
  exit_ok = 0,
  exit_refused = 1,  // a write was refused, a check found something, two documents differ
  exit_usage = 2,
  exit_input = 3,    // a file cannot be read or is not what it should be
  exit_internal = 4  // out of memory, cannot write the output
};

struct option {
  std::string_view name;      // "--at"
  std::string_view argument;  // "TIME"; empty for a switch
  std::string_view help;
};

class arguments;

struct command {
  std::string_view name;
  std::string_view usage;    // what follows the name
  std::string_view summary;  // one line
  std::string_view details;  // paragraphs below the options
  std::span<const option> options;
  std::size_t least;  // number of arguments that are not options
  std::size_t most;
  int (*run)(const arguments&);
};

/// What the user has typed wrongly.
class usage_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

class arguments {
public:
  /// @throws usage_error for an unknown option, a missing value or a wrong number of arguments
  arguments(const command& what, std::span<char*> words);

  [[nodiscard]] const std::vector<std::string>& positional() const { return positional_; }
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;

private:
  std::vector<std::string> positional_;
  std::map<std::string_view, std::string> values_;  // keys are the names in the table
};

std::string help_of(const command& what);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_ARGUMENTS_HPP
