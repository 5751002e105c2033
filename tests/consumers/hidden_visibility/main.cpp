// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "library.hpp"

#include <doppel.hpp>

int main() {
  if (merge_in_library(R"({"speed":3})")) return 1;
  const boost::system::error_code refused = merge_in_library(R"({"a b":1})");
  if (refused != doppel::errc::key_character) return 2;
  if (refused != doppel::make_error_code(doppel::errc::key_character)) return 3;
  return refused.category() == doppel::make_error_code(doppel::errc::depth).category() ? 0 : 4;
}
