// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_QUERY_GRAMMAR_HPP
#define DOPPEL_QUERY_DETAIL_QUERY_GRAMMAR_HPP

#include <doppel/query/detail/expression_grammar.hpp>
#include <doppel/query/detail/number.hpp>

#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Whole texts of every dialect: clauses, and the rules about them that need no tree.
template <class Sink>
class query_grammar : public expression_grammar<Sink> {
public:
  using expression_grammar<Sink>::expression_grammar;

  /// Reads the whole text. False: `diagnostic()` says why.
  /// @pre the text has been checked by `check_text`
  constexpr bool read() noexcept {
    switch (options_.dialect) {
      case query_dialect::twins: return read_query();
      case query_dialect::condition:
        sink_.source(options_.collection);
        return read_bare_condition("a condition, or * for everything");
      case query_dialect::target_condition: return read_target_condition();
      case query_dialect::route:
        sink_.source(query_collection::messages);
        if (is_empty()) return read_nothing();
        return read_condition() && read_end_of_text();
    }
    return false;
  }

private:
  using base = expression_grammar<Sink>;
  using base::advance;
  using base::fail;
  using base::fail_at;
  using base::first_aggregate_;
  using base::is_hub;
  using base::lexer_;
  using base::not_supported;
  using base::options_;
  using base::read_expression;
  using base::shape_;
  using base::sink_;
  using base::take;
  using base::text;
  using base::token_;

  // -- bare conditions

  constexpr bool is_empty() const noexcept { return lexer_.look_ahead(lex_context::operand).is(token_kind::end); }

  constexpr bool read_nothing() noexcept {
    sink_.select_nothing();
    return true;
  }

  constexpr bool read_condition() noexcept {
    advance(lex_context::operand);
    if (!read_expression(clause::condition)) return false;
    sink_.condition();
    return true;
  }

  constexpr bool read_end_of_text() noexcept {
    if (token_.is(token_kind::end)) return true;
    return base::fail_operation("an operator or the end of the condition");
  }

  constexpr bool read_bare_condition(std::string_view expected) noexcept {
    const token first = lexer_.look_ahead(lex_context::operand);
    if (first.is(token_kind::star)) {
      advance(lex_context::operand);
      advance(lex_context::operation);
      return token_.is(token_kind::end) || fail_at(token_, "nothing after *, which means everything");
    }
    if (first.is(token_kind::end) || first.is(keyword::select) || first.is(keyword::where)) {
      return fail_at(first, expected);
    }
    return read_condition() && read_end_of_text();
  }

  constexpr bool read_target_condition() noexcept {
    query_collection collection = query_collection::devices;
    if (is_empty()) {
      sink_.source(collection);
      return read_nothing();
    }
    if (lexer_.look_ahead(lex_context::operand).is(keyword::from)) {
      advance(lex_context::operand);
      advance(lex_context::operand);
      collection = query_collection::modules;
      const bool is_modules = take(keyword::devices, lex_context::operation) &&
                              take(token_kind::dot, lex_context::segment) && token_.is(keyword::modules);
      if (!is_modules) return fail_at(token_, "FROM devices.modules WHERE", {});
      advance(lex_context::operation);
      if (!token_.is(keyword::where)) return fail_at(token_, "WHERE", {"WHERE"});
    }
    sink_.source(collection);
    return read_bare_condition("a condition, * for all, or nothing for none");
  }

  // -- queries

  constexpr bool read_query() noexcept {
    advance(lex_context::operand);
    if (!token_.is(keyword::select)) return fail_word("SELECT", {keyword::select});
    advance(lex_context::operand);
    if (!read_distinct() || !read_top() || !read_select_list() || !read_source()) return false;
    if (token_.is(keyword::where)) {
      if (!read_condition()) return false;
    }
    return read_group() && read_order() && read_range() && read_end_of_query() && check_collection();
  }

