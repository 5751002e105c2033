// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_DOCUMENT_ID_HPP
#define DOPPEL_FLEET_DETAIL_DOCUMENT_ID_HPP

#include <doppel/fleet/row.hpp>
#include <doppel/twin/update.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The id of a whole document that has been understood; nothing if it has none that is valid.
inline std::optional<twin_id> id_of_document(const operation_list& list) noexcept {
  std::string_view texts[2];
  const section_operations& root = list.section(section_name::root);
  for (std::uint32_t i = root.begin; i < root.end; ++i) {
    const operation& o = list[i];
    if (o.kind == operation_kind::push || o.kind == operation_kind::dropped) i = o.end;
    if (o.kind != operation_kind::set || o.value[0] != '"') continue;
    const std::uint32_t member = find_root_member({o.key, o.key_size});
    const bool is_device = member == static_cast<std::uint32_t>(root_member::device_id);
    if (!is_device && member != static_cast<std::uint32_t>(root_member::module_id)) continue;
    texts[is_device ? 0 : 1] = {o.value + 1, o.value_size - 2u};
  }
  if (!is_valid_id(texts[0]) || (!texts[1].empty() && !is_valid_id(texts[1]))) return {};
  return twin_id(texts[0], texts[1]);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_DOCUMENT_ID_HPP
