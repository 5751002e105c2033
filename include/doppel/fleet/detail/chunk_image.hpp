// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_CHUNK_IMAGE_HPP
#define DOPPEL_FLEET_DETAIL_CHUNK_IMAGE_HPP

#include <doppel/base/detail/crc32c.hpp>
#include <doppel/twin/change.hpp>
#include <doppel/twin/detail/block.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Saved twins of a fleet: a file header and records, to be written and read one after the other in bounded memory.
//
//   file = file header | (chunk record | rows record ...) ... | end record
//   chunk record = chunk_head | keys (saved_keys.hpp): all that the rows behind it use
//   rows record = rows of the chunk, as many as come to about `rows_record_bytes`
//   row = row_head | the sections that it has, root first (saved_section.hpp)
//
// Numbers are those of the machine, nothing is aligned. A damaged byte is met by a checksum, and what the checksum lets
// pass by a check of everything.
namespace doppel {
inline namespace v0 {
namespace detail {

struct file_head {
  static constexpr char expected_magic[8] = {'d', 'o', 'p', 'p', 'e', 'l', 'F', 'L'};
  static constexpr std::uint32_t expected_format = 1;
  static constexpr std::uint32_t expected_order = 0x01020304;
  /// What a change of the layout would change.
  static constexpr std::uint32_t expected_layout = sizeof(record) | sizeof(extension) << 8 | root_member_count << 16;

  char magic[8];
  std::uint32_t format;
  std::uint32_t byte_order;
  std::uint32_t layout;
  std::uint32_t crc;  // CRC-32C of what stands before it
};
static_assert(sizeof(file_head) == 24);

enum class record_kind : std::uint32_t { chunk = 1, rows = 2, end = 3 };

/// In front of each record's content.
struct record_head {
  std::uint32_t crc;  // CRC-32C of all that follows it
  record_kind kind;
  std::uint64_t size;  // of the content
};
static_assert(sizeof(record_head) == 16);

struct chunk_head {
  std::uint32_t collection;
  std::uint32_t rows;
  std::uint32_t keys;
  std::uint32_t none;  // zero
};
static_assert(sizeof(chunk_head) == 16);

struct row_head {
  std::uint64_t number;
  counters count;
  std::uint32_t section_bytes[4];  // of the compacted blocks, by section_name; 0: no block
};
static_assert(sizeof(row_head) == 56);

struct end_head {
  std::uint64_t records;  // before this one
  std::uint64_t rows;
  std::uint64_t next_row[2];  // number of the next row of each collection
  std::uint32_t crc;          // `chained_crc` of the records
  std::uint32_t none;         // zero
};
static_assert(sizeof(end_head) == 40);

/// Rows have smaller numbers.
inline constexpr std::uint64_t row_number_limit = std::uint64_t{1} << 62;

inline constexpr std::size_t rows_record_bytes = std::size_t{64} * 1024;

inline std::uint32_t chained_crc(std::uint32_t before, std::uint32_t next) noexcept {
  const std::uint32_t both[2] = {before, next};
  return crc32c({reinterpret_cast<const char*>(both), sizeof both});
}

template <class T>
T read_head(const char* at) noexcept {
  T head;
  std::memcpy(&head, at, sizeof head);
  return head;
}
template <class T>
std::string_view bytes_of(const T& head) noexcept {
  return {reinterpret_cast<const char*>(&head), sizeof head};
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_CHUNK_IMAGE_HPP
