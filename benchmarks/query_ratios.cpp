// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel_query_ratios: how long queries take, here and elsewhere. Everybody is asked every query in every round, in
// rotated order; ratios are formed round by round, and their medians are printed with the quartiles.

#include "query_ratios.hpp"

#include "chart.hpp"
#include "insist.hpp"
#include "query_check.hpp"
#include "query_contenders.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
#include <malloc.h>
#define DOPPEL_BENCH_HEAP_IS_KNOWN 1
#endif

using namespace doppel_bench;

namespace {

/// Those that take part in a few rounds only, on few rows.
constexpr std::size_t rounds_of_the_slow = 3;
constexpr std::size_t rows_of_the_slow = 20'000;

std::size_t rows_for(const query_contender& one, std::size_t rows) { return (std::min)(rows, one.most_rows()); }

/// What is true of the first rows, for every number of rows that somebody has.
class truths {
public:
  truths(const query_contenders& all, std::size_t rows) {
    for (const auto& one : all) by_rows_[rows_for(*one, rows)];
  }
  void add(const fleet_row& row) {
    now_.add(row);
    const auto found = by_rows_.find(now_.rows());
    if (found != by_rows_.end()) found->second = now_;
  }
  const oracle& of(const query_contender& one) const { return by_rows_.at(one.rows()); }

private:
  oracle now_;
  std::map<std::uint64_t, oracle> by_rows_;
};

/// Gives everybody their rows, made one by one: those of a large fleet never are in memory as text all at once.
/// `texts` keeps them for those that only refer to them.
void fill(const query_contenders& all, fleet_form form, std::size_t rows, fleet_texts* texts, truths& known) {
  fleet from(form);
  std::string row;
  for (std::size_t i = 0; i < rows; ++i) {
    known.add(from.make(i));
    if (texts != nullptr) {
      texts->add(from);
      continue;
    }
    row.clear();
    from.write(row);
    for (const auto& one : all) insist(i >= one->most_rows() || one->take(row), "a twin is refused");
  }
  if (texts != nullptr) {
    texts->finish();
    for (const auto& one : all) {
      for (std::size_t i = 0; i < rows_for(*one, rows); ++i) insist(one->take((*texts)[i]), "a twin is refused");
    }
  }
  for (const auto& one : all) one->finish();
}

double ask(query_contender& one, const fleet_query& query, const oracle& truth, std::size_t passes) {
  one.begin(query.id);
  pass_times best = one.run();
  for (std::size_t pass = 1; pass < passes; ++pass) best.keep_faster(one.run());
  insist(one.answer() == truth.answer(query.id), "an answer has changed");
  return best.total() / static_cast<double>(truth.rows_read(query.id));
}

query_times run_rounds(const query_contenders& all, const query_ratio_options& chosen, const truths& known) {
  query_times times(all, chosen);
  for (const auto& one : all) {
    for (const fleet_query* query : times.queries()) {
      insist(answers_rightly(*one, *query, known.of(*one), "the measured fleet"), "a wrong answer is not timed");
    }
  }
  for (std::size_t round = 0; round < chosen.rounds; ++round) {
    for (const fleet_query* query : times.queries()) {
      for (std::size_t k = 0; k < all.size(); ++k) {
        // Backwards every other time, so that nobody always follows the same one.
        const std::size_t place = round % 2 == 0 ? k : all.size() - 1 - k;
        const std::size_t i = (place + round / 2) % all.size();
        if (all[i]->most_rows() <= rows_of_the_slow && round >= rounds_of_the_slow) continue;
        if (!all[i]->begin(query->id)) continue;
        times.at(i, query->id).push_back(ask(*all[i], *query, known.of(*all[i]), chosen.passes));
      }
    }
  }
  return times;
}

void print_times(const std::string& title, const query_times& times) {
  heading(title + ", ns per twin");
  std::vector<std::string> head{""};
  head.insert(head.end(), times.names().begin(), times.names().end());
  table found(head);
  for (const fleet_query* query : times.queries()) {
    std::vector<std::string> row{std::string(query->name)};
    for (std::size_t i = 0; i < times.contenders(); ++i) {
      const auto& of = times.at(i, query->id);
      row.push_back(of.empty() ? "-" : figure(spread_of(of).middle));
    }
    found.add(std::move(row));
  }
  found.print();
}

/// How many times as long the others take as the first contender; the geometric mean over the filters last.
void print_ratios(const std::string& title, const query_times& times) {
  if (!times.has_subject()) return;
  heading(title + ", ratio to " + times.names().front() + ": median (quartiles)");
  const bool has_hand = std::ranges::any_of(
      times.queries(), [&](const fleet_query* query) { return !times.best(query_role::hand, query->id).empty(); });
  std::vector<std::string> head{""};
  if (has_hand) head.emplace_back("best by hand");
  head.insert(head.end(), times.names().begin() + 1, times.names().end());
  table found(head);
  std::vector<over_queries> means(head.size());
  for (const fleet_query* query : times.queries()) {
    std::vector<std::string> row{std::string(query->name)};
    const auto add = [&](const std::vector<double>& others) {
      const std::vector<double> ratios = quotients(others, times.at(0, query->id));
      if (!ratios.empty() && index_of(query->id) < filter_count) means[row.size()].add(ratios);
      row.push_back(ratios.empty() ? "-" : figure(spread_of(ratios)));
    };
    if (has_hand) add(times.best(query_role::hand, query->id));
    for (std::size_t i = 1; i < times.contenders(); ++i) add(times.at(i, query->id));
    found.add(std::move(row));
  }
  std::vector<std::string> row{"geometric mean, q01 to q13"};
  for (std::size_t i = 1; i < means.size(); ++i) {
    row.push_back(means[i].count() == 0 ? "-" : figure(means[i].geometric_mean()));
  }
  found.add(std::move(row));
  found.print();
}

chart_panel panel_of(const std::string& title, const query_times& times) {
  chart_panel panel{title, "ns per twin", times.names(), times.has_subject() ? std::size_t{1} : 0, {}};
  for (const fleet_query* query : times.queries()) {
    chart_panel::task task{std::string(query->name), {}};
    for (std::size_t i = 0; i < times.contenders(); ++i) {
      task.times.push_back(spread_of(times.at(i, query->id)).middle);
    }
    panel.tasks.push_back(std::move(task));
  }
  return panel;
}

/// 1,000,000
std::string counted(std::size_t rows) {
  if (rows < 1000) return std::to_string(rows);
  const std::string last = std::to_string(1000 + rows % 1000);
  return counted(rows / 1000) + ',' + last.substr(1);
}

void measure_raw(const query_ratio_options& chosen, bars& demands, chart& picture) {
  const query_contenders all = [&] {
    query_contenders some = raw_contenders();
    std::erase_if(some, [&](const auto& one) { return !one->reads(chosen.form); });
    return some;
  }();
  truths known(all, chosen.raw_rows);
  fleet_texts texts;
  fill(all, chosen.form, chosen.raw_rows, &texts, known);
  const query_times times = run_rounds(all, chosen, known);
  const std::string title = "Queries over text, " + counted(chosen.raw_rows) + " twins of " +
                            std::to_string(texts.bytes() / texts.size()) + " bytes, " +
                            std::string(fleet_form_names[static_cast<std::size_t>(chosen.form)]);
  print_times(title, times);
  print_ratios(title, times);
  picture.add(panel_of(title, times));
  // AVX2 is compared with what uses AVX2.
  const bool has_avx512 = simdjson_has_avx512();
  for (std::size_t i = 0; i < times.contenders() && times.role(i) == query_role::subject; ++i) {
    const std::string& name = times.names()[i];
    const bool is_avx512 = name == "doppel, AVX-512";
    const bool is_avx2 = name == "doppel, AVX2";
    if (is_avx2 && has_avx512) continue;
    over_queries ratios;
    for (const fleet_query* query : times.filters()) {
      ratios.add(quotients(times.best(query_role::hand, query->id), times.at(i, query->id)));
    }
    if (ratios.count() == 0) return;
    demands.add("query over text, " + name + ", geometric mean of gains", ratios.geometric_mean(),
                bars::sense::at_least,
                is_avx512 ? 1.5
                : is_avx2 ? 1.3
                          : 0.9);
  }
}

void measure_resident(const query_ratio_options& chosen, bars& demands, chart& picture) {
  const query_contenders all = resident_contenders();
  truths known(all, chosen.resident_rows);
  fill(all, chosen.form, chosen.resident_rows, nullptr, known);
  const query_times times = run_rounds(all, chosen, known);
  const std::string title = "Queries over twins in memory, " + counted(chosen.resident_rows) + " twins";
  print_times(title, times);
  for (const auto& one : all) {
    if (one->rows() < chosen.resident_rows) {
      std::printf("\n%s: the first %s twins.\n", std::string(one->name()).c_str(), counted(one->rows()).c_str());
    }
  }
  print_ratios(title, times);
  picture.add(panel_of(title, times));
  over_queries own;
  over_queries ratios;
  for (const fleet_query* query : times.filters()) {
    own.add(times.at(0, query->id));
    ratios.add(quotients(times.best(query_role::peer, query->id), times.at(0, query->id)));
  }
  if (!times.has_subject() || own.count() == 0) return;
  demands.add("query over twins in memory, slowest filter, ns/twin", own.most(), bars::sense::at_most, 60);
  demands.add("query over twins in memory, least gain, boost::json walk", ratios.least(), bars::sense::at_least, 5);
}

void measure_compile(const query_ratio_options& chosen, bars& demands) {
  const std::vector<query_compiler> all = query_compilers();
  std::vector<std::string> head{""};
  for (const query_compiler& one : all) head.emplace_back(one.name);
  table found(head);
  over_queries own;
  for (const fleet_query& query : fleet_queries) {
    if (!chosen.wants_query(query)) continue;
    std::vector<std::vector<double>> times(all.size());
    for (std::size_t round = 0; round < chosen.rounds; ++round) {
      for (std::size_t k = 0; k < all.size(); ++k) {
        const std::size_t i = (k + round) % all.size();
        bool good = true;
        const auto turn = pass_times::measure(chosen.compilations, [&](std::size_t) { good &= all[i].compile(query); });
        insist(good, "a query is refused");
        times[i].push_back(turn.total() / static_cast<double>(chosen.compilations));
      }
    }
    std::vector<std::string> row{std::string(query.name)};
    for (const auto& of : times) row.push_back(figure(spread_of(of)));
    found.add(std::move(row));
    own.add(times.front());
  }
  heading("Compiling a query, ns: median (quartiles)");
  found.print();
  if (own.count() != 0) demands.add("compile a query, slowest, ns", own.most(), bars::sense::at_most, 2000);
}

#if defined(DOPPEL_BENCH_HEAP_IS_KNOWN)
/// Bytes that the C heap has given out, its own headers included.
double heap_bytes() {
  const struct mallinfo2 heap = mallinfo2();
  return static_cast<double>(heap.uordblks + heap.hblkhd);
}

void measure_memory(const query_ratio_options& chosen) {
  heading("Memory held, " + counted(chosen.held_rows) + " twins, bytes per twin");
  table found({"", "text", "held", "held / text"});
  for (const auto& one : resident_contenders()) {
    fleet from(chosen.form);
    std::string row;
    double text = 0;
    from.make(0);
    from.write(row);
    const double before = heap_bytes();
    for (std::size_t i = 0; i < chosen.held_rows; ++i) {
      row.clear();
      from.make(i);
      from.write(row);
      text += static_cast<double>(row.size());
      insist(one->take(row), "a twin is refused");
    }
    one->finish();
    if (one->rows() == 0) continue;  // asks what another one holds
    const double held = heap_bytes() - before;
    const auto rows = static_cast<double>(chosen.held_rows);
    found.add({std::string(one->name()), figure(text / rows), figure(held / rows), figure(held / text)});
    one->clear();
  }
  found.print();
}
#else
void measure_memory(const query_ratio_options&) { std::puts("\nThis C library does not tell what its heap holds."); }
#endif

}  // namespace

int main(int count, char** arguments) {
  const query_ratio_options chosen = query_ratio_options_of(count, arguments);
  if (!all_answer_rightly(raw_contenders(), chosen.checked_rows) ||
      !all_answer_rightly(resident_contenders(), chosen.checked_rows)) {
    return 1;
  }
  std::puts("All answers are those that the fleet was made with.");
  bars demands;
  chart picture;
  if (chosen.wants_area("raw")) measure_raw(chosen, demands, picture);
  if (chosen.wants_area("resident")) measure_resident(chosen, demands, picture);
  if (chosen.wants_area("compile")) measure_compile(chosen, demands);
  if (chosen.wants_area("memory")) measure_memory(chosen);
  demands.print();
  if (!chosen.svg.empty()) insist(picture.save(chosen.svg), "the picture cannot be written");
  return 0;
}
