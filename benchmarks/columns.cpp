// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel_columns: what columns take of a whole fleet, beside the same queries over resident twins, and what keeping
// them up adds to a patch. One thread.

#include "fleet.hpp"
#include "fleet_queries.hpp"
#include "insist.hpp"
#include "option_list.hpp"
#include "report.hpp"
#include "timing.hpp"

#include <doppel/fleet/columns/column_builder.hpp>
#include <doppel/fleet/columns/column_condition.hpp>
#include <doppel/fleet/columns/column_groups.hpp>
#include <doppel/fleet/columns/column_watch.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/query/for_each_match.hpp>
#include <doppel/query/run.hpp>
#include <doppel/query/twin_document.hpp>
#include <doppel/twin.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace doppel_bench;

namespace {

struct chosen_options {
  std::size_t rows = 1'000'000;
  std::size_t rounds = 9;
  std::vector<std::string> queries;  // empty: all; their first letters
  doppel::column_isa isa = doppel::best_column_isa();
};

constexpr std::uint32_t chunk_rows = doppel::fleet_options::max_chunk_rows;

/// 4,096 twins with one table of keys.
struct twin_chunk {
  doppel::key_table keys = doppel::key_table::create().value();
  std::vector<doppel::twin> twins;
  doppel::detail::row_set live;
};

/// A path, and its segments in all chunks.
struct column {
  doppel::column_path path;
  std::vector<doppel::column_segment> segments;
};

class columns_over {
public:
  explicit columns_over(const std::vector<std::unique_ptr<twin_chunk>>& chunks) : chunks_(chunks) {}

  /// The column of a path; built if it is not there. Adds the time that takes.
  const column& need(const doppel::program& p, std::uint32_t path, double& time) {
    column made;
    insist(made.path.assign(p, path), "no memory");
    for (const auto& c : columns_) {
      if (c->path == made.path) return *c;
    }
    const double start = thread_time();
    doppel::detail::dictionary_ref kin;
    for (const auto& chunk : chunks_) {
      const auto row_at = [&](std::uint32_t i) { return &chunk->twins[i].core(); };
      auto segment =
          builder_.build(made.path, static_cast<std::uint32_t>(chunk->twins.size()), chunk_rows, row_at, kin);
      insist(segment.has_value(), "no memory");
      if (segment->is_coded()) kin = segment->dictionary();
      made.segments.push_back(*std::move(segment));
    }
    time += thread_time() - start;
    columns_.push_back(std::make_unique<column>(std::move(made)));
    return *columns_.back();
  }
  std::vector<std::unique_ptr<column>>& all() { return columns_; }

private:
  const std::vector<std::unique_ptr<twin_chunk>>& chunks_;
  doppel::column_builder builder_;
  std::vector<std::unique_ptr<column>> columns_;
};

/// One query, asked of columns and of twins.
class asked_query {
public:
  asked_query(const fleet_query& query, const std::vector<std::unique_ptr<twin_chunk>>& chunks, columns_over& columns,
              doppel::column_isa isa)
      : query_(query),
        program_(doppel::compile_query(query.text).value()),
        condition_(doppel::column_condition::make(program_).value()),
        room_({}, isa),
        chunks_(chunks) {
    insist(scratch_.prepare(program_).has_value() && condition_.prepare(room_).has_value(), "no memory");
    if (doppel::column_groups::exists(program_))
      groups_.emplace(doppel::column_groups::make(program_, {}, isa).value());
    segments_.resize(chunks.size());
    for (auto& of_chunk : segments_) of_chunk.resize(program_.paths().size());
    for (std::uint32_t i = 0; i != program_.paths().size(); ++i) {
      if (!doppel::column_path::exists(program_, i)) continue;
      if (!condition_.wants(i) && !(groups_ && groups_->wants(i))) continue;
      const column& c = columns.need(program_, i, build_time_);
      for (std::size_t k = 0; k != chunks.size(); ++k) segments_[k][i] = &c.segments[k];
    }
  }

