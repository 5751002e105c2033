// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel_standing: what standing queries add to a patch: those that it does not touch, and those that it does. One
// thread, one fleet; who listens to it changes from part to part of a round.

#include "fleet.hpp"
#include "insist.hpp"
#include "report.hpp"
#include "timing.hpp"

#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace doppel_bench;

namespace {

struct chosen_options {
  std::size_t rows = 20'000;
  std::size_t queries = 10'000;
  std::size_t rounds = 15;
  std::size_t patches = 20'000;  // of a part
};

struct counting_sink {
  std::uint64_t told = 0;
  void operator()(const doppel::standing_event<doppel::default_fleet_policy>&) noexcept { ++told; }
};

/// Queries that stand, and what they cost.
struct contender {
  std::string name;
  bool is_touched = false;
  std::unique_ptr<counting_sink> sink = std::make_unique<counting_sink>();  // stays where it is
  std::unique_ptr<doppel::standing_queries<>> standing = nullptr;           // none: nobody listens
  std::vector<double> hot = {};
  std::vector<double> random = {};
  std::vector<double> insertion = {};
  double told = 0;  // per patch of random twins
  double add_ns = 0;
  double bytes = 0;  // per query

  /// @param condition of the i-th query
  template <class Condition>
  void add(std::size_t count, Condition condition) {
    if (standing == nullptr) standing = std::make_unique<doppel::standing_queries<>>(*sink);
    std::vector<doppel::program> programs;
    for (std::size_t i = 0; i != count; ++i) {
      const auto p = doppel::compile_query("SELECT deviceId FROM devices WHERE " + condition(std::to_string(i)));
      insist(p.has_value(), "a query is refused");
      programs.push_back(*p);
    }
    const double start = thread_time();
    for (const doppel::program& p : programs) insist(standing->add(p).has_value(), "a query is not added");
    if (count == 0) return;
    add_ns = (thread_time() - start) / static_cast<double>(count);
    bytes = static_cast<double>(standing->bytes_held()) / static_cast<double>(standing->size());
  }
};

class measurement {
public:
  explicit measurement(const chosen_options& chosen) : chosen_(chosen) {
    doppel_bench::fleet from;
    std::string text;
    for (std::size_t i = 0; i != chosen.rows; ++i) {
      ids_.push_back(from.make(i).device_id);
      text.clear();
      from.write(text);
      insist(twins_.insert_document(text, scratch_).has_value(), "a twin is refused");
      if (i == 0) document_ = text;
    }
    const std::size_t at = document_.find(ids_[0]);
    insist(at != std::string::npos, "a document without id");
    document_.replace(at, ids_[0].size(), "one-more");
    for (int i = 0; i != 16; ++i) {
      constexpr const char* networks[] = {"wifi", "wired", "lte", "nbiot"};
      constexpr const char* states[] = {"current", "failed", "downloading"};
      patches_.push_back("{\"battery\":" + std::to_string(20 + i) + (i % 2 == 0 ? "" : ".5") + ",\"connectivity\":\"" +
                         networks[i % 4] + "\",\"firmware\":{\"status\":\"" + states[i % 3] + "\"}}");
    }
  }

