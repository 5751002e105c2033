// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_QUERY_CONTENDER_HPP
#define DOPPEL_BENCHMARKS_QUERY_CONTENDER_HPP

// What is asked: an implementation that holds twins, or refers to their texts, and answers the queries of
// fleet_queries.hpp.

#include "fleet_queries.hpp"
#include "timing.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel_bench {

enum class query_role : std::uint8_t {
  subject,  ///< doppel
  hand,     ///< code written for each query, for text: nothing is compiled, nothing is generic
  peer      ///< any other
};

class query_contender {
public:
  virtual ~query_contender() = default;
  virtual std::string_view name() const noexcept = 0;
  virtual query_role role() const noexcept = 0;
  /// Slow ones answer for the first rows only.
  virtual std::size_t most_rows() const noexcept { return std::numeric_limits<std::size_t>::max(); }
  /// Says whether its answers are right for documents of that form.
  virtual bool reads(fleet_form) const noexcept { return true; }

  /// Takes the next row. Those that work on text keep the view. False: refused.
  virtual bool take(std::string_view document) = 0;
  /// Nothing more is taken before the next `clear`.
  virtual void finish() {}
  virtual void clear() = 0;
  virtual std::size_t rows() const noexcept = 0;

  /// Makes ready for a query, not timed. False: it has no form for it.
  virtual bool begin(query_id id) = 0;
  /// Asks it of all rows, or until TOP is satisfied.
  virtual pass_times run() = 0;
  /// What the last run has found.
  virtual query_answer answer() = 0;
};

using query_contenders = std::vector<std::unique_ptr<query_contender>>;

/// A store answers row by row:
///
///     static constexpr std::string_view name;
///     static constexpr query_role role;
///     bool take(std::string_view document);
///     std::size_t size() const;
///     void clear();
///     bool begin(query_id);
///     template <query_id Q> bool holds(std::size_t row, query_answer& found);   // q11, q13: also adds what it reads
///     void scan(std::size_t first, std::size_t end, query_answer& found);       // instead of holds: not once per
///     query void start();                                                             // optional, before the first
///     row void complete(query_answer& found);                                       // optional, after the last row
template <class Store>
class row_contender final : public query_contender {
public:
  template <class... Arguments>
  explicit row_contender(Arguments&&... arguments) : store_(std::forward<Arguments>(arguments)...) {}

  std::string_view name() const noexcept override { return Store::name; }
  query_role role() const noexcept override { return Store::role; }
  std::size_t most_rows() const noexcept override {
    if constexpr (requires { Store::most_rows; }) return Store::most_rows;
    return query_contender::most_rows();
  }
  bool reads(fleet_form form) const noexcept override {
    if constexpr (requires { Store::reads(form); }) return Store::reads(form);
    return true;
  }

  bool take(std::string_view document) override { return store_.take(document); }
  void clear() override { store_.clear(); }
  std::size_t rows() const noexcept override { return store_.size(); }

  bool begin(query_id id) override {
    query_ = id;
    return store_.begin(id);
  }

  pass_times run() override {
    found_ = {};
    if constexpr (requires { store_.start(); }) store_.start();
    pass_times times;
    if constexpr (requires { store_.scan(0, 0, found_); }) {
      times = pass_times::measure(pass_times::parts, [this](std::size_t part) {
        if (!is_satisfied(query_)) store_.scan(first_of(part), first_of(part + 1), found_);
      });
    } else {
      times = with_query(query_, [this]<query_id Q>() {
        return pass_times::measure(pass_times::parts, [this](std::size_t part) { scan<Q>(part); });
      });
    }
    if constexpr (requires { store_.complete(found_); }) store_.complete(found_);
    return times;
  }

  query_answer answer() override {
    query_answer settled = found_;
    settled.settle();
    return settled;
  }

  Store& store() noexcept { return store_; }

private:
  std::size_t first_of(std::size_t part) const { return rows() * part / pass_times::parts; }
  bool is_satisfied(query_id id) const { return id == query_id::q14 && found_.rows == top_rows; }

  template <query_id Q>
  void scan(std::size_t part) {
    if (is_satisfied(Q)) return;
    // A local copy: the compiler need not think that it changes behind its back.
    query_answer found = std::move(found_);
    const std::size_t end = first_of(part + 1);
    for (std::size_t row = first_of(part); row < end; ++row) {
      if (!store_.template holds<Q>(row, found)) continue;
      ++found.rows;
      if (Q == query_id::q14 && found.rows == top_rows) break;
    }
    found_ = std::move(found);
  }

  Store store_;
  query_id query_{};
  query_answer found_;
};

/// What stores that work on text share.
class text_rows {
public:
  bool take(std::string_view document) {
    texts_.push_back(document);
    return true;
  }
  std::size_t size() const noexcept { return texts_.size(); }
  void clear() { texts_.clear(); }
  bool begin(query_id) { return true; }

protected:
  std::string_view text(std::size_t row) const noexcept { return texts_[row]; }

private:
  std::vector<std::string_view> texts_;
};

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_QUERY_CONTENDER_HPP
