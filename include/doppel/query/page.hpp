// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_PAGE_HPP
#define DOPPEL_QUERY_PAGE_HPP

#include <doppel/base/error.hpp>
#include <doppel/query/detail/siphash.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/run.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// @file
/// Pages: their size, and the tokens that lead from one to the next.
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

/// Where the next page starts.
struct continuation {
  std::uint64_t position = 0;  ///< of a document or a row, as the one who pages counts
  std::uint64_t version = 0;   ///< of the collection or its snapshot

  friend bool operator==(const continuation&, const continuation&) noexcept = default;
};

/// What tokens are signed with: the same for all servers that take each other's tokens. With the default, a token
/// that was damaged or belongs to another query is noticed; one that was forged only with a key of one's own.
struct continuation_key {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// A token: opaque to who receives it, letters, digits, `-` and `_`.
class continuation_token {
public:
  static constexpr std::size_t size = 43;

  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size}; }

private:
  friend continuation_token make_continuation(const program&, const continuation&, const continuation_key&) noexcept;
  std::array<char, size> text_{};
};

namespace detail {

inline constexpr std::string_view token_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Position, version, hash of the query, signature; least significant byte first.
using token_bytes = std::array<unsigned char, 33>;  // one more, so that they are a multiple of three

inline void put_word(token_bytes& bytes, std::size_t at, std::uint64_t word) noexcept {
  for (std::size_t i = 0; i != 8; ++i) bytes[at * 8 + i] = static_cast<unsigned char>(word >> (8 * i));
}
inline std::uint64_t word_at(const token_bytes& bytes, std::size_t at) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i != 8; ++i) word |= std::uint64_t{bytes[at * 8 + i]} << (8 * i);
  return word;
}
inline std::uint64_t signature_of(const token_bytes& bytes, const continuation_key& key) noexcept {
  return siphash(key.low, key.high)({reinterpret_cast<const char*>(bytes.data()), 24});
}

}  // namespace detail

/// The token of a continuation, for one program.
[[nodiscard]] inline continuation_token make_continuation(const program& p, const continuation& c,
                                                          const continuation_key& key = {}) noexcept {
  detail::token_bytes bytes{};
  detail::put_word(bytes, 0, c.position);
  detail::put_word(bytes, 1, c.version);
  detail::put_word(bytes, 2, p.hash());
  detail::put_word(bytes, 3, detail::signature_of(bytes, key));
  continuation_token token;
  for (std::size_t i = 0; i != continuation_token::size; ++i) {
    const std::size_t bit = i * 6;
    const std::uint32_t two = std::uint32_t{bytes[bit / 8]} << 8 | bytes[bit / 8 + 1];
    token.text_[i] = detail::token_alphabet[two >> (10 - bit % 8) & 63];
  }
  return token;
}

/// Reads a token that came back.
/// @param p the program of the query that came with it
/// @return the continuation, or `errc::bad_continuation`: the text is no token, was changed, was signed with another
///   key, or belongs to another query. Whether the version will still do is for the caller to say.
/// @par Specification
/// spec/query.md 13
[[nodiscard]] inline boost::system::result<continuation> parse_continuation(std::string_view text, const program& p,
                                                                            const continuation_key& key = {}) noexcept {
  if (text.size() != continuation_token::size) return make_error_code(errc::bad_continuation);
  detail::token_bytes bytes{};
  for (std::size_t i = 0; i != text.size(); ++i) {
    const std::size_t digit = detail::token_alphabet.find(text[i]);
    if (digit == std::string_view::npos) return make_error_code(errc::bad_continuation);
    const std::size_t bit = i * 6;
    const auto two = static_cast<std::uint32_t>(digit) << (10 - bit % 8);
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] | two >> 8);
    bytes[bit / 8 + 1] = static_cast<unsigned char>(bytes[bit / 8 + 1] | (two & 0xff));
  }
  // The last digit has two bits that are no part of anything.
  const bool is_ours = bytes[32] == 0 && detail::word_at(bytes, 3) == detail::signature_of(bytes, key) &&
                       detail::word_at(bytes, 2) == p.hash();
  if (!is_ours) return make_error_code(errc::bad_continuation);
  return continuation{detail::word_at(bytes, 0), detail::word_at(bytes, 1)};
}

/// Ends a run by giving one page of its rows.
/// @param first number of the page's first row, from 0
/// @param size number of rows, see `page_size`
/// @param sink called with each row, minified JSON
/// @return the number of the row that the next page starts with, or nothing if this was the last page;
///   `errc::out_of_memory`
/// @pre the run has not given rows away
/// @par Specification
/// spec/query.md 13
template <class Sink>
boost::system::result<std::optional<std::uint64_t>> give_page(query_run& run, std::uint64_t first, std::uint32_t size,
                                                              Sink&& sink) noexcept {
  std::uint64_t row = 0;
  bool has_more = false;
  const auto done = run.finish([&](std::string_view text) {
    const std::uint64_t at = row++;
    if (at < first) return true;
    has_more = at - first >= size;
    if (!has_more) sink(text);
    return !has_more;
  });
  if (!done) return done.error();
  return has_more ? std::optional<std::uint64_t>(first + size) : std::nullopt;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_PAGE_HPP
