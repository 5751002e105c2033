// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_FLEET_SCAN_HPP
#define DOPPEL_FLEET_DETAIL_FLEET_SCAN_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/fleet/detail/chunk.hpp>
#include <doppel/fleet/detail/chunk_query.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/fleet/executor.hpp>
#include <doppel/fleet/fleet.hpp>
#include <doppel/query/continuation.hpp>
#include <doppel/query/program.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// More threads than these are not used.
inline constexpr std::size_t max_tasks = 64;

template <class Executor>
std::size_t task_count(Executor& e) noexcept {
  return std::clamp<std::size_t>(e.concurrency(), 1, max_tasks);
}

/// Something for each task of a scan.
template <class T>
class task_list {
public:
  explicit task_list(memory_ref memory) noexcept : memory_(memory) {}
  task_list(const task_list&) = delete;
  task_list& operator=(const task_list&) = delete;
  ~task_list() {
    std::destroy_n(data_, size_);
    if (data_ != nullptr) memory_.deallocate(data_, capacity_ * sizeof(T));
  }

  /// Makes one for each of `count`. False when memory is refused.
  template <class... Arguments>
  [[nodiscard]] bool make(std::size_t count, const Arguments&... arguments) noexcept {
    data_ = static_cast<T*>(memory_.try_allocate(count * sizeof(T)));
    if (data_ == nullptr) return false;
    capacity_ = count;
    for (; size_ != count; ++size_) new (data_ + size_) T(arguments...);
    return true;
  }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data_[i]; }

private:
  memory_ref memory_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

inline bool is_over_twins(const program& p) noexcept {
  return p.dialect() != query_dialect::route && p.collection() != query_collection::jobs;
}

/// Whether a scan wants more.
enum class scan_step : bool { stop, go_on };

/// The first error of several threads.
class shared_error {
public:
  void note(const boost::system::error_code& e) noexcept {
    int none = 0;
    value_.compare_exchange_strong(none, e.value());
  }
  [[nodiscard]] bool has_any() const noexcept { return value_.load(std::memory_order_relaxed) != 0; }
  [[nodiscard]] boost::system::result<void> result() const noexcept {
    if (value_.load() != 0) return make_error_code(static_cast<errc>(value_.load()));
    return {};
  }

private:
  std::atomic<int> value_{0};
};

/// How to scan.
struct scan_options {
  const scan_checkpoint& checkpoint;
  bool uses_columns;
};
/// The number of a scan that begins; 0 if it uses no columns.
template <class Policy>
std::uint64_t begin_scan(const basic_fleet<Policy>& f, const program& p, const scan_options& how) noexcept {
  return how.uses_columns ? f.of(p.collection()).catalog().begin_scan() : 0;
}

/// Has all chunks of a program's collection looked at, each by one task; each task meets its chunks in order.
/// @param look called as `look(task, chunk_query, chunk)`; returns whether its task goes on, or an error
template <class Policy, class Executor, class Look>
boost::system::result<void> scan_chunks(const basic_fleet<Policy>& f, const program& p, const scan_options& how,
                                        Executor& executor, Look&& look) noexcept {
  if (!is_over_twins(p)) return make_error_code(errc::not_supported);
  const auto& chunks = f.of(p.collection()).chunks();
  const std::uint64_t scan = begin_scan(f, p, how);
  std::atomic<std::uint64_t> next{0};
  shared_error error;
  executor.run(task_count(executor), [&](std::size_t task) noexcept {
    chunk_query<Policy> query(f, p);
    if (const auto prepared = query.prepare(scan); !prepared) return error.note(prepared.error());
    for (;;) {
      const std::uint64_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= chunks.size() || error.has_any()) return;
      if (!how.checkpoint.goes_on()) return error.note(make_error_code(errc::canceled));
      const auto goes_on = look(task, query, chunks[i]);
      if (!goes_on) return error.note(goes_on.error());
      if (*goes_on == scan_step::stop) return;
    }
  });
  return error.result();
}

/// Rows as text, one behind another.
class row_texts {
public:
  explicit row_texts(memory_ref memory) noexcept : text_(memory), ends_(memory) {}
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view operator[](std::uint32_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : ends_.data()[i - 1];
    return text_.view().substr(begin, ends_.data()[i] - begin);
  }
  void clear() noexcept {
    text_.clear();
    size_ = 0;
  }
  /// Adds the row that `write(text_buffer&)` appends.
  template <class Write>
  boost::system::result<void> add(Write&& write) noexcept {
    if (!ends_.reserve(size_ + std::size_t{1}, size_)) return make_error_code(errc::out_of_memory);
    if (const auto written = write(text_); !written) return written;
    ends_.data()[size_++] = text_.size();
    return {};
  }

private:
  text_buffer text_;
  array<std::size_t> ends_;
  std::uint32_t size_ = 0;
};

/// Goes through the matches of a program in order, some at a time, from row `from` on.
/// @param most of a time
/// @param take called as `take(chunk_query, chunk, slot, row_number)` with the chunk locked; returns whether to go on
/// @param pause called with nothing locked, after each time; returns whether to go on
template <class Policy, class Take, class Pause>
boost::system::result<void> walk_matches(const basic_fleet<Policy>& f, const program& p, row_number from,
                                         std::uint32_t most, const scan_options& how, Take&& take,
                                         Pause&& pause) noexcept {
  if (!is_over_twins(p)) return make_error_code(errc::not_supported);
  const auto& all = f.of(p.collection());
  chunk_query<Policy> query(f, p);
  if (const auto prepared = query.prepare(begin_scan(f, p, how)); !prepared) return prepared;
  for (std::uint64_t i = all.chunk_from(from, f.options().chunk_rows); i < all.chunks().size(); ++i) {
    if (!how.checkpoint.goes_on()) return make_error_code(errc::canceled);
    chunk<Policy>& c = all.chunks()[i];
    for (bool is_done = false; !is_done;) {
      bool goes_on = true;
      boost::system::result<scan_step> taken = scan_step::go_on;
      query.look(c, from, most, [&](const row_set& found, std::uint32_t end) {
        is_done = end >= c.size();
        if (!is_done) from = c.number(end);
        for (std::uint32_t slot = found.next(0); slot < c.size() && goes_on; slot = found.next(slot + 1)) {
          taken = take(query, std::as_const(c), slot, c.number(slot));
          goes_on = taken && *taken == scan_step::go_on;
        }
      });
      if (!taken) return taken.error();
      if (!pause() || !goes_on) return {};
    }
  }
  return {};
}

