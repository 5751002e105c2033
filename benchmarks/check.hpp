// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_CHECK_HPP
#define DOPPEL_BENCHMARKS_CHECK_HPP

// Nothing is timed before all implementations have come to the same twins.

#include "contender.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>

namespace doppel_bench {

namespace check_detail {

inline bool same_number(const boost::json::value& a, const boost::json::value& b) {
  if (a.is_double() || b.is_double()) {
    // Not every peer parses or prints every double to the nearest one.
    const double x = a.to_number<double>();
    const double y = b.to_number<double>();
    return std::abs(x - y) <= 1e-14 * (std::max)(std::abs(x), std::abs(y));
  }
  return a == b;
}

/// Equality up to the order of members and the spelling of numbers; `skipped` members of the outermost
/// object are left out.
inline bool same(const boost::json::value& a, const boost::json::value& b,
                 std::initializer_list<std::string_view> skipped = {}) {
  if (a.is_number() && b.is_number()) {
    return same_number(a, b);
  }
  if (a.is_array() && b.is_array()) {
    return std::ranges::equal(a.get_array(), b.get_array(), [](const auto& x, const auto& y) { return same(x, y); });
  }
  if (!a.is_object() || !b.is_object()) {
    return a == b;
  }
  const auto counts = [&](const auto& member) {
    return std::ranges::find(skipped, std::string_view(member.key())) == skipped.end();
  };
  const auto matches = [&](const auto& member) {
    const auto* other = b.get_object().if_contains(member.key());
    return !counts(member) || (other != nullptr && same(member.value(), *other));
  };
  return std::ranges::count_if(a.get_object(), counts) == std::ranges::count_if(b.get_object(), counts) &&
         std::ranges::all_of(a.get_object(), matches);
}

inline bool same_content(const boost::json::value& a, const boost::json::value& b) {
  const auto& x = a.at("properties");
  const auto& y = b.at("properties");
  return same(a.at("tags"), b.at("tags")) && same(x.at("desired"), y.at("desired"), {"$metadata", "$version"}) &&
         same(x.at("reported"), y.at("reported"), {"$metadata", "$version"});
}

}  // namespace check_detail

/// Loads the set everywhere, applies every patch, and compares twin by twin: the content of all, the whole
/// document of those that keep metadata. Says on stderr what differs.
inline bool all_agree(const contenders& all, const data_set& set) {
  const std::string name(set.kind->name);
  const patch_sequence patches = hot_sequence(set);
  bool good = true;
  for (const auto& one : all) {
    if (one->kind() == role::limit) {
      continue;
    }
    one->load(set);
    if (one->kind() == role::subject) {
      // The corpus is canonical: loading and writing must give the very bytes back.
      for (std::size_t twin = 0; twin < set.samples.size(); ++twin) {
        if (one->document(twin) != set.samples[twin].document) {
          std::fprintf(stderr, "check %s: %s changes document %zu\n", name.c_str(), std::string(one->name()).c_str(),
                       twin);
          good = false;
          break;
        }
      }
    }
    one->patch(patches);
  }
  for (std::size_t twin = 0; twin < set.samples.size(); ++twin) {
    const contender* first = nullptr;
    const contender* first_with_metadata = nullptr;
    boost::json::value content;
    boost::json::value whole;
    for (const auto& one : all) {
      if (one->kind() == role::limit) {
        continue;
      }
      const boost::json::value mine = boost::json::parse(one->document(twin));
      const auto complain = [&](const contender& other, const char* what) {
        std::fprintf(stderr, "check %s: %s and %s differ in the %s of twin %zu\n", name.c_str(),
                     std::string(other.name()).c_str(), std::string(one->name()).c_str(), what, twin);
        good = false;
      };
      if (first == nullptr) {
        first = one.get();
        content = mine;
      } else if (!check_detail::same_content(content, mine)) {
        complain(*first, "content");
      }
      if (one->kind() == role::bare) {
        continue;
      }
      if (first_with_metadata == nullptr) {
        first_with_metadata = one.get();
        whole = mine;
      } else if (!check_detail::same(whole, mine)) {
        complain(*first_with_metadata, "document");
      }
    }
    if (!good) {
      return false;
    }
  }
  return good;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_CHECK_HPP
