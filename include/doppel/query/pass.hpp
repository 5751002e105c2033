// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_PASS_HPP
#define DOPPEL_QUERY_PASS_HPP

#include <doppel/base/config.hpp>
#include <doppel/query/evaluate.hpp>
#include <doppel/query/json_text.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/query/value.hpp>

#include <cstdint>
#include <cstring>
#include <string_view>

/// @file
/// Evaluation over values that come in the order of a text.
namespace doppel {
inline namespace v0 {

/// What is known about a document so far.
enum class query_verdict : std::uint8_t { open, rejected, matched };

/// Runs a program over one document whose values come in document order, in one pass:
///
///     query_pass pass(program, scratch, wants_rows);
///     // at each value of the text whose place is node n of program.paths():
///     if (pass.meet(n, value) != query_verdict::open) ...   // stop
///     // optionally, behind the closing bracket of the object or array at node n:
///     if (pass.leave(n) != query_verdict::open) ...          // stop
///     // at the end of the text:
///     const bool matches = pass.finish() == query_verdict::matched;
///
/// - A node needs `meet` only if `needs_meeting(n)`: it has atoms or a slot of interest. Nodes without are just
///   walked through to their children.
/// - The value of a composite may be told when it starts or when it ends. Unless `query_path::needs_content`, its
///   kind is enough: `query_value::array` and `object` with any node.
/// - Every node is met at most once; documents with duplicate members are the back end's business.
/// - What was not met is undefined: `leave(n)` says so for everything below n that has not been met, `finish()` for
///   the whole document. A miss rejects early: most atoms are undefined on undefined.
/// - With `wants_rows`, a match is certain only once the slots of rows are settled too; then `slot_list()` is ready
///   for `write_row`.
/// @par Exception safety
/// Nothing throws or allocates.
class query_pass {
public:
  /// @param wants_rows says whether the slots of columns, keys and order are wanted too
  /// @pre the scratch is prepared for the program
  query_pass(const program& p, query_scratch& scratch, bool wants_rows) noexcept
      : p_(p), scratch_(scratch), wants_rows_(wants_rows) {
    DOPPEL_ASSERT(scratch.is_prepared_for(p));
    atoms_ = scratch.words();
    conjuncts_ = atoms_ + p.atoms().size();
    slots_ = conjuncts_ + p.conjuncts().size();
    for (std::size_t i = 0; i != p.atoms().size(); ++i) atoms_[i] = open_state;
    for (std::size_t i = 0; i != p.conjuncts().size(); ++i) conjuncts_[i] = p.conjuncts()[i].inputs;
    open_ = static_cast<std::uint32_t>(p.conjuncts().size());
    for (std::size_t i = 0; i != p.slot_list().size(); ++i) {
      slots_[i] = open_state;
      if (wants_rows && p.slot_list()[i].is_for_rows) ++open_;
    }
    if (p.is_never()) {
      verdict_ = query_verdict::rejected;
      return;
    }
    // Conditions without a path, where constants are not folded.
    for (std::uint32_t c = 0; c != p.conjuncts().size(); ++c) {
      if (conjuncts_[c] == 0) settle_conjunct(run_conjunct(c));
    }
    if (open_ == 0 && verdict_ == query_verdict::open) verdict_ = query_verdict::matched;
  }

  /// What is known so far. Before anything was met it is `open`, unless the condition is constant.
  [[nodiscard]] query_verdict verdict() const noexcept { return verdict_; }
  /// Says whether the value at a node matters.
  [[nodiscard]] bool needs_meeting(std::uint32_t node) const noexcept {
    const query_path& path = p_.paths()[node];
    return !path.atoms.empty() || (path.slot != no_index && wants(path.slot));
  }
  /// Says whether the value at a node, or one below it, has not been met and matters.
  /// @par Complexity
  /// Linear in the nodes below.
  [[nodiscard]] bool is_open_below(std::uint32_t node) const noexcept {
    const query_path& path = p_.paths()[node];
    for (std::uint32_t a = path.atoms_below.begin; a != path.atoms_below.end; ++a) {
      if (atoms_[a] == open_state) return true;
    }
    for (std::uint32_t n = node; n != path.end; ++n) {
      const std::uint32_t slot = p_.paths()[n].slot;
      if (slot != no_index && wants(slot) && slots_[slot] == open_state) return true;
    }
    return false;
  }

  /// The value at a node.
  /// @pre the node has not been met
  /// @par Complexity
  /// Linear in the atoms of the node; once all its inputs are there, in the code of a conjunct.
  query_verdict meet(std::uint32_t node, const query_value& value) noexcept {
    const query_path& path = p_.paths()[node];
    for (std::uint32_t a = path.atoms.begin; a != path.atoms.end && verdict_ == query_verdict::open; ++a) {
      settle_atom(a, decide(p_, p_.atoms()[a], value));
    }
    if (path.slot != no_index) settle_slot(path.slot, value);
    return verdict_;
  }
  /// The same for a leaf by its canonical text: see `decide_canonical`.
  query_verdict meet_canonical(std::uint32_t node, std::string_view text) noexcept {
    const query_path& path = p_.paths()[node];
    for (std::uint32_t a = path.atoms.begin; a != path.atoms.end && verdict_ == query_verdict::open; ++a) {
      settle_atom(a, decide_canonical(p_, p_.atoms()[a], text));
    }
    if (path.slot != no_index) settle_slot(path.slot, value_of_json(text));
    return verdict_;
  }
  /// Nothing more comes at a node and below it: what has not been met is undefined.
  /// @par Complexity
  /// Linear in the nodes below.
  query_verdict leave(std::uint32_t node) noexcept {
    const query_path& path = p_.paths()[node];
    const query_value undefined;
    for (std::uint32_t a = path.atoms_below.begin; a != path.atoms_below.end && verdict_ == query_verdict::open; ++a) {
      if (atoms_[a] == open_state) settle_atom(a, decide(p_, p_.atoms()[a], undefined));
    }
    for (std::uint32_t n = node; n != path.end; ++n) {
      const std::uint32_t slot = p_.paths()[n].slot;
      if (slot != no_index) settle_slot(slot, undefined);
    }
    return verdict_;
  }
  /// Nothing more comes at all. Afterwards the verdict is not open.
  query_verdict finish() noexcept { return verdict_ == query_verdict::open ? leave(0) : verdict_; }

  /// The values of the slots, by their number; what `write_row` and `query_run` take.
  /// @pre the verdict is `matched`, and rows are wanted
  [[nodiscard]] const query_value* slot_list() const noexcept { return scratch_.slot_list(); }

private:
  static constexpr std::uint32_t open_state = 3;  // else a truth; for slots, else filled

  struct input {
    const query_pass& pass;
    query_value slot(std::uint32_t i) const noexcept { return pass.scratch_.slot_list()[i]; }
    truth atom(std::uint32_t i) const noexcept { return static_cast<truth>(pass.atoms_[i]); }
  };

  bool wants(std::uint32_t slot) const noexcept {
    return !p_.slot_list()[slot].conjuncts.empty() || (wants_rows_ && p_.slot_list()[slot].is_for_rows);
  }
  truth run_conjunct(std::uint32_t c) noexcept {
    const input in{*this};
    return detail::run_conjunct(p_, p_.conjuncts()[c], in, {scratch_.stack(), scratch_.pieces(), scratch_.values()});
  }
  void close_one() noexcept {
    if (--open_ == 0 && verdict_ == query_verdict::open) verdict_ = query_verdict::matched;
  }
  void settle_conjunct(truth t) noexcept {
    if (t != truth::yes) {
      verdict_ = query_verdict::rejected;
    } else {
      close_one();
    }
  }
  void settle_atom(std::uint32_t a, truth t) noexcept {
    atoms_[a] = static_cast<std::uint32_t>(t);
    const std::uint32_t c = p_.atoms()[a].conjunct;
    if (p_.conjuncts()[c].atom == a) return settle_conjunct(t);
    if (--conjuncts_[c] == 0) settle_conjunct(run_conjunct(c));
  }
  void settle_slot(std::uint32_t s, const query_value& value) noexcept {
    if (slots_[s] != open_state) return;
    slots_[s] = 0;
    scratch_.slot_list()[s] = value;
    const query_slot& slot = p_.slot_list()[s];
    for (std::uint32_t u = slot.conjuncts.begin; u != slot.conjuncts.end && verdict_ == query_verdict::open; ++u) {
      const std::uint32_t c = p_.slot_uses()[u];
      if (--conjuncts_[c] == 0) settle_conjunct(run_conjunct(c));
    }
    if (wants_rows_ && slot.is_for_rows) close_one();
  }

  const program& p_;
  query_scratch& scratch_;
  std::uint32_t* atoms_ = nullptr;
  std::uint32_t* conjuncts_ = nullptr;  // inputs that are open
  std::uint32_t* slots_ = nullptr;
  std::uint32_t open_ = 0;  // conjuncts and slots for rows that are not settled
  bool wants_rows_;
  query_verdict verdict_ = query_verdict::open;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_PASS_HPP
