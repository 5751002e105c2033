// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_IMAGE_READER_HPP
#define DOPPEL_TWIN_DETAIL_IMAGE_READER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/crc32c.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/twin/detail/image_format.hpp>
#include <doppel/twin/detail/section_core.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Takes an image apart. The frame (sizes, checksum, keys) is always checked; what lies inside the
/// sections is `image_check`'s for images that are not trusted.
class image_reader {
public:
  image_reader(std::string_view image, const limits& bounds, memory_ref memory) noexcept
      : image_(image), bounds_(bounds), memory_(memory), ids_(memory) {}
  image_reader(const image_reader&) = delete;
  image_reader& operator=(const image_reader&) = delete;
  ~image_reader() {
    if (keys_ != nullptr) keys_->release();
  }

  /// Header, checksum, sizes of the sections, and the keys, which get a table with the image's ids.
  errc open() noexcept {
    if (image_.size() < sizeof(image_header)) return errc::invalid_image;
    std::memcpy(&head_, image_.data(), sizeof head_);
    if (std::memcmp(head_.magic, image_header::expected_magic, sizeof head_.magic) != 0) return errc::invalid_image;
    if (head_.format != image_header::expected_format || head_.byte_order != image_header::expected_order ||
        head_.layout != image_header::expected_layout) {
      return errc::image_mismatch;
    }
    std::uint64_t sum = sizeof head_ + std::uint64_t{head_.key_bytes};
    for (const std::uint32_t n : head_.section_bytes) sum += n;
    if (head_.size != image_.size() || sum != head_.size) return errc::invalid_image;
    if (head_.crc != crc32c(image_.substr(crc_begin))) return errc::invalid_image;
    const counters& n = head_.count;
    for (const std::uint64_t counter : {n.etag, n.desired, n.reported, n.version}) {
      if (counter == 0 || counter > max_counter) return errc::invalid_image;
    }
    const errc code = read_sections();
    return code != errc{} ? code : read_keys();
  }

  const image_header& header() const noexcept { return head_; }
  const key_store& keys() const noexcept { return *keys_; }

  bool has(section_name s) const noexcept { return sections_[index(s)].used != 0; }

  /// Makes room for each section, and for as many as may have to keep it. False when memory is refused.
  bool reserve(spare_room& spare) const noexcept {
    int sections = 0;
    for (const section_name s : all_sections) {
      if (!has(s)) continue;
      if (!spare.reserve(memory_, sections_[index(s)].used + own_key_bytes_[index(s)])) return false;
      ++sections;
    }
    return spare.reserve_for(sections);
  }

  /// Puts a section that is there into the room, as a block with the image's ids. Only sizes have been looked at.
  block* place(section_name s, spare_room& spare) const noexcept {
    const image_section& section = sections_[index(s)];
    block* const b = spare.place();
    std::memcpy(b->at(sizeof(block)), content_[index(s)], section.used - sizeof(block));
    b->root = section.root;
    b->counted = section.counted;
    b->text = section.text;
    b->members = section.members;
    b->used = b->live = section.used;
    return b;
  }

  /// Finds the image's keys in a table and settles the memory that it takes to add those that are new. False when
  /// it is refused.
  bool reserve_keys(key_store& keys, spare_room& spare) noexcept {
    const std::uint32_t count = root_member_count + head_.key_count;
    if (!ids_.reserve(count)) return false;
    std::uint32_t missing = 0;
    std::size_t missing_bytes = 0;
    for (std::uint32_t id = 0; id < count; ++id) {
      const key_text& key = (*keys_)[id];
      ids_.data()[id] = id < root_member_count ? id : keys.find(key.name(), key.size, keys.hash(key.name(), key.size));
      if (ids_.data()[id] != no_key) continue;
      ++missing;
      missing_bytes += key.size;
    }
    if (missing == 0) return true;
    for (const section_name s : all_sections) {
      if (!has(s)) continue;
      const block* const b = place(s, spare);
      own_key_bytes_[index(s)] = new_key_bytes(*b, b->root);
    }
    return keys.reserve(missing, missing_bytes) && reserve(spare);
  }