  /// Rows that match; what columns leave open is asked of twins. Aggregates go into a run.
  std::uint64_t over_columns() {
    std::uint64_t found = 0;
    std::optional<doppel::query_run> run;
    if (groups_) run.emplace(program_);
    doppel::detail::row_set rows;
    for (std::size_t k = 0; k != chunks_.size(); ++k) {
      const twin_chunk& chunk = *chunks_[k];
      const bool is_decided = condition_.rows_of(segments_[k], chunk.live, room_, rows);
      if (!is_decided) ask_twins(chunk, rows);
      if (groups_) {
        const auto position_at = [&](std::uint32_t row) { return k * chunk_rows + row; };
        const auto added = groups_->add_to(*run, segments_[k], rows, position_at);
        insist(added.has_value() && *added, "columns have no part in a group");
      } else {
        found += room_.count(rows);
        if (query_.id == query_id::q14 && found >= top_rows) return top_rows;
      }
    }
    if (!run) return found;
    answer_ = finish(*run);
    return run->matched();
  }

  std::uint64_t over_twins() {
    std::uint64_t found = 0;
    std::optional<doppel::query_run> run;
    if (groups_) run.emplace(program_);
    for (std::size_t k = 0; k != chunks_.size(); ++k) {
      const twin_chunk& chunk = *chunks_[k];
      const auto bound = doppel::bound_program::bind(program_, chunk.keys);
      insist(bound.has_value(), "no memory");
      const auto twin_at = [&](std::size_t i) -> const doppel::twin& { return chunk.twins[i]; };
      doppel::for_each_match(*bound, chunk.twins.size(), twin_at, scratch_, [&](std::size_t i) {
        ++found;
        if (run) {
          const doppel::twin_document document(chunk.twins[i], *bound);
          insist(run->add_match(document, k * chunk_rows + i, scratch_).has_value(), "no memory");
        }
        return query_.id != query_id::q14 || found != top_rows;
      });
      if (query_.id == query_id::q14 && found == top_rows) return found;
    }
    if (run) insist(answer_.empty() || finish(*run) == answer_, "columns and twins aggregate differently");
    return found;
  }

  double build_time() const { return build_time_; }
  std::string_view name() const { return query_.name; }

private:
  static std::string finish(doppel::query_run& run) {
    std::string all;
    insist(run.finish([&](std::string_view row) {
                all.append(row).append("\n");
                return true;
              })
               .has_value(),
           "no memory");
    return all;
  }

  void ask_twins(const twin_chunk& chunk, doppel::detail::row_set& rows) {
    const auto bound = doppel::bound_program::bind(program_, chunk.keys);
    insist(bound.has_value(), "no memory");
    std::uint32_t which[chunk_rows];
    std::uint32_t count = 0;
    for (std::uint32_t i = rows.next(0); i < chunk_rows; i = rows.next(i + 1)) which[count++] = i;
    rows = {};
    const auto twin_at = [&](std::size_t i) -> const doppel::twin& { return chunk.twins[which[i]]; };
    doppel::for_each_match(*bound, count, twin_at, scratch_, [&](std::size_t i) {
      rows.add(which[i]);
      return true;
    });
  }

