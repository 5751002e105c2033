// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_CONDITION_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_CONDITION_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column_path.hpp>
#include <doppel/fleet/columns/column_scratch.hpp>
#include <doppel/fleet/columns/column_segment.hpp>
#include <doppel/fleet/columns/detail/atom_rows.hpp>
#include <doppel/fleet/columns/detail/mask_plan.hpp>
#include <doppel/fleet/columns/detail/stamp_test.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/query/program.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

/// @file
/// The condition of a query over columns.
namespace doppel {
inline namespace v0 {

/// The condition of a program made ready for columns: says of all rows of a chunk at once whether they match.
///
/// Conjuncts of one atom, and those of AND, OR and NOT over atoms and comparisons of two paths, are decided from
/// columns where there are segments, paths that are compared if they have few values; the others, and those whose
/// segments are missing or unsuitable, stay open and are asked of the twins that are left.
/// @par Thread safety
/// Immutable: any number of threads, each with a `column_scratch`.
/// @par Specification
/// spec/query.md 5 to 10: the answers are those of `matches`.
class column_condition {
public:
  /// @return the condition, or `errc::out_of_memory`
  /// @par Complexity
  /// Linear in the condition.
  [[nodiscard]] static boost::system::result<column_condition> make(const program& p, memory_ref memory = {}) noexcept {
    column_condition made(p, memory);
    if (!made.plan_.make(p) || !made.find_seconds()) return make_error_code(errc::out_of_memory);
    return made;
  }

  [[nodiscard]] const program& compiled() const noexcept { return program_; }

  /// Says whether a segment of a path (by its number in `program::paths()`) would help.
  /// @pre `column_path::exists(compiled(), path)`
  /// @par Complexity
  /// Linear in the condition.
  [[nodiscard]] bool wants(std::uint32_t path) const noexcept {
    for (std::uint32_t i = 0; i != plan_.size(); ++i) {
      const detail::mask_step& step = plan_[i];
      if (step.what == detail::mask_step::kind::atom && program_.atoms()[step.a].path == path) return true;
      if (step.what != detail::mask_step::kind::compare) continue;
      if (slot_path(step.a) == path || slot_path(step.b) == path) return true;
    }
    return false;
  }

  /// Makes room for `rows_of`.
  /// @return nothing, or `errc::out_of_memory`
  boost::system::result<void> prepare(column_scratch& scratch) const noexcept {
    const std::size_t atoms = (std::min)(program_.atoms().size(), std::size_t{detail::mask_plan::max_atoms});
    if (!scratch.reserve(program_, atoms, plan_.comparisons(), plan_.depth()))
      return make_error_code(errc::out_of_memory);
    return {};
  }

  /// Finds the rows that match.
  /// @param segments by the numbers of paths in `program::paths()`, of the chunk at hand; null where there is none
  /// @param live the rows to ask about
  /// @param[out] rows those of @p live that match, if all conjuncts could be decided; else those that still may
  /// @return whether all could be decided; if not, each row's twin has to be asked (`matches`)
  /// @pre the scratch is prepared for this condition; all segments have as many rows
  /// @par Complexity
  /// Linear in the chunk times the atoms. An atom over codes is decided for each value of a dictionary when the
  /// dictionary is another one than in the chunk before.
  /// @par Exception safety
  /// Nothing fails, throws or allocates.
  bool rows_of(std::span<const column_segment* const> segments, const detail::row_set& live, column_scratch& scratch,
               detail::row_set& rows) const noexcept {
    DOPPEL_ASSERT(scratch.is_for(program_) && segments.size() >= program_.paths().size());
    if (program_.is_never()) {
      rows = {};
      return true;
    }
    rows = live;
    bool is_decided = true;
    for (std::uint32_t c = 0; c != plan_.conjuncts(); ++c) {
      const query_range steps = plan_.conjunct(c);
      const std::uint32_t words = steps.empty() ? 0 : words_for(steps, segments, live, scratch);
      if (words == 0) {
        is_decided = false;
        continue;
      }
      run(steps, segments, words, scratch, rows);
    }
    return is_decided;
  }

private:
  column_condition(const program& p, memory_ref memory) noexcept
      : program_(p), plan_(memory), seconds_(memory), first_second_(memory) {}

  /// For each literal of atoms about stamps.
  bool find_seconds() noexcept {
    std::uint32_t count = 0;
    if (!first_second_.reserve(program_.atoms().size())) return false;
    for (std::uint32_t pass = 0; pass != 2; ++pass) {
      if (pass == 1 && !seconds_.reserve(count)) return false;
      count = 0;
      for (std::size_t a = 0; a != program_.atoms().size(); ++a) {
        const query_atom& atom = program_.atoms()[a];
        first_second_.data()[a] = count;
        if (atom.op < atom_op::equal || atom.op > atom_op::in) continue;
        if (detail::track_of(program_.paths(), atom.path).stamp == 0) continue;
        for (std::uint32_t l = atom.literals.begin; l != atom.literals.end; ++l, ++count) {
          const query_constant& literal = program_.literals()[l];
          if (pass == 1)
            seconds_.data()[count] =
                literal.value.is_string() ? detail::second_of_text(literal) : detail::stamp_range{};
        }
      }
    }
    return true;
  }

  std::uint32_t slot_path(std::uint32_t slot) const noexcept { return program_.slot_list()[slot].path; }

  /// Words of the segments that a conjunct needs; 0 if some are missing.
  std::uint32_t words_for(query_range steps, std::span<const column_segment* const> segments,
                          const detail::row_set& live, const column_scratch& scratch) const noexcept {
    using kind = detail::mask_step::kind;
    std::uint32_t words = 0;
    for (std::uint32_t i = steps.begin; i != steps.end; ++i) {
      const detail::mask_step& step = plan_[i];
      if (step.what != kind::atom && step.what != kind::compare) continue;
      const bool is_atom = step.what == kind::atom;
      const column_segment* const s = segments[is_atom ? program_.atoms()[step.a].path : slot_path(step.a)];
      if (s == nullptr || s->kind() == column_kind::unsuitable) return 0;
      words = s->words();
      if (is_atom) continue;
      const column_segment* const other = segments[slot_path(step.b)];
      if (other == nullptr || !detail::pair_table::exists(*s, *other, live, scratch.kernels())) return 0;
    }
    return words;
  }

  void run(query_range steps, std::span<const column_segment* const> segments, std::uint32_t words,
           column_scratch& scratch, detail::row_set& rows) const noexcept {
    std::uint32_t depth = 0;
    for (std::uint32_t i = steps.begin; i != steps.end; ++i) {
      const detail::mask_step& step = plan_[i];
      if (step.what == detail::mask_step::kind::atom) {
        atom_rows(step, *segments[program_.atoms()[step.a].path], words, scratch, rows, scratch.set(depth++));
        continue;
      }
      if (step.what == detail::mask_step::kind::compare) {
        const column_segment& left = *segments[slot_path(step.a)];
        const column_segment& right = *segments[slot_path(step.b)];
        scratch.comparison(step.number)
            .rows_of(program_, step, left, right, words, scratch.kernels(), scratch.set(depth++));
        continue;
      }
      const std::uint64_t* const right = scratch.set(--depth);
      std::uint64_t* const left = scratch.set(depth - 1);
      if (step.what == detail::mask_step::kind::both) {
        for (std::uint32_t w = 0; w != words; ++w) left[w] &= right[w];
      } else {
        for (std::uint32_t w = 0; w != words; ++w) left[w] |= right[w];
      }
    }
    const std::uint64_t* const result = scratch.set(0);
    for (std::uint32_t w = 0; w != words; ++w) rows.words[w] &= result[w];
    for (std::uint32_t w = words; w != detail::row_set::word_count; ++w) rows.words[w] = 0;
  }

  void atom_rows(const detail::mask_step& step, const column_segment& s, std::uint32_t words, column_scratch& scratch,
                 const detail::row_set& needed, std::uint64_t* to) const noexcept {
    if (s.is_coded()) {
      return scratch.table(step.a).of(program_, step.a, s, step.wanted).rows_of(s, words, scratch.kernels(), to);
    }
    const detail::atom_question q{
        program_, program_.atoms()[step.a], step.wanted, seconds_.data() + first_second_.data()[step.a], needed.words,
        words,    scratch.kernels()};
    switch (s.kind()) {
      case column_kind::floats: return detail::number_rows(q, s.cells<float>(), to);
      case column_kind::doubles: return detail::number_rows(q, s.cells<double>(), to);
      default: return detail::stamp_rows(q, s.stamps(), to);
    }
  }

  program program_;
  detail::mask_plan plan_;
  detail::array<detail::stamp_range> seconds_;
  detail::array<std::uint32_t> first_second_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_CONDITION_HPP
