// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_BESIDE_MODEL_HPP
#define DOPPEL_TESTS_SUPPORT_BESIDE_MODEL_HPP

#include "model.hpp"
#include "node.hpp"

#include <doppel/twin.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// A twin of the library beside the model of it: the same start, the same writes, and whether they agree.
namespace doppel_test {

inline constexpr match_options exactly{number_match::spelling, true};
inline constexpr match_options in_any_order{number_match::spelling, false};

// What is no JSON comes back as a string that says so, and equals nothing it is compared with.
node parsed(std::string_view text);

// Empty if the library fails.
std::string service_view_of(const doppel::twin& twin);
std::string device_view_of(const doppel::twin& twin);

// The reason word of 22.2.
std::string reason_of(const boost::system::error_code& why);

doppel::section_name name_of(section_kind section);

// The new twin that `model_twin::create("pump-1", "", now)` is the model of.
doppel::twin new_twin(std::int64_t now);

doppel::write_options options_of(const write_context& context, std::int64_t now, const doppel::limits& limits);

// What writing one value below these keys stands for: a patch that holds nothing else.
std::string wrapped(const std::vector<std::string>& keys, std::string_view text);

// Where document, sizes and counters differ; empty if they agree. Of a twin that is no whole document only the root
// members are compared that a write can move.
std::string compare_documents(const doppel::twin& twin, const model_twin& model, bool is_whole_document);

// The same for what an accepted write sends out.
std::string compare_messages(const doppel::twin& twin, const doppel::change& change, const model_result& expected);

}  // namespace doppel_test

#endif
