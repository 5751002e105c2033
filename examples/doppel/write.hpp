// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A write as the command line describes it: what apply and preflight have in common.

#ifndef DOPPEL_EXAMPLES_WRITE_HPP
#define DOPPEL_EXAMPLES_WRITE_HPP

#include "arguments.hpp"
#include "terminal.hpp"

#include <doppel/twin/update.hpp>

#include <array>
#include <string>

namespace cli {

inline constexpr std::array<option, 6> write_request_options = {{
    {"--replace", "", "replace tags and desired (PUT) instead of merging (PATCH)"},
    {"--device", "", "a device's write: merge PATCH.json into reported"},
    {"--if-match", "ETAG", "only if the twin's etag is this, or one of a list as in the HTTP header"},
    {"--base-version", "N", "with --device: only if the reported $version is N"},
    {"--at", "TIME", "time of the write, such as 2024-05-01T10:00:00Z (default: now)"},
    {"--strict", "", "refuse duplicate members"},
}};

struct write_request {
  std::string twin_name;
  std::string patch_name;
  std::string text;      // of the patch
  std::string if_match;  // empty: unconditional
  doppel::write_kind kind = doppel::write_kind::merge;
  doppel::write_options options;  // but for the condition, which refers to if_match

  [[nodiscard]] doppel::write_options full_options() const;
  boost::system::result<void> write(doppel::twin& twin, doppel::workspace& scratch, doppel::change& change,
                                    doppel::diagnostic& where) const;
};

/// @throws usage_error, input_error
write_request read_request(const arguments& args);

/// "merge by the back end" and so on.
std::string_view kind_name(doppel::write_kind kind);

/// One line for each touched member, marked as in a diff: + added, - removed, ~ changed, = the same value
/// again.
void print_changes(const doppel::change& change, const painter& paint);

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_WRITE_HPP
