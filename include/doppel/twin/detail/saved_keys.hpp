// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_SAVED_KEYS_HPP
#define DOPPEL_TWIN_DETAIL_SAVED_KEYS_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/twin/detail/key_store.hpp>
#include <doppel/twin/detail/stored_text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

// Keys of saved sections: ids below `root_member_count` mean what they mean everywhere, the others count the keys that
// are saved beside the sections, each as its size and its text.
namespace doppel {
inline namespace v0 {
namespace detail {

/// Adds a key that is not in a table of no cap. `no_key` when memory is refused.
inline std::uint32_t add_saved_key(key_store& keys, const char* name, std::uint32_t size,
                                   std::uint32_t counted) noexcept {
  // With so many free slots no probe is long, and should one be, the next index has a new seed.
  for (int i = 0; i < 8; ++i) {
    if (!keys.reserve(keys.size() + 1, size)) return no_key;
    const std::uint32_t id = keys.add(name, size, counted, keys.hash(name, size));
    if (id != no_key) return id;
  }
  return no_key;
}

/// Collects the keys of sections that are to be saved, whatever tables they are from.
class key_collector {
public:
  explicit key_collector(memory_ref memory) noexcept : memory_(memory), ids_(memory), name_(memory) {}
  key_collector(const key_collector&) = delete;
  key_collector& operator=(const key_collector&) = delete;
  ~key_collector() { clear(); }

  void clear() noexcept {
    if (collected_ != nullptr) collected_->release();
    collected_ = nullptr;
    from_ = nullptr;
    end_ = 0;
  }

  /// Ids are those of this table from here on. It may grow meanwhile. False when memory is refused.
  [[nodiscard]] bool enter(const key_store* from) noexcept {
    if (collected_ == nullptr) {
      limits none;
      none.keys_in_table = 0x0fff'ffff;
      none.key_table_bytes = static_cast<std::size_t>(-1) / 4;
      collected_ = key_store::make(none, memory_, 0);
      if (collected_ == nullptr) return false;
    }
    if (from != from_) end_ = 0;
    from_ = from;
    return extend(root_member_count);
  }
  /// Notes that a key is used. False when memory is refused.
  [[nodiscard]] bool collect(std::uint32_t id) noexcept {
    if (id >= end_ && !extend(id + 1)) return false;
    std::uint32_t& to = ids_.data()[id];
    if (to != no_key) [[likely]]
      return true;
    // What stands behind the key in its table may be written to at this moment.
    const key_text key = (*from_)[id];
    if (!name_.reserve(key.size + std::size_t{32})) return false;
    char* const name = name_.data();
    if (key.size != 0) std::memcpy(name, key.name(), key.size);
    std::memset(name + key.size, 0, 32);
    to = collected_->find(name, key.size);
    if (to == no_key) to = add_saved_key(*collected_, name, key.size, key.counted);
    return to != no_key;
  }
  /// By id in the table that was entered: id in what is saved.
  const std::uint32_t* ids() const noexcept { return ids_.data(); }

  std::uint32_t size() const noexcept { return collected_ == nullptr ? 0 : collected_->size(); }
  [[nodiscard]] bool write(text_buffer& out) const noexcept {
    for (std::uint32_t id = root_member_count; id < root_member_count + size(); ++id) {
      const key_text& key = (*collected_)[id];
      if (!out.append(reinterpret_cast<const char*>(&key.size), sizeof key.size) || !out.append(key.name(), key.size)) {
        return false;
      }
    }
    return true;
  }

private:
  bool extend(std::uint32_t end) noexcept {
    if (!ids_.reserve(end, end_)) return false;
    for (; end_ < end; ++end_) ids_.data()[end_] = end_ < root_member_count ? end_ : no_key;
    return true;
  }

  memory_ref memory_;
  key_store* collected_ = nullptr;
  const key_store* from_ = nullptr;
  array<std::uint32_t> ids_;
  std::uint32_t end_ = 0;  // of those in use
  array<char> name_;
};

/// Where a key may stand.
struct key_places {
  static constexpr std::uint32_t section = 1;  // tags, desired, reported
  static constexpr std::uint32_t root = 2;     // among the members of the root
  static constexpr std::uint32_t in_root = 4;  // in their objects
  static constexpr std::uint32_t anywhere = 7;
};

/// What a section's check has to know of a key.
struct key_use {
  std::uint32_t seen;  // the latest object that it was met in
  std::uint32_t text;  // bytes that it adds to `extent::text`
  std::uint32_t counted;
  std::uint32_t places;

  /// Of a stored text.
  static key_use of(const char* name, std::uint32_t size, const limits& bounds) noexcept {
    const std::uint32_t counted = unescaped_length(name, size);
    std::uint32_t places = key_places::in_root;
    if (counted <= bounds.key_bytes && has_legal_characters(name, size)) places |= key_places::section;
    if (find_root_member({name, size}) == root_member_count) places |= key_places::root;
    return {0, size + 4, counted, places};
  }
};

/// The keys of saved sections, read and judged: a key table of their own, in which they have the ids of the save.
class saved_keys {
public:
  explicit saved_keys(memory_ref memory) noexcept : memory_(memory), uses_(memory) {}
  saved_keys(const saved_keys&) = delete;
  saved_keys& operator=(const saved_keys&) = delete;
  ~saved_keys() { clear(); }

  void clear() noexcept {
    if (table_ != nullptr) table_->release();
    table_ = nullptr;
  }

  /// Reads `count` keys from `at` to `end`, behind which 16 bytes can be read. The table takes as many keys as
  /// `bounds` say, or those there are if they are more.
  /// @param seed of the table
  /// @return nothing, `errc::invalid_image` or `errc::out_of_memory`
  errc read(const char* at, const char* end, std::uint32_t count, const limits& bounds, std::uint64_t seed) noexcept {
    clear();
    const auto bytes = static_cast<std::size_t>(end - at);
    if (count > bytes / sizeof(std::uint32_t) || count > 0x0fff'ffff) return errc::invalid_image;
    limits table = bounds;
    table.keys_in_table = (std::max)(table.keys_in_table, count);
    table.key_table_bytes = (std::max)(table.key_table_bytes, bytes);
    table_ = key_store::make(table, memory_, seed);
    if (table_ == nullptr || !table_->reserve(count, bytes) || !uses_.reserve(root_member_count + std::size_t{count})) {
      return errc::out_of_memory;
    }
    for (std::uint32_t id = 0; id < root_member_count; ++id) {
      const auto m = static_cast<root_member>(id);
      const bool is_elsewhere = m == root_member::tags || m == root_member::properties || m == root_member::version;
      uses_.data()[id] = {0, root_member_texts[id].size + 4, root_member_texts[id].counted,
                          is_elsewhere ? 0 : key_places::root};
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t size = 0;
      if (static_cast<std::size_t>(end - at) < sizeof size) return errc::invalid_image;
      std::memcpy(&size, at, sizeof size);
      at += sizeof size;
      if (size > static_cast<std::size_t>(end - at) || size > max_key_bytes) return errc::invalid_image;
      if (!is_bare_text(at, size) && !is_stored_text(at, size)) return errc::invalid_image;
      if (table_->find(at, size) != no_key) return errc::invalid_image;
      const key_use use = key_use::of(at, size, bounds);
      if (add_saved_key(*table_, at, size, use.counted) == no_key) return errc::out_of_memory;
      uses_.data()[root_member_count + i] = use;
      at += size;
    }
    serial_ = 0;
    return at == end ? errc{} : errc::invalid_image;
  }

  key_store& table() const noexcept { return *table_; }
  std::uint32_t end_of_ids() const noexcept { return root_member_count + table_->size(); }
  key_use* uses() noexcept { return uses_.data(); }

  /// A number for an object that no object before it has had.
  std::uint32_t next_object() noexcept {
    if (++serial_ == 0) {
      for (std::uint32_t id = 0; id < end_of_ids(); ++id) uses_.data()[id].seen = 0;
      serial_ = 1;
    }
    return serial_;
  }

  static constexpr std::uint32_t max_key_bytes = 0x7fff'0000;

private:
  memory_ref memory_;
  key_store* table_ = nullptr;
  array<key_use> uses_;
  std::uint32_t serial_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_SAVED_KEYS_HPP
