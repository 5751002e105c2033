// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_ONDEMAND_READER_HPP
#define DOPPEL_JSON_ONDEMAND_READER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/json/detail/basic_reader.hpp>
#include <doppel/json/detail/grammar.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/detail/read_rules.hpp>
#include <doppel/json/detail/simdjson.hpp>
#include <doppel/json/operations.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// @file
/// The second reader: text to operations through simdjson's documented On-Demand interface alone. It gives
/// the same operations and errors as `indexed_reader`, more slowly; it is there for a simdjson whose index
/// can no longer be had, and for comparing the two.
///
/// simdjson compiles On-Demand into every translation unit by that unit's flags: the instruction set and,
/// through optimisation or SIMDJSON_DEVELOPMENT_CHECKS, the layout of its classes. Both are folded into the
/// names of what is below, so that units with different flags do not share its code. simdjson's own names
/// tell instruction sets apart, but not the development checks: build with one setting of those.

#define DOPPEL_DETAIL_ONDEMAND_SPACE(kernel, checks) ondemand_##kernel##_##checks
#if defined(SIMDJSON_DEVELOPMENT_CHECKS) && SIMDJSON_DEVELOPMENT_CHECKS
#define DOPPEL_DETAIL_ONDEMAND_FLAGS(kernel) DOPPEL_DETAIL_ONDEMAND_SPACE(kernel, checked)
#else
#define DOPPEL_DETAIL_ONDEMAND_FLAGS(kernel) DOPPEL_DETAIL_ONDEMAND_SPACE(kernel, unchecked)
#endif