  const fleet_query& query_;
  doppel::program program_;
  doppel::column_condition condition_;
  doppel::column_scratch room_;
  doppel::query_scratch scratch_;
  std::optional<doppel::column_groups> groups_;
  const std::vector<std::unique_ptr<twin_chunk>>& chunks_;
  std::vector<std::vector<const doppel::column_segment*>> segments_;
  std::string answer_;
  double build_time_ = 0;
};

template <class F>
double timed(std::size_t passes, std::uint64_t expected, F f) {
  double best = 0;
  for (std::size_t pass = 0; pass != passes; ++pass) {
    const double start = thread_time();
    const std::uint64_t found = f();
    const double time = thread_time() - start;
    insist(found == expected, "a wrong answer");
    best = pass == 0 ? time : (std::min)(best, time);
  }
  return best;
}

void measure_queries(const chosen_options& chosen, const std::vector<std::unique_ptr<twin_chunk>>& chunks,
                     const oracle& truth, columns_over& columns) {
  std::vector<std::unique_ptr<asked_query>> all;
  std::vector<std::uint64_t> expected;
  for (const fleet_query& query : fleet_queries) {
    if (!wants(chosen.queries, query.name.substr(0, 3))) continue;
    expected.push_back(truth.answer(query.id).rows);
    all.push_back(std::make_unique<asked_query>(query, chunks, columns, chosen.isa));
  }
  std::vector<std::vector<double>> by_column(all.size());
  std::vector<std::vector<double>> by_twin(all.size());
  for (std::size_t round = 0; round != chosen.rounds; ++round) {
    for (std::size_t q = 0; q != all.size(); ++q) {
      by_column[q].push_back(timed(5, expected[q], [&] { return all[q]->over_columns(); }));
      if (round < 3) by_twin[q].push_back(timed(1, expected[q], [&] { return all[q]->over_twins(); }));
    }
  }
  heading("Counting over columns and over resident twins, " + std::to_string(chosen.rows) + " twins, ms");
  table found({"", "columns", "ns per twin", "twins", "twins / columns", "built by the first, ms"});
  for (std::size_t q = 0; q != all.size(); ++q) {
    const spread time = spread_of(by_column[q]);
    found.add({std::string(all[q]->name()), figure(time.middle / 1e6),
               figure(time.middle / static_cast<double>(chosen.rows)), figure(spread_of(by_twin[q]).middle / 1e6),
               figure(ratio_of(by_twin[q], by_column[q])), figure(all[q]->build_time() / 1e6)});
  }
  found.print();

  heading("Memory of columns");
  table memory({"", "bytes per twin"});
  for (const auto& c : columns.all()) {
    std::size_t bytes = 0;
    for (const doppel::column_segment& s : c->segments) bytes += s.bytes_held();
    constexpr const char* kinds[] = {"unsuitable", "codes8", "codes16", "floats", "doubles", "stamps"};
    std::string name = kinds[static_cast<std::size_t>(c->segments[0].kind())];
    for (std::uint32_t i = 0; i != c->path.steps(); ++i) name += (i == 0 ? ": " : ".") + std::string(c->path.key(i));
    memory.add({name, figure(static_cast<double>(bytes) / static_cast<double>(chosen.rows))});
  }
  memory.print();
}

/// Patches of one twin that is in the cache, three leaves in each; four of the columns are touched by them.
void measure_upkeep(const chosen_options& chosen, twin_chunk& chunk, columns_over& columns) {
  std::vector<std::string> patches;
  for (int i = 0; i != 16; ++i) {
    constexpr const char* networks[] = {"wifi", "wired", "lte", "nbiot"};
    constexpr const char* states[] = {"current", "failed", "downloading"};
    patches.push_back("{\"battery\":" + std::to_string(20 + i) + (i % 2 == 0 ? "" : ".5") + ",\"connectivity\":\"" +
                      networks[i % 4] + "\",\"firmware\":{\"status\":\"" + states[i % 3] + "\"}}");
  }
  doppel::twin& patched = chunk.twins[17];
  doppel::workspace workspace;
  doppel::change written;
  doppel::write_options options;
  std::int64_t now = doppel::parse_timestamp("2026-11-22T12:00:00Z").value().ticks();
  std::size_t touched = 0;
  doppel::column_watch watch;
  for (const auto& c : columns.all()) insist(watch.add(c->path), "no memory");
  const auto patch = [&](std::size_t i) {
    options.now = doppel::timestamp::from_ticks(now += 10'000);
    insist(doppel::merge_reported(patched, patches[i % patches.size()], options, workspace, written).has_value(),
           "a patch is refused");
  };
  const auto keep_up = [&] {
    watch.visit(written, [&](std::uint32_t i, const doppel::detail::cell* cell) {
      ++touched;
      column& c = *columns.all()[i];
      insist(cell != nullptr ? c.segments[0].put(17, *cell) : c.segments[0].set(17, patched.core(), c.path),
             "a segment is lost");
    });
  };
  constexpr std::size_t count = 20'000;
  std::vector<double> without;
  std::vector<double> with;
  std::vector<double> alone;
  for (std::size_t round = 0; round != chosen.rounds * 3; ++round) {
    double start = thread_time();
    for (std::size_t i = 0; i != count; ++i) patch(i);
    without.push_back((thread_time() - start) / count);
    touched = 0;
    start = thread_time();
    for (std::size_t i = 0; i != count; ++i) {
      patch(i);
      keep_up();
    }
    with.push_back((thread_time() - start) / count);
    start = thread_time();
    for (std::size_t i = 0; i != count; ++i) keep_up();
    alone.push_back((thread_time() - start) / count);
    touched /= 2 * count;
  }
  std::vector<double> added;
  for (std::size_t i = 0; i != with.size(); ++i) added.push_back(with[i] - without[i]);
  heading("Upkeep in a patch of three leaves, one twin in the cache, ns");
  table found({"", "ns"});
  found.add({"patch", figure(spread_of(without))});
  found.add(
      {"patch and upkeep of " + std::to_string(touched) + " of " + std::to_string(columns.all().size()) + " columns",
       figure(spread_of(with))});
  found.add({"added", figure(spread_of(added))});
  found.add({"upkeep alone, the same again and again", figure(spread_of(alone))});
  found.print();
}

chosen_options options_of(int count, char** arguments) {
  chosen_options chosen;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = arguments[i];
    if (option == "--quick") {
      chosen.rows = 10'000;
      chosen.rounds = 2;
    } else if (option == "--markdown") {
      table::markdown = true;
    } else if (option == "--rows" && i + 1 < count) {
      chosen.rows = std::strtoul(arguments[++i], nullptr, 10);
    } else if (option == "--rounds" && i + 1 < count) {
      chosen.rounds = std::strtoul(arguments[++i], nullptr, 10);
    } else if (option == "--query" && i + 1 < count) {
      chosen.queries = split(arguments[++i]);
    } else if (option == "--isa" && i + 1 < count) {
      const std::string_view name = arguments[++i];
      chosen.isa = name == "avx512" ? doppel::column_isa::avx512
                   : name == "avx2" ? doppel::column_isa::avx2
                                    : doppel::column_isa::portable;
      insist(doppel::is_supported(chosen.isa), "this machine has no such instructions");
    } else {
      std::fputs(
          "doppel_columns [--rows N] [--rounds N] [--query LIST] [--isa portable|avx2|avx512] [--quick] [--markdown]\n",
          stderr);
      std::exit(2);
    }
  }
  return chosen;
}

}  // namespace

int main(int count, char** arguments) {
  const chosen_options chosen = options_of(count, arguments);
  std::vector<std::unique_ptr<twin_chunk>> chunks;
  oracle truth;
  {
    fleet from;
    doppel::workspace workspace;
    std::string text;
    for (std::size_t i = 0; i != chosen.rows; ++i) {
      if (i % chunk_rows == 0) chunks.push_back(std::make_unique<twin_chunk>());
      truth.add(from.make(i));
      text.clear();
      from.write(text);
      doppel::twin loaded(chunks.back()->keys);
      insist(doppel::load_into(loaded, text, workspace).has_value(), "a twin is refused");
      chunks.back()->live.add(static_cast<std::uint32_t>(chunks.back()->twins.size()));
      chunks.back()->twins.push_back(std::move(loaded));
    }
  }
  columns_over columns(chunks);
  measure_queries(chosen, chunks, truth, columns);
  measure_upkeep(chosen, *chunks[0], columns);
  return 0;
}
