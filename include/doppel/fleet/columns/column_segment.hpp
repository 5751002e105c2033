// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_SEGMENT_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_SEGMENT_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column_limits.hpp>
#include <doppel/fleet/columns/column_path.hpp>
#include <doppel/fleet/columns/detail/cell.hpp>
#include <doppel/fleet/columns/detail/cell_memory.hpp>
#include <doppel/fleet/columns/detail/dictionary.hpp>
#include <doppel/fleet/columns/detail/number_facts.hpp>
#include <doppel/fleet/columns/detail/stamp_cells.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/fleet/options.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

/// @file
/// The values of one path in all rows of a chunk.
namespace doppel {
inline namespace v0 {

/// How a segment keeps its values.
enum class column_kind : std::uint8_t {
  unsuitable,  ///< not at all: they are too many and too long; ask the twins
  codes8,      ///< numbers into a dictionary of canonical texts, a byte each
  codes16,     ///< the same with two bytes
  floats,      ///< all that is defined are numbers, and a float is each of them
  doubles,     ///< the same with doubles
  stamps       ///< times
};

/// The values of one path in all rows of a chunk, as `column_builder` has found them and `set` has kept them up.
///
/// A segment that `set` has returned false for says nothing any more and has to be destroyed; the next scan builds
/// another one.
/// @par Exception safety
/// Nothing throws.
/// @par Thread safety
/// As an int. Segments that share a dictionary do not disturb each other; who lets go of it last frees it, so that
/// memory sources have to be safe for several threads where segments are.
class column_segment {
public:
  static constexpr std::uint32_t undefined_code = 0;
  static constexpr std::uint32_t object_code = 1;
  static constexpr std::uint32_t first_code = 2;  ///< of entry 0 of the dictionary
  static constexpr std::uint32_t max_codes8 = 256;
  static constexpr std::uint32_t max_codes = 8192;

  /// Of a path and a table of keys.
  column_segment(const column_path& path, memory_ref memory) noexcept : cells_(memory), ids_(path) {}
  column_segment(column_segment&&) noexcept = default;
  column_segment& operator=(column_segment&&) noexcept = default;

  [[nodiscard]] column_kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_coded() const noexcept { return kind_ == column_kind::codes8 || kind_ == column_kind::codes16; }
  [[nodiscard]] bool has_numbers() const noexcept {
    return kind_ == column_kind::floats || kind_ == column_kind::doubles;
  }
  /// Rows that it has cells of.
  [[nodiscard]] std::uint32_t rows() const noexcept { return rows_; }
  /// Words of a bitmap over its cells, of which there is always a multiple of 64.
  [[nodiscard]] std::uint32_t words() const noexcept { return (rows_ + 63) / 64; }
  /// Bytes allocated; a dictionary that is shared counts for each that shares it.
  [[nodiscard]] std::size_t bytes_held() const noexcept {
    return sizeof *this + cells_.bytes_held() + (dictionary_ ? dictionary_->bytes_held() : 0);
  }

  /// Cells, by kind.
  template <class Cell>
  [[nodiscard]] const Cell* cells() const noexcept {
    return cells_.as<Cell>();
  }
  [[nodiscard]] std::uint32_t code(std::uint32_t row) const noexcept {
    return kind_ == column_kind::codes8 ? cells_.as<std::uint8_t>()[row] : cells_.as<std::uint16_t>()[row];
  }
  [[nodiscard]] double number(std::uint32_t row) const noexcept {
    return kind_ == column_kind::floats ? static_cast<double>(cells_.as<float>()[row]) : cells_.as<double>()[row];
  }
  [[nodiscard]] detail::stamp_cells stamps() const noexcept {
    const auto* const coarse = cells_.as<std::uint32_t>();
    return {coarse, coarse + capacity_};
  }
  /// Of numbers, those that are integers for queries.
  [[nodiscard]] const detail::row_set& integers() const noexcept { return integers_; }
  [[nodiscard]] const detail::number_facts& facts() const noexcept { return facts_; }
  /// Of coded cells.
  [[nodiscard]] const detail::dictionary_ref& dictionary() const noexcept { return dictionary_; }
  /// Codes that cells may have.
  [[nodiscard]] std::uint32_t codes() const noexcept { return first_code + (dictionary_ ? dictionary_->size() : 0); }

  /// Reads the cell of a row anew, after a write to its twin; `row` may be `rows()`, for a new one.
  /// @return whether the segment is still good. It is not when memory was refused, or when the value does not fit in
  /// with the others: a text among numbers
  /// @par Complexity
  /// That of following the path, and of a look-up. Rarely, linear in the chunk.
  [[nodiscard]] bool set(std::uint32_t row, const detail::twin_core& t, const column_path& path,
                         const column_options& options = {}) noexcept {
    if (kind_ == column_kind::unsuitable) return true;
    return put(row, cell_of(t, path, ids_), options);
  }
  /// The same with what the cell has now, as a `column_watch` tells.
  [[nodiscard]] bool put(std::uint32_t row, const detail::cell& c, const column_options& options = {}) noexcept {
    if (row == rows_ && kind_ != column_kind::unsuitable && !add_row()) return false;
    switch (kind_) {
      case column_kind::unsuitable: return true;
      case column_kind::stamps: put_stamp(row, c.time); return true;
      case column_kind::floats:
      case column_kind::doubles: return set_number(row, c);
      default: return set_code(row, c, options);
    }
  }

  /// Squeezes out the rows that are not in `live`, as the chunk has.
  void squeeze(const detail::row_set& live) noexcept {
    switch (kind_) {
      case column_kind::unsuitable: return;
      case column_kind::codes8: squeeze_cells(cells_.as<std::uint8_t>(), live); break;
      case column_kind::codes16: squeeze_cells(cells_.as<std::uint16_t>(), live); break;
      case column_kind::floats: squeeze_cells(cells_.as<float>(), live); break;
      case column_kind::doubles: squeeze_cells(cells_.as<double>(), live); break;
      case column_kind::stamps:
        squeeze_cells(cells_.as<std::uint32_t>(), live);
        squeeze_cells(cells_.as<std::uint32_t>() + capacity_, live);
        break;
    }
    detail::row_set integers;
    std::uint32_t to = 0;
    for (std::uint32_t i = live.next(0); i < rows_; i = live.next(i + 1), ++to) {
      if (integers_.has(i)) integers.add(to);
    }
    integers_ = integers;
    rows_ = to;
  }

private:
  friend class column_builder;

  static constexpr std::size_t width_of(column_kind kind) noexcept {
    switch (kind) {
      case column_kind::unsuitable: return 0;
      case column_kind::codes8: return 1;
      case column_kind::codes16: return 2;
      case column_kind::floats: return 4;
      default: return 8;
    }
  }
  static constexpr float no_float = std::numeric_limits<float>::quiet_NaN();
  static constexpr double no_double = std::numeric_limits<double>::quiet_NaN();

  // Cells come in whole words.
  static constexpr std::uint32_t round64(std::uint32_t rows) noexcept { return (rows + 63) / 64 * 64; }

  /// Becomes a segment of `rows` rows without values.
  bool start(column_kind kind, std::uint32_t rows, std::uint32_t capacity) noexcept {
    capacity_ = round64(capacity);
    if (!cells_.make(capacity_ * width_of(kind))) return false;
    kind_ = kind;
    rows_ = rows;
    return true;
  }
  void become_unsuitable() noexcept {
    kind_ = column_kind::unsuitable;
    cells_.release();
    dictionary_ = {};
  }

  [[gnu::noinline]] bool add_row() noexcept {
    if (rows_ == capacity_) {
      const std::uint32_t wanted = (std::min)(round64(capacity_ + capacity_ / 2 + 1), fleet_options::max_chunk_rows);
      detail::cell_memory larger(cells_.memory());
      if (!larger.make(wanted * width_of(kind_))) return false;
      // Stamps are two arrays.
      const std::size_t arrays = kind_ == column_kind::stamps ? 2 : 1;
      const std::size_t width = width_of(kind_) / arrays;
      for (std::size_t a = 0; a != arrays && rows_ != 0; ++a) {
        std::memcpy(larger.as<char>() + a * wanted * width, cells_.as<char>() + a * capacity_ * width, rows_ * width);
      }
      cells_ = std::move(larger);
      capacity_ = wanted;
    }
    ++rows_;
    return true;
  }

  void put_stamp(std::uint32_t row, detail::packed_time time) noexcept {
    const detail::stamp_parts parts(time);
    auto* const coarse = cells_.as<std::uint32_t>();
    coarse[row] = parts.coarse;
    coarse[capacity_ + row] = parts.fine;
  }

  // -- numbers

  [[gnu::noinline]] bool set_number(std::uint32_t row, const detail::cell& c) noexcept {
    if (c.what == detail::cell::kind::undefined) {
      put_number(row, no_double);
      integers_.remove(row);
      return true;
    }
    if (c.what != detail::cell::kind::leaf || !detail::is_number_text(c.text)) return false;
    const detail::number_cell n = detail::number_cell_of(c.text);
    if (!n.is_exact || (kind_ == column_kind::floats && !detail::is_float(n.value) && !widen_numbers())) return false;
    take_number(row, n);
    return true;
  }
  void take_number(std::uint32_t row, const detail::number_cell& n) noexcept {
    put_number(row, n.value);
    facts_.add(n.value);
    if (n.is_integer) {
      integers_.add(row);
    } else {
      integers_.remove(row);
    }
  }
  void put_number(std::uint32_t row, double d) noexcept {
    if (kind_ == column_kind::floats) {
      cells_.as<float>()[row] = d == d ? static_cast<float>(d) : no_float;
    } else {
      cells_.as<double>()[row] = d;
    }
  }
  [[gnu::noinline]] bool widen_numbers() noexcept {
    detail::cell_memory wide(cells_.memory());
    if (!wide.make(capacity_ * sizeof(double))) return false;
    for (std::uint32_t i = 0; i != rows_; ++i) wide.as<double>()[i] = static_cast<double>(cells_.as<float>()[i]);
    cells_ = std::move(wide);
    kind_ = column_kind::doubles;
    return true;
  }

  // -- codes

  void put_code(std::uint32_t row, std::uint32_t code) noexcept {
    if (kind_ == column_kind::codes8) {
      cells_.as<std::uint8_t>()[row] = static_cast<std::uint8_t>(code);
    } else {
      cells_.as<std::uint16_t>()[row] = static_cast<std::uint16_t>(code);
    }
  }
  [[gnu::noinline]] bool set_code(std::uint32_t row, const detail::cell& c, const column_options& options) noexcept {
    if (c.what != detail::cell::kind::leaf) {
      put_code(row, c.what == detail::cell::kind::object ? object_code : undefined_code);
      return true;
    }
    std::uint32_t entry = dictionary_->find(c.text);
    if (entry == detail::dictionary::none) [[unlikely]] {
      // What the row had may go from the dictionary.
      put_code(row, undefined_code);
      entry = add_value(c.text, options);
      if (kind_ == column_kind::unsuitable) return true;
      if (entry == detail::dictionary::none) return false;
    }
    put_code(row, first_code + entry);
    return true;
  }

  [[gnu::noinline]] std::uint32_t add_value(std::string_view text, const column_options& options) noexcept {
    const auto has_room = [&](std::size_t bytes) {
      return codes() < max_codes && dictionary_->text_bytes() + text.size() <= bytes;
    };
    if (!has_room(options.dictionary_bytes)) {
      if (!recode()) return detail::dictionary::none;
      // A quarter has to be free, so that this does not happen again at once.
      if (!has_room(options.dictionary_bytes / 4 * 3)) {
        become_unsuitable();
        return detail::dictionary::none;
      }
    } else if (dictionary_->is_shared()) {
      detail::dictionary* const own = dictionary_->clone();
      if (own == nullptr) return detail::dictionary::none;
      dictionary_ = detail::dictionary_ref(own);
    }
    const std::uint32_t entry = dictionary_->add(text);
    const bool fits = entry != detail::dictionary::none && (codes() <= max_codes8 || widen_codes());
    return fits ? entry : detail::dictionary::none;
  }
  [[gnu::noinline]] bool widen_codes() noexcept {
    if (kind_ == column_kind::codes16) return true;
    detail::cell_memory wide(cells_.memory());
    if (!wide.make(capacity_ * sizeof(std::uint16_t))) return false;
    for (std::uint32_t i = 0; i != rows_; ++i) wide.as<std::uint16_t>()[i] = cells_.as<std::uint8_t>()[i];
    cells_ = std::move(wide);
    kind_ = column_kind::codes16;
    return true;
  }
  /// Leaves what no row has any more out of the dictionary.
  [[gnu::noinline]] bool recode() noexcept {
    const detail::dictionary_ref fresh(detail::dictionary::make(cells_.memory()));
    if (!fresh) return false;
    std::uint16_t renamed[max_codes] = {};
    for (std::uint32_t row = 0; row != rows_; ++row) {
      const std::uint32_t old = code(row);
      if (old < first_code) continue;
      if (renamed[old] == 0) {
        const std::uint32_t entry = fresh->add((*dictionary_.get())[old - first_code]);
        if (entry == detail::dictionary::none) return false;
        renamed[old] = static_cast<std::uint16_t>(first_code + entry);
      }
      put_code(row, renamed[old]);
    }
    dictionary_ = fresh;
    return true;
  }

  template <class Cell>
  void squeeze_cells(Cell* cells, const detail::row_set& live) const noexcept {
    Cell* to = cells;
    for (std::uint32_t i = live.next(0); i < rows_; i = live.next(i + 1)) *to++ = cells[i];
  }

  detail::cell_memory cells_;
  detail::dictionary_ref dictionary_;
  detail::column_ids ids_;
  column_kind kind_ = column_kind::unsuitable;
  std::uint32_t rows_ = 0;
  std::uint32_t capacity_ = 0;
  detail::number_facts facts_;
  detail::row_set integers_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_SEGMENT_HPP
