// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_CHUNK_WRITER_HPP
#define DOPPEL_FLEET_DETAIL_CHUNK_WRITER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/fleet/detail/chunk_image.hpp>
#include <doppel/fleet/stream.hpp>
#include <doppel/twin/detail/saved_keys.hpp>
#include <doppel/twin/detail/saved_section.hpp>
#include <doppel/twin/detail/twin_core.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// A twin to be saved, and the number it was inserted with.
struct saved_row {
  std::uint64_t number;
  const twin_core* twin;
};

/// Writes the file of a fleet: `begin`, any number of chunks, `end`. After an error the writer and what the sink has
/// are of no more use.
template <byte_sink Sink>
class chunk_writer {
public:
  chunk_writer(Sink& sink, memory_ref memory) noexcept : sink_(sink), out_(memory), keys_(memory) {}

  /// @return nothing, or `errc::sink_failed`; the other two may also return `errc::out_of_memory`
  errc begin() noexcept {
    file_head head{};
    std::memcpy(head.magic, file_head::expected_magic, sizeof head.magic);
    head.format = file_head::expected_format;
    head.byte_order = file_head::expected_order;
    head.layout = file_head::expected_layout;
    head.crc = crc32c(bytes_of(head).substr(0, offsetof(file_head, crc)));
    return sink_.write(bytes_of(head).data(), sizeof head) ? errc{} : errc::sink_failed;
  }

  /// @param rows by ascending numbers, in a collection each chunk behind the one before. The twins may share a key
  /// table.
  errc write(std::uint32_t collection, std::span<const saved_row> rows) noexcept {
    DOPPEL_ASSERT(collection < 2);
    if (!collect(rows) || !start()) return errc::out_of_memory;
    const chunk_head head{collection, static_cast<std::uint32_t>(rows.size()), keys_.size(), 0};
    if (!put(head) || !keys_.write(out_)) return errc::out_of_memory;
    if (const errc code = finish(record_kind::chunk); code != errc{}) return code;
    for (std::size_t i = 0; i != rows.size();) {
      if (!start()) return errc::out_of_memory;
      do {
        fetch(rows[i], rows);
        if (!put_row(rows[i++])) return errc::out_of_memory;
      } while (i != rows.size() && out_.size() < rows_record_bytes);
      if (const errc code = finish(record_kind::rows); code != errc{}) return code;
    }
    rows_ += rows.size();
    if (!rows.empty()) next_row_[collection] = rows.back().number + 1;
    return errc{};
  }

  /// @param next_row the number that the next row of each collection gets, if it is more than those of its rows say
  errc end(std::array<std::uint64_t, 2> next_row = {}) noexcept {
    const end_head head{
        records_, rows_, {(std::max)(next_row[0], next_row_[0]), (std::max)(next_row[1], next_row_[1])}, crc_, 0};
    return start() && put(head) ? finish(record_kind::end) : errc::out_of_memory;
  }

  /// Rows and bytes written.
  std::uint64_t rows() const noexcept { return rows_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

private:
  bool collect(std::span<const saved_row> rows) noexcept {
    keys_.clear();
    has_one_table_ = true;
    for (const saved_row& row : rows) {
      fetch(row, rows);
      has_one_table_ = has_one_table_ && row.twin->keys() == rows.front().twin->keys();
      if (!collect(*row.twin)) return false;
    }
    return true;
  }
  bool collect(const twin_core& t) noexcept {
    if (!keys_.enter(t.keys())) return false;
    for (const section_name s : all_sections) {
      const block* const b = t.section(s).content();
      if (b != nullptr && !collect_keys(*b, b->root, keys_)) return false;
    }
    return true;
  }

  // Has the blocks of a row some places on on their way.
  static void fetch(const saved_row& row, std::span<const saved_row> rows) noexcept {
    const saved_row* const later = &row + 3;
    if (later >= rows.data() + rows.size()) return;
    for (const section_name s : all_sections) {
      const block* const b = later->twin->section(s).get();
      if (b != nullptr) prefetch_range(b, 1024);
    }
  }

  bool put_row(const saved_row& row) noexcept {
    const twin_core& t = *row.twin;
    // The ids of another table have to be found again.
    if (!has_one_table_ && !collect(t)) return false;
    row_head head{row.number, t.count(), {}};
    for (const section_name s : all_sections) {
      const block* const b = t.section(s).content();
      head.section_bytes[static_cast<int>(s)] = b == nullptr ? 0 : b->live;
    }
    if (!put(head)) return false;
    section_saver saver(out_);
    for (const section_name s : all_sections) {
      const block* const b = t.section(s).content();
      if (b != nullptr && !saver.write(*b, keys_.ids())) return false;
    }
    return true;
  }

  bool start() noexcept {
    out_.clear();
    return put(record_head{});
  }
  template <class T>
  bool put(const T& head) noexcept {
    return out_.append(bytes_of(head));
  }
  errc finish(record_kind kind) noexcept {
    record_head head{0, kind, out_.size() - sizeof(record_head)};
    char* const record = out_.end() - out_.size();
    std::memcpy(record, &head, sizeof head);
    head.crc = crc32c({record + sizeof head.crc, out_.size() - sizeof head.crc});
    std::memcpy(record, &head, sizeof head);
    ++records_;
    bytes_ += out_.size();
    crc_ = chained_crc(crc_, head.crc);
    return sink_.write(out_.data(), out_.size()) ? errc{} : errc::sink_failed;
  }

  Sink& sink_;
  text_buffer out_;  // the record at hand
  key_collector keys_;
  bool has_one_table_ = true;
  std::uint64_t records_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t next_row_[2] = {};
  std::uint64_t bytes_ = sizeof(file_head);
  std::uint32_t crc_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_CHUNK_WRITER_HPP
