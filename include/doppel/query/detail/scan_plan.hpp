// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_SCAN_PLAN_HPP
#define DOPPEL_QUERY_DETAIL_SCAN_PLAN_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/query/program.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Names of up to eight bytes with their quotes, and the ends of longer ones, as one number.
inline std::uint64_t name_tail(const char* begin, const char* end) noexcept {
  if (end - begin >= 8) [[likely]]
    return load8(end - 8);
  char bytes[8] = {};
  const auto size = static_cast<std::size_t>(end - begin);
  if (size != 0) std::memcpy(bytes + 8 - size, begin, size);
  return load8(bytes);
}

/// A place in a document that paths lead through, all of them by names of members.
struct scan_node {
  std::uint64_t tail = 0;  // of its name in quotes
  std::uint64_t mask = 0;  // where `tail` counts
  const char* quoted = nullptr;
  std::uint32_t quoted_size = 0;
  std::uint32_t path = 0;    // its number in program::paths()
  std::uint32_t parent = 0;  // its place in the plan
  std::uint32_t first_child = 0;
  std::uint32_t child_count = 0;
  bool has_elements = false;  // paths go on by elements of an array here
  bool needs_content = false;

  /// Says whether the name that ends at `end`, behind its quote, is this one.
  bool is_named(const char* begin, const char* end) const noexcept {
    const std::size_t size = quoted_size;
    // Behind a backslash, the opening quote is a part of a longer name.
    return static_cast<std::size_t>(end - begin) > size && end[-static_cast<std::ptrdiff_t>(size) - 1] != '\\' &&
           (size <= 8 || std::memcmp(end - size, quoted, size - 8) == 0);
  }
};

/// The trie of a program laid out for a scan: the children of a node stand together.
class scan_plan {
public:
  explicit scan_plan(memory_ref memory) noexcept : nodes_(memory) {}

  /// False when memory is refused.
  [[nodiscard]] bool build(const program& p) noexcept {
    const auto paths = p.paths();
    if (!nodes_.reserve(paths.size() + 1)) return false;
    size_ = 1;
    nodes_.data()[0] = node_of(paths[0], 0, 0);
    for (std::uint32_t at = 0; at != size_; ++at) {
      scan_node& node = nodes_.data()[at];
      node.first_child = size_;
      for (std::uint32_t c = paths[node.path].first_child; c != no_index; c = paths[c].next) {
        if (paths[c].is_index) {
          node.has_elements = true;
        } else {
          nodes_.data()[size_++] = node_of(paths[c], c, at);
        }
      }
      node.child_count = size_ - node.first_child;
    }
    return true;
  }

  const scan_node* nodes() const noexcept { return nodes_.data(); }
  std::uint32_t size() const noexcept { return size_; }

private:
  static scan_node node_of(const query_path& path, std::uint32_t number, std::uint32_t parent) noexcept {
    scan_node node;
    const std::string_view quoted = path.quoted;
    const std::size_t bytes = (std::min)(quoted.size(), std::size_t{8});
    char mask[8] = {};
    std::memset(mask + 8 - bytes, 0xff, bytes);
    node.tail = name_tail(quoted.data(), quoted.data() + quoted.size());
    node.mask = load8(mask);
    node.quoted = quoted.data();
    node.quoted_size = static_cast<std::uint32_t>(quoted.size());
    node.path = number;
    node.parent = parent;
    node.needs_content = path.needs_content;
    return node;
  }

  array<scan_node> nodes_;
  std::uint32_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_SCAN_PLAN_HPP
