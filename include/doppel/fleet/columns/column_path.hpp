// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_PATH_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_PATH_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/query/detail/path_track.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/root.hpp>
#include <doppel/twin/detail/key_store.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

/// @file
/// What a column has of each twin.
namespace doppel {
inline namespace v0 {

/// A path that there can be a column of: from tags, desired, reported or a root member down stored members, and perhaps
/// to the `$lastUpdated` of the last.
///
/// Paths without a column are those through an array's elements, other parts of `$metadata`, sections as a whole,
/// versions, and the names of things: `deviceId`, `moduleId` and the etags are different in every twin.
/// @par Lifetime
/// A value of its own: it does not refer to the program that it was made from.
class column_path {
public:
  static constexpr std::uint32_t max_steps = detail::path_track::max_steps;

  /// Says whether a path of a program can have a column.
  [[nodiscard]] static bool exists(const program& p, std::uint32_t path) noexcept {
    const detail::path_track track = detail::track_of(p.paths(), path);
    if (track.steps == 0) return false;
    if (track.stamp != 0) return p.paths()[track.stamp].key == "$lastUpdated";
    if (track.section != section_name::root) return true;
    switch (p.paths()[track.path[0]].root) {
      case path_root::device_id:
      case path_root::module_id:
      case path_root::device_etag: return false;
      default: return true;
    }
  }

  explicit column_path(memory_ref memory = {}) noexcept : text_(memory) {}
  column_path(column_path&&) noexcept = default;
  column_path& operator=(column_path&& other) noexcept {
    text_.swap(other.text_);
    for (std::uint32_t i = 0; i != max_steps; ++i) steps_[i] = other.steps_[i];
    step_count_ = other.step_count_;
    size_ = other.size_;
    section_ = other.section_;
    is_stamp_ = other.is_stamp_;
    return *this;
  }

  /// Becomes a path of a program. False when memory is refused.
  /// @pre `exists(p, path)`
  [[nodiscard]] bool assign(const program& p, std::uint32_t path) noexcept {
    const detail::path_track track = detail::track_of(p.paths(), path);
    std::size_t bytes = slack;
    for (std::uint32_t i = 0; i != track.steps; ++i) {
      bytes += p.paths()[track.path[i]].key.size() + p.paths()[track.path[i]].quoted.size();
    }
    if (!text_.reserve(bytes)) return false;
    section_ = track.section;
    is_stamp_ = track.stamp != 0;
    step_count_ = track.steps;
    size_ = 0;
    for (std::uint32_t i = 0; i != track.steps; ++i) {
      const query_path& from = p.paths()[track.path[i]];
      const std::string_view stored = from.quoted.substr(1, from.quoted.size() - 2);
      steps_[i] = {put(stored), static_cast<std::uint32_t>(stored.size()), put(from.key),
                   static_cast<std::uint32_t>(from.key.size()), detail::no_key};
      if (from.root >= path_root::device_id && from.root <= path_root::parent_scopes) {
        steps_[i].id = static_cast<std::uint32_t>(from.root) - static_cast<std::uint32_t>(path_root::device_id);
      }
    }
    std::memset(text_.data() + size_, 0, slack);
    return true;
  }

  [[nodiscard]] section_name section() const noexcept { return section_; }
  /// Says whether it leads to a `$lastUpdated`.
  [[nodiscard]] bool is_stamp() const noexcept { return is_stamp_; }
  [[nodiscard]] std::uint32_t steps() const noexcept { return step_count_; }
  /// A member's name as twins store it: as JSON has it between its quotes. 16 bytes behind it can be read.
  [[nodiscard]] std::string_view stored_key(std::uint32_t step) const noexcept {
    return {text_.data() + steps_[step].stored, steps_[step].stored_size};
  }
  /// The same as plain UTF-8.
  [[nodiscard]] std::string_view key(std::uint32_t step) const noexcept {
    return {text_.data() + steps_[step].plain, steps_[step].plain_size};
  }
  /// The id that a key has in every table, or `detail::no_key`.
  [[nodiscard]] std::uint32_t fixed_id(std::uint32_t step) const noexcept { return steps_[step].id; }
  [[nodiscard]] std::size_t bytes_held() const noexcept { return text_.capacity(); }

  friend bool operator==(const column_path& a, const column_path& b) noexcept {
    if (a.section_ != b.section_ || a.is_stamp_ != b.is_stamp_ || a.step_count_ != b.step_count_) return false;
    for (std::uint32_t i = 0; i != a.step_count_; ++i) {
      if (a.stored_key(i) != b.stored_key(i)) return false;
    }
    return true;
  }

private:
  static constexpr std::size_t slack = 16;

  struct step_text {
    std::uint32_t stored = 0;
    std::uint32_t stored_size = 0;
    std::uint32_t plain = 0;
    std::uint32_t plain_size = 0;
    std::uint32_t id = detail::no_key;
  };

  std::uint32_t put(std::string_view text) noexcept {
    const std::uint32_t at = size_;
    if (!text.empty()) std::memcpy(text_.data() + at, text.data(), text.size());
    size_ += static_cast<std::uint32_t>(text.size());
    return at;
  }

  detail::array<char> text_;
  step_text steps_[max_steps] = {};
  std::uint32_t step_count_ = 0;
  std::uint32_t size_ = 0;
  section_name section_{};
  bool is_stamp_ = false;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_PATH_HPP
