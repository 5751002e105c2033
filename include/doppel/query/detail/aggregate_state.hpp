// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_AGGREGATE_STATE_HPP
#define DOPPEL_QUERY_DETAIL_AGGREGATE_STATE_HPP

#include <doppel/base/memory.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/function.hpp>
#include <doppel/query/value.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>

namespace doppel {
inline namespace v0 {
namespace detail {

/// An exact sum of 64-bit integers: 128 bits, so that it does not matter in what order they come.
struct wide_sum {
  std::uint64_t low = 0;
  std::int64_t high = 0;

  void add(std::uint64_t l, std::int64_t h) noexcept {
    low += l;
    high += h + static_cast<std::int64_t>(low < l);
  }
  void add(std::int64_t n) noexcept { add(static_cast<std::uint64_t>(n), n < 0 ? -1 : 0); }
  [[nodiscard]] bool fits() const noexcept { return high == (static_cast<std::int64_t>(low) < 0 ? -1 : 0); }
  [[nodiscard]] double as_double() const noexcept {
    if (fits()) return static_cast<double>(static_cast<std::int64_t>(low));
    return static_cast<double>(high) * 18446744073709551616.0 + static_cast<double>(low);
  }
};

/// One aggregate over what has been seen of one group so far (spec/query.md 11.1). Partial results merge: in what
/// parts the documents come makes no difference, but for the rounding of sums of doubles.
class aggregate_state {
public:
  /// Takes a value. False when memory is refused.
  bool add(query_aggregate function, const query_value& v, std::uint64_t position, memory_ref memory) noexcept {
    if (v.is_undefined()) return true;
    ++count_;
    if (function == query_aggregate::min || function == query_aggregate::max) {
      if (v.is_composite()) is_spoilt_ = true;
      if (is_spoilt_) return true;
      return take(function, v, position, memory);
    }
    if (function == query_aggregate::count) return true;
    if (!v.is_number()) {
      is_spoilt_ = true;
    } else if (v.is_integer()) {
      whole_.add(v.as_integer());
    } else {
      real_ += v.as_double();
      has_real_ = true;
    }
    return true;
  }
  /// COUNT() takes rows.
  void add_row() noexcept { ++count_; }
  /// COUNT takes that many defined values at once.
  void add_count(std::uint64_t count) noexcept { count_ += count; }
  /// SUM and AVG take numbers at once.
  /// @param real what `real_sum()` becomes when those that are no integers are added in their order
  void add_numbers(std::uint64_t count, const wide_sum& whole, double real, bool has_real) noexcept {
    count_ += count;
    whole_.add(whole.low, whole.high);
    real_ = real;
    has_real_ = has_real_ || has_real;
  }
  [[nodiscard]] double real_sum() const noexcept { return real_; }

  bool merge(query_aggregate function, const aggregate_state& other, memory_ref memory) noexcept {
    count_ += other.count_;
    is_spoilt_ = is_spoilt_ || other.is_spoilt_;
    whole_.add(other.whole_.low, other.whole_.high);
    real_ += other.real_;
    has_real_ = has_real_ || other.has_real_;
    if (is_spoilt_ || other.best_.is_undefined()) return true;
    return take(function, other.best_, other.position_, memory);
  }

  [[nodiscard]] query_value result(query_aggregate function) const noexcept {
    if (function == query_aggregate::count) return query_value::integer(static_cast<std::int64_t>(count_));
    if (is_spoilt_) return {};
    switch (function) {
      case query_aggregate::min:
      case query_aggregate::max: return best_;
      case query_aggregate::avg: return count_ == 0 ? query_value() : finite(sum() / static_cast<double>(count_));
      default:
        if (!has_real_ && whole_.fits()) return query_value::integer(static_cast<std::int64_t>(whole_.low));
        return finite(sum());
    }
  }

  void release(memory_ref memory) noexcept {
    if (text_ != nullptr) memory.deallocate(text_, capacity_);
    text_ = nullptr;
  }

private:
  double sum() const noexcept { return has_real_ ? whole_.as_double() + real_ : whole_.as_double(); }
  static query_value finite(double d) noexcept { return std::isfinite(d) ? query_value::floating(d) : query_value(); }

  /// Of equal values the one of the earliest document is kept.
  bool take(query_aggregate function, const query_value& v, std::uint64_t position, memory_ref memory) noexcept {
    if (!best_.is_undefined()) {
      const auto order = order_values(v, best_);
      const bool is_better = function == query_aggregate::min ? order < 0 : order > 0;
      if (!is_better && (order != 0 || position >= position_)) return true;
    }
    query_value kept = v;
    if (v.is_string()) {
      const std::size_t size = size_of_string(v);
      if (size > capacity_) {
        const std::size_t wanted = size + size / 2;
        auto* const text = static_cast<char*>(memory.try_allocate(wanted));
        if (text == nullptr) return false;
        // The value may be a view of the old text only if it is the one that is kept already.
        release(memory);
        text_ = text;
        capacity_ = wanted;
      }
      char* to = text_;
      string_reader reader(v);
      for (std::string_view part = reader.next(); !part.empty(); part = reader.next()) {
        std::memcpy(to, part.data(), part.size());
        to += part.size();
      }
      kept = query_value::string({text_, size});
    } else if (v.is_number()) {
      kept = v.is_integer() ? query_value::integer(v.as_integer()) : query_value::floating(v.as_double());
    }
    best_ = kept;
    position_ = position;
    return true;
  }

  std::uint64_t count_ = 0;
  wide_sum whole_;
  double real_ = 0;
  bool has_real_ = false;
  bool is_spoilt_ = false;  // by a value of the wrong type
  query_value best_;
  std::uint64_t position_ = 0;
  char* text_ = nullptr;  // of a string
  std::size_t capacity_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_AGGREGATE_STATE_HPP
