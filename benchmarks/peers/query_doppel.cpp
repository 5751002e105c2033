// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_peers.hpp"

#include <doppel/base/workspace.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/query/document.hpp>
#include <doppel/query/for_each_match.hpp>
#include <doppel/query/json_document.hpp>
#include <doppel/query/run.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/query/text_scan.hpp>
#include <doppel/query/twin_document.hpp>
#include <doppel/query/twin_text.hpp>
#include <doppel/twin/key_table.hpp>
#include <doppel/twin/load.hpp>
#include <doppel/twin/twin.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doppel_bench {

namespace {

/// The library over any kind of document: the text of the query compiled, matching for filters, and a run that makes
/// rows where rows are projected or grouped. The rows are written as JSON within the time; others only read.
class doppel_queries {
public:
  bool begin(query_id id) {
    auto compiled = doppel::compile_query(fleet_queries[index_of(id)].text);
    if (!compiled || !scratch_.prepare(*compiled)) {
      std::fprintf(stderr, "doppel refuses %s\n", std::string(fleet_queries[index_of(id)].name).c_str());
      std::exit(1);
    }
    id_ = id;
    program_.emplace(*std::move(compiled));
    return true;
  }

  void start() {
    run_.reset();
    run_.emplace(*program_);
  }

  /// Takes the rows apart, for comparison.
  void complete(query_answer& found) {
    if (!makes_rows(id_)) return;
    good_ &= run_->finish([&](std::string_view row) {
                   read(boost::json::parse(row).as_object(), found);
                   return true;
                 })
                 .has_value();
    if (!good_) std::exit(1);
  }

protected:
  const doppel::program& compiled() const noexcept { return *program_; }
  doppel::query_scratch& scratch() noexcept { return scratch_; }
  doppel::query_run& run() noexcept { return *run_; }
  /// Whole twins are counted, not written.
  bool makes_rows() const noexcept { return makes_rows(id_); }
  /// Says whether more twins have to be looked at.
  bool wants_more(const query_answer& found) const noexcept { return id_ != query_id::q14 || found.rows != top_rows; }
  void insist(bool good) noexcept { good_ &= good; }

  /// A document has matched. Returns whether to go on.
  template <class Document>
  bool add_match(const Document& document, std::size_t row, query_answer& found) {
    ++found.rows;
    if (makes_rows(id_)) good_ &= run_->add_match(document, row, scratch_).has_value();
    return wants_more(found);
  }

private:
  void read(const boost::json::object& row, query_answer& found) const {
    if (id_ == query_id::q11) {
      found.add_projection(row.at("deviceId").as_string(), row.at("building").as_string(),
                           row.at("battery").to_number<double>());
    } else if (id_ == query_id::q12) {
      found.rows = row.at("twins").to_number<std::uint64_t>();
    } else {
      found.add_average(row.at("region").as_string(), row.at("twins").to_number<std::uint64_t>(),
                        row.at("battery").to_number<double>());
    }
  }

  static constexpr bool makes_rows(query_id id) noexcept {
    return id == query_id::q11 || id == query_id::q12 || id == query_id::q13;
  }

  query_id id_{};
  bool good_ = true;
  std::optional<doppel::program> program_;
  doppel::query_scratch scratch_;
  std::optional<doppel::query_run> run_;
};

/// Twins as a fleet holds them: 4,096 share a table of keys, which a query is bound to once in every pass.
class doppel_fleet : public doppel_queries {
public:
  static constexpr std::string_view name = "doppel";
  static constexpr query_role role = query_role::subject;

  bool take(std::string_view document) {
    if (twins_.size() % twins_in_chunk == 0) {
      auto made = doppel::key_table::create();
      if (!made) return false;
      keys_.push_back(*std::move(made));
    }
    doppel::twin loaded(keys_.back());
    if (!doppel::load_into(loaded, document, workspace_)) return false;
    twins_.push_back(std::move(loaded));
    return true;
  }
  std::size_t size() const noexcept { return twins_.size(); }
  void clear() {
    std::vector<doppel::twin>().swap(twins_);
    std::vector<doppel::key_table>().swap(keys_);
  }

