// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel_tests [--tiny-limits] [DOCTEST-OPTION...]

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <support/limits.hpp>

#include <string_view>
#include <vector>

int main(int argc, char** argv) {
  std::vector<const char*> arguments;
  for (int i = 0; i != argc; ++i) {
    if (std::string_view(argv[i]) == "--tiny-limits") {
      doppel_test::use_tiny_limits();
    } else {
      arguments.push_back(argv[i]);
    }
  }
  doctest::Context context;
  context.applyCommandLine(static_cast<int>(arguments.size()), arguments.data());
  return context.run();
}
