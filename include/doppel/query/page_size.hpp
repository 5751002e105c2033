// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_PAGE_SIZE_HPP
#define DOPPEL_QUERY_PAGE_SIZE_HPP

#include <doppel/base/error.hpp>
#include <doppel/query/options.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

/// @file
/// The size of a page.
namespace doppel {
inline namespace v0 {

/// The largest page: 100 in hub mode, `query_options::max_page_size` in extended mode; at least 1.
[[nodiscard]] constexpr std::uint32_t max_page_size(const query_options& options) noexcept {
  if (options.mode == query_mode::hub) return query_options::hub_page_size;
  return options.max_page_size == 0 ? 1 : options.max_page_size;
}

/// The page size that is meant by a number: it, or the largest.
/// @return the size, or `errc::bad_page_size` for zero and negative numbers
/// @par Specification
/// spec/query.md 13
[[nodiscard]] inline boost::system::result<std::uint32_t> page_size(std::int64_t asked,
                                                                    const query_options& options = {}) noexcept {
  if (asked <= 0) return make_error_code(errc::bad_page_size);
  return static_cast<std::uint32_t>((std::min)(asked, std::int64_t{max_page_size(options)}));
}

/// The page size that is meant by the text of an `x-ms-max-item-count` header: 100, or the largest if that is less,
/// where there is none.
/// @return the size, or `errc::bad_page_size` for zero, negative numbers and what is no decimal number
/// @par Specification
/// spec/query.md 13
[[nodiscard]] inline boost::system::result<std::uint32_t> page_size(std::optional<std::string_view> asked,
                                                                    const query_options& options = {}) noexcept {
  if (!asked.has_value()) return (std::min)(query_options::hub_page_size, max_page_size(options));
  if (asked->empty()) return make_error_code(errc::bad_page_size);
  std::int64_t n = 0;
  for (const char c : *asked) {
    if (c < '0' || c > '9') return make_error_code(errc::bad_page_size);
    n = (std::min)(n * 10 + (c - '0'), std::int64_t{1} << 40);  // more is cut anyway
  }
  return page_size(n, options);
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_PAGE_SIZE_HPP
