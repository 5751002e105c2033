// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_BOUND_PROGRAM_HPP
#define DOPPEL_QUERY_BOUND_PROGRAM_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/query/detail/path_track.hpp>
#include <doppel/query/program.hpp>
#include <doppel/twin/detail/key_store.hpp>
#include <doppel/twin/key_table.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>

/// @file
/// Programs for twins that share a table of keys.
namespace doppel {
inline namespace v0 {

/// A program with its names looked up in a key table: twins of that table are walked by numbers.
/// @par Lifetime
/// Keeps the table and shares the program. The table's memory source has to outlive it.
/// @par Thread safety
/// Immutable: safe for any number of threads, as the table is for reading.
class bound_program {
public:
  /// Looks the names up. Those that the table does not have yet are looked up again at every twin.
  /// @return the binding, or `errc::out_of_memory`
  /// @par Complexity
  /// One look-up for each node of `program::paths()`.
  static boost::system::result<bound_program> bind(const program& p, const key_table& keys,
                                                   memory_ref memory = {}) noexcept {
    bound_program bound(p, keys, memory);
    const std::size_t paths = p.paths().size();
    if (!bound.ids_.reserve(paths) || !bound.tracks_.reserve(paths)) return make_error_code(errc::out_of_memory);
    for (std::size_t i = 0; i != paths; ++i) {
      bound.tracks_.data()[i] = detail::track_of(p.paths(), static_cast<std::uint32_t>(i));
    }
    bound.bind_to(keys);
    return bound;
  }
  /// Goes over to another table.
  /// @par Complexity
  /// As for `bind`. Nothing is allocated.
  void bind_to(const key_table& keys) noexcept {
    keys_ = keys;
    for (std::size_t i = 0; i != program_.paths().size(); ++i) {
      ids_.data()[i] = look_up(keys.store(), program_.paths()[i]);
    }
  }

  [[nodiscard]] const program& compiled() const noexcept { return program_; }

  // For the library's own layers.
  [[nodiscard]] const detail::key_store* keys() const noexcept { return keys_.store(); }
  [[nodiscard]] const std::uint32_t* ids() const noexcept { return ids_.data(); }
  [[nodiscard]] std::uint32_t id(std::uint32_t path) const noexcept { return ids_.data()[path]; }
  [[nodiscard]] const detail::path_track* tracks() const noexcept { return tracks_.data(); }
  static std::uint32_t look_up(const detail::key_store* keys, const query_path& path) noexcept {
    if (path.root >= path_root::device_id && path.root <= path_root::parent_scopes) {
      return static_cast<std::uint32_t>(path.root) - static_cast<std::uint32_t>(path_root::device_id);
    }
    if (keys == nullptr || path.quoted.empty()) return detail::no_key;
    return keys->find(path.quoted.data() + 1, static_cast<std::uint32_t>(path.quoted.size() - 2));
  }

private:
  bound_program(const program& p, const key_table& keys, memory_ref memory) noexcept
      : program_(p), keys_(keys), ids_(memory), tracks_(memory) {}

  program program_;
  key_table keys_;
  detail::array<std::uint32_t> ids_;
  detail::array<detail::path_track> tracks_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_BOUND_PROGRAM_HPP
