// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_ENCODE_HPP
#define DOPPEL_QUERY_DETAIL_ENCODE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/value.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

// Values as bytes, so that what is kept of many documents can be hashed, sorted and merged by its bytes alone. Every
// encoding says itself where it ends.
namespace doppel {
inline namespace v0 {
namespace detail {

inline constexpr char kind_bytes[] = "\1\2\3\4\5\6\7";  // in the order of query_kind

inline bool put_big_endian(text_buffer& out, std::uint64_t word, int bytes) noexcept {
  char text[8];
  for (int i = 0; i != bytes; ++i) text[i] = static_cast<char>(word >> (8 * (bytes - 1 - i)) & 0xff);
  return out.append(text, static_cast<std::size_t>(bytes));
}

/// Ten bytes in the order of the numbers, the same for equal ones: the nearest double that is not above, and what is
/// missing to an integer.
inline bool encode_number(const query_value& v, text_buffer& out) noexcept {
  double d = v.as_double();
  std::uint64_t rest = 0;
  if (v.is_integer()) {
    if (compare_numbers(v.as_integer(), d) < 0) d = std::nextafter(d, -std::numeric_limits<double>::infinity());
    rest = static_cast<std::uint64_t>(v.as_integer()) - static_cast<std::uint64_t>(static_cast<std::int64_t>(d));
  }
  const auto bits = std::bit_cast<std::uint64_t>(d == 0 ? 0.0 : d);
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  return put_big_endian(out, (bits & sign) != 0 ? ~bits : bits | sign, 8) && put_big_endian(out, rest, 2);
}

/// UTF-8 with an end that sorts before every character: zeros are followed by 0xFF, the end is two zeros.
inline bool encode_string(const query_value& v, text_buffer& out) noexcept {
  string_reader reader(v);
  for (std::string_view text = reader.next(); !text.empty(); text = reader.next()) {
    while (!text.empty()) {
      const std::size_t zero = (std::min)(text.find('\0'), text.size());
      if (!out.append(text.substr(0, zero))) return false;
      text.remove_prefix(zero);
      if (text.empty()) break;
      if (!out.append("\0\xff", 2)) return false;
      text.remove_prefix(1);
    }
  }
  return out.append("\0\0", 2);
}

/// All but the inside of arrays and objects: bytes in the order of ORDER BY.
inline bool encode_for_order(const query_value& v, text_buffer& out) noexcept {
  if (!out.append(kind_bytes + static_cast<int>(v.kind()), 1)) return false;
  switch (v.kind()) {
    case query_kind::boolean: return out.append(v.as_boolean() ? "\1" : "\0", 1);
    case query_kind::number: return encode_number(v, out);
    case query_kind::string: return encode_string(v, out);
    default: return true;
  }
}

/// Bytes that are the same for equal values only, at any depth: arrays by their elements, objects by their members
/// in the order of their keys' encodings. Scalars as in `encode_for_order`.
class identity_encoder {
public:
  explicit identity_encoder(memory_ref memory) noexcept
      : levels_(memory), members_(memory), sorted_(memory), pieces_(memory) {}

  /// Appends the encoding. False when memory is refused.
  bool encode(const query_value& whole, text_buffer& out) noexcept {
    levels_.truncate(0);
    members_.truncate(0);
    query_value v = whole;
    for (;;) {
      if (!encode_for_order(v, out)) return false;
      if (v.is_composite()) {
        level l{{}, &v.functions(), v.kind() == query_kind::object, members_.size()};
        v.functions().begin(v, l.cursor);
        if (!levels_.push(l)) return false;
      }
      for (;;) {
        if (levels_.empty()) return true;
        level& top = levels_.back();
        query_value key;
        if (top.functions->next(top.cursor, key, v)) {
          if (top.is_object && (!members_.push(out.size()) || !encode_string(key, out))) return false;
          break;
        }
        if (top.is_object && !sort_members(top.first_member, out)) return false;
        if (!out.append("\0", 1)) return false;
        members_.truncate(top.first_member);
        levels_.truncate(levels_.size() - 1);
      }
    }
  }

private:
  struct level {
    composite_cursor cursor;
    const composite_functions* functions;
    bool is_object;
    std::uint32_t first_member;
  };

  // The members of the innermost object are the end of the text.
  bool sort_members(std::uint32_t first, text_buffer& out) noexcept {
    const std::uint32_t count = members_.size() - first;
    if (count < 2) return true;
    const std::size_t begin = members_[first];
    const std::size_t end = out.size();
    // An end for the last one, so that each member is a piece between two numbers; the pieces lie in a copy.
    sorted_.clear();
    if (!sorted_.append(out.view().substr(begin))) return false;
    if (!pieces_.reserve(count)) return false;
    for (std::uint32_t i = 0; i != count; ++i) {
      const std::size_t from = members_[first + i];
      const std::size_t to = i + 1 == count ? end : members_[first + i + 1];
      pieces_.data()[i] = sorted_.view().substr(from - begin, to - from);
    }
    std::sort(pieces_.data(), pieces_.data() + count);
    out.set_end(out.data() + begin);
    for (std::uint32_t i = 0; i != count; ++i) {
      if (!out.append(pieces_.data()[i])) return false;
    }
    return true;
  }

  growing_list<level> levels_;
  growing_list<std::size_t> members_;
  text_buffer sorted_;
  array<std::string_view> pieces_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_ENCODE_HPP
