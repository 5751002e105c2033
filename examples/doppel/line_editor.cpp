// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "line_editor.hpp"

#include "terminal.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <utility>

#if defined(DOPPEL_HAS_LIBEDIT)
#include <editline/readline.h>
#endif

namespace cli {

namespace fs = std::filesystem;

std::string default_history_file() {
  const auto directory = [](const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? fs::path() : fs::path(value);
  };
  fs::path state = directory("XDG_STATE_HOME");
  if (!state.is_absolute()) {
    const fs::path home = directory("HOME");
    if (!home.is_absolute()) return {};
    state = home / ".local" / "state";
  }
  return (state / "doppel" / "history").string();
}

#if defined(DOPPEL_HAS_LIBEDIT)

namespace {

/// Only the user reads what the user has asked.
void make_private_file(const std::string& name) {
  std::error_code error;
  fs::create_directories(fs::path(name).parent_path(), error);
  if (!fs::exists(name, error)) {
    std::FILE* const file = std::fopen(name.c_str(), "ab");
    if (file != nullptr) std::fclose(file);
  }
  fs::permissions(name, fs::perms::owner_read | fs::perms::owner_write, error);
}

// The library calls functions without an argument for our state.
line_editor::completer complete_word;
std::vector<std::string> candidates;
std::size_t next_candidate = 0;

char* duplicate(const std::string& text) {
  char* const copy = static_cast<char*>(std::malloc(text.size() + 1));  // the library frees it
  if (copy != nullptr) std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

char* give_candidate(const char*, int state) {
  if (state == 0) next_candidate = 0;
  return next_candidate == candidates.size() ? nullptr : duplicate(candidates[next_candidate++]);
}

char** attempt_completion(const char* word, int start, int) {
  rl_attempted_completion_over = 1;  // no names of files
  try {
    candidates = complete_word(std::string_view(rl_line_buffer).substr(0, static_cast<std::size_t>(start)), word);
  } catch (...) {  // nothing passes through the library
    candidates.clear();
  }
  // What is continued has no blank behind it.
  const bool is_continued = candidates.size() == 1 && (candidates[0].ends_with('.') || candidates[0].ends_with('('));
  rl_completion_append_character = is_continued || candidates.size() != 1 ? '\0' : ' ';
  return rl_completion_matches(word, give_candidate);
}

}  // namespace

bool line_editor::is_available() { return true; }

line_editor::line_editor(completer complete, std::string history)
    : history_(std::move(history)), is_interactive_(is_terminal_input()) {
  if (!is_interactive_) return;
  static char name[] = "doppel";
  static char breaks[] = " \t\n\"'(),=<>!+*/%|?";
  rl_readline_name = name;
  rl_initialize();
  rl_basic_word_break_characters = breaks;
  rl_completer_word_break_characters = breaks;
  rl_attempted_completion_function = attempt_completion;
  complete_word = std::move(complete);
  using_history();
  stifle_history(1000);
  if (!history_.empty()) read_history(history_.c_str());
}

line_editor::~line_editor() {
  if (!is_interactive_) return;
  complete_word = nullptr;
  if (history_.empty()) return;
  make_private_file(history_);
  write_history(history_.c_str());
}

std::optional<std::string> line_editor::read(const std::string& prompt) {
  std::string line;
  if (!is_interactive_) {
    if (!std::getline(std::cin, line)) return std::nullopt;
    return line;
  }
  std::cout.flush();
  char* const typed = readline(prompt.c_str());
  if (typed == nullptr) {
    std::cout << '\n';
    return std::nullopt;
  }
  line = typed;
  std::free(typed);
  if (line.find_first_not_of(" \t") != std::string::npos && line != last_line_) add_history(line.c_str());
  last_line_ = line;
  return line;
}

#else

bool line_editor::is_available() { return false; }

line_editor::line_editor(completer, std::string) : is_interactive_(is_terminal_input()) {}

line_editor::~line_editor() = default;

std::optional<std::string> line_editor::read(const std::string& prompt) {
  if (is_interactive_) std::cout << prompt << std::flush;
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

#endif

}  // namespace cli
