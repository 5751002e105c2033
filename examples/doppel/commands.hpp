// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The commands, each defined in the file of its name.

#ifndef DOPPEL_EXAMPLES_COMMANDS_HPP
#define DOPPEL_EXAMPLES_COMMANDS_HPP

#include "arguments.hpp"

namespace cli {

extern const command apply_command;
extern const command check_command;
extern const command diff_command;
extern const command preflight_command;
extern const command query_command;
extern const command replay_command;
extern const command shell_command;

}  // namespace cli

#endif  // DOPPEL_EXAMPLES_COMMANDS_HPP
