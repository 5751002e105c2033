// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <support/case_runner.hpp>

#include <iostream>

// doppel_conformance patches FILE... | sequences FILE...
int main(int argc, char** argv) {
  const std::string_view form = argc > 1 ? argv[1] : "";
  const doppel_test::case_runner run = form == "patches"     ? &doppel_test::run_patch_case
                                       : form == "sequences" ? &doppel_test::run_sequence_case
                                                             : nullptr;
  if (run == nullptr || argc < 3) {
    std::cerr << "usage: doppel_conformance patches FILE...\n"
                 "       doppel_conformance sequences FILE...\n"
                 "Runs fixture files of the format in spec/twin.md 0.3 against the library.\n";
    return 2;
  }
  doppel_test::tally total;
  for (int i = 2; i < argc; ++i) {
    doppel_test::run_file(argv[i], run, &doppel_test::make_library_subject, std::cout, total);
  }
  std::cout << total.passed << " passed, " << total.failed << " failed\n";
  return total.failed == 0 && total.passed != 0 ? 0 : 1;
}
