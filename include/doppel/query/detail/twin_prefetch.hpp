// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_TWIN_PREFETCH_HPP
#define DOPPEL_QUERY_DETAIL_TWIN_PREFETCH_HPP

#include <doppel/base/detail/simd.hpp>
#include <doppel/query/bound_program.hpp>
#include <doppel/query/detail/path_track.hpp>
#include <doppel/query/twin_document.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

// Twins beyond the caches: what is waited for is memory, and of a twin of two kilobytes a query reads a few lines.
// Which ones, some twins tell for those to come: the shapes of a fleet are alike.
namespace doppel {
inline namespace v0 {
namespace detail {

/// The parts of a twin's blocks that are read, in units of half a line. What lies behind the first 64 is left alone.
class read_parts {
public:
  void note(section_name s, const block& b, const void* from, std::size_t size) noexcept {
    const auto begin = static_cast<std::size_t>(static_cast<const char*>(from) - reinterpret_cast<const char*>(&b));
    for (std::size_t i = begin / unit; i <= (begin + size - 1) / unit && i < 64; ++i) {
      units_[static_cast<int>(s)] |= std::uint64_t{1} << i;
    }
  }
  /// What a walk along a path reads.
  void note(const twin_core& t, const bound_program& p, std::uint32_t path) noexcept {
    const path_track& track = p.tracks()[path];
    const block* const b = t.section(track.section).get();
    if (track.steps == 0 || b == nullptr) return;
    const record* r = &b->root;
    note(track.section, *b, r, sizeof(record));
    for (std::uint32_t i = 0; i != track.steps; ++i) {
      const object* const o = r->is_object() ? b->object_of(*r) : nullptr;
      if (o == nullptr) return;
      note(track.section, *b, o, sizeof(object) + ids_read);
      const query_path& step = p.compiled().paths()[track.path[i]];
      const std::uint32_t at =
          b->find(*o, p.id(track.path[i]), step.quoted.data() + 1, static_cast<std::uint32_t>(step.quoted.size() - 2));
      if (at == o->count) return;
      r = o->records() + at;
      note(track.section, *b, r, sizeof(record));
    }
    if (r->code() == record::in_block) note(track.section, *b, b->at(r->offset), r->size);
  }
  /// The first bytes of the section that a path leads to, as long as nothing is known.
  void guess(const bound_program& p, std::uint32_t path) noexcept {
    if (p.tracks()[path].steps != 0) units_[static_cast<int>(p.tracks()[path].section)] |= 0xff;
  }

  void fetch(const twin_core& t) const noexcept {
    for (const section_name s : all_sections) {
      std::uint64_t units = units_[static_cast<int>(s)];
      if (units == 0) continue;
      const char* const b = reinterpret_cast<const char*>(t.section(s).get());
      if (b == nullptr) continue;
      for (; units != 0; units &= units - 1) {
        prefetch_in_loop(b + static_cast<std::size_t>(std::countr_zero(units)) * unit);
      }
    }
  }

private:
  static constexpr std::size_t unit = 32;
  static constexpr std::size_t ids_read = 64;  // `find_id` looks at so many bytes at a time

  std::uint64_t units_[4] = {};
};

/// A document that remembers which paths were asked for.
template <class Policy>
class watched_twin : public twin_document<Policy> {
public:
  using twin_document<Policy>::twin_document;
  using node = typename twin_document<Policy>::node;

  path_state find(std::uint32_t path, node& n) const noexcept {
    if (path < 64) asked_ |= std::uint64_t{1} << path;
    return twin_document<Policy>::find(path, n);
  }
  void tell(const twin_core& t, const bound_program& p, read_parts& parts) const noexcept {
    for (std::uint64_t asked = asked_; asked != 0; asked &= asked - 1) {
      parts.note(t, p, static_cast<std::uint32_t>(std::countr_zero(asked)));
    }
  }

private:
  mutable std::uint64_t asked_ = 0;
};

/// What is fetched for one of the stages of a query, and learned on the way.
class learned_parts {
public:
  /// Says whether the next twin should be learned from.
  bool wants_to_learn() noexcept { return is_new_ || ++since_ % period == 0; }
  read_parts& learning() noexcept { return next_; }
  /// A twin has been learned from.
  void learned() noexcept {
    if (++count_ != (is_new_ ? first_sample : sample)) return;
    now_ = next_;
    next_ = {};
    count_ = 0;
    is_new_ = false;
  }
  read_parts& known() noexcept { return now_; }

private:
  static constexpr std::uint32_t period = 16;
  static constexpr std::uint32_t first_sample = 8;
  static constexpr std::uint32_t sample = 16;

  read_parts now_;
  read_parts next_;
  std::uint32_t since_ = 0;
  std::uint32_t count_ = 0;
  bool is_new_ = true;
};

/// Fetches for the condition, and for the rows of what matches.
class twin_prefetch {
public:
  /// Twins that are fetched ahead, and matches that wait for their rows' parts.
  static constexpr std::size_t distance = 8;
  static constexpr std::size_t row_distance = 8;

  explicit twin_prefetch(const bound_program& p) noexcept : p_(p) {
    const program& compiled = p.compiled();
    for (const query_atom& atom : compiled.atoms()) condition_.known().guess(p, atom.path);
    for (const query_slot& slot : compiled.slot_list()) {
      if (!slot.conjuncts.empty()) condition_.known().guess(p, slot.path);
      if (!slot.is_for_rows) continue;
      rows_.known().guess(p, slot.path);
      has_rows_ = true;
    }
  }

  void expect(const twin_core& t) noexcept { condition_.known().fetch(t); }
  bool has_rows() const noexcept { return has_rows_; }
  void expect_row(const twin_core& t) noexcept { rows_.known().fetch(t); }

  template <class Policy>
  bool matches(const basic_twin<Policy>& t, query_scratch& scratch) noexcept {
    if (!condition_.wants_to_learn()) {
      return doppel::matches(p_.compiled(), twin_document<Policy>(t, p_), scratch);
    }
    const watched_twin<Policy> watched(t, p_);
    const bool is_match = doppel::matches(p_.compiled(), watched, scratch);
    watched.tell(t.core(), p_, condition_.learning());
    condition_.learned();
    return is_match;
  }
  void learn_row(const twin_core& t) noexcept {
    if (!rows_.wants_to_learn()) return;
    for (const query_slot& slot : p_.compiled().slot_list()) {
      if (slot.is_for_rows) rows_.learning().note(t, p_, slot.path);
    }
    rows_.learned();
  }

private:
  const bound_program& p_;
  learned_parts condition_;
  learned_parts rows_;
  bool has_rows_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_TWIN_PREFETCH_HPP
