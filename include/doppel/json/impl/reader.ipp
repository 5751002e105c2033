// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_IMPL_READER_IPP
#define DOPPEL_JSON_IMPL_READER_IPP

#include <doppel/json/reader.hpp>

namespace doppel {
inline namespace v0 {
namespace detail {

// Reads from the first token inside an object (start_at::object, frames_[base] is open), or from
// the value of the member `at` (start_at::value), to the end of that object or value. Nesting is
// kept in frames_, so the depth of the text costs no stack.
inline bool indexed_reader::read_members(section_operations& out, const read_rules& own_rules, start_at start,
                                         std::uint32_t base, std::uint32_t at) noexcept {
  static constexpr read_rules metadata_rules = free_rules(limits::depth_ceiling + 2);
  const read_rules* rules = &own_rules;
  operation_list& list = *list_;
  const bool one_value = start == start_at::value;
  std::uint32_t level = base;
  std::uint32_t array_level = 0;  // level of the outermost open array, 0 for none
  std::uint32_t array_token = 0;
  const char* array_begin = nullptr;
  bool array_dirty = false;
  std::uint64_t array_counted = 0;
  const char* v = nullptr;

  if (one_value) {
    frames_[base] = {};
    goto value;
  }

object:  // behind '{'
  if (*token() == '}') {
    ++at_;
    goto close_object;
  }

member: {
  const char* const quote = token();
  if (*quote != '"') return fail(quote, "a member name");
  if (text_[at_[1]] != ':') return fail(text_ + at_[1], "':'");
  const char* const end = trim_end(text_ + at_[1]) - 1;
  at = list.size();
  operation& o = list.add();
  o.key = quote + 1;
  o.key_size = static_cast<std::uint32_t>(end - o.key);
  std::uint32_t bytes = o.key_size;
  if (bytes > rules->key_bytes || !is_bare_key(o.key, bytes)) [[unlikely]] {
    errc code{};
    switch (read_odd_key(o, end, *rules, level == 0, code, bytes)) {
      case key_outcome::legal: break;
      case key_outcome::kept: rules = &metadata_rules; break;
      case key_outcome::failed: return false;
      case key_outcome::dropped:
        list.truncate(at);
        at_ += 2;
        if (!skip_value()) return false;
        frames_[level].current = no_operation;
        goto next;
      case key_outcome::illegal:
        if (array_level != 0) {
          list.truncate(at);
          invalidate_element(code, quote);
        } else {
          invalidate(at, code, quote);
        }
        at_ += 2;
        if (!skip_value()) return false;
        frames_[level].current = no_operation;
        goto next;
    }
  }
  o.hash = key_hash(list.seed(), o.key, o.key_size);
  o.counted = 0;
  const std::uint32_t earlier = duplicate_finder::link(list, frames_[level].members, at);
  if (earlier != no_operation) [[unlikely]] {
    drop(earlier, at, array_level != 0);
    array_dirty = true;
  }
  if (array_level == 0) {
    out.counted += bytes;
    out.key_bytes += o.key_size;
  } else {
    // What a dropped member must take with it: its tokens.
    o.kind = operation_kind::set;
    o.counted = position();
    frames_[level].current = at;
    array_counted += bytes;
    array_dirty |= o.key != quote + 1;
  }
  at_ += 2;
}

value:
  v = token();
  switch (*v) {
    case '"': {
      const char* const end = trim_end(text_ + at_[1]);
      ++at_;
      std::uint32_t bytes = static_cast<std::uint32_t>(end - v) - 2;
      std::uint32_t counted = bytes;
      const char* text = v;
      std::uint32_t size = bytes + 2;
      const bool plain = is_plain_string(v + 1, bytes);
      if (!plain) [[unlikely]] {
        char* room = nullptr;
        if (array_level == 0) {
          room = list.canonical_room();
          if (room == nullptr) return fail_memory();
          *room = '"';
        }
        const string_facts facts = canonical_string(v + 1, end - 1, room != nullptr ? room + 1 : nullptr);
        if (facts.error != nullptr) return fail(facts.error, "a valid escape");
        bytes = facts.bytes;
        counted = facts.bytes - facts.controls;
        if (room != nullptr) {
          *facts.end = '"';
          text = room;
          size = static_cast<std::uint32_t>(facts.end + 1 - room);
          list.canonical_used(facts.end + 1);
        }
        array_dirty = true;
      }
      if (bytes > rules->string_bytes) [[unlikely]] {
        if (array_level != 0) {
          invalidate_element(errc::value_length, v);
        } else {
          invalidate(at, errc::value_length, v);
        }
        goto next;
      }
      if (array_level != 0) {
        array_counted += counted;
        goto next;
      }
      operation& o = list.begin()[at];
      o.kind = operation_kind::set;
      o.value = text;
      o.value_size = size;
      o.counted = counted;
      o.complex = !plain;
      out.counted += counted;
      out.value_bytes += size;
      goto next;
    }
    case '{':
    case '[': {
      const bool is_array = *v == '[';
      if (level + 1 > rules->depth) [[unlikely]] {
        if (!skip_value()) return false;
        if (array_level != 0) {
          invalidate_element(errc::depth, v);
        } else {
          invalidate(at, errc::depth, v);
        }
        goto next;
      }
      ++level;
      frames_[level] = {{}, at, no_operation, is_array};
      if (is_array) {
        if (array_level == 0) {
          array_level = level;
          array_begin = v;
          array_token = position();
          array_dirty = false;
          array_counted = 0;
        }
        ++at_;
        if (*token() == ']') {
          ++at_;
          goto close_array;
        }
        goto value;
      }
      if (array_level == 0) list.begin()[at].kind = operation_kind::push;
      ++at_;
      goto object;
    }
    case 't':
    case 'f':
    case 'n': {
      const std::uint32_t size = *v == 'f' ? 5 : 4;
      const char* const word = *v == 't' ? "true" : *v == 'f' ? "false" : "null";
      if (std::memcmp(v, word, size) != 0 || !is_delimiter(v[size])) return fail(v, "a value");
      ++at_;
      const bool null = *v == 'n';
      if (array_level != 0) {
        if (null && !rules->is_free) {
          invalidate_element(errc::null_in_array, v);
        } else {
          array_counted += null ? 0 : 4;
        }
        goto next;
      }
      operation& o = list.begin()[at];
      o.kind = null && !rules->is_free ? operation_kind::erase : operation_kind::set;
      o.value = v;
      o.value_size = size;
      o.counted = null ? 0 : 4;
      o.complex = false;
      out.counted += o.counted;
      out.value_bytes += size;
      goto next;
    }
    default: {
      const char* end = v;
      const number_kind kind = scan_number(end, rules->integer_min, rules->integer_max);
      if (kind == number_kind::malformed || kind == number_kind::beyond_double || !is_delimiter(*end)) {
        return fail(v, kind == number_kind::beyond_double ? "a number within the range of a double" : "a value");
      }
      ++at_;
      if (kind == number_kind::integer_out_of_range && !rules->is_free) [[unlikely]] {
        if (array_level != 0) {
          invalidate_element(errc::integer_range, v);
        } else {
          invalidate(at, errc::integer_range, v);
        }
        goto next;
      }
      if (array_level != 0) {
        array_counted += 8;
        goto next;
      }
      operation& o = list.begin()[at];
      o.kind = operation_kind::set;
      o.value = v;
      o.value_size = static_cast<std::uint32_t>(end - v);
      o.counted = 8;
      o.complex = false;
      out.counted += 8;
      out.value_bytes += o.value_size;
      goto next;
    }
  }

next:  // behind a value
  if (level == base) {
    rules = &own_rules;
    if (one_value) return true;
  }
  if (frames_[level].is_array) {
    if (*token() == ',') {
      ++at_;
      goto value;
    }
    if (*token() == ']') {
      ++at_;
      goto close_array;
    }
    return fail(token(), "',' or ']'");
  }
  if (array_level != 0 && frames_[level].current != no_operation) list.begin()[frames_[level].current].end = position();
  if (*token() == ',') {
    ++at_;
    goto member;
  }
  if (*token() != '}') return fail(token(), "',' or '}'");
  ++at_;

close_object:
  if (frames_[level].members.size > member_chain::few) [[unlikely]] {
    const bool swept = duplicates_.sweep(list, frames_[level].members, [&](std::uint32_t earlier, std::uint32_t later) {
      drop(earlier, later, array_level != 0);
      array_dirty = true;
    });
    if (!swept) return fail_memory();
  }
  if (level == base) {
    out.members = frames_[level].members.size;
    return true;
  }
  if (array_level == 0) {
    operation& opener = list.begin()[frames_[level].opener];
    opener.end = list.size();
    opener.counted = frames_[level].members.size;
    ++out.objects;
    list.add().kind = operation_kind::pop;
  }
  --level;
  goto next;

close_array:
  if (level == array_level) {
    const std::uint32_t holder = frames_[level].opener;
    array_level = 0;
    if (!finish_array(out, *rules, holder, array_begin, array_token, array_dirty, array_counted)) return false;
  }
  --level;
  goto next;
}

// The member `at` has got an array: settles its text, its size and whether a rule is broken in it.
inline bool indexed_reader::finish_array(section_operations& out, const read_rules& rules, std::uint32_t at,
                                         const char* begin, std::uint32_t first_token, bool dirty,
                                         std::uint64_t counted) noexcept {
  operation_list& list = *list_;
  operation& o = list.begin()[at];
  const char* const end = text_ + at_[-1] + 1;
  const auto size = static_cast<std::uint32_t>(end - begin);
  std::uint32_t dropped_to = 0;  // operations come in the order of tokens: inside follows around
  for (std::uint32_t i = at + 1; i < list.size(); ++i) {
    const operation& inner = list[i];
    if (inner.kind == operation_kind::dropped) {
      dropped_to = (std::max)(dropped_to, inner.end);
    } else if (inner.kind == operation_kind::invalid && inner.counted >= dropped_to) {
      const char* const where = inner.value;
      const auto code = static_cast<errc>(inner.code);
      list.truncate(at + 1);
      invalidate(at, code, where);
      return true;
    }
  }
  o.kind = operation_kind::set;
  o.value = begin;
  o.value_size = size;
  o.counted = clamp_size(counted);
  o.complex = true;
  if (!dirty) {
    const char* p = begin;
    std::uint32_t left = size;
    for (; left > 16 && !dirty; p += 16, left -= 16) dirty = bytes16(p).up_to_space() != 0;
    dirty = dirty || (bytes16(p).up_to_space() & low_bits(left)) != 0;
  }
  if (dirty && !rewrite_array(o, first_token, rules)) return false;
  list.truncate(at + 1);
  out.counted += o.counted;
  out.value_bytes += o.value_size;
  return true;
}

// Writes the array that starts at `first_token` again: without white space, strings canonical,
// overridden members left out. Its text has been checked.
inline bool indexed_reader::rewrite_array(operation& o, std::uint32_t first_token, const read_rules& rules) noexcept {
  operation_list& list = *list_;
  char* const room = list.canonical_room();
  if (room == nullptr) return fail_memory();
  char* to = room;
  std::uint64_t counted = 0;
  const std::uint32_t last_token = position();
  std::uint32_t d = static_cast<std::uint32_t>(&o - list.begin()) + 1;  // operations inside come in the order of tokens
  for (std::uint32_t i = first_token; i < last_token; ++i) {
    while (d < list.size() && (list[d].kind != operation_kind::dropped || list[d].counted < i)) ++d;
    if (d < list.size() && list[d].counted == i) {
      i = list[d].end - 1;
      continue;
    }
    const char* const v = text_ + first_[i];
    if (*v == ',') continue;
    const bool closes = *v == ']' || *v == '}';
    if (*v != ':' && !closes && to != room && to[-1] != '[' && to[-1] != '{' && to[-1] != ':') *to++ = ',';
    if (*v == '"') {
      const char* const end = trim_end(text_ + first_[i + 1]) - 1;
      *to++ = '"';
      const string_facts facts = canonical_string(v + 1, end, to);
      to = facts.end;
      *to++ = '"';
      const bool is_key = text_[first_[i + 1]] == ':';
      counted += is_key ? facts.bytes : facts.bytes - facts.controls;
    } else if (*v == ':' || closes || *v == '[' || *v == '{') {
      *to++ = *v;
    } else {
      const char* end = v;
      while (!is_delimiter(*end)) *to++ = *end++;
      counted += *v == 't' || *v == 'f' ? 4 : *v == 'n' ? 0 : 8;
    }
  }
  (void)rules;
  list.canonical_used(to);
  o.value = room;
  o.value_size = static_cast<std::uint32_t>(to - room);
  o.counted = clamp_size(counted);
  return true;
}

// Checks a string, number or literal by the grammar alone and steps behind it.
inline bool indexed_reader::skip_scalar() noexcept {
  const char* const v = token();
  ++at_;
  if (*v == '"') {
    const char* const end = trim_end(text_ + *at_) - 1;
    if (std::memchr(v + 1, '\\', static_cast<std::size_t>(end - v - 1)) == nullptr) return true;
    const string_facts facts = canonical_string(v + 1, end, nullptr);
    return facts.error == nullptr || fail(facts.error, "a valid escape");
  }
  const char* end = v;
  if (*v == 't' || *v == 'f' || *v == 'n') {
    const std::uint32_t size = *v == 'f' ? 5 : 4;
    end = std::memcmp(v, *v == 't' ? "true" : *v == 'f' ? "false" : "null", size) == 0 ? v + size : nullptr;
  } else {
    const number_kind kind = scan_number(end, 0, 0);
    if (kind == number_kind::beyond_double) return fail(v, "a number within the range of a double");
    if (kind == number_kind::malformed) end = nullptr;
  }
  return (end != nullptr && is_delimiter(*end)) || fail(v, "a value");
}

// Checks a member name and its colon by the grammar alone and steps behind them.
inline bool indexed_reader::skip_key() noexcept {
  if (*token() != '"') return fail(token(), "a member name");
  if (text_[at_[1]] != ':') return fail(text_ + at_[1], "':'");
  if (!skip_scalar()) return false;
  ++at_;
  return true;
}

// Checks a value by the grammar alone and steps behind it. One bit a level tells objects from arrays.
inline bool indexed_reader::skip_value() noexcept {
  if (*token() != '{' && *token() != '[') return skip_scalar();
  if (!nesting_.reserve((index_.size() - position()) / 64 + 2)) return fail_memory();
  std::uint64_t* const bits = nesting_.data();
  std::size_t depth = 0;
  const auto is_object = [&] { return (bits[depth / 64] >> (depth % 64) & 1) != 0; };
  for (;;) {
    // At a value.
    const char open = *token();
    if (open == '{' || open == '[') {
      ++depth;
      const std::uint64_t bit = std::uint64_t{1} << (depth % 64);
      bits[depth / 64] = open == '{' ? bits[depth / 64] | bit : bits[depth / 64] & ~bit;
      ++at_;
      if (*token() != (open == '{' ? '}' : ']')) {
        if (open == '[') continue;
        if (!skip_key()) return false;
        continue;
      }
      ++at_;
      --depth;
    } else if (!skip_scalar()) {
      return false;
    }
    // Behind a value.
    for (;;) {
      if (depth == 0) return true;
      const bool object = is_object();
      const char c = *token();
      if (c == ',') {
        ++at_;
        if (object && !skip_key()) return false;
        break;
      }
      if (c != (object ? '}' : ']')) return fail(token(), object ? "',' or '}'" : "',' or ']'");
      ++at_;
      --depth;
    }
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_IMPL_READER_IPP
