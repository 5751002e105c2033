// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_LOAD_HPP
#define DOPPEL_FLEET_LOAD_HPP

#include <doppel/base/error.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/fleet/detail/chunk_reader.hpp>
#include <doppel/fleet/detail/fleet_loader.hpp>
#include <doppel/fleet/fleet.hpp>
#include <doppel/fleet/stream.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

/// @file
/// What `save_fleet` has written, to a fleet.
namespace doppel {
inline namespace v0 {

/// How a fleet is loaded.
struct fleet_load_options {
  /// Longest record that is read, in bytes. Records have about 64 KB, or one twin that is larger. What comes takes
  /// memory, not what is announced.
  std::size_t record_bytes = std::size_t{256} * 1024 * 1024;
};

/// Fills a fleet that has never had a row with what `save_fleet` has written: twins, and their row numbers. Nothing is
/// believed: any bytes give an error, or twins that obey the rules of documents and the limits of the fleet. Sizes
/// beyond a section's limit load, as with documents (spec/twin.md 5.9). Observers are not told.
/// @param source gives the bytes; what it has behind the end of the file is not read; see `byte_source`
/// @return what was read, or `errc::image_mismatch` (another version or machine), `errc::invalid_image` (damaged, cut
///   short, or breaking a rule), `errc::precondition_failed` (the fleet has, or had, rows), `errc::out_of_memory`. On
///   error the fleet is as it was.
/// @par Complexity
/// Linear in the bytes. Memory: the twins, and a record.
/// @par Exception safety
/// Nothing throws.
/// @par Thread safety
/// Nobody else may use the fleet until this returns.
template <class Policy, byte_source Source>
boost::system::result<stream_report> load_fleet(basic_fleet<Policy>& f, Source& source, workspace& ws,
                                                const fleet_load_options& options = {}) noexcept {
  using namespace detail;
  operation_list* const list = ws.part_of<operation_list>();
  indexed_reader* const reader = ws.part_of<indexed_reader>();
  spare_room* const spare = ws.part_of<spare_room>();
  if (list == nullptr || reader == nullptr || spare == nullptr) return make_error_code(errc::out_of_memory);
  chunk_reader<Source> in(source, options.record_bytes, f.options().limits, f.options().seed, *list, *reader,
                          f.memory());
  fleet_loader<Policy> rows(f, *spare);
  errc code = in.open();
  bool is_end = false;
  while (code == errc{} && !is_end) {
    chunk_head head{};
    code = in.next(head, is_end);
    for (std::uint32_t i = 0; code == errc{} && !is_end && i != head.rows; ++i) {
      auto t = f.new_twin();
      row_number n = 0;
      code = in.read_row(n, t.core());
      if (code == errc{}) code = rows.add(head.collection, n, std::move(t));
    }
  }
  if (code == errc{} && !rows.finish(in.next_row(0), in.next_row(1))) code = errc::precondition_failed;
  if (code != errc{}) return make_error_code(code);
  return stream_report{in.rows(), in.bytes()};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_LOAD_HPP