  void run(std::vector<contender>& all) {
    for (std::size_t round = 0; round != chosen_.rounds; ++round) {
      for (contender& c : all) {
        if (c.standing != nullptr) insist(twins_.attach(*c.standing), "too many observers");
        const std::size_t patches = c.is_touched ? chosen_.patches / 10 : chosen_.patches;
        c.hot.push_back(patch(patches, [](std::size_t) { return std::size_t{17}; }));
        c.sink->told = 0;
        c.random.push_back(patch(patches, [&](std::size_t i) { return (i * 7919 + round) % ids_.size(); }));
        c.told = static_cast<double>(c.sink->told) / static_cast<double>(patches);
        c.insertion.push_back(insert(patches / 10));
        if (c.standing != nullptr) twins_.detach(*c.standing);
      }
    }
  }

private:
  template <class Row>
  double patch(std::size_t count, Row row) {
    doppel::write_options options;
    const double start = thread_time();
    for (std::size_t i = 0; i != count; ++i) {
      options.now = doppel::timestamp::from_ticks(now_ += 10'000);
      insist(twins_.merge_reported(ids_[row(i)], patches_[i % patches_.size()], options, scratch_, change_).has_value(),
             "a patch is refused");
    }
    return (thread_time() - start) / static_cast<double>(count);
  }
  double insert(std::size_t count) {
    const double start = thread_time();
    for (std::size_t i = 0; i != count; ++i) {
      insist(twins_.insert_document(document_, scratch_).has_value(), "a twin is refused");
      insist(twins_.erase("one-more").has_value(), "a twin is gone");
    }
    return (thread_time() - start) / static_cast<double>(count);
  }

  const chosen_options& chosen_;
  doppel::fleet twins_;
  std::vector<std::string> ids_;
  std::vector<std::string> patches_;
  std::string document_;
  doppel::workspace scratch_;
  doppel::change change_;
  std::int64_t now_ = doppel::parse_timestamp("2026-11-22T12:00:00Z").value().ticks();
};

std::vector<contender> contenders(std::size_t queries) {
  std::vector<contender> all;
  all.push_back({"nobody listens"});
  all.push_back({"none"});
  all.back().add(0, [](const std::string&) { return std::string(); });
  const std::string many = std::to_string(queries);
  all.push_back({many + " on members of their own"});
  all.back().add(queries, [](const std::string& i) { return "properties.reported.sensor" + i + " > 5"; });
  all.push_back({many + " beside a written member"});
  all.back().add(queries, [](const std::string& i) { return "properties.reported.firmware.part" + i + " = 'x'"; });
  all.push_back({many + " on other sections"});
  all.back().add(queries, [](const std::string& i) { return "tags.tenant = 't-" + i + "' AND tags.floor > 3"; });
  const auto touch = [&](std::size_t touched, bool matches) {
    all.push_back(
        {std::to_string(touched) + " of " + many + " touched, " + (matches ? "which all tell" : "none tells"), true});
    all.back().add(queries, [&](const std::string& i) {
      if (std::stoul(i) >= touched) return "properties.reported.sensor" + i + " > 5";
      return matches ? "properties.reported.battery > 0." + i : "properties.reported.battery > 1000" + i;
    });
  };
  touch(1, false);
  touch(1, true);
  touch(100, false);
  touch(100, true);
  touch(queries, false);
  all.push_back({many + " touched, each of another tenant", true});
  all.back().add(queries, [](const std::string& i) {
    return "tags.tenant = 't-000" + i + "' AND properties.reported.battery > 1000";
  });
  return all;
}

chosen_options options_of(int count, char** arguments) {
  chosen_options chosen;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = arguments[i];
    if (option == "--quick") {
      chosen = {500, 1'000, 2, 500};
    } else if (option == "--markdown") {
      table::markdown = true;
    } else if (option == "--rows" && i + 1 < count) {
      chosen.rows = (std::max)(100ul, std::strtoul(arguments[++i], nullptr, 10));
    } else if (option == "--queries" && i + 1 < count) {
      chosen.queries = (std::max)(100ul, std::strtoul(arguments[++i], nullptr, 10));
    } else if (option == "--rounds" && i + 1 < count) {
      chosen.rounds = (std::max)(1ul, std::strtoul(arguments[++i], nullptr, 10));
    } else {
      std::fputs("doppel_standing [--rows N] [--queries N] [--rounds N] [--quick] [--markdown]\n", stderr);
      std::exit(2);
    }
  }
  return chosen;
}

}  // namespace

int main(int count, char** arguments) {
  const chosen_options chosen = options_of(count, arguments);
  std::vector<contender> all = contenders(chosen.queries);
  measurement(chosen).run(all);

  const contender& nobody = all[0];
  heading("A patch of three leaves with queries that stand, ns; times: of what it takes where nobody listens");
  table patches({"queries", "one twin", "times", "random twins", "times", "told per patch"});
  for (const contender& c : all) {
    patches.add({c.name, figure(spread_of(c.hot).middle), figure(ratio_of(c.hot, nobody.hot)),
                 figure(spread_of(c.random).middle), figure(ratio_of(c.random, nobody.random)), figure(c.told)});
  }
  patches.print();
  heading("A twin of 2 KB inserted and erased, and a query added");
  table others({"queries", "insert and erase, ns", "times", "add, ns", "bytes per query, without its program"});
  for (const contender& c : all) {
    others.add({c.name, figure(spread_of(c.insertion).middle), figure(ratio_of(c.insertion, nobody.insertion)),
                figure(c.add_ns), figure(c.bytes)});
  }
  others.print();

  bars demanded;
  for (const std::size_t i : {2u, 3u, 4u}) {
    demanded.add("patch, " + all[i].name + ", over none", ratio_of(all[i].hot, all[1].hot), bars::sense::at_most, 3);
  }
  demanded.print();
  return 0;
}
