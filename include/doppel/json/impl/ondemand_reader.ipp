// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_IMPL_ONDEMAND_READER_IPP
#define DOPPEL_JSON_IMPL_ONDEMAND_READER_IPP

// Included inside json/ondemand_reader.hpp, whose namespace is named after compiler flags.

// Nesting is kept in frames_, so the depth of the text costs no stack.
inline bool ondemand_reader::read_members(section_operations& out, const read_rules& own_rules, start_at start,
                                          std::uint32_t base, std::uint32_t at) noexcept {
  const read_rules* rules = &own_rules;
  operation_list& list = *list_;
  const bool one_value = start == start_at::value;
  std::uint32_t level = base;
  array_ = {};
  if (one_value) {
    frames_[base] = {};
    goto value;
  }

object:
  switch (enter<'}'>()) {
    case reader_step::more: break;
    case reader_step::closed: goto close_object;
    case reader_step::failed: return false;
  }

member : {
  const char* quote = nullptr;
  const char* end = nullptr;
  if (!read_key(quote, end)) return false;
  at = list.size();
  operation& o = list.add();
  o.key = quote + 1;
  o.key_size = static_cast<std::uint32_t>(end - o.key);
  o.counted = 0;
  if (rules->is_metadata && !in_array() && !options_->refuse_duplicates && is_stamp_key(o.key, o.key_size)) {
    goto value;  // whoever reads the stamps takes the last of two
  }
  const key_facts key = read_odd_key(o, end, *rules, level == 0);
  switch (key.outcome) {
    case key_outcome::legal: break;
    case key_outcome::failed: return false;
    case key_outcome::kept: rules = &metadata_rules; break;
    case key_outcome::dropped:
      list.truncate(at);
      if (!skip_value()) return false;
      goto next;
    case key_outcome::illegal:
      if (in_array()) list.truncate(at);
      mark(at, key.code, quote);
      if (!skip_value()) return false;
      goto next;
  }
  const std::uint32_t earlier = duplicate_finder::link(list.begin(), frames_[level].members, at);
  if (earlier != no_operation) {
    drop(earlier, at, in_array());
    array_.dirty = true;
  }
  if (in_array()) {
    o.kind = operation_kind::set;
    o.value = quote;  // where to leave out what is dropped
    array_.counted += key.bytes;
    array_.dirty |= o.key != quote + 1;
  } else {
    out.counted += key.bytes;
  }
}

value : {
  const char* const v = value();
  if (*v == '{' || *v == '[') goto container;
  const scalar_class kind = scalar_classes[*v];
  if (kind == scalar_class::none) return fail(v, "a value");
  const leaf_facts leaf = read_odd_leaf(v, token_end_, kind, *rules, in_array());
  if (!status_) return false;
  pass(token_end_);
  if (leaf.code != errc{}) {
    mark(at, leaf.code, v);
    goto next;
  }
  if (in_array()) {
    array_.counted += leaf.counted;
    array_.dirty |= leaf.complex;
    goto next;
  }
  operation& o = list.begin()[at];
  o.kind = leaf.kind;
  o.value = leaf.text;
  o.value_size = leaf.size;
  o.counted = leaf.counted;
  o.complex = leaf.complex;
  o.is_last = false;
  out.counted += leaf.counted;
  goto next;
}

container : {
  const char* const v = value();
  const bool is_array = *v == '[';
  if (level >= rules->depth) {
    mark(at, errc::depth, v);
    if (!skip_value()) return false;
    goto next;
  }
  frames_[++level] = {{}, at, no_operation, is_array};
  if (!is_array) {
    if (!in_array()) list.begin()[at].kind = operation_kind::push;
    goto object;
  }
  if (!in_array()) array_ = {level, v, false, 0};
  switch (enter<']'>()) {
    case reader_step::more: goto value;
    case reader_step::closed: goto close_array;
    case reader_step::failed: return false;
  }
}

next:  // behind a value
  if (level == base) {
    rules = &own_rules;
    if (one_value) return true;
  }
  if (frames_[level].is_array) {
    switch (next<']'>()) {
      case reader_step::more: goto value;
      case reader_step::closed: goto close_array;
      case reader_step::failed: return false;
    }
  }
  switch (next<'}'>()) {
    case reader_step::more: goto member;
    case reader_step::closed: break;
    case reader_step::failed: return false;
  }

close_object:
  if (frames_[level].members.size > member_chain::few) {
    const bool swept = duplicates_.sweep(list, frames_[level].members, [&](std::uint32_t earlier, std::uint32_t later) {
      drop(earlier, later, in_array());
      array_.dirty = true;
    });
    if (!swept) return fail_memory();
  }
  if (level == base) {
    out.members = frames_[level].members.size;
    return true;
  }
  if (!in_array()) {
    operation& opener = list.begin()[frames_[level].opener];
    opener.end = list.size();
    opener.counted = frames_[level].members.size;
    ++out.objects;
    list.add().kind = operation_kind::pop;
  }
  --level;
  goto next;

close_array:
  if (level == array_.level) {
    array_.level = 0;
    if (!finish_array(out, frames_[level].opener)) return false;
  }
  --level;
  goto next;
}

