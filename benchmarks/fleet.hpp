// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BENCHMARKS_FLEET_HPP
#define DOPPEL_BENCHMARKS_FLEET_HPP

// A fleet of any size to ask queries of. Row i is a function of i, of the seed and of the form alone, so that a
// fleet need never be in memory as a whole. README.md has its figures.

#include "stamp_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace doppel_bench {

/// How the documents are written. They say the same, but for traps in hostile ones: more members, and some values that
/// look like those that queries ask for.
enum class fleet_form : std::uint8_t {
  plain,     ///< minified, members in the same order everywhere: what the library itself writes
  shuffled,  ///< minified, the members of every object in an order of its own
  hostile    ///< white space; quotes, braces and colons in keys and strings; members and strings that look like others
};

inline constexpr std::array<std::string_view, 3> fleet_form_names{"plain", "shuffled", "hostile"};

/// What a row says, as far as queries ask for it; documents are written from it. Strings as they are, without escapes.
struct fleet_row {
  static constexpr std::int32_t absent = -1;

  std::string device_id;
  std::string tenant;
  std::string region;
  std::string building;
  std::string_view environment;
  std::string_view team;
  std::string_view connectivity;
  std::string_view firmware_desired;
  std::string_view firmware_reported;
  std::string_view firmware_status;
  std::int32_t floor = absent;
  std::int32_t half_battery = absent;            ///< in halves of a percent
  std::int32_t error_code = absent;              ///< of lastError
  std::array<std::int32_t, 3> half_setpoints{};  ///< of the zones of the module hvac, in halves of a degree
  bool has_modules = false;
  bool is_enabled = false;
  bool is_connected = false;
  ticks activity = 0;
  ticks battery_time = 0;  ///< `$lastUpdated` of the battery

  bool has_battery() const noexcept { return half_battery != absent; }
  bool has_error() const noexcept { return error_code != absent; }
  double battery() const noexcept { return half_battery / 2.0; }
  double setpoint(std::size_t zone) const noexcept { return half_setpoints[zone] / 2.0; }
};

/// Makes rows and writes their documents.
class fleet {
public:
  static constexpr std::uint64_t default_seed = 20'261'122;

  explicit fleet(fleet_form form = fleet_form::plain, std::uint64_t seed = default_seed);
  ~fleet();
  fleet(const fleet&) = delete;
  fleet& operator=(const fleet&) = delete;

  /// Makes row `number` the current one. What it refers to is valid until the next call.
  const fleet_row& make(std::uint64_t number);
  /// Appends the document of the current row, the service's view with all of `$metadata`.
  void write(std::string& out);

private:
  struct writer;

  fleet_form form_;
  std::uint64_t seed_;
  std::uint64_t number_ = 0;
  fleet_row row_;
  std::unique_ptr<writer> writer_;
};

/// Documents one behind the other, with a line feed between them and room to read past the last.
class fleet_texts {
public:
  /// As many bytes can be read behind every document.
  static constexpr std::size_t readable_tail = 256;

  void reserve(std::size_t rows, std::size_t bytes) {
    ends_.reserve(rows);
    arena_.reserve(bytes + readable_tail);
  }

  /// Appends the current row of a fleet. Views of texts are valid once `finish` has been called.
  void add(fleet& from) {
    from.write(arena_);
    ends_.push_back(arena_.size());
    arena_ += '\n';
  }

  void finish() { arena_.append(readable_tail, ' '); }

  std::size_t size() const noexcept { return ends_.size(); }
  std::size_t bytes() const noexcept { return ends_.empty() ? 0 : ends_.back() + 1; }
  std::string_view operator[](std::size_t row) const noexcept {
    const std::size_t start = row == 0 ? 0 : ends_[row - 1] + 1;
    return {arena_.data() + start, ends_[row] - start};
  }
  /// The first rows as lines.
  std::string_view lines(std::size_t rows) const noexcept {
    return {arena_.data(), rows == 0 ? 0 : ends_[rows - 1] + 1};
  }

private:
  std::string arena_;
  std::vector<std::size_t> ends_;
};

}  // namespace doppel_bench

#endif  // DOPPEL_BENCHMARKS_FLEET_HPP
