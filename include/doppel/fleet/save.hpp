// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_SAVE_HPP
#define DOPPEL_FLEET_SAVE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/fleet/detail/chunk_writer.hpp>
#include <doppel/fleet/fleet.hpp>
#include <doppel/fleet/stream.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>

/// @file
/// A fleet to bytes, in a form for one version of this library and machines of one byte order. To exchange twins, or
/// to keep them for years, see `doppel/fleet/jsonl.hpp`.
namespace doppel {
inline namespace v0 {

/// Writes all twins of a fleet as they are at one moment, and the numbers of their rows. Writers go on meanwhile.
/// @param sink takes the bytes, about 64 KB at a time; see `byte_sink`
/// @return what was written, or `errc::sink_failed`, `errc::out_of_memory`; then what the sink has is of no use
/// @par Complexity
/// Linear in the fleet. Memory: see `basic_fleet::visit_cut`, and a record.
/// @par Exception safety
/// Nothing throws.
/// @par Thread safety
/// That of `basic_fleet::visit_cut`.
template <class Policy, byte_sink Sink>
boost::system::result<stream_report> save_fleet(basic_fleet<Policy>& f, Sink& sink) noexcept {
  detail::chunk_writer<Sink> writer(sink, f.memory());
  detail::array<detail::saved_row> rows(f.memory());
  errc code = writer.begin();
  if (code != errc{}) return make_error_code(code);
  const auto cut = f.visit_cut([&](query_collection c, row_number first, const auto& chunk) {
    if (!rows.reserve(chunk.size())) {
      code = errc::out_of_memory;
      return false;
    }
    for (std::uint32_t i = 0; i != chunk.size(); ++i) rows.data()[i] = {first + chunk.offset(i), &chunk[i]->core()};
    code = writer.write(c == query_collection::modules, {rows.data(), chunk.size()});
    return code == errc{};
  });
  if (!cut) return cut.error();
  // What has been inserted since the cut may have taken numbers. To leave some out does no harm.
  if (code == errc{}) {
    code = writer.end({f.of(query_collection::devices).next_row(), f.of(query_collection::modules).next_row()});
  }
  if (code != errc{}) return make_error_code(code);
  return stream_report{writer.rows(), writer.bytes()};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_SAVE_HPP
