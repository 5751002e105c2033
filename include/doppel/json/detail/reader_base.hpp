// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_READER_BASE_HPP
#define DOPPEL_JSON_DETAIL_READER_BASE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/key_hash.hpp>
#include <doppel/json/detail/duplicates.hpp>
#include <doppel/json/detail/grammar.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/detail/read_rules.hpp>
#include <doppel/json/detail/text_error.hpp>
#include <doppel/json/operations.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// What the readers share: the outer forms of texts, and what keys, leaves and duplicates have to obey.
namespace doppel {
inline namespace v0 {
namespace detail {

enum class open_outcome : std::uint8_t { opened, malformed, out_of_memory };

/// What a reader came to behind an opening bracket or behind a value.
enum class reader_step : std::uint8_t {
  more,    // at a member name, or at an element
  closed,  // behind the bracket that closes the object or array
  failed,
};

/// Base of a reader, which stands at a member name, at a value or behind one. It has:
/// - open(text, n), start(): to the first value of the text; finish(): nothing follows
/// - most_operations(): a bound for what the text can yield
/// - value(): where the value at hand begins; value_end(): at or behind the end of the one just left
/// - enter<'}'>(): from a brace into the object; next<'}'>(): from behind a value to what comes in it
/// - read_key(quote, end): from a member name to its value; tells where its quotes are
/// - skip_value(): behind any value, checked by the grammar alone
/// - read_members(out, rules, start, base, at): reads the object at hand (start_at::object, frames_[base] is
///   its frame) or the value of the member `at` (start_at::value)
template <class Reader>
class reader_base : protected text_state {
public:
  template <class Hook>
  read_status read(operation_list& list, std::string_view text, text_shape shape, const read_options& options,
                   Hook&& hook) noexcept {
    if (text.size() > options.bounds->text_bytes) {
      return {errc::text_too_long, options.bounds->text_bytes, "a shorter text"};
    }
    if (!list.start(text, options.seed)) return out_of_memory();
    begin_text(list.text(), text.size());
    switch (reader().open(list.text(), text.size())) {
      case open_outcome::opened: break;
      case open_outcome::malformed: return describe_malformed(text);
      case open_outcome::out_of_memory: return out_of_memory();
    }
    hook();
    list_ = &list;
    options_ = &options;
    if (!list.reserve(reader().most_operations() + limits::depth_ceiling * 2)) return out_of_memory();
    if (!reader().start()) return status_;
    const bool done = shape == text_shape::section ? read_section_text() : read_outer_object(shape);
    if (done) reader().finish();
    return status_;
  }

protected:
  explicit reader_base(memory_ref memory) noexcept : duplicates_(memory), nesting_(memory) {}

  struct frame {
    member_chain members;
    std::uint32_t opener = no_operation;   // the push, or the member that holds the array
    std::uint32_t current = no_operation;  // inside arrays: the member whose value is being read
    bool is_array = false;
  };

  static read_status out_of_memory() noexcept { return {errc::out_of_memory, 0, "memory"}; }

  std::uint64_t offset_of(const char* p) const noexcept { return static_cast<std::uint64_t>(p - text_); }
  Reader& reader() noexcept { return static_cast<Reader&>(*this); }

  // --- outer forms -------------------------------------------------------------------------

  bool read_section_text() noexcept {
    const section_name name = options_->section;
    section_operations& out = list_->section(name);
    const read_rules rules = name == section_name::root
                                 ? free_rules(options_->bounds->root_depth)
                                 : section_rules(*options_->bounds, dollar_policy(text_shape::section, name));
    return options_->at.empty() ? read_section(out, rules) : read_at_path(out, rules);
  }

  // {"tags": .., "properties": {..}, others}: of a body only the writable sections matter, of a
  // document everything.
  bool read_outer_object(text_shape shape) noexcept {
    const char* const start = reader().value();
    if (*start != '{') {
      if (!reader().skip_value()) return false;
      list_->note_error(
          {shape == text_shape::document ? errc::invalid_document : errc::section_not_object, offset_of(start)});
      return true;
    }
    const bool whole = shape == text_shape::document;
    rule_error properties_error;
    bool has_properties = false;
    section_operations& root = list_->section(section_name::root);
    if (whole) {
      root = {};
      root.begin = list_->size();
      root.state = section_state::object;
    }
    const bool closed = for_each_member([&](std::string_view key) {
      const bool is_view = (key == "desired" || key == "reported") && !has_properties;
      if (whole && !is_view && key != "tags" && key != "properties") return read_root_member(key);
      // The operations of sections lie between those of root members: a hole in the root's list.
      const std::uint32_t hole = list_->size();
      list_->add().kind = operation_kind::dropped;
      const bool done = read_outer_member(shape, key, has_properties, properties_error);
      list_->begin()[hole].end = list_->size() - 1;
      return done;
    });
    if (properties_error) list_->note_error(properties_error);
    return closed;
  }

  bool read_outer_member(text_shape shape, std::string_view key, bool& has_properties,
                         rule_error& properties_error) noexcept {
    if (key == "tags") {
      return read_section(list_->section(section_name::tags), rules_of(shape, section_name::tags));
    }
    if (key != "properties") {
      if (shape != text_shape::document) return reader().skip_value();
      // A device view has its sections at the root (spec/twin.md 3.1).
      const section_name s = key == "desired" ? section_name::desired : section_name::reported;
      return read_section(list_->section(s), rules_of(shape, s));
    }
    if (options_->refuse_duplicates && has_properties) note_duplicate(reader().value());
    has_properties = true;
    list_->section(section_name::desired) = {};
    list_->section(section_name::reported) = {};
    properties_error = {};
    return read_properties(shape, properties_error);
  }

  bool read_properties(text_shape shape, rule_error& error) noexcept {
    const char* const start = reader().value();
    if (*start != '{') {
      if (*start != 'n') error = {errc::section_not_object, offset_of(start)};
      return reader().skip_value();
    }
    return for_each_member([&](std::string_view key) {
      if (key == "desired") {
        return read_section(list_->section(section_name::desired), rules_of(shape, section_name::desired));
      }
      if (key == "reported" && shape == text_shape::document) {
        return read_section(list_->section(section_name::reported), rules_of(shape, section_name::reported));
      }
      return reader().skip_value();
    });
  }

  read_rules rules_of(text_shape shape, section_name name) const noexcept {
    return section_rules(*options_->bounds, dollar_policy(shape, name));
  }

  // Calls `read_value(key)` at the value of each member; the key may live in a scratch buffer until then.
  template <class ReadValue>
  bool for_each_member(ReadValue read_value) noexcept {
    reader_step step = reader().template enter<'}'>();
    while (step == reader_step::more) {
      std::string_view key;
      if (!read_outer_key(key) || !read_value(key)) return false;
      step = reader().template next<'}'>();
    }
    return step == reader_step::closed;
  }

  // A name of the outer objects, unescaped if short enough to be one of ours.
  bool read_outer_key(std::string_view& key) noexcept {
    const char* quote = nullptr;
    const char* end = nullptr;
    if (!reader().read_key(quote, end)) return false;
    key = {quote + 1, static_cast<std::size_t>(end - quote - 1)};
    if (std::memchr(quote + 1, '\\', key.size()) != nullptr) {
      char* const room = list_->canonical_room();
      if (room == nullptr) return fail_memory();
      const string_facts facts = canonical_string(quote + 1, end, room);
      if (facts.error != nullptr) return fail(facts.error, "a valid escape");
      key = {room, static_cast<std::size_t>(facts.end - room)};
      list_->canonical_used(facts.end);
    }
    return true;
  }

  bool read_root_member(std::string_view key) noexcept {
    section_operations& root = list_->section(section_name::root);
    const std::uint32_t at = list_->size();
    operation& o = list_->add();
    o.key = key.data();
    o.key_size = static_cast<std::uint32_t>(key.size());
    o.hash = key_hash(list_->seed(), o.key, o.key_size);
    o.counted = 0;
    const read_rules rules = free_rules(options_->bounds->root_depth);
    const char* const start = reader().value();
    const bool done = reader().read_members(root, rules, start_at::value, 0, at);
    root.text_bytes += static_cast<std::uint64_t>(reader().value_end() - start) + key.size();
    root.end = list_->size();
    ++root.members;
    return done;
  }

  bool read_section(section_operations& out, const read_rules& rules) noexcept {
    const char* const start = reader().value();
    if (options_->refuse_duplicates && out.state != section_state::absent) note_duplicate(start);
    out = {};
    if (*start != '{') {
      out.state = *start == 'n' ? section_state::null : section_state::invalid;
      out.error = {errc::section_not_object, offset_of(start)};
      if (out.state == section_state::invalid) list_->note_invalid();
      return reader().skip_value();
    }
    out.state = section_state::object;
    out.begin = list_->size();
    frames_[0] = {};
    const bool done = reader().read_members(out, rules, start_at::object, 0, no_operation);
    out.text_bytes = static_cast<std::uint64_t>(reader().value_end() - start);
    out.end = list_->size();
    return done;
  }

  // The text is the value of the member that options_->at names.
  bool read_at_path(section_operations& out, const read_rules& rules) noexcept {
    out = {};
    out.state = section_state::object;
    out.begin = list_->size();
    list_->expect_canonical(options_->at.text().size() * 7);  // as it is, and with each byte escaped
    std::uint32_t level = 0;
    std::uint32_t pushes[limits::depth_ceiling + 1];
    for (auto segment = options_->at.begin(); segment != options_->at.end();) {
      char* const room = list_->canonical_room();
      if (room == nullptr) return fail_memory();
      char* const raw_end = (*segment).copy(room);
      char* const key = raw_end;
      const auto bytes = static_cast<std::uint32_t>(raw_end - room);
      char* const end = put_canonical(key, {room, bytes});
      list_->canonical_used(end);
      const std::uint32_t at = list_->size();
      operation& o = list_->add();
      o.key = key;
      o.key_size = static_cast<std::uint32_t>(end - key);
      o.hash = key_hash(list_->seed(), key, o.key_size);
      o.counted = 0;
      out.counted += bytes;
      const bool too_deep = level > rules.depth;
      if (too_deep || bytes > rules.key_bytes || !has_legal_characters(key, o.key_size)) {
        invalidate(at,
                   too_deep                  ? errc::depth
                   : bytes > rules.key_bytes ? errc::key_length
                                             : errc::key_character,
                   text_);
        out.end = list_->size();
        return reader().skip_value();  // the text is judged before its place
      }
      if (++segment == options_->at.end()) {
        frames_[level] = {};
        if (!reader().read_members(out, rules, start_at::value, level, at)) return false;
        break;
      }
      o.kind = operation_kind::push;
      pushes[level++] = at;
    }
    while (level > 0) {
      list_->begin()[pushes[--level]].end = list_->size();
      list_->begin()[pushes[level]].counted = 1;
      ++out.objects;
      list_->add().kind = operation_kind::pop;
    }
    out.text_bytes = options_->at.text().size() * 6 + static_cast<std::uint64_t>(text_end_ - text_);
    out.members = 1;
    out.end = list_->size();
    return true;
  }

  // --- members and leaves ------------------------------------------------------------------

  enum class start_at : std::uint8_t { object, value };

  void invalidate(std::uint32_t at, errc code, const char* where) noexcept {
    operation& o = list_->begin()[at];
    o.kind = operation_kind::invalid;
    o.code = static_cast<std::uint8_t>(code);
    o.value = where;
    o.end = at;
    list_->note_invalid();
  }
  enum class key_outcome : std::uint8_t { legal, illegal, dropped, kept, failed };

  struct key_facts {
    key_outcome outcome;
    errc code;            // of an illegal one
    std::uint32_t bytes;  // of the name itself
  };
  // Keys that are long, not plain ASCII, or hold what only some places allow. Legal ones get their hash.
  [[gnu::noinline]] key_facts read_odd_key(operation& o, const char* end, const read_rules& rules,
                                           bool at_top) noexcept {
    const char* const start = o.key;
    std::uint32_t bytes = o.key_size;
    if (std::memchr(start, '\\', o.key_size) != nullptr) {
      char* const room = list_->canonical_room();
      if (room == nullptr) return fail_memory(), key_facts{key_outcome::failed, {}, 0};
      const string_facts facts = canonical_string(start, end, room);
      if (facts.error != nullptr) return fail(facts.error, "a valid escape"), key_facts{key_outcome::failed, {}, 0};
      list_->canonical_used(facts.end);
      o.key = room;
      o.key_size = static_cast<std::uint32_t>(facts.end - room);
      bytes = facts.bytes;
    }
    o.hash = key_hash(list_->seed(), o.key, o.key_size);
    if (rules.is_free) return {key_outcome::legal, {}, bytes};
    const std::string_view key{o.key, o.key_size};
    if (at_top && rules.dollar != dollar_members::refuse && !key.empty() && key[0] == '$') {
      if (rules.dollar == dollar_members::drop_all) return {key_outcome::dropped, {}, bytes};
      if (is_own_dollar_member(key)) {
        return {rules.dollar == dollar_members::keep_own ? key_outcome::kept : key_outcome::dropped, {}, bytes};
      }
    }
    if (bytes > rules.key_bytes) return {key_outcome::illegal, errc::key_length, bytes};
    if (!has_legal_characters(o.key, o.key_size)) return {key_outcome::illegal, errc::key_character, bytes};
    return {key_outcome::legal, {}, bytes};
  }

  void note_duplicate(const char* where) noexcept {
    list_->note_error({errc::duplicate_member, list_->offset_of(where)});
  }
  void drop(std::uint32_t earlier, std::uint32_t later, bool in_array) noexcept {
    if (options_->refuse_duplicates) return note_duplicate((*list_)[later].key);
    operation& o = list_->begin()[earlier];
    if (!in_array && o.kind != operation_kind::push) o.end = earlier;
    o.kind = operation_kind::dropped;
  }

  /// A leaf that had to be looked at closely; code is a broken rule.
  struct leaf_facts {
    errc code;
    operation_kind kind;
    bool complex;
    const char* text;
    std::uint32_t size;
    std::uint32_t counted;
  };
  // A scalar that needs a closer look: long or with escapes, controls, exponents, many digits, or broken.
  [[gnu::noinline]] leaf_facts read_odd_leaf(const char* v, const char* end, scalar_class kind, const read_rules& rules,
                                             bool in_array) noexcept {
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
      case scalar_class::literal_true:
      case scalar_class::literal_false:
      case scalar_class::literal_null: {
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

  operation_list* list_ = nullptr;
  const read_options* options_ = nullptr;
  duplicate_finder duplicates_;
  array<std::uint64_t> nesting_;
  frame frames_[max_frames];
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_READER_BASE_HPP
