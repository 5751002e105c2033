// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_PRECONDITION_HPP
#define DOPPEL_BASE_PRECONDITION_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/etag.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// How an `If-Match` header is read that is not of the documented form.
enum class if_match_mode : std::uint8_t {
  strict,  ///< an unquoted etag is compared; a malformed header is an error
  service  ///< as the service does: a header with an unquoted etag, or a malformed one, is as if it were not
           ///< there
};

namespace detail {

// One element of an If-Match list.
struct if_match_element {
  std::string_view opaque;  // without prefix and quotes
  bool is_quoted;
};

constexpr std::string_view trim_header_space(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

// Walks the elements of an If-Match header without memory. Empty elements, as in `"a",,"b"`, are passed over.
class if_match_scanner {
public:
  explicit constexpr if_match_scanner(std::string_view header) noexcept : rest_(header) {}

  // Moves to the next element; false at the end, or where the text is malformed.
  constexpr bool next() noexcept {
    while (!rest_.empty() && is_separator(rest_.front())) {
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) {
      return false;
    }
    const std::size_t prefix = rest_.substr(0, 3) == "W/\"" ? 2 : 0;
    element_.is_quoted = rest_[prefix] == '"';
    const std::size_t begin = element_.is_quoted ? prefix + 1 : 0;
    std::size_t end = begin;
    while (end != rest_.size() && is_etag_character(rest_[end]) && (element_.is_quoted || rest_[end] != ',')) {
      ++end;
    }
    element_.opaque = rest_.substr(begin, end - begin);
    if (element_.is_quoted) {
      if (end == rest_.size() || rest_[end] != '"') {
        return fail();
      }
      ++end;
    }
    rest_ = trim_header_space(rest_.substr(end));
    return rest_.empty() || rest_.front() == ',' ? true : fail();
  }

  [[nodiscard]] constexpr const if_match_element& element() const noexcept { return element_; }
  [[nodiscard]] constexpr bool is_malformed() const noexcept { return is_malformed_; }

private:
  static constexpr bool is_separator(char c) noexcept { return c == ' ' || c == '\t' || c == ','; }

  constexpr bool fail() noexcept {
    is_malformed_ = true;
    return false;
  }

  std::string_view rest_;
  if_match_element element_{};
  bool is_malformed_ = false;
};

}  // namespace detail

/// What a back-end write demands of the twin's etag: nothing, that there is one, or that it is one of a list.
///
/// The default value demands nothing, as a request without an `If-Match` header does.
/// @par Specification
/// spec/twin.md 11.1
/// @par Lifetime
/// A list is kept as the text it came from and read when it is asked: any length works without memory, and
/// the text must outlive the precondition.
/// @par Exception safety
/// Nothing throws or allocates.
class precondition {
public:
  enum class kind_type : std::uint8_t {
    none,  ///< no condition
    any,   ///< `*`: the twin exists; a write to it never conflicts (11.1.2)
    list   ///< the current etag is one of these
  };

  constexpr precondition() noexcept = default;

  /// The condition `*`.
  [[nodiscard]] static constexpr precondition any() noexcept {
    precondition result;
    result.kind_ = kind_type::any;
    return result;
  }

  /// Demands one etag, given as its text without quotes. Nothing in the text has a meaning of its own.
  /// @par Lifetime
  /// Refers to the text.
  [[nodiscard]] static constexpr precondition matching(std::string_view etag_text) noexcept {
    precondition result;
    result.kind_ = kind_type::list;
    result.is_single_ = true;
    result.text_ = etag_text;
    return result;
  }

  /// Demands one etag.
  /// @par Lifetime
  /// Refers to @p wanted.
  [[nodiscard]] static constexpr precondition matching(const etag& wanted) noexcept { return matching(wanted.view()); }
  static precondition matching(const etag&& wanted) = delete;

  [[nodiscard]] constexpr kind_type kind() const noexcept { return kind_; }

  /// Says whether a write to a twin with this etag may proceed.
  /// @return always true for `none` and `any`; for a list, whether one of its etags is byte for byte the
  /// current one
  /// @par Complexity
  /// Linear in the length of the header.
  [[nodiscard]] constexpr bool holds(const etag& current) const noexcept {
    if (kind_ != kind_type::list) {
      return true;
    }
    if (is_single_) {
      return text_ == current.view();
    }
    detail::if_match_scanner scanner(text_);
    while (scanner.next()) {
      if (scanner.element().opaque == current.view()) {
        return true;
      }
    }
    return false;
  }

private:
  friend constexpr boost::system::result<precondition> parse_if_match(std::string_view header,
                                                                      if_match_mode mode) noexcept;

  kind_type kind_ = kind_type::none;
  bool is_single_ = false;
  std::string_view text_;
};

/// Reads the value of an `If-Match` header. Where a request has no such header, use `precondition{}` instead.
///
/// | Header | strict | service |
/// |---|---|---|
/// | `*` or `"*"` | any | any |
/// | `"x"`, `W/"x"` (compared like `"x"`) | list | list |
/// | `"x", W/"y"`: one match is enough | list | list |
/// | a list with `"*"` among the etags | any | any |
/// | `x`, or `"x", y`: not quoted | list | none |
/// | empty, or nothing but commas | error | none |
/// | a quote that is not closed, text after a closing quote, a character that no etag has | error | none |
/// | a list with `*` among the etags, not quoted | error | none |
///
/// A list may have empty elements, which HTTP tells recipients to pass over. An etag may be longer than
/// `etag::max_size`; it then matches nothing.
/// @par Specification
/// spec/twin.md 11.1.1 to 11.1.5, RFC 7232, section 3.1; malformed headers and `*` in a list are a library
/// choice
/// @param header the value, without the name; spaces around it do not count
/// @param mode what becomes of a header that is not of the documented form
/// @return the precondition; in strict mode `errc::invalid_etag` as the table says, in service mode never an
/// error
/// @par Lifetime
/// The result refers to @p header.
/// @par Complexity
/// Linear in the length of @p header.
[[nodiscard]] constexpr boost::system::result<precondition> parse_if_match(
    std::string_view header, if_match_mode mode = if_match_mode::strict) noexcept {
  header = detail::trim_header_space(header);
  if (header == "*") {
    return precondition::any();
  }
  detail::if_match_scanner scanner(header);
  bool has_star = false;
  bool has_bare_star = false;
  bool has_unquoted = false;
  bool has_element = false;
  while (scanner.next()) {
    const bool is_star = scanner.element().opaque == "*";
    has_element = true;
    has_star = has_star || is_star;
    has_bare_star = has_bare_star || (is_star && !scanner.element().is_quoted);
    has_unquoted = has_unquoted || !scanner.element().is_quoted;
  }
  const bool is_malformed = scanner.is_malformed() || has_bare_star || !has_element;
  if (mode == if_match_mode::service && (is_malformed || has_unquoted)) {
    return precondition{};
  }
  if (is_malformed) {
    return make_error_code(errc::invalid_etag);
  }
  if (has_star) {
    return precondition::any();
  }
  precondition result;
  result.kind_ = precondition::kind_type::list;
  result.text_ = header;
  return result;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_PRECONDITION_HPP
