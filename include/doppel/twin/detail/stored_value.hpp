// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_STORED_VALUE_HPP
#define DOPPEL_TWIN_DETAIL_STORED_VALUE_HPP

#include <doppel/base/detail/simd.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/path.hpp>
#include <doppel/json/detail/grammar.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/detail/read_rules.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/detail/stored_text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Judges leaves of blocks that nobody vouches for: whether the reader would have made them, under the rules of their
/// section. What a leaf counts comes out of it.
class stored_values {
public:
  stored_values(const limits& bounds, operation_list& list, indexed_reader& reader) noexcept
      : bounds_(bounds),
        section_rules_(section_rules(bounds, dollar_members::refuse)),
        root_rules_(free_rules(bounds.root_depth)),
        list_(list),
        reader_(reader) {}

  /// Rules are those of this section from here on.
  void enter(section_name s) noexcept {
    section_ = s;
    rules_ = s == section_name::root ? &root_rules_ : &section_rules_;
    few_bytes_ = (std::min)(rules_->string_bytes, 16u);
  }

  /// Judges a leaf of 1 to 15 bytes of a member of an object at `level`; a section is at level 0. 16 bytes from its
  /// start can be read. Most leaves are plain strings, short numbers, true and false, and settled here.
  [[gnu::always_inline]] bool check_short(const char* v, std::uint32_t size, std::uint32_t level,
                                          std::uint64_t& counted) noexcept {
    const bytes16 bytes(v);
    const std::uint32_t all = low_bits(size);
    if (*v == '"') {
      // Nothing odd but a quote at either end.
      if ((bytes.not_bare() & all) == (1u | 1u << (size - 1)) && v[size - 1] == '"' && size - 2 <= few_bytes_)
          [[likely]] {
        counted += size - 2;
        return true;
      }
    } else if (*v <= '9') {
      const std::uint32_t digits = bytes.digits() & all;
      const std::uint32_t dots = bytes.equal('.') & all;
      // Digits with at most one dot among them, and no zero in front of another digit.
      const std::uint32_t ends = 1u | 1u << (size - 1);
      const bool is_plain = (digits | dots) == all && (dots & (dots - 1)) == 0 && (dots & ends) == 0;
      if (is_plain && (*v != '0' || (digits & 2) == 0) && size <= rules_->safe_digits) [[likely]] {
        counted += 8;
        return true;
      }
    } else {
      const std::uint64_t four = load8(v) & word_of({'\xff', '\xff', '\xff', '\xff'});
      const bool is_true = size == 4 && four == word_of({'t', 'r', 'u', 'e'});
      const bool is_false = size == 5 && four == word_of({'f', 'a', 'l', 's'}) && v[4] == 'e';
      if (is_true || is_false) [[likely]] {
        counted += 4;
        return true;
      }
      if (size == 4 && four == word_of({'n', 'u', 'l', 'l'})) return rules_->is_free;
    }
    return check_closely(v, size, false, level, counted);
  }

  /// The same for a leaf of any size but 0, behind which 16 bytes can be read. Behind one of more than 15 bytes stands
  /// none that could continue a number.
  [[gnu::always_inline]] bool check(const char* v, std::uint32_t size, bool complex, std::uint32_t level,
                                    std::uint64_t& counted) noexcept {
    if (*v == '"' && !complex && size > 2 && v[size - 1] == '"' && size - 2 <= rules_->string_bytes &&
        is_bare_text(v + 1, size - 2)) {
      counted += size - 2;
      return true;
    }
    return check_closely(v, size, complex, level, counted);
  }

  bool is_out_of_memory() const noexcept { return is_out_of_memory_; }

private:
  [[gnu::noinline]] bool check_closely(const char* v, std::uint32_t size, bool complex, std::uint32_t level,
                                       std::uint64_t& counted) noexcept {
    switch (scalar_classes[*v]) {
      case scalar_class::string: return check_string(v, size, complex, counted);
      case scalar_class::none: return complex && *v == '[' && check_array(v, size, level, counted);
      default: return !complex && check_word(v, size, counted);
    }
  }

