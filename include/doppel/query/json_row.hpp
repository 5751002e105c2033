// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_JSON_ROW_HPP
#define DOPPEL_QUERY_JSON_ROW_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/json/value.hpp>
#include <doppel/query/document.hpp>
#include <doppel/query/row.hpp>

#include <boost/system/result.hpp>

#include <limits>
#include <string_view>
#include <utility>

/// @file
/// Rows as `boost::json::value`: an optional header.
namespace doppel {
inline namespace v0 {

/// A row, or any minified JSON of the library's making, as a `boost::json::value`.
/// @param storage where the result keeps its memory
/// @return the value, or `errc::malformed_json` where the text is none
/// @par Exception safety
/// May throw `std::bad_alloc`.
[[nodiscard]] inline boost::system::result<boost::json::value> row_value(std::string_view row,
                                                                         boost::json::storage_ptr storage = {}) {
  boost::json::parse_options options;
  options.max_depth = (std::numeric_limits<std::size_t>::max)();  // the parser does not recurse
  boost::json::error_code error;
  boost::json::value v =
      boost::json::parse(boost::json::string_view(row.data(), row.size()), error, std::move(storage), options);
  if (error) return make_error_code(errc::malformed_json);
  return v;
}

/// The row of a document as a `boost::json::value`; see `write_row`.
/// @param text room for the row's text; emptied first
/// @return the value, or `errc::out_of_memory`
/// @pre the program is not grouped; the scratch is prepared for it
/// @par Exception safety
/// May throw `std::bad_alloc`.
template <query_document D>
[[nodiscard]] boost::system::result<boost::json::value> row_value(const program& p, const D& document,
                                                                  query_scratch& scratch, text_buffer& text,
                                                                  boost::json::storage_ptr storage = {}) {
  text.clear();
  if (const auto done = write_row(p, document, scratch, text); !done) return done.error();
  return row_value(text.view(), std::move(storage));
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_JSON_ROW_HPP
