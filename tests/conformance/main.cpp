// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <support/case_runner.hpp>
#include <support/query_case.hpp>

#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace doppel_test {
namespace {

constexpr int usage_error = 2;

int usage() {
  std::cerr << "usage: doppel_conformance patches FILE...\n"
               "       doppel_conformance sequences FILE...\n"
               "       doppel_conformance queries FILE... --fleet FILE [--backend NAME]\n"
               "Runs fixture files of the formats in spec/twin.md 0.3 and spec/query.md 17 against the library.\n"
               "NAME is all, which is the default, or one of:";
  for (const query_backend_entry& entry : query_backends()) {
    std::cerr << ' ' << entry.name;
  }
  std::cerr << '\n';
  return usage_error;
}

int finish(const tally& total) {
  std::cout << total.passed << " passed, " << total.failed << " failed\n";
  return total.failed == 0 && total.passed != 0 ? 0 : 1;
}

int run_writes(case_runner run, const std::vector<std::string>& files) {
  tally total;
  for (const std::string& file : files) {
    run_file(file, run, &make_library_subject, std::cout, total);
  }
  return files.empty() ? usage() : finish(total);
}

struct query_arguments {
  std::vector<std::string> files;
  std::string fleet;
  std::string backend = "all";
};

bool read_arguments(const std::vector<std::string>& words, query_arguments& out) {
  for (std::size_t i = 0; i != words.size(); ++i) {
    std::string* const option = words[i] == "--fleet" ? &out.fleet : words[i] == "--backend" ? &out.backend : nullptr;
    if (option == nullptr) {
      out.files.push_back(words[i]);
    } else if (++i != words.size()) {
      *option = words[i];
    } else {
      return false;
    }
  }
  return !out.files.empty() && !out.fleet.empty();
}

int cannot_start(std::string_view what, std::string_view why) {
  std::cout << "FAIL " << what << ": " << why << '\n';
  return finish({0, 1});
}

int run_queries(const std::vector<std::string>& words) {
  query_arguments arguments;
  if (!read_arguments(words, arguments)) {
    return usage();
  }
  const std::optional<std::string> text = read_file(arguments.fleet);
  if (!text) {
    return cannot_start(arguments.fleet, "cannot be read");
  }
  query_fleet fleet;
  if (const std::string wrong = read_fleet(*text, fleet); !wrong.empty()) {
    return cannot_start(arguments.fleet, wrong);
  }
  std::vector<named_backend> backends;
  for (const query_backend_entry& entry : query_backends()) {
    if (arguments.backend == "all" || arguments.backend == entry.name) {
      backends.push_back({entry.name, entry.make()});
      if (const std::string wrong = backends.back().backend->load(fleet); !wrong.empty()) {
        return cannot_start(std::string(entry.name) + ", " + arguments.fleet, wrong);
      }
    }
  }
  if (backends.empty()) {
    return usage();
  }
  tally total;
  for (const std::string& file : arguments.files) {
    run_file(
        file, [&](const node& fixture_case) { return run_query_case(fixture_case, fleet, backends); }, std::cout,
        total);
  }
  return finish(total);
}

}  // namespace
}  // namespace doppel_test

int main(int argc, char** argv) {
  const std::string_view form = argc > 1 ? argv[1] : "";
  const std::vector<std::string> words(argv + (argc > 2 ? 2 : argc), argv + argc);
  if (form == "patches") {
    return doppel_test::run_writes(&doppel_test::run_patch_case, words);
  }
  if (form == "sequences") {
    return doppel_test::run_writes(&doppel_test::run_sequence_case, words);
  }
  return form == "queries" ? doppel_test::run_queries(words) : doppel_test::usage();
}
