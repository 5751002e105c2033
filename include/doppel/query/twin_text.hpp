// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_TWIN_TEXT_HPP
#define DOPPEL_QUERY_TWIN_TEXT_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/diagnostic.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/detail/text_checker.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// @file
/// Texts that queries are asked of as they stand. What reads them is `doppel/query/text_scan.hpp`.
namespace doppel {
inline namespace v0 {

class twin_text_checker;

/// A view of the JSON text of a twin, a module twin or a job that is known to be well-formed.
///
/// A scan of text stops as soon as the verdict is certain. So it cannot find errors behind that place, and it cannot
/// let the last of two members win: text is checked once, when it comes in (`twin_text_checker`), or comes from
/// doppel's own writers, which make no others. Text with duplicate members is refused; who has to take it loads it
/// as a twin, where the last one wins (spec/twin.md 4.5.3).
/// @par Lifetime
/// A view: the text outlives it. Nothing need be readable behind the text.
/// @par Exception safety
/// Nothing throws or allocates.
/// @par Thread safety
/// As a `std::string_view`.
class twin_text {
public:
  /// Bytes that are readable behind a text that is said to be padded.
  static constexpr std::size_t padding = detail::text_padding;

  /// An object without members.
  constexpr twin_text() noexcept = default;

  /// Takes the text without a look inside: it was written by doppel, or has been checked before and its names are
  /// escaped as doppel escapes them (`has_canonical_names()`).
  /// @param is_padded says that `padding` bytes are readable behind the text; saves a copy where no vector
  /// kernel is at hand
  /// @pre the text is one JSON object without duplicate members, of at most `limits::text_ceiling` bytes. If it is not,
  /// scanning it is safe still, but what it says has no meaning.
  [[nodiscard]] static constexpr twin_text trusted(std::string_view text, bool is_padded = false) noexcept {
    return twin_text(text, is_padded, true);
  }

  /// The text from `{` to `}`.
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {data_, size_}; }
  [[nodiscard]] constexpr const char* data() const noexcept { return data_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool is_padded() const noexcept { return is_padded_; }
  /// Says whether all names are escaped as doppel escapes them: only `"`, `\` and control characters, these in the
  /// short form where there is one, else as `\u00xx` in lower case. Others are found too, more slowly.
  [[nodiscard]] constexpr bool has_canonical_names() const noexcept { return has_canonical_names_; }

private:
  friend class twin_text_checker;

  constexpr twin_text(std::string_view text, bool is_padded, bool has_canonical_names) noexcept {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    std::size_t trimmed = 0;
    while (!text.empty() && is_space(text.back())) {
      text.remove_suffix(1);
      ++trimmed;
    }
    // Whatever else is wrong: scans rely on these two for their bounds.
    const bool has_braces = text.size() >= 2 && text.front() == '{' && text.back() == '}';
    if (!has_braces || text.size() > limits::text_ceiling) return;
    data_ = text.data();
    size_ = static_cast<std::uint32_t>(text.size());
    is_padded_ = is_padded || trimmed >= padding;
    has_canonical_names_ = has_canonical_names;
  }
  static constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

  const char* data_ = "{}";
  std::uint32_t size_ = 2;
  bool is_padded_ = false;
  bool has_canonical_names_ = true;
};

/// Checks texts that come from elsewhere. Keeps its memory from text to text.
/// @par Exception safety
/// Nothing throws; the index inside takes its memory from the nothrow global `operator new`.
/// @par Thread safety
/// One checker serves one call at a time.
class twin_text_checker {
public:
  explicit twin_text_checker(memory_ref memory = {}) noexcept : checker_(memory) {}

  /// Checks a text: JSON in all its parts, one object, and no name twice in one object.
  /// @param bounds of which only `text_bytes` matters
  /// @param is_padded says that `twin_text::padding` bytes are readable behind the text
  /// @param[out] d filled when the text is refused
  /// @return the text, or `errc::malformed_json` (also for numbers beyond the range of a double),
  /// `errc::invalid_document` for JSON that is no object, `errc::duplicate_member`, `errc::text_too_long`,
  /// `errc::out_of_memory`
  /// @par Complexity
  /// Linear in the text; of an object with more than 24 members the names are sorted.
  [[nodiscard]] boost::system::result<twin_text> validate(std::string_view text, const limits& bounds = {},
                                                          bool is_padded = false, diagnostic* d = nullptr) noexcept {
    detail::text_facts facts;
    const detail::read_status status =
        text.size() > bounds.text_bytes ? detail::read_status{errc::text_too_long, bounds.text_bytes, "a shorter text"}
                                        : checker_.validate(text, facts);
    if (status) return twin_text(text, is_padded, facts.has_canonical_names);
    if (d != nullptr) {
      d->clear();
      d->code = status.code;
      d->offset = status.offset;
      d->expected = status.expected;
      d->locate(text);
      detail::describe_path(text, *d);
    }
    return make_error_code(status.code);
  }

private:
  detail::text_checker checker_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_TWIN_TEXT_HPP
