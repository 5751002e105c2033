// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_ROOT_MEMBERS_HPP
#define DOPPEL_TWIN_DETAIL_ROOT_MEMBERS_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// The members of a twin's root that the service knows, in the order it emits them
/// (spec/twin.md 2.1).
enum class root_member : std::uint8_t {
  device_id,
  module_id,
  etag,
  device_etag,
  status,
  status_reason,
  status_update_time,
  connection_state,
  last_activity_time,
  cloud_to_device_message_count,
  authentication_type,
  x509_thumbprint,
  model_id,
  version,
  tags,
  properties,
  configurations,
  capabilities,
  device_scope,
  parent_scopes,
};

namespace detail {

inline constexpr std::uint32_t root_member_count = 20;

/// `"name":` with the padding that output reads over.
struct root_member_name {
  char quoted[64] = {};
  std::uint32_t size = 0;

  constexpr root_member_name() = default;
  constexpr root_member_name(std::string_view name) : size(static_cast<std::uint32_t>(name.size())) {
    quoted[0] = '"';
    for (std::size_t i = 0; i < name.size(); ++i) quoted[i + 1] = name[i];
    quoted[name.size() + 1] = '"';
    quoted[name.size() + 2] = ':';
  }
  constexpr std::string_view name() const { return {quoted + 1, size}; }
};

inline constexpr root_member_name root_member_names[root_member_count] = {
    {"deviceId"},
    {"moduleId"},
    {"etag"},
    {"deviceEtag"},
    {"status"},
    {"statusReason"},
    {"statusUpdateTime"},
    {"connectionState"},
    {"lastActivityTime"},
    {"cloudToDeviceMessageCount"},
    {"authenticationType"},
    {"x509Thumbprint"},
    {"modelId"},
    {"version"},
    {"tags"},
    {"properties"},
    {"configurations"},
    {"capabilities"},
    {"deviceScope"},
    {"parentScopes"},
};

/// The member with this name, or `root_member_count`.
constexpr std::uint32_t find_root_member(std::string_view name) noexcept {
  std::uint32_t i = 0;
  while (i < root_member_count && root_member_names[i].name() != name) ++i;
  return i;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_ROOT_MEMBERS_HPP
