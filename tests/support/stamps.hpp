// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_STAMPS_HPP
#define DOPPEL_TESTS_SUPPORT_STAMPS_HPP

#include "node.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// spec/twin.md 9, done the slow way: one stamp per object member and leaf, kept beside the content as a tree
// of the same shape.
namespace doppel_test {

// The configuration on whose behalf desired is written (9.11).
struct configuration_mark {
  std::string id;
  std::string digest;
};

struct stamp {
  std::int64_t ticks = 0;
  std::uint64_t version = 0;  // 0: not rendered (reported, and desired before its first write)
  std::optional<configuration_mark> mark;
};

struct stamp_member;

struct stamp_tree {
  stamp own;
  std::vector<stamp_member> members;

  const stamp_tree* find(std::string_view key) const;
  stamp_tree* find(std::string_view key);
};

struct stamp_member {
  std::string key;
  stamp_tree stamps;
};

// 9.5 to 9.9, 9.11: what merging `patch` into `before` does to its stamps.
void merge_stamps(stamp_tree& target, const node& before, const node& patch, const stamp& now);

// `$metadata` of a section (9.2 to 9.4).
node metadata(const node& content, const stamp_tree& stamps);

// The part of it that belongs to the written keys (17.2.1).
node written_metadata(const node& patch, const stamp_tree& stamps);

// The other way round. Members without an entry take their parent's stamp.
stamp_tree read_stamps(const node& metadata, const node& content, bool with_versions);

}  // namespace doppel_test

#endif
