// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_WATCH_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_WATCH_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/detail/key_hash.hpp>
#include <doppel/base/detail/simd.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column_path.hpp>
#include <doppel/fleet/columns/detail/cell.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/stamp.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// @file
/// Which columns a write has touched, and what they have now.
namespace doppel {
inline namespace v0 {

/// The paths of some columns, merged, to be walked beside a `change`.
///
/// A write names few members, and mostly the change itself has their new values and stamps: then the twin need not be
/// looked at for them. And writes resemble each other: a watch remembers in which order members came.
/// @par Thread safety
/// As an int.
class column_watch {
public:
  explicit column_watch(memory_ref memory = {}) noexcept : nodes_(memory), keys_(memory), slots_(memory) {}

  /// Adds a column; they are numbered from 0 on, and no two have the same path. False when memory is refused; then
  /// nothing has changed.
  /// @par Complexity
  /// Linear in the columns.
  [[nodiscard]] bool add(const column_path& path) noexcept {
    std::size_t bytes = slack;
    for (std::uint32_t i = 0; i != path.steps(); ++i) bytes += path.stored_key(i).size();
    if (!keys_.reserve(key_bytes_ + bytes, key_bytes_)) return false;
    if (!reserve((std::max)(nodes_.size(), section_count) + path.steps())) return false;
    while (nodes_.size() < section_count) (void)nodes_.push({});
    auto at = static_cast<std::uint32_t>(path.section());
    for (std::uint32_t i = 0; i != path.steps(); ++i) at = child(at, path.stored_key(i));
    (path.is_stamp() ? nodes_[at].stamp : nodes_[at].value) = columns_++;
    sections_ |= 1u << static_cast<std::uint32_t>(path.section());
    return true;
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return columns_; }

  /// Calls `f(column, cell)` for each column that a write may have touched. The cell is what it has now; or null, if
  /// only the twin can tell (`column_segment::set`). Columns may come more than once: the last time counts.
  /// @par Complexity
  /// Linear in the entries of the change, and in the columns that are touched.
  template <class F>
  void visit(const change& c, F&& f) noexcept {
    if (c.empty()) return;
    for (std::uint32_t left = sections_; left != 0; left &= left - 1) {
      const auto s = static_cast<std::uint32_t>(std::countr_zero(left));
      const auto section = static_cast<section_name>(s);
      if (c.on(section) == section_change::untouched) continue;
      if (c.on(section) == section_change::merged && c.detail() == detail_level::values) {
        visit_entries(c, section, f);
      } else {
        visit_below(s, f);
      }
    }
  }

private:
  static constexpr std::uint32_t none = 0xffffffffu;
  static constexpr std::uint32_t section_count = 4;
  static constexpr std::size_t slack = 16;

  /// A member that paths go through. The first four nodes are sections.
  struct node {
    std::uint64_t word = 0;  // the first bytes of the key, as `word_of` has them
    std::uint32_t parent = none;
    std::uint32_t key = 0;
    std::uint32_t size = 0;
    std::uint32_t first = none;  // child
    std::uint32_t next = none;   // of the same parent
    std::uint32_t value = none;  // its columns
    std::uint32_t stamp = none;
    std::uint32_t then = 0;  // what a write met next, the last time
  };

  // Both texts have readable bytes behind them.
  static std::uint64_t word_of(const char* key, std::size_t size) noexcept {
    const std::uint64_t word = detail::load8(key);
    if (size >= 8) return word;
    const unsigned unused = static_cast<unsigned>(8 - size) * 8;
    if (size == 0) return 0;
    if constexpr (std::endian::native == std::endian::little) return word << unused >> unused;
    return word >> unused << unused;
  }
  static std::uint32_t hash_of(std::uint32_t parent, std::uint64_t word, std::size_t size) noexcept {
    return static_cast<std::uint32_t>(((word + size) * 0x9e3779b97f4a7c15u ^ parent * 0xc2b2ae3d27d4eb4fu) >> 40);
  }

  [[gnu::always_inline]] bool is(std::uint32_t i, std::uint32_t parent, std::uint64_t word, const char* key,
                                 std::size_t size) const noexcept {
    const node& n = nodes_[i];
    return n.word == word && n.size == size && n.parent == parent &&
           (size <= 8 || detail::equal_padded(keys_.data() + n.key, key, size));
  }
  [[gnu::noinline]] std::uint32_t find(std::uint32_t parent, std::uint64_t word, const char* key,
                                       std::size_t size) const noexcept {
    for (std::uint32_t at = hash_of(parent, word, size) & slot_mask_;; at = (at + 1) & slot_mask_) {
      const std::uint32_t i = slots_.data()[at];
      if (i == none || is(i, parent, word, key, size)) return i;
    }
  }
  /// What `find` finds, looked for where it was after the same member the last time.
  [[gnu::always_inline]] std::uint32_t find_after(std::uint32_t latest, std::uint32_t parent, const char* key,
                                                  std::size_t size) noexcept {
    const std::uint64_t word = word_of(key, size);
    const std::uint32_t guess = nodes_[latest].then;
    if (is(guess, parent, word, key, size)) [[likely]]
      return guess;
    const std::uint32_t found = find(parent, word, key, size);
    if (found != none) nodes_[latest].then = found;
    return found;
  }
  std::uint32_t child(std::uint32_t parent, std::string_view key) noexcept {
    const std::uint64_t word = word_of(key.data(), key.size());
    const std::uint32_t found = find(parent, word, key.data(), key.size());
    if (found != none) return found;
    node made;
    made.word = word;
    made.parent = parent;
    made.key = static_cast<std::uint32_t>(key_bytes_);
    made.size = static_cast<std::uint32_t>(key.size());
    made.next = nodes_[parent].first;
    if (!key.empty()) std::memcpy(keys_.data() + key_bytes_, key.data(), key.size());
    key_bytes_ += key.size();
    const std::uint32_t at = nodes_.size();
    (void)nodes_.push(made);  // there is room
    nodes_[parent].first = at;
    place(at);
    return at;
  }
  void place(std::uint32_t i) noexcept {
    const node& n = nodes_[i];
    std::uint32_t at = hash_of(n.parent, n.word, n.size) & slot_mask_;
    while (slots_.data()[at] != none) at = (at + 1) & slot_mask_;
    slots_.data()[at] = i;
  }
  /// Room for so many nodes: slots are a quarter full at most.
  bool reserve(std::size_t count) noexcept {
    if (!nodes_.reserve(count)) return false;
    if (count * 4 <= slot_mask_) return true;
    const std::size_t wanted = std::bit_ceil(count * 4 + 1);
    detail::array<std::uint32_t> larger(slots_.memory());
    if (!larger.reserve(wanted)) return false;
    slots_.swap(larger);
    slot_mask_ = static_cast<std::uint32_t>(wanted - 1);
    for (std::size_t at = 0; at != wanted; ++at) slots_.data()[at] = none;
    for (std::uint32_t i = section_count; i < nodes_.size(); ++i) place(i);
    return true;
  }

  template <class F>
  void visit_entries(const change& c, section_name s, F& f) noexcept {
    using detail::cell;
    using detail::operation_kind;
    const char* const text = detail::change_access::text(c);
    const detail::change_entry* const end = detail::change_access::end(c, s);
    // All stamps of a write are one.
    const cell time{cell::kind::time, {}, detail::pack_time(c.time())};
    const cell nothing;
    std::uint32_t at = static_cast<std::uint32_t>(s);
    std::uint32_t latest = at;
    std::uint32_t parents[column_path::max_steps];
    std::uint32_t depth = 0;
    std::uint32_t skipped = 0;  // levels below what no path goes through
    for (const detail::change_entry* e = detail::change_access::begin(c, s); e != end; ++e) {
      if (e->kind == operation_kind::pop) {
        if (skipped != 0) {
          --skipped;
        } else {
          at = parents[--depth];
        }
        continue;
      }
      const std::uint32_t found = skipped != 0 ? none : find_after(latest, at, text + e->key, e->key_size);
      if (found == none) {
        skipped += e->kind == operation_kind::push ? 1 : 0;
        continue;
      }
      latest = found;
      const node& n = nodes_[found];
      if (e->kind == operation_kind::push) {
        if (n.stamp != none) f(n.stamp, &time);
        // An object that took the place of something else, or of nothing.
        if (!e->had_old || e->old_size != 0) {
          if (n.value != none) f(n.value, static_cast<const cell*>(nullptr));
          visit_below(found, f);
        }
        parents[depth++] = at;
        at = found;
        continue;
      }
      const bool is_set = e->kind == operation_kind::set;
      if (n.value != none) {
        const cell leaf{cell::kind::leaf, {text + e->new_value(), e->new_size}};
        f(n.value, is_set ? &leaf : &nothing);
      }
      if (n.stamp != none) f(n.stamp, is_set ? &time : &nothing);
      if (n.first != none) visit_below(found, f);
    }
  }

  /// All columns of which only the twin can tell.
  template <class F>
  void visit_below(std::uint32_t top, F& f) const noexcept {
    // No path is longer than its steps, nor is this.
    std::uint32_t open[column_path::max_steps + 1];
    std::uint32_t depth = 0;
    open[depth++] = nodes_[top].first;
    while (depth != 0) {
      const std::uint32_t i = open[depth - 1];
      if (i == none) {
        --depth;
        continue;
      }
      const node& n = nodes_[i];
      if (n.value != none) f(n.value, static_cast<const detail::cell*>(nullptr));
      if (n.stamp != none) f(n.stamp, static_cast<const detail::cell*>(nullptr));
      open[depth - 1] = n.next;
      if (n.first != none) open[depth++] = n.first;
    }
  }

  detail::growing_list<node> nodes_;
  detail::array<char> keys_;
  detail::array<std::uint32_t> slots_;  // nodes by what `find` looks for
  std::uint32_t slot_mask_ = 0;
  std::uint32_t sections_ = 0;  // that have columns, as bits
  std::size_t key_bytes_ = 0;
  std::uint32_t columns_ = 0;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_WATCH_HPP
