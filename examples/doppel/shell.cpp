// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel shell: questions to a fleet in memory, one after the other.

#include "commands.hpp"
#include "line_editor.hpp"
#include "query_document.hpp"
#include "shell_session.hpp"
#include "twin_store.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <optional>
#include <thread>

namespace cli {

namespace {

// What Ctrl-C sets: it ends what is being printed, not the shell.
volatile std::sig_atomic_t is_interrupted = 0;

void interrupt(int) { is_interrupted = 1; }

/// While it exists, Ctrl-C is ours.
class interrupt_handler {
public:
  interrupt_handler() : before_(std::signal(SIGINT, interrupt)) {}
  interrupt_handler(const interrupt_handler&) = delete;
  interrupt_handler& operator=(const interrupt_handler&) = delete;
  ~interrupt_handler() { std::signal(SIGINT, before_); }

private:
  void (*before_)(int);
};

int run(const arguments& args) {
  twin_store twins(std::max(1U, std::thread::hardware_concurrency()));
  int status = exit_ok;
  twins.load(args.positional(), [&status](std::string_view file, const input_problem& problem) {
    print_problem(file, problem);
    status = exit_input;
  });

  shell_session session(twins, [] { return is_interrupted != 0; });
  line_editor lines(
      [&session](std::string_view before, std::string_view word) { return session.complete(before, word); },
      args.has("--no-history") ? std::string() : default_history_file());
  if (lines.is_interactive()) {
    session.greet();
    if (!line_editor::is_available()) std::cout << "This program was built without libedit: lines cannot be edited.\n";
  }
  // Plain reading of lines would not come back when it is interrupted: there Ctrl-C ends the shell, as it ends others.
  std::optional<interrupt_handler> handler;
  if (line_editor::is_available()) handler.emplace();
  while (!session.is_over()) {
    is_interrupted = 0;
    const auto line = lines.read("doppel> ");
    if (line) {
      session.execute(*line);
    } else if (is_interrupted == 0) {
      break;
    }
  }
  return status != exit_ok || lines.is_interactive() || session.errors() == 0 ? status : exit_usage;
}

constexpr option options[] = {
    {"--no-history", "", "neither read nor keep the lines that are typed"},
};

}  // namespace

const command shell_command = {
    "shell",
    "FILE... [--no-history]",
    "ask questions of twins in memory, with completion and history",
    "Loads the twins of all files (as for doppel query) and reads queries, one a line, and commands that begin with a\n"
    "dot; .help lists them. The Tab key completes keywords, functions and the paths that the twins have. Lines are\n"
    "kept in doppel/history below XDG_STATE_HOME (default: ~/.local/state), readable only for you.\n"
    "\n"
    "Without a terminal it reads lines from standard input and prints JSON. Exit status 2: a line was wrong, without\n"
    "a terminal. 3: not all documents could be loaded.\n",
    options,
    1,
    static_cast<std::size_t>(-1),
    run,
};

}  // namespace cli
