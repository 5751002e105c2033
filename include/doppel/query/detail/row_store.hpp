// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_ROW_STORE_HPP
#define DOPPEL_QUERY_DETAIL_ROW_STORE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/query/detail/tree_storage.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Rows with what they are sorted by: first the bytes of a key, then the position. Keeps only the first `most` rows in
/// that order, in a heap, once there are more.
class row_store {
public:
  row_store(memory_ref memory, std::uint64_t most) noexcept
      : bytes_(memory), spare_(memory), rows_(memory), most_(most) {}

  /// Changes how many are kept, before rows come.
  void keep_at_most(std::uint64_t most) noexcept { most_ = most; }

  /// The order of rows.
  static bool is_before(std::string_view key, std::uint64_t position, std::string_view other,
                        std::uint64_t other_position) noexcept {
    const int c = key.compare(other);
    return c != 0 ? c < 0 : position < other_position;
  }

  [[nodiscard]] std::uint32_t size() const noexcept { return rows_.size(); }
  /// Says whether there are so many rows that only better ones are taken.
  [[nodiscard]] bool is_full() const noexcept { return rows_.size() >= most_; }
  /// Says whether a row would be kept.
  [[nodiscard]] bool wants(std::string_view key, std::uint64_t position) const noexcept {
    if (!is_full()) return true;
    return most_ != 0 && is_before(key, position, key_of(rows_[0]), rows_[0].position);
  }

  /// Takes a row, in the place of the last one if it is full. False when memory is refused.
  bool add(std::string_view key, std::uint64_t position, std::string_view text) noexcept {
    if (!wants(key, position)) return true;
    if (!bytes_.reserve_more(key.size() + text.size())) return false;
    const row r{position, bytes_.size(), key.size(), text.size()};
    if (is_full()) {
      row* const begin = &rows_[0];  // at least one: a store for none wants none
      if (rows_.size() >= 2 && !is_heap_) std::make_heap(begin, begin + rows_.size(), order());
      is_heap_ = true;
      std::pop_heap(begin, begin + rows_.size(), order());
      row& last = rows_.back();
      wasted_ += last.key_size + last.text_size;
      put(key, text);
      last = r;
      std::push_heap(begin, begin + rows_.size(), order());
    } else {
      if (!rows_.push(r)) return false;
      put(key, text);
      if (is_heap_ || rows_.size() == most_) {
        std::make_heap(&rows_[0], &rows_[0] + rows_.size(), order());
        is_heap_ = true;
      }
    }
    return wasted_ <= bytes_.size() / 2 + 65536 || compact();
  }

  /// Puts another row in the place of one. False when memory is refused.
  /// @pre the store keeps all rows and has not been sorted
  bool replace(std::uint32_t i, std::string_view key, std::uint64_t position, std::string_view text) noexcept {
    if (!bytes_.reserve_more(key.size() + text.size())) return false;
    wasted_ += rows_[i].key_size + rows_[i].text_size;
    rows_[i] = {position, bytes_.size(), key.size(), text.size()};
    put(key, text);
    return wasted_ <= bytes_.size() / 2 + 65536 || compact();
  }

  /// Puts the rows in order.
  void sort() noexcept {
    if (rows_.size() > 1) std::sort(&rows_[0], &rows_[0] + rows_.size(), order());
    is_heap_ = false;
  }
  [[nodiscard]] std::string_view key(std::uint32_t i) const noexcept { return key_of(rows_[i]); }
  [[nodiscard]] std::string_view text(std::uint32_t i) const noexcept {
    return bytes_.view().substr(rows_[i].offset + rows_[i].key_size, rows_[i].text_size);
  }
  [[nodiscard]] std::uint64_t position(std::uint32_t i) const noexcept { return rows_[i].position; }

  void clear() noexcept {
    rows_.truncate(0);
    bytes_.clear();
    wasted_ = 0;
    is_heap_ = false;
  }

private:
  struct row {
    std::uint64_t position;
    std::size_t offset;
    std::size_t key_size;
    std::size_t text_size;
  };

  std::string_view key_of(const row& r) const noexcept { return bytes_.view().substr(r.offset, r.key_size); }
  struct row_order {
    const row_store& store;
    bool operator()(const row& a, const row& b) const noexcept {
      return is_before(store.key_of(a), a.position, store.key_of(b), b.position);
    }
  };
  row_order order() const noexcept { return {*this}; }
  void put(std::string_view key, std::string_view text) noexcept {
    bytes_.append(key);
    bytes_.append(text);
  }
  bool compact() noexcept {
    spare_.clear();
    if (!spare_.reserve_more(bytes_.size() - wasted_)) return false;
    for (std::uint32_t i = 0; i != rows_.size(); ++i) {
      row& r = rows_[i];
      const std::size_t offset = spare_.size();
      spare_.append(bytes_.view().substr(r.offset, r.key_size + r.text_size));
      r.offset = offset;
    }
    std::swap(bytes_, spare_);
    wasted_ = 0;
    return true;
  }

  text_buffer bytes_;
  text_buffer spare_;
  growing_list<row> rows_;
  std::uint64_t most_;
  std::size_t wasted_ = 0;
  bool is_heap_ = false;  // the row that goes last is in front
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_ROW_STORE_HPP
