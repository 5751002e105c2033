// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_PATH_LINT_HPP
#define DOPPEL_QUERY_DETAIL_PATH_LINT_HPP

#include <doppel/query/compare.hpp>
#include <doppel/query/detail/suggestion.hpp>
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

/// Finds the paths that no document of a sample has, and what was probably meant.
class path_lint {
public:
  path_lint(const syntax_tree& tree, std::span<const std::string_view> sample, lint_report& report) noexcept
      : tree_(tree), sample_(sample), report_(report) {}

  bool run() noexcept {
    if (sample_.empty() || tree_.dialect() == query_dialect::route) return true;
    for (node_index i = 0; i != tree_.node_count(); ++i) {
      const syntax_node n = tree_.node(i);
      if (n.kind() == node_kind::path && !look_for(n)) return false;
    }
    return true;
  }

private:
  bool look_for(const syntax_node& path) noexcept {
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
