// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Logs of writes: one JSON object a line, as `doppel replay --help` describes.

#ifndef DOPPEL_EXAMPLES_LOG_HPP
#define DOPPEL_EXAMPLES_LOG_HPP

#include <doppel/base/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

enum class log_operation { create, patch, replace, reported };

/// One line. All texts are valid until the next line is read.
struct log_entry {
  log_operation operation{};
  doppel::timestamp at;
  std::string_view device_id;
  std::string_view module_id;
  std::string_view body;  // as it was sent
  std::optional<std::string_view> if_match;
  std::optional<std::uint64_t> base_version;
};

class log_reader {
public:
  /// @throws input_error if the file cannot be read
  explicit log_reader(const std::string& name);
  ~log_reader();

  /// Reads the next line that is not empty; false at the end.
  /// @throws input_error, with file and line, for a line that is no log entry
  bool next(log_entry& entry);

  [[nodiscard]] std::size_t line_number() const { return line_number_; }
  [[nodiscard]] std::uint64_t bytes_read() const { return position_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

private:
  struct parser;

  std::string name_;
  std::unique_ptr<parser> parser_;
  std::size_t size_ = 0;
  std::size_t position_ = 0;
  std::size_t line_number_ = 0;
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_LOG_HPP
