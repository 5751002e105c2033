// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_ROW_HPP
#define DOPPEL_FLEET_ROW_HPP

#include <doppel/query/options.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// @file
/// How rows of a fleet are named.
namespace doppel {
inline namespace v0 {

/// The place of a twin in its collection: counted from 0 in the order of insertion, and never used again. Kept when a
/// fleet is saved and loaded.
using row_number = std::uint64_t;

/// The id of a device, or of a module of one. A view.
struct twin_id {
  std::string_view device_id;
  std::string_view module_id = {};  ///< empty for a device

  constexpr twin_id(std::string_view device, std::string_view module) noexcept : device_id(device), module_id(module) {}
  /// Takes `deviceId` or `deviceId/moduleId` apart; ids themselves have no `/` (spec/twin.md 2.1).
  template <std::convertible_to<std::string_view> Text>
  constexpr twin_id(const Text& text) noexcept  // NOLINT: a text is an id
      : twin_id(std::string_view(text), std::string_view(text).find('/')) {}

  /// `devices` or `modules`.
  [[nodiscard]] constexpr query_collection collection() const noexcept {
    return module_id.empty() ? query_collection::devices : query_collection::modules;
  }
  friend constexpr bool operator==(const twin_id&, const twin_id&) noexcept = default;

private:
  constexpr twin_id(std::string_view text, std::size_t slash) noexcept
      : device_id(text.substr(0, slash)),
        module_id(slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1)) {}
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_ROW_HPP
