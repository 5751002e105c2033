// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_SCAN_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_SCAN_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/chunk_columns.hpp>
#include <doppel/fleet/columns/column.hpp>
#include <doppel/fleet/columns/column_builder.hpp>
#include <doppel/fleet/columns/column_condition.hpp>
#include <doppel/fleet/columns/column_groups.hpp>
#include <doppel/fleet/columns/column_limits.hpp>
#include <doppel/fleet/columns/column_scratch.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/query/program.hpp>

#include <boost/system/result.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What one thread needs to answer a program from columns, chunk after chunk.
class column_scan {
public:
  /// More columns are not used by one program.
  static constexpr std::uint32_t max_uses = 16;

  explicit column_scan(memory_ref memory) noexcept : scratch_(memory), builder_(memory), segments_(memory) {}

  /// Finds the columns that would help.
  /// @param find `column_ref find(std::uint32_t path)`, null if there is none to be had
  /// @return nothing, or `errc::out_of_memory`
  template <class Find>
  boost::system::result<void> prepare(const program& p, memory_ref memory, Find&& find) noexcept {
    auto condition = column_condition::make(p, memory);
    if (!condition) return condition.error();
    condition_.emplace(*std::move(condition));
    if (const auto ready = condition_->prepare(scratch_); !ready) return ready;
    if (column_groups::exists(p)) {
      auto groups = column_groups::make(p, memory);
      if (!groups) return groups.error();
      groups_.emplace(*std::move(groups));
    }
    if (!segments_.reserve(p.paths().size())) return make_error_code(errc::out_of_memory);
    path_count_ = static_cast<std::uint32_t>(p.paths().size());
    for (std::uint32_t path = 0; path != path_count_; ++path) segments_.data()[path] = nullptr;
    for (std::uint32_t path = 0; path != path_count_ && size_ != max_uses; ++path) {
      if (!column_path::exists(p, path)) continue;
      if (!condition_->wants(path) && !(groups_ && groups_->wants(path))) continue;
      uses_[size_].owner = find(path);
      uses_[size_].path = path;
      if (uses_[size_].owner) ++size_;
    }
    return {};
  }
  [[nodiscard]] bool has_columns() const noexcept { return size_ != 0; }

  /// Looks for the segments of a chunk, and builds those that are missing.
  /// @param slots rows of the chunk, @p room of which there may come to be
  /// @param row_at `const twin_core* row_at(std::uint32_t slot)`, null for those that are dead
  /// @param may_build whether there is memory for more
  template <class RowAt>
  void gather(const chunk_columns& columns, std::uint32_t slots, std::uint32_t room, RowAt&& row_at, bool may_build,
              const column_limits& limits) noexcept {
    has_built_ = false;
    for (std::uint32_t i = 0; i != size_; ++i) {
      use& u = uses_[i];
      u.built.reset();
      const column_segment* s = columns.find(*u.owner);
      if (s == nullptr && may_build) {
        auto made = builder_.build(u.owner->path(), slots, room, row_at, u.kin, limits.segment);
        if (made) {
          s = &u.built.emplace(*std::move(made));
          has_built_ = true;
        }
      }
      if (s != nullptr && s->is_coded()) u.kin = s->dictionary();
      segments_.data()[u.path] = s;
    }
  }
  /// Says whether segments have been built that the chunk does not have yet.
  [[nodiscard]] bool has_built() const noexcept { return has_built_; }
  /// Gives the chunk, which must be as it was, what has been built.
  void publish(chunk_columns& columns) noexcept {
    for (std::uint32_t i = 0; i != size_; ++i) {
      if (uses_[i].built) (void)columns.publish(*uses_[i].owner, *std::move(uses_[i].built));
      uses_[i].built.reset();
    }
    has_built_ = false;
  }

  /// See `column_condition::rows_of`.
  bool rows_of(const row_set& live, row_set& rows) noexcept {
    return condition_->rows_of(all_segments(), live, scratch_, rows);
  }
  /// Gives the rows to a run as groups. @return false if they have to be added one by one; or `errc::out_of_memory`
  template <class PositionAt>
  boost::system::result<bool> add_groups(query_run& run, const row_set& rows, PositionAt&& position_at) noexcept {
    if (!groups_) return false;
    return groups_->add_to(run, all_segments(), rows, position_at);
  }

private:
  struct use {
    column_ref owner;
    std::uint32_t path = 0;
    dictionary_ref kin;
    std::optional<column_segment> built;
  };
  [[nodiscard]] std::span<const column_segment* const> all_segments() const noexcept {
    return {segments_.data(), path_count_};
  }

  std::optional<column_condition> condition_;
  std::optional<column_groups> groups_;
  column_scratch scratch_;
  column_builder builder_;
  array<const column_segment*> segments_;  // by path
  std::uint32_t path_count_ = 0;
  std::array<use, max_uses> uses_;
  std::uint32_t size_ = 0;
  bool has_built_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_SCAN_HPP
