// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "shell_session.hpp"

#include "completion.hpp"
#include "query_advice.hpp"
#include "query_options.hpp"
#include "query_text.hpp"
#include "result_table.hpp"
#include "terminal.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <utility>

namespace cli {

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

}  // namespace

struct shell_session::command {
  std::string_view name;
  std::string_view argument;
  std::string_view help;
  void (shell_session::*run)(std::string_view);
};

const std::vector<shell_session::command>& shell_session::commands() {
  static const std::vector<command> list = {
      {".explain", "QUERY", "how the query will be worked on", &shell_session::explain},
      {".help", "", "this list", &shell_session::help},
      {".lint", "QUERY", "what in it is probably not meant", &shell_session::lint},
      {".mode", "[hub|extended]", "what queries may use: what the service takes, or all there is",
       &shell_session::set_mode},
      {".quit", "", "end; so does Ctrl-D", &shell_session::quit},
      {".schema", "[PATH]", "the paths that the twins have, and what is there", &shell_session::show_schema},
      {".table", "[on|off]", "rows as a table, or as JSON", &shell_session::set_table},
  };
  return list;
}

shell_session::shell_session(twin_store& twins, std::function<bool()> is_interrupted)
    : twins_(twins), is_interrupted_(std::move(is_interrupted)), is_table_(is_terminal_output()) {}

void shell_session::greet() const {
  std::cout << group_digits(twins_.devices()) << " device twins and " << group_digits(twins_.modules())
            << " module twins, " << format_bytes(twins_.bytes()) << " in memory. Type a query, or .help\n";
}

void shell_session::execute(std::string_view line) {
  line = trim(line);
  // A habit from elsewhere.
  if (line.ends_with(';')) line = trim(line.substr(0, line.size() - 1));
  if (line.empty()) return;
  try {
    if (line.starts_with('.')) return run_command(line);
    query(line);
  } catch (const query_error& e) {
    complain(e.what());
  }
}

std::vector<std::string> shell_session::complete(std::string_view before, std::string_view word) const {
  std::vector<std::string> names;
  for (const command& c : commands()) names.emplace_back(c.name);
  return cli::complete(twins_.paths(), names, before, word);
}

void shell_session::query(std::string_view text) {
  using clock = std::chrono::steady_clock;
  const doppel::program compiled = compile(text, options_, err_paint());
  std::unique_ptr<result_table> table;
  if (is_table_) {
    table = std::make_unique<result_table>(std::cout, out_paint(), column_names(compiled), terminal_width());
  }
  const auto begin = clock::now();
  twins_.ask(compiled, [&](std::string_view row) {
    if (table) {
      table->add(row);
    } else {
      std::cout << row << '\n';
    }
    return !is_interrupted_() && static_cast<bool>(std::cout);
  });
  const double milliseconds = std::chrono::duration<double, std::milli>(clock::now() - begin).count();
  if (table) table->finish();
  if (is_terminal_output()) {
    char taken[48];
    std::snprintf(taken, sizeof taken, "%.1f ms", milliseconds);
    std::cout << out_paint()(colour::dim, taken) << '\n';
  }
  std::cout.flush();
}

void shell_session::run_command(std::string_view line) {
  const std::size_t end = std::min(line.find_first_of(blanks), line.size());
  const std::string_view name = line.substr(0, end);
  for (const command& c : commands()) {
    if (c.name == name) return (this->*c.run)(trim(line.substr(end)));
  }
  complain("no such command: " + printable(name) + "; try .help\n");
}

void shell_session::complain(std::string_view message) {
  ++errors_;
  std::cout.flush();
  std::cerr << message;
}

void shell_session::help(std::string_view) {
  table rows({table::align::left, table::align::left});
  rows.add({"SELECT ...", "asks the twins; doppel query --help tells more"});
  for (const command& c : commands()) {
    rows.add({std::string(c.name) + (c.argument.empty() ? "" : " ") + std::string(c.argument), std::string(c.help)});
  }
  std::cout << rows.render(painter(false));
}

void shell_session::explain(std::string_view query) {
  if (query.empty()) return complain(".explain needs a query\n");
  std::cout << plan_of(compile(query, options_, err_paint()));
}

void shell_session::lint(std::string_view query) {
  if (query.empty()) return complain(".lint needs a query\n");
  const doppel::query_collection collection = compile(query, options_, err_paint()).collection();
  const std::string remarks = remarks_on(query, options_, twins_.sample(collection), out_paint());
  std::cout << (remarks.empty() ? "nothing to say\n" : remarks);
}

void shell_session::set_mode(std::string_view name) {
  if (!name.empty()) {
    const auto mode = mode_named(name);
    if (!mode) return complain("the modes are hub and extended\n");
    options_.mode = *mode;
  }
  std::cout << "mode: " << (options_.mode == doppel::query_mode::hub ? "hub" : "extended") << '\n';
}

void shell_session::set_table(std::string_view name) {
  if (!name.empty() && name != "on" && name != "off") return complain(".table is on or off\n");
  is_table_ = name.empty() ? !is_table_ : name == "on";
  std::cout << "rows are " << (is_table_ ? "a table" : "JSON") << '\n';
}

void shell_session::show_schema(std::string_view path) {
  table rows({table::align::left, table::align::left, table::align::right});
  for (const auto& [name, entry] : twins_.paths().entries()) {
    const bool is_below = name.starts_with(path) && (path.empty() || name.size() == path.size() ||
                                                     name[path.size()] == '.' || path.ends_with('.'));
    if (!is_below) continue;
    rows.add({printable(name), kind_names(entry.kinds), group_digits(entry.documents)});
  }
  if (rows.empty()) return complain("no such path in these twins: " + printable(path) + '\n');
  std::cout << rows.render(out_paint());
  if (twins_.devices() + twins_.modules() > twin_store::indexed_documents) {
    std::cout << "of the first " << group_digits(twin_store::indexed_documents) << " twins\n";
  }
}

}  // namespace cli