  constexpr bool fail_word(std::string_view expected, std::initializer_list<keyword> candidates) noexcept {
    if (!token_.is(token_kind::word)) return fail_at(token_, expected);
    nearest_word nearest(text(token_));
    for (const keyword word : candidates) {
      if (token_.word != word) nearest.offer(keyword_name(word));
    }
    return fail_at(token_, expected, {nearest.get()});
  }

  // DISTINCT is a word like others, unless something to be distinct follows.
  constexpr bool read_distinct() noexcept {
    if (!token_.is(keyword::distinct)) return true;
    const token next = lexer_.look_ahead(lex_context::operation);
    if (next.is(token_kind::dot) || next.is(token_kind::comma) || next.is(keyword::from) || next.is(keyword::as)) {
      return true;
    }
    if (is_hub()) return not_supported(token_, "GROUP BY, which lists distinct values");
    sink_.distinct();
    advance(lex_context::operand);
    return true;
  }

  constexpr bool read_top() noexcept {
    if (!token_.is(keyword::top)) return true;
    advance(lex_context::operand);
    const bool has_parenthesis = take(token_kind::open_parenthesis, lex_context::operand);
    std::uint64_t count = 0;
    if (!read_count(count)) return false;
    if (has_parenthesis && !take(token_kind::close_parenthesis, lex_context::operand)) return fail_at(token_, ")");
    sink_.top(count);
    has_top_ = true;
    return true;
  }

  constexpr bool read_count(std::uint64_t& count) noexcept {
    if (!token_.is(token_kind::number) || !read_unsigned(text(token_), count)) {
      return fail_at(token_, "a number: digits only");
    }
    advance(lex_context::operand);
    return true;
  }

  constexpr bool read_select_list() noexcept {
    if (token_.is(keyword::from) && has_top_) return true;
    first_item_ = token_;
    if (token_.is(token_kind::star)) {
      advance(lex_context::operation);
      selects_documents_ = true;
      if (token_.is(keyword::from)) return true;
      return fail_word("FROM; * stands alone", {keyword::from});
    }
    for (;;) {
      const token first = token_;
      if (!read_expression(clause::select)) return false;
      if (!selects_columns_) first_item_ = base::since(first);
      selects_columns_ = true;
      if (is_hub() && shape_ != operand_shape::path && shape_ != operand_shape::aggregate) {
        return not_supported(base::since(first), "a path or an aggregate: hub mode selects nothing else");
      }
      if (shape_ != operand_shape::aggregate && first_plain_.length == 0) first_plain_ = base::since(first);
      if (!token_.is(keyword::as)) {
        sink_.column(nullptr);
      } else {
        advance(lex_context::segment);
        if (!base::check_segment(token_, "a name after AS")) return false;
        sink_.column(&token_);
        advance(lex_context::operation);
      }
      if (!take(token_kind::comma, lex_context::operand)) break;
    }
    if (token_.is(keyword::from)) return true;
    return fail_word("a comma, AS or FROM", {keyword::from, keyword::as});
  }

  // The current token is FROM.
  constexpr bool read_source() noexcept {
    if (!token_.is(keyword::from)) return fail_word("FROM", {keyword::from});
    advance(lex_context::operand);
    if (token_.is(token_kind::open_parenthesis) && lexer_.look_ahead(lex_context::operand).is(keyword::select)) {
      return base::fail_subquery();
    }
    const token first = token_;
    if (!token_.is(token_kind::word) && !token_.is(token_kind::escaped_name)) return fail_at(token_, collections);
    if (!token_.is(keyword::devices)) {
      nearest_word nearest(text(token_));
      if (is_reserved(token_.word)) return fail_at(token_, collections);
      nearest.offer("devices");
      return fail(errc::unknown_collection, token_, collections, {nearest.get()});
    }
    advance(lex_context::operation);
    if (token_.is(token_kind::dot)) {
      advance(lex_context::segment);
      if (!token_.is(token_kind::word) && !token_.is(token_kind::escaped_name)) {
        return fail_at(token_, "modules or jobs");
      }
      if (!token_.is(keyword::modules) && !token_.is(keyword::jobs)) {
        nearest_word nearest(text(token_));
        nearest.offer("modules");
        nearest.offer("jobs");
        const std::string_view closest = nearest.get();
        const std::string_view prefix = closest.empty() ? std::string_view() : "devices.";
        return fail(errc::unknown_collection, base::span(first, token_), collections, {prefix, closest, ""});
      }
      collection_ = token_.is(keyword::modules) ? query_collection::modules : query_collection::jobs;
      advance(lex_context::operation);
    }
    sink_.source(collection_);
    return read_source_alias();
  }

