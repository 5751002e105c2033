// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_IMAGE_WRITER_HPP
#define DOPPEL_TWIN_DETAIL_IMAGE_WRITER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/crc32c.hpp>
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

/// Writes the image of a twin to the end of a buffer.
class image_writer {
public:
  image_writer(const twin_core& t, spare_room& spare, text_buffer& out) noexcept
      : twin_(t), spare_(spare), out_(out), ids_(t.memory()) {}

  /// False when memory is refused; then the buffer is as it was.
  bool run() noexcept {
    begin_ = out_.size();
    if (write()) return true;
    out_.set_end(out_.data() == nullptr ? nullptr : out_.data() + begin_);
    return false;
  }

private:
  bool write() noexcept {
    if (twin_.keys() != nullptr) {
      const std::size_t known = root_member_count + std::size_t{twin_.keys()->size()};
      if (!ids_.reserve(known)) return false;
      for (std::size_t i = 0; i < known; ++i)
        ids_.data()[i] = i < root_member_count ? static_cast<std::uint32_t>(i) : no_key;
    }
    for (int i = 0; i < 4; ++i) {
      const block* const b = twin_.section(static_cast<section_name>(i)).content();
      if (b != nullptr) number_keys(*b, b->root);
    }

    image_header head{};
    std::memcpy(head.magic, image_header::expected_magic, sizeof head.magic);
    head.format = image_header::expected_format;
    head.byte_order = image_header::expected_order;
    head.layout = image_header::expected_layout;
    head.count = twin_.count();
    head.key_count = next_ - root_member_count;
    if (!put(&head, sizeof head)) return false;
    const std::size_t keys_begin = out_.size();
    if (!write_keys()) return false;
    head.key_bytes = static_cast<std::uint32_t>(out_.size() - keys_begin);
    for (int i = 0; i < 4; ++i) {
      const std::size_t before = out_.size();
      const block* const b = twin_.section(static_cast<section_name>(i)).content();
      if (b != nullptr && !write_section(*b)) return false;
      head.section_bytes[i] = static_cast<std::uint32_t>(out_.size() - before);
    }
    head.size = out_.size() - begin_;
    char* const image = out_.end() - head.size;
    std::memcpy(image, &head, sizeof head);
    head.crc = crc32c({image + crc_begin, static_cast<std::size_t>(head.size) - crc_begin});
    std::memcpy(image, &head, sizeof head);
    return true;
  }

  // The image's own ids, in the order in which its members need them.
  void number_keys(const block& b, const record& r) noexcept {
    b.for_each(r, [&](std::uint32_t id, const record& member) {
      if ((id & key_in_block) == 0 && ids_.data()[id] == no_key) ids_.data()[id] = next_++;
      if (member.is_object()) number_keys(b, member);
    });
  }

  bool write_keys() noexcept {
    // The numbers were given in order, so a second walk in the same order finds the keys in order.
    std::uint32_t expected = root_member_count;
    bool done = true;
    for (int i = 0; i < 4 && done; ++i) {
      const block* const b = twin_.section(static_cast<section_name>(i)).content();
      if (b != nullptr) done = write_new_keys(*b, b->root, expected);
    }
    return done;
  }
  bool write_new_keys(const block& b, const record& r, std::uint32_t& expected) noexcept {
    bool done = true;
    b.for_each(r, [&](std::uint32_t id, const record& member) {
      if (!done) return;
      if ((id & key_in_block) == 0 && ids_.data()[id] == expected) {
        ++expected;
        const key_text key = (*twin_.keys())[id];
        const image_key head{key.size, key.counted};
        done = put(&head, sizeof head) && put(key.name(), key.size) && pad();
      }
      if (done && member.is_object()) done = write_new_keys(b, member, expected);
    });
    return done;
  }

  bool write_section(const block& b) noexcept {
    if (!spare_.reserve(twin_.memory(), b.live)) return false;
    block* const compact = spare_.place();
    b.compact_into(*compact);
    renumber(*compact, compact->root);
    const image_section head{compact->root, compact->counted, compact->text, compact->members, compact->used};
    return put(&head, sizeof head) && put(compact->at(sizeof(block)), compact->used - sizeof(block)) && pad();
  }
  void renumber(block& b, record& r) noexcept {
    // Behind a short leaf may lie what followed it in its text.
    if (r.code() <= record::max_inline) std::memset(r.inline_text() + r.code(), 0, record::max_inline - r.code());
    object* const o = r.is_object() ? b.object_of(r) : nullptr;
    if (o == nullptr) return;
    for (std::uint32_t i = 0; i < o->count; ++i) {
      std::uint32_t& id = o->ids()[i];
      if ((id & key_in_block) == 0) id = ids_.data()[id];
      renumber(b, o->records()[i]);
    }
  }

  bool put(const void* bytes, std::size_t n) noexcept { return out_.append(static_cast<const char*>(bytes), n); }
  bool pad() noexcept {
    static constexpr char zeros[8] = {};
    return out_.append(zeros, (8 - (out_.size() - begin_) % 8) % 8);
  }

  const twin_core& twin_;
  spare_room& spare_;
  text_buffer& out_;
  std::size_t begin_ = 0;     // of the image, which may stand behind other bytes
  array<std::uint32_t> ids_;  // by id in the table: id in the image
  std::uint32_t next_ = root_member_count;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_IMAGE_WRITER_HPP
