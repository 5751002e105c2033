// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_PATH_LINT_HPP
#define DOPPEL_QUERY_DETAIL_PATH_LINT_HPP

#include <doppel/query/compare.hpp>
#include <doppel/query/detail/known_names.hpp>
#include <doppel/query/detail/name_resolution.hpp>
#include <doppel/query/detail/suggestion.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/lint_report.hpp>
#include <doppel/query/syntax_tree.hpp>
#include <doppel/query/value.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Finds paths with names that the service does not have, and those that no document of a sample has; and what was
/// probably meant.
class path_lint {
public:
  path_lint(const syntax_tree& tree, std::span<const std::string_view> sample, lint_report& report) noexcept
      : tree_(tree), sample_(sample), report_(report) {}

  bool run() noexcept {
    if (tree_.dialect() == query_dialect::route) return true;
    for (const syntax_column column : tree_.columns()) {
      if (!look_in(column.expression)) return false;
    }
    if (tree_.condition() && !look_in(*tree_.condition())) return false;
    for (const syntax_node key : tree_.group_keys()) {
      if (!look_in(key)) return false;
    }
    for (const syntax_order order : tree_.order()) {
      // What was written for a column is no path.
      if (order.column == no_index && !look_in(order.expression)) return false;
    }
    return true;
  }

private:
  bool look_in(const syntax_node& expression) noexcept {
    for (node_index i = expression.subtree_begin(); i <= expression.index(); ++i) {
      const syntax_node n = tree_.node(i);
      if (n.kind() != node_kind::path) continue;
      bool is_named = false;
      if (!look_at_names(n, is_named) || (!is_named && !look_for(n))) return false;
    }
    return true;
  }

  /// The names that the service gives, if no document of the sample has others.
  bool look_at_names(const syntax_node& path, bool& is_remarked) noexcept {
    const segment_range segments = path.segments();
    std::size_t at = 0;
    std::string_view meant;
    if (path.root() == path_root::unknown) {
      const bool is_prefix = segments.size() > 1 && looks_like_devices(segments[0].key) &&
                             find_root(tree_.collection(), segments[1].key).root != path_root::unknown;
      meant = is_prefix ? "devices" : nearest_root(tree_.collection(), segments[0].key);
    } else {
      if (segments.size() < 2 || segments[1].is_index || tree_.collection() == query_collection::jobs) return true;
      const member_check found = check_member(path.root(), segments[1].key);
      if (found.is_known) return true;
      meant = found.meant;
      at = 1;
    }
    for (const std::string_view text : sample_) {
      std::string_view rest = text;
      if (steps_in(rest, segments, at + 1) == at + 1) return true;
    }
    is_remarked = true;
    query_remark remark;
    remark.kind = query_remark_kind::unknown_name;
    remark.text = at == 0 ? "the service has no member of this name: the path is undefined"
                          : "the service has no member of this name here: the path is undefined";
    find_place(path, at, remark);
    return report_.add(remark, meant);
  }

  /// The name alone, with the brackets around it, or the whole path if the name is not as it was written.
  void find_place(const syntax_node& path, std::size_t at, query_remark& remark) const noexcept {
    const tree_storage& tree = tree_access::storage(tree_);
    const segment_record& segment = tree.segments[tree_access::segments(path).first + at];
    const bool is_written = !segment.is_subscript && segment.key.offset < tree.source_size;
    remark.offset = is_written ? segment.key.offset : path.offset();
    remark.length = is_written ? segment.key.size : path.length();
    if (is_written && remark.offset >= 2 && tree.text.view().substr(remark.offset - 2, 2) == "[[") {
      remark.offset -= 2;
      remark.length += 4;
    }
  }

  bool look_for(const syntax_node& path) noexcept {
    if (sample_.empty()) return true;
    const segment_range segments = path.segments();
    std::size_t most = 0;  // steps that some document goes
    for (const std::string_view text : sample_) {
      std::string_view rest = text;
      most = (std::max)(most, steps_in(rest, segments, segments.size()));
      if (most == segments.size()) return true;
    }
    query_remark remark;
    remark.kind = query_remark_kind::unknown_path;
    remark.offset = path.offset();
    remark.length = path.length();
    remark.text = "no document of the sample has this path";
    return report_.add(remark, nearest(segments, most));
  }

  /// How many of the first `count` steps a document goes; `text` ends where it stops.
  static std::size_t steps_in(std::string_view& text, const segment_range& segments, std::size_t count) noexcept {
    for (std::size_t i = 0; i != count; ++i) {
      const syntax_segment s = segments[i];
      if (!step_into_json(text, s.is_index, s.index, s.key)) return i;
    }
    return count;
  }
  /// The key beside the first step that fails, in any document that goes so far.
  std::string_view nearest(const segment_range& segments, std::size_t failing) noexcept {
    const syntax_segment wanted = segments[failing];
    if (wanted.is_index) return {};
    nearest_word word(wanted.key);
    for (const std::string_view text : sample_) {
      std::string_view holder = text;
      if (steps_in(holder, segments, failing) != failing || holder.empty() || holder[0] != '{') continue;
      composite_cursor cursor;
      begin_json(composite_of_json(holder), cursor);
      query_value key;
      std::string_view value;
      while (next_json_text(cursor, key, value)) word.offer(key.plain_text());
    }
    return word.get();
  }

  const syntax_tree& tree_;
  std::span<const std::string_view> sample_;
  lint_report& report_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_PATH_LINT_HPP