/// All rows of a streaming program, by one thread.
template <class Policy, class Sink>
boost::system::result<void> stream_rows_here(const basic_fleet<Policy>& f, const program& p, const scan_options& how,
                                             Sink& sink) noexcept {
  constexpr std::uint32_t rows_at_once = 256;
  row_texts rows(f.memory());
  std::uint64_t index = 0;
  return walk_matches(
      f, p, 0, rows_at_once, how,
      [&](chunk_query<Policy>& query, const chunk<Policy>& c, std::uint32_t slot,
          row_number) -> boost::system::result<scan_step> {
        const std::uint64_t i = index++;
        if (i >= p.end_row()) return scan_step::stop;
        if (i >= p.first_row()) {
          const auto added = rows.add([&](text_buffer& out) { return query.write(c, slot, out); });
          if (!added) return added.error();
        }
        return index < p.end_row() ? scan_step::go_on : scan_step::stop;
      },
      [&] {
        bool wants_more = true;
        for (std::uint32_t i = 0; i != rows.size() && wants_more; ++i) wants_more = sink(rows[i]);
        rows.clear();
        return wants_more;
      });
}

/// The same by several: a row of chunks at a time, whose rows are then given in order.
template <class Policy, class Executor, class Sink>
boost::system::result<void> stream_rows(const basic_fleet<Policy>& f, const program& p, const scan_options& how,
                                        Executor& executor, Sink& sink) noexcept {
  const std::size_t tasks = task_count(executor);
  if (tasks == 1) return stream_rows_here(f, p, how, sink);
  if (!is_over_twins(p)) return make_error_code(errc::not_supported);
  const auto& chunks = f.of(p.collection()).chunks();
  task_list<chunk_query<Policy>> queries(f.memory());
  task_list<row_texts> rows(f.memory());
  if (!queries.make(tasks, f, p) || !rows.make(tasks, f.memory())) return make_error_code(errc::out_of_memory);
  const std::uint64_t scan = begin_scan(f, p, how);
  for (std::size_t i = 0; i != tasks; ++i) {
    if (const auto prepared = queries[i].prepare(scan); !prepared) return prepared;
  }
  shared_error error;
  std::uint64_t index = 0;
  for (std::uint64_t begin = 0; begin < chunks.size() && index < p.end_row(); begin += tasks) {
    executor.run(static_cast<std::size_t>((std::min)(std::uint64_t{tasks}, chunks.size() - begin)),
                 [&](std::size_t task) noexcept {
                   if (!how.checkpoint.goes_on()) return error.note(make_error_code(errc::canceled));
                   rows[task].clear();
                   chunk<Policy>& c = chunks[begin + task];
                   const auto write_rows = [&](const row_set& found, std::uint32_t) {
                     for (std::uint32_t slot = found.next(0); slot < c.size(); slot = found.next(slot + 1)) {
                       const auto added =
                           rows[task].add([&](text_buffer& out) { return queries[task].write(c, slot, out); });
                       if (!added) return error.note(added.error());
                     }
                   };
                   queries[task].look(c, 0, fleet_options::max_chunk_rows, write_rows);
                 });
    if (error.has_any()) return error.result();
    for (std::size_t task = 0; task != tasks && begin + task < chunks.size(); ++task) {
      for (std::uint32_t i = 0; i != rows[task].size(); ++i) {
        const std::uint64_t at = index++;
        if (at >= p.first_row() && at < p.end_row() && !sink(rows[task][i])) return {};
      }
      rows[task].clear();
    }
  }
  return {};
}

/// One page of a streaming program's rows. A page starts at a row's number.
template <class Policy, class Sink>
boost::system::result<void> page_of_twins(const basic_fleet<Policy>& f, const program& p, std::uint32_t page_size,
                                          const continuation& from, const scan_options& how, Sink& sink,
                                          std::optional<continuation>& next) noexcept {
  row_texts rows(f.memory());
  std::uint64_t index = from.row;
  std::uint32_t left = page_size;
  const std::uint32_t at_once = (std::min)(page_size, fleet_options::max_chunk_rows - 1) + 1;
  return walk_matches(
      f, p, from.position, at_once, how,
      [&](chunk_query<Policy>& query, const chunk<Policy>& c, std::uint32_t slot,
          row_number n) -> boost::system::result<scan_step> {
        const std::uint64_t i = index++;
        if (i >= p.end_row()) return scan_step::stop;
        if (i < p.first_row()) return scan_step::go_on;
        if (left == 0) {
          next = continuation{n, i};
          return scan_step::stop;
        }
        --left;
        const auto added = rows.add([&](text_buffer& out) { return query.write(c, slot, out); });
        if (!added) return added.error();
        return scan_step::go_on;
      },
      [&] {
        for (std::uint32_t i = 0; i != rows.size(); ++i) sink(rows[i]);
        rows.clear();
        return true;
      });
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_FLEET_SCAN_HPP
