// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_TEXT_CHECKER_HPP
#define DOPPEL_JSON_DETAIL_TEXT_CHECKER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/key_hash.hpp>
#include <doppel/json/detail/grammar.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/detail/simdjson.hpp>
#include <doppel/json/detail/text_error.hpp>
#include <doppel/json/operations.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What `text_checker` found besides errors.
struct text_facts {
  bool has_canonical_names = true;  // names are escaped as stored texts are
};

/// Checks that a text is one JSON object in which no object names a member twice. Memory is linear in the text.
class text_checker : private text_state {
public:
  explicit text_checker(memory_ref memory) noexcept
      : copy_(memory), canonical_(memory), nesting_(memory), members_(memory) {}

  read_status validate(std::string_view text, text_facts& facts) noexcept {
    if (!copy_.reserve(text.size() + text_padding)) return {errc::out_of_memory, 0, "memory"};
    if (!text.empty()) std::memcpy(copy_.data(), text.data(), text.size());
    std::memset(copy_.data() + text.size(), 0, text_padding);
    begin_text(copy_.data(), text.size());
    switch (index_.build(copy_.data(), text.size())) {
      case structural_index::outcome::indexed: break;
      case structural_index::outcome::malformed: return describe_malformed(text);
      case structural_index::outcome::out_of_memory: return {errc::out_of_memory, 0, "memory"};
    }
    facts = {};
    facts_ = &facts;
    canonical_size_ = 0;
    tokens_ = {text_, index_.offsets()};
    const char* const start = tokens_.current();
    if (check_document() && tokens_.at != index_.offsets() + index_.size()) {
      fail(tokens_.current(), "the end of the text");
    }
    if (status_ && *start != '{') return {errc::invalid_document, offset_of(start), "an object"};
    return status_;
  }

private:
  // What a member is compared by, and where its name stands.
  struct member {
    const char* name;  // canonical
    const char* where;
    std::uint32_t size;
    std::uint32_t hash;
  };
  // An object or array that is open; of an object, its members lie behind `first_member`.
  struct level {
    std::uint32_t first_member;
    bool is_object;
    std::uint64_t seen;  // a bit for each hash
  };
  static constexpr std::uint32_t few = 24;

  struct tokens {
    const char* text = nullptr;
    const std::uint32_t* at = nullptr;
    const char* current() const noexcept { return text + *at; }
    const char* following() const noexcept { return text + at[1]; }
    void step() noexcept { ++at; }
  };

  std::uint64_t offset_of(const char* p) const noexcept { return static_cast<std::uint64_t>(p - text_); }

  bool check_document() noexcept {
    depth_ = 0;
    member_count_ = 0;
    for (;;) {
      const char opener = *tokens_.current();
      if (opener == '{' || opener == '[') {
        if (!open(opener == '{')) return false;
        if (*tokens_.current() != (opener == '{' ? '}' : ']')) {
          if (opener == '{' && !check_member()) return false;
          continue;
        }
        if (!close()) return false;
      } else if (!check_scalar(tokens_, *this)) {
        return false;
      }
      // Behind a value.
      for (;;) {
        if (depth_ == 0) return true;
        const bool in_object = nesting_.data()[depth_ - 1].is_object;
        const char c = *tokens_.current();
        if (c == ',') {
          tokens_.step();
          if (in_object && !check_member()) return false;
          break;
        }
        if (c != (in_object ? '}' : ']')) return fail(tokens_.current(), in_object ? "',' or '}'" : "',' or ']'");
        if (!close()) return false;
      }
    }
  }

  bool open(bool is_object) noexcept {
    if (!nesting_.reserve(depth_ + 1, depth_)) return fail_memory();
    nesting_.data()[depth_++] = {member_count_, is_object, 0};
    tokens_.step();
    return true;
  }

  bool close() noexcept {
    const level& l = nesting_.data()[--depth_];
    tokens_.step();
    if (!l.is_object) return true;
    member* const first = members_.data() + l.first_member;
    const std::uint32_t size = member_count_ - l.first_member;
    member_count_ = l.first_member;
    return size <= few || are_unique(first, size);
  }

  // Steps behind a name and its colon, and compares it with those before it.
  bool check_member() noexcept {
    const char* const quote = tokens_.current();
    if (*quote != '"') return fail(quote, "a member name");
    const char* const colon = tokens_.following();
    if (*colon != ':') return fail(colon, "':'");
    const char* const end = trim_end(colon) - 1;
    if (!members_.reserve(member_count_ + 1, member_count_)) return fail_memory();
    member m{quote + 1, quote, static_cast<std::uint32_t>(end - quote - 1), 0};
    if (std::memchr(m.name, '\\', m.size) != nullptr && !make_canonical(m, end)) return false;
    m.hash = key_hash(0, m.name, m.size);
    tokens_.at += 2;
    level& l = nesting_.data()[depth_ - 1];
    members_.data()[member_count_++] = m;
    const std::uint32_t size = member_count_ - l.first_member;
    const std::uint64_t bit = std::uint64_t{1} << (m.hash >> 26);
    const bool is_seen = (l.seen & bit) != 0;
    l.seen |= bit;
    if (!is_seen || size > few) return true;  // the many are compared at their end
    for (const member* other = members_.data() + l.first_member; other != members_.data() + member_count_ - 1;
         ++other) {
      if (is_same(*other, m)) return refuse_duplicate(m);
    }
    return true;
  }

  bool make_canonical(member& m, const char* end) noexcept {
    // Taken once for all: views into it stay.
    if (!canonical_.reserve(static_cast<std::size_t>(text_end_ - text_) + text_padding, canonical_size_)) {
      return fail_memory();
    }
    char* const room = canonical_.data() + canonical_size_;
    const string_facts facts = canonical_string(m.name, end, room);
    if (facts.error != nullptr) return fail(facts.error, "a valid escape");
    const auto size = static_cast<std::uint32_t>(facts.end - room);
    if (size != m.size || std::memcmp(room, m.name, size) != 0) facts_->has_canonical_names = false;
    m.name = room;
    m.size = size;
    canonical_size_ += size;
    return true;
  }

  static bool is_same(const member& a, const member& b) noexcept {
    return a.hash == b.hash && a.size == b.size && equal_padded(a.name, b.name, a.size);
  }
  bool refuse_duplicate(const member& m) noexcept {
    status_ = {errc::duplicate_member, offset_of(m.where), expectation(errc::duplicate_member)};
    return false;
  }

  bool are_unique(member* first, std::uint32_t size) noexcept {
    std::sort(first, first + size, [](const member& a, const member& b) {
      if (a.hash != b.hash) return a.hash < b.hash;
      if (a.size != b.size) return a.size < b.size;
      const int order = std::memcmp(a.name, b.name, a.size);
      return order != 0 ? order < 0 : a.where < b.where;
    });
    const member* earliest = nullptr;
    for (const member* m = first + 1; m != first + size; ++m) {
      if (is_same(m[-1], *m) && (earliest == nullptr || m->where < earliest->where)) earliest = m;
    }
    return earliest == nullptr || refuse_duplicate(*earliest);
  }

  array<char> copy_;
  array<char> canonical_;
  array<level> nesting_;
  array<member> members_;
  structural_index index_;
  tokens tokens_;
  text_facts* facts_ = nullptr;
  std::size_t canonical_size_ = 0;
  std::size_t depth_ = 0;
  std::uint32_t member_count_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_TEXT_CHECKER_HPP
