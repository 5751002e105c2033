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
//
// This is the hot loop of every write. Position, list end and sums are locals, so that they stay in
// registers; `leave` puts them back for the functions that handle what is rare, `enter` fetches them.
inline bool indexed_reader::read_members(section_operations& out, const read_rules& own_rules, start_at start,
                                         std::uint32_t base, std::uint32_t at) noexcept {
  static constexpr read_rules metadata_rules = free_rules(limits::depth_ceiling + 2);
  const read_rules* rules = &own_rules;
  operation_list& list = *list_;
  operation* const operations = list.begin();
  const char* const text = text_;
  const std::uint64_t seed = list.seed();
  const bool one_value = start == start_at::value;

  const std::uint32_t* ix = at_;
  std::uint32_t size = list.size();
  std::uint64_t counted_sum = 0;
  std::uint64_t key_sum = 0;
  std::uint64_t value_sum = 0;
  std::uint32_t objects = 0;

  std::uint32_t level = base;
  std::uint32_t array_level = 0;  // level of the outermost open array, 0 for none
  std::uint32_t array_token = 0;
  const char* array_begin = nullptr;
  bool array_dirty = false;
  std::uint64_t array_counted = 0;

  const auto leave = [&] {
    at_ = ix;
    list.truncate(size);
  };
  const auto enter = [&] {
    ix = at_;
    size = list.size();
  };
  const auto refuse = [&](const char* where, std::string_view expected) {
    leave();
    return fail(where, expected);
  };
  const auto done = [&] {
    leave();
    out.counted += counted_sum;
    out.key_bytes += key_sum;
    out.value_bytes += value_sum;
    out.objects += objects;
    return true;
  };
  // The value at hand breaks a rule: the member that has it is marked, or, in an array, a mark of its own.
  const auto mark = [&](errc code, const char* where) {
    leave();
    if (array_level != 0) {
      invalidate_element(code, where);
    } else {
      invalidate(at, code, where);
    }
    enter();
  };
  const auto skip = [&] {
    leave();
    const bool skipped = skip_value();
    enter();
    return skipped;
  };

  if (one_value) {
    frames_[base] = {};
    goto value;
  }

object:  // behind '{'
  if (text[*ix] == '}') {
    ++ix;
    goto close_object;
  }

member: {
  const char* const quote = text + *ix;
  const std::uint32_t colon = ix[1];
  if (*quote != '"') [[unlikely]] return refuse(quote, "a member name");
  if (text[colon] != ':') [[unlikely]] return refuse(text + colon, "':'");
  const char* const end = trim_end(text + colon) - 1;
  at = size++;
  operation& o = operations[at];
  o.key = quote + 1;
  std::uint32_t bytes = static_cast<std::uint32_t>(end - o.key);
  o.key_size = bytes;
  if (bytes > rules->key_bytes || !is_bare_key(quote + 1, bytes)) [[unlikely]] {
    errc code{};
    leave();
    const key_outcome outcome = read_odd_key(o, end, *rules, level == 0, code, bytes);
    enter();
    if (outcome == key_outcome::failed) return false;
    if (outcome == key_outcome::kept) rules = &metadata_rules;
    if (outcome == key_outcome::dropped || outcome == key_outcome::illegal) {
      if (outcome == key_outcome::dropped || array_level != 0) size = at;
      if (outcome == key_outcome::illegal) mark(code, quote);
      ix += 2;
      if (!skip()) return false;
      frames_[level].current = no_operation;
      goto next;
    }
  }
  o.hash = key_hash(seed, o.key, o.key_size);
  o.counted = 0;
  const std::uint32_t earlier = duplicate_finder::link(list, frames_[level].members, at);
  if (earlier != no_operation) [[unlikely]] {
    drop(earlier, at, array_level != 0);
    array_dirty = true;
  }
  if (array_level == 0) [[likely]] {
    counted_sum += bytes;
    key_sum += o.key_size;
  } else {
    // What a dropped member must take with it: its tokens.
    o.kind = operation_kind::set;
    o.counted = static_cast<std::uint32_t>(ix - first_);
    frames_[level].current = at;
    array_counted += bytes;
    array_dirty |= o.key != quote + 1;
  }
  ix += 2;
}

value: {
  const char* const v = text + *ix;
  const scalar_class kind = scalar_classes[*v];
  if (kind == scalar_class::none) goto container;
  const char* const end = trim_end(text + ix[1]);
  const auto length = static_cast<std::size_t>(end - v);
  ++ix;
  if (rules->string_bytes < 16 || !is_simple_scalar(v, length, kind, rules->safe_digits)) [[unlikely]] {
    leave();
    const leaf_facts leaf = read_odd_leaf(v, end, kind, *rules, array_level != 0);
    enter();
    if (!status_) return false;
    if (leaf.code != errc{}) {
      mark(leaf.code, v);
      goto next;
    }
    array_dirty |= leaf.complex;
    if (array_level != 0) {
      array_counted += leaf.counted;
      goto next;
    }
    operation& o = operations[at];
    o.kind = leaf.kind;
    o.value = leaf.text;
    o.value_size = leaf.size;
    o.counted = leaf.counted;
    o.complex = leaf.complex;
    counted_sum += leaf.counted;
    value_sum += leaf.size;
    goto next;
  }
  const std::uint32_t counted = simple_counted_size(*v, length, kind);
  const bool erases = *v == 'n' && !rules->is_free;
  if (array_level != 0) {
    if (erases) mark(errc::null_in_array, v);
    array_counted += counted;
    goto next;
  }
  operation& o = operations[at];
  o.kind = erases ? operation_kind::erase : operation_kind::set;
  o.value = v;
  o.value_size = static_cast<std::uint32_t>(length);
  o.counted = counted;
  o.complex = false;
  counted_sum += counted;
  value_sum += length;
  goto next;
}

container: {
  const char* const v = text + *ix;
  const bool is_array = *v == '[';
  if (!is_array && *v != '{') return refuse(v, "a value");
  if (level + 1 > rules->depth) [[unlikely]] {
    if (!skip()) return false;
    mark(errc::depth, v);
    goto next;
  }
  ++level;
  frames_[level] = {{}, at, no_operation, is_array};
  ++ix;
  if (is_array) {
    if (array_level == 0) {
      array_level = level;
      array_begin = v;
      array_token = static_cast<std::uint32_t>(ix - first_) - 1;
      array_dirty = false;
      array_counted = 0;
    }
    if (text[*ix] == ']') {
      ++ix;
      goto close_array;
    }
    goto value;
  }
  if (array_level == 0) operations[at].kind = operation_kind::push;
  goto object;
}

next: {  // behind a value
  if ((one_value || rules != &own_rules) && level == base) [[unlikely]] {
    rules = &own_rules;
    if (one_value) return done();
  }
  const char c = text[*ix];
  if (frames_[level].is_array) [[unlikely]] {
    if (c != ',' && c != ']') return refuse(text + *ix, "',' or ']'");
    ++ix;
    if (c == ',') goto value;
    goto close_array;
  }
  if (array_level != 0 && frames_[level].current != no_operation) [[unlikely]] {
    operations[frames_[level].current].end = static_cast<std::uint32_t>(ix - first_);
  }
  if (c == ',') {
    ++ix;
    goto member;
  }
  if (c != '}') return refuse(text + *ix, "',' or '}'");
  ++ix;
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
    return done();
  }
  if (array_level == 0) {
    operation& opener = operations[frames_[level].opener];
    opener.end = size;
    opener.counted = frames_[level].members.size;
    ++objects;
    operations[size++].kind = operation_kind::pop;
  }
  --level;
  goto next;

close_array:
  if (level == array_level) {
    const std::uint32_t holder = frames_[level].opener;
    array_level = 0;
    leave();
    if (!finish_array(out, *rules, holder, array_begin, array_token, array_dirty, array_counted)) return false;
    enter();
  }
  --level;
  goto next;
}

