// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel_fleet_ratios: a fleet at work. How much memory a twin takes, how many updates go in a second by one and two
// threads, with and without scans beside them, what that does to the scans, what a first page costs, how the cost of a
// row changes with the number of rows, and how others do that keep documents.

#include "chart.hpp"
#include "corpus_generator.hpp"
#include "fleet.hpp"
#include "fleet_patches.hpp"
#include "fleet_peer_ratios.hpp"
#include "fleet_queries.hpp"
#include "insist.hpp"
#include "option_list.hpp"
#include "report.hpp"

#include <doppel/fleet.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/twin.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace doppel_bench;

namespace {

using clock_type = std::chrono::steady_clock;

double seconds_since(clock_type::time_point begin) {
  return std::chrono::duration<double>(clock_type::now() - begin).count();
}

const doppel::timestamp now = doppel::parse_timestamp("2026-11-22T12:00:00Z").value();

struct options {
  std::size_t rows = 1'000'000;
  std::size_t peer_rows = 100'000;
  std::size_t rounds = 5;
  double seconds = 2;  // of a round of updates
  std::vector<std::string> areas;
  std::string svg;
};

constexpr const char* usage =
    "doppel_fleet_ratios [options]\n"
    "  --area LIST    of memory, updates, pages, scaling, peers (default: all)\n"
    "  --rows N       (1000000)\n"
    "  --peer-rows N  rows of all when others are beside the fleet (100000)\n"
    "  --rounds N     (5)\n"
    "  --quick        few rounds and rows: shows that everything works, not how fast\n"
    "  --markdown     tables as Markdown\n"
    "  --svg FILE     also draws how the cost of a row changes with their number\n";

options options_of(int count, char** arguments) {
  options chosen;
  const auto refuse = [] {
    std::fputs(usage, stderr);
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
    } else if (name == "--rows") {
      chosen.rows = positive();
    } else if (name == "--peer-rows") {
      chosen.peer_rows = positive();
    } else if (name == "--rounds") {
      chosen.rounds = positive();
    } else if (name == "--quick") {
      chosen.rounds = 2;
      chosen.rows = 5000;
      chosen.peer_rows = 2000;
      chosen.seconds = 0.05;
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

/// A fleet of the first rows, and their ids.
struct filled {
  explicit filled(std::size_t rows) {
    doppel_bench::fleet from;
    doppel::workspace scratch;
    std::string text;
    ids.reserve(rows);
    for (std::size_t i = 0; i != rows; ++i) {
      ids.push_back(from.make(i).device_id);
      text.clear();
      from.write(text);
      text_bytes += text.size();
      insist(twins.insert_document(text, scratch).has_value(), "a twin is refused");
    }
  }

  doppel::fleet twins;
  std::vector<std::string> ids;
  std::size_t text_bytes = 0;
};

/// Writes to random twins until told to stop; says how many writes there were.
class updater {
public:
  updater(filled& f, const std::vector<std::string>& patches, std::uint64_t seed)
      : fleet_(f), patches_(patches), roll_(seed) {
    options_.now = now;
  }

  bool write() {
    const std::string& id = fleet_.ids[roll_.below(fleet_.ids.size())];
    return fleet_.twins.merge_reported(id, patches_[roll_.below(patches_.size())], options_, scratch_, change_)
        .has_value();
  }
  std::uint64_t run(const std::atomic<bool>& is_over) {
    std::uint64_t count = 0;
    while (!is_over.load(std::memory_order_relaxed)) {
      insist(write(), "an update is refused");
      ++count;
    }
    return count;
  }

private:
  filled& fleet_;
  const std::vector<std::string>& patches_;
  corpus_detail::dice roll_;
  doppel::write_options options_;
  doppel::workspace scratch_;
  doppel::change change_;
};

struct rates {
  double updates = 0;    // a second
  double scan_time = 0;  // of one scan, milliseconds; 0 without
};

/// Some writers and perhaps a scanner at work for a while.
rates work(filled& f, const std::vector<std::string>& patches, std::size_t writers, const doppel::program* scan,
           double seconds, std::uint64_t seed) {
  std::atomic<bool> is_over{false};
  std::atomic<std::uint64_t> updates{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i != writers; ++i) {
    threads.emplace_back([&, i] {
      updater u(f, patches, seed * 16 + i);
      updates += u.run(is_over);
    });
  }
  const auto begin = clock_type::now();
  std::uint64_t scans = 0;
  if (scan != nullptr) {
    do {
      insist(count(f.twins, *scan).has_value(), "a scan fails");
      ++scans;
    } while (seconds_since(begin) < seconds);
  } else {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  }
  const double elapsed = seconds_since(begin);
  is_over = true;
  for (std::thread& t : threads) t.join();
  return {static_cast<double>(updates.load()) / elapsed, scans == 0 ? 0 : elapsed * 1e3 / static_cast<double>(scans)};
}

doppel::program compiled(query_id id) { return doppel::compile_query(fleet_queries[index_of(id)].text).value(); }

void measure_memory(const filled& f) {
  heading("Memory of a fleet");
  const auto rows = static_cast<double>(f.ids.size());
  const auto text = static_cast<double>(f.text_bytes);
  const auto held = static_cast<double>(f.twins.bytes_held());
  table found({"", "bytes per twin", "of its text"});
  found.add({"text", figure(text / rows), "1"});
  found.add({"fleet: rows, keys, index of ids", figure(held / rows), figure(held / text)});
  found.print();
}

void measure_updates(filled& f, const options& chosen) {
  const std::vector<std::string> patches = make_fleet_patches();
  const doppel::program scan = compiled(query_id::q05);
  insist(count(f.twins, scan).has_value(), "a scan fails");
  struct setting {
    const char* name;
    std::size_t writers;
    bool scans;
    std::vector<double> updates;
    std::vector<double> scan_times;
  };
  std::vector<setting> settings{{"1 writer", 1, false, {}, {}},
                                {"2 writers", 2, false, {}, {}},
                                {"scans alone", 0, true, {}, {}},
                                {"1 writer, scans beside it", 1, true, {}, {}},
                                {"2 writers, scans beside them", 2, true, {}, {}}};
  for (std::size_t round = 0; round != chosen.rounds; ++round) {
    for (setting& s : settings) {
      const rates r = work(f, patches, s.writers, s.scans ? &scan : nullptr, chosen.seconds, round + 1);
      s.updates.push_back(r.updates);
      s.scan_times.push_back(r.scan_time);
    }
  }
  heading("Updates of three leaves on random twins, and scans of q05: " + std::to_string(f.ids.size()) + " twins, " +
          std::to_string(std::thread::hardware_concurrency()) + " processors");
  table found({"", "updates per second", "ms per scan"});
  for (const setting& s : settings) {
    found.add(
        {s.name, s.writers == 0 ? "-" : figure(spread_of(s.updates)), s.scans ? figure(spread_of(s.scan_times)) : "-"});
  }
  found.print();
}

void measure_pages(const filled& f, const options& chosen, bars& demands) {
  heading("The first page of 100 rows, microseconds");
  table found({"", "ids", "whole documents"});
  for (const query_id id : {query_id::q01, query_id::q02, query_id::q05}) {
    const std::string text(fleet_queries[index_of(id)].text);
    const std::string where = text.substr(text.find(" FROM "));
    const auto ids = doppel::compile_query("SELECT deviceId" + where).value();
    const auto documents = doppel::compile_query("SELECT *" + where).value();
    std::vector<double> times[2];
    std::size_t bytes = 0;
    for (std::size_t round = 0; round != chosen.rounds * 20; ++round) {
      for (const bool is_whole : {false, true}) {
        const auto begin = clock_type::now();
        const auto page =
            select(f.twins, is_whole ? documents : ids, 100, {}, [&](std::string_view row) { bytes += row.size(); });
        times[is_whole].push_back(seconds_since(begin) * 1e6);
        insist(page.has_value(), "a page fails");
      }
    }
    insist(bytes != 0, "no rows");
    found.add(
        {std::string(fleet_queries[index_of(id)].name), figure(spread_of(times[0])), figure(spread_of(times[1]))});
    if (id == query_id::q01) {
      demands.add("first page of 100 rows of a selective query (0.2 %), us", spread_of(times[0]), bars::sense::at_most,
                  50);
    }
  }
  found.print();
}

void measure_scaling(const options& chosen, chart& picture) {
  const std::vector<query_id> ids{query_id::q01, query_id::q05, query_id::q12};
  std::vector<std::size_t> sizes;
  for (std::size_t n = 1000; n <= chosen.rows; n *= 10) sizes.push_back(n);
  heading("Cost of a row, ns, by the number of rows");
  std::vector<std::string> head{""};
  for (const query_id id : ids) head.emplace_back(fleet_queries[index_of(id)].name);
  table found(head);
  chart_panel panel{"Cost of a row by the number of rows", "ns per row", {}, 3, {}};
  for (const query_id id : ids) panel.contenders.emplace_back(fleet_queries[index_of(id)].name.substr(0, 3));
  for (const std::size_t n : sizes) {
    const filled f(n);
    std::vector<std::vector<double>> times(ids.size());
    const std::size_t passes = (std::max)(std::size_t{1}, 100'000 / n);
    for (std::size_t round = 0; round != chosen.rounds + 1; ++round) {
      for (std::size_t q = 0; q != ids.size(); ++q) {
        const doppel::program p = compiled(ids[q]);
        const auto begin = clock_type::now();
        for (std::size_t pass = 0; pass != passes; ++pass) insist(count(f.twins, p).has_value(), "a scan fails");
        const double time = seconds_since(begin) * 1e9 / static_cast<double>(passes * n);
        if (round != 0) times[q].push_back(time);  // the first warms up
      }
    }
    std::vector<std::string> row{std::to_string(n)};
    chart_panel::task task{std::to_string(n) + " rows", {}};
    for (const auto& of : times) {
      row.push_back(figure(spread_of(of)));
      task.times.push_back(spread_of(of).middle);
    }
    found.add(std::move(row));
    panel.tasks.push_back(std::move(task));
  }
  found.print();
  picture.add(std::move(panel));
}

}  // namespace

int main(int count, char** arguments) {
  const options chosen = options_of(count, arguments);
  bars demands;
  chart picture;
  const auto wanted = [&](std::string_view area) { return wants(chosen.areas, area); };
  if (wanted("memory") || wanted("updates") || wanted("pages")) {
    filled f(chosen.rows);
    if (wanted("memory")) measure_memory(f);
    if (wanted("pages")) measure_pages(f, chosen, demands);
    if (wanted("updates")) measure_updates(f, chosen);
  }
  if (wanted("scaling")) measure_scaling(chosen, picture);
  if (wanted("peers")) fleet_peer_ratios(chosen.peer_rows, chosen.rounds).measure();
  demands.print();
  if (!chosen.svg.empty()) insist(picture.save(chosen.svg), "the picture cannot be written");
  return 0;
}
