// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TEST_FLEET_COLUMNS_HPP
#define DOPPEL_TEST_FLEET_COLUMNS_HPP

#include <doppel/fleet/columns/column_builder.hpp>
#include <doppel/fleet/columns/column_condition.hpp>
#include <doppel/query/compile.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/query/twin_document.hpp>
#include <doppel/twin.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// A chunk of twins as a fleet would hold it, and columns over it.
namespace doppel_test {

inline constexpr doppel::column_isa all_isas[] = {doppel::column_isa::portable, doppel::column_isa::avx2,
                                                  doppel::column_isa::avx512};

inline doppel::timestamp time_of(std::string_view text) { return doppel::parse_timestamp(text).value(); }

/// Twins that share a table of keys.
class twin_rows {
public:
  twin_rows() : keys_(doppel::key_table::create().value()) {}

  void load(std::string_view document) {
    doppel::load_options options;
    options.limits.integer_min = std::numeric_limits<std::int64_t>::min();
    options.limits.integer_max = std::numeric_limits<std::int64_t>::max();
    options.missing_time = time_of("2024-02-01T12:30:00.5Z");
    doppel::twin t(keys_);
    REQUIRE_MESSAGE(doppel::load_into(t, document, workspace_, options).has_value(), document);
    twins_.push_back(std::move(t));
  }
  /// A twin with these tags.
  void add(std::string_view tags) { load("{\"deviceId\":\"d\",\"tags\":" + std::string(tags) + "}"); }

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(twins_.size()); }
  doppel::twin& operator[](std::size_t i) { return twins_[i]; }
  [[nodiscard]] const doppel::detail::twin_core& core(std::size_t i) const { return twins_[i].core(); }
  doppel::workspace& workspace() { return workspace_; }
  [[nodiscard]] const doppel::key_table& keys() const { return keys_; }

  [[nodiscard]] doppel::detail::row_set all() const {
    doppel::detail::row_set rows;
    for (std::uint32_t i = 0; i != size(); ++i) rows.add(i);
    return rows;
  }

private:
  doppel::key_table keys_;
  std::vector<doppel::twin> twins_;
  doppel::workspace workspace_;
};

/// A path and its segment in one chunk.
struct column {
  doppel::column_path path;
  std::optional<doppel::column_segment> segment;
};

inline doppel::column_path path_of(const doppel::program& p, std::uint32_t path) {
  doppel::column_path made;
  REQUIRE(made.assign(p, path));
  return made;
}

/// The path that a condition names first.
inline doppel::column_path path_of(std::string_view text) {
  const auto p = doppel::compile_query("SELECT * FROM devices WHERE IS_DEFINED(" + std::string(text) + ")");
  REQUIRE_MESSAGE(p.has_value(), text);
  const std::uint32_t path = p->atoms()[0].path;
  REQUIRE_MESSAGE(doppel::column_path::exists(*p, path), text);
  return path_of(*p, path);
}

inline doppel::column_segment build(const twin_rows& rows, const doppel::column_path& path,
                                    const doppel::detail::dictionary_ref& kin = {},
                                    const doppel::column_options& options = {}) {
  doppel::column_builder builder;
  auto made = builder.build(
      path, rows.size(), rows.size(), [&](std::uint32_t i) { return &rows.core(i); }, kin, options);
  REQUIRE(made.has_value());
  return *std::move(made);
}

/// Columns of all paths that queries have named so far.
class column_store {
public:
  explicit column_store(const twin_rows& rows) : rows_(rows) {}

  /// The segments for a program, in the order of its paths; made if they are not there.
  std::vector<const doppel::column_segment*> segments_for(const doppel::program& p) {
    std::vector<const doppel::column_segment*> all(p.paths().size());
    for (std::uint32_t i = 0; i != p.paths().size(); ++i) {
      if (doppel::column_path::exists(p, i)) all[i] = &*need(path_of(p, i)).segment;
    }
    return all;
  }
  [[nodiscard]] std::vector<std::unique_ptr<column>>& columns() { return columns_; }

private:
  column& need(doppel::column_path&& path) {
    for (const auto& c : columns_) {
      if (!(c->path == path)) continue;
      if (!c->segment) c->segment.emplace(build(rows_, c->path));
      return *c;
    }
    columns_.push_back(std::make_unique<column>());
    columns_.back()->path = std::move(path);
    columns_.back()->segment.emplace(build(rows_, columns_.back()->path));
    return *columns_.back();
  }

  const twin_rows& rows_;
  std::vector<std::unique_ptr<column>> columns_;
};

/// Asks columns, and every twin, and compares. @return whether columns alone have decided
inline bool check_condition(const doppel::program& p, twin_rows& rows, column_store& store,
                            const doppel::detail::row_set& live, std::string_view what) {
  const auto condition = doppel::column_condition::make(p);
  REQUIRE(condition.has_value());
  doppel::query_scratch scratch;
  REQUIRE(scratch.prepare(p).has_value());
  const std::vector<const doppel::column_segment*> segments = store.segments_for(p);
  bool is_decided = false;
  for (const doppel::column_isa isa : all_isas) {
    if (!doppel::is_supported(isa)) continue;
    doppel::column_scratch room({}, isa);
    REQUIRE(condition->prepare(room).has_value());
    // Twice: the second time, what has been found out about dictionaries is remembered.
    for (int pass = 0; pass != 2; ++pass) {
      doppel::detail::row_set found;
      is_decided = condition->rows_of(segments, live, room, found);
      for (std::uint32_t i = 0; i != doppel::detail::row_set::word_count * 64; ++i) {
        const bool expected = live.has(i) && matches(p, rows[i], scratch);
        const bool is_right = is_decided ? found.has(i) == expected : found.has(i) || !expected;
        if (is_right && (live.has(i) || !found.has(i))) continue;
        FAIL_CHECK(what << "\n  " << p.source() << "\n  row " << i << ", instructions " << static_cast<int>(isa)
                        << (expected ? ", matches" : ", does not match"));
        return is_decided;
      }
    }
  }
  return is_decided;
}

inline bool check_condition(std::string_view condition, twin_rows& rows, column_store& store) {
  doppel::query_options options;
  options.mode = doppel::query_mode::extended;
  const auto p = doppel::compile_query("SELECT * FROM devices WHERE " + std::string(condition), options);
  REQUIRE_MESSAGE(p.has_value(), condition);
  return check_condition(*p, rows, store, rows.all(), "");
}

}  // namespace doppel_test

#endif  // DOPPEL_TEST_FLEET_COLUMNS_HPP
