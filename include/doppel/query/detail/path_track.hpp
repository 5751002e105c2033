// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_PATH_TRACK_HPP
#define DOPPEL_QUERY_DETAIL_PATH_TRACK_HPP

#include <doppel/json/operations.hpp>
#include <doppel/query/program_parts.hpp>
#include <doppel/query/root.hpp>

#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Where a path leads through a twin: from a section to stored members, and perhaps to a part of the stamp of the last.
struct path_track {
  static constexpr std::uint32_t max_steps = 6;

  section_name section{};
  std::uint32_t steps = 0;             // 0: the path is none of these, or longer
  std::uint32_t path[max_steps] = {};  // the nodes of the program's paths whose names are stored, from the top
  std::uint32_t stamp = 0;             // the node of `$lastUpdated` and the like, or 0
};

inline path_track track_of(std::span<const query_path> paths, std::uint32_t at) noexcept {
  path_track track;
  std::uint32_t steps[path_track::max_steps + 3];  // from the end
  std::uint32_t size = 0;
  for (; at != 0; at = paths[at].parent) {
    if (size == std::size(steps) || paths[at].is_index) return {};
    steps[size++] = at;
  }
  if (size == 0) return {};
  const path_root root = paths[steps[size - 1]].root;
  bool has_stamps = false;
  switch (root) {
    case path_root::etag:
    case path_root::version: return {};
    case path_root::tags:
      track.section = section_name::tags;
      --size;
      break;
    case path_root::properties: {
      if (size < 3) return {};
      const std::string_view key = paths[steps[size - 2]].key;
      if (key != "desired" && key != "reported") return {};
      track.section = key == "desired" ? section_name::desired : section_name::reported;
      size -= 2;
      has_stamps = paths[steps[size - 1]].key == "$metadata";
      if (has_stamps) {
        if (--size < 2 || !paths[steps[0]].key.starts_with('$')) return {};
        track.stamp = steps[0];
      } else if (paths[steps[size - 1]].key == "$version") {
        return {};
      }
      break;
    }
    default: track.section = section_name::root; break;
  }
  while (size != (has_stamps ? 1u : 0u)) {
    const std::uint32_t next = steps[--size];
    if (track.steps == path_track::max_steps || (has_stamps && paths[next].key.starts_with('$'))) return {};
    track.path[track.steps++] = next;
  }
  return track;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_PATH_TRACK_HPP
