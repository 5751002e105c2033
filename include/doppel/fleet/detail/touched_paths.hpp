// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_TOUCHED_PATHS_HPP
#define DOPPEL_FLEET_DETAIL_TOUCHED_PATHS_HPP

#include <doppel/base/limits.hpp>
#include <doppel/fleet/detail/path_index.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/query/options.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/twin_core.hpp>
#include <doppel/twin/detail/write.hpp>

#include <cstdint>

// Which of the queries in an index a write has to do with.
namespace doppel {
inline namespace v0 {
namespace detail {

/// Whether a write touches a path of an index, or may: without a lock, and mostly right.
inline bool may_touch(const path_index& index, query_collection c, const operation_list& list,
                      const write_plan& plan) noexcept {
  if (index.is_used(path_index::any_write(c))) return true;
  const bool has_hashes = list.seed() == index.seed();
  for (const section_name s : plan) {
    const std::uint32_t section = path_index::section(c, s);
    if (index.is_used(section)) return true;
    if (!index.is_entered(section)) continue;
    if (plan.on(s) != section_change::merged) return true;
    const section_operations& operations = list.section(s);
    for (std::uint32_t i = operations.begin; i < operations.end; ++i) {
      const operation& o = list[i];
      if (o.kind != operation_kind::dropped &&
          index.may_have(section, has_hashes ? o.hash : index.filter_hash(o.key, o.key_size))) {
        return true;
      }
      if (o.kind == operation_kind::push || o.kind == operation_kind::dropped) i = o.end;
    }
  }
  return false;
}

/// Calls `f(const use&)` for the uses of all paths that a write touches: what it names, what lies below members that it
/// sets or removes as a whole, and what lies above. One may come twice.
template <class F>
void for_each_touched(const path_index& index, query_collection c, const operation_list& list, const write_plan& plan,
                      F&& f) noexcept {
  index.for_each_use(path_index::any_write(c), f);
  for (const section_name s : plan) {
    const std::uint32_t section = path_index::section(c, s);
    if (plan.on(s) != section_change::merged) {
      index.for_each_use_below(section, f);
      continue;
    }
    index.for_each_use(section, f);
    if (!index.has_members(section)) continue;
    const section_operations& operations = list.section(s);
    std::uint32_t holder = section;
    for (std::uint32_t i = operations.begin; i < operations.end; ++i) {
      const operation& o = list[i];
      if (o.kind == operation_kind::pop) {
        holder = index.parent(holder);
        continue;
      }
      const std::uint32_t member =
          o.kind == operation_kind::dropped ? path_index::none : index.member(holder, {o.key, o.key_size});
      if (o.kind == operation_kind::push && member != path_index::none) {
        index.for_each_use(member, f);
        holder = member;
      } else if (o.kind == operation_kind::push || o.kind == operation_kind::dropped) {
        i = o.end;
      } else if (member != path_index::none) {
        index.for_each_use_below(member, f);
      }
    }
  }
}

/// Calls `f(const use&)` for the anchors that a twin has: queries with another one do not match it. One may come twice.
template <class F>
void for_each_anchor(const path_index& index, query_collection c, const twin_core& t, F&& f) noexcept {
  const auto tell = [&](const path_index::use& u) {
    if ((u.roles & path_role::anchor) != 0) f(u);
  };
  index.for_each_use(path_index::any_insertion(c), tell);
  struct place {
    const object* members;
    std::uint32_t next;
    std::uint32_t node;
  };
  place around[limits::depth_ceiling + 2];
  for (const section_name s : written_sections) {
    const std::uint32_t section = path_index::section(c, s);
    const block* const b = t.section(s).get();
    const object* const top = b == nullptr ? nullptr : b->object_of(b->root);
    if (top == nullptr || !index.has_members(section)) continue;
    std::uint32_t depth = 0;
    around[0] = {top, 0, section};
    for (;;) {
      place& here = around[depth];
      if (here.next == here.members->count) {
        if (depth == 0) break;
        --depth;
        continue;
      }
      const std::uint32_t id = here.members->ids()[here.next];
      const record& value = here.members->records()[here.next++];
      if (id == object::dead_id) continue;
      const key_text key = b->key(*t.keys(), id);
      if (depth == 0 && !index.may_have(section, index.filter_hash(key.name(), key.size))) continue;
      const std::uint32_t member = index.member(here.node, {key.name(), key.size});
      if (member == path_index::none) continue;
      index.for_each_use(member, tell);
      const object* const below = value.is_object() ? b->object_of(value) : nullptr;
      if (below == nullptr || !index.has_members(member)) continue;
      DOPPEL_ASSERT(depth + 1 < limits::depth_ceiling + 2);
      around[++depth] = {below, 0, member};
    }
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_TOUCHED_PATHS_HPP
