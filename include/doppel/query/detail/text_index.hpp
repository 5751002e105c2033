// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_TEXT_INDEX_HPP
#define DOPPEL_QUERY_DETAIL_TEXT_INDEX_HPP

#include <doppel/json/detail/lexeme.hpp>
#include <doppel/query/detail/text_kernels.hpp>

#include <array>
#include <cstdint>

// Two ways to walk over the members of a text. Both are forward only and bounded whatever the bytes are, as long as
// the text starts with '{' and ends with '}':
// - member(): the colon of the next member of the object at hand; null behind its last one, and the closing bracket
//   is passed
// - value(colon): where that member's value starts
// - enter(): past the opening bracket that starts it; pass_scalar(): past a value without brackets; pass_value(): past
//   any value, at the latest with the next member()
// - skip(levels): past as many closing brackets
// - closing(): the last closing bracket that was passed; the last byte of the text if it has too few
namespace doppel {
inline namespace v0 {
namespace detail {

/// What a bracket does to the depth.
inline constexpr auto depth_changes = [] {
  std::array<std::int8_t, 256> table{};
  table['{'] = table['['] = 1;
  table['}'] = table[']'] = -1;
  return table;
}();
inline std::int32_t depth_change(char c) noexcept { return depth_changes[static_cast<unsigned char>(c)]; }

/// On simdjson's index of all structural characters and scalars.
class full_text_index {
public:
  full_text_index(const char* text, std::size_t size, const std::uint32_t* offsets, std::uint32_t count) noexcept
      : text_(text), last_(text + size - 1), closing_(last_), at_(offsets), end_(offsets + count) {}

  const char* member() noexcept {
    if (end_ - at_ < 3) return at_end();
    char c = text_[*at_];
    if (c == ',') c = text_[*++at_];
    if (c != '"' || end_ - at_ < 3) {
      closing_ = text_ + *at_++;
      return nullptr;
    }
    const char* const colon = text_ + at_[1];
    at_ += 2;
    return colon;
  }
  const char* value(const char*) const noexcept { return text_ + *at_; }
  void enter() noexcept { ++at_; }
  void pass_scalar() noexcept { ++at_; }
  void pass_value() noexcept {
    if (depth_change(text_[*at_++]) > 0) skip(1);
  }
  void skip(std::int32_t levels) noexcept {
    while (at_ != end_) {
      const char* const p = text_ + *at_++;
      levels += depth_change(*p);
      if (levels == 0) {
        closing_ = p;
        return;
      }
    }
    closing_ = last_;
  }
  const char* closing() const noexcept { return closing_; }

private:
  // Too little is left for a member: a closing bracket, or nothing.
  const char* at_end() noexcept {
    closing_ = at_ != end_ ? text_ + *at_++ : last_;
    return nullptr;
  }

  const char* text_;
  const char* last_;
  const char* closing_;
  const std::uint32_t* at_;
  const std::uint32_t* end_;
};

/// On windows of colons and brackets.
class window_text_index {
public:
  window_text_index(window_kernel kernel, window_state& state, std::uint16_t* positions) noexcept
      : base_(state.at),
        closing_(state.end - 1),
        at_(positions),
        end_(positions),
        kernel_(kernel),
        state_(state),
        positions_(positions) {}

  const char* member() noexcept {
    for (;;) {
      if (at_ == end_ && !next_window()) [[unlikely]]
        return nullptr;
      const char* const p = base_ + *at_++;
      if (*p == ':') [[likely]]
        return p;
      if (depth_change(*p) < 0) {
        closing_ = p;
        return nullptr;
      }
      skip(1);  // it opens the value of a member that has been passed
    }
  }
  const char* value(const char* colon) const noexcept {
    const char* p = colon + 1;
    while (is_white_space(*p)) [[unlikely]]++ p;
    return p;
  }
  void enter() noexcept {
    if (at_ == end_ && !next_window()) [[unlikely]]
      return;
    ++at_;
  }
  void pass_scalar() noexcept {}
  void pass_value() noexcept {}
  void skip(std::int32_t levels) noexcept {
    for (;;) {
      if (at_ == end_ && !next_window()) [[unlikely]]
        return;
      const char* const p = base_ + *at_++;
      levels += depth_change(*p);
      if (levels == 0) {
        closing_ = p;
        return;
      }
    }
  }
  const char* closing() const noexcept { return closing_; }

private:
  bool next_window() noexcept {
    while (state_.at != state_.end) {
      base_ = state_.at;
      at_ = positions_;
      end_ = at_ + kernel_(state_, positions_);
      if (at_ != end_) return true;
    }
    closing_ = state_.end - 1;
    return false;
  }

  const char* base_;  // of the window
  const char* closing_;
  const std::uint16_t* at_;
  const std::uint16_t* end_;
  window_kernel kernel_;
  window_state& state_;
  std::uint16_t* positions_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_TEXT_INDEX_HPP
