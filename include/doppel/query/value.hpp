// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_VALUE_HPP
#define DOPPEL_QUERY_VALUE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

/// @file
/// Values that queries work with. How they compare is in `doppel/query/compare.hpp`.
namespace doppel {
inline namespace v0 {

/// The kinds of values (spec/query.md 5), in the order of ORDER BY (13).
enum class query_kind : std::uint8_t { undefined, null, boolean, number, string, array, object };

/// The result of a test: a boolean, or undefined (spec/query.md 7).
enum class truth : std::uint8_t { no, yes, undefined };

[[nodiscard]] constexpr truth to_truth(bool b) noexcept { return b ? truth::yes : truth::no; }
/// NOT: of undefined it is undefined.
[[nodiscard]] constexpr truth negate(truth t) noexcept { return t == truth::undefined ? t : to_truth(t == truth::no); }
/// AND and OR by the tables of spec/query.md 7.
[[nodiscard]] constexpr truth both(truth a, truth b) noexcept {
  if (a == truth::no || b == truth::no) return truth::no;
  return a == truth::yes ? b : truth::undefined;
}
[[nodiscard]] constexpr truth either(truth a, truth b) noexcept {
  if (a == truth::yes || b == truth::yes) return truth::yes;
  return a == truth::no ? b : truth::undefined;
}

class query_value;

/// Where a walk through an array or object stands. What the words mean is the document type's own business.
struct composite_cursor {
  const void* at = nullptr;
  const void* end = nullptr;
  const void* context = nullptr;
  std::uint32_t tag = 0;
  std::uint32_t index = 0;
};

/// What a type of document tells about its arrays and objects. One constant of this type serves all values.
struct composite_functions {
  /// Starts a walk through the elements or members.
  void (*begin)(const query_value& of, composite_cursor& cursor) noexcept;
  /// The next element, or the next member with its key as a string. False at the end.
  bool (*next)(composite_cursor& cursor, query_value& key, query_value& value) noexcept;
  /// The member of an object with a key (of any form); undefined if there is none.
  query_value (*member)(const query_value& object, const query_value& key) noexcept;
  /// Appends the value as JSON text. False when memory is refused.
  bool (*write)(const query_value& of, text_buffer& out) noexcept;
};

namespace detail {

/// How the text of a string is given.
enum class string_form : std::uint8_t {
  plain,    // UTF-8
  escaped,  // what stands between the quotes of JSON text
  time,     // a timestamp, rendered when it is read
  pieces    // of several strings, mapped or cut: see string_piece
};

/// What happens to the characters of a piece on the way: `lower_upper` is first lowered, then uppered.
enum class case_mapping : std::uint8_t { none, lower, upper, lower_upper, upper_lower };

struct string_piece;

}  // namespace detail

/// A value: small, copied like a number, and for the rest a view.
///
/// Integers within 64 bits are exact. A string may be plain UTF-8 or JSON text whose escapes are undone while it
/// is compared or written, so that no string is ever copied to be looked at. A number from a document remembers
/// its spelling. Arrays and objects are references into the document.
/// @par Lifetime
/// Valid as long as what it was made from: the document, the program, or the scratch until its next use.
/// @par Exception safety
/// Nothing throws or allocates.
/// @par Specification
/// spec/query.md 5
class query_value {
public:
  /// The value of a path that leads nowhere.
  constexpr query_value() noexcept : integer_(0) {}

  [[nodiscard]] static constexpr query_value undefined() noexcept { return {}; }
  [[nodiscard]] static constexpr query_value null() noexcept { return query_value(query_kind::null); }
  [[nodiscard]] static constexpr query_value boolean(bool b) noexcept {
    query_value v(query_kind::boolean);
    v.integer_ = b ? 1 : 0;
    return v;
  }
  /// `undefined` for `truth::undefined`, else a boolean.
  [[nodiscard]] static constexpr query_value of(truth t) noexcept {
    return t == truth::undefined ? undefined() : boolean(t == truth::yes);
  }
  [[nodiscard]] static constexpr query_value integer(std::int64_t n) noexcept {
    query_value v(query_kind::number);
    v.is_integer_ = true;
    v.integer_ = n;
    return v;
  }
  /// Any double, an infinity included; NaN gives undefined.
  [[nodiscard]] static constexpr query_value floating(double d) noexcept {
    if (d != d) return undefined();
    query_value v(query_kind::number);
    v.floating_ = d;
    return v;
  }
  /// A string that is UTF-8 as it stands. At most 4 GiB.
  [[nodiscard]] static constexpr query_value string(std::string_view text) noexcept {
    return string_of(detail::string_form::plain, text);
  }
  /// A string by what JSON text holds between its quotes; escapes are undone where it is read. At most 4 GiB.
  [[nodiscard]] static constexpr query_value escaped_string(std::string_view text) noexcept {
    return string_of(detail::string_form::escaped, text);
  }
  /// A string that is a time in the service's form.
  [[nodiscard]] static constexpr query_value time(timestamp t) noexcept {
    query_value v(query_kind::string);
    v.form_ = detail::string_form::time;
    v.integer_ = t.ticks();
    return v;
  }
  /// An array or object by what its document type calls it.
  /// @param functions outlives the value
  /// @param node, context, tag at the disposal of @p functions
  [[nodiscard]] static constexpr query_value array(const composite_functions& functions, const void* node,
                                                   const void* context = nullptr, std::uint32_t tag = 0) noexcept {
    return composite(query_kind::array, functions, node, context, tag);
  }
  [[nodiscard]] static constexpr query_value object(const composite_functions& functions, const void* node,
                                                    const void* context = nullptr, std::uint32_t tag = 0) noexcept {
    return composite(query_kind::object, functions, node, context, tag);
  }

  [[nodiscard]] constexpr query_kind kind() const noexcept { return kind_; }
  [[nodiscard]] constexpr bool is_undefined() const noexcept { return kind_ == query_kind::undefined; }
  [[nodiscard]] constexpr bool is_number() const noexcept { return kind_ == query_kind::number; }
  [[nodiscard]] constexpr bool is_string() const noexcept { return kind_ == query_kind::string; }
  [[nodiscard]] constexpr bool is_composite() const noexcept { return kind_ >= query_kind::array; }
  /// The value as the operand of AND, OR and NOT: what is no boolean counts as undefined.
  [[nodiscard]] constexpr truth as_truth() const noexcept {
    return kind_ == query_kind::boolean ? to_truth(integer_ != 0) : truth::undefined;
  }

  /// @pre it is a boolean
  [[nodiscard]] constexpr bool as_boolean() const noexcept {
    DOPPEL_ASSERT(kind_ == query_kind::boolean);
    return integer_ != 0;
  }
  /// Says whether it is a number kept as a 64-bit integer.
  [[nodiscard]] constexpr bool is_integer() const noexcept { return is_integer_; }
  /// @pre `is_integer()`
  [[nodiscard]] constexpr std::int64_t as_integer() const noexcept {
    DOPPEL_ASSERT(is_integer_);
    return integer_;
  }
  /// A number rounded to the nearest double.
  /// @pre it is a number
  [[nodiscard]] constexpr double as_double() const noexcept {
    DOPPEL_ASSERT(is_number());
    return is_integer_ ? static_cast<double>(integer_) : floating_;
  }
  /// The text of a string that lies in one piece without escapes; empty for other strings, see `write_string`
  /// in `doppel/query/compare.hpp`.
  [[nodiscard]] constexpr std::string_view plain_text() const noexcept {
    return is_string() && form_ == detail::string_form::plain ? std::string_view{text_, size_} : std::string_view{};
  }

  // For document types.

  /// A number with the spelling that the document has.
  [[nodiscard]] constexpr query_value spelled(std::string_view text) const noexcept {
    query_value v = *this;
    v.context_ = text.data();
    v.size_ = static_cast<std::uint32_t>(text.size());
    return v;
  }
  /// That spelling; empty if there is none.
  [[nodiscard]] constexpr std::string_view spelling() const noexcept {
    if (!is_number() || context_ == nullptr) return {};
    return {static_cast<const char*>(context_), size_};
  }
  [[nodiscard]] constexpr const composite_functions& functions() const noexcept { return *functions_; }
  [[nodiscard]] constexpr const void* node() const noexcept { return node_; }
  [[nodiscard]] constexpr const void* context() const noexcept { return context_; }
  [[nodiscard]] constexpr std::uint32_t tag() const noexcept { return size_; }

  // For the library's own layers.

  [[nodiscard]] constexpr detail::string_form form() const noexcept { return form_; }
  [[nodiscard]] constexpr std::string_view raw_text() const noexcept { return {text_, size_}; }
  [[nodiscard]] constexpr std::int64_t ticks() const noexcept { return integer_; }
  [[nodiscard]] constexpr const detail::string_piece* pieces() const noexcept { return pieces_; }
  [[nodiscard]] constexpr std::uint32_t piece_count() const noexcept { return size_; }
  [[nodiscard]] static constexpr query_value string_of_pieces(const detail::string_piece* pieces,
                                                              std::uint32_t count) noexcept {
    query_value v(query_kind::string);
    v.form_ = detail::string_form::pieces;
    v.pieces_ = pieces;
    v.size_ = count;
    return v;
  }

private:
  constexpr explicit query_value(query_kind kind) noexcept : kind_(kind), integer_(0) {}
  static constexpr query_value string_of(detail::string_form form, std::string_view text) noexcept {
    query_value v(query_kind::string);
    v.form_ = form;
    v.text_ = text.data();
    v.size_ = static_cast<std::uint32_t>(text.size());
    return v;
  }
  static constexpr query_value composite(query_kind kind, const composite_functions& functions, const void* node,
                                         const void* context, std::uint32_t tag) noexcept {
    query_value v(kind);
    v.functions_ = &functions;
    v.node_ = node;
    v.context_ = context;
    v.size_ = tag;
    return v;
  }

  query_kind kind_ = query_kind::undefined;
  detail::string_form form_ = detail::string_form::plain;
  bool is_integer_ = false;
  std::uint32_t size_ = 0;  // of a text, of a number's spelling, number of pieces, or a composite's tag
  union {
    std::int64_t integer_;  // also booleans, and ticks of a time
    double floating_;
    const char* text_;
    const void* node_;
    const detail::string_piece* pieces_;
  };
  const void* context_ = nullptr;  // of a composite, or a number's spelling
  const composite_functions* functions_ = nullptr;
};

static_assert(std::is_trivially_copyable_v<query_value> && sizeof(query_value) == 32);

namespace detail {

/// A part of a string of pieces.
struct string_piece {
  string_form form;  // not pieces
  case_mapping mapping;
  std::uint32_t size;
  union {
    const char* text;
    std::int64_t ticks;
  };
};

}  // namespace detail

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_VALUE_HPP
