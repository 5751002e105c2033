// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_REPLAY_HPP
#define DOPPEL_TWIN_REPLAY_HPP

#include <doppel/base/detail/key_hash.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/write.hpp>
#include <doppel/twin/twin.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <limits>

/// @file
/// A log of changes back to twins.
namespace doppel {
inline namespace v0 {

/// What became of a replayed change.
enum class replay_outcome : std::uint8_t {
  applied,
  already_applied,  ///< the twin is at the counters after the change, or beyond
};

namespace detail {

/// The operations of a change's section: its entries, as they were merged or as they replaced.
inline bool operations_of(const change& c, section_name s, operation_list& list) noexcept {
  section_operations& out = list.section(s);
  const section_change how = c.on(s);
  if (how == section_change::untouched) return true;
  out = {};
  out.state = how == section_change::cleared ? section_state::null : section_state::object;
  out.begin = out.end = list.size();
  if (how == section_change::cleared) return true;
  const change_entry* const begin = change_access::begin(c, s);
  const change_entry* const end = change_access::end(c, s);
  if (!list.reserve(static_cast<std::size_t>(end - begin))) return false;
  const char* const text = change_access::text(c);
  std::uint32_t open[limits::depth_ceiling + 2];
  std::uint32_t depth = 0;
  for (const change_entry* e = begin; e != end; ++e) {
    // What vanished in a replacement is simply not in what replaced it.
    if (how == section_change::replaced && e->kind == operation_kind::erase) continue;
    const std::uint32_t at = list.size();
    operation& o = list.add();
    o = {};
    o.kind = e->kind;
    if (e->kind == operation_kind::pop) {
      list.begin()[open[--depth]].end = at;
      continue;
    }
    o.key = text + e->key;
    o.key_size = e->key_size;
    o.hash = key_hash(list.seed(), o.key, o.key_size);
    o.counted = e->counted;
    o.complex = e->complex;
    out.text_bytes += e->key_size;
    out.members += depth == 0;
    if (e->kind == operation_kind::push) {
      open[depth++] = at;
      ++out.objects;
    } else if (e->kind == operation_kind::set) {
      o.value = text + e->new_value();
      o.value_size = e->new_size;
      out.text_bytes += e->new_size;
      out.counted += e->counted;
    }
  }
  out.end = list.size();
  return true;
}

/// @param before_commit called with the operations and the plan once nothing can fail any more
template <class BeforeCommit>
boost::system::result<replay_outcome> replay(twin_core& t, const change& c, workspace& ws,
                                             BeforeCommit&& before_commit) noexcept {
  DOPPEL_ASSERT(c.empty() || c.detail() == detail_level::values);
  if (c.empty() || t.count().version >= c.after().version) return replay_outcome::already_applied;
  if (t.count() != c.before()) return make_error_code(errc::change_gap);
  operation_list* const list = ws.part_of<operation_list>();
  spare_room* const spare = ws.part_of<spare_room>();
  key_store* const keys = t.need_keys({});
  if (list == nullptr || spare == nullptr || keys == nullptr || !list->start({}, keys->seed())) {
    return make_error_code(errc::out_of_memory);
  }
  write_plan plan;
  plan.kind = c.kind();
  for (const section_name s : written_sections) {
    if (c.on(s) != section_change::untouched) plan.add(s, c.on(s));
    if (!operations_of(c, s, *list)) return make_error_code(errc::out_of_memory);
  }
  const configuration_marks marks{c.configuration(), c.configuration_digest()};
  change ignored(t.memory());
  pending_write pending(t, *list, plan, *spare, ignored, detail_level::counters);
  section_name culprit{};
  const errc code = pending.settle({}, false, c.time(), marks.by.empty() ? nullptr : &marks, culprit);
  if (code != errc{}) return make_error_code(code);
  before_commit(*list, plan);
  pending.commit();
  return replay_outcome::applied;
}

}  // namespace detail

/// Applies a recorded change to a twin that is where the change began. The twin ends as the one that
/// the change came from: content, order, stamps, counters, so that the documents of both are the same
/// bytes. Values and sizes are not judged again.
/// @pre `c` was recorded at `detail_level::values`
/// @return `applied`; `already_applied` when the twin is already at the change's counters or beyond, and nothing
///   was done; `errc::change_gap` when the twin is not where the change began; `errc::out_of_memory`
/// @par Complexity
/// As the write itself.
/// @par Exception safety
/// Nothing throws. Strong.
template <class Policy>
boost::system::result<replay_outcome> replay(basic_twin<Policy>& t, const change& c, workspace& ws) noexcept {
  return detail::replay(t.core(), c, ws, [](const detail::operation_list&, const detail::write_plan&) {});
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_REPLAY_HPP