  /// Gives the members of a placed section the ids of the table, after `reserve_keys`. Keys that find no room
  /// there are carried by their members from now on.
  void move_keys(block& b, record& r, key_store& keys) noexcept {
    object* const o = r.is_object() ? b.object_of(r) : nullptr;
    if (o == nullptr) return;
    for (std::uint32_t i = 0; i < o->count; ++i) {
      std::uint32_t& id = o->ids()[i];
      if ((id & key_in_block) == 0) {
        const key_text& key = (*keys_)[id];
        std::uint32_t& known = ids_.data()[id];
        if (known == no_key) known = keys.add(key.name(), key.size, key.counted, keys.hash(key.name(), key.size));
        id = known;
        if (id == no_key) {
          id = b.put_key(key.name(), key.size, key.counted);
          ++o->in_block;
          b.live = b.used;
        }
      }
      move_keys(b, o->records()[i], keys);
    }
  }

private:
  static constexpr int index(section_name s) noexcept { return static_cast<int>(s); }

  errc read_keys() noexcept {
    limits bounds = bounds_;
    bounds.keys_in_table = 0x0fff'ffff;
    bounds.key_table_bytes = static_cast<std::size_t>(-1) / 4;
    const char* p = image_.data() + sizeof head_;
    const char* const end = p + head_.key_bytes;
    if (head_.key_count > head_.key_bytes / sizeof(image_key)) return errc::invalid_image;
    keys_ = key_store::make(bounds, memory_, 0);
    if (keys_ == nullptr || !keys_->reserve(head_.key_count, head_.key_bytes)) return errc::out_of_memory;
    array<char> padded(memory_);
    for (std::uint32_t i = 0; i < head_.key_count; ++i) {
      image_key key;
      if (static_cast<std::size_t>(end - p) < sizeof key) return errc::invalid_image;
      std::memcpy(&key, p, sizeof key);
      p += sizeof key;
      if (round8(key.size) > static_cast<std::size_t>(end - p) || key.size > 0x7fff'fff0u) return errc::invalid_image;
      if (!padded.reserve(std::size_t{key.size} + 32)) return errc::out_of_memory;
      std::memcpy(padded.data(), p, key.size);
      std::memset(padded.data() + key.size, 0, 16);
      p += round8(key.size);
      const std::uint32_t hash = keys_->hash(padded.data(), key.size);
      const bool known = keys_->find(padded.data(), key.size, hash) != no_key;
      if (known || keys_->add(padded.data(), key.size, key.counted, hash) != root_member_count + i) {
        return errc::invalid_image;
      }
    }
    return p == end ? errc{} : errc::invalid_image;
  }

  errc read_sections() noexcept {
    const char* p = image_.data() + sizeof head_ + head_.key_bytes;
    for (const section_name s : all_sections) {
      const std::size_t size = head_.section_bytes[index(s)];
      if (size == 0) continue;
      image_section& section = sections_[index(s)];
      if (size < sizeof section) return errc::invalid_image;
      std::memcpy(&section, p, sizeof section);
      const std::size_t content = size - sizeof section;
      if (section.used < sizeof(block) || section.used - sizeof(block) != content || section.used % 8 != 0) {
        return errc::invalid_image;
      }
      content_[index(s)] = p + sizeof section;
      p += size;
    }
    return errc{};
  }

  // Bytes for the members of `r` to carry those of their keys that are new to the table.
  std::size_t new_key_bytes(const block& b, const record& r) const noexcept {
    std::size_t sum = 0;
    b.for_each(r, [&](std::uint32_t id, const record& member) {
      if ((id & key_in_block) == 0 && ids_.data()[id] == no_key) sum += round8(block_key::bytes((*keys_)[id].size));
      if (member.is_object()) sum += new_key_bytes(b, member);
    });
    return sum;
  }

  std::string_view image_;
  const limits& bounds_;
  memory_ref memory_;
  image_header head_{};
  key_store* keys_ = nullptr;
  array<std::uint32_t> ids_;
  image_section sections_[4] = {};
  const char* content_[4] = {};
  std::size_t own_key_bytes_[4] = {};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_IMAGE_READER_HPP
