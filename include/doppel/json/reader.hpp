// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_READER_HPP
#define DOPPEL_JSON_READER_HPP

#include <doppel/json/detail/duplicates.hpp>
#include <doppel/json/detail/grammar.hpp>
#include <doppel/json/detail/lexeme.hpp>
#include <doppel/json/detail/read_rules.hpp>
#include <doppel/json/detail/reader_base.hpp>
#include <doppel/json/detail/simdjson.hpp>
#include <doppel/json/operations.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string_view>

/// @file
/// Text to operations. `indexed_reader` walks the structural index that simdjson's first stage
/// makes; `json/ondemand_reader.hpp` does the same through simdjson's public interface.
namespace doppel {
inline namespace v0 {
namespace detail {

/// A reader turns a text of a given shape into operations. Errors of the text itself come back at
/// once; broken rules of spec/twin.md 4 wait in the list, since the precondition is judged before
/// them (24) and a later duplicate may cancel them (4.5.3). `hook` runs while the text is still
/// being understood: callers use it to prefetch what the operations will touch.
template <class R>
concept reader = requires(R& r, operation_list& list, std::string_view text, read_options options,
                          void (*hook)()) {
  { r.read(list, text, text_shape::section, options, hook) } noexcept -> std::same_as<read_status>;
};

/// Walks the structural index.
class indexed_reader : private reader_base<indexed_reader> {
public:
  static constexpr std::size_t workspace_part = 1;
  explicit indexed_reader(memory_ref memory) noexcept : reader_base(memory) {}
  using reader_base::read;

private:
  friend class reader_base<indexed_reader>;

  /// The outermost array that is open.
  struct array_state {
    const char* begin;
    std::uint32_t token;
    bool dirty;  // its text is not canonical as it stands
    std::uint64_t counted;
  };

  open_outcome open(const char* text, std::size_t size) noexcept {
    switch (index_.build(text, size)) {
      case structural_index::outcome::indexed: return open_outcome::opened;
      case structural_index::outcome::malformed: return open_outcome::malformed;
      case structural_index::outcome::out_of_memory: break;
    }
    return open_outcome::out_of_memory;
  }
  bool start() noexcept {
    at_ = first_ = index_.offsets();
    return true;
  }
  bool finish() noexcept { return at_ == first_ + index_.size() || fail(value(), "the end of the text"); }
  // No operation comes from fewer than two tokens.
  std::size_t most_operations() const noexcept { return index_.size() / 2 + 2; }

  const char* value() const noexcept { return text_ + *at_; }
  const char* value_end() const noexcept { return text_ + *at_; }
  std::uint32_t position() const noexcept { return static_cast<std::uint32_t>(at_ - first_); }

  template <char Close>
  reader_step enter() noexcept {
    ++at_;
    if (*value() != Close) return reader_step::more;
    ++at_;
    return reader_step::closed;
  }
  template <char Close>
  reader_step next() noexcept {
    const char c = *value();
    if (c != ',' && c != Close) {
      fail(value(), "',' or '}'");
      return reader_step::failed;
    }
    ++at_;
    return c == ',' ? reader_step::more : reader_step::closed;
  }
  bool read_key(const char*& quote, const char*& end) noexcept {
    quote = value();
    if (*quote != '"') return fail(quote, "a member name");
    const char* const colon = text_ + at_[1];
    if (*colon != ':') return fail(colon, "':'");
    end = trim_end(colon) - 1;
    at_ += 2;
    return true;
  }

  bool read_members(section_operations& out, const read_rules& rules, start_at start, std::uint32_t base,
                    std::uint32_t at) noexcept;
  std::uint32_t mark(std::uint32_t at, bool in_array, errc code, const char* where, const std::uint32_t* ix,
                     std::uint32_t size) noexcept;
  const std::uint32_t* skip_from(const std::uint32_t* ix) noexcept;
  bool sweep_duplicates(const member_chain& members, bool in_array) noexcept;
  bool finish_array(section_operations& out, std::uint32_t at) noexcept;
  bool rewrite_array(operation& o) noexcept;
  bool skip_value() noexcept;

  structural_index index_;
  const std::uint32_t* first_ = nullptr;
  const std::uint32_t* at_ = nullptr;
  array_state array_{};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#include <doppel/json/impl/reader.ipp>  // IWYU pragma: export

#endif  // DOPPEL_JSON_READER_HPP
