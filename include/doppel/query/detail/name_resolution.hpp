// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_NAME_RESOLUTION_HPP
#define DOPPEL_QUERY_DETAIL_NAME_RESOLUTION_HPP

#include <doppel/query/detail/parser_base.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/root.hpp>
#include <doppel/query/syntax_node.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The row of a root's name, which ignores case; one without name if there is none (spec/query.md 4.2.2).
constexpr root_entry find_root(query_collection collection, std::string_view name) noexcept {
  const auto search = [name](const auto& table) -> root_entry {
    for (const root_entry& entry : table) {
      if (entry.name.size() == name.size() && equals_ignoring_case(entry.name, name)) return entry;
    }
    return {{}, {}, path_root::unknown};
  };
  return collection == query_collection::jobs ? search(job_roots) : search(twin_roots);
}

/// Says whether a path may start with the name of a collection (spec/query.md 4.2.1).
constexpr bool is_prefix_allowed(path_prefix prefix, query_collection collection) noexcept {
  switch (prefix) {
    case path_prefix::none: return true;
    case path_prefix::devices:
      return collection == query_collection::devices || collection == query_collection::modules;
    case path_prefix::modules: return collection == query_collection::modules;
    case path_prefix::jobs: return collection == query_collection::jobs;
  }
  return false;
}

/// Resolves the paths of a tree (spec/query.md 4.2): drops the prefix, finds the root, and spells names as the
/// service does.
class name_resolution {
public:
  constexpr name_resolution(tree_storage& tree, text_piece alias, query_diagnostic& diagnostic) noexcept
      : tree_(tree), alias_(alias), diagnostic_(diagnostic) {}

  /// @return false if a path is wrong, and the diagnostic says why; `errc::out_of_memory` in it if memory was
  /// refused
  [[nodiscard]] constexpr bool run() noexcept {
    for (std::uint32_t i = 0; i != tree_.nodes.size(); ++i) {
      if (static_cast<node_kind>(tree_.nodes[i].kind) == node_kind::path && !resolve(tree_.nodes[i])) return false;
    }
    return true;
  }

private:
  constexpr bool resolve(node_record& node) noexcept {
    const auto prefix = static_cast<path_prefix>(node.code);
    segment_run& segments = node.segments;
    if (!is_prefix_allowed(prefix, tree_.collection)) {
      return fail(errc::prefix_mismatch, node, "a path of the collection after FROM");
    }
    if (prefix == path_prefix::none && alias_.size != 0 && key_at(segments.first) == tree_.view(alias_)) {
      if (segments.count == 1 || tree_.segments[std::size_t{segments.first} + 1].is_subscript) {
        return fail(errc::syntax_error, node, "a path: the name of a collection is no value");
      }
      ++segments.first;
      --segments.count;
    }
    const root_entry entry = find_root(tree_.collection, key_at(segments.first));
    node.code = static_cast<std::uint8_t>(entry.root);
    if (entry.root == path_root::unknown) return true;
    node.is_renamed_root = !entry.target.empty();
    if (!spell(segments.first, entry.target.empty() ? entry.name : entry.target)) return false;
    return entry.root != path_root::properties || segments.count == 1 || spell_section(segments.first + 1);
  }

  constexpr bool spell_section(std::uint32_t segment) noexcept {
    const segment_record& record = tree_.segments[segment];
    if (record.is_subscript) return true;
    for (const std::string_view name : {std::string_view("desired"), std::string_view("reported")}) {
      if (equals_ignoring_case(key_at(segment), name)) return spell(segment, name);
    }
    return true;
  }

  constexpr std::string_view key_at(std::uint32_t segment) const noexcept {
    return tree_.view(tree_.segments[segment].key);
  }

  constexpr bool spell(std::uint32_t segment, std::string_view name) noexcept {
    if (key_at(segment) == name) return true;
    const auto offset = static_cast<std::uint32_t>(tree_.text.size());
    if (!tree_.text.append(name)) {
      diagnostic_.clear();
      diagnostic_.code = errc::out_of_memory;
      return false;
    }
    tree_.segments[segment].key = {offset, static_cast<std::uint32_t>(name.size())};
    return true;
  }

  constexpr bool fail(errc code, const node_record& node, std::string_view expected) noexcept {
    diagnostic_.clear();
    diagnostic_.code = code;
    diagnostic_.offset = node.offset;
    diagnostic_.length = node.length;
    diagnostic_.expected = expected;
    return false;
  }

  tree_storage& tree_;
  text_piece alias_;
  query_diagnostic& diagnostic_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_NAME_RESOLUTION_HPP
