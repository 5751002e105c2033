// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_TWIN_COLLECTION_HPP
#define DOPPEL_FLEET_DETAIL_TWIN_COLLECTION_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column_catalog.hpp>
#include <doppel/fleet/columns/column_limits.hpp>
#include <doppel/fleet/detail/chunk.hpp>
#include <doppel/fleet/detail/chunk_list.hpp>
#include <doppel/fleet/detail/id_index.hpp>
#include <doppel/fleet/options.hpp>
#include <doppel/fleet/row.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The slot of a row if it has an id, `nowhere` else: an erased one has none. Under the chunk's lock.
template <class Policy>
std::uint32_t slot_of(const chunk<Policy>& c, row_number n, const twin_id& id) noexcept {
  const std::uint32_t slot = c.slot_of(n);
  if (slot == c.nowhere) return slot;
  return c[slot].device_id() == id.device_id && c[slot].module_id() == id.module_id ? slot : c.nowhere;
}

/// The rows of all devices, or of all modules: chunks in the order of their numbers, and an index of ids.
///
/// Locks are taken in this order, and any may be left out: a part of the index, `append_`, a chunk.
template <class Policy>
class twin_collection {
public:
  using chunk_type = chunk<Policy>;
  using mutex_type = typename Policy::mutex_type;

  explicit twin_collection(memory_ref memory) noexcept
      : chunks_(memory), index_(memory), catalog_(memory), memory_(memory) {}

  [[nodiscard]] const chunk_list<Policy>& chunks() const noexcept { return chunks_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  /// The number that the next row gets.
  [[nodiscard]] row_number next_row() const noexcept { return next_.load(); }
  /// Makes numbers below one unavailable. An insertion under way has ended when this returns.
  /// @return the number that the next row gets
  row_number skip_to(row_number n) noexcept {
    const std::unique_lock appending(append_);
    if (n > next_.load()) next_.store(n);
    return next_.load();
  }

  /// Number of the first chunk whose rows may have numbers from `n` on; `chunks().size()` if there is none.
  [[nodiscard]] std::uint64_t chunk_from(row_number n, std::uint32_t chunk_rows) const noexcept {
    const std::uint64_t count = chunks_.size();
    std::uint64_t low = n / chunk_rows;
    // Without gaps it is that one.
    if (low < count && chunks_[low].first <= n && n - chunks_[low].first < chunk_rows) return low;
    low = 0;
    for (std::uint64_t high = count; low != high;) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (chunks_[middle].first <= n && n - chunks_[middle].first >= chunk_rows) {
        low = middle + 1;
      } else if (chunks_[middle].first > n) {
        high = middle;
      } else {
        return middle;
      }
    }
    return low;
  }

  /// A row that may have an id with a hash.
  [[nodiscard]] std::optional<row_number> candidate(std::uint64_t hash) noexcept {
    std::optional<row_number> found;
    id_shard<Policy>& shard = index_.shard(hash);
    const std::shared_lock lock(shard.mutex);
    shard.any(hash, [&](row_number n) {
      found = n;
      return true;
    });
    return found;
  }
  /// Calls `f(chunk, row_number)` for the rows that may have an id with a hash until one returns true; nothing is
  /// inserted or erased under that hash meanwhile. @return whether one did
  template <class F>
  bool find(std::uint64_t hash, const fleet_options& options, F&& f) {
    id_shard<Policy>& shard = index_.shard(hash);
    const std::shared_lock lock(shard.mutex);
    return shard.any(hash, [&](row_number n) { return f(chunk_of(n, options), n); });
  }
  [[nodiscard]] chunk_type& chunk_of(row_number n, const fleet_options& options) const noexcept {
    return chunks_[chunk_from(n, options.chunk_rows)];
  }

  /// Adds a row.
  /// @param make called as `make(chunk, row_number)` with the chunk locked and room for a row; it adds it, or returns
  /// an
  ///   error
  /// @param cut the fleet's count of cuts
  /// @param at_least the least number that will do
  /// @return the row's number, or `exists`, an error of `make`, `errc::out_of_memory`
  template <class Make>
  boost::system::result<row_number> insert(const twin_id& id, std::uint64_t hash, const fleet_options& options,
                                           const std::atomic<std::uint64_t>& cut, row_number at_least, errc exists,
                                           Make&& make) noexcept {
    id_shard<Policy>& shard = index_.shard(hash);
    const std::unique_lock guard(shard.mutex);
    const bool is_there = shard.any(hash, [&](row_number n) {
      chunk_type& c = chunk_of(n, options);
      const std::shared_lock reading(c.mutex);
      return slot_of(c, n, id) != c.nowhere;
    });
    if (is_there) return make_error_code(exists);
    if (!shard.reserve()) return make_error_code(errc::out_of_memory);

    const std::unique_lock appending(append_);
    const row_number n = (std::max)(next_.load(), at_least);
    chunk_type* const c = chunk_for_new(n, options, cut);
    if (c == nullptr) return make_error_code(errc::out_of_memory);
    const std::unique_lock writing(c->mutex);
    if (!c->reserve(options, memory_)) return make_error_code(errc::out_of_memory);
    if (const auto made = make(*c, n); !made) return made.error();
    next_.store(n + 1);
    size_.fetch_add(1, std::memory_order_relaxed);
    shard.add(hash, n);
    return n;
  }