  void scan(std::size_t first, std::size_t end, query_answer& found) {
    while (first < end) {
      const std::size_t chunk = first / twins_in_chunk;
      const std::size_t count = (std::min)(end, (chunk + 1) * twins_in_chunk) - first;
      const auto bound = doppel::bound_program::bind(compiled(), keys_[chunk]);
      if (!bound) std::exit(1);
      const auto twin_at = [this, first](std::size_t i) -> const doppel::twin& { return twins_[first + i]; };
      bool goes_on = true;
      doppel::for_each_match(*bound, count, twin_at, scratch(), [&](std::size_t i) {
        return goes_on = add_match(doppel::twin_document(twin_at(i), *bound), first + i, found);
      });
      if (!goes_on) return;
      first += count;
    }
  }

private:
  static constexpr std::size_t twins_in_chunk = 4096;

  std::vector<doppel::key_table> keys_;
  std::vector<doppel::twin> twins_;
  doppel::workspace workspace_;
};

/// Over the documents that boost_json_walk keeps.
class doppel_values : public doppel_queries {
public:
  static constexpr std::string_view name = "doppel over boost::json::value";
  static constexpr query_role role = query_role::subject;
  static constexpr std::size_t most_rows = most_boost_json_rows;

  explicit doppel_values(std::shared_ptr<const boost_json_fleet> twins) : twins_(std::move(twins)) {}

  bool take(std::string_view) { return true; }
  void clear() {}
  std::size_t size() const noexcept { return twins_->size(); }

  void scan(std::size_t first, std::size_t end, query_answer& found) {
    for (; first < end; ++first) {
      const doppel::json_document document((*twins_)[first]);
      if (doppel::matches(compiled(), document, scratch()) && !add_match(document, first, found)) return;
    }
  }

private:
  std::shared_ptr<const boost_json_fleet> twins_;
};

/// Over the texts as they stand.
template <doppel::text_kernel Kernel>
class doppel_text : public doppel_queries {
public:
  static constexpr std::string_view name = Kernel == doppel::text_kernel::avx512 ? "doppel, AVX-512"
                                           : Kernel == doppel::text_kernel::avx2 ? "doppel, AVX2"
                                                                                 : "doppel, on simdjson's index";
  static constexpr query_role role = query_role::subject;

  bool take(std::string_view document) {
    texts_.push_back(doppel::twin_text::trusted(document, fleet_texts::readable_tail >= doppel::twin_text::padding));
    return true;
  }
  std::size_t size() const noexcept { return texts_.size(); }
  void clear() { texts_.clear(); }

  bool begin(query_id id) {
    if (!doppel_queries::begin(id)) return false;
    auto made = doppel::text_scan::make(compiled(), {}, Kernel);
    if (!made) std::exit(1);
    scan_.emplace(*std::move(made));
    return true;
  }

  void scan(std::size_t first, std::size_t end, query_answer& found) {
    if (!makes_rows()) {
      const std::span<const doppel::twin_text> texts(texts_.data() + first, end - first);
      scan_->each_match(texts, [&](std::size_t) {
        ++found.rows;
        return wants_more(found);
      });
      return;
    }
    const std::uint64_t before = run().matched();
    for (; first < end; ++first) {
      if (first + 2 < texts_.size()) scan_->expect(texts_[first + 2]);
      insist(scan_->add_to(run(), texts_[first], first).has_value());
    }
    found.rows += run().matched() - before;
  }

private:
  std::vector<doppel::twin_text> texts_;
  std::optional<doppel::text_scan> scan_;
};

template <doppel::text_kernel Kernel>
void add_text_contender(std::vector<std::unique_ptr<query_contender>>& all) {
  if (doppel::is_supported(Kernel)) all.push_back(std::make_unique<row_contender<doppel_text<Kernel>>>());
}

}  // namespace

std::vector<std::unique_ptr<query_contender>> make_doppel_texts() {
  std::vector<std::unique_ptr<query_contender>> all;
  add_text_contender<doppel::text_kernel::avx512>(all);
  add_text_contender<doppel::text_kernel::avx2>(all);
  add_text_contender<doppel::text_kernel::portable>(all);
  return all;
}

std::unique_ptr<query_contender> make_doppel_fleet() { return std::make_unique<row_contender<doppel_fleet>>(); }

std::unique_ptr<query_contender> make_doppel_values(std::shared_ptr<boost_json_fleet> twins) {
  return std::make_unique<row_contender<doppel_values>>(std::move(twins));
}

query_compiler make_doppel_compiler() {
  return {"doppel", [](const fleet_query& query) { return doppel::compile_query(query.text).has_value(); }};
}

query_compiler make_doppel_parser() {
  return {"(parsing only)", [](const fleet_query& query) { return doppel::parse_query(query.text).has_value(); }};
}

}  // namespace doppel_bench
