// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "query_backend.hpp"

#include "case_runner.hpp"
#include "fixture.hpp"
#include "fleet_backends.hpp"
#include "library_backends.hpp"
#include "query_model.hpp"

#include <doppel/query/diagnostic.hpp>
#include <doppel/query/parse.hpp>
#include <doppel/query/print.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace doppel_test {
namespace {

constexpr std::size_t default_page_size = 100;

class model_backend : public query_backend {
public:
  std::string load(const query_fleet& fleet) override {
    fleet_ = &fleet;
    return {};
  }

  query_answer run(const query_request& request) override {
    const auto tree = doppel::parse_query(request.text, request.options);
    return tree ? answer(*tree, request) : refusal(tree.error());
  }

protected:
  query_answer answer(const doppel::syntax_tree& tree, const query_request& request) const {
    std::optional<std::size_t> page_size = default_page_size;
    if (request.page_size) {
      page_size = page_size_of(*request.page_size);
    }
    if (!page_size) {
      return doppel_test::refusal("bad_page_size");
    }
    const std::vector<const fleet_document*> documents = fleet_->of(tree.collection());
    std::vector<const json_value*> values;
    for (const fleet_document* document : documents) {
      values.push_back(&document->value);
    }
    std::vector<json_value> rows;
    for (const model_row& row : select(tree, values)) {
      if (tree.selects_documents()) {
        rows.emplace_back(documents[row.document]->id);
      } else {
        rows.emplace_back(row.columns);
      }
    }
    query_answer answered = in_pages(std::move(rows), *page_size);
    const std::vector<double> sizes = addend_sizes(tree, values);
    for (std::size_t i = 0; i != sizes.size(); ++i) {
      answered.addends.emplace(tree.columns()[i].name, sizes[i]);
    }
    return answered;
  }

  static query_answer refusal(const boost::system::error_code& why) {
    const auto code = static_cast<doppel::errc>(why.value());
    const std::string_view name = doppel::query_error_name(code);
    return doppel_test::refusal(name.empty() ? why.message() : std::string(name));
  }

private:
  const query_fleet* fleet_ = nullptr;
};

// The model, asked with what the library prints of the query.
class printed_backend final : public model_backend {
public:
  query_answer run(const query_request& request) override {
    const auto tree = doppel::parse_query(request.text, request.options);
    if (!tree) {
      return refusal(tree.error());
    }
    doppel::text_buffer printed;
    if (!doppel::print_query(printed, *tree)) {
      return doppel_test::refusal("not printed");
    }
    const auto again = doppel::parse_query(printed.view(), request.options);
    if (!again) {
      return doppel_test::refusal("printed as " + std::string(printed.view()));
    }
    return answer(*again, request);
  }
};

std::unique_ptr<query_backend> make_printed_backend() { return std::make_unique<printed_backend>(); }

constexpr std::array<query_backend_entry, 16> all_backends{{
    {"model", &make_model_backend},
    {"printed", &make_printed_backend},
    {"resident", &make_resident_backend},
    {"bound", &make_bound_backend},
    {"raw", &make_text_backend},
    {"raw-portable", &make_portable_text_backend},
    {"raw-avx2", &make_avx2_text_backend},
    {"raw-avx512", &make_avx512_text_backend},
    {"value", &make_value_backend},
    {"unfolded", &make_unfolded_backend},
    {"merged", &make_merged_backend},
    {"drained", &make_drained_backend},
    {"pass", &make_pass_backend},
    {"fleet", &make_fleet_backend},
    {"columns", &make_columns_backend},
    {"fleet-run", &make_fleet_run_backend},
}};

const json_value* string_member(const json_value& document, std::string_view key) {
  const json_value* value = document.get_object().if_contains(key);
  return value != nullptr && value->is_string() ? value : nullptr;
}

bool agree_numbers(const json_value& a, const json_value& b) {
  if (compare_numbers(a, b) == 0) {
    return true;
  }
  // Integers count exactly, also where a double stands for one.
  constexpr double exact_from = 0x1p53;
  const double x = to_double(a);
  const double y = to_double(b);
  if ((a.is_int64() && b.is_int64()) || (a.is_int64() && std::abs(x) >= exact_from) ||
      (b.is_int64() && std::abs(y) >= exact_from)) {
    return false;
  }
  return std::abs(x - y) <= 1e-9 * std::max(std::abs(x), std::abs(y));
}

// Rows whose sums may differ by what the order of summing makes of doubles.
bool agree_but_for_sums(const json_value& expected, const json_value& actual, const query_answer& answer) {
  if (!expected.is_object() || !actual.is_object()) {
    return agree(expected, actual);
  }
  const boost::json::object& a = expected.get_object();
  const boost::json::object& b = actual.get_object();
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const auto& entry) {
           const json_value* other = b.if_contains(entry.key());
           if (other == nullptr || agree(entry.value(), *other)) {
             return other != nullptr;
           }
           const auto size = answer.addends.find(std::string_view(entry.key()));
           const bool is_sum = size != answer.addends.end() && kind_of(entry.value()) == value_kind::number &&
                               kind_of(*other) == value_kind::number &&
                               !(entry.value().is_int64() && other->is_int64());
           return is_sum && std::abs(to_double(entry.value()) - to_double(*other)) <= 1e-9 * size->second;
         });
}

std::string shown(const std::vector<json_value>& rows) {
  constexpr std::size_t most = 600;
  std::string text = to_text(json_value(boost::json::array(rows.begin(), rows.end())));
  if (text.size() > most) {
    text = text.substr(0, most) + "... (" + std::to_string(rows.size()) + " rows)";
  }
  return text;
}

}  // namespace

std::span<const query_backend_entry> query_backends() { return all_backends; }

