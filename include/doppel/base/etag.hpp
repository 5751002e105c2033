// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_ETAG_HPP
#define DOPPEL_BASE_ETAG_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/detail/utf8.hpp>
#include <doppel/base/error.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// The etag of a twin: a short text that clients treat as opaque.
///
/// A hub counts back-end writes and shows the counter as base64 of its eight bytes, most significant first:
/// `AAAAAAAAAAE=` is 1. A document from elsewhere may carry any other text, which is kept as it is. The
/// default value has no text.
/// @par Specification
/// spec/twin.md 10.1
/// @see doppel::precondition for etags in requests
/// @par Exception safety
/// Nothing throws or allocates: the text is kept inline.
class etag {
public:
  /// The longest text an etag can have. Library choice; the counter form needs 12.
  static constexpr std::size_t max_size = 127;

  constexpr etag() noexcept = default;

  /// Makes the etag of a counter.
  [[nodiscard]] static constexpr etag from_counter(std::uint64_t counter) noexcept {
    etag result;
    for (std::size_t i = 0; i != counter_digits - 1; ++i) {
      result.text_[i] = alphabet[(counter >> (58 - 6 * i)) & 63U];
    }
    // The last digit has the four bits that remain, then two that are zero.
    result.text_[counter_digits - 1] = alphabet[(counter << 2) & 63U];
    result.text_[counter_digits] = '=';
    result.size_ = counter_digits + 1;
    return result;
  }

  /// The counter, if the text is exactly what `from_counter` makes of one.
  [[nodiscard]] constexpr std::optional<std::uint64_t> counter() const noexcept {
    if (size_ != counter_digits + 1 || text_[counter_digits] != '=') {
      return std::nullopt;
    }
    std::uint64_t counter = 0;
    for (std::size_t i = 0; i != counter_digits; ++i) {
      const std::size_t digit = alphabet.find(text_[i]);
      const bool is_last = i == counter_digits - 1;
      if (digit == std::string_view::npos || (is_last && digit % 4 != 0)) {
        return std::nullopt;
      }
      counter = is_last ? counter << 4 | digit >> 2 : counter << 6 | digit;
    }
    return counter;
  }

  /// The text, without quotes.
  /// @par Lifetime
  /// Valid until the etag is changed or destroyed: keep the etag, not the view of a temporary one.
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text_, size_}; }

  /// Says whether there is no text.
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

  /// Compares the texts byte for byte.
  friend constexpr bool operator==(const etag& a, const etag& b) noexcept { return a.view() == b.view(); }

private:
  friend constexpr boost::system::result<etag> parse_etag(std::string_view text) noexcept;

  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  static constexpr std::size_t counter_digits = 11;

  char text_[max_size] = {};
  std::uint8_t size_ = 0;
};

namespace detail {

// The characters of an etag in HTTP (RFC 7232, 2.3): no quote, no space, no control character.
constexpr bool is_etag_character(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x22 && byte != 0x7f;
}

}  // namespace detail

/// Takes a text, without quotes around it, as an etag.
///
/// @par Specification
/// spec/twin.md 10.1.4 and RFC 7232, section 2.3: what cannot be sent in a header is refused
/// @return the etag, or `errc::invalid_etag`: no text, more than `etag::max_size` bytes, a quote, space or
/// control
///   character, or text that is not well-formed UTF-8
[[nodiscard]] constexpr boost::system::result<etag> parse_etag(std::string_view text) noexcept {
  bool is_valid = !text.empty() && text.size() <= etag::max_size && detail::is_utf8(text);
  for (std::size_t i = 0; is_valid && i != text.size(); ++i) {
    is_valid = detail::is_etag_character(text[i]);
  }
  if (!is_valid) {
    return make_error_code(errc::invalid_etag);
  }
  etag result;
  for (std::size_t i = 0; i != text.size(); ++i) {
    result.text_[i] = text[i];
  }
  result.size_ = static_cast<std::uint8_t>(text.size());
  return result;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_ETAG_HPP
