// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_IMAGE_READER_HPP
#define DOPPEL_TWIN_DETAIL_IMAGE_READER_HPP

#include <doppel/base/buffer.hpp>
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

  /// Header, checksum and the keys, which get a table with the image's ids.
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
    if (head_.crc != crc_of(image_.substr(crc_begin))) return errc::invalid_image;
    const counters& n = head_.count;
    for (const std::uint64_t counter : {n.etag, n.desired, n.reported, n.version}) {
      if (counter == 0 || counter > 0x7fff'ffff'ffff'ffffu) return errc::invalid_image;
    }
    return read_keys();
  }

  const image_header& header() const noexcept { return head_; }
  const key_store& keys() const noexcept { return *keys_; }

  /// Puts a section into the spare room as a block with the image's ids; null `b` for an absent one. Only
  /// sizes have been looked at.
  errc place(section_name s, spare_room& spare, block*& b) const noexcept {
    b = nullptr;
    std::size_t at = sizeof head_ + head_.key_bytes;
    for (int i = 0; i < static_cast<int>(s); ++i) at += head_.section_bytes[i];
    const std::size_t size = head_.section_bytes[static_cast<int>(s)];
    if (size == 0) return errc{};
    image_section section;
    if (size < sizeof section) return errc::invalid_image;
    std::memcpy(&section, image_.data() + at, sizeof section);
    const std::size_t content = size - sizeof section;
    if (section.used < sizeof(block) || round8(section.used - sizeof(block)) != content || section.used % 8 != 0) {
      return errc::invalid_image;
    }
    if (!spare.reserve(memory_, section.used + block::slack)) return errc::out_of_memory;
    b = block::place(spare.data(), spare.size() - block::slack);
    std::memcpy(b->at(sizeof(block)), image_.data() + at + sizeof section, content);
    b->root = section.root;
    b->counted = section.counted;
    b->text = section.text;
    b->members = section.members;
    b->used = b->live = section.used;
    return errc{};
  }

  /// Where the image's keys are in a table, adding those that are new. False when memory is refused.
  bool map_keys(key_store& keys) noexcept {
    const std::uint32_t count = root_member_count + head_.key_count;
    if (!ids_.reserve(count) || !keys.reserve(head_.key_count, head_.key_bytes)) return false;
    own_key_bytes_ = 0;
    for (std::uint32_t id = 0; id < count; ++id) {
      std::uint32_t& mapped = ids_.data()[id];
      mapped = id;
      if (id < root_member_count) continue;
      const key_text key = (*keys_)[id];
      const std::uint32_t hash = keys.hash(key.name(), key.size);
      mapped = keys.find(key.name(), key.size, hash);
      if (mapped == no_key) mapped = keys.add(key.name(), key.size, key.counted, hash);
      if (mapped == no_key) own_key_bytes_ = (std::max)(own_key_bytes_, block_key::bytes(key.size) + 8);
    }
    return true;
  }

  /// A copy of a placed section with the ids of the table; null when memory is refused.
  block* adopt(const block& from) const noexcept {
    // Members whose key found no room in the table carry it from now on.
    const std::size_t extra = own_key_bytes_ * from.members;
    block* const to = block::allocate(memory_, round8(from.used + extra + from.used / 16));
    if (to == nullptr) return nullptr;
    to->root = from.root;
    to->counted = from.counted;
    to->text = from.text;
    to->members = from.members;
    move_parts(from, *to, to->root);
    to->live = to->used;
    return to;
  }

private:
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

  // As block::compact_into does, with other ids. `r` is in `to`, its offsets still mean `from`.
  void move_parts(const block& from, block& to, record& r) const noexcept {
    if (r.is_extended()) {
      const extension& e = from.extension_of(r);
      const std::uint32_t offset = to.bump(e.bytes());
      std::memcpy(to.at(offset), &e, e.bytes());
      r.version = offset;
    }
    if (r.code() == record::in_block) {
      const std::uint32_t offset = to.bump(r.size);
      std::memcpy(to.at(offset), from.at(r.offset), r.size);
      r.offset = offset;
    }
    const object* const old = r.is_object() ? from.object_of(r) : nullptr;
    if (old == nullptr) return;
    object* const o = to.new_object(r, old->capacity);
    o->count = old->count;
    std::memcpy(o->records(), old->records(), old->capacity * sizeof(record));
    for (std::uint32_t i = 0; i < old->capacity; ++i) {
      std::uint32_t& id = o->ids()[i];
      id = old->ids()[i];
      if (i >= old->count) continue;
      const bool own = (id & key_in_block) != 0;
      const key_text key = own ? from.own_key(id) : (*keys_)[id];
      const std::uint32_t mapped = own ? no_key : ids_.data()[id];
      id = mapped == no_key ? to.put_key(key.name(), key.size, key.counted) : mapped;
      o->in_block += mapped == no_key;
      move_parts(from, to, o->records()[i]);
    }
  }

  std::string_view image_;
  const limits& bounds_;
  memory_ref memory_;
  image_header head_{};
  key_store* keys_ = nullptr;
  array<std::uint32_t> ids_;
  std::size_t own_key_bytes_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_IMAGE_READER_HPP
