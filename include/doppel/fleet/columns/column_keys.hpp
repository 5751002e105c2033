// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_KEYS_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_KEYS_HPP

#include <doppel/fleet/columns/column_path.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/twin/change.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// @file
/// Which columns a write may have touched.
namespace doppel {
inline namespace v0 {

namespace detail {

/// One bit of 64 for a key, by its size and its ends.
inline std::uint64_t key_bit(const char* key, std::size_t size) noexcept {
  if (size == 0) return 1;
  const std::uint32_t ends = static_cast<unsigned char>(key[0]) * 0x9e37u + static_cast<unsigned char>(key[size - 1]);
  return std::uint64_t{1} << ((ends * 0x2545f491u + static_cast<std::uint32_t>(size) * 0x9e3779b1u) >> 26);
}

}  // namespace detail

/// The keys of a column's path, for `change_keys::may_touch`.
struct column_keys {
  std::uint64_t first = 0;  ///< of the first step
  std::uint64_t last = 0;   ///< of the last
  std::uint64_t above = 0;  ///< of all but the last
  section_name section{};

  column_keys() noexcept = default;
  explicit column_keys(const column_path& path) noexcept : section(path.section()) {
    for (std::uint32_t i = 0; i != path.steps(); ++i) {
      const std::string_view key = path.stored_key(i);
      const std::uint64_t bit = detail::key_bit(key.data(), key.size());
      if (i == 0) first = bit;
      (i + 1 == path.steps() ? last : above) |= bit;
    }
  }
};

/// What a write has named. Columns that it has not touched are recognised by their keys, all but a few.
/// @par Complexity
/// Made once for a write, linear in its entries.
class change_keys {
public:
  explicit change_keys(const change& c) noexcept {
    if (c.empty()) return;
    for (const section_name s :
         {section_name::root, section_name::tags, section_name::desired, section_name::reported}) {
      part& keys = parts_[static_cast<std::size_t>(s)];
      if (c.on(s) == section_change::untouched) continue;
      if (c.on(s) != section_change::merged || c.detail() == detail_level::counters) {
        keys = {~std::uint64_t{0}, ~std::uint64_t{0}};
        continue;
      }
      const char* const text = detail::change_access::text(c);
      const detail::change_entry* const end = detail::change_access::end(c, s);
      for (const detail::change_entry* e = detail::change_access::begin(c, s); e != end; ++e) {
        if (e->kind == detail::operation_kind::pop) continue;
        const std::uint64_t bit = detail::key_bit(text + e->key, e->key_size);
        keys.named |= bit;
        // Whatever was below a member that is set or erased is gone.
        if (e->kind != detail::operation_kind::push) keys.settled |= bit;
      }
    }
  }

  /// Says whether the write may have changed a column's value or stamp. Never false if it has.
  /// @par Complexity
  /// Constant.
  [[nodiscard]] bool may_touch(const column_keys& column) const noexcept {
    const part& keys = parts_[static_cast<std::size_t>(column.section)];
    return (keys.named & column.first) != 0 && ((keys.named & column.last) | (keys.settled & column.above)) != 0;
  }

private:
  struct part {
    std::uint64_t named = 0;
    std::uint64_t settled = 0;
  };
  part parts_[4];
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_KEYS_HPP