namespace doppel {
inline namespace v0 {
namespace detail {
inline namespace DOPPEL_DETAIL_ONDEMAND_FLAGS(SIMDJSON_BUILTIN_IMPLEMENTATION) {

/// Goes through objects and arrays by On-Demand's iterators. These see brackets, commas, colons and the
/// quotes of names; scalars, and values that are skipped, are checked on the text itself.
class ondemand_cursor : public text_state {
public:
  static constexpr std::size_t workspace_part = 3;
  explicit ondemand_cursor(memory_ref memory) noexcept : nesting_(memory) {}

  open_outcome open(const char* text, std::size_t size) noexcept {
    begin_text(text, size);
    depth_ = 0;
    behind_root_ = nullptr;
    // Longer texts than before make room for more than was asked, so that slow growth does not allocate each time.
    if (parser_.capacity() < size &&
        parser_.allocate(size + size / 4 + 512, max_depth) != simdjson::SUCCESS) {
      return open_outcome::out_of_memory;
    }
    switch (parser_.iterate(text, size, size + text_padding).get(document_)) {
      case simdjson::SUCCESS: return open_outcome::opened;
      case simdjson::MEMALLOC: return open_outcome::out_of_memory;
      default: return open_outcome::malformed;
    }
  }

  bool start() noexcept {
    std::string_view token;
    if (document_.raw_json_token().get(token) != simdjson::SUCCESS) return find_flaw();
    set_value(token);
    // A byte order mark, which newer versions pass over, is not JSON (RFC 8259, 8.1).
    return value_ == byte_tokens::skip_space(text(), text_end()) || find_flaw();
  }

  bool finish() noexcept {
    const char* rest = behind_root_;
    if (rest == nullptr) {
      if (!document_.is_alive()) return find_flaw();
      if (document_.current_location().get(rest) != simdjson::SUCCESS) return true;
    }
    return rest == text_end() || fail(rest, "the end of the text");
  }

  // An operation stands for a member, for a closed object, or for an element.
  std::size_t most_operations() const noexcept {
    std::size_t n = 2;
    for (const char* p = text(); p != text_end(); ++p) {
      n += static_cast<std::size_t>(*p == ':') + (*p == ',') + (*p == '{') + (*p == '[');
    }
    return n;
  }

  const char* value() const noexcept { return value_; }
  const char* scalar_end() const noexcept { return value_end_; }

  template <char Close>
  cursor_step enter() noexcept {
    DOPPEL_ASSERT(depth_ < max_depth);
    if constexpr (Close == ']') {
      simdjson::ondemand::array opened;
      auto& elements = levels_[depth_].elements;
      if ((depth_ == 0 ? document_.get_array() : current_.get_array()).get(opened) != simdjson::SUCCESS) return failed();
      if (opened.begin().get(elements) != simdjson::SUCCESS) return failed();
      ++depth_;
      return arrive_at_element(elements);
    } else {
      simdjson::ondemand::object opened;
      auto& members = levels_[depth_].members;
      if ((depth_ == 0 ? document_.get_object() : current_.get_object()).get(opened) != simdjson::SUCCESS) return failed();
      if (opened.begin().get(members) != simdjson::SUCCESS) return failed();
      ++depth_;
      return arrive_at_member(members);
    }
  }

  template <char Close>
  cursor_step next() noexcept {
    opened_container& open = levels_[depth_ - 1];
    if constexpr (Close == ']') {
      return arrive_at_element(++open.elements);
    } else {
      return arrive_at_member(++open.members);
    }
  }

  bool read_key(const char*& quote, const char*& end) noexcept {
    simdjson::ondemand::field member;
    if ((*levels_[depth_ - 1].members).get(member) != simdjson::SUCCESS) return find_flaw();
    quote = member.key().raw() - 1;
    end = byte_tokens::string_end(quote, text_end()) - 1;
    current_ = member.value();
    set_value(current_.raw_json_token());
    return true;
  }

  void pass(const char* end) noexcept {
    if (depth_ == 0) {
      behind_root_ = byte_tokens::skip_space(end, text_end());
    } else if (*value_ == '"') {
      // Other scalars are passed over when the iterator moves on. For a string this is no use: one that
      // is followed by a colon would be taken for a name.
      simdjson::ondemand::raw_json_string passed;
      if (current_.get_raw_json_string().get(passed) != simdjson::SUCCESS) find_flaw();
    }
  }

  bool skip_value() noexcept {
    byte_tokens tokens(value_, text_end());
    if (!check_value(tokens, *this, nesting_)) return false;
    pass(tokens.current());
    return true;
  }

  // Between the bracket and what comes next there is only white space.
  const char* container_end() noexcept {
    const char* following = nullptr;
    return trim_end(document_.current_location().get(following) == simdjson::SUCCESS ? following : text_end());
  }

private:
  // The rules bound the depth of what is entered: sections, `properties` and the root around them.
  static constexpr std::size_t max_depth = max_frames + 4;

  struct opened_container {
    simdjson::ondemand::object_iterator members;
    simdjson::ondemand::array_iterator elements;
  };

  cursor_step arrive_at_member(simdjson::ondemand::object_iterator& members) noexcept {
    return members != simdjson::ondemand::object_iterator() ? cursor_step::more : leave();
  }
  cursor_step arrive_at_element(simdjson::ondemand::array_iterator& elements) noexcept {
    if (!(elements != simdjson::ondemand::array_iterator())) return leave();
    if ((*elements).get(current_) != simdjson::SUCCESS) return failed();
    set_value(current_.raw_json_token());
    return cursor_step::more;
  }
  // An iterator also says that it has come to the end when it has given up.
  cursor_step leave() noexcept {
    if (!document_.is_alive()) return failed();
    --depth_;
    return cursor_step::closed;
  }

  void set_value(std::string_view token) noexcept {
    value_ = token.data();
    value_end_ = trim_end(token.data() + token.size());
  }

  cursor_step failed() noexcept {
    find_flaw();
    return cursor_step::failed;
  }

  // On-Demand notices some flaws early and does not say where: the text is gone through by the grammar.
  bool find_flaw() noexcept {
    byte_tokens tokens(text(), text_end());
    if (!check_value(tokens, *this, nesting_)) return false;
    return fail(tokens.current(), "the end of the text");
  }

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  simdjson::ondemand::value current_;  // the value at the cursor, unless that is the root
  const char* value_ = nullptr;
  const char* value_end_ = nullptr;
  const char* behind_root_ = nullptr;  // set once a root that was not entered has been passed
  std::size_t depth_ = 0;
  opened_container levels_[max_depth];
  array<std::uint64_t> nesting_;
};

using ondemand_reader = basic_reader<ondemand_cursor>;

}  // namespace DOPPEL_DETAIL_ONDEMAND_FLAGS(SIMDJSON_BUILTIN_IMPLEMENTATION)
}  // namespace detail
}  // namespace v0
}  // namespace doppel

#undef DOPPEL_DETAIL_ONDEMAND_FLAGS
#undef DOPPEL_DETAIL_ONDEMAND_SPACE

#endif  // DOPPEL_JSON_ONDEMAND_READER_HPP
