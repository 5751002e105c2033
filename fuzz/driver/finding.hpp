// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#ifndef DOPPEL_FUZZ_DRIVER_FINDING_HPP
#define DOPPEL_FUZZ_DRIVER_FINDING_HPP

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// Tells what is wrong and ends the program.
[[noreturn]] inline void finding(std::string_view what, std::string_view details = {}) {
  std::fflush(stdout);
  std::fprintf(stderr, "\nFINDING: %.*s\n%.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(details.size()), details.data());
  std::abort();
}

inline void expect(bool holds, std::string_view what, std::string_view details = {}) {
  if (!holds) finding(what, details);
}

inline void expect_equal(std::string_view what, std::string_view one, std::string_view other) {
  if (one != other) finding(what, std::string(one) + "\n----\n" + std::string(other));
}

#endif  // DOPPEL_FUZZ_DRIVER_FINDING_HPP
