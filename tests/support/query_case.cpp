// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "query_case.hpp"

#include "case_runner.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace doppel_test {
namespace {

using doppel::query_dialect;
using doppel::query_mode;

template <class Value>
struct word {
  std::string_view text;
  Value value;
};

constexpr std::array<word<query_mode>, 2> modes{{{"hub", query_mode::hub}, {"extended", query_mode::extended}}};
constexpr std::array<word<query_dialect>, 4> dialects{{{"twins", query_dialect::twins},
                                                       {"condition", query_dialect::condition},
                                                       {"target_condition", query_dialect::target_condition},
                                                       {"route", query_dialect::route}}};

template <class Words>
auto find_word(const Words& words, const node& text) -> decltype(words.data()) {
  const auto at =
      std::find_if(words.begin(), words.end(), [&](const auto& w) { return text.is_string() && w.text == text.text; });
  return at != words.end() ? &*at : nullptr;
}

// What a case asks and expects.
struct question {
  query_request request;
  std::vector<query_mode> modes;
  bool is_valid = true;
  const std::string* error = nullptr;
  const node* matches = nullptr;
  const node* rows = nullptr;
  const node* pages = nullptr;
  bool is_ordered = false;
};

bool is_array_or_missing(const node* value) { return value == nullptr || value->is_array(); }
bool is_boolean_or_missing(const node* value) { return value == nullptr || value->kind == node_kind::boolean; }
bool is_true(const node* value) { return value != nullptr && value->text == "true"; }

// Returns what is wrong with the case, or nothing.
std::string read_question(const node& fixture_case, question& q) {
  const std::string* query = text_member(fixture_case, "query");
  if (query == nullptr) {
    return "not a case: a query is expected";
  }
  q.request.text = *query;
  q.modes = {query_mode::hub, query_mode::extended};
  if (const node* mode = fixture_case.find("mode")) {
    const auto* known = find_word(modes, *mode);
    if (known == nullptr) {
      return "unknown mode " + to_text(*mode);
    }
    q.modes = {known->value};
  }
  if (const node* dialect = fixture_case.find("dialect")) {
    const auto* known = find_word(dialects, *dialect);
    if (known == nullptr) {
      return "unknown dialect " + to_text(*dialect);
    }
    q.request.options.dialect = known->value;
  }
  if (const node* size = fixture_case.find("page_size")) {
    q.request.page_size = size->text;
  }
  const node* valid = fixture_case.find("valid");
  q.error = text_member(fixture_case, "error");
  q.matches = fixture_case.find("matches");
  q.rows = fixture_case.find("rows");
  q.pages = fixture_case.find("pages");
  const node* ordered = fixture_case.find("ordered");
  if (!is_boolean_or_missing(valid) || !is_boolean_or_missing(ordered)) {
    return "not a case: valid and ordered are booleans";
  }
  if (!is_array_or_missing(q.matches) || !is_array_or_missing(q.rows) || !is_array_or_missing(q.pages)) {
    return "not a case: matches, rows and pages are arrays";
  }
  q.is_valid = valid != nullptr ? is_true(valid) : q.error == nullptr;
  q.is_ordered = is_true(ordered);
  return {};
}

std::vector<json_value> values_of(const node& array) {
  std::vector<json_value> values;
  for (const node& element : array.elements) {
    values.push_back(to_value(element));
  }
  return values;
}

// Where a case gives rows for SELECT *, they are whole documents.
std::vector<json_value> with_documents(std::vector<json_value> rows, const query_fleet& fleet) {
  for (json_value& row : rows) {
    const fleet_document* document = row.is_string() ? fleet.find(std::string_view(row.get_string())) : nullptr;
    if (document != nullptr) {
      row = document->value;
    }
  }
  return rows;
}

std::string check_rows(const question& q, const query_answer& answer, const query_fleet& fleet) {
  if (q.matches != nullptr) {
    if (std::string wrong = difference_between_rows(values_of(*q.matches), answer.rows(), true); !wrong.empty()) {
      return wrong;
    }
  }
  if (q.rows != nullptr) {
    const std::vector<json_value> actual = with_documents(answer.rows(), fleet);
    if (std::string wrong = difference_between_rows(values_of(*q.rows), actual, q.is_ordered); !wrong.empty()) {
      return wrong;
    }
  }
  if (q.pages != nullptr) {
    query_answer expected;
    for (const node& page : q.pages->elements) {
      expected.pages.push_back({values_of(page), true});
    }
    if (!expected.pages.empty()) {
      expected.pages.back().has_token = false;
    }
    return difference_between_answers(expected, answer);
  }
  return {};
}

std::string check(const question& q, const query_answer& answer, const query_fleet& fleet) {
  if (q.is_valid) {
    return answer.error.empty() ? check_rows(q, answer, fleet) : expected_got("an answer", answer.error);
  }
  if (answer.error.empty()) {
    return expected_got(q.error != nullptr ? *q.error : "a refusal", "an answer");
  }
  return q.error == nullptr || *q.error == answer.error ? "" : expected_got(*q.error, answer.error);
}

}  // namespace

std::string run_query_case(const node& fixture_case, const query_fleet& fleet,
                           const std::vector<named_backend>& backends) {
  question q;
  if (std::string wrong = read_question(fixture_case, q); !wrong.empty()) {
    return wrong;
  }
  for (const named_backend& subject : backends) {
    for (const query_mode mode : q.modes) {
      q.request.options.mode = mode;
      if (!subject.backend->answers(q.request)) {
        continue;
      }
      if (const std::string wrong = check(q, subject.backend->run(q.request), fleet); !wrong.empty()) {
        const std::string_view mode_name = modes[mode == query_mode::hub ? 0 : 1].text;
        return std::string(subject.name) + ", " + std::string(mode_name) + ": " + wrong;
      }
    }
  }
  return {};
}

}  // namespace doppel_test
