// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_TEXT_WALK_HPP
#define DOPPEL_QUERY_DETAIL_TEXT_WALK_HPP

#include <doppel/base/detail/simd.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/query/json_text.hpp>
#include <doppel/query/detail/scan_plan.hpp>
#include <doppel/query/detail/text_index.hpp>
#include <doppel/query/pass.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/value.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What a walk keeps for each node of the plan.
struct scan_mark {
  std::uint32_t run = 0;        // the latest walk that has found the node
  std::uint32_t open = 0;       // while inside it: children that have not been found
  const char* begin = nullptr;  // while inside it: where it starts, if it is told when it ends
};

/// A walk over one text beside the plan. Its stack is the plan, and its time is linear in the text.
template <class Index>
class text_walk {
public:
  text_walk(std::string_view text, bool has_canonical_names, const program& p, const scan_plan& plan, scan_mark* marks,
            std::uint32_t run, query_value* values, query_pass& pass) noexcept
      : begin_(text.data()),
        end_(text.data() + text.size()),
        nodes_(plan.nodes()),
        marks_(marks),
        values_(values),
        paths_(p.paths().data()),
        pass_(pass),
        run_(run),
        has_canonical_names_(has_canonical_names) {}

  // The index goes by reference into functions that are inlined, so that its position stays in registers.
  query_verdict run(Index index) noexcept {
    index.enter();
    marks_[0].open = nodes_[0].child_count;
    marks_[0].begin = nullptr;
    if (pass_.needs_meeting(0) && !tell(0, composite_of_json({begin_, size_to(end_)}))) return pass_.verdict();
    walk(index);
    return pass_.verdict() == query_verdict::open ? pass_.finish() : pass_.verdict();
  }

private:
  static constexpr std::uint32_t no_node = 0xffff'ffff;

  std::size_t size_to(const char* end) const noexcept { return static_cast<std::size_t>(end - begin_); }
  static std::string_view text_of(const char* begin, const char* end) noexcept {
    return {begin, static_cast<std::size_t>(end - begin)};
  }
  /// False once the verdict is certain.
  bool tell(std::uint32_t path, const query_value& value) noexcept {
    return pass_.meet(path, value) == query_verdict::open;
  }
  bool leave(std::uint32_t path) noexcept { return pass_.leave(path) == query_verdict::open; }

  [[gnu::always_inline]] void walk(Index& index) noexcept {
    std::uint32_t at = 0;
    if (marks_[0].open == 0) return;
    for (;;) {
      const char* const colon = index.member();
      if (colon != nullptr) [[likely]] {
        const std::uint32_t found = find(nodes_[at], colon);
        if (found == no_node || marks_[found].run == run_) [[likely]] {  // a name twice: only in text that is no good
          index.pass_value();
          continue;
        }
        const char* const value = index.value(colon);
        marks_[found].run = run_;
        --marks_[at].open;
        if (*value == '{') {
          if (!enter_object(index, found, value)) return;
          if (nodes_[found].child_count != 0) {
            at = found;
            continue;
          }
        } else if (*value == '[' ? !read_array(index, found, value) : !read_scalar(index, found, value)) {
          return;
        }
      } else {
        if (!close(index, at)) return;
        if (at == 0) return;
        at = nodes_[at].parent;
      }
      // Where there is nothing more to find: on to the end of that object, and of those around it at once.
      std::int32_t levels = 0;
      while (marks_[at].open == 0) {
        if (at == 0) return;
        ++levels;
        if (marks_[at].begin != nullptr || nodes_[at].has_elements) {
          index.skip(levels);
          levels = 0;
          if (!close(index, at)) return;
        }
        at = nodes_[at].parent;
      }
      if (levels != 0) index.skip(levels);
    }
  }

  std::uint32_t find(const scan_node& node, const char* colon) const noexcept {
    const char* end = colon;
    while (is_white_space(end[-1])) [[unlikely]]-- end;
    const std::uint64_t tail = name_tail(begin_, end);
    const std::uint32_t behind = node.first_child + node.child_count;
    for (std::uint32_t c = node.first_child; c != behind; ++c) {
      if (((tail ^ nodes_[c].tail) & nodes_[c].mask) == 0 && nodes_[c].is_named(begin_, end)) [[unlikely]]
        return c;
    }
    return has_canonical_names_ ? no_node : find_escaped(node, end);
  }

  /// Without the white space before the colon. Of any kind: this costs one branch that is hard to foresee, not more.
  const char* trimmed(const char* colon) const noexcept {
    if (colon - begin_ >= 16) [[likely]] {
      const std::uint32_t text = ~bytes16(colon - 16).up_to_space() & 0xffff;
      if (text != 0) [[likely]]
        return colon - 16 + std::bit_width(text);
    }
    return trim_end(colon);
  }

