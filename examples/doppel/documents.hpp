// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Twins from files, and what all commands say about them.

#ifndef DOPPEL_EXAMPLES_DOCUMENTS_HPP
#define DOPPEL_EXAMPLES_DOCUMENTS_HPP

#include <doppel/base/limits.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/twin/load.hpp>
#include <doppel/twin/twin.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

struct loaded_twin {
  doppel::twin twin;
  doppel::load_report report;
};

/// @throws input_error or document_error
loaded_twin load_file(const std::string& name, doppel::workspace& scratch, const doppel::load_options& options = {});

/// The full document.
std::string service_view(const doppel::twin& twin);

/// "pump-1" or "pump-1/telemetry".
std::string twin_name(const doppel::twin& twin);

struct section_size {
  std::string_view name;
  std::uint64_t bytes;
  std::uint64_t limit;
};

std::array<section_size, 3> sizes_of(const doppel::twin& twin, const doppel::limits& limits);

/// The time of --at, or now.
/// @throws usage_error
doppel::timestamp time_of(const std::optional<std::string>& at);

/// Throws if the library ran out of memory, the only way in which an output function fails.
inline void require(const boost::system::result<void>& done) {
  if (!done) throw std::bad_alloc();
}

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_DOCUMENTS_HPP
