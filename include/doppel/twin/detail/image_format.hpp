// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_DETAIL_IMAGE_FORMAT_HPP
#define DOPPEL_TWIN_DETAIL_IMAGE_FORMAT_HPP

#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/block.hpp>

#include <cstddef>
#include <cstdint>

// A saved twin: header | keys | root, tags, desired, reported. Each key is its sizes and its text, each
// section a compacted block whose key ids count the image's own keys. Everything lies at multiples of 8.
namespace doppel {
inline namespace v0 {
namespace detail {

struct image_header {
  static constexpr char expected_magic[8] = {'d', 'o', 'p', 'p', 'e', 'l', 'I', 'M'};
  static constexpr std::uint32_t expected_format = 1;
  static constexpr std::uint32_t expected_order = 0x01020304;
  /// What a change of the layout would change.
  static constexpr std::uint32_t expected_layout =
      sizeof(record) | sizeof(object) << 8 | sizeof(extension) << 16 | root_member_count << 24;

  char magic[8];
  std::uint32_t format;
  std::uint32_t byte_order;
  std::uint32_t layout;
  std::uint32_t crc;  // CRC-32C of all that follows it
  std::uint64_t size;
  counters count;
  std::uint32_t key_count;
  std::uint32_t key_bytes;         // of the whole part that holds the keys
  std::uint32_t section_bytes[4];  // by section_name; 0: no block
};

/// In front of each key's text.
struct image_key {
  std::uint32_t size;
  std::uint32_t counted;
};

/// In front of each section's bytes.
struct image_section {
  record root;
  std::uint64_t counted;
  std::uint64_t text;
  std::uint32_t members;
  std::uint32_t used;  // of the block, its header included
};

inline constexpr std::size_t crc_begin = offsetof(image_header, crc) + sizeof(std::uint32_t);

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_DETAIL_IMAGE_FORMAT_HPP
