// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_IMPL_BASIC_READER_IPP
#define DOPPEL_JSON_IMPL_BASIC_READER_IPP

#include <doppel/json/detail/basic_reader.hpp>

namespace doppel {
inline namespace v0 {
namespace detail {

// Reads the object at the cursor (start_at::object, frames_[base] is its frame) or the value of the
// member `at` (start_at::value). Nesting is kept in frames_, so the depth of the text costs no stack.
template <class Cursor>
bool basic_reader<Cursor>::read_members(section_operations& out, const read_rules& own_rules, start_at start,
                                        std::uint32_t base, std::uint32_t at) noexcept {
  static constexpr read_rules metadata_rules = free_rules(limits::depth_ceiling + 2);
  const read_rules* rules = &own_rules;
  operation_list& list = *list_;
  const bool one_value = start == start_at::value;
  std::uint32_t level = base;
  std::uint32_t array_level = 0;  // level of the outermost open array, 0 for none
  const char* array_begin = nullptr;
  bool array_dirty = false;
  std::uint64_t array_counted = 0;
  const char* v = nullptr;

  if (one_value) {
    frames_[base] = {};
    goto value;
  }

object:
  switch (Cursor::template enter<'}'>()) {
    case cursor_step::more: break;
    case cursor_step::closed: goto close_object;
    case cursor_step::failed: return false;
  }

member: {
  const char* quote = nullptr;
  const char* end = nullptr;
  if (!Cursor::read_key(quote, end)) return false;
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
        if (!skip_value()) return false;
        goto next;
      case key_outcome::illegal:
        if (array_level != 0) {
          list.truncate(at);
          invalidate_element(code, quote);
        } else {
          invalidate(at, code, quote);
        }
        if (!skip_value()) return false;
        goto next;
    }
  }
  o.hash = key_hash(list.seed(), o.key, o.key_size);
  o.counted = 0;
  const std::uint32_t earlier = duplicate_finder::link(list.begin(), frames_[level].members, at);
  if (earlier != no_operation) [[unlikely]] {
    drop(earlier, at, array_level != 0);
    array_dirty = true;
  }
  if (array_level == 0) {
    out.counted += bytes;
  } else {
    o.kind = operation_kind::set;
    o.value = quote;  // where to leave out what is dropped
    array_counted += bytes;
    array_dirty |= o.key != quote + 1;
  }
}

value:
  v = value();
  switch (*v) {
    case '"': {
      const char* const end = Cursor::scalar_end();
      Cursor::pass(end);
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
      frames_[level] = {{}, at, is_array};
      if (is_array) {
        if (array_level == 0) {
          array_level = level;
          array_begin = v;
          array_dirty = false;
          array_counted = 0;
        }
        switch (Cursor::template enter<']'>()) {
          case cursor_step::more: goto value;
          case cursor_step::closed: goto close_array;
          case cursor_step::failed: return false;
        }
      }
      if (array_level == 0) list.begin()[at].kind = operation_kind::push;
      goto object;
    }
    case 't':
    case 'f':
    case 'n': {
      const std::uint32_t size = *v == 'f' ? 5 : 4;
      const char* const word = *v == 't' ? "true" : *v == 'f' ? "false" : "null";
      if (std::memcmp(v, word, size) != 0 || !Cursor::ends_scalar(v + size)) return fail(v, "a value");
      Cursor::pass(v + size);
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
      goto next;
    }
    default: {
      const char* end = v;
      const number_kind kind = scan_number(end, rules->integer_min, rules->integer_max);
      if (kind == number_kind::malformed || kind == number_kind::beyond_double || !Cursor::ends_scalar(end)) {
        return fail(v, kind == number_kind::beyond_double ? "a number within the range of a double" : "a value");
      }
      Cursor::pass(end);
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
      goto next;
    }
  }

next:  // behind a value
  if (level == base) {
    rules = &own_rules;
    if (one_value) return true;
  }
  if (frames_[level].is_array) {
    switch (Cursor::template next<']'>()) {
      case cursor_step::more: goto value;
      case cursor_step::closed: goto close_array;
      case cursor_step::failed: return false;
    }
  }
  switch (Cursor::template next<'}'>()) {
    case cursor_step::more: goto member;
    case cursor_step::closed: break;
    case cursor_step::failed: return false;
  }

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
    if (!finish_array(out, holder, array_begin, array_dirty, array_counted)) return false;
  }
  --level;
  goto next;
}

// The member `at` has got an array: settles its text, its size and whether a rule is broken in it.
template <class Cursor>
bool basic_reader<Cursor>::finish_array(section_operations& out, std::uint32_t at, const char* begin, bool dirty,
                                        std::uint64_t counted) noexcept {
  operation_list& list = *list_;
  operation& o = list.begin()[at];
  const char* const end = container_end();
  const auto size = static_cast<std::uint32_t>(end - begin);
  const char* dropped_to = begin;  // operations come in the order of the text: inside follows around
  for (std::uint32_t i = at + 1; i < list.size(); ++i) {
    const operation& inner = list[i];
    if (inner.kind == operation_kind::dropped) {
      if (inner.value >= dropped_to) dropped_to = end_of_member(inner.value, end);
    } else if (inner.kind == operation_kind::invalid && inner.value >= dropped_to) {
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
  if (dirty && !rewrite_array(o, begin, end)) return false;
  list.truncate(at + 1);
  out.counted += o.counted;
  return true;
}

// Writes the array [begin, end) again: without white space, strings canonical, overridden members
// left out. Its text has been checked.
template <class Cursor>
bool basic_reader<Cursor>::rewrite_array(operation& o, const char* begin, const char* end) noexcept {
  operation_list& list = *list_;
  char* const room = list.canonical_room();
  if (room == nullptr) return fail_memory();
  char* to = room;
  std::uint64_t counted = 0;
  std::uint32_t d = static_cast<std::uint32_t>(&o - list.begin()) + 1;  // operations inside come in the order of the text
  for (byte_tokens tokens(begin, end); tokens.current() != end; tokens.step()) {
    const char* v = tokens.current();
    while (d < list.size() && (list[d].kind != operation_kind::dropped || list[d].value < v)) ++d;
    if (d < list.size() && list[d].value == v) {
      tokens = byte_tokens(end_of_member(v, end), end);
      v = tokens.current();
    }
    switch (*v) {
      case ',': continue;  // put where the next value needs one
      case ':': case ']': case '}': *to++ = *v; continue;
      default: break;
    }
    if (to != room && to[-1] != '[' && to[-1] != '{' && to[-1] != ':') *to++ = ',';
    const char* const token_end = tokens.token_end();
    if (*v == '"') {
      *to++ = '"';
      const string_facts facts = canonical_string(v + 1, token_end - 1, to);
      to = facts.end;
      *to++ = '"';
      const bool is_key = *tokens.following() == ':';
      counted += is_key ? facts.bytes : facts.bytes - facts.controls;
    } else {
      std::memcpy(to, v, static_cast<std::size_t>(token_end - v));
      to += token_end - v;
      counted += *v == '[' || *v == '{' || *v == 'n' ? 0 : *v == 't' || *v == 'f' ? 4 : 8;
    }
  }
  list.canonical_used(to);
  o.value = room;
  o.value_size = static_cast<std::uint32_t>(to - room);
  o.counted = clamp_size(counted);
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_IMPL_BASIC_READER_IPP
