// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel: device twins on the command line. Each command is a file of its own.

#include "arguments.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "query_text.hpp"
#include "terminal.hpp"

#include <doppel/base/version.hpp>

#include <array>
#include <exception>
#include <iostream>
#include <new>

namespace {

using namespace cli;

constexpr std::array<const command*, 7> commands = {&apply_command, &check_command,  &diff_command, &preflight_command,
                                                    &query_command, &replay_command, &shell_command};

void print_help() {
  const painter& paint = out_paint();
  std::cout << paint(colour::bold, "doppel") << " - device twins on the command line\n\n"
            << "usage: doppel COMMAND ARGUMENT...\n"
               "       doppel COMMAND --help\n\n";
  table list({table::align::left, table::align::left});
  for (const command* c : commands) list.add({std::string(c->name), std::string(c->summary)});
  std::cout << list.render(painter(false))
            << "\n"
               "A file name of - is standard input. Colour goes to terminals only; NO_COLOR turns it off.\n\n"
               "exit status\n"
               "  0  done\n"
               "  1  the write was refused, the check found something, or the documents differ\n"
               "  2  the command line or a query is wrong\n"
               "  3  a file cannot be read or is not what it should be\n"
               "  4  out of memory, or the output cannot be written\n";
}

int run(const command& what, std::span<char*> words) {
  for (const char* word : words) {
    if (std::string_view(word) == "--help" || std::string_view(word) == "-h") {
      std::cout << help_of(what);
      return exit_ok;
    }
  }
  try {
    return what.run(arguments(what, words));
  } catch (const usage_error& e) {
    std::cerr << "doppel " << what.name << ": " << e.what() << "\nusage: doppel " << what.name << ' ' << what.usage
              << "\ntry: doppel " << what.name << " --help\n";
    return exit_usage;
  }
}

int run(std::span<char*> words) {
  const std::string_view name = words.empty() ? "--help" : words.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_help();
    return words.empty() ? exit_usage : exit_ok;
  }
  if (name == "--version") {
    std::cout << "doppel " << DOPPEL_VERSION_MAJOR << '.' << DOPPEL_VERSION_MINOR << '.' << DOPPEL_VERSION_PATCH
              << '\n';
    return exit_ok;
  }
  for (const command* c : commands) {
    if (c->name == name) return run(*c, words.subspan(1));
  }
  std::cerr << "doppel: no such command: " << name << "\ntry: doppel --help\n";
  return exit_usage;
}

/// Nothing may leave main by an exception; each kind has its exit status.
int guarded_run(std::span<char*> words) {
  try {
    const int status = run(words);
    std::cout.flush();
    if (!std::cout) throw output_error("cannot write to standard output");
    return status;
  } catch (const query_error& e) {
    std::cerr << e.what();
    return exit_usage;
  } catch (const document_error& e) {
    std::cerr << e.what();
    return exit_input;
  } catch (const input_error& e) {
    std::cerr << "doppel: " << e.what() << '\n';
    return exit_input;
  } catch (const std::bad_alloc&) {
    std::cerr << "doppel: out of memory\n";
  } catch (const std::exception& e) {
    std::cerr << "doppel: " << e.what() << '\n';
  }
  return exit_internal;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  return guarded_run({argv + (argc > 0 ? 1 : 0), static_cast<std::size_t>(argc > 0 ? argc - 1 : 0)});
}
