// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#ifndef DOPPEL_FUZZ_DRIVER_DAMAGE_HPP
#define DOPPEL_FUZZ_DRIVER_DAMAGE_HPP

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

inline int hex_digit(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::size_t at = digits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// Puts bytes into `image`. A damage is an offset, a colon and the bytes that are put there, all in hexadecimal, and a
/// space: `1f0:00ff 2c:01 `.
inline void damage(std::string& image, std::string_view line) {
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    std::size_t at = 0;
    std::size_t i = 0;
    for (; i != word.size() && hex_digit(word[i]) >= 0 && i < 7; ++i) {
      at = at * 16 + static_cast<std::size_t>(hex_digit(word[i]));
    }
    for (++i; i + 1 < word.size() && hex_digit(word[i]) >= 0 && hex_digit(word[i + 1]) >= 0; i += 2) {
      if (at < image.size()) image[at] = static_cast<char>(hex_digit(word[i]) * 16 + hex_digit(word[i + 1]));
      ++at;
    }
  }
}

#endif  // DOPPEL_FUZZ_DRIVER_DAMAGE_HPP
