// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "document_reader.hpp"

#include "files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#if defined(_WIN32)
#include <io.h>
#else
#include <poll.h>
#include <unistd.h>
#endif

namespace cli {

/// An open file.
struct document_reader::source {
  source(std::string_view file_name, std::FILE* opened, std::size_t max_document)
      : name(file_name), file(opened), documents(max_document) {}
  source(const source&) = delete;
  source& operator=(const source&) = delete;
  ~source() {
    if (file != stdin) std::fclose(file);
  }

  /// Waits a moment for bytes. Says whether there are some, or the end, or an error.
  [[nodiscard]] bool wait() const {
#if defined(_WIN32)
    return true;
#else
    pollfd what{fileno(file), POLLIN, 0};
    return poll(&what, 1, 50) != 0;
#endif
  }

  /// Bytes that are there now, at most `size`; 0 at the end, less after an error.
  [[nodiscard]] long read_some(char* into, std::size_t size) const {
#if defined(_WIN32)
    return _read(_fileno(file), into, static_cast<unsigned>(size));
#else
    ssize_t count = 0;
    do {
      count = ::read(fileno(file), into, size);
    } while (count < 0 && errno == EINTR);
    return static_cast<long>(count);
#endif
  }

  std::string_view name;
  std::FILE* file;
  splitter documents;
};

namespace {

input_problem cannot_read(int error) { return {{0, 0}, std::string("cannot be read: ") + std::strerror(error), {}}; }

}  // namespace

document_reader::document_reader(const std::vector<std::string>& names, std::size_t chunk_size,
                                 std::size_t max_document)
    : names_(names), chunk_size_(chunk_size), max_document_(max_document) {
  std::uint64_t sum = 0;
  for (const std::string& name : names) {
    std::error_code error;
    if (name == "-") return;
    const auto status = std::filesystem::status(name, error);
    if (status.type() == std::filesystem::file_type::not_found) continue;
    if (status.type() != std::filesystem::file_type::regular) return;
    sum += std::filesystem::file_size(name, error);
  }
  total_ = sum;
}

document_reader::~document_reader() = default;

bool document_reader::read(chunk& out) {
  out.number = next_number_++;
  out.documents.clear();
  out.problems.clear();
  while (out.documents.empty() && out.problems.empty()) {
    if (is_stopped_.load(std::memory_order_relaxed)) return false;
    if (!source_) {
      if (next_name_ == names_.size()) return false;
      const std::string& name = names_[next_name_++];
      out.file = name;
      std::FILE* const file = name == "-" ? stdin : std::fopen(name.c_str(), "rb");
      if (file == nullptr) {
        out.problems.push_back(cannot_read(errno));
        out.bytes_read = bytes_read_;
        return true;
      }
      source_ = std::make_unique<source>(name, file, max_document_);
      rest_.clear();
    }
    read_piece(out);
  }
  return true;
}

/// Appends a piece of the file to what is left of the last one, and takes out whole documents.
void document_reader::read_piece(chunk& out) {
  out.file = source_->name;
  std::string& text = out.storage;
  // The larger the document that is being read, the larger the pieces: it is not moved again and again.
  const std::size_t kept = rest_.size();
  const std::size_t wanted = std::max(chunk_size_, kept);
  text.resize(kept + wanted + chunk::padding);
  std::copy(rest_.begin(), rest_.end(), text.begin());

  while (!source_->wait()) {
    if (is_stopped_.load(std::memory_order_relaxed)) return;
  }
  const long count = source_->read_some(text.data() + kept, wanted);
  const int error = errno;
  const bool is_end = count <= 0;
  const std::size_t size = kept + (count > 0 ? static_cast<std::size_t>(count) : 0);
  bytes_read_ += size - kept;
  out.bytes_read = bytes_read_;
  const std::size_t used =
      source_->documents.split(std::string_view(text).substr(0, size), is_end, out.documents, out.problems);
  rest_.assign(text, used, size - used);
  if (count < 0) out.problems.push_back(cannot_read(error));
  if (is_end || source_->documents.is_lost()) source_.reset();
}

}  // namespace cli
