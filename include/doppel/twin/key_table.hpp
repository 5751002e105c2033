// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_KEY_TABLE_HPP
#define DOPPEL_TWIN_KEY_TABLE_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/twin/detail/key_store.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

/// @file
/// The names of members, kept once for many twins.
namespace doppel {
inline namespace v0 {

/// A shared table of keys: twins that are given the same table store each key's text once between
/// them. A stand-alone twin has a table of its own and needs none from outside.
///
/// The table only grows, up to `limits::keys_in_table` keys and `limits::key_table_bytes` bytes; beyond,
/// members carry their keys themselves. A write or a load that is refused adds nothing, whatever the cause, out of
/// memory included.
/// @par Lifetime
/// The table lives as long as any handle or twin refers to it.
/// @par Thread safety
/// Twins that share a table are one unit: a write to one excludes writes to, and reads from, all of them.
class key_table {
public:
  /// No table.
  key_table() noexcept = default;
  key_table(const key_table& other) noexcept : store_(other.store_) {
    if (store_ != nullptr) store_->acquire();
  }
  key_table(key_table&& other) noexcept : store_(std::exchange(other.store_, nullptr)) {}
  key_table& operator=(const key_table& other) noexcept {
    key_table copy(other);
    std::swap(store_, copy.store_);
    return *this;
  }
  key_table& operator=(key_table&& other) noexcept {
    std::swap(store_, other.store_);
    return *this;
  }
  ~key_table() {
    if (store_ != nullptr) store_->release();
  }

  /// An empty table.
  /// @param seed makes collisions unpredictable where the address space is not random
  /// @return the table, or `errc::out_of_memory`
  static boost::system::result<key_table> create(const limits& bounds = {}, memory_ref memory = {},
                                                 std::uint64_t seed = 0) noexcept {
    key_table table;
    table.store_ = detail::key_store::make(bounds, memory, seed);
    if (table.store_ == nullptr) return make_error_code(errc::out_of_memory);
    return table;
  }

  explicit operator bool() const noexcept { return store_ != nullptr; }
  /// Keys in the table.
  [[nodiscard]] std::size_t size() const noexcept { return store_ == nullptr ? 0 : store_->size(); }
  /// Bytes allocated for it.
  [[nodiscard]] std::size_t bytes_held() const noexcept { return store_ == nullptr ? 0 : store_->bytes_held(); }

  /// For the library's own layers.
  explicit key_table(detail::key_store* store) noexcept : store_(store) { store_->acquire(); }
  detail::key_store* store() const noexcept { return store_; }

private:
  detail::key_store* store_ = nullptr;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_KEY_TABLE_HPP
