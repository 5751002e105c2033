// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_JSONL_HPP
#define DOPPEL_FLEET_JSONL_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/diagnostic.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/fleet/detail/line_reader.hpp>
#include <doppel/fleet/fleet.hpp>
#include <doppel/fleet/stream.hpp>
#include <doppel/twin/document.hpp>
#include <doppel/twin/load.hpp>

#include <boost/system/result.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

/// @file
/// Fleets as text: the service's view of one twin a line (spec/twin.md 2). Anybody can read it, and the order of lines
/// is that of rows; their numbers, and stamps that documents do not show, are not in it.
namespace doppel {
inline namespace v0 {

/// A line that has not become a twin.
struct jsonl_error {
  std::uint64_t line;     ///< from 1
  errc code;              ///< an error of `basic_fleet::insert_document`, or `errc::text_too_long`
  diagnostic where;       ///< offsets count from the start of the line
  std::string_view text;  ///< the line; of one that is too long, a part
};

/// How lines are read.
struct jsonl_options {
  /// A line that does not become a twin is left out. Else it ends the import.
  bool skips_errors = false;
  /// How documents are read; `limits.text_bytes` is that of the longest line.
  load_options documents = {};
};

/// What an import has come to.
struct jsonl_report {
  std::uint64_t rows = 0;     ///< twins inserted
  std::uint64_t skipped = 0;  ///< lines left out; empty ones are not counted
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
};

/// For those who need not be told.
struct say_nothing {
  void operator()(const stream_report&) const noexcept {}
  void operator()(const jsonl_report&) const noexcept {}
  void operator()(const jsonl_error&) const noexcept {}
};

/// Writes all twins as they are at one moment, devices first, each collection in the order of rows.
/// @param sink see `byte_sink`
/// @param progress called as `progress(const stream_report&)` whenever bytes have been written, about 64 KB
/// @return what was written, or `errc::sink_failed`, `errc::out_of_memory`
/// @par Complexity
/// Linear in the fleet. Memory: see `basic_fleet::visit_cut`, and about a line.
template <class Policy, byte_sink Sink, std::invocable<const stream_report&> Progress = say_nothing>
boost::system::result<stream_report> export_jsonl(basic_fleet<Policy>& f, Sink& sink,
                                                  Progress&& progress = {}) noexcept {
  constexpr std::size_t enough = std::size_t{64} * 1024;
  text_buffer row(f.memory());
  text_buffer out(f.memory());
  stream_report done;
  errc code{};
  const auto flush = [&] {
    if (out.empty()) return true;
    if (!sink.write(out.data(), out.size())) {
      code = errc::sink_failed;
      return false;
    }
    done.bytes += out.size();
    out.clear();
    progress(std::as_const(done));
    return true;
  };
  const auto cut = f.visit_cut([&](query_collection, row_number, const auto& chunk) {
    for (std::uint32_t i = 0; i != chunk.size(); ++i) {
      if (!write_service_view(*chunk[i], row) || !out.append(row.view()) || !out.append("\n", 1)) {
        code = errc::out_of_memory;
        return false;
      }
      ++done.rows;
      if (out.size() >= enough && !flush()) return false;
    }
    return true;
  });
  if (!cut) return cut.error();
  if (code != errc{} || !flush()) return make_error_code(code);
  return done;
}

/// Inserts the twin of each line; empty lines are passed over. What has been inserted stays, whatever comes later.
/// @param source see `byte_source`
/// @param on_error called as `on_error(const jsonl_error&)` for each line that does not become a twin
/// @param progress called as `progress(const jsonl_report&)` after every thousand lines, and at the end
/// @param[out] report how far it came, also on error; may be null
/// @return nothing, or the code of the first line that did not become a twin, unless they are skipped;
///   `errc::out_of_memory` always ends it
/// @par Complexity
/// Linear in the bytes. Memory: the twins, and twice the longest line.
/// @par Thread safety
/// Others may use the fleet meanwhile.
template <class Policy, byte_source Source, std::invocable<const jsonl_error&> OnError = say_nothing,
          std::invocable<const jsonl_report&> Progress = say_nothing>
boost::system::result<void> import_jsonl(basic_fleet<Policy>& f, Source& source, workspace& ws,
                                         const jsonl_options& options = {}, OnError&& on_error = {},
                                         Progress&& progress = {}, jsonl_report* report = nullptr) noexcept {
  using lines = detail::line_reader<Source>;
  lines in(source, options.documents.limits.text_bytes, f.memory());
  jsonl_report done;
  errc code{};
  while (code == errc{}) {
    std::string_view line;
    const auto got = in.next(line);
    if (got == lines::outcome::end) break;
    if (got == lines::outcome::out_of_memory) {
      code = errc::out_of_memory;
      break;
    }
    jsonl_error error{in.lines(), errc{}, {}, line};
    if (got == lines::outcome::too_long) {
      error.code = error.where.code = errc::text_too_long;
    } else if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
      const auto inserted = f.insert_document(line, ws, options.documents, nullptr, &error.where);
      if (inserted) ++done.rows;
      if (!inserted) error.code = static_cast<errc>(inserted.error().value());
    }
    if (error.code == errc::out_of_memory) {
      code = error.code;
    } else if (error.code != errc{}) {
      on_error(std::as_const(error));
      if (options.skips_errors) ++done.skipped;
      if (!options.skips_errors) code = error.code;
    }
    done.lines = in.lines();
    done.bytes = in.bytes();
    if (done.lines % 1000 == 0) progress(std::as_const(done));
  }
  if (code == errc{}) progress(std::as_const(done));
  if (report != nullptr) *report = done;
  if (code != errc{}) return make_error_code(code);
  return {};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_JSONL_HPP
