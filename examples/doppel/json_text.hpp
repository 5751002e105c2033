// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Walking through JSON text that is known to be valid.

#ifndef DOPPEL_EXAMPLES_JSON_TEXT_HPP
#define DOPPEL_EXAMPLES_JSON_TEXT_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

/// The end of the string that begins at `at`, behind its quotation mark.
std::size_t json_string_end(std::string_view text, std::size_t at);

/// The end of the value that begins at `at`.
std::size_t json_value_end(std::string_view text, std::size_t at);

/// The text of a JSON string, quotation marks included: unescaped, as UTF-8.
std::string json_string_text(std::string_view json);

/// The same without white space between its parts.
std::string json_in_one_line(std::string_view json);

/// Members of an object, one after the other; elements of an array likewise, with empty keys.
class json_walk {
public:
  /// @param composite one object or array
  explicit json_walk(std::string_view composite) : text_(composite) {}

  bool next();
  [[nodiscard]] std::string_view key() const { return key_; }  // as it is written, quotation marks included
  [[nodiscard]] std::string_view value() const { return value_; }

private:
  void skip_blanks();

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view key_;
  std::string_view value_;
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_JSON_TEXT_HPP
