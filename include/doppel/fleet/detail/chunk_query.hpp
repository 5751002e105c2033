// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_CHUNK_QUERY_HPP
#define DOPPEL_FLEET_DETAIL_CHUNK_QUERY_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column_scan.hpp>
#include <doppel/fleet/detail/chunk.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/fleet/detail/twin_collection.hpp>
#include <doppel/fleet/fleet.hpp>
#include <doppel/query/bound_program.hpp>
#include <doppel/query/for_each_match.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/row.hpp>
#include <doppel/query/run.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/query/twin_document.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What one thread needs to ask chunks: columns where there are some, and the twins for the rest.
template <class Policy>
class chunk_query {
public:
  using fleet_type = basic_fleet<Policy>;
  using chunk_type = chunk<Policy>;

  chunk_query(const fleet_type& f, const program& p) noexcept
      : program_(p),
        options_(f.options()),
        all_(f.of(p.collection())),
        scratch_(f.memory()),
        columns_(f.memory()),
        memory_(f.memory()) {}
  chunk_query(const chunk_query&) = delete;
  chunk_query& operator=(const chunk_query&) = delete;

  /// @param scan the number of the scan, or 0 to do without columns
  /// @return nothing, or `errc::out_of_memory`
  boost::system::result<void> prepare(std::uint64_t scan) noexcept {
    auto bound = bound_program::bind(program_, {}, memory_);
    if (!bound) return bound.error();
    bound_.emplace(*std::move(bound));
    if (const auto ready = scratch_.prepare(program_); !ready || scan == 0) return ready;
    return columns_.prepare(program_, memory_, [&](std::uint32_t path) {
      return all_.find_column(program_, path, scan, options_.columns);
    });
  }

  /// Finds the rows of a chunk that match, from number `from` on, until there are `most`, and looks at them.
  /// @param f called as `f(const row_set& found, std::uint32_t end)` with the chunk locked; all below slot `end` have
  /// been asked
  template <class F>
  void look(chunk_type& c, row_number from, std::uint32_t most, F&& f) noexcept {
    std::uint64_t writes = 0;
    {
      const std::shared_lock lock(c.mutex);
      row_set found;
      const std::uint32_t end = find(c, c.slot_from(from), most, found);
      f(std::as_const(found), end);
      writes = c.writes();
    }
    if (!columns_.has_built()) return;
    const std::unique_lock lock(c.mutex);
    // What was built is about rows that somebody has written to: once more, with nobody else there.
    if (c.writes() != writes) gather(c);
    all_.change_columns(c, [&](chunk_columns& columns) { columns_.publish(columns); });
  }

  /// Gives a run the rows that have been found; while looking at them.
  boost::system::result<void> add(const chunk_type& c, const row_set& found, query_run& run) noexcept {
    // No segments have been gathered of a chunk that has nothing to ask.
    if (found.empty()) return {};
    const auto grouped =
        columns_.add_groups(run, found, [&](std::uint32_t slot) -> std::uint64_t { return c.number(slot); });
    if (!grouped) return grouped.error();
    if (*grouped) return {};
    for (std::uint32_t i = found.next(0); i < c.size(); i = found.next(i + 1)) {
      const twin_document<Policy> document(c[i], bound_to(c));
      if (const auto added = run.add_match(document, c.number(i), scratch_); !added) return added;
    }
    return {};
  }
  /// Appends the row of a slot; while looking at it.
  boost::system::result<void> write(const chunk_type& c, std::uint32_t slot, text_buffer& out) noexcept {
    return write_row(program_, twin_document<Policy>(c[slot], bound_to(c)), scratch_, out);
  }

private:
  // Once for each look at a chunk, as the table may have grown.
  const bound_program& bound_to(const chunk_type& c) noexcept {
    if (!is_bound_) bound_->bind_to(c.keys());
    is_bound_ = true;
    return *bound_;
  }

  void gather(const chunk_type& c) noexcept {
    columns_.gather(
        c.columns(), c.size(), options_.chunk_rows,
        [&](std::uint32_t slot) { return c.live().has(slot) ? &c[slot].core() : nullptr; },
        all_.catalog().bytes() < options_.columns.bytes, options_.columns);
  }

  std::uint32_t find(const chunk_type& c, std::uint32_t begin, std::uint32_t most, row_set& found) noexcept {
    is_bound_ = false;
    if (c.live_count() == 0 || begin >= c.size()) return c.size();
    row_set open = c.live();
    open.remove_below(begin);
    if (columns_.has_columns()) {
      gather(c);
      row_set left;
      if (columns_.rows_of(open, left)) {
        const std::uint32_t end = left.keep_first(most);
        found = left;
        return (std::min)(end, c.size());
      }
      open = left;
    }
    return ask_twins(c, open, most, found);
  }
  std::uint32_t ask_twins(const chunk_type& c, const row_set& open, std::uint32_t most, row_set& found) noexcept {
    std::uint32_t count = 0;
    for (std::uint32_t slot = open.next(0); slot < c.size(); slot = open.next(slot + 1)) {
      slots_[count++] = static_cast<std::uint16_t>(slot);
    }
    const auto twin_at = [&](std::size_t i) -> const basic_twin<Policy>& { return c[slots_[i]]; };
    const std::size_t asked = for_each_match(bound_to(c), count, twin_at, scratch_, [&](std::size_t i) {
      found.add(slots_[i]);
      return --most != 0;
    });
    return asked == count ? c.size() : slots_[asked];
  }

  const program& program_;
  const fleet_options& options_;
  twin_collection<Policy>& all_;
  std::optional<bound_program> bound_;
  query_scratch scratch_;
  column_scan columns_;
  memory_ref memory_;
  bool is_bound_ = false;
  std::uint16_t slots_[fleet_options::max_chunk_rows];
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_CHUNK_QUERY_HPP
