// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_QUERY_GUARD_HPP
#define DOPPEL_FLEET_DETAIL_QUERY_GUARD_HPP

#include <doppel/fleet/detail/path_index.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/query/detail/siphash.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/root_members.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What a condition demands of one string: thousands of queries that differ in a tenant or a device are told apart
/// by a number each, and the string is looked up once for all.
struct query_guard {
  static constexpr std::uint32_t max_steps = 256;

  /// Of a path index: a member, or the section of the root, which stands for the id of the device. `none`: no demand.
  std::uint32_t node = path_index::none;
  std::uint64_t hash = 0;  // of the string in JSON, as twins store it

  /// Never 0.
  static std::uint64_t hash_of(std::string_view json, std::uint64_t seed) noexcept {
    return siphash(seed, ~std::uint64_t{0})(json) | 1;
  }
};

/// The stored leaf at a node for guards; empty if there is none.
inline std::string_view guarded_leaf(const path_index& index, std::uint32_t at, const twin_core& t) noexcept {
  std::uint32_t steps[query_guard::max_steps];  // from the end
  std::uint32_t size = 0;
  for (; at >= path_index::fixed_nodes; at = index.parent(at)) steps[size++] = at;
  const section_name s = path_index::section_of(at);
  const block* const b = t.section(s).get();
  if (b == nullptr) return {};
  const record* value = &b->root;
  const auto enter = [&](std::uint32_t id, std::string_view key) {
    const object* const o = value->is_object() ? b->object_of(*value) : nullptr;
    if (o == nullptr) return false;
    const std::uint32_t i = b->find(*o, id, key.data(), static_cast<std::uint32_t>(key.size()));
    if (i == o->count) return false;
    value = o->records() + i;
    return true;
  };
  if (s == section_name::root) {
    if (!enter(static_cast<std::uint32_t>(root_member::device_id), "deviceId")) return {};
  }
  while (size != 0) {
    const std::string_view key = index.key(steps[--size]);
    const std::uint32_t id =
        t.keys() == nullptr ? no_key : t.keys()->find(key.data(), static_cast<std::uint32_t>(key.size()));
    if (!enter(id, key)) return {};
  }
  return value->is_object() ? std::string_view() : b->leaf(*value);
}

/// Asks guards of one twin, and remembers what the last few found there.
class guard_check {
public:
  guard_check(const path_index& index, const twin_core& t) noexcept : index_(index), twin_(t) {}

  /// Says whether what a guard demands is so, or may be.
  [[nodiscard]] bool passes(const query_guard& g) noexcept {
    if (g.node == path_index::none) return true;
    known& k = known_[g.node % known_count];
    if (k.node != g.node) {
      const std::string_view text = guarded_leaf(index_, g.node, twin_);
      k = {g.node, text.empty() ? 0 : query_guard::hash_of(text, index_.seed())};
    }
    return k.hash == g.hash;
  }

private:
  static constexpr std::uint32_t known_count = 8;
  struct known {
    std::uint32_t node = path_index::none;
    std::uint64_t hash = 0;
  };

  const path_index& index_;
  const twin_core& twin_;
  known known_[known_count];
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_QUERY_GUARD_HPP
