// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_text.hpp"

#include "problem.hpp"

#include <doppel/query/compile.hpp>

#include <new>

namespace cli {

namespace {

std::string describe(std::string_view text, const boost::system::error_code& error,
                     const doppel::query_diagnostic& where, const doppel::query_options& options,
                     const painter& paint) {
  std::string message =
      paint(colour::bold, "query:" + std::to_string(where.line) + ':' + std::to_string(where.column) + ": ");
  message += paint(colour::red, error.message());
  if (!where.expected.empty()) message.append("; expected ").append(where.expected);
  message += '\n';
  message += excerpt(text, where.offset, where.length, where.line, paint);
  if (!where.suggestion().empty()) {
    message += "  did you mean " + paint(colour::green, where.suggestion()) + "?\n";
  } else if (options.mode == doppel::query_mode::hub) {
    doppel::query_options extended = options;
    extended.mode = doppel::query_mode::extended;
    if (doppel::parse_query(text, extended)) message += "  the service does not take it; extended mode does\n";
  }
  return message;
}

}  // namespace

doppel::program compile(std::string_view text, const doppel::query_options& options, const painter& paint) {
  doppel::query_diagnostic where;
  auto compiled = doppel::compile_query(text, options, &where);
  if (compiled) return *std::move(compiled);
  if (compiled.error() == doppel::make_error_code(doppel::errc::out_of_memory)) throw std::bad_alloc();
  throw query_error(describe(text, compiled.error(), where, options, paint));
}

std::vector<std::string> column_names(const doppel::program& query) {
  std::vector<std::string> names;
  for (const doppel::query_column& column : query.columns()) names.emplace_back(column.name);
  return names;
}

}  // namespace cli
