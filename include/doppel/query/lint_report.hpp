// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_LINT_REPORT_HPP
#define DOPPEL_QUERY_LINT_REPORT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

/// @file
/// What `lint` has to say.
namespace doppel {
inline namespace v0 {

/// What a remark is about.
enum class query_remark_kind : std::uint8_t {
  refused_by_hub,           ///< the service would not take this; `code` says why
  never_true,               ///< the condition, or a part that has to be true, never is
  excluded,                 ///< no value fulfils this and what is asked of the same path before
  compared_with_undefined,  ///< a comparison with the constant `undefined` is undefined
  compared_with_null,       ///< a comparison with null where a twin holds none
  other_type,               ///< the same path is compared with another type elsewhere; nothing is converted
  unknown_path,             ///< no document of the sample has this path
  unknown_name              ///< the service has no such member here, see spec/query.md 4.1
};

/// One remark.
struct query_remark {
  query_remark_kind kind{};
  errc code{};               ///< of `refused_by_hub`
  std::uint32_t offset = 0;  ///< where, in bytes of the query's text
  std::uint32_t length = 0;
  std::string_view text;  ///< a sentence; static

  /// What was probably meant instead; empty where that cannot be guessed.
  [[nodiscard]] std::string_view suggestion() const noexcept { return {suggestion_, suggestion_size_}; }

private:
  friend class lint_report;
  static constexpr std::size_t capacity = 64;
  char suggestion_[capacity] = {};
  std::uint8_t suggestion_size_ = 0;
};

/// A list of remarks.
/// @par Exception safety
/// Nothing throws.
class lint_report {
public:
  explicit lint_report(memory_ref memory = {}) noexcept : remarks_(memory) {}

  [[nodiscard]] std::span<const query_remark> remarks() const noexcept { return {remarks_.data(), size_}; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] memory_ref memory() const noexcept { return remarks_.memory(); }

  /// Adds a remark; a suggestion that is too long is left out. False when memory is refused.
  [[nodiscard]] bool add(query_remark remark, std::string_view suggestion = {}) noexcept {
    if (!remarks_.reserve(size_ + 1, size_)) return false;
    if (!suggestion.empty() && suggestion.size() <= query_remark::capacity) {
      std::memcpy(remark.suggestion_, suggestion.data(), suggestion.size());
      remark.suggestion_size_ = static_cast<std::uint8_t>(suggestion.size());
    }
    remarks_.data()[size_++] = remark;
    return true;
  }
  /// Puts the remarks in the order of the query.
  void sort() noexcept {
    if (size_ < 2) return;
    std::sort(remarks_.data(), remarks_.data() + size_, [](const query_remark& a, const query_remark& b) {
      return a.offset != b.offset ? a.offset < b.offset : a.kind < b.kind;
    });
  }

private:
  detail::array<query_remark> remarks_;
  std::size_t size_ = 0;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_LINT_REPORT_HPP
