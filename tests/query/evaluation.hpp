// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TEST_QUERY_EVALUATION_HPP
#define DOPPEL_TEST_QUERY_EVALUATION_HPP

#include <doppel/query/compile.hpp>
#include <doppel/query/json_document.hpp>
#include <doppel/query/pass.hpp>
#include <doppel/query/run.hpp>

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Queries asked in every way there is: folded and unfolded, with the document searched and passed through. All have to
// say the same.
namespace doppel_test {

inline boost::json::value json(std::string_view text) {
  return boost::json::parse(boost::json::string_view(text.data(), text.size()));
}

/// Compiles, or fails the test.
inline doppel::program compiled(std::string_view query, doppel::query_options options = {}, bool folds = true) {
  auto p = doppel::compile_query(query, options, nullptr, {.folds_constants = folds});
  REQUIRE_MESSAGE(p.has_value(), query);
  return *p;
}

inline doppel::query_scratch scratch_for(const doppel::program& p) {
  doppel::query_scratch scratch;
  REQUIRE(scratch.prepare(p).has_value());
  return scratch;
}

/// Tells a pass the values of a document, children in the order of the document. `leaves` says whether it is told
/// where an object ends.
inline void pass_through(doppel::query_pass& pass, const doppel::program& p, std::uint32_t node,
                         const boost::json::value& v, bool leaves) {
  const auto visit = [&](std::uint32_t child, const boost::json::value& below) {
    if (pass.verdict() == doppel::query_verdict::open) pass_through(pass, p, child, below, leaves);
  };
  if (node != 0 && pass.needs_meeting(node)) pass.meet(node, doppel::value_of(v));
  const auto child_for = [&](auto is_it) {
    std::uint32_t c = p.paths()[node].first_child;
    while (c != doppel::no_index && !is_it(p.paths()[c])) c = p.paths()[c].next;
    return c;
  };
  if (const auto* const object = v.if_object()) {
    for (const auto& member : *object) {
      const std::string_view key(member.key().data(), member.key().size());
      const std::uint32_t c =
          child_for([&](const doppel::query_path& path) { return !path.is_index && path.key == key; });
      if (c != doppel::no_index) visit(c, member.value());
    }
  } else if (const auto* const array = v.if_array()) {
    for (std::size_t i = 0; i != array->size(); ++i) {
      const std::uint32_t c = child_for(
          [&](const doppel::query_path& path) { return path.is_index && path.index == static_cast<std::int64_t>(i); });
      if (c != doppel::no_index) visit(c, (*array)[i]);
    }
  }
  if (leaves && pass.verdict() == doppel::query_verdict::open) pass.leave(node);
}

/// Says whether a document matches; checks that all ways agree.
inline bool does_match(std::string_view query, const boost::json::value& document, doppel::query_options options = {}) {
  int matched = 0;
  for (const bool folds : {true, false}) {
    const doppel::program p = compiled(query, options, folds);
    doppel::query_scratch scratch = scratch_for(p);
    matched += matches(p, document, scratch);
    for (const bool leaves : {false, true}) {
      for (const bool wants_rows : {false, true}) {
        doppel::query_pass pass(p, scratch, wants_rows);
        if (pass.verdict() == doppel::query_verdict::open) pass_through(pass, p, 0, document, leaves);
        matched += pass.finish() == doppel::query_verdict::matched;
      }
    }
  }
  REQUIRE_MESSAGE((matched == 0 || matched == 10), query);
  return matched != 0;
}

/// Says whether a condition holds.
inline bool holds(std::string_view condition, std::string_view document = "{}") {
  return does_match("SELECT * FROM devices WHERE " + std::string(condition), json(document));
}

/// The row of one document; checks that all ways agree.
inline std::string row_of(std::string_view query, std::string_view text, doppel::query_options options = {}) {
  const boost::json::value document = json(text);
  std::string row;
  for (const bool folds : {true, false}) {
    const doppel::program p = compiled(query, options, folds);
    doppel::query_scratch scratch = scratch_for(p);
    doppel::text_buffer out;
    REQUIRE(write_row(p, doppel::json_document(document), scratch, out).has_value());
    if (folds) row = out.view();
    REQUIRE_MESSAGE(out.view() == row, query);
    if (!matches(p, document, scratch)) continue;
    doppel::query_pass pass(p, scratch, true);
    if (pass.verdict() == doppel::query_verdict::open) pass_through(pass, p, 0, document, folds);
    REQUIRE(pass.finish() == doppel::query_verdict::matched);
    out.clear();
    REQUIRE(write_row(p, pass, text, scratch, out).has_value());
    if (!p.selects_documents()) REQUIRE_MESSAGE(out.view() == row, query);
  }
  return row;
}

/// An expression's value as JSON text, or `undefined`.
inline std::string value_text(std::string_view expression, std::string_view document = "{}") {
  const std::string row = row_of("SELECT (" + std::string(expression) + ") AS v FROM devices", document);
  if (row == "{}") return "undefined";
  REQUIRE(row.substr(0, 5) == "{\"v\":");
  return row.substr(5, row.size() - 6);
}

/// The rows of a query over documents, in order. Checks that it makes no difference how they are split and in what
/// order the parts come.
inline std::vector<std::string> rows_of(std::string_view query, const std::vector<std::string>& documents,
                                        doppel::query_options options = {}) {
  const doppel::program p = compiled(query, options);
  doppel::query_scratch scratch = scratch_for(p);
  std::vector<boost::json::value> parsed;
  for (const std::string& text : documents) parsed.push_back(json(text));
  std::vector<std::string> rows;
  const auto finish = [](doppel::query_run& run) {
    std::vector<std::string> result;
    REQUIRE(run.finish([&](std::string_view row) {
                 result.emplace_back(row);
                 return true;
               })
                .has_value());
    return result;
  };
  for (std::size_t parts = 1; parts != 4; ++parts) {
    std::vector<doppel::query_run> runs;
    for (std::size_t i = 0; i != parts; ++i) runs.emplace_back(p);
    for (std::size_t i = 0; i != parsed.size(); ++i) {
      // From the last document to the first where there are three parts.
      const std::size_t at = parts == 3 ? parsed.size() - 1 - i : i;
      REQUIRE(runs[at % parts].add(doppel::json_document(parsed[at]), at, scratch).has_value());
    }
    for (std::size_t i = 1; i != parts; ++i) REQUIRE(runs[0].merge(runs[i]).has_value());
    if (parts == 1) {
      rows = finish(runs[0]);
    } else {
      REQUIRE_MESSAGE(finish(runs[0]) == rows, query);
    }
  }
  return rows;
}

}  // namespace doppel_test

#endif  // DOPPEL_TEST_QUERY_EVALUATION_HPP
