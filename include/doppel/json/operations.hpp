// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_OPERATIONS_HPP
#define DOPPEL_JSON_OPERATIONS_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/path.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// @file
/// What a reader makes of a text: a flat list of operations, validated against all rules of
/// spec/twin.md 4, that nothing has acted upon yet. `json/reader.hpp` fills it, `twin/` commits it.
namespace doppel {
inline namespace v0 {

/// The writable parts of a twin, and the read-only members around them.
enum class section_name : std::uint8_t { root, tags, desired, reported };

namespace detail {

inline constexpr std::size_t text_padding = 64;

enum class operation_kind : std::uint8_t {
  set,      // give the member a leaf value
  erase,    // remove the member
  push,     // enter the member as an object; operation::end is its pop
  pop,      // leave that object
  dropped,  // as if never sent; skip to operation::end
  invalid,  // a broken rule: operation::code at operation::value
};

/// 40 bytes. Keys and values are in canonical form, inside the list's own text.
struct operation {
  const char* key;
  const char* value;       // leaf text; for `invalid` the place at fault
  std::uint32_t key_size;  // bytes of stored key text
  union {
    std::uint32_t value_size;  // set: bytes of leaf text
    std::uint32_t end;         // push: index of its pop; dropped: last index to skip
  };
  std::uint32_t hash;
  std::uint32_t previous;  // the member before in the same object, while reading
  std::uint32_t counted;   // set: size of the value by spec/twin.md 5; push: members, dropped ones included
  operation_kind kind;
  bool complex;       // the size of the leaf is not told by its length: escapes, controls, arrays
  bool is_last;       // set: surely followed by the pop of its object, which a commit then need not meet
  std::uint8_t code;  // errc of `invalid`
};

inline constexpr std::uint32_t no_operation = 0xffffffffu;

/// A rule that the text breaks.
struct rule_error {
  errc code{};
  std::uint64_t offset = 0;
  explicit operator bool() const noexcept { return code != errc{}; }
};

/// A text that cannot be read at all.
struct read_status {
  errc code{};
  std::uint64_t offset = 0;
  std::string_view expected;
  explicit operator bool() const noexcept { return code == errc{}; }
};

/// How a text says what becomes of a section.
enum class section_state : std::uint8_t { absent, null, object, invalid };

/// The operations of one section and what committing them may cost at most.
struct section_operations {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  section_state state = section_state::absent;
  std::uint32_t members = 0;     // directly in the section, dropped ones included
  std::uint32_t objects = 0;     // pushes
  rule_error error;              // state invalid, or null where that is not allowed
  std::uint64_t counted = 0;     // growth by the service's formula
  std::uint64_t text_bytes = 0;  // at least the stored bytes of all keys and leaves
};

/// Which outer form a text has.
enum class text_shape : std::uint8_t {
  section,   // the content of one section; a device's reported patch (spec/twin.md 13.1)
  body,      // what a back end sends: {"tags":..,"properties":{"desired":..}}
  document,  // a whole twin, metadata included
};

struct read_options {
  const limits* bounds = nullptr;
  std::uint64_t seed = 0;                         // of the key table that the operations are meant for
  section_name section = section_name::reported;  // shape section: whose rules hold
  bool refuse_duplicates = false;
  path_view at;  // shape section: the text is the value of this member
};

/// The list, the text it points into, and the sections found. Reused from write to write.
class operation_list {
public:
  static constexpr std::size_t workspace_part = 0;
  explicit operation_list(memory_ref memory) noexcept : operations_(memory), text_(memory), canonical_(memory) {}

  operation* begin() noexcept { return operations_.data(); }
  const operation* begin() const noexcept { return operations_.data(); }
  const operation& operator[](std::size_t i) const noexcept { return operations_.data()[i]; }
  std::uint32_t size() const noexcept { return size_; }

  const section_operations& section(section_name name) const noexcept { return sections_[static_cast<int>(name)]; }
  section_operations& section(section_name name) noexcept { return sections_[static_cast<int>(name)]; }

  std::uint64_t seed() const noexcept { return seed_; }
  const char* text() const noexcept { return text_.data(); }
  std::uint64_t offset_of(const char* p) const noexcept {
    // Keys that had to be rewritten lie outside the text; their place is not needed.
    return p >= text_.data() && p <= text_.data() + text_size_ ? static_cast<std::uint64_t>(p - text_.data()) : 0;
  }

  /// The broken rule that comes first in the text, if any survives the dropping of duplicates.
  rule_error first_error() const noexcept {
    if (!has_error_) return {};
    rule_error first = outer_error_;
    for (const section_operations& s : sections_) {
      rule_error e;
      if (s.state == section_state::invalid) e = s.error;
      if (s.state == section_state::object) e = first_invalid(s.begin, s.end);
      if (e && (!first || e.offset < first.offset)) first = e;
    }
    return first;
  }

  /// The first `invalid` operation of [from, to) that is not inside a dropped one.
  rule_error first_invalid(std::uint32_t from, std::uint32_t to) const noexcept {
    for (std::uint32_t i = from; i < to; ++i) {
      const operation& o = (*this)[i];
      if (o.kind == operation_kind::dropped) {
        i = o.end;
      } else if (o.kind == operation_kind::invalid) {
        return {static_cast<errc>(o.code), offset_of(o.value)};
      }
    }
    return {};
  }

  // --- for readers -------------------------------------------------------------------------

  /// Starts over with a padded copy of `text`. False when memory is refused.
  [[nodiscard]] bool start(std::string_view text, std::uint64_t seed) noexcept {
    clear();
    seed_ = seed;
    const std::size_t n = text.size();
    if (!text_.reserve(n + text_padding)) return false;
    if (n != 0) std::memcpy(text_.data(), text.data(), n);
    std::memset(text_.data() + n, 0, text_padding);
    text_size_ = n;
    return true;
  }
  void clear() noexcept {
    size_ = 0;
    canonical_size_ = 0;
    extra_canonical_ = 0;
    has_error_ = false;
    outer_error_ = {};
    for (section_operations& s : sections_) {
      s.state = section_state::absent;
      s.begin = s.end = 0;
      s.error = {};
    }
  }
  [[nodiscard]] bool reserve(std::size_t operations) noexcept { return operations_.reserve(size_ + operations, size_); }
  operation& add() noexcept { return operations_.data()[size_++]; }
  void truncate(std::uint32_t size) noexcept { size_ = size; }
  /// A broken rule that no later duplicate can cancel.
  void note_error(rule_error e) noexcept {
    has_error_ = true;
    if (!outer_error_ || e.offset < outer_error_.offset) outer_error_ = e;
  }
  void note_invalid() noexcept { has_error_ = true; }

  /// Room for canonical copies of the text. A copy is never longer than its source, and only a name inside an
  /// array is copied twice, to be compared and with the array: the buffer is taken once and views into it stay.
  [[nodiscard]] char* canonical_room() noexcept {
    if (!canonical_.reserve(text_size_ * 2 + text_padding + extra_canonical_, canonical_size_)) return nullptr;
    return canonical_.data() + canonical_size_;
  }
  void canonical_used(const char* end) noexcept { canonical_size_ = static_cast<std::size_t>(end - canonical_.data()); }
  void expect_canonical(std::size_t extra) noexcept { extra_canonical_ = extra; }

private:
  array<operation> operations_;
  array<char> text_;
  array<char> canonical_;
  std::uint32_t size_ = 0;
  std::size_t text_size_ = 0;
  std::size_t canonical_size_ = 0;
  std::size_t extra_canonical_ = 0;
  std::uint64_t seed_ = 0;
  rule_error outer_error_;
  bool has_error_ = false;
  section_operations sections_[4];
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_OPERATIONS_HPP
