// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_MASK_PLAN_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_MASK_PLAN_HPP

#include <doppel/base/memory.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/value.hpp>

#include <algorithm>
#include <cstdint>

namespace doppel {
inline namespace v0 {
namespace detail {

/// A step of logic over sets of rows, on a stack of them.
struct mask_step {
  enum class kind : std::uint8_t {
    atom,     ///< pushes the rows of which atom `a` says `wanted`
    compare,  ///< pushes the rows of which comparison `number`, of slots `a` and `b`, says `wanted`
    both,
    either
  };

  kind what{};
  truth wanted{};  // yes or no
  query_operator op{};
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t number = 0;
};

/// The conjuncts of a program as steps over sets of rows.
///
/// NOT is pushed down to what it is about: NOT (a AND b) holds where a says no or b does. So of everything just one of
/// two sets is needed, the rows that say yes or those that say no, and undefined is in neither.
class mask_plan {
public:
  /// Atoms from this number on are asked of twins: it bounds what a scan needs.
  static constexpr std::uint32_t max_atoms = 256;
  static constexpr std::uint32_t max_comparisons = 8;

  explicit mask_plan(memory_ref memory) noexcept : steps_(memory), conjuncts_(memory) {}

  /// False when memory is refused.
  [[nodiscard]] bool make(const program& p) noexcept {
    for (const query_conjunct& c : p.conjuncts()) {
      const std::uint32_t begin = steps_.size();
      bool is_there = true;
      if (c.atom != no_index) {
        if (!steps_.push({mask_step::kind::atom, truth::yes, {}, c.atom, 0, 0})) return false;
        depth_ = (std::max)(depth_, 1u);
      } else if (c.is_logic && p.dialect() != query_dialect::route) {
        if (!add_code(p, c.code)) return false;
      } else {
        is_there = false;
      }
      for (std::uint32_t i = begin; i != steps_.size(); ++i) {
        const mask_step& step = steps_[i];
        is_there = is_there && (step.what != mask_step::kind::atom || step.a < max_atoms) &&
                   (step.what != mask_step::kind::compare || step.number < max_comparisons);
      }
      if (!is_there) steps_.truncate(begin);
      if (!conjuncts_.push({begin, steps_.size()})) return false;
    }
    return true;
  }

  /// Steps of a conjunct; none if it has to be asked of twins.
  [[nodiscard]] query_range conjunct(std::uint32_t i) const noexcept { return conjuncts_[i]; }
  [[nodiscard]] std::uint32_t conjuncts() const noexcept { return conjuncts_.size(); }
  [[nodiscard]] const mask_step& operator[](std::uint32_t i) const noexcept { return steps_[i]; }
  [[nodiscard]] std::uint32_t size() const noexcept { return steps_.size(); }
  /// Comparisons that are numbered from 0 on.
  [[nodiscard]] std::uint32_t comparisons() const noexcept { return (std::min)(comparisons_, max_comparisons); }
  /// Sets that the stack holds at most.
  [[nodiscard]] std::uint32_t depth() const noexcept { return depth_; }

private:
  bool add_code(const program& p, query_range code) noexcept {
    const std::uint32_t begin = steps_.size();
    // From the end, each operator comes before its operands, and tells them what is wanted of them.
    growing_list<truth> wanted(steps_.memory());
    if (!wanted.push(truth::yes)) return false;
    for (std::uint32_t at = code.end; at != code.begin;) {
      const query_instruction& i = p.code()[--at];
      if (i.opcode == query_opcode::skip_if_no || i.opcode == query_opcode::skip_if_yes) continue;
      const truth t = wanted.back();
      wanted.truncate(wanted.size() - 1);
      mask_step step{mask_step::kind::atom, t, {}, i.a, 0, 0};
      switch (i.opcode) {
        case query_opcode::logical_not:
          if (!wanted.push(negate(t))) return false;
          continue;
        case query_opcode::logical_and:
        case query_opcode::logical_or:
          step.what = (i.opcode == query_opcode::logical_and) == (t == truth::yes) ? mask_step::kind::both
                                                                                   : mask_step::kind::either;
          if (!wanted.push(t) || !wanted.push(t)) return false;
          break;
        case query_opcode::atom: break;
        default:  // behind the two slots
          step = {mask_step::kind::compare, t, i.op(), p.code()[at - 2].a, p.code()[at - 1].a, comparisons_++};
          at -= 2;
          break;
      }
      if (!steps_.push(step)) return false;
    }
    std::reverse(&steps_[begin], &steps_[begin] + (steps_.size() - begin));
    std::uint32_t depth = 0;
    for (std::uint32_t i = begin; i != steps_.size(); ++i) {
      const bool pushes = steps_[i].what == mask_step::kind::atom || steps_[i].what == mask_step::kind::compare;
      depth = pushes ? depth + 1 : depth - 1;
      depth_ = (std::max)(depth_, depth);
    }
    return true;
  }

  growing_list<mask_step> steps_;
  growing_list<query_range> conjuncts_;
  std::uint32_t depth_ = 0;
  std::uint32_t comparisons_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_MASK_PLAN_HPP
