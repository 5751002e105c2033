// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_GROUPS_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_GROUPS_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column_isa.hpp>
#include <doppel/fleet/columns/column_path.hpp>
#include <doppel/fleet/columns/column_segment.hpp>
#include <doppel/fleet/columns/detail/group_rows.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/query/json_text.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/run.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <span>

/// @file
/// Groups and aggregates over columns.
namespace doppel {
inline namespace v0 {

/// The groups and aggregates of a program made ready for columns, and the memory that this takes: one for each
/// thread.
///
/// What goes into a `query_run` is the same, to the last bit of a sum, as if the rows had been added one by one.
/// @par Thread safety
/// One thread at a time.
/// @par Specification
/// spec/query.md 11
class column_groups {
public:
  /// Says whether columns can help at all: at most one key, and it and all that is aggregated are paths with columns.
  [[nodiscard]] static bool exists(const program& p) noexcept {
    if (!p.is_grouped() || p.group_keys().size() > 1) return false;
    for (const query_range& key : p.group_keys()) {
      if (path_of(p, key) == no_index) return false;
    }
    for (const query_aggregation& a : p.aggregates()) {
      if (!a.counts_rows && path_of(p, a.code) == no_index) return false;
    }
    return true;
  }

  /// @param isa what to scan with, that this machine has; all give the same answers
  /// @return the groups, or `errc::out_of_memory`
  /// @pre `exists(p)`
  [[nodiscard]] static boost::system::result<column_groups> make(const program& p, memory_ref memory = {},
                                                                 column_isa isa = best_column_isa()) noexcept {
    DOPPEL_ASSERT(exists(p) && is_supported(isa));
    column_groups made(p, memory, isa);
    const std::size_t count = p.aggregates().size();
    if (!made.paths_.reserve(count) || !made.defined_.reserve(count) || !made.order_.reserve(1)) {
      return make_error_code(errc::out_of_memory);
    }
    for (std::size_t a = 0; a != count; ++a) {
      const query_aggregation& aggregation = p.aggregates()[a];
      made.paths_.data()[a] = aggregation.counts_rows ? no_index : path_of(p, aggregation.code);
    }
    if (!p.group_keys().empty()) made.key_path_ = path_of(p, p.group_keys()[0]);
    return made;
  }

  /// Says whether `add_to` needs the segment of a path.
  [[nodiscard]] bool wants(std::uint32_t path) const noexcept {
    if (key_path_ == path) return true;
    for (std::size_t a = 0; a != program_.aggregates().size(); ++a) {
      if (paths_.data()[a] == path) return true;
    }
    return false;
  }

  /// Gives a run the rows of a chunk that match.
  /// @param segments by the numbers of paths in `program::paths()`; null where there is none
  /// @param position_at the position of a row in the collection, `std::uint64_t position_at(std::uint32_t row)`;
  /// ascending
  /// @return whether the rows have been added; if not, none has been, and they have to be one by one. Or
  /// `errc::out_of_memory`
  /// @par Complexity
  /// Linear in the chunk times the aggregates; for up to 16 groups, in the chunk times the groups, 64 rows at a time.
  template <class PositionAt>
  boost::system::result<bool> add_to(query_run& run, std::span<const column_segment* const> segments,
                                     const detail::row_set& rows, PositionAt&& position_at) noexcept {
    const column_segment* key = nullptr;
    if (!find_segments(segments, rows, key)) return false;
    detail::row_set left = rows;
    detail::group_rows group(kernels_, words_);
    const auto add = [&](std::uint32_t first) { return add_group(run, segments, key, group, first, position_at); };
    std::uint32_t first = left.next(0);
    for (std::uint32_t n = 0; n != most_masks && first != end_of_rows; ++n, first = left.next(first)) {
      group.take(key, key == nullptr ? 0 : key->code(first), left);
      if (!add(first)) return refused();
    }
    if (first == end_of_rows) return true;
    order_.data()->sort(*key, left);
    for (std::uint32_t begin = 0; begin != order_.data()->size();) {
      begin = order_.data()->next(begin, *key, group);
      if (!add(group.list()[0])) return refused();
    }
    return true;
  }

private:
  static constexpr std::uint32_t most_masks = 16;
  static constexpr std::uint32_t end_of_rows = fleet_options::max_chunk_rows;

  column_groups(const program& p, memory_ref memory, column_isa isa) noexcept
      : program_(p), paths_(memory), defined_(memory), order_(memory), kernels_(&detail::kernels_for(isa)) {}

  static boost::system::result<bool> refused() noexcept {
    return {boost::system::in_place_error, make_error_code(errc::out_of_memory)};
  }

  /// The path that an expression is; `no_index` if it is more, or if the path has no column.
  static std::uint32_t path_of(const program& p, const query_range& code) noexcept {
    if (code.size() != 1 || p.code()[code.begin].opcode != query_opcode::slot) return no_index;
    const std::uint32_t path = p.slot_list()[p.code()[code.begin].a].path;
    return column_path::exists(p, path) ? path : no_index;
  }

  /// Finds out which rows have what is aggregated. False if some rows are not for columns.
  bool find_segments(std::span<const column_segment* const> segments, const detail::row_set& rows,
                     const column_segment*& key) noexcept {
    words_ = detail::row_set::word_count;
    if (key_path_ != no_index) {
      key = segments[key_path_];
      if (key == nullptr || !key->is_coded() || detail::has_objects(*key, rows, *kernels_)) return false;
      words_ = key->words();
    }
    for (std::uint32_t a = 0; a != program_.aggregates().size(); ++a) {
      const query_aggregation& aggregation = program_.aggregates()[a];
      if (aggregation.counts_rows) continue;
      const column_segment* const s = segments[paths_.data()[a]];
      if (s == nullptr || s->kind() == column_kind::unsuitable) return false;
      detail::row_set& defined = defined_.data()[a];
      detail::defined_rows(*s, *kernels_, defined);
      bool is_empty = true;
      for (std::uint32_t w = 0; w != detail::row_set::word_count; ++w) {
        defined.words[w] &= rows.words[w];
        is_empty = is_empty && defined.words[w] == 0;
      }
      if (!is_empty && aggregation.function != query_aggregate::count && !s->has_numbers()) return false;
    }
    return true;
  }

  template <class PositionAt>
  bool add_group(query_run& run, std::span<const column_segment* const> segments, const column_segment* key,
                 detail::group_rows& group, std::uint32_t first, PositionAt& position_at) noexcept {
    query_value value;
    if (key != nullptr && key->code(first) >= column_segment::first_code) {
      value = value_of_json((*key->dictionary().get())[key->code(first) - column_segment::first_code]);
    }
    const std::span<const query_value> keys(&value, key == nullptr ? 0 : 1);
    detail::aggregate_state* const states = run.add_group(keys, position_at(first), group.size());
    if (states == nullptr) return false;
    for (std::uint32_t a = 0; a != program_.aggregates().size(); ++a) {
      const query_aggregation& aggregation = program_.aggregates()[a];
      detail::aggregate_state& state = states[a];
      if (aggregation.counts_rows) {
        state.add_count(group.size());
        continue;
      }
      const column_segment& s = *segments[paths_.data()[a]];
      const detail::row_set& defined = defined_.data()[a];
      switch (aggregation.function) {
        case query_aggregate::count: state.add_count(group.count(defined)); break;
        case query_aggregate::min:
        case query_aggregate::max:
          if (!add_extreme(state, aggregation.function, group.best(s, defined, aggregation.function), s, position_at)) {
            return false;
          }
          break;
        default: group.add_sum(s, defined, state); break;
      }
    }
    return true;
  }

  template <class PositionAt>
  bool add_extreme(detail::aggregate_state& state, query_aggregate function, std::uint32_t row, const column_segment& s,
                   PositionAt& position_at) noexcept {
    if (row == no_index) return true;
    const double d = s.number(row);
    const query_value v =
        s.integers().has(row) ? query_value::integer(static_cast<std::int64_t>(d)) : query_value::floating(d);
    return state.add(function, v, position_at(row), memory_ref());
  }

  program program_;
  detail::array<std::uint32_t> paths_;  // of aggregates
  std::uint32_t key_path_ = no_index;
  detail::array<detail::row_set> defined_;  // for each aggregate
  detail::array<detail::rows_by_code> order_;
  const detail::column_kernels* kernels_;
  std::uint32_t words_ = 0;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_GROUPS_HPP