// A scalar that needs a closer look: long or with escapes, controls, exponents, many digits, or broken.
inline indexed_reader::leaf_facts indexed_reader::read_odd_leaf(const char* v, const char* end, scalar_class kind,
                                                                const read_rules& rules, bool in_array) noexcept {
  leaf_facts leaf{};
  leaf.kind = operation_kind::set;
  leaf.text = v;
  leaf.size = static_cast<std::uint32_t>(end - v);
  switch (kind) {
    case scalar_class::string: {
      std::uint32_t bytes = leaf.size - 2;
      leaf.counted = bytes;
      leaf.complex = !is_plain_string(v + 1, bytes);
      if (leaf.complex) {
        char* room = nullptr;
        if (!in_array) {
          room = list_->canonical_room();
          if (room == nullptr) {
            fail_memory();
            return leaf;
          }
          *room = '"';
        }
        const string_facts facts = canonical_string(v + 1, end - 1, room != nullptr ? room + 1 : nullptr);
        if (facts.error != nullptr) {
          fail(facts.error, "a valid escape");
          return leaf;
        }
        bytes = facts.bytes;
        leaf.counted = facts.bytes - facts.controls;
        if (room != nullptr) {
          *facts.end = '"';
          leaf.text = room;
          leaf.size = static_cast<std::uint32_t>(facts.end + 1 - room);
          list_->canonical_used(facts.end + 1);
        }
      }
      if (bytes > rules.string_bytes) leaf.code = errc::value_length;
      return leaf;
    }
    case scalar_class::literal: {
      const std::string_view word{v, leaf.size};
      if (word != "true" && word != "false" && word != "null") {
        fail(v, "a value");
        return leaf;
      }
      leaf.counted = *v == 'n' ? 0 : 4;
      if (*v != 'n' || rules.is_free) return leaf;
      leaf.kind = operation_kind::erase;
      if (in_array) leaf.code = errc::null_in_array;
      return leaf;
    }
    default: {
      const char* stop = v;
      const number_kind number = scan_number(stop, rules.integer_min, rules.integer_max);
      if (number == number_kind::beyond_double) {
        fail(v, "a number within the range of a double");
      } else if (number == number_kind::malformed || stop != end) {
        fail(v, "a value");
      } else if (number == number_kind::integer_out_of_range && !rules.is_free) {
        leaf.code = errc::integer_range;
      }
      leaf.counted = 8;
      return leaf;
    }
  }
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
