// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_CASE_MAPPING_HPP
#define DOPPEL_QUERY_DETAIL_CASE_MAPPING_HPP

#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

// Simple case mapping, without locale, of the scripts in common use: Latin, Greek, Cyrillic, Armenian, full width. A
// character maps to one character with as many UTF-16 units. The dotted and dotless i stay as they are.

/// Letters in pairs: the upper one first, at even or odd code points.
constexpr bool is_in_paired_range(std::uint32_t c, std::uint32_t& parity) noexcept {
  parity = 0;
  if ((c >= 0x100 && c <= 0x12f) || (c >= 0x132 && c <= 0x137) || (c >= 0x14a && c <= 0x177)) return true;
  if ((c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) || (c >= 0x4d0 && c <= 0x52f)) return true;
  if ((c >= 0x1e00 && c <= 0x1e95) || (c >= 0x1ea0 && c <= 0x1eff)) return true;
  parity = 1;
  return (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e) || (c >= 0x4c1 && c <= 0x4ce);
}

constexpr std::uint32_t to_upper(std::uint32_t c) noexcept {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  if ((c >= 0xe0 && c <= 0xfe && c != 0xf7) || (c >= 0x3b1 && c <= 0x3cb && c != 0x3c2) || (c >= 0x430 && c <= 0x44f) ||
      (c >= 0xff41 && c <= 0xff5a)) {
    return c - 32;
  }
  if (c >= 0x450 && c <= 0x45f) return c - 80;
  if (c >= 0x561 && c <= 0x586) return c - 48;
  if (c >= 0x3ad && c <= 0x3af) return c - 37;
  switch (c) {
    case 0xb5: return 0x39c;
    case 0xff: return 0x178;
    case 0x17f: return 'S';
    case 0x3ac: return 0x386;
    case 0x3c2: return 0x3a3;
    case 0x3cc: return 0x38c;
    case 0x3cd: return 0x38e;
    case 0x3ce: return 0x38f;
    case 0x4cf: return 0x4c0;
    default: break;
  }
  std::uint32_t parity = 0;
  return is_in_paired_range(c, parity) && (c & 1) != parity ? c - 1 : c;
}

constexpr std::uint32_t to_lower(std::uint32_t c) noexcept {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3ab && c != 0x3a2) || (c >= 0x410 && c <= 0x42f) ||
      (c >= 0xff21 && c <= 0xff3a)) {
    return c + 32;
  }
  if (c >= 0x400 && c <= 0x40f) return c + 80;
  if (c >= 0x531 && c <= 0x556) return c + 48;
  if (c >= 0x388 && c <= 0x38a) return c + 37;
  switch (c) {
    case 0x178: return 0xff;
    case 0x386: return 0x3ac;
    case 0x38c: return 0x3cc;
    case 0x38e: return 0x3cd;
    case 0x38f: return 0x3ce;
    case 0x4c0: return 0x4cf;
    case 0x1e9e: return 0xdf;
    default: break;
  }
  std::uint32_t parity = 0;
  return is_in_paired_range(c, parity) && (c & 1) == parity ? c + 1 : c;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_CASE_MAPPING_HPP
