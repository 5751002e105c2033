// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_QUERY_BACKEND_HPP
#define DOPPEL_TESTS_SUPPORT_QUERY_BACKEND_HPP

#include "query_value.hpp"

#include <doppel/query/options.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What answers queries: the model, and each way that the library has. The conformance runner and the random tests see
// them through one interface and compare what they answer.
namespace doppel_test {

// One document of a fleet: a device twin, a module twin (it has a moduleId) or a job record (it has a jobId).
struct fleet_document {
  std::string text;
  json_value value;
  doppel::query_collection collection = doppel::query_collection::devices;
  std::string id;  // deviceId, deviceId/moduleId or deviceId/jobId
};

struct query_fleet {
  std::vector<fleet_document> documents;

  // The documents of one collection, in their order.
  std::vector<const fleet_document*> of(doppel::query_collection collection) const;
  const fleet_document* find(std::string_view id) const;
};

// Appends a document; returns what is wrong with it, or nothing.
std::string add_document(std::string_view text, query_fleet& fleet);
// One document a line, lines ending with LF and nothing else.
std::string read_fleet(std::string_view text, query_fleet& fleet);

struct query_request {
  std::string text;
  doppel::query_options options;
  std::optional<std::string> page_size;  // as a client writes it
};

// A row is an object or, of SELECT *, the id of the document, a string.
struct answer_page {
  std::vector<json_value> rows;
  bool has_token = false;
};

struct query_answer {
  std::string error;  // code of spec/query.md 14; empty if the query was answered
  std::vector<answer_page> pages;
  // Of the model: how large the addends of columns are that are sums, see `addend_sizes`.
  std::map<std::string, double, std::less<>> addends;

  std::vector<json_value> rows() const;
};

query_answer refusal(std::string error);
// Cuts rows into pages, as section 13 says.
query_answer in_pages(std::vector<json_value> rows, std::size_t page_size);

class query_backend {
public:
  virtual ~query_backend() = default;

  // Takes the fleet, which stays as it is and alive; returns what went wrong, or nothing.
  virtual std::string load(const query_fleet& fleet) = 0;
  virtual query_answer run(const query_request& request) = 0;
  // Says whether the back end is for such queries at all. Others are not asked.
  virtual bool answers(const query_request&) const { return true; }
};

struct query_backend_entry {
  std::string_view name;
  std::unique_ptr<query_backend> (*make)();
};

// All there are; the model comes first.
std::span<const query_backend_entry> query_backends();

std::unique_ptr<query_backend> make_model_backend();

// Values agree by the rule of the fixtures: integers exactly, numbers of different spelling by value, doubles within
// 1e-9 of their size, members in any order.
bool agree(const json_value& expected, const json_value& actual);

// What differs between rows, or nothing. Without `ordered` they are multisets.
std::string difference_between_rows(const std::vector<json_value>& expected, const std::vector<json_value>& actual,
                                    bool ordered);
// The same for whole answers, the first of them the model's: rows in order, pages and tokens.
std::string difference_between_answers(const query_answer& expected, const query_answer& actual);

}  // namespace doppel_test

#endif