  constexpr bool read_source_alias() noexcept {
    const bool has_as = token_.is(keyword::as);
    if (!is_hub() && token_.is(token_kind::open_bracket)) {
      // Here it can only be a name.
      lexer_.go_to(token_.offset);
      advance(lex_context::segment);
    }
    if (is_hub()) return has_as ? fail_at(token_, "no alias: in hub mode the collection has none") : true;
    if (has_as) {
      advance(lex_context::segment);
      if (!base::check_segment(token_, "a name after AS")) return false;
    } else {
      const bool is_name = token_.is(token_kind::escaped_name) ||
                           (token_.is(token_kind::word) && !is_reserved(token_.word) && !token_.is(keyword::limit) &&
                            !token_.is(keyword::offset) && !token_.is(keyword::join) && !token_.is(keyword::having));
      if (!is_name) return true;
      bare_alias_ = token_;
    }
    sink_.source_alias(token_);
    advance(lex_context::operation);
    return true;
  }

  constexpr bool read_group() noexcept {
    if (!token_.is(keyword::group)) return true;
    group_ = token_;
    advance(lex_context::operation);
    if (!token_.is(keyword::by)) return fail_at(token_, "BY", {});
    do {
      advance(lex_context::operand);
      const token first = token_;
      if (!read_expression(clause::group, additive_binding)) return false;
      if (is_hub() && shape_ != operand_shape::path) {
        return not_supported(base::since(first), "a path: hub mode groups by nothing else");
      }
      sink_.group_key();
    } while (token_.is(token_kind::comma));
    return true;
  }

  constexpr bool is_grouped() const noexcept { return group_.length != 0 || first_aggregate_.length != 0; }

  constexpr bool read_order() noexcept {
    if (!token_.is(keyword::order)) return true;
    const token first = token_;
    advance(lex_context::operation);
    if (!token_.is(keyword::by)) return fail_at(token_, "BY", {});
    if (is_hub()) return not_supported(base::span(first, token_), "no order: hub mode promises none");
    do {
      advance(lex_context::operand);
      const token item = token_;
      if (!read_expression(clause::order)) return false;
      if (shape_ == operand_shape::aggregate && !is_grouped()) {
        return fail(errc::aggregate_misplaced, base::since(item), "no aggregate here: the rows are not groups");
      }
      const bool is_descending = token_.is(keyword::desc);
      if (is_descending || token_.is(keyword::asc)) advance(lex_context::operation);
      sink_.order(is_descending);
    } while (token_.is(token_kind::comma));
    return true;
  }

  constexpr bool read_range() noexcept {
    const bool has_offset = token_.is(keyword::offset);
    if (!has_offset && !token_.is(keyword::limit)) return true;
    if (is_hub()) return not_supported(token_, "TOP, and pages");
    std::uint64_t count = 0;
    if (has_offset) {
      advance(lex_context::operand);
      if (!read_count(count)) return false;
      sink_.offset(count);
      if (!token_.is(keyword::limit)) return fail_word("LIMIT after OFFSET", {keyword::limit});
    }
    advance(lex_context::operand);
    if (!read_count(count)) return false;
    sink_.limit(count);
    return true;
  }

