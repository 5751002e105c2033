// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_SECTION_HPP
#define DOPPEL_TWIN_SECTION_HPP

#include <doppel/base/path.hpp>
#include <doppel/twin/detail/section_core.hpp>
#include <doppel/twin/value_view.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// @file
/// One section of a twin, to read.
namespace doppel {
inline namespace v0 {

/// A section: tags, desired or reported, or the members around them. `Stamping` says which stamps
/// its members carry, and so which questions compile.
/// @tparam Stamping `stamping::none`, `stamping::time` or `stamping::time_and_version`
/// @par Lifetime
/// A view: valid until the next write to the twin, its move or its destruction.
/// @par Exception safety
/// Nothing throws or allocates, except where a buffer is written to.
template <class Stamping>
class section {
public:
  using stamping_type = Stamping;

  /// Size by the service's formula, in bytes; this is what limits bound.
  /// @par Specification spec/twin.md 5
  [[nodiscard]] std::uint64_t counted_bytes() const noexcept { return core_->counted(); }
  /// What is left of a limit; 0 when the section is at it or beyond.
  [[nodiscard]] std::uint64_t bytes_left(std::uint64_t limit) const noexcept {
    return counted_bytes() < limit ? limit - counted_bytes() : 0;
  }
  [[nodiscard]] bool empty() const noexcept { return root().size() == 0; }
  /// Members at the top.
  [[nodiscard]] std::size_t size() const noexcept { return root().size(); }
  /// Members at all levels; elements of arrays are not members.
  [[nodiscard]] std::size_t total_members() const noexcept { return core_->members(); }
  /// Bytes allocated for the section, and how many of them a compacted one would need.
  [[nodiscard]] std::size_t bytes_held() const noexcept { return core_->bytes_held(); }
  [[nodiscard]] std::size_t bytes_live() const noexcept { return core_->bytes_live(); }

  /// The section as a value: an object.
  [[nodiscard]] value_view root() const noexcept { return {core_->get(), &core_->root(), keys_}; }
  /// The member with this key at the top, or absent.
  [[nodiscard]] value_view find(std::string_view key) const noexcept { return root().find(key); }
  /// The value at a path inside the section, or absent. A text that is no path finds nothing.
  [[nodiscard]] value_view at(std::string_view path) const noexcept {
    const auto parsed = parse_path(path);
    return parsed.has_value() ? root().at(*parsed) : value_view{};
  }
  [[nodiscard]] value_view at(const path_view& path) const noexcept { return root().at(path); }
  [[nodiscard]] value_view::iterator begin() const noexcept { return root().begin(); }
  [[nodiscard]] value_view::iterator end() const noexcept { return root().end(); }

  /// Time and, in desired, version of the last write to the section (spec/twin.md 9.2).
  [[nodiscard]] stamp last_updated() const noexcept
    requires(Stamping::has_time)
  {
    return root().last_updated();
  }

  /// Appends the content as minified JSON, without `$metadata` and `$version`. False when memory is refused.
  bool write_json(text_buffer& out) const noexcept { return root().write_json(out); }

  /// For the library's own layers.
  section(const detail::section_core& core, const detail::key_store* keys) noexcept : core_(&core), keys_(keys) {}
  const detail::section_core& core() const noexcept { return *core_; }
  const detail::key_store* keys() const noexcept { return keys_; }

private:
  const detail::section_core* core_;
  const detail::key_store* keys_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_SECTION_HPP
