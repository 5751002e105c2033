// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_ONDEMAND_READER_HPP
#define DOPPEL_JSON_ONDEMAND_READER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/json/detail/duplicates.hpp>
#include <doppel/json/detail/grammar.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/detail/read_rules.hpp>
#include <doppel/json/detail/reader_base.hpp>
#include <doppel/json/detail/simdjson.hpp>
#include <doppel/json/operations.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
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
  ///
  /// It gives what `indexed_reader` gives, with one exception: where a form feed or a substitute character
  /// (U+000C, U+001A) stands outside of strings, which is an error for both, they may name different places.
  class ondemand_reader : private reader_base<ondemand_reader> {
  public:
    static constexpr std::size_t workspace_part = 3;
    explicit ondemand_reader(memory_ref memory) noexcept : reader_base(memory) {}
    using reader_base::read;

  private:
    friend class reader_base<ondemand_reader>;

    /// The outermost array that is open.
    struct array_state {
      std::uint32_t level = 0;  // 0: there is none
      const char* begin = nullptr;
      bool dirty = false;  // its text is not canonical as it stands
      std::uint64_t counted = 0;
    };
    struct opened_container {
      simdjson::ondemand::object_iterator members;
      simdjson::ondemand::array_iterator elements;
    };
    // The rules bound the depth of what is entered: sections, `properties` and the root around them.
    static constexpr std::size_t max_depth = max_frames + 4;

    bool in_array() const noexcept { return array_.level != 0; }

    open_outcome open(const char* text, std::size_t size) noexcept {
      depth_ = 0;
      root_is_entered_ = false;
      // A longer text than before makes room for more than it needs, so that slow growth does not allocate
      // each time.
      if (parser_.capacity() < size && parser_.allocate(size + size / 4 + 512, max_depth) != simdjson::SUCCESS) {
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
      return value_ == byte_tokens::skip_space(text_, text_end_) || find_flaw();
    }

    bool finish() noexcept {
      const char* rest = nullptr;
      if (!root_is_entered_) {
        rest = byte_tokens::skip_space(value_end_, text_end_);
      } else if (document_.current_location().get(rest) != simdjson::SUCCESS) {
        return true;
      }
      return rest == text_end_ || fail(rest, "the end of the text");
    }

    // An operation stands for a member, for a closed object, or for an element.
    std::size_t most_operations() const noexcept {
      std::size_t n = 2;
      for (const char* p = text_; p != text_end_; ++p) n += *p == ':' || *p == ',' || *p == '{' || *p == '[' ? 1 : 0;
      return n;
    }

    const char* value() const noexcept { return value_; }
    const char* value_end() const noexcept { return value_end_; }

    template <char Close>
    reader_step enter() noexcept {
      DOPPEL_ASSERT(depth_ < max_depth);
      root_is_entered_ = true;
      if constexpr (Close == ']') {
        auto& elements = opened_[depth_].elements;
        simdjson::ondemand::array opened;
        const auto error = depth_ == 0 ? document_.get_array().get(opened) : current_.get_array().get(opened);
        if (error != simdjson::SUCCESS) return failed();
        if (opened.begin().get(elements) != simdjson::SUCCESS) return failed();
        ++depth_;
        return arrive_at_element(elements);
      } else {
        auto& members = opened_[depth_].members;
        simdjson::ondemand::object opened;
        const auto error = depth_ == 0 ? document_.get_object().get(opened) : current_.get_object().get(opened);
        if (error != simdjson::SUCCESS) return failed();
        if (opened.begin().get(members) != simdjson::SUCCESS) return failed();
        ++depth_;
        return arrive_at_member(members);
      }
    }

    template <char Close>
    reader_step next() noexcept {
      opened_container& open = opened_[depth_ - 1];
      if constexpr (Close == ']') {
        return arrive_at_element(++open.elements);
      } else {
        return arrive_at_member(++open.members);
      }
    }

    bool read_key(const char*& quote, const char*& end) noexcept {
      simdjson::ondemand::field member;
      if ((*opened_[depth_ - 1].members).get(member) != simdjson::SUCCESS) return find_flaw();
      quote = member.key().raw() - 1;
      end = byte_tokens::string_end(quote, text_end_) - 1;
      current_ = member.value();
      set_value(current_.raw_json_token());
      return true;
    }

    // Behind a value that ends at `end` and has been checked.
    void pass(const char* end) noexcept {
      value_end_ = end;
      // Values are passed over when the iterator moves on. For a string this is no use: one that is followed
      // by a colon would be taken for a name.
      simdjson::ondemand::raw_json_string passed;
      if (depth_ != 0 && *value_ == '"' && current_.get_raw_json_string().get(passed) != simdjson::SUCCESS) find_flaw();
    }

    bool skip_value() noexcept {
      byte_tokens tokens(value_, text_end_);
      if (!check_value(tokens, *this, nesting_)) return false;
      pass(end_of_value(value_, text_end_));
      return true;
    }

    reader_step arrive_at_member(simdjson::ondemand::object_iterator& members) noexcept {
      return members != simdjson::ondemand::object_iterator() ? reader_step::more : leave();
    }
    reader_step arrive_at_element(simdjson::ondemand::array_iterator& elements) noexcept {
      if (!(elements != simdjson::ondemand::array_iterator())) return leave();
      if ((*elements).get(current_) != simdjson::SUCCESS) return failed();
      set_value(current_.raw_json_token());
      return reader_step::more;
    }
    // An iterator also says that it has come to the end when it has given up.
    reader_step leave() noexcept {
      if (!document_.is_alive()) return failed();
      --depth_;
      // Between the bracket and what comes next there is only white space.
      const char* following = text_end_;
      if (document_.current_location().get(following) != simdjson::SUCCESS) following = text_end_;
      value_end_ = trim_end(following);
      return reader_step::closed;
    }

    void set_value(std::string_view token) noexcept {
      value_ = token.data();
      token_end_ = trim_end(token.data() + token.size());
    }

    reader_step failed() noexcept {
      find_flaw();
      return reader_step::failed;
    }

    // On-Demand notices some flaws early and does not say where: the text is gone through by the grammar.
    bool find_flaw() noexcept {
      byte_tokens tokens(text_, text_end_);
      if (!check_value(tokens, *this, nesting_)) return false;
      return fail(tokens.current(), "the end of the text");
    }

    bool read_members(section_operations& out, const read_rules& rules, start_at start, std::uint32_t base,
                      std::uint32_t at) noexcept;
    void mark(std::uint32_t at, errc code, const char* where) noexcept;
    bool finish_array(section_operations& out, std::uint32_t at) noexcept;
    bool rewrite_array(operation& o, const char* end) noexcept;

    simdjson::ondemand::parser parser_;
    simdjson::ondemand::document document_;
    simdjson::ondemand::value current_;  // the value at hand, unless that is the root
    const char* value_ = nullptr;
    const char* token_end_ = nullptr;  // of the value at hand, if that is a scalar
    const char* value_end_ = nullptr;  // of the value just left
    bool root_is_entered_ = false;
    std::size_t depth_ = 0;
    opened_container opened_[max_depth];
    array_state array_;
  };

#include <doppel/json/impl/ondemand_reader.ipp>  // IWYU pragma: export

}  // namespace )
}  // namespace detail
}  // namespace v0
}  // namespace doppel

#undef DOPPEL_DETAIL_ONDEMAND_FLAGS
#undef DOPPEL_DETAIL_ONDEMAND_SPACE

#endif  // DOPPEL_JSON_ONDEMAND_READER_HPP
