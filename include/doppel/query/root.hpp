// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_ROOT_HPP
#define DOPPEL_QUERY_ROOT_HPP

#include <doppel/base/config.hpp>
#include <doppel/query/options.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// @file
/// Where a path of a query starts.

/// What the first name of a path stands for.
///
/// @par Specification
/// spec/query.md 4.1 (twins), 16.2 (jobs), 16.4 (routes)
enum class path_root : std::uint8_t {
  unknown,  ///< a name that the collection does not have: the path is undefined, unless a document has it all the same
  // Members of a twin, in the order of `root_member` (doppel/twin/detail/root_members.hpp).
  device_id,  ///< also of a job
  module_id,
  etag,
  device_etag,
  status,  ///< also of a job
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
  // Members of a job only.
  job_id,
  job_type,
  start_time_utc,
  end_time_utc,
  created_date_time_utc,
  last_updated_date_time_utc,
  outcome,
  error,
  // Parts of a message. Their marks ($, $body, ...) are not among the segments.
  application_property,  ///< `name`: one segment, the name
  dollar_property,  ///< `$name`: the application property `$name` if there is one, else the system property `name`; one
                    ///< segment, `name`
  system_property,  ///< `{$name}`: one segment, `name`
  message_body,     ///< `$body.path`: the segments after `$body`
  message_twin      ///< `$twin.path`: the segments after `$twin`
};

namespace detail {

struct root_entry {
  std::string_view name;    // in the spelling that rows have
  std::string_view target;  // the member that is meant, if it is another
  path_root root;
};

inline constexpr std::array<root_entry, 21> twin_roots{{
    {"deviceId", {}, path_root::device_id},
    {"moduleId", {}, path_root::module_id},
    {"etag", {}, path_root::etag},
    {"deviceEtag", {}, path_root::device_etag},
    {"status", {}, path_root::status},
    {"statusReason", {}, path_root::status_reason},
    {"statusUpdateTime", {}, path_root::status_update_time},
    {"connectionState", {}, path_root::connection_state},
    {"lastActivityTime", {}, path_root::last_activity_time},
    {"cloudToDeviceMessageCount", {}, path_root::cloud_to_device_message_count},
    {"authenticationType", {}, path_root::authentication_type},
    {"x509Thumbprint", {}, path_root::x509_thumbprint},
    {"modelId", {}, path_root::model_id},
    {"version", {}, path_root::version},
    {"tags", {}, path_root::tags},
    {"properties", {}, path_root::properties},
    {"configurations", {}, path_root::configurations},
    {"capabilities", {}, path_root::capabilities},
    {"deviceScope", {}, path_root::device_scope},
    {"parentScopes", {}, path_root::parent_scopes},
    {"id", "deviceId", path_root::device_id},  // 4.2.4
}};

inline constexpr std::array<root_entry, 11> job_roots{{
    {"deviceId", {}, path_root::device_id},
    {"jobId", {}, path_root::job_id},
    {"jobType", {}, path_root::job_type},
    {"status", {}, path_root::status},
    {"startTimeUtc", {}, path_root::start_time_utc},
    {"endTimeUtc", {}, path_root::end_time_utc},
    {"createdDateTimeUtc", {}, path_root::created_date_time_utc},
    {"lastUpdatedDateTimeUtc", {}, path_root::last_updated_date_time_utc},
    {"outcome", {}, path_root::outcome},
    {"error", {}, path_root::error},
    {"createdTimeUtc", "createdDateTimeUtc", path_root::created_date_time_utc},
}};

}  // namespace detail

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_ROOT_HPP
