// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_DETAIL_PATH_TEXT_HPP
#define DOPPEL_BASE_DETAIL_PATH_TEXT_HPP

#include <doppel/base/path.hpp>

#include <cstddef>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// A path that grows and shrinks with a walk. What does not fit is cut and ends in "...".
class path_text {
public:
  static constexpr std::size_t capacity = 16 * 1024;

  /// Where the path was before a step, to go back to.
  struct mark {
    std::size_t size;
    bool cut;
  };

  std::string_view view() const noexcept { return {bytes_, size_}; }
  mark here() const noexcept { return {size_, cut_}; }
  void back_to(mark m) noexcept {
    size_ = m.size;
    cut_ = m.cut;
  }

  /// A step to the member with a stored key. Legal keys have no other escapes than those of quote and backslash.
  void enter(std::string_view stored_key) noexcept {
    char plain[capacity];
    std::string_view key = stored_key;
    if (key.find('\\') != std::string_view::npos) {
      std::size_t n = 0;
      for (std::size_t i = 0; i < key.size() && n < sizeof plain; ++i) {
        if (key[i] == '\\' && i + 1 < key.size()) ++i;
        plain[n++] = key[i];
      }
      key = {plain, n};
    }
    append_path_segment(*this, key, size_ == 0);
  }

  void append(const char* p, std::size_t n) noexcept {
    if (cut_) return;
    if (n > capacity - size_) {
      std::memcpy(bytes_ + size_, "...", 3);
      size_ += 3;
      cut_ = true;
      return;
    }
    if (n != 0) std::memcpy(bytes_ + size_, p, n);
    size_ += n;
  }

private:
  char bytes_[capacity + 4];
  std::size_t size_ = 0;
  bool cut_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_DETAIL_PATH_TEXT_HPP
