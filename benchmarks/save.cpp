// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel_save: saving and loading a fleet beside reading the same twins from JSON text. From memory to memory, one
// thread. What a round gives back to the C library stays with the process, so that the kernel, which takes longer to
// give out a page than anybody here to fill it, is asked once; --fresh-memory asks it each time.

#include "fleet.hpp"
#include "insist.hpp"
#include "report.hpp"
#include "timing.hpp"

#include <doppel/base/detail/crc32c.hpp>
#include <doppel/fleet.hpp>
#include <doppel/fleet/detail/chunk_reader.hpp>
#include <doppel/twin.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

using namespace doppel_bench;

namespace {

struct chosen_options {
  std::size_t rows = 20'000;
  std::size_t rounds = 11;
  bool fresh_memory = false;
};

constexpr std::size_t chunk_rows = doppel::fleet_options::max_chunk_rows;

class measurement {
public:
  explicit measurement(const chosen_options& chosen) : rounds_(chosen.rounds) {
    doppel_bench::fleet from;
    texts_.reserve(chosen.rows, chosen.rows * 2200);
    for (std::size_t i = 0; i != chosen.rows; ++i) {
      from.make(i);
      texts_.add(from);
    }
    texts_.finish();
    doppel::fleet twins;
    insert(twins);
    save(twins);
    check(twins);
  }

  void run() {
    for (std::size_t round = 0; round != rounds_; ++round) {
      parse_rows.push_back(part([&] { return parse(); }));
      load_rows.push_back(part([&] { return load_chunks(); }));
      fleet_from_text.push_back(part([&] {
        auto f = std::make_unique<doppel::fleet>();
        insert(*f);
        return f;
      }));
      std::unique_ptr<doppel::fleet> loaded;
      fleet_from_file.push_back(part(
          [&] {
            auto f = std::make_unique<doppel::fleet>();
            load(*f);
            return f;
          },
          &loaded));
      save_fleet.push_back(part([&] { return save(*loaded), nullptr; }));
      export_lines.push_back(part([&] {
        doppel::buffer_sink sink(lines_);
        lines_.clear();
        insist(export_jsonl(*loaded, sink).has_value(), "an export fails");
        return nullptr;
      }));
      checksum.push_back(part([&] {
        insist(doppel::detail::crc32c(file_.view()) != 0, "a checksum of 0");
        return nullptr;
      }));
    }
  }

  double text_bytes() const { return static_cast<double>(texts_.bytes()) / static_cast<double>(texts_.size()); }
  double file_bytes() const { return static_cast<double>(file_.size()) / static_cast<double>(texts_.size()); }

  // Nanoseconds per twin, for each round.
  std::vector<double> parse_rows, load_rows, fleet_from_text, fleet_from_file, save_fleet, export_lines, checksum;

private:
  // What `work` makes goes away untimed, or to `kept`.
  template <class Work, class Made = std::invoke_result_t<Work>>
  double part(Work work, Made* kept = nullptr) {
    const double start = thread_time();
    Made made = work();
    const double taken = thread_time() - start;
    if (kept != nullptr) *kept = std::move(made);
    return taken / static_cast<double>(texts_.size());
  }

  // Twins that share a table for each chunk.
  std::vector<doppel::twin> parse() {
    std::vector<doppel::twin> twins;
    twins.reserve(texts_.size());
    doppel::key_table keys;
    for (std::size_t i = 0; i != texts_.size(); ++i) {
      if (i % chunk_rows == 0) keys = doppel::key_table::create({}).value();
      twins.emplace_back(keys);
      insist(load_into(twins.back(), texts_[i], scratch_).has_value(), "a document is refused");
    }
    return twins;
  }
  std::vector<doppel::twin> load_chunks() {
    using namespace doppel::detail;
    std::vector<doppel::twin> twins;
    twins.reserve(texts_.size());
    doppel::view_source source(file_.view());
    chunk_reader<doppel::view_source> in(source, std::size_t{1} << 28, {}, 0, *scratch_.part_of<operation_list>(),
                                         *scratch_.part_of<doppel::detail::indexed_reader>(), {});
    insist(in.open() == doppel::errc{}, "a file is refused");
    chunk_head head{};
    for (bool is_end = false; in.next(head, is_end) == doppel::errc{} && !is_end;) {
      std::uint64_t number = 0;
      for (std::uint32_t i = 0; i != head.rows; ++i) {
        insist(in.read_row(number, twins.emplace_back().core()) == doppel::errc{}, "a row is refused");
      }
    }
    insist(twins.size() == texts_.size(), "rows are missing");
    return twins;
  }

