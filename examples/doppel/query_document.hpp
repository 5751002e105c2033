// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A document of a stream, ready to be asked.

#ifndef DOPPEL_EXAMPLES_QUERY_DOCUMENT_HPP
#define DOPPEL_EXAMPLES_QUERY_DOCUMENT_HPP

#include "splitter.hpp"

#include <doppel/base/diagnostic.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/twin_text.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

/// Reads documents, one after the other.
class query_document {
public:
  explicit query_document(std::size_t max_document) { limits_.text_bytes = max_document; }

  /// Checks a text.
  /// @param text readable `twin_text::padding` bytes beyond its end
  /// @return false if it is no JSON object, or has two members of one name; then `where()` says more
  /// @throws std::bad_alloc
  bool read(std::string_view text);

  /// The text, in one line. Valid until the next call of `read`.
  [[nodiscard]] const doppel::twin_text& text() const { return text_; }
  [[nodiscard]] const doppel::diagnostic& where() const { return where_; }

  /// Says whether it is a twin of a device, of a module, or a job.
  [[nodiscard]] bool is_in(doppel::query_collection collection) const;

private:
  [[nodiscard]] bool has_root_member(std::string_view quoted_name) const;

  doppel::twin_text_checker checker_;
  doppel::limits limits_;
  doppel::twin_text text_;
  doppel::diagnostic where_;
  std::string line_;
};

/// The problem as a message, with the place in the file and the line around it.
/// @param document where `text` begins in the file
input_problem describe(const doppel::diagnostic& what, std::string_view text, const text_place& document);

/// Prints the problem to standard error.
void print_problem(std::string_view file, const input_problem& what);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_QUERY_DOCUMENT_HPP
