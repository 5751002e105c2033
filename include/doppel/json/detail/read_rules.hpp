// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_READ_RULES_HPP
#define DOPPEL_JSON_DETAIL_READ_RULES_HPP

#include <doppel/base/limits.hpp>
#include <doppel/json/operations.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

// Which rules hold in which part of a text; shared by the readers.
namespace doppel {
inline namespace v0 {
namespace detail {

/// What becomes of members with `$` at the top of a section.
enum class dollar_members : std::uint8_t {
  refuse,    // tags, reported (spec/twin.md 4.1.6)
  drop_own,  // desired: $metadata and $version have no effect, others are refused
  drop_all,  // tags of a document: old samples have $etag there (2.1.3)
  keep_own,  // properties of a document: $metadata and $version become operations
};

struct read_rules {
  std::uint32_t key_bytes;
  std::uint32_t string_bytes;
  std::uint32_t short_key;   // keys and leaves of so many bytes fit 16 bytes and need no comparison with
  std::uint32_t short_leaf;  // the limits
  std::uint32_t depth;
  std::int64_t integer_min;
  std::int64_t integer_max;
  std::uint32_t safe_digits;  // numbers of so many characters are within range
  dollar_members dollar;
  bool is_free;              // hub's own members: any key, null is a value
  bool is_metadata = false;  // inside $metadata
};

/// How many digits any integer may have and surely lie within [min, max].
constexpr std::uint32_t safe_digits(std::int64_t min, std::int64_t max) noexcept {
  std::uint32_t n = 0;
  for (std::int64_t bound = 9; n < 15 && bound <= max && -bound >= min; bound = bound * 10 + 9) ++n;
  return n;
}

inline read_rules section_rules(const limits& l, dollar_members dollar) noexcept {
  const limits service;
  const bool usual = l.integer_min == service.integer_min && l.integer_max == service.integer_max;
  const std::uint32_t safe = usual ? 15 : safe_digits(l.integer_min, l.integer_max);
  return {l.key_bytes,
          l.string_bytes,
          (std::min)(l.key_bytes, 16u),
          l.string_bytes < 16 ? 0u : 16u,
          l.depth,
          l.integer_min,
          l.integer_max,
          safe,
          dollar,
          false};
}

/// For members that no writer sends: root members and `$metadata` of a document.
constexpr read_rules free_rules(std::uint32_t depth) noexcept {
  constexpr std::uint32_t any = 0xffffffffu;
  return {any,
          any,
          16,
          16,
          (std::min)(depth, limits::depth_ceiling + 2u),
          (std::numeric_limits<std::int64_t>::min)(),
          (std::numeric_limits<std::int64_t>::max)(),
          15,
          dollar_members::refuse,
          true};
}

/// Inside the `$metadata` of a document.
inline constexpr read_rules metadata_rules = [] {
  read_rules rules = free_rules(limits::depth_ceiling + 2);
  rules.is_metadata = true;
  return rules;
}();

inline dollar_members dollar_policy(text_shape shape, section_name section) noexcept {
  if (shape == text_shape::document) {
    return section == section_name::tags ? dollar_members::drop_all : dollar_members::keep_own;
  }
  return section == section_name::desired ? dollar_members::drop_own : dollar_members::refuse;
}

inline bool is_own_dollar_member(std::string_view key) noexcept { return key == "$metadata" || key == "$version"; }

/// A leaf's size for an operation; what is clamped is beyond every limit.
constexpr std::uint32_t clamp_size(std::uint64_t counted) noexcept {
  return static_cast<std::uint32_t>((std::min)(counted, std::uint64_t{0xffffffffu}));
}

/// Deepest frame a reader keeps: the ceiling of depths, `$metadata` around it, an array inside.
inline constexpr std::uint32_t max_frames = limits::depth_ceiling + 5;

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_READ_RULES_HPP
