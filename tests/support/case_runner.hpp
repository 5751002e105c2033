// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_CASE_RUNNER_HPP
#define DOPPEL_TESTS_SUPPORT_CASE_RUNNER_HPP

#include "fixture.hpp"
#include "subject.hpp"

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

// Runs files of fixtures, one case a line. Those of spec/twin.md 0.3 run against a subject: the library in the
// program, the model in the tests.
namespace doppel_test {

struct tally {
  std::size_t passed = 0;
  std::size_t failed = 0;
};

// A case runner returns what was expected and what came instead, on one line, or nothing.
using case_runner = std::string (*)(const node& fixture_case, const subject_factory& make);

std::string run_patch_case(const node& fixture_case, const subject_factory& make);
std::string run_sequence_case(const node& fixture_case, const subject_factory& make);

// The same for cases of any other form.
using line_runner = std::function<std::string(const node& fixture_case)>;

// One file, one line per failing case on `out`. A file that cannot be read and a line that is no case count
// as failed.
void run_file(const std::string& path, const line_runner& run, std::ostream& out, tally& total);
void run_file(const std::string& path, case_runner run, const subject_factory& make, std::ostream& out, tally& total);

// --- shared by the case runners ------------------------------------------------------------------

// The text of a string member, or nothing.
const std::string* text_member(const node& object, std::string_view key);

// "expected X, got Y"
std::string expected_got(std::string_view expected, std::string_view got);

// What is wrong with a write's notification. `expected` is a body with `$version`, or null for no
// notification.
std::string check_notification(const node& expected, const outcome& done);

// Status, and the reason and code where `expect` gives them.
std::string check_answer(const node& expect, const outcome& done);

}  // namespace doppel_test

#endif
