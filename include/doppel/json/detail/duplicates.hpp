// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_DUPLICATES_HPP
#define DOPPEL_JSON_DETAIL_DUPLICATES_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/simd.hpp>
#include <doppel/json/operations.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

// Duplicate members: the last one wins (spec/twin.md 4.5.3).
namespace doppel {
inline namespace v0 {
namespace detail {

inline bool same_key(const operation& a, const operation& b) noexcept {
  return a.hash == b.hash && a.key_size == b.key_size && equal_padded(a.key, b.key, a.key_size);
}

/// The members of one object while it is read, chained from the last to the first.
struct member_chain {
  static constexpr std::uint32_t few = 24;

  std::uint64_t seen = 0;  // filter: a bit for each hash
  std::uint32_t last = no_operation;
  std::uint32_t size = 0;
};

/// Finds duplicates. Up to `member_chain::few` members are compared as they come, larger objects
/// are gone through once at their end; hostile keys that collide cost a sort, no more.
class duplicate_finder {
public:
  explicit duplicate_finder(memory_ref memory) noexcept : table_(memory) {}

  /// Links the operation at `at` into the chain. @return the earlier member with its key among
  /// the few first, or `no_operation`.
  [[gnu::always_inline]] static std::uint32_t link(operation* operations, member_chain& chain,
                                                   std::uint32_t at) noexcept {
    operation& o = operations[at];
    o.previous = chain.last;
    chain.last = at;
    const std::uint64_t bit = std::uint64_t{1} << (o.hash >> 26);
    const bool seen = (chain.seen & bit) != 0 && chain.size < member_chain::few;
    chain.seen |= bit;
    ++chain.size;
    return seen ? look_back(operations, at) : no_operation;
  }

  /// Calls `drop(earlier, later)` for every member of a large object that a later one overrides.
  /// False when memory is refused.
  template <class Drop>
  bool sweep(operation_list& list, const member_chain& chain, Drop drop) noexcept {
    const std::size_t slot_count = std::bit_ceil(std::size_t{chain.size} * 2);
    if (!table_.reserve(slot_count)) return false;
    std::uint32_t* const found = table_.data();
    std::memset(found, 0xff, slot_count * sizeof *found);
    const std::size_t mask = slot_count - 1;
    for (std::uint32_t at = chain.last; at != no_operation; at = list[at].previous) {
      if (list[at].kind == operation_kind::dropped) continue;
      std::size_t slot = list[at].hash & mask;
      std::size_t probes = 0;
      while (found[slot] != no_operation && !same_key(list[found[slot]], list[at])) {
        slot = (slot + 1) & mask;
        if (++probes > max_probes) {
          sweep_sorted(list, chain, drop);
          return true;
        }
      }
      if (found[slot] == no_operation) {
        found[slot] = at;
      } else {
        drop(at, found[slot]);
      }
    }
    return true;
  }

private:
  static constexpr std::size_t max_probes = 128;

  [[gnu::noinline]] static std::uint32_t look_back(const operation* list, std::uint32_t at) noexcept {
    for (std::uint32_t i = list[at].previous; i != no_operation; i = list[i].previous) {
      if (list[i].kind != operation_kind::dropped && same_key(list[i], list[at])) return i;
    }
    return no_operation;
  }

  template <class Drop>
  void sweep_sorted(operation_list& list, const member_chain& chain, Drop drop) noexcept {
    std::uint32_t n = 0;
    std::uint32_t* const members = table_.data();
    for (std::uint32_t at = chain.last; at != no_operation; at = list[at].previous) {
      if (list[at].kind != operation_kind::dropped) members[n++] = at;
    }
    std::sort(members, members + n, [&](std::uint32_t x, std::uint32_t y) {
      const operation& a = list[x];
      const operation& b = list[y];
      if (a.hash != b.hash) return a.hash < b.hash;
      if (a.key_size != b.key_size) return a.key_size < b.key_size;
      const int order = std::memcmp(a.key, b.key, a.key_size);
      return order != 0 ? order < 0 : x < y;
    });
    for (std::uint32_t i = 1; i < n; ++i) {
      if (same_key(list[members[i - 1]], list[members[i]])) drop(members[i - 1], members[i]);
    }
  }

  array<std::uint32_t> table_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_DUPLICATES_HPP
