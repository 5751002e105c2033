// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_FLEET_LOADER_HPP
#define DOPPEL_FLEET_DETAIL_FLEET_LOADER_HPP

#include <doppel/base/error.hpp>
#include <doppel/fleet/detail/id_index.hpp>
#include <doppel/fleet/detail/twin_collection.hpp>
#include <doppel/fleet/fleet.hpp>
#include <doppel/fleet/row.hpp>
#include <doppel/twin/detail/identity_writer.hpp>
#include <doppel/twin/detail/rekey.hpp>
#include <doppel/twin/detail/section_core.hpp>
#include <doppel/twin/key_table.hpp>

#include <atomic>
#include <cstdint>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Rows with numbers of their own, collected aside; a fleet takes all of them over or none.
template <class Policy>
class fleet_loader {
public:
  using twin_type = basic_twin<Policy>;

  fleet_loader(basic_fleet<Policy>& f, spare_room& spare) noexcept
      : fleet_(f),
        spare_(spare),
        collections_{twin_collection<Policy>(f.memory()), twin_collection<Policy>(f.memory())} {}

  /// Adds a row whose number is beyond those before it in its collection. Rows that share a table come one after
  /// another.
  /// @return nothing, `errc::invalid_image` if its id is not valid, of the other collection or there already,
  ///   `errc::out_of_memory`
  errc add(std::uint32_t collection, row_number n, twin_type&& t) noexcept {
    const twin_id id{t.device_id(), t.module_id()};
    const bool is_module = !id.module_id.empty();
    if (!is_valid_id(id.device_id) || (is_module && !is_valid_id(id.module_id)) || is_module != (collection == 1)) {
      return errc::invalid_image;
    }
    return collections_[collection].append(id, hash_of(id, fleet_.options().id_seed), fleet_.options(), no_cut_, n,
                                           errc::invalid_image, [&](chunk<Policy>& rows, row_number number) {
                                             if (!move_keys(rows, t)) return errc::out_of_memory;
                                             rows.add(number, std::move(t));
                                             return errc{};
                                           });
  }

  /// Gives the rows to the fleet. @return false if there has ever been a row in it
  bool finish(std::uint64_t next_device, std::uint64_t next_module) noexcept {
    collections_[0].skip_to(next_device);
    collections_[1].skip_to(next_module);
    auto& devices = fleet_.of(query_collection::devices);
    auto& modules = fleet_.of(query_collection::modules);
    if (!devices.is_untouched() || !modules.is_untouched()) return false;
    devices.adopt(collections_[0], fleet_.cut());
    modules.adopt(collections_[1], fleet_.cut());
    return true;
  }

private:
  // Has a row use the table of its chunk. The first row of a chunk brings it along, as far as no other chunk has it;
  // that of the second is a copy. Where chunks have other bounds than those that were saved, rows of several tables
  // come together in one.
  bool move_keys(chunk<Policy>& rows, twin_type& t) noexcept {
    key_store* const from = t.core().keys();
    if (rows.size() == 0) {
      key_table keys(from);
      if (from == latest_from_) {
        key_store* const copy = from->clone(fleet_.memory());
        if (copy == nullptr) return false;
        keys = key_table(copy);
        copy->release();
      }
      latest_from_ = from;
      latest_to_ = keys.store();
      rows.use_keys(std::move(keys));
    }
    key_store* const to = rows.keys().store();
    if (from == to) return true;
    if (from == latest_from_ && to == latest_to_) {
      t.core().share_keys(to);  // the same ids
      return true;
    }
    twin_core moved(t.core().memory());
    moved.share_keys(to);
    if (!rekeyer(t.core(), moved, spare_).run()) return false;
    t.core().swap(moved);
    return true;
  }

  basic_fleet<Policy>& fleet_;
  spare_room& spare_;
  const std::atomic<std::uint64_t> no_cut_{0};
  twin_collection<Policy> collections_[2];
  const key_store* latest_from_ = nullptr;
  const key_store* latest_to_ = nullptr;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_FLEET_LOADER_HPP
