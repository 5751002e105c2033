// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_LINE_READER_HPP
#define DOPPEL_FLEET_DETAIL_LINE_READER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/fleet/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Cuts what a source gives into lines. Of one that is too long only a part is kept.
template <byte_source Source>
class line_reader {
public:
  enum class outcome : std::uint8_t { line, too_long, end, out_of_memory };

  /// @param line_bytes of the longest line that is wanted
  line_reader(Source& source, std::size_t line_bytes, memory_ref memory) noexcept
      : source_(source), line_bytes_(line_bytes), in_(memory) {}

  /// @param[out] line without its end; valid until the next call
  outcome next(std::string_view& line) noexcept {
    in_.clear_front(at_);
    at_ = 0;
    std::size_t searched = 0;
    bool is_too_long = false;
    for (;;) {
      const std::string_view there = in_.view().substr(searched);
      const std::size_t end = there.find('\n');
      if (end != std::string_view::npos || is_at_end_) {
        if (end == std::string_view::npos && in_.size() == 0 && !is_too_long) return outcome::end;
        const std::size_t size = searched + (end == std::string_view::npos ? there.size() : end);
        line = in_.view().substr(0, size);
        at_ = size + (end == std::string_view::npos ? 0 : 1);
        ++lines_;
        return is_too_long || size > line_bytes_ ? outcome::too_long : outcome::line;
      }
      searched = in_.size();
      if (searched > line_bytes_) {
        is_too_long = true;
        in_.clear();
        searched = 0;
      }
      if (!in_.reserve(step)) return outcome::out_of_memory;
      const std::size_t got = source_.read(in_.end(), step);
      is_at_end_ = got == 0 || got > step;
      if (!is_at_end_) in_.grow(got);
      bytes_ += is_at_end_ ? 0 : got;
    }
  }

  /// Lines given so far, and bytes taken from the source.
  std::uint64_t lines() const noexcept { return lines_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

private:
  static constexpr std::size_t step = std::size_t{64} * 1024;

  // Text that is taken from its front.
  class window {
  public:
    explicit window(memory_ref memory) noexcept : text_(memory) {}
    std::string_view view() const noexcept { return text_.view().substr(front_); }
    std::size_t size() const noexcept { return text_.size() - front_; }
    void clear() noexcept {
      text_.clear();
      front_ = 0;
    }
    void clear_front(std::size_t n) noexcept { front_ += n; }
    [[nodiscard]] bool reserve(std::size_t more) noexcept {
      if (front_ != 0) {
        const std::size_t left = size();
        char* const start = text_.end() - text_.size();
        std::memmove(start, start + front_, left);
        text_.set_end(start + left);
        front_ = 0;
      }
      return text_.reserve_more(more);
    }
    char* end() noexcept { return text_.end(); }
    void grow(std::size_t n) noexcept { text_.set_end(text_.end() + n); }

  private:
    text_buffer text_;
    std::size_t front_ = 0;
  };

  Source& source_;
  const std::size_t line_bytes_;
  window in_;
  std::size_t at_ = 0;  // behind the line that was given
  bool is_at_end_ = false;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_LINE_READER_HPP
