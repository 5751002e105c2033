// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_CHUNK_QUERY_HPP
#define DOPPEL_FLEET_DETAIL_CHUNK_QUERY_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/detail/chunk.hpp>
#include <doppel/fleet/detail/row_set.hpp>
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
#include <optional>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What one thread needs to ask chunks. Everything but `prepare` wants the chunk locked.
template <class Policy>
class chunk_query {
public:
  using chunk_type = chunk<Policy>;

  chunk_query(const program& p, memory_ref memory) noexcept : scratch_(memory), program_(p), memory_(memory) {}

  /// @return nothing, or `errc::out_of_memory`
  boost::system::result<void> prepare() noexcept {
    auto bound = bound_program::bind(program_, {}, memory_);
    if (!bound) return bound.error();
    bound_.emplace(*std::move(bound));
    return scratch_.prepare(program_);
  }

  /// Finds the rows that match, from slot `begin` on, until there are `most`.
  /// @return the slot to go on from; the chunk's size if all have been asked
  std::uint32_t find(const chunk_type& c, std::uint32_t begin, std::uint32_t most, row_set& found) noexcept {
    found = {};
    if (c.live_count() == 0 || begin >= c.size()) return c.size();
    bound_->bind_to(c.keys());
    const auto twin_at = [&](std::size_t i) -> const basic_twin<Policy>& {
      return c[begin + static_cast<std::uint32_t>(i)];
    };
    const std::size_t asked = for_each_match(*bound_, c.size() - begin, twin_at, scratch_, [&](std::size_t i) {
      const std::uint32_t slot = begin + static_cast<std::uint32_t>(i);
      if (!c.live().has(slot)) return true;
      found.add(slot);
      return --most != 0;
    });
    return begin + static_cast<std::uint32_t>(asked);
  }

  /// Gives a run the rows that have been found.
  boost::system::result<void> add(const chunk_type& c, const row_set& found, query_run& run) noexcept {
    for (std::uint32_t i = found.next(0); i < c.size(); i = found.next(i + 1)) {
      const twin_document<Policy> document(c[i], *bound_);
      if (const auto added = run.add_match(document, c.number(i), scratch_); !added) return added;
    }
    return {};
  }
  /// Appends the row of a slot.
  boost::system::result<void> write(const chunk_type& c, std::uint32_t slot, text_buffer& out) noexcept {
    return write_row(program_, twin_document<Policy>(c[slot], *bound_), scratch_, out);
  }

private:
  std::optional<bound_program> bound_;
  query_scratch scratch_;
  const program& program_;
  memory_ref memory_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_CHUNK_QUERY_HPP
