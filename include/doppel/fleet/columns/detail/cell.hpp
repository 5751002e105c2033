// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_CELL_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_CELL_HPP

#include <doppel/fleet/columns/column_path.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/key_store.hpp>
#include <doppel/twin/detail/twin_core.hpp>
#include <doppel/twin/stamp.hpp>

#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What a path leads to in one twin.
struct cell {
  enum class kind : std::uint8_t { undefined, object, leaf, time };

  kind what = kind::undefined;
  std::string_view text = {};  // of a leaf: canonical; 16 bytes behind it can be read
  packed_time time = unknown_time;
};

/// The ids of a path's keys in one table, as far as the table has them.
struct column_ids {
  std::uint32_t ids[column_path::max_steps];

  explicit column_ids(const column_path& path) noexcept {
    for (std::uint32_t i = 0; i != column_path::max_steps; ++i) ids[i] = i < path.steps() ? path.fixed_id(i) : no_key;
  }
  /// Tables only grow: an id that is known stays.
  void look_up(const column_path& path, const key_store* keys) noexcept {
    if (keys == nullptr) return;
    for (std::uint32_t i = 0; i != path.steps(); ++i) {
      if (ids[i] != no_key) continue;
      const std::string_view key = path.stored_key(i);
      ids[i] = keys->find(key.data(), static_cast<std::uint32_t>(key.size()));
    }
  }
};

/// From the JSON text of a root member down some keys.
inline cell cell_of_json(std::string_view json, const column_path& path, std::uint32_t step) noexcept {
  for (; step != path.steps(); ++step) {
    if (!step_into_json(json, false, 0, path.key(step))) return {};
  }
  return {cell::kind::leaf, json};
}

/// Follows a path. Says what `twin_document` says.
[[gnu::always_inline]] inline cell cell_of(const twin_core& t, const column_path& path, column_ids& known) noexcept {
  const block* const b = t.section(path.section()).get();
  if (b == nullptr) return {};
  const record* r = &b->root;
  for (std::uint32_t i = 0; i != path.steps(); ++i) {
    if (!r->is_object()) [[unlikely]] {
      const std::string_view leaf = b->leaf(*r);
      return leaf[0] == '{' ? cell_of_json(leaf, path, i) : cell{};
    }
    const object* const o = b->object_of(*r);
    if (o == nullptr) return {};
    if (known.ids[i] == no_key) [[unlikely]]
      known.look_up(path, t.keys());
    const std::string_view key = path.stored_key(i);
    const std::uint32_t at = b->find(*o, known.ids[i], key.data(), static_cast<std::uint32_t>(key.size()));
    if (at == o->count) return {};
    r = o->records() + at;
  }
  if (path.is_stamp()) {
    return r->time() == unknown_time ? cell{} : cell{cell::kind::time, {}, r->time()};
  }
  return r->is_object() ? cell{cell::kind::object} : cell{cell::kind::leaf, b->leaf(*r)};
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_CELL_HPP
