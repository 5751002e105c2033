// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_SELECT_HPP
#define DOPPEL_FLEET_SELECT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/fleet/detail/chunk_query.hpp>
#include <doppel/fleet/detail/fleet_scan.hpp>
#include <doppel/fleet/executor.hpp>
#include <doppel/fleet/fleet.hpp>
#include <doppel/query/continuation.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/run.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// @file
/// Queries over a fleet.
///
/// A scan goes through the chunks in order and locks each for reading while it asks its rows; rows are given to the
/// caller with nothing locked. It sees each row once, in a committed state; rows that are there all the time are never
/// left out; those that are written to, come or go meanwhile are seen as they were before or after. Functions with an
/// executor use its threads; the rows and their order are the same, but for the last digits of SUM and AVG where sums of
/// fractions have to be rounded: each thread adds up what it meets.
///
/// Errors of all of them: `errc::not_supported` for a program that is not one over devices or modules,
/// `errc::canceled` when the checkpoint said so, `errc::out_of_memory`.
namespace doppel {
inline namespace v0 {

/// How to scan.
struct select_options {
  scan_checkpoint checkpoint = {};
  /// What tokens of `select` are signed with.
  continuation_key key = {};
  /// Whether columns are built and used. The rows are the same.
  bool uses_columns = true;
};

namespace detail {
inline scan_options scan_options_of(const select_options& options) noexcept {
  return {options.checkpoint, options.uses_columns};
}
}  // namespace detail

/// How many twins match the condition of a program, whatever rows it makes of them.
/// @par Complexity
/// Linear in the rows of the collection.
template <class Policy, scan_executor Executor = const inline_executor>
[[nodiscard]] boost::system::result<std::uint64_t> count(const basic_fleet<Policy>& f, const program& p,
                                                         const select_options& options = {},
                                                         Executor&& executor = inline_executor()) noexcept {
  std::atomic<std::uint64_t> sum{0};
  const auto done = detail::scan_chunks(f, p, detail::scan_options_of(options), executor,
                                        [&](std::size_t, detail::chunk_query<Policy>& query,
                                            detail::chunk<Policy>& c) -> boost::system::result<detail::scan_step> {
                                          query.look(c, 0, fleet_options::max_chunk_rows,
                                                     [&](const detail::row_set& found, std::uint32_t) {
                                                       sum.fetch_add(found.count(), std::memory_order_relaxed);
                                                     });
                                          return detail::scan_step::go_on;
                                        });
  if (!done) return done.error();
  return sum.load();
}

namespace detail {

/// Takes a whole collection into a run, of all rows or of the page that `turn` turns it to.
template <class Policy, class Executor, class Turn>
boost::system::result<query_run> run_over(const basic_fleet<Policy>& f, const program& p, const select_options& options,
                                          Executor& executor, Turn&& turn) noexcept {
  task_list<query_run> runs(f.memory());
  const std::size_t tasks = task_count(executor);
  if (!runs.make(tasks, p, f.memory())) return make_error_code(errc::out_of_memory);
  for (std::size_t i = 0; i != tasks; ++i) {
    if (const auto turned = turn(runs[i]); !turned) return turned.error();
  }
  const auto done = scan_chunks(
      f, p, scan_options_of(options), executor,
      [&](std::size_t task, chunk_query<Policy>& query, chunk<Policy>& c) -> boost::system::result<scan_step> {
        boost::system::result<void> added;
        query.look(c, 0, fleet_options::max_chunk_rows,
                   [&](const row_set& found, std::uint32_t) { added = query.add(c, found, runs[task]); });
        if (!added) return added.error();
        return runs[task].is_full() ? scan_step::stop : scan_step::go_on;
      });
  if (!done) return done.error();
  for (std::size_t i = 1; i != tasks; ++i) {
    if (const auto merged = runs[0].merge(runs[i]); !merged) return merged.error();
  }
  return std::move(runs[0]);
}

}  // namespace detail

/// Takes a whole collection into a run: for groups, orders and aggregates, and to be merged with the runs of others.
template <class Policy, scan_executor Executor = const inline_executor>
[[nodiscard]] boost::system::result<query_run> run_query(const basic_fleet<Policy>& f, const program& p,
                                                         const select_options& options = {},
                                                         Executor&& executor = inline_executor()) noexcept {
  return detail::run_over(f, p, options, executor, [](query_run&) -> boost::system::result<void> { return {}; });
}

/// Gives all rows of a query.
/// @param sink called with each row, minified JSON, on the calling thread and in order; returns whether it wants more
template <class Policy, class Sink, scan_executor Executor = const inline_executor>
boost::system::result<void> for_each_row(const basic_fleet<Policy>& f, const program& p, Sink&& sink,
                                         const select_options& options = {},
                                         Executor&& executor = inline_executor()) noexcept {
  if (p.is_streaming() && !p.is_distinct()) {
    return detail::stream_rows(f, p, detail::scan_options_of(options), executor, sink);
  }
  auto run = run_query(f, p, options, executor);
  if (!run) return run.error();
  return run->finish(sink);
}

/// Gives one page of a query's rows.
///
/// Rows of twins come in the order of insertion, or in that of ORDER BY and then of insertion, and a token leads to the
/// next one that has not been given: it stays valid whatever is written, inserted or erased, also after the fleet has
/// been saved and loaded. No page repeats or leaves out a row that is there throughout, with what it is sorted by.
/// Rows of groups and of DISTINCT have the place of their first twin: one whose first twin changes between pages can
/// move across their border.
/// @param page_size rows of a page, at least 1; see `page_size` in `doppel/query/page_size.hpp`
/// @param token that of the page before; nothing for the first page
/// @param sink called with each row, minified JSON
/// @return the token of the next page, or nothing if this was the last; also `errc::bad_continuation`
/// @par Complexity
/// Up to the first row of the next page for rows of twins without ORDER BY; the whole collection for others. Memory is
/// bounded by the page and what OFFSET leaves out, but for groups and DISTINCT.
/// @par Specification
/// spec/query.md 13
template <class Policy, class Sink, scan_executor Executor = const inline_executor>
boost::system::result<std::optional<continuation_token>> select(const basic_fleet<Policy>& f, const program& p,
                                                                std::uint32_t page_size,
                                                                std::optional<std::string_view> token, Sink&& sink,
                                                                const select_options& options = {},
                                                                Executor&& executor = inline_executor()) noexcept {
  DOPPEL_ASSERT(page_size != 0);
  continuation from;
  if (token.has_value()) {
    auto parsed = parse_continuation(*token, p, options.key, f.memory());
    if (!parsed) return parsed.error();
    from = *std::move(parsed);
  }
  std::optional<continuation> next;
  if (p.is_streaming() && !p.is_distinct()) {
    const auto done = detail::page_of_twins(f, p, page_size, from, detail::scan_options_of(options), sink, next);
    if (!done) return done.error();
  } else {
    auto run = detail::run_over(f, p, options, executor, [&](query_run& r) { return r.turn_to(from, page_size); });
    if (!run) return run.error();
    auto given = run->finish_page(sink);
    if (!given) return given.error();
    next = *std::move(given);
  }
  if (!next) return std::optional<continuation_token>();
  auto made = make_continuation(p, *next, options.key, f.memory());
  if (!made) return made.error();
  return std::optional<continuation_token>(*std::move(made));
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_SELECT_HPP
