// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_FLEET_CHUNK_FILE_HPP
#define DOPPEL_TESTS_FLEET_CHUNK_FILE_HPP

#include <doppel/fleet/detail/chunk_reader.hpp>
#include <doppel/fleet/detail/chunk_writer.hpp>
#include <doppel/twin.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Files of chunks, written, damaged and read without a fleet.
namespace doppel_test {

struct numbered_twin {
  std::uint64_t number = 0;
  doppel::twin twin;
};
struct saved_chunk {
  std::uint32_t collection = 0;
  std::vector<numbered_twin> rows;
};

// Empty when something went wrong.
inline std::string file_of(const std::vector<saved_chunk>& chunks, doppel::memory_ref memory = {}) {
  doppel::text_buffer out;
  doppel::buffer_sink sink(out);
  doppel::detail::chunk_writer<doppel::buffer_sink> writer(sink, memory);
  if (writer.begin() != doppel::errc{}) return {};
  for (const saved_chunk& chunk : chunks) {
    std::vector<doppel::detail::saved_row> rows;
    for (const numbered_twin& row : chunk.rows) rows.push_back({row.number, &row.twin.core()});
    if (writer.write(chunk.collection, rows) != doppel::errc{}) return {};
  }
  if (writer.end() != doppel::errc{}) return {};
  return std::string(out.view());
}

// Gives bytes from memory of exactly their size, a few at a time.
class dripping_source {
public:
  explicit dripping_source(std::string_view bytes, std::size_t most = static_cast<std::size_t>(-1))
      : bytes_(new char[bytes.size()]), size_(bytes.size()), most_(most) {
    std::copy(bytes.begin(), bytes.end(), bytes_.get());
  }
  std::size_t read(char* to, std::size_t n) noexcept {
    n = std::min({n, most_, size_ - at_});
    std::copy_n(bytes_.get() + at_, n, to);
    at_ += n;
    return n;
  }

private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
  std::size_t most_;
  std::size_t at_ = 0;
};

struct file_options {
  doppel::limits limits;
  std::size_t record_bytes = std::size_t{1} << 28;
  std::size_t most = static_cast<std::size_t>(-1);  // bytes at a time
  doppel::memory_ref memory;                        // of the reader
};

// On error, what was read before it.
inline doppel::errc read_file(std::string_view bytes, std::vector<saved_chunk>& chunks, doppel::workspace& scratch,
                              const file_options& options = {}) {
  using namespace doppel::detail;
  dripping_source source(bytes, options.most);
  operation_list* const list = scratch.part_of<operation_list>();
  indexed_reader* const reader = scratch.part_of<indexed_reader>();
  if (list == nullptr || reader == nullptr) return doppel::errc::out_of_memory;
  chunk_reader<dripping_source> in(source, options.record_bytes, options.limits, 5, *list, *reader, options.memory);
  if (const doppel::errc code = in.open(); code != doppel::errc{}) return code;
  for (;;) {
    chunk_head head{};
    bool is_end = false;
    if (const doppel::errc code = in.next(head, is_end); code != doppel::errc{}) return code;
    if (is_end) return {};
    chunks.push_back({head.collection, {}});
    for (std::uint32_t i = 0; i < head.rows; ++i) {
      numbered_twin row;
      if (const doppel::errc code = in.read_row(row.number, row.twin.core()); code != doppel::errc{}) return code;
      chunks.back().rows.push_back(std::move(row));
    }
  }
}

// Where each record of a sound file starts.
inline std::vector<std::size_t> record_starts(std::string_view file) {
  using namespace doppel::detail;
  std::vector<std::size_t> starts;
  for (std::size_t at = sizeof(file_head); at + sizeof(record_head) <= file.size();) {
    starts.push_back(at);
    at += sizeof(record_head) + static_cast<std::size_t>(read_head<record_head>(file.data() + at).size);
  }
  return starts;
}

// Makes the checksums right, as far as the sizes of the records lead.
inline void repair(std::string& file) {
  using namespace doppel::detail;
  if (file.size() < sizeof(file_head)) return;
  const std::uint32_t crc = crc32c(std::string_view(file).substr(0, offsetof(file_head, crc)));
  std::memcpy(file.data() + offsetof(file_head, crc), &crc, sizeof crc);
  std::uint32_t chained = 0;
  for (std::size_t at = sizeof(file_head); at + sizeof(record_head) <= file.size();) {
    const auto head = read_head<record_head>(file.data() + at);
    if (head.size > file.size() - at - sizeof head) return;
    const auto size = static_cast<std::size_t>(head.size);
    if (head.kind == record_kind::end && size == sizeof(end_head)) {
      std::memcpy(file.data() + at + sizeof head + offsetof(end_head, crc), &chained, sizeof chained);
    }
    const std::uint32_t own = crc32c(std::string_view(file).substr(at + sizeof crc, sizeof head - sizeof crc + size));
    std::memcpy(file.data() + at, &own, sizeof own);
    chained = chained_crc(chained, own);
    at += sizeof head + size;
  }
}

}  // namespace doppel_test

#endif
