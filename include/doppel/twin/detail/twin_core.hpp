// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_TWIN_CORE_HPP
#define DOPPEL_TWIN_DETAIL_TWIN_CORE_HPP

#include <doppel/base/memory.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/key_store.hpp>
#include <doppel/twin/detail/section_core.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Highest counter that is taken over from a document or an image. Counters are 64-bit signed on the wire
/// (spec/twin.md 10.5.3): there is room to count on from there.
inline constexpr std::uint64_t max_counter = 0x3fff'ffff'ffff'ffffu;

inline constexpr section_name all_sections[] = {section_name::root, section_name::tags, section_name::desired,
                                                section_name::reported};

/// The etag of a loaded document that is no counter, as a JSON string, from the block of its root; empty if there
/// is none.
inline std::string_view foreign_etag_of(const block* root) noexcept {
  const object* const o = root == nullptr ? nullptr : root->object_of(root->root);
  if (o == nullptr) return {};
  const std::uint32_t at = find_id(o->ids(), o->count, static_cast<std::uint32_t>(root_member::etag));
  return at == o->count ? std::string_view{} : root->leaf(o->records()[at]);
}

/// The state of a twin. Everything that writes works on it, so that the code exists once whatever
/// the policies; `basic_twin` is its owner.
class twin_core {
public:
  explicit twin_core(memory_ref memory) noexcept : memory_(memory) {}
  twin_core(const twin_core&) = delete;
  twin_core& operator=(const twin_core&) = delete;
  ~twin_core() {
    for (section_core& s : sections_) s.release(memory_);
    if (keys_ != nullptr) keys_->release();
  }

  void swap(twin_core& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(keys_, other.keys_);
    std::swap(shares_keys_, other.shares_keys_);
    std::swap(has_foreign_etag_, other.has_foreign_etag_);
    std::swap(latest_time_, other.latest_time_);
    for (int i = 0; i < 4; ++i) sections_[i].swap(other.sections_[i]);
    std::swap(counters_, other.counters_);
  }

  /// Refers to a table that others use too.
  void share_keys(key_store* keys) noexcept {
    keys->acquire();
    if (keys_ != nullptr) keys_->release();
    keys_ = keys;
    shares_keys_ = true;
  }
  /// The table, made if need be; null when memory is refused.
  key_store* need_keys(const limits& bounds) noexcept {
    if (keys_ == nullptr) keys_ = key_store::make(bounds, memory_, 0);
    return keys_;
  }

  memory_ref memory() const noexcept { return memory_; }
  key_store* keys() const noexcept { return keys_; }
  bool shares_keys() const noexcept { return shares_keys_; }

  section_core& section(section_name s) noexcept { return sections_[static_cast<int>(s)]; }
  const section_core& section(section_name s) const noexcept { return sections_[static_cast<int>(s)]; }

  counters& count() noexcept { return counters_; }
  const counters& count() const noexcept { return counters_; }

  /// Gives a section its content.
  void adopt(section_name s, block* b) noexcept {
    section(s).adopt(b, memory_);
    note_content(s);
  }
  /// The same with what was built in the spare room; see `section_core::adopt_spare`.
  void adopt_spare(section_name s, block* built, spare_room& spare) noexcept {
    section(s).adopt_spare(built, spare, memory_);
    note_content(s);
  }

  /// The latest stamp that a write must not go behind (spec/twin.md 9.13): the later one of the properties'.
  packed_time latest_time() const noexcept { return latest_time_; }
  /// The properties have got a stamp.
  void note_time(packed_time time) noexcept { latest_time_ = (std::max)(latest_time_, time); }

  /// See `foreign_etag_of`; empty after the first back-end write.
  std::string_view foreign_etag() const noexcept {
    return has_foreign_etag_ ? find_foreign_etag() : std::string_view{};
  }
  /// It has been taken out of the root.
  void foreign_etag_is_gone() noexcept { has_foreign_etag_ = false; }

  /// Makes `to`, which is empty, equal to this. False when memory is refused.
  /// With `share`, blocks are shared until one side writes.
  [[nodiscard]] bool copy_to(twin_core& to, bool share, bool private_keys = false) const noexcept {
    if (keys_ != nullptr) {
      if (!private_keys && (share || shares_keys_)) {
        to.keys_ = keys_;
        to.keys_->acquire();
        to.shares_keys_ = shares_keys_;
      } else {
        to.keys_ = keys_->clone(to.memory_);
        if (to.keys_ == nullptr) return false;
      }
    }
    for (int i = 0; i < 4; ++i) {
      block* const b = const_cast<block*>(sections_[i].get());
      if (b == nullptr) continue;
      if (share) {
        b->owners.fetch_add(1, std::memory_order_relaxed);
        to.adopt(static_cast<section_name>(i), b);
      } else {
        block* const copy = b->clone(to.memory_);
        if (copy == nullptr) return false;
        to.adopt(static_cast<section_name>(i), copy);
      }
    }
    to.counters_ = counters_;
    return true;
  }

private:
  std::string_view find_foreign_etag() const noexcept { return foreign_etag_of(section(section_name::root).get()); }
  void note_content(section_name s) noexcept {
    if (s == section_name::root) has_foreign_etag_ = !find_foreign_etag().empty();
    if (s == section_name::desired || s == section_name::reported) note_time(section(s).root().time());
  }

  memory_ref memory_;
  key_store* keys_ = nullptr;
  bool shares_keys_ = false;
  // Known without a look into the blocks: a write to one section stays away from the memory of the others.
  bool has_foreign_etag_ = false;
  packed_time latest_time_ = unknown_time;
  section_core sections_[4];
  counters counters_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_TWIN_CORE_HPP
