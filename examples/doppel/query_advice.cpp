// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_advice.hpp"

#include "document_reader.hpp"
#include "documents.hpp"
#include "problem.hpp"
#include "query_document.hpp"
#include "query_text.hpp"

#include <doppel/query/explain.hpp>
#include <doppel/query/lint.hpp>
#include <doppel/query/parse.hpp>

#include <algorithm>

namespace cli {

std::string plan_of(const doppel::program& query) {
  doppel::text_buffer out;
  require(doppel::explain(query, out));
  return std::string(out.view());
}

std::string remarks_on(std::string_view text, const doppel::query_options& options, std::span<const std::string> sample,
                       const painter& paint) {
  compile(text, options, paint);
  const auto tree = doppel::parse_query(text, options);
  if (!tree) throw std::bad_alloc();
  const std::vector<std::string_view> documents(sample.begin(), sample.end());
  doppel::lint_report report;
  require(doppel::lint(*tree, documents, report));

  std::string message;
  for (const doppel::query_remark& remark : report.remarks()) {
    const std::string_view before = text.substr(0, remark.offset);
    const auto line = 1 + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
    message += paint(colour::bold, "query:" + std::to_string(line) + ':' + std::to_string(column) + ": ");
    if (remark.kind == doppel::query_remark_kind::refused_by_hub) {
      message += paint(colour::yellow, "the service takes no such query") + "; expected ";
    }
    message += remark.kind == doppel::query_remark_kind::refused_by_hub ? std::string(remark.text)
                                                                        : paint(colour::yellow, remark.text);
    message += '\n';
    message += excerpt(text, remark.offset, remark.length, line, paint);
    if (!remark.suggestion().empty()) message += "  did you mean " + paint(colour::green, remark.suggestion()) + "?\n";
  }
  return message;
}

std::vector<std::string> read_sample(const std::vector<std::string>& files, doppel::query_collection collection,
                                     std::size_t most) {
  std::vector<std::string> sample;
  document_reader documents(files);
  query_document document(document_reader::default_document);
  chunk piece;
  while (sample.size() < most && documents.read(piece)) {
    for (const extent& e : piece.documents) {
      if (sample.size() == most) break;
      if (document.read(piece.text(e)) && document.is_in(collection)) sample.emplace_back(document.text().view());
    }
  }
  return sample;
}

}  // namespace cli
