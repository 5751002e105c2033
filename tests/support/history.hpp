// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_HISTORY_HPP
#define DOPPEL_TESTS_SUPPORT_HISTORY_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace doppel_test {

// An operation that was called at `begin` and had returned at `end`, by a clock that all threads share.
template <class Operation>
struct timed {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  Operation operation;
};

// Whether operations can have taken effect one after another, each between its call and its return, with the results
// that they had. `step(state, operation)` is the sequential model: the state after an operation, or nothing if it
// cannot have had its result in that state. Tries all orders that the times allow, each set of operations done with
// each state once. Up to 64 operations.
template <class State, class Operation, class Step>
bool is_linearizable(const State& start, const std::vector<timed<Operation>>& history, Step step) {
  std::set<std::pair<std::uint64_t, State>> tried;
  std::vector<std::pair<std::uint64_t, State>> open{{0, start}};
  const std::uint64_t all = history.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << history.size()) - 1;
  while (!open.empty()) {
    const auto [done, state] = open.back();
    open.pop_back();
    if (done == all) {
      return true;
    }
    // Nothing can come before an operation that had returned when it was called.
    std::uint64_t first_end = ~std::uint64_t{0};
    for (std::size_t i = 0; i != history.size(); ++i) {
      if ((done >> i & 1) == 0) {
        first_end = std::min(first_end, history[i].end);
      }
    }
    for (std::size_t i = 0; i != history.size(); ++i) {
      if ((done >> i & 1) != 0 || history[i].begin > first_end) {
        continue;
      }
      std::optional<State> after = step(state, history[i].operation);
      if (!after) {
        continue;
      }
      std::pair<std::uint64_t, State> next{done | std::uint64_t{1} << i, *std::move(after)};
      if (tried.insert(next).second) {
        open.push_back(std::move(next));
      }
    }
  }
  return false;
}

}  // namespace doppel_test

#endif
