// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_engine.hpp"

#include "documents.hpp"
#include "held_failure.hpp"
#include "pipeline.hpp"
#include "query_document.hpp"

#include <doppel/query/run.hpp>
#include <doppel/query/text_scan.hpp>

#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace cli {

namespace {

/// A chunk and what has become of it.
struct task {
  chunk input;
  std::vector<input_problem> problems;  // in the order of their places
  std::uint64_t documents = 0;
  std::uint64_t matched = 0;

  // Where rows can go out at once: their text, and where each ends.
  doppel::text_buffer rows;
  std::vector<std::size_t> row_ends;
  // Where they cannot.
  std::optional<doppel::query_run> part;
};

/// Rows can go out as they come, whatever the other chunks have.
bool is_simple(const doppel::program& query) { return query.is_streaming() && !query.is_distinct(); }

/// What one thread works with.
class worker {
public:
  worker(const doppel::program& query, const engine_options& options)
      : query_(query),
        is_strict_(options.is_strict),
        is_simple_(is_simple(query)),
        scan_(make_scan(query)),
        document_(options.max_document) {}

  void operator()(task& t) {
    t.problems.clear();
    t.documents = t.matched = 0;
    t.rows.clear();
    t.row_ends.clear();
    t.part.reset();
    if (!is_simple_) t.part.emplace(query_);

    auto next_problem = t.input.problems.begin();
    std::uint64_t position = t.input.number << 32U;
    for (const extent& document : t.input.documents) {
      for (; next_problem != t.input.problems.end() && is_before(next_problem->place, document.place); ++next_problem) {
        t.problems.push_back(std::move(*next_problem));
      }
      if (is_strict_ && !t.problems.empty()) break;
      ++t.documents;
      const std::string_view text = t.input.text(document);
      if (!document_.read(text)) {
        t.problems.push_back(describe(document_.where(), text, document.place));
      } else if (document_.is_in(query_.collection())) {
        ask(t, position++);
      }
    }
    for (; next_problem != t.input.problems.end(); ++next_problem) t.problems.push_back(std::move(*next_problem));
    if (t.part) t.matched = t.part->matched();
  }

private:
  static bool is_before(const text_place& a, const text_place& b) {
    return a.line != b.line ? a.line < b.line : a.column < b.column;
  }

  static doppel::text_scan make_scan(const doppel::program& query) {
    auto scan = doppel::text_scan::make(query);
    if (!scan) throw std::bad_alloc();
    return *std::move(scan);
  }

  void ask(task& t, std::uint64_t position) {
    if (!is_simple_) {
      require(scan_.add_to(*t.part, document_.text(), position));
      return;
    }
    bool is_match = false;
    require(scan_.write_row(document_.text(), t.rows, is_match));
    if (!is_match) return;
    ++t.matched;
    t.row_ends.push_back(t.rows.size());
  }

  const doppel::program& query_;
  bool is_strict_;
  bool is_simple_;
  doppel::text_scan scan_;
  query_document document_;
};

/// Puts the results of chunks together.
class collector {
public:
  collector(const doppel::program& query, const engine_options& options, const engine_sinks& sinks)
      : query_(query), is_strict_(options.is_strict), sinks_(sinks) {
    if (!is_simple(query)) whole_.emplace(query);
  }

  /// @return false to stop
  bool take(task& t) {
    summary_.documents += t.documents;
    summary_.matched += t.matched;
    if (whole_) {
      require(whole_->merge(*t.part));
    } else if (!give_rows(t)) {
      return false;
    }
    for (const input_problem& problem : t.problems) {
      ++summary_.bad;
      sinks_.problem(t.input.file, problem);
      if (is_strict_) {
        summary_.is_stopped = true;
        return false;
      }
    }
    sinks_.progress(t.input.bytes_read, summary_);
    return true;
  }

  engine_summary finish() {
    // A part of the documents has no groups and no order.
    if (whole_ && !summary_.is_stopped) {
      held_failure failure;
      require(whole_->finish([&](std::string_view row) { return failure.call([&] { return sinks_.row(row); }); }));
      failure.release();
    }
    return summary_;
  }

private:
  bool give_rows(const task& t) {
    std::size_t begin = 0;
    for (const std::size_t end : t.row_ends) {
      const std::uint64_t n = next_row_++;
      if (n >= query_.end_row()) return false;
      if (n >= query_.first_row() && !sinks_.row(t.rows.view().substr(begin, end - begin))) return false;
      begin = end;
    }
    return next_row_ < query_.end_row();
  }

  const doppel::program& query_;
  bool is_strict_;
  const engine_sinks& sinks_;
  engine_summary summary_;
  std::uint64_t next_row_ = 0;
  std::optional<doppel::query_run> whole_;
};

}  // namespace

engine_summary run_query(const doppel::program& query, document_reader& documents, const engine_options& options,
                         const engine_sinks& sinks) {
  collector results(query, options, sinks);
  pipeline<task> threads(documents, options.jobs);
  threads.run([&] { return worker(query, options); }, [&](task& t) { return results.take(t); });
  return results.finish();
}

}  // namespace cli
