// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_TEXT_SCAN_CHECK_HPP
#define DOPPEL_TESTS_SUPPORT_TEXT_SCAN_CHECK_HPP

#include <doppel/query/text_scan.hpp>

#include <string>
#include <string_view>
#include <vector>

// A scan of text against a full parse: the tests and the fuzz target ask the same.
namespace doppel_test {

// Those that this machine can run.
std::vector<doppel::text_kernel> text_kernels();
std::string_view name_of(doppel::text_kernel kernel);

// Asks every kernel about a text that may be anything, from a block of memory that ends where the text ends. Text
// that the checker lets through is judged by a reader of the tests' own and by the evaluator for parsed documents:
// verdicts and rows have to be theirs. Of other text it is only asked that all comes to an end, and that vectors see
// what a loop over bytes sees. Returns what is wrong, or nothing.
std::string check_scan(const doppel::program& p, std::string_view text);

}  // namespace doppel_test

#endif