// The value at hand breaks a rule: the member that has it becomes a mark of that, an element of an array
// gets one of its own.
inline void ondemand_reader::mark(std::uint32_t at, errc code, const char* where) noexcept {
  if (in_array()) {
    at = list_->size();
    list_->add();
  }
  invalidate(at, code, where);
}

// The member `at` has got an array: settles its text, its size and whether a rule is broken in it.
inline bool ondemand_reader::finish_array(section_operations& out, std::uint32_t at) noexcept {
  operation_list& list = *list_;
  operation& o = list.begin()[at];
  const char* const end = value_end();
  const char* dropped_to = array_.begin;  // operations come in the order of the text: inside follows around
  for (std::uint32_t i = at + 1; i < list.size(); ++i) {
    const operation& inner = list[i];
    if (inner.value < dropped_to) continue;
    if (inner.kind == operation_kind::dropped) {
      dropped_to = end_of_member(inner.value, end);
    } else if (inner.kind == operation_kind::invalid) {
      const char* const where = inner.value;
      const auto code = static_cast<errc>(inner.code);
      list.truncate(at + 1);
      invalidate(at, code, where);
      return true;
    }
  }
  o.kind = operation_kind::set;
  o.value = array_.begin;
  o.value_size = static_cast<std::uint32_t>(end - array_.begin);
  o.counted = clamp_size(array_.counted);
  o.complex = true;
  o.is_last = false;
  for (const char* p = array_.begin; p != end && !array_.dirty; ++p)
    array_.dirty = static_cast<unsigned char>(*p) <= ' ';
  if (array_.dirty && !rewrite_array(o, end)) return false;
  list.truncate(at + 1);
  out.counted += o.counted;
  return true;
}

// Writes the array that ends at `end` again: without white space, strings canonical, overridden members
// left out. Its text has been checked.
inline bool ondemand_reader::rewrite_array(operation& o, const char* end) noexcept {
  operation_list& list = *list_;
  char* const room = list.canonical_room();
  if (room == nullptr) return fail_memory();
  char* to = room;
  std::uint64_t counted = 0;
  std::uint32_t d =
      static_cast<std::uint32_t>(&o - list.begin()) + 1;  // operations inside come in the order of the text
  for (byte_tokens tokens(array_.begin, end); tokens.current() != end; tokens.step()) {
    const char* v = tokens.current();
    while (d < list.size() && (list[d].kind != operation_kind::dropped || list[d].value < v)) ++d;
    if (d < list.size() && list[d].value == v) {
      tokens = byte_tokens(end_of_member(v, end), end);
      v = tokens.current();
    }
    switch (*v) {
      case ',': continue;  // put where the next value needs one
      case ':':
      case ']':
      case '}': *to++ = *v; continue;
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

#endif  // DOPPEL_JSON_IMPL_ONDEMAND_READER_IPP
