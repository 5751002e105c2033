// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_CHUNK_READER_HPP
#define DOPPEL_FLEET_DETAIL_CHUNK_READER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/fleet/detail/chunk_image.hpp>
#include <doppel/fleet/detail/row_loader.hpp>
#include <doppel/fleet/stream.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Reads the file of a fleet: `open`, then chunk by chunk and row by row. In memory is one record at a time, which
/// takes no more than has really come. After an error the reader is of no more use.
template <byte_source Source>
class chunk_reader {
public:
  /// @param record_bytes longest content of a record that is read
  /// @param seed of the key tables
  chunk_reader(Source& source, std::size_t record_bytes, const limits& bounds, std::uint64_t seed, operation_list& list,
               indexed_reader& reader, memory_ref memory) noexcept
      : source_(source), record_bytes_(record_bytes), in_(memory), rows_(bounds, seed, list, reader, memory) {}

  /// @return nothing, `errc::invalid_image` or, where that is all that is wrong, `errc::image_mismatch`
  errc open() noexcept {
    file_head head;
    if (!fill(reinterpret_cast<char*>(&head), sizeof head)) return errc::invalid_image;
    if (std::memcmp(head.magic, file_head::expected_magic, sizeof head.magic) != 0) return errc::invalid_image;
    if (head.format != file_head::expected_format || head.byte_order != file_head::expected_order ||
        head.layout != file_head::expected_layout) {
      return errc::image_mismatch;
    }
    return head.crc == crc32c(bytes_of(head).substr(0, offsetof(file_head, crc))) ? errc{} : errc::invalid_image;
  }

  /// Goes on to the next chunk, when all rows of the one before have been read.
  /// @param[out] head what it is; without meaning if `is_end`
  /// @param[out] is_end there is none: the file is complete
  /// @return nothing, `errc::invalid_image` or `errc::out_of_memory`; the same of `read_row`
  errc next(chunk_head& head, bool& is_end) noexcept {
    if (rows_left_ != 0 || at_ != end_) return errc::invalid_image;
    const std::uint64_t records = records_;
    const std::uint32_t crc = crc_;
    record_kind kind{};
    if (const errc code = read_record(kind); code != errc{}) return code;
    is_end = kind == record_kind::end;
    const std::string_view content{at_, static_cast<std::size_t>(end_ - at_)};
    at_ = end_;
    if (is_end) {
      if (content.size() != sizeof(end_head)) return errc::invalid_image;
      const auto last = read_head<end_head>(content.data());
      for (std::uint32_t c = 0; c != row_loader::collections; ++c) {
        if (last.next_row[c] < rows_.least_number(c) || last.next_row[c] > row_number_limit) return errc::invalid_image;
        next_row_[c] = last.next_row[c];
      }
      const bool is_whole = last.records == records && last.rows == row_count_ && last.crc == crc && last.none == 0;
      return is_whole ? errc{} : errc::invalid_image;
    }
    if (kind != record_kind::chunk) return errc::invalid_image;
    const errc code = rows_.enter(content, head);
    rows_left_ = head.rows;
    return code;
  }

  /// Fills an empty twin with the next row, of which the chunk has as many as its head says. The rows of a chunk share
  /// a new key table. On error the twin is empty.
  errc read_row(std::uint64_t& number, twin_core& t) noexcept {
    DOPPEL_ASSERT(rows_left_ != 0);
    if (at_ == end_) {
      record_kind kind{};
      if (const errc code = read_record(kind); code != errc{}) return code;
      if (kind != record_kind::rows) return errc::invalid_image;
    }
    --rows_left_;
    ++row_count_;
    return rows_.load(at_, end_, number, t);
  }

  /// The number that the next row of a collection gets, once `next` has come to the end.
  std::uint64_t next_row(std::uint32_t collection) const noexcept { return next_row_[collection]; }
  /// Rows read, and bytes taken from the source.
  std::uint64_t rows() const noexcept { return row_count_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

private:
  static constexpr std::size_t tail = section_loader::readable_behind;
  static constexpr std::size_t first_step = rows_record_bytes + rows_record_bytes / 4;

  // All of `n` bytes. False when there are fewer.
  bool fill(char* to, std::size_t n) noexcept {
    while (n != 0) {
      const std::size_t got = source_.read(to, n);
      if (got == 0 || got > n) return false;
      to += got;
      n -= got;
      bytes_ += got;
    }
    return true;
  }

  errc read_record(record_kind& kind) noexcept {
    record_head head;
    if (!fill(reinterpret_cast<char*>(&head), sizeof head)) return errc::invalid_image;
    if (head.size > record_bytes_ || head.size == 0) return errc::invalid_image;
    // The head stays in front of the content, for the checksum.
    in_.clear();
    if (!in_.append(bytes_of(head))) return errc::out_of_memory;
    for (auto left = static_cast<std::size_t>(head.size); left != 0;) {
      // No more memory than twice what has come.
      const std::size_t step = (std::min)(left, (std::max)(first_step, in_.size()));
      if (!in_.reserve_more(step + tail)) return errc::out_of_memory;
      if (!fill(in_.end(), step)) return errc::invalid_image;
      in_.set_end(in_.end() + step);
      left -= step;
    }
    std::memset(in_.end(), 0, tail);
    if (head.crc != crc32c(in_.view().substr(sizeof head.crc))) return errc::invalid_image;
    at_ = in_.data() + sizeof head;
    end_ = in_.end();
    kind = head.kind;
    ++records_;
    crc_ = chained_crc(crc_, head.crc);
    return errc{};
  }

  Source& source_;
  const std::size_t record_bytes_;
  text_buffer in_;  // the record at hand
  row_loader rows_;
  const char* at_ = nullptr;  // in it
  const char* end_ = nullptr;
  std::uint32_t rows_left_ = 0;  // of the chunk
  std::uint64_t row_count_ = 0;
  std::uint64_t next_row_[row_loader::collections] = {};
  std::uint64_t records_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint32_t crc_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_CHUNK_READER_HPP
