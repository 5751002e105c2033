// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_FOR_EACH_MATCH_HPP
#define DOPPEL_QUERY_FOR_EACH_MATCH_HPP

#include <doppel/query/bound_program.hpp>
#include <doppel/query/detail/twin_prefetch.hpp>
#include <doppel/query/scratch.hpp>

#include <cstddef>

/// @file
/// Many twins, one after another.
namespace doppel {
inline namespace v0 {

/// Asks one twin after another, and brings those to come towards the cache meanwhile.
/// @param twin_at gives the twin with a number: `const basic_twin<Policy>& twin_at(std::size_t i)`
/// @param f called with the number of each twin that matches, in order; returns whether to go on. Some twins behind it
/// may have been asked already
/// @return the number of twins up to the one where @p f stopped, else @p count
/// @pre the scratch is prepared for the program
/// @par Complexity
/// As `matches` for each twin. Of twins that are in no cache, the lines that earlier twins were read at are fetched
/// ahead.
/// @par Exception safety
/// Nothing throws or allocates, unless `f` does; it must not throw.
template <class TwinAt, class F>
std::size_t for_each_match(const bound_program& p, std::size_t count, TwinAt&& twin_at, query_scratch& scratch,
                           F&& f) noexcept {
  detail::twin_prefetch fetch(p);
  std::size_t waiting[fetch.row_distance];  // matches, in a ring
  std::size_t begin = 0;
  std::size_t end = 0;
  const auto give = [&] {
    const std::size_t i = waiting[begin++ % fetch.row_distance];
    fetch.learn_row(twin_at(i).core());
    return f(i) ? count : i + 1;
  };
  for (std::size_t i = 0; i != count && i != fetch.distance; ++i) fetch.expect(twin_at(i).core());
  for (std::size_t i = 0; i != count; ++i) {
    if (i + fetch.distance < count) fetch.expect(twin_at(i + fetch.distance).core());
    if (!fetch.matches(twin_at(i), scratch)) continue;
    if (!fetch.has_rows()) {
      if (!f(i)) return i + 1;
      continue;
    }
    fetch.expect_row(twin_at(i).core());
    if (end - begin == fetch.row_distance) {
      if (const std::size_t stop = give(); stop != count) return stop;
    }
    waiting[end++ % fetch.row_distance] = i;
  }
  while (begin != end) {
    if (const std::size_t stop = give(); stop != count) return stop;
  }
  return count;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_FOR_EACH_MATCH_HPP
