// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_CONTENDER_HPP
#define DOPPEL_BENCHMARKS_CONTENDER_HPP

// The loops that are timed, one instance per implementation, behind an interface that is called once per
// pass and not once per patch.

#include "corpus.hpp"
#include "peers/boost_json.hpp"
#include "peers/naive.hpp"
#include "peers/peer.hpp"
#include "timing.hpp"
#if defined(DOPPEL_BENCH_DOPPEL)
#include "peers/doppel.hpp"
#endif
#if defined(DOPPEL_BENCH_NLOHMANN)
#include "peers/nlohmann.hpp"
#endif
#if defined(DOPPEL_BENCH_RAPIDJSON)
#include "peers/rapidjson.hpp"
#endif
#if defined(DOPPEL_BENCH_SIMDJSON)
#include "peers/simdjson_limit.hpp"
#endif

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace doppel_bench {

/// 1.2345678 s, so that no two writes carry the same stamp.
inline constexpr ticks ticks_between_patches = 12'345'678;
inline constexpr ticks first_patch = ticks_of(std::chrono::year{2026} / 11 / 22);

class contender {
public:
  virtual ~contender() = default;
  virtual std::string_view name() const noexcept = 0;
  virtual role kind() const noexcept = 0;
  /// Forgets all twins, then parses the documents of the set. Only the parsing is in the times returned.
  virtual pass_times load(const data_set& set) = 0;
  virtual pass_times patch(const patch_sequence& sequence) = 0;
  /// Writes every document once.
  virtual pass_times serialize(std::size_t twins) = 0;
  virtual std::string_view document(std::size_t twin) = 0;
  virtual void clear() = 0;
};

template <twin_store Store>
class contender_of final : public contender {
public:
  std::string_view name() const noexcept override { return Store::name; }
  role kind() const noexcept override { return Store::kind; }

  pass_times load(const data_set& set) override {
    clear();
    store_->reserve(set.samples.size());
    bool good = true;
    const auto times =
        pass_times::measure(set.samples.size(), [&](std::size_t i) { good &= store_->add(set.samples[i].document); });
    insist(good, "a document");
    return times;
  }

  pass_times patch(const patch_sequence& sequence) override {
    bool good = true;
    ticks now = now_;
    const auto times = pass_times::measure(sequence.size(), [&](std::size_t i) {
      const patch_sequence::use& use = sequence[i];
      good &= store_->patch(use.twin, use.section, sequence.text(use), now += ticks_between_patches);
    });
    now_ = now;
    insist(good, "a patch");
    return times;
  }

  pass_times serialize(std::size_t twins) override {
    std::size_t bytes = 0;
    const auto times = pass_times::measure(twins, [&](std::size_t twin) { bytes += store_->serialize(twin).size(); });
    insist(bytes != 0, "to serialize");
    return times;
  }

  std::string_view document(std::size_t twin) override { return store_->serialize(twin); }

  void clear() override {
    store_->clear();
    now_ = first_patch;
  }

private:
  static void insist(bool good, const char* what) {
    if (!good) {
      std::fprintf(stderr, "%s refused %s\n", std::string(Store::name).c_str(), what);
      std::exit(1);
    }
  }

  std::unique_ptr<Store> store_ = std::make_unique<Store>();
  ticks now_ = first_patch;
};

using contenders = std::vector<std::unique_ptr<contender>>;

/// Calls `visit.operator()<Store>()` with all that this program has been built with, the library first.
template <class Visit>
void for_each_store(Visit visit) {
#if defined(DOPPEL_BENCH_DOPPEL)
  visit.template operator()<doppel_store>();
  visit.template operator()<doppel_alone_store>();
#endif
#if defined(DOPPEL_BENCH_NLOHMANN)
  visit.template operator()<nlohmann_store>();
#endif
  visit.template operator()<boost_json_store>();
#if defined(DOPPEL_BENCH_RAPIDJSON)
  visit.template operator()<rapidjson_store>();
#endif
  visit.template operator()<naive_store>();
#if defined(DOPPEL_BENCH_SIMDJSON)
  visit.template operator()<simdjson_limit>();
#endif
}

inline contenders all_contenders() {
  contenders all;
  for_each_store([&]<class Store>() { all.push_back(std::make_unique<contender_of<Store>>()); });
  return all;
}

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_CONTENDER_HPP