  /// The same for a name that may be escaped in another way than ours.
  [[gnu::noinline]] std::uint32_t find_escaped(const scan_node& node, const char* end) const noexcept {
    const char* quote = end - 1;  // the closing one, if the text is any good
    do {
      if (quote == begin_) return no_node;
      --quote;
    } while (*quote != '"' || is_escaped(quote));
    const query_value name = string_of_json(text_of(quote + 1, end - 1));
    if (name.form() != string_form::escaped) return no_node;
    const std::uint32_t behind = node.first_child + node.child_count;
    for (std::uint32_t c = node.first_child; c != behind; ++c) {
      if (is_same_name(name.raw_text(), paths_[nodes_[c].path].key)) return c;
    }
    return no_node;
  }
  bool is_escaped(const char* p) const noexcept {
    const char* backslash = p;
    while (backslash != begin_ && backslash[-1] == '\\') --backslash;
    return (p - backslash) % 2 != 0;
  }
  static bool is_same_name(std::string_view escaped, std::string_view plain) noexcept {
    const char* p = escaped.data();
    const char* const end = p + escaped.size();
    while (p != end) {
      char bytes[4] = {*p};
      const char* bytes_end = bytes + 1;
      if (*p != '\\') {
        ++p;
      } else {
        std::uint32_t c = 0;
        if (!read_escape(p, end, c)) return false;
        bytes_end = put_utf8(bytes, c);
      }
      const std::string_view character = text_of(bytes, bytes_end);
      if (!plain.starts_with(character)) return false;
      plain.remove_prefix(character.size());
    }
    return plain.empty();
  }

  // The three ways to go on at a value that was looked for. Each is false once the verdict is certain.

  [[gnu::always_inline]] bool enter_object(Index& index, std::uint32_t at, const char* value) noexcept {
    const scan_node& node = nodes_[at];
    const bool meets = pass_.needs_meeting(node.path);
    index.enter();
    if (meets && !node.needs_content && !tell(node.path, query_value::object(json_functions, "{}", nullptr, 2)))
      return false;
    marks_[at].open = node.child_count;
    marks_[at].begin = meets && node.needs_content ? value : nullptr;
    if (node.child_count != 0) return true;
    index.skip(1);
    return close(index, at);
  }

  [[gnu::always_inline]] bool read_array(Index& index, std::uint32_t at, const char* value) noexcept {
    const scan_node& node = nodes_[at];
    index.enter();
    index.skip(1);
    const query_value array = composite_of_json(text_of(value, index.closing() + 1));
    if (pass_.needs_meeting(node.path) && !tell(node.path, array)) return false;
    if (node.has_elements && !read_elements(node.path, array)) return false;
    return (node.child_count == 0 && !node.has_elements) || leave(node.path);
  }

  [[gnu::always_inline]] bool read_scalar(Index& index, std::uint32_t at, const char* value) noexcept {
    const scan_node& node = nodes_[at];
    index.pass_scalar();
    if (pass_.needs_meeting(node.path) && !tell(node.path, scalar_at(value))) return false;
    return (node.child_count == 0 && !node.has_elements) || leave(node.path);
  }

  /// Behind the closing bracket of an object that was entered.
  [[gnu::always_inline]] bool close(Index& index, std::uint32_t at) noexcept {
    const scan_node& node = nodes_[at];
    const scan_mark& mark = marks_[at];
    if (mark.begin != nullptr && !tell(node.path, composite_of_json(text_of(mark.begin, index.closing() + 1)))) {
      return false;
    }
    return (mark.open == 0 && !node.has_elements) || leave(node.path);
  }

  /// What is below an array: looked up, path by path.
  [[gnu::noinline]] bool read_elements(std::uint32_t at, const query_value& array) noexcept {
    values_[at] = array;
    for (std::uint32_t i = at + 1; i != paths_[at].end; ++i) {
      values_[i] = step(values_[paths_[i].parent], paths_[i]);
      if (values_[i].is_undefined() || !pass_.needs_meeting(i)) continue;
      if (!tell(i, values_[i])) return false;
    }
    return true;
  }
  static query_value step(const query_value& from, const query_path& path) noexcept {
    if (!path.is_index) {
      return from.kind() == query_kind::object ? member_of_json(from, query_value::string(path.key)) : query_value();
    }
    if (from.kind() != query_kind::array || path.index < 0) return {};
    composite_cursor cursor;
    begin_json(from, cursor);
    query_value key;
    query_value value;
    for (std::int64_t i = 0; next_json(cursor, key, value); ++i) {
      if (i == path.index) return value;
    }
    return {};
  }

  query_value scalar_at(const char* p) const noexcept {
    if (*p == '"') return string_at(p);
    const char* end = p;
    while (!is_delimiter(*end)) ++end;
    return value_of_json(text_of(p, end));
  }
  query_value string_at(const char* quote) const noexcept {
    const char* p = quote + 1;
    for (; end_ - p >= 16; p += 16) {
      const bytes16 bytes(p);
      const std::uint32_t quotes = bytes.equal('"');
      const std::uint32_t backslashes = bytes.equal('\\');
      if ((quotes | backslashes) == 0) continue;
      // The lowest bit of all is a quote: the end, and no escape before it.
      if ((quotes & (0 - (quotes | backslashes))) == 0) break;
      return query_value::string(text_of(quote + 1, p + std::countr_zero(quotes)));
    }
    const char* const end = end_of_string(quote, end_);
    return string_of_json(text_of(quote + 1, end - 1));
  }

  const char* begin_;
  const char* end_;
  const scan_node* nodes_;
  scan_mark* marks_;
  query_value* values_;
  const query_path* paths_;
  query_pass& pass_;
  std::uint32_t run_;
  bool has_canonical_names_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_TEXT_WALK_HPP
