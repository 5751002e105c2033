// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_CONTINUATION_HPP
#define DOPPEL_QUERY_CONTINUATION_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/query/detail/siphash.hpp>
#include <doppel/query/program.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

/// @file
/// The tokens that lead from one page to the next.
namespace doppel {
inline namespace v0 {

/// Where the next page starts. Rows have a place, which does not depend on the rows before them: the next page has
/// those at this place and behind it. The default is the place of the first row.
struct continuation {
  std::uint64_t position = 0;  ///< of the document that the next row is made of; of a group, of its first
  std::uint64_t row = 0;       ///< rows before it, those that OFFSET leaves out included
  std::uint64_t version = 0;   ///< of the collection or its snapshot, for those who have one
  text_buffer key{};           ///< what ORDER BY sorts the next row by, as `query_run` writes it: bytes of any value

  friend bool operator==(const continuation& a, const continuation& b) noexcept {
    return a.position == b.position && a.row == b.row && a.version == b.version && a.key.view() == b.key.view();
  }
};

/// What tokens are signed with: the same for all servers that take each other's tokens. With the default, a token
/// that was damaged or belongs to another query is noticed; one that was forged only with a key of one's own.
struct continuation_key {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// A token: opaque to who receives it, letters, digits, `-` and `_`; 54 of them without ORDER BY, else four for
/// every three bytes of what the next row is sorted by on top.
class continuation_token {
public:
  /// The text. @par Lifetime Valid until the token is moved or destroyed.
  [[nodiscard]] std::string_view view() const& noexcept { return text_.view(); }
  std::string_view view() const&& = delete;

private:
  friend boost::system::result<continuation_token> make_continuation(const program&, const continuation&,
                                                                     const continuation_key&, memory_ref) noexcept;
  explicit continuation_token(text_buffer&& text) noexcept : text_(std::move(text)) {}

  text_buffer text_;
};

namespace detail {

inline constexpr std::string_view token_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Position, row, version, hash of the query, then the key, then the signature of all of it: numbers by the eight
/// bytes, least significant first.
inline constexpr std::size_t token_words = 4;
inline constexpr std::size_t least_token_bytes = (token_words + 1) * 8;

/// After `reserve_more`.
inline void put_word(text_buffer& out, std::uint64_t word) noexcept {
  for (int i = 0; i != 8; ++i, word >>= 8) {
    const char byte = static_cast<char>(word & 0xff);
    out.append(&byte, 1);
  }
}
inline std::uint64_t word_at(const char* from) noexcept {
  std::uint64_t word = 0;
  for (int i = 0; i != 8; ++i) word |= std::uint64_t{static_cast<unsigned char>(from[i])} << (8 * i);
  return word;
}
inline std::uint64_t signature_of(std::string_view bytes, const continuation_key& key) noexcept {
  return siphash(key.low, key.high)(bytes);
}

/// Base64 of RFC 4648 5, without padding. @return the end of what was written
inline char* encode_token(std::string_view bytes, char* to) noexcept {
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; *to++ = token_alphabet[bits >> held & 63]) held -= 6;
  }
  if (held != 0) *to++ = token_alphabet[bits << (6 - held) & 63];
  return to;
}

/// The same back. @return the end of what was written, or where it began for what `encode_token` does not write
inline char* decode_token(std::string_view text, char* const begin) noexcept {
  char* to = begin;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::size_t digit = token_alphabet.find(c);
    if (digit == std::string_view::npos) return begin;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    if ((held += 6) < 8) continue;
    held -= 8;
    *to++ = static_cast<char>(bits >> held & 0xff);
  }
  const bool is_exact = held < 6 && (bits & ((1u << held) - 1)) == 0;
  return is_exact ? to : begin;
}

}  // namespace detail

/// The token of a continuation, for one program.
/// @param memory of the token; outlives it
/// @return the token, or `errc::out_of_memory`
/// @par Specification
/// spec/query.md 13
[[nodiscard]] inline boost::system::result<continuation_token> make_continuation(const program& p,
                                                                                 const continuation& c,
                                                                                 const continuation_key& key = {},
                                                                                 memory_ref memory = {}) noexcept {
  text_buffer bytes(memory);
  text_buffer text(memory);
  const std::size_t size = detail::least_token_bytes + c.key.size();
  if (!bytes.reserve_more(size) || !text.reserve_more((size * 4 + 2) / 3)) return make_error_code(errc::out_of_memory);
  for (const std::uint64_t word : {c.position, c.row, c.version, p.hash()}) detail::put_word(bytes, word);
  bytes.append(c.key.view());
  detail::put_word(bytes, detail::signature_of(bytes.view(), key));
  text.set_end(detail::encode_token(bytes.view(), text.end()));
  return continuation_token(std::move(text));
}

/// Reads a token that came back.
/// @param p the program of the query that came with it
/// @param memory of the continuation's key; outlives it
/// @return the continuation, or `errc::bad_continuation`: the text is no token, was changed, was signed with another
///   key, or belongs to another query; `errc::out_of_memory`. Whether the version will still do is for the caller to
///   say.
/// @par Specification
/// spec/query.md 13
[[nodiscard]] inline boost::system::result<continuation> parse_continuation(std::string_view text, const program& p,
                                                                            const continuation_key& key = {},
                                                                            memory_ref memory = {}) noexcept {
  text_buffer bytes(memory);
  if (!bytes.reserve_more(text.size())) return make_error_code(errc::out_of_memory);
  bytes.set_end(detail::decode_token(text, bytes.end()));
  if (bytes.size() < detail::least_token_bytes) return make_error_code(errc::bad_continuation);
  const std::string_view what = bytes.view().substr(0, bytes.size() - 8);
  const auto word = [&](std::size_t i) { return detail::word_at(what.data() + i * 8); };
  if (detail::word_at(what.data() + what.size()) != detail::signature_of(what, key) || word(3) != p.hash()) {
    return make_error_code(errc::bad_continuation);
  }
  continuation c{word(0), word(1), word(2), text_buffer(memory)};
  if (!c.key.append(what.substr(detail::token_words * 8))) return make_error_code(errc::out_of_memory);
  return c;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_CONTINUATION_HPP
