// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Files in and out.

#ifndef DOPPEL_EXAMPLES_FILES_HPP
#define DOPPEL_EXAMPLES_FILES_HPP

#include <stdexcept>
#include <string>
#include <string_view>

namespace cli {

/// A file that cannot be read, or is not what it should be: exit status 3.
class input_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// A document that is refused: `what()` is several lines, ready to be printed.
class document_error : public input_error {
public:
  using input_error::input_error;
};

/// A file that cannot be written: exit status 4.
class output_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// The whole file; "-" is standard input.
/// @throws input_error
std::string read_file(const std::string& name);

/// Replaces the file; "-" is standard output.
/// @throws output_error
void write_file(const std::string& name, std::string_view text);

/// How a file is called in messages.
inline std::string_view shown_name(std::string_view name) { return name == "-" ? "standard input" : name; }

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_FILES_HPP
