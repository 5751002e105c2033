// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_QUERY_MODEL_VALUES_HPP
#define DOPPEL_TESTS_QUERY_MODEL_VALUES_HPP

#include <doppel/query/parse.hpp>

#include <support/query_backend.hpp>
#include <support/query_model.hpp>

#include <boost/json/array.hpp>

#include <doctest/doctest.h>

#include <array>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Short ways to ask the model of queries.
namespace doppel_test::queries {

inline json_value document_of(std::string_view text) {
  node read;
  read_error error;
  REQUIRE_MESSAGE(read_json(text, read, &error), text, error.what);
  return to_value(read);
}

inline json_value twin_with(std::string_view tags, std::string_view id = "d") {
  return document_of(R"({"deviceId":")" + std::string(id) + R"(","tags":)" + std::string(tags) + "}");
}

// All back ends, holding the same documents.
class backends_over {
public:
  explicit backends_over(const std::vector<json_value>& documents) {
    for (const json_value& document : documents) {
      REQUIRE(add_document(to_text(document), fleet_) == "");
    }
    for (const query_backend_entry& entry : query_backends()) {
      all_.emplace_back(entry.name, entry.make());
      REQUIRE(all_.back().second->load(fleet_) == "");
    }
  }
  backends_over(const backends_over&) = delete;
  backends_over& operator=(const backends_over&) = delete;

  // What those say that do not say the same as the first, the model; or nothing.
  std::string disagreement(std::string query) const {
    query_request request;
    request.text = std::move(query);
    const query_answer expected = all_[0].second->run(request);
    std::string wrong;
    for (const auto& [name, backend] : all_) {
      if (const std::string what = difference_between_answers(expected, backend->run(request)); !what.empty()) {
        wrong += std::string(name) + ": " + what + "; ";
      }
    }
    return wrong;
  }

private:
  query_fleet fleet_;
  std::vector<std::pair<std::string_view, std::unique_ptr<query_backend>>> all_;
};

inline doppel::syntax_tree parsed(std::string_view query) {
  doppel::query_diagnostic why;
  auto tree = doppel::parse_query(query, {}, &why);
  REQUIRE_MESSAGE(tree.has_value(), query, ": ", std::string(why.expected));
  return std::move(*tree);
}

// The value of an expression, as text, for a document.
inline std::string value_in(std::string_view expression, const json_value& document) {
  const doppel::syntax_tree tree = parsed("SELECT (" + std::string(expression) + ") AS v FROM devices");
  return to_text(evaluate(tree, tree.columns()[0].expression, document));
}

// The rows that a query gives over twins with these tags, as one array; of SELECT * the numbers of the twins, whose ids
// are d0, d1, ... Every back end has to give the same.
inline std::string rows(std::string_view query, std::initializer_list<std::string_view> twins) {
  std::vector<json_value> documents;
  for (const std::string_view tags : twins) {
    documents.push_back(twin_with(tags, "d" + std::to_string(documents.size())));
  }
  std::vector<const json_value*> pointers;
  for (const json_value& document : documents) {
    pointers.push_back(&document);
  }
  boost::json::array result;
  const doppel::syntax_tree tree = parsed(query);
  for (const model_row& row : select(tree, pointers)) {
    if (tree.selects_documents()) {
      result.push_back(static_cast<std::int64_t>(row.document));
    } else {
      result.push_back(row.columns);
    }
  }
  CHECK(backends_over(documents).disagreement(std::string(query)) == "");
  return to_text(json_value(result));
}

// The tags that expressions are evaluated with; `tags.u` is undefined.
inline constexpr std::string_view all_tags =
    R"({"nul": null, "f": false, "t": true, "one": 1, "two": 2, "a": "a", "b": "b",
    "list": [1], "list2": [2], "obj": {"x": 1}, "obj2": {"x": 2}, "half": 2.5, "neg": -7, "big": 9007199254740993,
    "max": 9223372036854775807, "min": -9223372036854775808, "bigf": 9007199254740992.0, "e": 1e2, "zero": 0,
    "negzero": -0.0, "mixed": [1, "a", null, [7], {"y": 2, "x": [1.0]}, true], "umlaut": "\u00fc",
    "astral": "a\ud83d\ude00b"})";

inline std::string value(std::string_view expression) {
  static const json_value document = twin_with(all_tags);
  return value_in(expression, document);
}

// What the back ends that do not say the same as the model say of an expression over those tags.
inline std::string disagreement(std::string_view expression) {
  static const backends_over all({twin_with(all_tags)});
  return all.disagreement("SELECT (" + std::string(expression) + ") AS v FROM devices");
}

struct expectation {
  std::string_view expression;
  std::string_view expected;
};

inline void check(std::initializer_list<expectation> cases) {
  for (const expectation& c : cases) {
    CAPTURE(c.expression);
    CHECK(value(c.expression) == c.expected);
    CHECK(disagreement(c.expression) == "");
  }
}

inline char letter_of(const std::string& text) { return text == "true" ? 'T' : text == "false" ? 'F' : 'U'; }

// One row of a table: what `left OP right` gives for each right operand.
template <std::size_t Size>
std::string table_row(std::string_view left, std::string_view op, const std::array<std::string_view, Size>& rights) {
  std::string row;
  for (const std::string_view right : rights) {
    const std::string expression = std::string(left) + ' ' + std::string(op) + ' ' + std::string(right);
    row += letter_of(value(expression));
    CHECK(disagreement(expression) == "");
  }
  return row;
}

}  // namespace doppel_test::queries

#endif