  bool check_string(const char* v, std::uint32_t size, bool complex, std::uint64_t& counted) const noexcept {
    if (!is_stored_string({v, size})) return false;
    if (!complex && !is_plain_string(v + 1, size - 2)) return false;
    const string_facts facts = canonical_string(v + 1, v + size - 1, nullptr);
    counted += facts.bytes - facts.controls;
    return facts.bytes <= rules_->string_bytes;
  }

  // A number or literal.
  bool check_word(const char* v, std::uint32_t size, std::uint64_t& counted) const noexcept {
    if (*v == 't' || *v == 'f' || *v == 'n') {
      const std::string_view word{v, size};
      counted += *v == 'n' ? 0 : 4;
      return word == "true" || word == "false" || (word == "null" && rules_->is_free);
    }
    char few[16] = {};
    if (size < sizeof few) {
      std::memcpy(few, v, size);
      v = few;
    }
    const char* end = v;
    const number_kind kind = scan_number(end, rules_->integer_min, rules_->integer_max);
    counted += 8;
    return end == v + size && (kind == number_kind::integer || kind == number_kind::floating ||
                               (kind == number_kind::integer_out_of_range && rules_->is_free));
  }

  // Flat arrays are gone through here, those that nest are read.
  bool check_array(const char* v, std::uint32_t size, std::uint32_t level, std::uint64_t& counted) noexcept {
    if (level >= rules_->depth) return false;
    const char* const end = v + size - 1;
    if (size < 2 || *end != ']') return false;
    std::uint64_t sum = 0;
    if (size > 2) {
      for (const char* p = v + 1;; ++p) {
        if (*p == '[' || *p == '{') return read_array({v, size}, level, counted);
        const char* const stop = *p == '"' ? byte_tokens::string_end(p, end) : end_of_word(p, end);
        if (stop > end || p == stop || (*stop != ',' && *stop != ']')) return false;
        const auto length = static_cast<std::uint32_t>(stop - p);
        if (*p == '"' ? !check_string(p, length, true, sum) : !check_word(p, length, sum)) return false;
        p = stop;
        if (p == end) break;
        if (*p != ',') return false;
      }
    }
    counted += sum;
    return sum <= 0xffff'ffffu;
  }
  static const char* end_of_word(const char* p, const char* end) noexcept {
    if (scalar_classes[*p] == scalar_class::none) return p;
    while (p != end && *p != ',') ++p;
    return p;
  }

  // As the value of a member, where so many levels are left.
  [[gnu::noinline]] bool read_array(std::string_view text, std::uint32_t level, std::uint64_t& counted) noexcept {
    limits bounds = bounds_;
    bounds.text_bytes = limits::text_ceiling;
    (section_ == section_name::root ? bounds.root_depth : bounds.depth) -= level;
    read_options options;
    options.bounds = &bounds;
    options.section = section_;
    options.refuse_duplicates = true;
    options.at = *parse_path("a");
    const read_status status = reader_.read(list_, text, text_shape::section, options, [] {});
    is_out_of_memory_ |= status.code == errc::out_of_memory;
    if (!status || list_.first_error()) return false;
    const operation& o = list_[list_.section(section_).begin];
    counted += o.counted;
    return o.kind == operation_kind::set && std::string_view(o.value, o.value_size) == text;
  }

  const limits& bounds_;
  const read_rules section_rules_;
  const read_rules root_rules_;
  operation_list& list_;
  indexed_reader& reader_;
  section_name section_ = section_name::root;
  const read_rules* rules_ = &root_rules_;
  std::uint32_t few_bytes_ = 0;  // that a short string may have
  bool is_out_of_memory_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_STORED_VALUE_HPP