  /// Takes a row out.
  /// @param take called as `take(chunk, slot)` with the chunk locked; it takes the row out, or returns an error
  /// @return nothing, or `absent`, or an error of `take`
  template <class Take>
  boost::system::result<void> erase(const twin_id& id, std::uint64_t hash, const fleet_options& options, errc absent,
                                    Take&& take) noexcept {
    id_shard<Policy>& shard = index_.shard(hash);
    const std::unique_lock guard(shard.mutex);
    boost::system::result<void> taken;
    row_number erased = 0;
    const bool was_there = shard.any(hash, [&](row_number n) {
      chunk_type& c = chunk_of(n, options);
      const std::unique_lock writing(c.mutex);
      const std::uint32_t slot = slot_of(c, n, id);
      if (slot == c.nowhere) return false;
      taken = take(c, slot);
      erased = n;
      return true;
    });
    if (!was_there) return make_error_code(absent);
    if (!taken) return taken;
    shard.remove(hash, erased);
    size_.fetch_sub(1, std::memory_order_relaxed);
    return {};
  }

  // -- what was loaded aside; nobody else may use the collection meanwhile

  /// Adds a row whose number is beyond all others: `insert` without its locks.
  /// @return nothing, `exists`, an error of `make`, `errc::out_of_memory`
  template <class Make>
  errc append(const twin_id& id, std::uint64_t hash, const fleet_options& options,
              const std::atomic<std::uint64_t>& cut, row_number n, errc exists, Make&& make) noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    DOPPEL_ASSERT(n >= next_.load(relaxed));
    id_shard<Policy>& shard = index_.shard(hash);
    const auto is_it = [&](row_number other) {
      chunk_type& c = chunk_of(other, options);
      return slot_of(c, other, id) != c.nowhere;
    };
    if (shard.any(hash, is_it)) return exists;
    if (!shard.reserve()) return errc::out_of_memory;
    chunk_type* const c = chunk_for_new(n, options, cut);
    if (c == nullptr || !c->reserve(options, memory_)) return errc::out_of_memory;
    if (const errc code = make(*c, n); code != errc{}) return code;
    next_.store(n + 1, relaxed);
    size_.store(size_.load(relaxed) + 1, relaxed);
    shard.add(hash, n);
    return {};
  }
  /// Whether there has never been a row.
  [[nodiscard]] bool is_untouched() const noexcept { return chunks_.size() == 0 && next_.load() == 0; }
  /// Takes over the rows of another collection. This one is untouched.
  void adopt(twin_collection& loaded, const std::atomic<std::uint64_t>& cut) noexcept {
    for (std::uint64_t i = 0; i != loaded.chunks_.size(); ++i) loaded.chunks_[i].enter(cut.load());
    index_.swap_entries(loaded.index_);
    chunks_.adopt(loaded.chunks_);
    next_.store(loaded.next_.load());
    size_.store(loaded.size_.exchange(0), std::memory_order_relaxed);
  }

  // -- columns

  [[nodiscard]] column_catalog<mutex_type>& catalog() noexcept { return catalog_; }
  [[nodiscard]] const column_catalog<mutex_type>& catalog() const noexcept { return catalog_; }

  /// The column of a path for a scan, or null. With nothing locked.
  [[nodiscard]] column_ref find_column(const program& p, std::uint32_t path, std::uint64_t scan,
                                       const column_limits& limits) noexcept {
    column_ref victim;
    column_ref found = catalog_.find(p, path, scan, limits, victim);
    for (std::uint64_t i = 0; victim && i != chunks_.size(); ++i) {
      chunk_type& c = chunks_[i];
      const std::unique_lock writing(c.mutex);
      change_columns(c, [&](chunk_columns& columns) { columns.drop(*victim); });
    }
    return found;
  }
  /// Does something with a chunk's columns, which may change what they hold. Under the chunk's lock.
  template <class F>
  void change_columns(chunk_type& c, F&& f) noexcept {
    const std::size_t before = c.columns().bytes();
    f(c.columns());
    if (c.columns().bytes() != before) catalog_.note_bytes(c.columns().bytes(), before);
  }
  [[nodiscard]] column_statistics statistics() const noexcept {
    column_statistics sum;
    sum.columns = catalog_.size();
    sum.bytes = catalog_.bytes();
    sum.scans = catalog_.scans();
    for (std::uint64_t i = 0; i != chunks_.size(); ++i) {
      const std::shared_lock reading(chunks_[i].mutex);
      sum.segments += chunks_[i].columns().size();
      sum.unsuitable += chunks_[i].columns().unsuitable();
    }
    return sum;
  }

  [[nodiscard]] std::size_t bytes_held() noexcept {
    std::size_t sum = index_.bytes_held();
    for (std::uint64_t i = 0; i != chunks_.size(); ++i) {
      const std::shared_lock lock(chunks_[i].mutex);
      sum += chunks_[i].bytes_held();
    }
    return sum;
  }

private:
  chunk_type* chunk_for_new(row_number n, const fleet_options& options,
                            const std::atomic<std::uint64_t>& cut) noexcept {
    const std::uint64_t count = chunks_.size();
    if (count != 0 && n - chunks_[count - 1].first < options.chunk_rows) return &chunks_[count - 1];
    return chunks_.add(n - n % options.chunk_rows, cut.load());
  }

  chunk_list<Policy> chunks_;
  id_index<Policy> index_;
  column_catalog<mutex_type> catalog_;
  memory_ref memory_;
  mutex_type append_;
  std::atomic<row_number> next_{0};
  std::atomic<std::uint64_t> size_{0};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_TWIN_COLLECTION_HPP
