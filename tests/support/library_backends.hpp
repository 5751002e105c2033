// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_LIBRARY_BACKENDS_HPP
#define DOPPEL_TESTS_SUPPORT_LIBRARY_BACKENDS_HPP

#include "query_backend.hpp"

#include <memory>

// The library's ways to answer queries, as back ends. The documents that one of them cannot hold are asked as plain
// JSON.
namespace doppel_test {

// Twins.
std::unique_ptr<query_backend> make_resident_backend();
// Twins that share their keys, and a program that is bound to these.
std::unique_ptr<query_backend> make_bound_backend();
// Documents as boost::json values.
std::unique_ptr<query_backend> make_value_backend();
// The same with a program whose constants are not folded, asking each document before it is added.
std::unique_ptr<query_backend> make_unfolded_backend();
// The same in parts of different sizes that are merged out of order.
std::unique_ptr<query_backend> make_merged_backend();
// The same, taking the rows out as soon as they are certain.
std::unique_ptr<query_backend> make_drained_backend();
// Documents as text, scanned with the machine's best kernel; and spelled as a stranger may spell them, with each kernel
// that the machine has (the best one in the place of the others).
std::unique_ptr<query_backend> make_text_backend();
std::unique_ptr<query_backend> make_portable_text_backend();
std::unique_ptr<query_backend> make_avx2_text_backend();
std::unique_ptr<query_backend> make_avx512_text_backend();
// Each value in the order of the text is told to a pass.
std::unique_ptr<query_backend> make_pass_backend();

}  // namespace doppel_test

#endif