  constexpr bool read_end_of_query() noexcept {
    if (token_.is(token_kind::end)) return true;
    if (token_.is(keyword::join)) return not_supported(token_, "one collection: there are no joins");
    if (token_.is(keyword::having)) return not_supported(token_, "WHERE: there is no HAVING");
    // What looked like an alias was probably a clause.
    if (bare_alias_.length != 0 && bare_alias_.end() < token_.offset) {
      nearest_word nearest(text(bare_alias_));
      nearest.offer("WHERE");
      nearest.offer("GROUP");
      nearest.offer("ORDER");
      if (!nearest.get().empty()) {
        return fail_at(bare_alias_, "WHERE, GROUP BY, ORDER BY or LIMIT", {nearest.get()});
      }
    }
    if (is_hub()) return base::fail_operation("an operator, WHERE, GROUP BY or the end of the query");
    return base::fail_operation("an operator, WHERE, GROUP BY, ORDER BY, LIMIT or the end of the query");
  }

  // Rules that depend on several clauses.
  constexpr bool check_collection() noexcept {
    if (is_hub() && collection_ != query_collection::devices) {
      if (collection_ == query_collection::jobs && selects_columns_) {
        return not_supported(first_item_, "SELECT *: hub mode has nothing else for jobs");
      }
      if (is_grouped()) {
        return not_supported(group_.length != 0 ? group_ : first_aggregate_,
                             "no groups: hub mode has them for devices only");
      }
    }
    if (is_grouped() && !selects_columns_) {
      return fail(errc::not_grouped, first_item_, "columns: whole documents cannot be grouped");
    }
    if (first_aggregate_.length != 0 && group_.length == 0 && first_plain_.length != 0) {
      return fail(errc::not_grouped, first_plain_, "an aggregate: a column beside one must be in GROUP BY");
    }
    return true;
  }

  static constexpr std::string_view collections = "devices, devices.modules or devices.jobs";

  query_collection collection_ = query_collection::devices;
  bool has_top_ = false;
  bool selects_documents_ = false;
  bool selects_columns_ = false;
  token first_item_;   // of the select list
  token first_plain_;  // column that is no aggregate
  token bare_alias_;
  token group_;
};

/// What must hold before anything is read: the length, and UTF-8 (spec/query.md 2.1, 16.3).
constexpr bool check_text(std::string_view text, const query_options& options, query_diagnostic& out) noexcept {
  const auto fail = [&out](errc code, std::size_t offset, std::size_t length, std::string_view expected) {
    out.clear();
    out.code = code;
    out.offset = static_cast<std::uint32_t>(offset);
    out.length = static_cast<std::uint32_t>(length);
    out.expected = expected;
    return false;
  };
  std::uint32_t most = options.max_characters;
  if (options.mode == query_mode::hub && (most == 0 || most > query_options::hub_characters)) {
    most = query_options::hub_characters;
  }
  if (text.size() > query_options::text_ceiling) {
    return fail(errc::query_too_long, query_options::text_ceiling, 0, "a shorter query");
  }
  unsigned char all = 0;
  for (const char c : text) all = static_cast<unsigned char>(all | static_cast<unsigned char>(c));
  if (all < 0x80) {
    if (most != 0 && text.size() > most) return fail(errc::query_too_long, most, 0, "a shorter query");
  } else {
    std::uint32_t count = 0;
    for (std::size_t at = 0; at != text.size(); ++count) {
      const std::size_t length = utf8_sequence_length(text.substr(at));
      if (length == 0) return fail(errc::syntax_error, at, 1, "well-formed UTF-8");
      if (most != 0 && count == most) return fail(errc::query_too_long, at, 0, "a shorter query");
      at += length;
    }
  }
  if (options.mode == query_mode::hub && options.dialect == query_dialect::target_condition) {
    const std::size_t quote = find_any(text, "\"");
    if (quote != std::string_view::npos) {
      return fail(errc::syntax_error, quote, 1, "no double quotes: target conditions have only single ones");
    }
  }
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_QUERY_GRAMMAR_HPP
