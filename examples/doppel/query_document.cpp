// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_document.hpp"

#include "files.hpp"
#include "json_text.hpp"
#include "problem.hpp"

#include <iostream>
#include <new>

namespace cli {

bool query_document::read(std::string_view text) {
  auto checked = checker_.validate(text, limits_, true, &where_);
  if (checked && text.find('\n') != std::string_view::npos) {
    line_ = json_in_one_line(text);
    checked = checker_.validate(line_, limits_, false, &where_);
  }
  if (!checked) {
    if (where_.code == doppel::errc::out_of_memory) throw std::bad_alloc();
    return false;
  }
  text_ = *checked;
  return true;
}

bool query_document::is_in(doppel::query_collection collection) const {
  const bool is_job = has_root_member(R"("jobId")");
  if (collection == doppel::query_collection::jobs) return is_job;
  return !is_job && has_root_member(R"("moduleId")") == (collection == doppel::query_collection::modules);
}

bool query_document::has_root_member(std::string_view quoted_name) const {
  // Most documents have the name nowhere.
  const std::string_view text = text_.view();
  if (text_.has_canonical_names() && text.find(quoted_name) == std::string_view::npos) return false;
  const std::string_view name = quoted_name.substr(1, quoted_name.size() - 2);
  for (json_walk members(text); members.next();) {
    if (members.key() == quoted_name || json_string_text(members.key()) == name) return true;
  }
  return false;
}

input_problem describe(const doppel::diagnostic& what, std::string_view text, const text_place& document) {
  doppel::diagnostic where = what;
  where.locate(text);
  const painter& paint = err_paint();
  input_problem problem;
  problem.place.line = document.line + where.line - 1;
  problem.place.column = where.line == 1 ? document.column + where.column - 1 : where.column;
  problem.message = paint(colour::red, doppel::make_error_code(where.code).message());
  if (!where.expected.empty()) problem.message.append("; expected ").append(where.expected);
  if (!where.path().empty()) problem.details = "  at " + paint(colour::cyan, where.path()) + '\n';
  problem.details += excerpt(text, static_cast<std::size_t>(where.offset), 1, problem.place.line, paint);
  return problem;
}

void print_problem(std::string_view file, const input_problem& what) {
  std::cout.flush();
  std::string place(shown_name(file));
  if (what.place.line != 0) {
    place += ':' + std::to_string(what.place.line) + ':' + std::to_string(what.place.column);
  }
  std::cerr << err_paint()(colour::bold, place + ": ") << what.message << '\n' << what.details;
}

}  // namespace cli