std::unique_ptr<query_backend> make_model_backend() { return std::make_unique<model_backend>(); }

// --- fleets --------------------------------------------------------------------------------------

std::vector<const fleet_document*> query_fleet::of(doppel::query_collection collection) const {
  std::vector<const fleet_document*> found;
  for (const fleet_document& document : documents) {
    if (document.collection == collection) {
      found.push_back(&document);
    }
  }
  return found;
}

const fleet_document* query_fleet::find(std::string_view id) const {
  const auto at = std::find_if(documents.begin(), documents.end(), [&](const fleet_document& d) { return d.id == id; });
  return at != documents.end() ? &*at : nullptr;
}

std::string add_document(std::string_view text, query_fleet& fleet) {
  node read;
  read_error error;
  if (!read_json(text, read, &error)) {
    return "not JSON: " + error.what + " at byte " + std::to_string(error.offset);
  }
  fleet_document document;
  document.text = text;
  document.value = to_value(read);
  if (!document.value.is_object() || string_member(document.value, "deviceId") == nullptr) {
    return "not a document: an object with a deviceId is expected";
  }
  document.id = string_member(document.value, "deviceId")->get_string();
  if (const json_value* job = string_member(document.value, "jobId")) {
    document.collection = doppel::query_collection::jobs;
    document.id += '/';
    document.id += job->get_string();
  } else if (const json_value* module = string_member(document.value, "moduleId")) {
    document.collection = doppel::query_collection::modules;
    document.id += '/';
    document.id += module->get_string();
  }
  fleet.documents.push_back(std::move(document));
  return {};
}

std::string read_fleet(std::string_view text, query_fleet& fleet) {
  for (const numbered_line& line : split_lines(text)) {
    if (const std::string wrong = add_document(line.text, fleet); !wrong.empty()) {
      return "line " + std::to_string(line.number) + ": " + wrong;
    }
  }
  return {};
}

// --- answers -------------------------------------------------------------------------------------

std::vector<json_value> query_answer::rows() const {
  std::vector<json_value> all;
  for (const answer_page& page : pages) {
    all.insert(all.end(), page.rows.begin(), page.rows.end());
  }
  return all;
}

query_answer refusal(std::string error) {
  query_answer answer;
  answer.error = std::move(error);
  return answer;
}

query_answer in_pages(std::vector<json_value> rows, std::size_t page_size) {
  query_answer answer;
  answer.pages.emplace_back();
  for (json_value& row : rows) {
    if (answer.pages.back().rows.size() == page_size) {
      answer.pages.back().has_token = true;
      answer.pages.emplace_back();
    }
    answer.pages.back().rows.push_back(std::move(row));
  }
  return answer;
}

bool agree(const json_value& expected, const json_value& actual) {
  if (kind_of(expected) != kind_of(actual)) {
    return false;
  }
  switch (kind_of(expected)) {
    case value_kind::number: return agree_numbers(expected, actual);
    case value_kind::array: {
      const boost::json::array& a = expected.get_array();
      const boost::json::array& b = actual.get_array();
      return std::equal(a.begin(), a.end(), b.begin(), b.end(), agree);
    }
    case value_kind::object: {
      const boost::json::object& a = expected.get_object();
      const boost::json::object& b = actual.get_object();
      return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const auto& entry) {
               const json_value* other = b.if_contains(entry.key());
               return other != nullptr && agree(entry.value(), *other);
             });
    }
    default: return is_equal(expected, actual);
  }
}

std::string difference_between_rows(const std::vector<json_value>& expected, const std::vector<json_value>& actual,
                                    bool ordered) {
  bool is_same = std::equal(expected.begin(), expected.end(), actual.begin(), actual.end(), agree);
  if (!is_same && !ordered && expected.size() == actual.size()) {
    std::vector<json_value> left = actual;
    is_same = std::all_of(expected.begin(), expected.end(), [&](const json_value& row) {
      const auto at =
          std::find_if(left.begin(), left.end(), [&](const json_value& other) { return agree(row, other); });
      if (at == left.end()) {
        return false;
      }
      left.erase(at);
      return true;
    });
  }
  return is_same ? "" : expected_got(shown(expected), shown(actual));
}

std::string difference_between_answers(const query_answer& expected, const query_answer& actual) {
  if (expected.error != actual.error) {
    const auto named = [](const query_answer& answer) { return answer.error.empty() ? "rows" : answer.error; };
    return expected_got(named(expected), named(actual));
  }
  const auto difference = [&](const std::vector<json_value>& a, const std::vector<json_value>& b) {
    const auto alike = [&](const json_value& x, const json_value& y) { return agree_but_for_sums(x, y, expected); };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), alike) ? "" : expected_got(shown(a), shown(b));
  };
  if (std::string wrong = difference(expected.rows(), actual.rows()); !wrong.empty()) {
    return wrong;
  }
  for (std::size_t i = 0; i != std::max(expected.pages.size(), actual.pages.size()); ++i) {
    const std::string page = "page " + std::to_string(i + 1);
    if (i >= expected.pages.size() || i >= actual.pages.size()) {
      return page + ": " +
             expected_got(i < expected.pages.size() ? "one" : "none", i < actual.pages.size() ? "one" : "none");
    }
    if (std::string wrong = difference(expected.pages[i].rows, actual.pages[i].rows); !wrong.empty()) {
      return page + ": " + wrong;
    }
    if (expected.pages[i].has_token != actual.pages[i].has_token) {
      return page + ": " +
             expected_got(expected.pages[i].has_token ? "a token" : "no token",
                          actual.pages[i].has_token ? "a token" : "no token");
    }
  }
  return {};
}

}  // namespace doppel_test
