// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_JSON_DETAIL_SIMDJSON_HPP
#define DOPPEL_JSON_DETAIL_SIMDJSON_HPP

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

// The only place that includes simdjson. Its first stage (UTF-8 check and structural index, with
// kernels chosen for the CPU at run time) has no documented public entrance: what is used of it is
// accessible and unchanged from 3.0 to 4.6, and pinned below and by a test.
namespace doppel {
inline namespace v0 {
namespace detail {

/// The offsets of all structural characters, strings and other scalars of a text.
class structural_index {
public:
  enum class outcome : std::uint8_t { indexed, malformed, out_of_memory };

  /// Indexes `size` bytes at `text`, behind which 64 more are readable. The text is UTF-8, its
  /// strings are closed and free of raw control characters when the outcome is `indexed`.
  outcome build(const char* text, std::size_t size) noexcept {
    if (parser_ == nullptr || parser_->capacity() < size) {
      if (!allocate(size)) return outcome::out_of_memory;
    }
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text);
    const simdjson::error_code error = parser_->stage1(bytes, size, simdjson::stage1_mode::regular);
    return error == simdjson::SUCCESS ? outcome::indexed : outcome::malformed;
  }

  /// The offsets in ascending order; behind the last stand two that point at the end of the text.
  const std::uint32_t* offsets() const noexcept { return parser_->structural_indexes.get(); }
  std::uint32_t size() const noexcept { return parser_->n_structural_indexes; }

private:
  bool allocate(std::size_t size) noexcept {
    // A quarter more than asked, so that slowly growing texts do not allocate each time.
    const std::size_t capacity = size + size / 4 + 512;
    const simdjson::implementation* const kernels = simdjson::get_active_implementation();
    return kernels->create_dom_parser_implementation(capacity, 1, parser_) == simdjson::SUCCESS;
  }

  using parser = simdjson::internal::dom_parser_implementation;
  static_assert(std::is_same_v<decltype(parser::structural_indexes), std::unique_ptr<std::uint32_t[]>>,
                "this simdjson keeps its structural index in another form");
  static_assert(std::is_same_v<decltype(parser::n_structural_indexes), std::uint32_t>,
                "this simdjson counts its structural index in another type");

  std::unique_ptr<parser> parser_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_JSON_DETAIL_SIMDJSON_HPP
