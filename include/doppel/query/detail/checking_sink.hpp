// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_CHECKING_SINK_HPP
#define DOPPEL_QUERY_DETAIL_CHECKING_SINK_HPP

#include <doppel/query/detail/name_resolution.hpp>
#include <doppel/query/detail/query_grammar.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/function.hpp>
#include <doppel/query/options.hpp>

#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The grammar's sink that makes nothing: it lets the compiler check a query. Beyond the grammar it checks what can
/// be seen path by path: prefixes and the roots of target conditions. The collection is known only after FROM, so a
/// text is read twice.
class checking_sink {
public:
  constexpr checking_sink(std::string_view text, query_dialect dialect) noexcept : text_(text), dialect_(dialect) {}

  /// Starts the second reading, with what the first one has found.
  constexpr void expect(query_collection collection) noexcept {
    collection_ = collection;
    is_second_ = true;
  }
  constexpr query_collection collection() const noexcept { return collection_; }

  /// No enumerator if all paths are right.
  constexpr errc code() const noexcept { return code_; }
  constexpr std::uint32_t offset() const noexcept { return offset_; }

  constexpr void path_begin(path_prefix prefix, const token& root, std::uint32_t offset) noexcept {
    end_path();
    if (!is_second_) return;
    if (!is_prefix_allowed(prefix, collection_)) return fail(errc::prefix_mismatch, offset);
    if (dialect_ != query_dialect::target_condition) return;
    path_ = offset;
    const std::uint32_t brackets = root.is(token_kind::escaped_name) ? 2 : 0;
    const path_root found =
        find_root(collection_, text_.substr(root.offset + brackets, root.length - 2 * brackets)).root;
    if (found == path_root::properties) {
      awaits_reported_ = true;
    } else if (found != path_root::device_id && found != path_root::tags &&
               (found != path_root::module_id || collection_ != query_collection::modules)) {
      fail(errc::invalid_target_condition, offset);
    }
  }

  constexpr void path_segment(const token& name) noexcept {
    if (!awaits_reported_) return;
    const std::uint32_t brackets = name.is(token_kind::escaped_name) ? 2 : 0;
    awaits_reported_ =
        !equals_ignoring_case(text_.substr(name.offset + brackets, name.length - 2 * brackets), "reported");
    end_path();
  }

  constexpr void condition() noexcept { end_path(); }
  constexpr void source(query_collection collection) noexcept { collection_ = collection; }

  constexpr void literal(const token&) noexcept {}
  constexpr void route_path(path_root, std::uint32_t, std::uint32_t) noexcept {}
  constexpr void path_index(std::int64_t, std::uint32_t) noexcept {}
  constexpr void path_end(std::uint32_t) noexcept {}
  constexpr void subscript_begin() noexcept { end_path(); }
  constexpr void subscript_end(std::uint32_t) noexcept {}
  constexpr void call(const query_function_entry&, std::uint32_t, std::uint32_t, std::uint32_t) noexcept {}
  constexpr void aggregate(query_aggregate, bool, std::uint32_t, std::uint32_t) noexcept {}
  constexpr void array(std::uint32_t, std::uint32_t, std::uint32_t) noexcept {}
  constexpr void unary(query_operator, std::uint32_t) noexcept {}
  constexpr void binary(query_operator) noexcept {}
  constexpr void in(bool) noexcept {}
  constexpr void between(bool) noexcept {}
  constexpr void like(bool, bool) noexcept {}
  constexpr void source_alias(const token&) noexcept {}
  constexpr void distinct() noexcept {}
  constexpr void top(std::uint64_t) noexcept {}
  constexpr void offset(std::uint64_t) noexcept {}
  constexpr void limit(std::uint64_t) noexcept {}
  constexpr void column(const token*) noexcept {}
  constexpr void select_nothing() noexcept {}
  constexpr void group_key() noexcept {}
  constexpr void order(bool) noexcept {}

private:
  constexpr void fail(errc code, std::uint32_t offset) noexcept {
    if (code_ != errc{}) return;
    code_ = code;
    offset_ = offset;
  }

  // A path that stopped at `properties`, or went elsewhere from there.
  constexpr void end_path() noexcept {
    if (awaits_reported_) fail(errc::invalid_target_condition, path_);
    awaits_reported_ = false;
  }

  std::string_view text_;
  query_dialect dialect_;
  query_collection collection_ = query_collection::devices;
  bool is_second_ = false;
  bool awaits_reported_ = false;
  std::uint32_t path_ = 0;
  errc code_{};
  std::uint32_t offset_ = 0;
};

/// Checks a text without a tree, also while compiling. The code in the result is 0 if nothing is wrong.
constexpr query_diagnostic check_query(std::string_view text, const query_options& options) noexcept {
  query_diagnostic diagnostic;
  if (!check_text(text, options, diagnostic)) {
    diagnostic.locate(text);
    return diagnostic;
  }
  checking_sink sink(text, options.dialect);
  query_grammar<checking_sink> first(text, options, sink);
  if (!first.read()) {
    diagnostic = first.diagnostic();
    diagnostic.locate(text);
    return diagnostic;
  }
  sink.expect(sink.collection());
  query_grammar<checking_sink> second(text, options, sink);
  if (second.read() && sink.code() != errc{}) {
    diagnostic.code = sink.code();
    diagnostic.offset = sink.offset();
    diagnostic.locate(text);
  }
  return diagnostic;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_CHECKING_SINK_HPP
