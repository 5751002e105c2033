// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "fleet_backends.hpp"

#include "library_backend.hpp"
#include "thread_executor.hpp"

#include <doppel/fleet.hpp>
#include <doppel/query/json_document.hpp>
#include <doppel/twin.hpp>

#include <limits>
#include <memory>
#include <optional>
#include <set>

namespace doppel_test {
namespace {

// A fleet of small chunks. Documents that no twin can hold have a row too, of a twin that is erased again, and are
// asked as plain JSON.
class fleet_backend final : public library_backend {
public:
  explicit fleet_backend(fleet_use use) : use_(use) {}

  std::string load(const query_fleet& fleet) override {
    doppel::fleet_options options;
    options.chunk_rows = 5;
    options.limits.keys_in_table = 24;
    fleet_ = std::make_unique<doppel::fleet>(options);
    odd_.clear();
    doppel::load_options how;
    how.limits.integer_min = std::numeric_limits<std::int64_t>::min();
    how.limits.integer_max = std::numeric_limits<std::int64_t>::max();
    doppel::workspace scratch;
    std::vector<std::string> holes;
    for (const fleet_document& document : fleet.documents) {
      doppel::twin probe;
      doppel::load_report report;
      const bool is_twin = document.collection != doppel::query_collection::jobs &&
                           load_into(probe, document.text, scratch, how, &report) && report.nulls_dropped == 0 &&
                           fleet_->insert_document(document.text, scratch, how);
      if (!is_twin) {
        odd_.insert(&document);
        const std::string name = "hole" + std::to_string(holes.size());
        const bool is_module = document.collection == doppel::query_collection::modules;
        if (!fleet_->create({name, is_module ? "m" : ""}, doppel::parse_timestamp("2026-01-01T00:00:00Z").value())) {
          return "no room for " + document.id;
        }
        holes.push_back(is_module ? name + "/m" : name);
      }
    }
    for (const std::string& hole : holes) {
      if (!fleet_->erase(hole)) {
        return "not erased: " + hole;
      }
    }
    return library_backend::load(fleet);
  }

  bool answers(const query_request& request) const override {
    return library_backend::answers(request) &&
           (use_ == fleet_use::run || request.options.dialect == doppel::query_dialect::twins);
  }

  query_answer run(const query_request& request) override {
    if (use_ != fleet_use::columns) {
      return answer(request, true);
    }
    // Without columns, with those that there are by chance, and once more with all that it wants.
    const query_answer expected = answer(request, false);
    for (const char* state : {"cold", "warm"}) {
      const query_answer found = answer(request, true);
      const std::string wrong =
          expected.error != found.error ? "error " + found.error : difference_between_answers(expected, found);
      if (!wrong.empty()) {
        return refusal(std::string(state) + " columns: " + wrong);
      }
    }
    return answer(request, true);
  }

protected:
  query_answer answer(const query_request& request, bool uses_columns) {
    doppel::select_options how;
    how.uses_columns = uses_columns;
    const auto compiled = doppel::compile_query(request.text, request.options);
    if (use_ == fleet_use::run || !compiled || has_odd(compiled->collection())) {
      return library_backend::run(request);
    }
    const auto page_size = doppel::page_size(
        request.page_size ? std::optional<std::string_view>(*request.page_size) : std::nullopt, request.options);
    if (!page_size) {
      return refusal(code_of(page_size.error()));
    }
    query_answer answer;
    std::optional<doppel::continuation_token> token;
    do {
      answer_page& page = answer.pages.emplace_back();
      const auto sink = [&](std::string_view row) {
        page.rows.push_back(row_of(std::string(row), compiled->selects_documents()));
        return true;
      };
      const std::optional<std::string_view> from = token ? std::optional(token->view()) : std::nullopt;
      auto next = select(*fleet_, *compiled, *page_size, from, sink, how);
      if (!next) {
        return refusal(code_of(next.error()));
      }
      token = *std::move(next);
      page.has_token = token.has_value();
    } while (token);
    // All rows at once, by several threads, are those of the pages.
    std::vector<json_value> all;
    const auto given = for_each_row(
        *fleet_, *compiled,
        [&](std::string_view row) {
          all.push_back(row_of(std::string(row), compiled->selects_documents()));
          return true;
        },
        how, thread_executor());
    const std::string wrong =
        given ? difference_between_rows(answer.rows(), all, true) : std::string(given.error().message());
    return wrong.empty() ? answer : refusal("rows of threads: " + wrong);
  }

  void fill(doppel::query_run& run, std::vector<numbered_document> documents, doppel::query_scratch& scratch,
            const row_sink&) override {
    if (run.compiled().collection() != doppel::query_collection::jobs) {
      if (auto of_fleet = run_query(*fleet_, run.compiled(), {}, thread_executor())) {
        (void)run.merge(*of_fleet);
      }
    }
    for (const numbered_document& d : documents) {
      if (odd_.contains(d.document)) {
        (void)run.add(doppel::json_document(d.document->value), d.position, scratch);
      }
    }
  }

  std::string held(const fleet_document& document) const override {
    std::string text = document.text;
    if (!odd_.contains(&document)) {
      (void)fleet_->visit(document.id, [&](const auto& twin) {
        doppel::text_buffer out;
        if (write_service_view(twin, out)) {
          text = std::string(out.view());
        }
      });
    }
    return text;
  }

private:
  bool has_odd(doppel::query_collection collection) const {
    for (const fleet_document* document : documents().of(collection)) {
      if (odd_.contains(document)) {
        return true;
      }
    }
    return collection == doppel::query_collection::jobs;
  }

  fleet_use use_;
  std::unique_ptr<doppel::fleet> fleet_;
  std::set<const fleet_document*> odd_;
};

}  // namespace

std::unique_ptr<query_backend> make_fleet_backend() { return std::make_unique<fleet_backend>(fleet_use::select); }
std::unique_ptr<query_backend> make_columns_backend() { return std::make_unique<fleet_backend>(fleet_use::columns); }
std::unique_ptr<query_backend> make_fleet_run_backend() { return std::make_unique<fleet_backend>(fleet_use::run); }

}  // namespace doppel_test
