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
// This is the hot loop of every write. Position, list end and sums are locals that nothing refers to, so
// that they stay in registers; the functions for what is rare get and give them by value.
inline bool indexed_reader::read_members(section_operations& out, const read_rules& own_rules, start_at start,
                                         std::uint32_t base, std::uint32_t at) noexcept {
  const read_rules* rules = &own_rules;
  operation_list& list = *list_;
  operation* const operations = list.begin();
  const char* const text = text_;
  const std::uint64_t seed = list.seed();
  const std::uint32_t* ix = at_;
  std::uint32_t size = list.size();
  std::uint64_t counted_sum = 0;
  frame* f = frames_ + base;
  const frame* const last_frame = f;
  frame* array_frame = nullptr;  // that of the outermost open array; array_ has the rest
  // Where something is to be done behind a value: the end of a single one, other rules from here on.
  const frame* watched = nullptr;

  if (start == start_at::value) {
    *f = {};
    watched = f;
    goto value;
  }
  ++ix;

object:  // behind '{'
  if (text[*ix] == '}') {
    ++ix;
    goto close_object;
  }

member : {
  const char* const quote = text + *ix;
  const char* const colon = text + ix[1];
  if (*quote != '"') [[unlikely]]
    return fail(quote, "a member name");
  if (*colon != ':') [[unlikely]]
    return fail(colon, "':'");
  const char* const end = trim_end(colon) - 1;
  at = size++;
  operation& o = operations[at];
  std::uint32_t bytes = static_cast<std::uint32_t>(end - quote - 1);
  o.key = quote + 1;
  o.key_size = bytes;
  const bytes16 name(quote + 1);
  if (bytes > rules->short_key || (name.not_plain_in_key() & low_bits(bytes)) != 0) [[unlikely]] {
    if (rules->is_metadata && array_frame == nullptr && !options_->refuse_duplicates &&
        is_stamp_key(quote + 1, bytes)) {
      // Whoever reads the stamps takes the last of two: no need to know the others.
      ix += 2;
      goto value;
    }
    const key_facts key = read_odd_key(o, end, *rules, f == frames_);
    if (key.outcome == key_outcome::failed) return false;
    if (key.outcome == key_outcome::kept) {
      rules = &metadata_rules;
      watched = f;
    }
    if (key.outcome == key_outcome::dropped || key.outcome == key_outcome::illegal) {
      if (key.outcome == key_outcome::dropped || array_frame != nullptr) size = at;
      if (key.outcome == key_outcome::illegal) size = mark(at, array_frame != nullptr, key.code, quote, ix, size);
      ix = skip_from(ix + 2);
      if (ix == nullptr) return false;
      f->current = no_operation;
      goto next;
    }
    bytes = key.bytes;
  } else {
    o.hash = short_key_hash(seed, name, bytes);
  }
  const std::uint32_t earlier = duplicate_finder::link(operations, f->members, at);
  if (earlier != no_operation) [[unlikely]] {
    drop(earlier, at, array_frame != nullptr);
    array_.dirty = true;
  }
  if (array_frame == nullptr) [[likely]] {
    counted_sum += bytes;
  } else {
    // What a dropped member must take with it: its tokens.
    o.kind = operation_kind::set;
    o.counted = static_cast<std::uint32_t>(ix - first_);
    f->current = at;
    array_.counted += bytes;
    array_.dirty |= o.key != quote + 1;
  }
  ix += 2;
}

value : {
  const char* const v = text + *ix;
  const scalar_class kind = scalar_classes[*v];
  if (kind == scalar_class::none) goto container;
  const char* const end = trim_end(text + ix[1]);
  const auto length = static_cast<std::uint32_t>(end - v);
  ++ix;
  const scalar_traits& traits = traits_of(kind);
  if (length > rules->short_leaf || !is_simple_scalar(v, length, traits, rules->safe_digits)) [[unlikely]] {
    const leaf_facts leaf = read_odd_leaf(v, end, kind, *rules, array_frame != nullptr);
    if (!status_) return false;
    if (leaf.code != errc{}) {
      size = mark(at, array_frame != nullptr, leaf.code, v, ix, size);
      goto next;
    }
    array_.dirty |= leaf.complex;
    if (array_frame != nullptr) {
      array_.counted += leaf.counted;
      goto next;
    }
    operation& o = operations[at];
    o.kind = leaf.kind;
    o.value = leaf.text;
    o.value_size = leaf.size;
    o.counted = leaf.counted;
    o.complex = leaf.complex;
    o.is_last = false;
    counted_sum += leaf.counted;
    goto next;
  }
  const std::uint32_t counted = simple_counted_size(length, traits);
  const bool erases = kind == scalar_class::literal_null && !rules->is_free;
  if (array_frame != nullptr) {
    if (erases) size = mark(at, true, errc::null_in_array, v, ix, size);
    array_.counted += counted;
    goto next;
  }
  operation& o = operations[at];
  o.kind = erases ? operation_kind::erase : operation_kind::set;
  o.value = v;
  o.value_size = length;
  o.counted = counted;
  o.complex = false;
  o.is_last = false;
  counted_sum += counted;
  goto next;
}

container : {
  const char* const v = text + *ix;
  const bool is_array = *v == '[';
  if (!is_array && *v != '{') return fail(v, "a value");
  if (static_cast<std::uint32_t>(f - frames_) >= rules->depth) [[unlikely]] {
    size = mark(at, array_frame != nullptr, errc::depth, v, ix, size);
    ix = skip_from(ix);
    if (ix == nullptr) return false;
    goto next;
  }
  *++f = {{}, at, no_operation, is_array};
  ++ix;
  if (is_array) {
    if (array_frame == nullptr) {
      array_frame = f;
      array_ = {v, static_cast<std::uint32_t>(ix - first_) - 1, false, 0};
    }
    if (text[*ix] == ']') {
      ++ix;
      goto close_array;
    }
    goto value;
  }
  if (array_frame == nullptr) operations[at].kind = operation_kind::push;
  goto object;
}

next : {  // behind a value
  if (f == watched) [[unlikely]] {
    if (rules == &own_rules) goto done;
    rules = &own_rules;
    watched = nullptr;
  }
  const char c = text[*ix];
  if (array_frame != nullptr) [[unlikely]] {
    if (f->is_array) {
      if (c != ',' && c != ']') return fail(text + *ix, "',' or ']'");
      ++ix;
      if (c == ',') goto value;
      goto close_array;
    }
    if (f->current != no_operation) operations[f->current].end = static_cast<std::uint32_t>(ix - first_);
  }
  if (c == ',') {
    ++ix;
    goto member;
  }
  if (c != '}') [[unlikely]]
    return fail(text + *ix, "',' or '}'");
  ++ix;
}

close_object:
  if (f->members.size > member_chain::few) [[unlikely]] {
    if (!sweep_duplicates(f->members, array_frame != nullptr)) return false;
    array_.dirty = true;
  }
  if (f == last_frame) {
    out.members = f->members.size;
    goto done;
  }
  if (array_frame == nullptr) {
    operation& opener = operations[f->opener];
    opener.end = size;
    opener.counted = f->members.size;
    ++out.objects;
    operation& last = operations[size - 1];
    last.is_last = last.kind == operation_kind::set;
    operations[size++].kind = operation_kind::pop;
  }
  --f;
  goto next;

close_array:
  if (f == array_frame) {
    const std::uint32_t holder = f->opener;
    array_frame = nullptr;
    at_ = ix;
    list.truncate(size);
    if (!finish_array(out, holder)) return false;
    size = list.size();
  }
  --f;
  goto next;

done:
  at_ = ix;
  list.truncate(size);
  out.counted += counted_sum;
  return true;
}

