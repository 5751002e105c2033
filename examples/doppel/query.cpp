// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel query: ask a question of files full of twins.

#include "commands.hpp"
#include "query_advice.hpp"
#include "query_document.hpp"
#include "query_engine.hpp"
#include "query_options.hpp"
#include "query_text.hpp"
#include "result_table.hpp"
#include "terminal.hpp"
#include "twin_store.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <thread>

namespace cli {

namespace {

constexpr std::size_t longest_document = std::size_t{1} << 30U;

/// Prints what the engine finds: rows to standard output, complaints to standard error.
class printer {
public:
  printer(const doppel::program& query, const document_reader& documents, const arguments& args)
      : bar_(documents.total_bytes()), counts_(args.has("--count")) {
    if (args.has("--table") && !counts_) {
      const auto width = number_of(args, "--width", 0, 100'000);
      table_ =
          std::make_unique<result_table>(std::cout, out_paint(), column_names(query), width.value_or(terminal_width()));
    }
  }

  bool row(std::string_view text) {
    ++rows_;
    if (counts_) return true;
    // On a terminal, rows take the place of the bar.
    if (is_terminal_output()) bar_.finish();
    if (table_) {
      table_->add(text);
    } else {
      std::cout.write(text.data(), static_cast<std::streamsize>(text.size()));
      std::cout.put('\n');
    }
    return static_cast<bool>(std::cout);
  }

  void problem(std::string_view file, const input_problem& what) {
    if (++problems_ > most_problems) return;
    bar_.finish();
    std::cout.flush();
    print_problem(file, what);
  }

  void progress(std::uint64_t bytes_read, const engine_summary& so_far) {
    if (!bar_.is_due()) return;
    if (is_terminal_output()) std::cout.flush();
    bar_.update(bytes_read, group_digits(so_far.documents) + " documents, " + group_digits(so_far.matched) + " match");
  }

  void finish(const engine_summary& summary, bool is_strict) {
    bar_.finish();
    if (counts_ && !summary.is_stopped) std::cout << rows_ << '\n';
    if (table_ && (rows_ != 0 || !summary.is_stopped)) table_->finish();
    std::cout.flush();
    if (problems_ > most_problems) std::cerr << "... and " << group_digits(problems_ - most_problems) << " more\n";
    if (summary.bad == 0) return;
    std::cerr << "doppel query: ";
    if (is_strict) {
      std::cerr << "stopped, as --strict asks\n";
    } else {
      std::cerr << group_digits(summary.bad)
                << (summary.bad == 1 ? " place could not be read and is left out\n"
                                     : " places could not be read and are left out\n");
    }
  }

private:
  static constexpr std::uint64_t most_problems = 20;

  cli::progress bar_;
  bool counts_;
  std::unique_ptr<result_table> table_;
  std::uint64_t rows_ = 0;
  std::uint64_t problems_ = 0;
};

constexpr std::size_t sample_size = 500;

/// --repeat: the twins in memory, asked several times. Rows are printed once; how long it took goes to standard error.
int ask_repeatedly(const arguments& args, const doppel::program& query, const std::vector<std::string>& names,
                   std::size_t jobs, std::size_t times) {
  if (query.collection() == doppel::query_collection::jobs) throw usage_error("--repeat is for twins, not for jobs");
  int status = exit_ok;
  twin_store twins(jobs);
  twins.load(names, [&status](std::string_view file, const input_problem& what) {
    print_problem(file, what);
    status = exit_input;
  });
  document_reader nothing({});
  printer out(query, nothing, args);
  for (std::size_t i = 0; i != times; ++i) {
    using clock = std::chrono::steady_clock;
    std::uint64_t rows = 0;
    const auto begin = clock::now();
    twins.ask(query, [&](std::string_view row) {
      ++rows;
      return i != 0 || out.row(row);
    });
    char line[96];
    std::snprintf(line, sizeof line, "%zu: %.3f ms, ", i + 1,
                  std::chrono::duration<double, std::milli>(clock::now() - begin).count());
    if (i == 0) out.finish({}, false);
    std::cerr << line << group_digits(rows) << " rows\n";
  }
  const doppel::column_statistics columns = twins.columns(query.collection());
  std::cerr << group_digits(twins.devices() + twins.modules()) << " twins, " << columns.columns << " columns in "
            << group_digits(columns.segments) << " segments, " << format_bytes(columns.bytes) << '\n';
  return status;
}

/// --explain and --lint: about the query, not its rows.
int advise(const arguments& args, const doppel::program& query, const std::vector<std::string>& names) {
  if (args.has("--explain")) std::cout << plan_of(query);
  if (!args.has("--lint")) return exit_ok;
  const std::string remarks = remarks_on(args.positional().front(), query_options_of(args),
                                         read_sample(names, query.collection(), sample_size), out_paint());
  std::cout << remarks;
  return remarks.empty() ? exit_ok : exit_refused;
}

int run(const arguments& args) {
  const doppel::program query = compile(args.positional().front(), query_options_of(args), err_paint());
  std::vector<std::string> names(args.positional().begin() + 1, args.positional().end());
  if (args.has("--explain") || args.has("--lint")) return advise(args, query, names);
  if (names.empty()) names.emplace_back("-");

  engine_options options;
  options.is_strict = args.has("--strict");
  options.jobs = number_of(args, "--jobs", 1, 1024).value_or(std::max(1U, std::thread::hardware_concurrency()));
  if (const auto times = number_of(args, "--repeat", 1, 1'000'000)) {
    return ask_repeatedly(args, query, names, options.jobs, *times);
  }
  options.max_document = number_of(args, "--longest", 1, longest_document).value_or(document_reader::default_document);
  document_reader documents(names, document_reader::default_chunk, options.max_document);
  printer out(query, documents, args);
  engine_sinks sinks;
  sinks.row = [&out](std::string_view row) { return out.row(row); };
  sinks.problem = [&out](std::string_view file, const input_problem& what) { out.problem(file, what); };
  sinks.progress = [&out](std::uint64_t bytes, const engine_summary& so_far) { out.progress(bytes, so_far); };
  const engine_summary summary = run_query(query, documents, options, sinks);
  out.finish(summary, options.is_strict);
  return summary.bad == 0 ? exit_ok : exit_input;
}

constexpr option options[] = {
    {"--table", "", "print a table for people instead of one JSON object a line"},
    {"--width", "N", "with --table: cut it to N columns; 0 for no limit (default: the terminal's width)"},
    {"--count", "", "print only how many rows there are"},
    {"--mode", "MODE", "extended (default), or hub: only what the service takes"},
    {"--dialect", "D", "query (default); condition or target-condition: what could stand behind WHERE, or *"},
    {"--explain", "", "print how the query will be worked on, instead of rows"},
    {"--lint", "", "print what is probably not meant, instead of rows; FILEs tell which paths there are"},
    {"--jobs", "N", "threads that work (default: one for each processor)"},
    {"--repeat", "N", "load all twins into memory and ask N times; tells how long each time took"},
    {"--longest", "BYTES", "leave out documents that are longer (default: 16777216)"},
    {"--strict", "", "stop at the first document that is none"},
};

}  // namespace

const command query_command = {
    "query",
    "QUERY [FILE...] [--table] [--count] [--mode MODE] [--strict] ...",
    "ask a question of files full of twins",
    "  doppel query \"SELECT deviceId, tags.site.city FROM devices WHERE status = 'disabled'\" fleet.jsonl\n"
    "\n"
    "Files, or standard input if there is none, hold full documents: one a line, in JSON arrays, or laid out over\n"
    "several lines, each with { alone on the first. They may be of any size: only as much is in memory as the\n"
    "threads work on, and the rows where ORDER BY, GROUP BY or DISTINCT have to hold them.\n"
    "\n"
    "FROM devices asks the documents without moduleId, FROM devices.modules those with one, FROM devices.jobs those\n"
    "with jobId. Rows come in the order of the input.\n"
    "\n"
    "With --repeat the twins stay in memory, in a fleet: the first time builds the columns that the query would like to\n"
    "have, and the others use them.\n"
    "\n"
    "A place that cannot be read is reported and left out. Exit status 0: all was read, whether rows were found or\n"
    "not. 1: --lint has found something. 2: the query is wrong. 3: something could not be read; with --strict, "
    "reading\n"
    "stopped there.\n",
    options,
    1,
    static_cast<std::size_t>(-1),
    run,
};

}  // namespace cli
