// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_LIBRARY_BACKEND_HPP
#define DOPPEL_TESTS_SUPPORT_LIBRARY_BACKEND_HPP

#include "node.hpp"
#include "query_backend.hpp"

#include <doppel/query/compile.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/page_size.hpp>
#include <doppel/query/run.hpp>
#include <doppel/query/scratch.hpp>

#include <boost/json/string.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doppel_test {

inline std::string code_of(const boost::system::error_code& error) {
  const std::string_view name = doppel::query_error_name(static_cast<doppel::errc>(error.value()));
  return name.empty() ? error.message() : std::string(name);
}

struct numbered_document {
  const fleet_document* document;
  std::uint64_t position;
};

// What the library's back ends have in common: compiling, a scratch, rows as text.
class library_backend : public query_backend {
public:
  std::string load(const query_fleet& fleet) override {
    fleet_ = &fleet;
    held_.clear();
    for (const fleet_document& document : fleet.documents) {
      node read;
      if (!read_json(held(document), read)) {
        return "not JSON: " + held(document);
      }
      held_.push_back(to_value(read));
    }
    return {};
  }

  // Messages are no documents of a fleet.
  bool answers(const query_request& request) const override {
    return request.options.dialect != doppel::query_dialect::route;
  }

  query_answer run(const query_request& request) override {
    const auto compiled = doppel::compile_query(request.text, request.options, nullptr, options());
    if (!compiled) {
      return refusal(code_of(compiled.error()));
    }
    std::vector<numbered_document> documents;
    for (const fleet_document* document : fleet_->of(compiled->collection())) {
      documents.push_back({document, documents.size()});
    }
    doppel::query_scratch scratch;
    if (!scratch.prepare(*compiled)) {
      return refusal("out of memory");
    }
    const auto page_size = doppel::page_size(
        request.page_size ? std::optional<std::string_view>(*request.page_size) : std::nullopt, request.options);
    if (!page_size) {
      return refusal(code_of(page_size.error()));
    }

    query_answer answer;
    from_ = {};
    page_size_ = *page_size;
    do {
      answer_page& page = answer.pages.emplace_back();
      const auto sink = [&](std::string_view row) {
        page.rows.push_back(row_of(std::string(row), compiled->selects_documents()));
        return true;
      };
      doppel::query_run run = new_run(*compiled);
      fill(run, documents, scratch, sink);
      if (!gives_pages()) {
        if (!run.finish(sink)) {
          return refusal("out of memory");
        }
        break;
      }
      auto next = run.finish_page(sink);
      if (!next) {
        return refusal(code_of(next.error()));
      }
      page.has_token = next->has_value();
      if (page.has_token) {
        (*next)->version = 7;
        const auto token = make_continuation(*compiled, **next);
        auto read = parse_continuation(token->view(), *compiled);
        if (!read || read->version != 7) {
          return refusal("token not read");
        }
        from_ = *std::move(read);
      }
    } while (answer.pages.back().has_token);
    return answer;
  }

protected:
  using row_sink = std::function<bool(std::string_view)>;

  virtual doppel::compile_options options() const { return {}; }
  virtual bool gives_pages() const { return true; }
  doppel::query_run new_run(const doppel::program& p) const {
    doppel::query_run run(p);
    if (gives_pages()) {
      (void)run.turn_to(from_, page_size_);
    }
    return run;
  }
  virtual void fill(doppel::query_run& run, std::vector<numbered_document> documents, doppel::query_scratch& scratch,
                    const row_sink& sink) = 0;

  // What the row of a whole document must be.
  virtual std::string held(const fleet_document& document) const { return document.text; }

  const query_fleet& documents() const { return *fleet_; }

  // A document's row is its id, if it is the whole document indeed.
  json_value row_of(const std::string& text, bool is_document) const {
    node read;
    if (!read_json(text, read)) {
      return json_value(boost::json::string("not JSON: " + text));
    }
    json_value value = to_value(read);
    if (!is_document) {
      return value;
    }
    const auto at = std::find_if(held_.begin(), held_.end(), [&](const json_value& h) { return is_equal(h, value); });
    return json_value(boost::json::string(at != held_.end()
                                              ? fleet_->documents[static_cast<std::size_t>(at - held_.begin())].id
                                              : "no document: " + text));
  }

private:
  doppel::continuation from_;
  std::uint32_t page_size_ = 0;
  std::vector<json_value> held_;
  const query_fleet* fleet_ = nullptr;
};

}  // namespace doppel_test

#endif
