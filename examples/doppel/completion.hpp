// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// What may stand where, in the line of a query that is being typed.

#ifndef DOPPEL_EXAMPLES_COMPLETION_HPP
#define DOPPEL_EXAMPLES_COMPLETION_HPP

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// The paths that occur in documents, and what is there.
class path_index {
public:
  struct entry {
    std::uint64_t documents = 0;  // that have it
    std::uint32_t kinds = 0;      // bits, see kind_bit
    std::size_t parent = 0;       // bytes up to the last segment
  };
  enum kind_bit : std::uint32_t {
    null_bit = 1,
    boolean_bit = 2,
    number_bit = 4,
    string_bit = 8,
    array_bit = 16,
    object_bit = 32
  };

  /// Takes in the paths of one document. Of `$metadata` only the topmost members are kept: it repeats the rest.
  /// @param json valid JSON
  void add(std::string_view json);

  /// By path, as a query has it.
  [[nodiscard]] const std::map<std::string, entry, std::less<>>& entries() const { return entries_; }
  /// Says whether there were more than the index takes.
  [[nodiscard]] bool is_full() const { return entries_.size() >= most; }

  /// Names that a path could go on with: up to the next dot.
  void complete(std::string_view begun, std::vector<std::string>& out) const;

private:
  static constexpr std::size_t most = 50'000;

  std::map<std::string, entry, std::less<>> entries_;
};

/// A key as a segment of a path: in brackets if need be.
std::string path_segment_text(std::string_view key);

/// Kinds in words: "number", "string, null".
std::string kind_names(std::uint32_t kinds);

/// Words that could stand in the place of one that has been begun.
/// @param before the line up to the word
/// @param commands of the shell, with their dot
std::vector<std::string> complete(const path_index& paths, const std::vector<std::string>& commands,
                                  std::string_view before, std::string_view word);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_COMPLETION_HPP
