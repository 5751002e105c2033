// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_KNOWN_NAMES_HPP
#define DOPPEL_QUERY_DETAIL_KNOWN_NAMES_HPP

#include <doppel/query/detail/suggestion.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/root.hpp>
#include <doppel/query/value.hpp>

#include <cstddef>
#include <string_view>

// What the service has of its own in a document: its members by name and type (spec/query.md 4.1 and 16.2).
namespace doppel {
inline namespace v0 {
namespace detail {

/// The root that was probably meant by a name that is none.
constexpr std::string_view nearest_root(query_collection collection, std::string_view name) noexcept {
  nearest_word word(name);
  if (collection == query_collection::jobs) {
    for (const root_entry& entry : job_roots) word.offer(entry.name);
    return word.get();
  }
  // What stands one level deeper, and what other names than the service's say.
  struct alias {
    std::string_view name;
    std::string_view target;
  };
  constexpr alias aliases[] = {{"desired", "properties.desired"},
                               {"reported", "properties.reported"},
                               {"tag", "tags"},
                               {"property", "properties"},
                               {"props", "properties"},
                               {"module", "moduleId"},
                               {"$version", "version"},
                               {"iotEdge", "capabilities.iotEdge"},
                               {"primaryThumbprint", "x509Thumbprint.primaryThumbprint"},
                               {"secondaryThumbprint", "x509Thumbprint.secondaryThumbprint"}};
  for (const alias& a : aliases) {
    if (equals_ignoring_case(a.name, name)) return a.target;
  }
  for (const root_entry& entry : twin_roots) word.offer(entry.name);
  return word.get();
}

/// Says whether a name in front of a root was probably meant as that of the collection.
constexpr bool looks_like_devices(std::string_view name) noexcept {
  for (const std::string_view other : {"device", "twin", "twins", "c"}) {
    if (equals_ignoring_case(name, other)) return true;
  }
  return false;
}

/// Says whether the members of a root are the service's: others are never there. If so, and the name is none of them,
/// the one that was probably meant.
struct member_check {
  bool is_known = true;
  std::string_view meant;
};

constexpr member_check check_member(path_root root, std::string_view name) noexcept {
  std::string_view members[2];
  switch (root) {
    case path_root::properties: members[0] = "desired", members[1] = "reported"; break;
    case path_root::x509_thumbprint: members[0] = "primaryThumbprint", members[1] = "secondaryThumbprint"; break;
    case path_root::capabilities: members[0] = "iotEdge"; break;
    default: return {};
  }
  nearest_word word(name);
  for (const std::string_view member : members) {
    if (name == member) return {};
    if (!member.empty()) word.offer(member);
  }
  return {false, word.get()};
}

/// The kind of value that a root has where it has one; `undefined` where it may be of any.
constexpr query_kind kind_of_root(path_root root) noexcept {
  switch (root) {
    case path_root::unknown:
    case path_root::outcome:
    case path_root::error:
    case path_root::application_property:
    case path_root::dollar_property:
    case path_root::system_property:
    case path_root::message_body:
    case path_root::message_twin: return query_kind::undefined;
    case path_root::cloud_to_device_message_count:
    case path_root::version: return query_kind::number;
    case path_root::parent_scopes: return query_kind::array;
    case path_root::x509_thumbprint:
    case path_root::tags:
    case path_root::properties:
    case path_root::configurations:
    case path_root::capabilities: return query_kind::object;
    default: return query_kind::string;
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_KNOWN_NAMES_HPP
