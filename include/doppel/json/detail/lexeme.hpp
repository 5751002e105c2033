// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_LEXEME_HPP
#define DOPPEL_JSON_DETAIL_LEXEME_HPP

#include <doppel/base/detail/key_hash.hpp>
#include <doppel/base/detail/simd.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// The smallest parts of JSON text: strings, keys, numbers, literals. Texts are padded: 16 bytes
// behind them can be read. A stored text has one canonical form: escaped are only the quote, the
// backslash and C0 controls (short form where there is one, else \u00xx in lower case).
namespace doppel {
inline namespace v0 {
namespace detail {

inline bool is_white_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/// Whether a scalar may end before `c`; it may also end with the text. Not before a quote: the
/// structural index has nothing of its own for a string that follows a scalar at once.
inline bool is_delimiter(char c) noexcept {
  return c == ',' || c == '}' || c == ']' || is_white_space(c) || c == ':' || c == '[' || c == '{';
}

/// Steps back over white space that ends at `end`.
inline const char* trim_end(const char* end) noexcept {
  while (is_white_space(end[-1])) --end;
  return end;
}

/// True when the text between quotes is canonical as it stands and every byte of it counts.
inline bool is_plain_string(const char* p, std::size_t n) noexcept {
  for (; n > 16; p += 16, n -= 16) {
    if (bytes16(p).not_plain_in_string() != 0) return false;
  }
  return (bytes16(p).not_plain_in_string() & low_bits(n)) == 0;
}

/// True when the text is a legal key without escapes and beyond-ASCII characters.
inline bool is_bare_key(const char* p, std::size_t n) noexcept {
  for (; n > 16; p += 16, n -= 16) {
    if (bytes16(p).not_plain_in_key() != 0) return false;
  }
  return (bytes16(p).not_plain_in_key() & low_bits(n)) == 0;
}

/// True for the name of a part of a stamp: up to 32 bytes, with `$` first and no escapes.
inline bool is_stamp_key(const char* p, std::size_t n) noexcept {
  if (*p != '$' || n > 32) return false;
  if (n <= 16) return (bytes16(p).equal('\\') & low_bits(n)) == 0;
  return (bytes16(p).equal('\\') | bytes16(p + n - 16).equal('\\')) == 0;
}

/// What `canonical_string` found.
struct string_facts {
  char* end;               ///< end of the canonical text
  const char* error;       ///< where the escape is broken, or null
  std::uint32_t bytes;     ///< length in UTF-8 after unescaping
  std::uint32_t controls;  ///< bytes of control characters (Cc) among them
};

inline int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Four hexadecimal digits at `p`, or -1.
inline std::int32_t hex4(const char* p) noexcept {
  std::int32_t v = 0;
  for (int i = 0; i < 4; ++i) {
    const int d = hex_digit(p[i]);
    if (d < 0) return -1;
    v = v * 16 + d;
  }
  return v;
}

inline char* put_utf8(char* to, std::uint32_t c) noexcept {
  if (c < 0x80) {
    *to++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *to++ = static_cast<char>(0xc0 | c >> 6);
    *to++ = static_cast<char>(0x80 | (c & 63));
  } else if (c < 0x10000) {
    *to++ = static_cast<char>(0xe0 | c >> 12);
    *to++ = static_cast<char>(0x80 | (c >> 6 & 63));
    *to++ = static_cast<char>(0x80 | (c & 63));
  } else {
    *to++ = static_cast<char>(0xf0 | c >> 18);
    *to++ = static_cast<char>(0x80 | (c >> 12 & 63));
    *to++ = static_cast<char>(0x80 | (c >> 6 & 63));
    *to++ = static_cast<char>(0x80 | (c & 63));
  }
  return to;
}

/// Writes one character below 0x80 in canonical form.
inline char* put_canonical_ascii(char* to, unsigned char c) noexcept {
  static constexpr char hex[] = "0123456789abcdef";
  if (c >= 0x20 && c != '"' && c != '\\') {
    *to++ = static_cast<char>(c);
    return to;
  }
  *to++ = '\\';
  switch (c) {
    case '"':
    case '\\': *to++ = static_cast<char>(c); break;
    case '\b': *to++ = 'b'; break;
    case '\t': *to++ = 't'; break;
    case '\n': *to++ = 'n'; break;
    case '\f': *to++ = 'f'; break;
    case '\r': *to++ = 'r'; break;
    default:
      *to++ = 'u';
      *to++ = '0';
      *to++ = '0';
      *to++ = hex[c >> 4];
      *to++ = hex[c & 15];
  }
  return to;
}

/// Writes plain text in canonical form: up to six bytes for one.
inline char* put_canonical(char* to, std::string_view plain) noexcept {
  for (const char c : plain) {
    if (static_cast<unsigned char>(c) < 0x80) {
      to = put_canonical_ascii(to, static_cast<unsigned char>(c));
    } else {
      *to++ = c;
    }
  }
  return to;
}

/// Decodes the escape at `p` (a backslash). Moves `p` behind it; false where it is broken.
inline bool read_escape(const char*& p, const char* end, std::uint32_t& c) noexcept {
  if (end - p < 2) return false;
  switch (p[1]) {
    case '"':
    case '\\':
    case '/': c = static_cast<unsigned char>(p[1]); break;
    case 'b': c = '\b'; break;
    case 'f': c = '\f'; break;
    case 'n': c = '\n'; break;
    case 'r': c = '\r'; break;
    case 't': c = '\t'; break;
    case 'u': {
      if (end - p < 6) return false;
      const std::int32_t high = hex4(p + 2);
      if (high < 0 || (high >= 0xdc00 && high < 0xe000)) return false;
      if (high < 0xd800 || high >= 0xe000) {
        c = static_cast<std::uint32_t>(high);
        p += 6;
        return true;
      }
      if (end - p < 12 || p[6] != '\\' || p[7] != 'u') return false;
      const std::int32_t low = hex4(p + 8);
      if (low < 0xdc00 || low >= 0xe000) return false;
      c = 0x10000u + ((static_cast<std::uint32_t>(high) - 0xd800u) << 10) + (static_cast<std::uint32_t>(low) - 0xdc00u);
      p += 12;
      return true;
    }
    default: return false;
  }
  p += 2;
  return true;
}

/// Rewrites the text between quotes [p, end) canonically at `to`, which needs as many bytes as
/// the source. With `to` null it only checks and counts.
inline string_facts canonical_string(const char* p, const char* end, char* to) noexcept {
  string_facts f{to, nullptr, 0, 0};
  char scratch[16];
  while (p < end) {
    const auto byte = static_cast<unsigned char>(*p);
    if (byte == '\\') {
      const char* const escape = p;
      std::uint32_t c = 0;
      if (!read_escape(p, end, c)) {
        f.error = escape;
        return f;
      }
      char* const at = to != nullptr ? f.end : scratch;
      char* const after = c < 0x80 ? put_canonical_ascii(at, static_cast<unsigned char>(c)) : put_utf8(at, c);
      if (to != nullptr) f.end = after;
      const std::uint32_t width = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      f.bytes += width;
      if (c < 0x20 || (c >= 0x7f && c < 0xa0)) f.controls += width;
      continue;
    }
    if (byte == 0x7f) {
      ++f.controls;
    } else if (byte == 0xc2 && static_cast<unsigned char>(p[1]) < 0xa0) {
      f.controls += 2;
    }
    if (to != nullptr) *f.end++ = *p;
    ++f.bytes;
    ++p;
  }
  return f;
}

/// Whether a canonical text stands for `plain`.
inline bool stands_for(std::string_view canonical, std::string_view plain) noexcept {
  const char* p = canonical.data();
  const char* const end = p + canonical.size();
  for (const char c : plain) {
    if (p == end) return false;
    auto read = std::uint32_t{static_cast<unsigned char>(*p)};
    if (*p != '\\') {
      ++p;
    } else if (!read_escape(p, end, read)) {
      return false;
    }
    if (read != static_cast<unsigned char>(c)) return false;
  }
  return p == end;
}
/// Whether a plain text is its own canonical form.
inline bool is_canonical(std::string_view plain) noexcept {
  return std::all_of(plain.begin(), plain.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; });
}

/// Whether a canonical key is free of the characters of spec/twin.md 4.1.2 and 4.1.3.
inline bool has_legal_characters(const char* p, std::size_t n) noexcept {
  const char* const end = p + n;
  const auto at = [&](std::ptrdiff_t i) { return i < end - p ? static_cast<unsigned char>(p[i]) : 0u; };
  for (; p < end; ++p) {
    const unsigned c = at(0);
    if (c <= ' ' || c == '.' || c == '$' || c == '#' || c == 0x7f) return false;
    if (c == '\\') {
      if (at(1) != '"' && at(1) != '\\') return false;  // every other canonical escape is a control
      ++p;
    } else if (c == 0xc2) {
      if (at(1) <= 0xa0) return false;  // C1 controls, no-break space
    } else if (c == 0xe1) {
      if (at(1) == 0x9a && at(2) == 0x80) return false;  // U+1680
    } else if (c == 0xe2) {
      const unsigned c2 = at(2);
      if (at(1) == 0x80 && (c2 <= 0x8a || c2 == 0xa8 || c2 == 0xa9 || c2 == 0xaf))
        return false;                                 // U+2000-200A, 2028, 2029, 202F
      if (at(1) == 0x81 && c2 == 0x9f) return false;  // U+205F
    } else if (c == 0xe3) {
      if (at(1) == 0x80 && at(2) == 0x80) return false;  // U+3000
    }
  }
  return true;
}

/// UTF-8 length of a canonical text once unescaped.
inline std::uint32_t unescaped_length(const char* p, std::size_t n) noexcept {
  if (std::memchr(p, '\\', n) == nullptr) return static_cast<std::uint32_t>(n);
  return canonical_string(p, p + n, nullptr).bytes;
}

enum class number_kind : std::uint8_t { malformed, integer, integer_out_of_range, floating, beyond_double };

/// Reads the number at `p` by the grammar of RFC 8259 and moves `p` behind it.
inline number_kind scan_number(const char*& p, std::int64_t min, std::int64_t max) noexcept {
  const char* const start = p;
  const bool negative = *p == '-';
  p += negative;
  const char* const digits = p;
  std::uint64_t magnitude = 0;
  const auto digit = [](char c) { return static_cast<unsigned>(c - '0'); };
  if (*p == '0') {
    ++p;
  } else {
    while (digit(*p) < 10) magnitude = magnitude * 10 + digit(*p++);
    if (p == digits) return number_kind::malformed;
  }
  const auto count = p - digits;
  if (*p != '.' && (*p | 32) != 'e') {
    if (count > 19) return number_kind::integer_out_of_range;  // 19 digits fit 64 bits
    const std::uint64_t bound = negative ? (min < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(min) : 0)
                                         : (max > 0 ? static_cast<std::uint64_t>(max) : 0);
    const bool inside = magnitude <= bound && (negative ? min <= 0 || magnitude == 0 : true);
    return inside ? number_kind::integer : number_kind::integer_out_of_range;
  }
  // Decimal order of the leading digit, to tell what is surely inside the range of a double.
  std::int64_t order = *digits == '0' ? 0 : count;
  bool zero = *digits == '0';
  if (*p == '.') {
    const char* const fraction = ++p;
    while (digit(*p) < 10) {
      if (zero) {
        if (*p != '0')
          zero = false;
        else
          --order;
      }
      ++p;
    }
    if (p == fraction) return number_kind::malformed;
  }
  if ((*p | 32) == 'e') {
    ++p;
    const bool down = *p == '-';
    if (*p == '-' || *p == '+') ++p;
    const char* const exponent = p;
    std::int64_t e = 0;
    while (digit(*p) < 10) {
      if (e < 1'000'000'000'000) e = e * 10 + digit(*p);
      ++p;
    }
    if (p == exponent) return number_kind::malformed;
    order += down ? -e : e;
  }
  if (zero || order < 309) return number_kind::floating;
  if (order > 309) return number_kind::beyond_double;
  double value;
  return std::from_chars(start, p, value).ec == std::errc{} ? number_kind::floating : number_kind::beyond_double;
}

/// What the first character of a scalar says.
enum class scalar_class : std::uint8_t { none, string, number, literal_true, literal_false, literal_null };

inline constexpr auto scalar_classes = [] {
  struct {
    scalar_class of[256] = {};
    constexpr scalar_class operator[](char c) const { return of[static_cast<unsigned char>(c)]; }
  } table;
  table.of[static_cast<int>('"')] = scalar_class::string;
  table.of[static_cast<int>('-')] = scalar_class::number;
  for (int c = '0'; c <= '9'; ++c) table.of[c] = scalar_class::number;
  table.of[static_cast<int>('t')] = scalar_class::literal_true;
  table.of[static_cast<int>('f')] = scalar_class::literal_false;
  table.of[static_cast<int>('n')] = scalar_class::literal_null;
  return table;
}();

/// Eight bytes as `load8` sees them.
constexpr std::uint64_t word_of(std::array<char, 8> bytes) noexcept { return std::bit_cast<std::uint64_t>(bytes); }

/// What makes a scalar of up to 16 bytes valid and canonical without a closer look, and what it counts
/// (spec/twin.md 5.3): as masks, so that one piece of code without branches judges all classes. Which class
/// comes next nobody can predict.
struct scalar_traits {
  std::uint64_t word;       // the first eight bytes, as far as
  std::uint64_t word_mask;  // these bits say
  std::uint32_t sizes;      // bit n: n bytes are possible
  std::uint32_t string;     // all ones for strings
  std::uint32_t number;     // all ones for numbers
  std::uint32_t counted;    // of numbers and literals; root members may be null, which counts nothing
};
inline constexpr scalar_traits traits_of_scalars[] = {
    {0, 0, 0, 0, 0, 0},
    {0, 0, 0x1'fffc, 0xffffffff, 0, 0},
    {0, 0, 0x1'fffe, 0, 0xffffffff, 8},
    {word_of({'t', 'r', 'u', 'e'}), word_of({'\xff', '\xff', '\xff', '\xff'}), 1 << 4, 0, 0, 4},
    {word_of({'f', 'a', 'l', 's', 'e'}), word_of({'\xff', '\xff', '\xff', '\xff', '\xff'}), 1 << 5, 0, 0, 4},
    {word_of({'n', 'u', 'l', 'l'}), word_of({'\xff', '\xff', '\xff', '\xff'}), 1 << 4, 0, 0, 0},
};
inline const scalar_traits& traits_of(scalar_class kind) noexcept { return traits_of_scalars[static_cast<int>(kind)]; }

/// Whether `size` bytes, up to 16, are a plain string, a number of up to `safe_digits` characters without
/// exponent, or a literal.
[[gnu::always_inline]] inline bool is_simple_scalar(const char* v, std::size_t size, const scalar_traits& traits,
                                                    std::uint32_t safe_digits) noexcept {
  const std::uint32_t all = low_bits(size);
  const bytes16 bytes(v);
  const std::uint32_t odd_text = bytes.not_plain_in_string() & all;

  // A number: digits behind the sign, at most one dot among them and none at their ends, no leading zero.
  const std::uint32_t sign = *v == '-';
  const std::uint32_t digits = bytes.digits() & all;
  const std::uint32_t dots = bytes.equal('.') & all;
  const std::uint32_t strange = (all ^ (digits | dots)) >> sign;
  const std::uint32_t ends = (((all >> sign) + 1) >> 1) | 1;
  const std::uint32_t whole = digits >> sign;
  const std::uint32_t leading_zero = static_cast<std::uint32_t>(v[sign] == '0') & (whole >> 1);
  const auto beyond = static_cast<std::uint32_t>(static_cast<std::int32_t>(safe_digits + sign - size) >> 31);
  const std::uint32_t odd_number = strange | (dots & (dots - 1)) | (ends & ~whole) | leading_zero | beyond;

  const std::uint64_t odd_word = (load8(v) ^ traits.word) & traits.word_mask;
  const std::uint32_t odd_size = ~(traits.sizes >> size) & 1;
  return (odd_word | (odd_text & traits.string) | (odd_number & traits.number) | odd_size) == 0;
}

/// Counted size of a simple scalar.
[[gnu::always_inline]] inline std::uint32_t simple_counted_size(std::size_t size,
                                                                const scalar_traits& traits) noexcept {
  return traits.counted | ((static_cast<std::uint32_t>(size) - 2) & traits.string);
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_LEXEME_HPP
