// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/detail/crc32c.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using doppel::detail::crc32c;
using doppel::detail::portable_crc32c;

TEST_SUITE("base/crc32c") {
  TEST_CASE("crc32c: the examples of RFC 3720, B.4") {
    std::string up;
    std::string down;
    for (int i = 0; i < 32; ++i) {
      up += static_cast<char>(i);
      down += static_cast<char>(31 - i);
    }
    CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aau);
    CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43u);
    CHECK(crc32c(up) == 0x46dd794eu);
    CHECK(crc32c(down) == 0x113fdb5cu);
    CHECK(crc32c("123456789") == 0xe3069283u);
    CHECK(crc32c("") == 0);
  }

  TEST_CASE("crc32c: the instruction and the table agree on every length and alignment") {
    std::string bytes;
    for (std::uint32_t i = 0, v = 1; i < 3000; ++i, v = v * 1664525 + 1013904223) bytes += static_cast<char>(v >> 24);
    const std::string_view all = bytes;
    for (std::size_t size = 0; size < 2900; size += size < 64 ? 1 : 37) {
      for (std::size_t at = 0; at < 9; ++at) {
        if (crc32c(all.substr(at, size)) != portable_crc32c(all.substr(at, size))) FAIL(size << " bytes at " << at);
      }
    }
    for (const std::size_t size : {767u, 768u, 769u, 1535u, 1536u, 1544u, 2304u}) {
      CHECK(crc32c(all.substr(0, size)) == portable_crc32c(all.substr(0, size)));
    }
  }
}
