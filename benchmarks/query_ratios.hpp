// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_QUERY_RATIOS_HPP
#define DOPPEL_BENCHMARKS_QUERY_RATIOS_HPP

// The options of doppel_query_ratios, and the rounds in which it asks.

#include "option_list.hpp"
#include "query_contender.hpp"
#include "report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel_bench {

struct query_ratio_options {
  std::vector<std::string> areas;    // empty: all
  std::vector<std::string> queries;  // empty: all; their first letters
  fleet_form form = fleet_form::plain;
  std::size_t raw_rows = 100'000;
  std::size_t resident_rows = 1'000'000;
  std::size_t held_rows = 50'000;
  std::size_t checked_rows = 5'000;
  std::size_t compilations = 1'600;  // in a turn
  std::size_t rounds = 9;
  std::size_t passes = 2;
  std::string svg;

  bool wants_area(std::string_view name) const { return wants(areas, name); }
  bool wants_query(const fleet_query& query) const { return wants(queries, query.name.substr(0, 3)); }
};

inline constexpr const char* query_usage =
    "doppel_query_ratios [options]\n"
    "  --area LIST    of raw, resident, compile, memory (default: all)\n"
    "  --query LIST   of q01 to q14 (default: all)\n"
    "  --rows N       in every area (raw 100000, resident 1000000, memory 50000)\n"
    "  --form NAME    of the texts: plain, shuffled or hostile (plain)\n"
    "  --rounds N     (9)\n"
    "  --quick        few rounds and rows: shows that everything works, not how fast\n"
    "  --markdown     tables as Markdown\n"
    "  --svg FILE     also draws the times\n";

inline query_ratio_options query_ratio_options_of(int count, char** arguments) {
  query_ratio_options chosen;
  const auto refuse = [] {
    std::fputs(query_usage, stderr);
    std::exit(2);
  };
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    const auto value = [&] {
      if (i + 1 == count) refuse();
      return std::string(arguments[++i]);
    };
    const auto positive = [&] { return static_cast<std::size_t>((std::max)(1, std::atoi(value().c_str()))); };
    if (name == "--area") {
      chosen.areas = split(value());
    } else if (name == "--query") {
      chosen.queries = split(value());
    } else if (name == "--rows") {
      chosen.raw_rows = chosen.resident_rows = chosen.held_rows = positive();
    } else if (name == "--form") {
      const auto found = std::ranges::find(fleet_form_names, value());
      if (found == fleet_form_names.end()) refuse();
      chosen.form = static_cast<fleet_form>(found - fleet_form_names.begin());
    } else if (name == "--rounds") {
      chosen.rounds = positive();
    } else if (name == "--quick") {
      chosen.rounds = 2;
      chosen.passes = 1;
      chosen.compilations = 160;
      chosen.raw_rows = chosen.held_rows = chosen.checked_rows = 1'000;
      chosen.resident_rows = 5'000;
    } else if (name == "--markdown") {
      table::markdown = true;
    } else if (name == "--svg") {
      chosen.svg = value();
    } else {
      refuse();
    }
  }
  return chosen;
}

/// Nanoseconds per twin by contender, query and round. Round r of one is comparable with round r of another.
class query_times {
public:
  query_times(const query_contenders& all, const query_ratio_options& chosen) : found_(all.size()) {
    for (const auto& one : all) {
      names_.emplace_back(one->name());
      roles_.push_back(one->role());
    }
    for (const fleet_query& query : fleet_queries) {
      if (chosen.wants_query(query)) queries_.push_back(&query);
    }
  }

  std::vector<double>& at(std::size_t contender, query_id id) { return found_[contender][index_of(id)]; }
  const std::vector<double>& at(std::size_t contender, query_id id) const { return found_[contender][index_of(id)]; }

  const std::vector<std::string>& names() const noexcept { return names_; }
  query_role role(std::size_t contender) const { return roles_[contender]; }
  std::size_t contenders() const noexcept { return names_.size(); }
  /// Says whether the first is the library, in whatever form.
  bool has_subject() const { return !roles_.empty() && roles_.front() == query_role::subject; }

  const std::vector<const fleet_query*>& queries() const noexcept { return queries_; }
  /// Those that go through the whole fleet.
  std::vector<const fleet_query*> filters() const {
    std::vector<const fleet_query*> some = queries_;
    std::erase_if(some, [](const fleet_query* query) { return index_of(query->id) >= filter_count; });
    return some;
  }

  /// The best of a role in each round.
  std::vector<double> best(query_role role, query_id id) const {
    std::vector<double> least;
    for (std::size_t i = 0; i < contenders(); ++i) {
      const std::vector<double>& times = at(i, id);
      if (roles_[i] != role || times.empty()) continue;
      if (least.empty()) least = times;
      least.resize((std::min)(least.size(), times.size()));
      for (std::size_t round = 0; round < least.size(); ++round) least[round] = (std::min)(least[round], times[round]);
    }
    return least;
  }

private:
  std::vector<std::string> names_;
  std::vector<query_role> roles_;
  std::vector<const fleet_query*> queries_;
  std::vector<std::array<std::vector<double>, fleet_queries.size()>> found_;
};

/// What is combined over several queries, round by round.
class over_queries {
public:
  void add(const std::vector<double>& values) {
    if (count_++ == 0) {
      logarithms_.assign(values.size(), 0);
      least_.assign(values.size(), std::numeric_limits<double>::max());
      most_.assign(values.size(), 0);
    }
    const std::size_t rounds = (std::min)(values.size(), logarithms_.size());
    logarithms_.resize(rounds);
    least_.resize(rounds);
    most_.resize(rounds);
    for (std::size_t round = 0; round < rounds; ++round) {
      logarithms_[round] += std::log(values[round]);
      least_[round] = (std::min)(least_[round], values[round]);
      most_[round] = (std::max)(most_[round], values[round]);
    }
  }

  std::size_t count() const noexcept { return count_; }
  spread geometric_mean() const {
    std::vector<double> means = logarithms_;
    for (double& mean : means) mean = std::exp(mean / static_cast<double>(count_));
    return spread_of(std::move(means));
  }
  spread least() const { return spread_of(least_); }
  spread most() const { return spread_of(most_); }

private:
  std::size_t count_ = 0;
  std::vector<double> logarithms_;
  std::vector<double> least_;
  std::vector<double> most_;
};

inline std::vector<double> quotients(const std::vector<double>& above, const std::vector<double>& below) {
  std::vector<double> found((std::min)(above.size(), below.size()));
  for (std::size_t i = 0; i < found.size(); ++i) found[i] = above[i] / below[i];
  return found;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_QUERY_RATIOS_HPP
