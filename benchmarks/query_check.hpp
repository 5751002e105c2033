// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_QUERY_CHECK_HPP
#define DOPPEL_BENCHMARKS_QUERY_CHECK_HPP

// Nothing is timed before every answer has been compared with what the fleet was made from.

#include "query_contender.hpp"

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace doppel_bench {

/// Runs a query once and compares the answer. Says on stderr what is wrong.
inline bool answers_rightly(query_contender& one, const fleet_query& query, const oracle& truth,
                            std::string_view where) {
  if (!one.begin(query.id)) return true;
  one.run();
  const query_answer expected = truth.answer(query.id);
  const query_answer found = one.answer();
  if (found == expected) return true;
  std::fprintf(stderr, "%s, %s, %s: %llu rows, %zu groups instead of %llu and %zu, or what they hold differs\n",
               std::string(where).c_str(), std::string(one.name()).c_str(), std::string(query.name).c_str(),
               static_cast<unsigned long long>(found.rows), found.groups.size(),
               static_cast<unsigned long long>(expected.rows), expected.groups.size());
  return false;
}

/// Asks everybody everything over a few rows of every form.
inline bool all_answer_rightly(const query_contenders& all, std::size_t rows) {
  bool good = true;
  for (std::size_t f = 0; f < fleet_form_names.size(); ++f) {
    const auto form = static_cast<fleet_form>(f);
    const told_fleet told = make_told_fleet(form, rows);
    for (const auto& one : all) {
      for (std::size_t row = 0; row < rows; ++row) {
        if (!one->take(told.texts[row])) {
          std::fprintf(stderr, "%s refuses a twin\n", std::string(one->name()).c_str());
          return false;
        }
      }
      one->finish();
    }
    for (const auto& one : all) {
      for (const fleet_query& query : fleet_queries) {
        good &= !one->reads(form) || answers_rightly(*one, query, told.truth, fleet_form_names[f]);
      }
    }
    for (const auto& one : all) one->clear();
  }
  return good;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_QUERY_CHECK_HPP