  void insert(doppel::fleet& f) {
    for (std::size_t i = 0; i != texts_.size(); ++i) {
      insist(f.insert_document(texts_[i], scratch_).has_value(), "a document is refused");
    }
  }
  void save(doppel::fleet& f) {
    doppel::buffer_sink sink(file_);
    file_.clear();
    insist(doppel::save_fleet(f, sink).has_value(), "a fleet is not saved");
  }
  void load(doppel::fleet& f) {
    doppel::view_source source(file_.view());
    insist(load_fleet(f, source, scratch_).has_value(), "a file is refused");
  }

  // Before anything is timed: the same twins.
  void check(const doppel::fleet& twins) {
    doppel::text_buffer one;
    doppel::text_buffer other;
    const std::vector<doppel::twin> rows = load_chunks();
    insist(twins.size() == rows.size(), "rows are missing");
    for (const doppel::twin& row : rows) {
      const auto found = twins.visit(doppel::twin_id(row.device_id(), row.module_id()), [&](const auto& t) {
        insist(write_service_view(t, one) && write_service_view(row, other), "no document");
      });
      insist(found && one.view() == other.view(), "a twin comes back as another");
    }
  }

  std::size_t rounds_;
  fleet_texts texts_;
  doppel::workspace scratch_;
  doppel::text_buffer file_;
  doppel::text_buffer lines_;
};

chosen_options options_of(int count, char** arguments) {
  chosen_options chosen;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = arguments[i];
    if (option == "--quick") {
      chosen.rows = 500;
      chosen.rounds = 2;
    } else if (option == "--markdown") {
      table::markdown = true;
    } else if (option == "--fresh-memory") {
      chosen.fresh_memory = true;
    } else if (option == "--rows" && i + 1 < count) {
      chosen.rows = (std::max)(100ul, std::strtoul(arguments[++i], nullptr, 10));
    } else if (option == "--rounds" && i + 1 < count) {
      chosen.rounds = (std::max)(1ul, std::strtoul(arguments[++i], nullptr, 10));
    } else {
      std::fputs("doppel_save [--rows N] [--rounds N] [--fresh-memory] [--quick] [--markdown]\n", stderr);
      std::exit(2);
    }
  }
  return chosen;
}

void keep_memory() {
#if defined(__GLIBC__)
  mallopt(M_TRIM_THRESHOLD, 2'000'000'000);
  mallopt(M_MMAP_THRESHOLD, 2'000'000'000);
  mallopt(M_TOP_PAD, 256 << 20);
#endif
}

}  // namespace

int main(int count, char** arguments) {
  const chosen_options chosen = options_of(count, arguments);
  if (!chosen.fresh_memory) keep_memory();
  measurement all(chosen);
  all.run();

  heading(std::to_string(chosen.rows) + " twins of " + figure(all.text_bytes()) + " bytes of text, saved in " +
          figure(all.file_bytes()) + " bytes");
  table parts({"what", "ns per twin", "GB/s of what is read or written"});
  const auto add = [&](const char* what, const std::vector<double>& times, double bytes) {
    parts.add({what, figure(spread_of(times)), figure(bytes / spread_of(times).middle)});
  };
  add("twins from text, load_into", all.parse_rows, all.text_bytes());
  add("twins from the file", all.load_rows, all.file_bytes());
  add("a fleet from text, insert_document", all.fleet_from_text, all.text_bytes());
  add("a fleet from the file, load_fleet", all.fleet_from_file, all.file_bytes());
  add("save_fleet", all.save_fleet, all.file_bytes());
  add("export_jsonl", all.export_lines, all.text_bytes());
  add("the checksum alone", all.checksum, all.file_bytes());
  parts.print();

  bars demanded;
  demanded.add("twins: from text over from the file", ratio_of(all.parse_rows, all.load_rows), bars::sense::at_least,
               10);
  demanded.add("a fleet: from text over from the file", ratio_of(all.fleet_from_text, all.fleet_from_file),
               bars::sense::at_least, 10);
  demanded.print();
  return 0;
}
