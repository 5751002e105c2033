// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_BUILDER_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_BUILDER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/simd.hpp>
#include <doppel/base/error.hpp>
#include <doppel/fleet/columns/column_segment.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>

/// @file
/// Segments from twins.
namespace doppel {
inline namespace v0 {

/// Reads the values of a path from the rows of a chunk. Reuse one and it stops allocating for itself.
/// @par Thread safety
/// One thread at a time; the rows must not be written to meanwhile.
class column_builder {
public:
  explicit column_builder(memory_ref memory = {}) noexcept : cells_(memory), numbers_(memory), memory_(memory) {}

  /// Makes the segment of a path.
  /// @param count rows; up to `fleet_options::max_chunk_rows`
  /// @param capacity rows that `set` can add up to without memory
  /// @param row_at `const detail::twin_core* row_at(std::uint32_t i)`; null where there is no twin. All that are there
  /// share one table of keys
  /// @param kin the dictionary of the same column in a neighbouring chunk, or none. It is shared if it has all the
  /// values, so that what has been found out about them need not be found out again
  /// @return the segment, perhaps an `unsuitable` one, or `errc::out_of_memory`
  /// @par Complexity
  /// That of following the path in each row, and of a look-up for each.
  /// @par Exception safety
  /// Nothing throws, unless `row_at` does; it must not.
  template <class RowAt>
  [[nodiscard]] boost::system::result<column_segment> build(const column_path& path, std::uint32_t count,
                                                            std::uint32_t capacity, RowAt&& row_at,
                                                            const detail::dictionary_ref& kin = {},
                                                            const column_options& options = {}) noexcept {
    DOPPEL_ASSERT(count <= capacity && capacity <= fleet_options::max_chunk_rows);
    column_segment made(path, memory_);
    const bool is_done = cells_.reserve(count) && numbers_.reserve(count) &&
                         (path.is_stamp() ? read_stamps(made, path, count, capacity, row_at)
                                          : read_values(made, path, count, capacity, row_at, kin, options));
    if (!is_done) return make_error_code(errc::out_of_memory);
    return made;
  }

private:
  static constexpr std::uint32_t distance = 8;  // rows that are fetched ahead

  template <class RowAt>
  static void expect(const column_path& path, std::uint32_t i, std::uint32_t count, RowAt& row_at) noexcept {
    if (i + 2 * distance < count) {
      if (const detail::twin_core* const t = row_at(i + 2 * distance)) detail::prefetch(t);
    }
    if (i + distance >= count) return;
    const detail::twin_core* const t = row_at(i + distance);
    const detail::block* const b = t == nullptr ? nullptr : t->section(path.section()).get();
    if (b != nullptr) detail::prefetch_range(b, 512);
  }

  template <class RowAt>
  bool read_stamps(column_segment& made, const column_path& path, std::uint32_t count, std::uint32_t capacity,
                   RowAt& row_at) noexcept {
    if (!made.start(column_kind::stamps, count, capacity)) return false;
    for (std::uint32_t i = 0; i != count; ++i) {
      expect(path, i, count, row_at);
      const detail::twin_core* const t = row_at(i);
      if (t != nullptr) made.put_stamp(i, cell_of(*t, path, made.ids_).time);
    }
    return true;
  }

  template <class RowAt>
  bool read_values(column_segment& made, const column_path& path, std::uint32_t count, std::uint32_t capacity,
                   RowAt& row_at, const detail::dictionary_ref& kin, const column_options& options) noexcept {
    using kind = detail::cell::kind;
    bool has_numbers = false;
    bool is_numeric = true;
    bool are_floats = true;
    for (std::uint32_t i = 0; i != count; ++i) {
      expect(path, i, count, row_at);
      const detail::twin_core* const t = row_at(i);
      const detail::cell c = t == nullptr ? detail::cell{} : cell_of(*t, path, made.ids_);
      cells_.data()[i] = c;
      if (c.what == kind::undefined || !is_numeric) continue;
      is_numeric = c.what == kind::leaf && detail::is_number_text(c.text);
      if (!is_numeric) continue;
      const detail::number_cell n = detail::number_cell_of(c.text);
      numbers_.data()[i] = n;
      is_numeric = n.is_exact;
      are_floats = are_floats && detail::is_float(n.value);
      has_numbers = true;
    }
    if (!is_numeric || !has_numbers) return encode(made, count, capacity, kin, options);
    if (!made.start(are_floats ? column_kind::floats : column_kind::doubles, count, capacity)) return false;
    for (std::uint32_t i = 0; i != count; ++i) {
      if (cells_.data()[i].what == kind::undefined) {
        made.put_number(i, column_segment::no_double);
      } else {
        made.take_number(i, numbers_.data()[i]);
      }
    }
    return true;
  }

  /// With the values of the kin and further ones if they are few, else with values of its own.
  bool encode(column_segment& made, std::uint32_t count, std::uint32_t capacity, const detail::dictionary_ref& kin,
              const column_options& options) noexcept {
    if (!made.start(column_kind::codes16, count, capacity)) return false;
    if (kin && kin->text_bytes() <= options.dictionary_bytes) {
      made.dictionary_ = kin;
      const std::uint32_t most = (std::min)(
          column_segment::first_code + kin->size() + kin->size() / 4 + 8,
          made.codes() <= column_segment::max_codes8 ? column_segment::max_codes8 : column_segment::max_codes);
      switch (encode_all(made, count, most, options.dictionary_bytes)) {
        case outcome::done: return narrow(made);
        case outcome::refused: return false;
        case outcome::too_many: break;
      }
    }
    made.dictionary_ = detail::dictionary_ref(detail::dictionary::make(memory_));
    if (!made.dictionary_) return false;
    switch (encode_all(made, count, column_segment::max_codes, options.dictionary_bytes)) {
      case outcome::done: return narrow(made);
      case outcome::refused: return false;
      default: made.become_unsuitable(); return true;
    }
  }

  enum class outcome : std::uint8_t { done, too_many, refused };

  outcome encode_all(column_segment& made, std::uint32_t count, std::uint32_t most_codes,
                     std::size_t most_bytes) noexcept {
    using kind = detail::cell::kind;
    for (std::uint32_t i = 0; i != count; ++i) {
      const detail::cell& c = cells_.data()[i];
      std::uint32_t code = c.what == kind::object ? column_segment::object_code : column_segment::undefined_code;
      if (c.what == kind::leaf) {
        std::uint32_t entry = made.dictionary_->find(c.text);
        if (entry == detail::dictionary::none) {
          if (made.codes() >= most_codes || made.dictionary_->text_bytes() + c.text.size() > most_bytes) {
            return outcome::too_many;
          }
          if (made.dictionary_->is_shared()) {
            made.dictionary_ = detail::dictionary_ref(made.dictionary_->clone());
            if (!made.dictionary_) return outcome::refused;
          }
          entry = made.dictionary_->add(c.text);
          if (entry == detail::dictionary::none) return outcome::refused;
        }
        code = column_segment::first_code + entry;
      }
      made.cells_.as<std::uint16_t>()[i] = static_cast<std::uint16_t>(code);
    }
    return outcome::done;
  }

  bool narrow(column_segment& made) noexcept {
    if (made.codes() > column_segment::max_codes8) return true;
    detail::cell_memory bytes(memory_);
    if (!bytes.make(made.capacity_)) return false;
    for (std::uint32_t i = 0; i != made.rows_; ++i) {
      bytes.as<std::uint8_t>()[i] = static_cast<std::uint8_t>(made.cells_.as<std::uint16_t>()[i]);
    }
    made.cells_ = std::move(bytes);
    made.kind_ = column_kind::codes8;
    return true;
  }

  detail::array<detail::cell> cells_;
  detail::array<detail::number_cell> numbers_;
  memory_ref memory_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_BUILDER_HPP
