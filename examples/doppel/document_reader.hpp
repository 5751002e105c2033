// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Files of documents, of any size, in pieces.

#ifndef DOPPEL_EXAMPLES_DOCUMENT_READER_HPP
#define DOPPEL_EXAMPLES_DOCUMENT_READER_HPP

#include "splitter.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// Whole documents, one after the other in their file.
struct chunk {
  /// Bytes behind the text that may be read, as fast readers of JSON do.
  static constexpr std::size_t padding = 64;

  std::uint64_t number = 0;  // from 0, in the order of reading
  std::string_view file;     // its name
  std::string storage;       // the documents, then at least `padding` bytes
  std::vector<extent> documents;
  std::vector<input_problem> problems;  // between documents
  std::uint64_t bytes_read = 0;         // of all files, up to here

  [[nodiscard]] std::string_view text(const extent& document) const {
    return std::string_view(storage).substr(document.offset, document.size);
  }
};

/// Reads files one after the other.
class document_reader {
public:
  static constexpr std::size_t default_chunk = std::size_t{256} << 10;
  static constexpr std::size_t default_document = std::size_t{16} << 20;

  /// @param names outlives the reader and the chunks; "-" is standard input
  explicit document_reader(const std::vector<std::string>& names, std::size_t chunk_size = default_chunk,
                           std::size_t max_document = default_document);
  ~document_reader();
  document_reader(const document_reader&) = delete;
  document_reader& operator=(const document_reader&) = delete;

  /// Reads the next documents; false at the end. A file that cannot be read is a problem of its chunk.
  /// From a pipe it takes what has come, rather than wait for more.
  bool read(chunk& out);

  /// Makes `read` return false soon, also while it waits for input. May be called from any thread.
  void stop() { is_stopped_.store(true, std::memory_order_relaxed); }

  /// Bytes of all files, where that can be known.
  [[nodiscard]] std::optional<std::uint64_t> total_bytes() const { return total_; }

private:
  struct source;

  void read_piece(chunk& out);

  const std::vector<std::string>& names_;
  std::size_t chunk_size_;
  std::size_t max_document_;
  std::optional<std::uint64_t> total_;
  std::atomic<bool> is_stopped_{false};

  std::uint64_t next_number_ = 0;
  std::size_t next_name_ = 0;
  std::unique_ptr<source> source_;
  std::string rest_;  // of the last piece: the beginning of a document
  std::uint64_t bytes_read_ = 0;
};

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_DOCUMENT_READER_HPP
