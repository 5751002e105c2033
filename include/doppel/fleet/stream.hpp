// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_STREAM_HPP
#define DOPPEL_FLEET_STREAM_HPP

#include <doppel/base/buffer.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// @file
/// Where a fleet's bytes go to and come from: the library opens no files.
namespace doppel {
inline namespace v0 {

/// Takes bytes: `write(bytes, n)` takes all of them or says false, and is then not called again.
template <class S>
concept byte_sink = requires(S& sink, const char* bytes, std::size_t n) {
  { sink.write(bytes, n) }
  noexcept->std::same_as<bool>;
};

/// Gives bytes: `read(to, n)` gives from 1 to `n` of the bytes that come next, or 0 when there are no more.
template <class S>
concept byte_source = requires(S& source, char* to, std::size_t n) {
  { source.read(to, n) }
  noexcept->std::same_as<std::size_t>;
};

/// What has been written or read.
struct stream_report {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

/// A sink that appends to a buffer.
class buffer_sink {
public:
  explicit buffer_sink(text_buffer& out) noexcept : out_(out) {}
  /// @return false when memory is refused
  bool write(const char* bytes, std::size_t n) noexcept { return out_.append(bytes, n); }

private:
  text_buffer& out_;
};

/// A source that reads bytes which lie in memory.
class view_source {
public:
  explicit view_source(std::string_view bytes) noexcept : left_(bytes) {}
  std::size_t read(char* to, std::size_t n) noexcept {
    if (n > left_.size()) n = left_.size();
    if (n != 0) std::memcpy(to, left_.data(), n);
    left_.remove_prefix(n);
    return n;
  }
  /// What has not been read.
  [[nodiscard]] std::string_view left() const noexcept { return left_; }

private:
  std::string_view left_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_STREAM_HPP