// The value at hand breaks a rule: the member that has it becomes a mark of that, an element of an array
// gets one of its own. Gives the new end of the list.
[[gnu::noinline]] inline std::uint32_t indexed_reader::mark(std::uint32_t at, bool in_array, errc code,
                                                            const char* where, const std::uint32_t* ix,
                                                            std::uint32_t size) noexcept {
  list_->truncate(size);
  if (in_array) {
    at = size;
    list_->add().counted = static_cast<std::uint32_t>(ix - first_);
  }
  invalidate(at, code, where);
  return list_->size();
}

// Steps over a value; null where it is not well-formed.
[[gnu::noinline]] inline const std::uint32_t* indexed_reader::skip_from(const std::uint32_t* ix) noexcept {
  at_ = ix;
  return skip_value() ? at_ : nullptr;
}

[[gnu::noinline]] inline bool indexed_reader::sweep_duplicates(const member_chain& members, bool in_array) noexcept {
  return duplicates_.sweep(*list_, members, [&](std::uint32_t earlier, std::uint32_t later) {
    drop(earlier, later, in_array);
  }) || fail_memory();
}

// The member `at` has got an array: settles its text, its size and whether a rule is broken in it.
[[gnu::noinline]] inline bool indexed_reader::finish_array(section_operations& out, std::uint32_t at) noexcept {
  const char* const begin = array_.begin;
  bool dirty = array_.dirty;
  operation_list& list = *list_;
  operation& o = list.begin()[at];
  const char* const end = text_ + at_[-1] + 1;
  const auto size = static_cast<std::uint32_t>(end - begin);
  std::uint32_t dropped_to = 0;  // operations come in the order of tokens: inside follows around
  for (std::uint32_t i = at + 1; i < list.size(); ++i) {
    const operation& inner = list[i];
    if (inner.kind == operation_kind::dropped) {
      dropped_to = (std::max)(dropped_to, inner.end);
    } else if (inner.kind == operation_kind::invalid && inner.value >= text_ + first_[dropped_to]) {
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
  o.counted = clamp_size(array_.counted);
  o.complex = true;
  o.is_last = false;
  if (!dirty) {
    const char* p = begin;
    std::uint32_t left = size;
    for (; left > 16 && !dirty; p += 16, left -= 16) dirty = bytes16(p).up_to_space() != 0;
    dirty = dirty || (bytes16(p).up_to_space() & low_bits(left)) != 0;
  }
  if (dirty && !rewrite_array(o)) return false;
  list.truncate(at + 1);
  out.counted += o.counted;
  return true;
}

// Writes the array again: without white space, strings canonical,
// overridden members left out. Its text has been checked.
inline bool indexed_reader::rewrite_array(operation& o) noexcept {
  operation_list& list = *list_;
  char* const room = list.canonical_room();
  if (room == nullptr) return fail_memory();
  char* to = room;
  std::uint64_t counted = 0;
  const std::uint32_t last_token = position();
  std::uint32_t d = static_cast<std::uint32_t>(&o - list.begin()) + 1;  // operations inside come in the order of tokens
  for (std::uint32_t i = array_.token; i < last_token; ++i) {
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
  list.canonical_used(to);
  o.value = room;
  o.value_size = static_cast<std::uint32_t>(to - room);
  o.counted = clamp_size(counted);
  return true;
}

// Checks a value by the grammar alone and steps behind it.
inline bool indexed_reader::skip_value() noexcept {
  struct index_tokens {
    const char* text;
    const std::uint32_t* at;
    const char* current() const noexcept { return text + *at; }
    const char* following() const noexcept { return text + at[1]; }
    void step() noexcept { ++at; }
  };
  index_tokens tokens{text_, at_};
  const bool checked = check_value(tokens, *this, nesting_);
  at_ = tokens.at;
  return checked;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_IMPL_READER_IPP
