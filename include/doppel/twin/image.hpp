// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TWIN_IMAGE_HPP
#define DOPPEL_TWIN_IMAGE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/limits.hpp>
#include <doppel/base/workspace.hpp>
#include <doppel/json/reader.hpp>
#include <doppel/twin/detail/image_check.hpp>
#include <doppel/twin/detail/image_reader.hpp>
#include <doppel/twin/detail/image_writer.hpp>
#include <doppel/twin/document.hpp>
#include <doppel/twin/twin.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <string_view>

/// @file
/// Twins as saved blocks: a cache format, for one machine and one version of this library. To exchange
/// twins, write their documents.
namespace doppel {
inline namespace v0 {

/// How far an image is believed.
enum class image_trust : std::uint8_t {
  trusted,    ///< header, sizes and checksum are checked: bytes that this program saved
  untrusted,  ///< everything is: any bytes give a twin or an error
};

namespace detail {

inline errc load_image(twin_core& t, std::string_view image, image_trust trust, const limits& bounds,
                       workspace& ws) noexcept {
  operation_list* const list = ws.part_of<operation_list>();
  indexed_reader* const reader = ws.part_of<indexed_reader>();
  spare_room* const spare = ws.part_of<spare_room>();
  twin_core fresh(t.memory());
  if (t.shares_keys()) fresh.share_keys(t.keys());
  key_store* const keys = fresh.need_keys(bounds);
  if (list == nullptr || reader == nullptr || spare == nullptr || keys == nullptr) return errc::out_of_memory;

  image_reader parts(image, bounds, t.memory());
  if (const errc code = parts.open(); code != errc{}) return code;
  if (!parts.reserve(*spare)) return errc::out_of_memory;
  if (trust == image_trust::untrusted) {
    for (const section_name s : all_sections) {
      if (!parts.has(s)) continue;
      const block* const b = parts.place(s, *spare);
      image_check inspection(*b, parts.keys(), s, bounds);
      if (const errc code = inspection.run(*list, *reader, t.memory()); code != errc{}) return code;
      const std::string_view etag = s == section_name::root ? foreign_etag_of(b) : std::string_view{};
      if (!etag.empty() && unquote_etag(etag).empty()) return errc::invalid_image;
    }
  }
  if (!parts.reserve_keys(*keys, *spare)) return errc::out_of_memory;
  // From here on nothing fails: keys go into the table.
  for (const section_name s : all_sections) {
    if (!parts.has(s)) continue;
    block* const b = parts.place(s, *spare);
    parts.move_keys(*b, b->root, *keys);
    fresh.adopt_spare(s, b, *spare);
  }
  fresh.count() = parts.header().count;
  t.swap(fresh);
  return errc{};
}

}  // namespace detail

/// Appends the image of a twin to `out`: compacted sections, their keys, the counters.
/// @return nothing, or `errc::out_of_memory`; then `out` is as it was
/// @par Complexity
/// Linear in the twin.
/// @par Exception safety
/// Nothing throws.
template <class Policy>
boost::system::result<void> save_image(const basic_twin<Policy>& t, workspace& ws, text_buffer& out) noexcept {
  detail::spare_room* const spare = ws.part_of<detail::spare_room>();
  return detail::finish_or_fail(spare != nullptr && detail::image_writer(t.core(), *spare, out).run());
}

/// Makes `t` the twin of an image. Keys are added to the table of `t`, which may be a shared one.
/// @param image the bytes that `save_image` appended, at any address
/// @param trust what is checked. An untrusted image must also hold what a document may hold: key and value rules,
///   depth, no duplicates, right sizes
/// @param bounds the rules for an untrusted image
/// @return nothing, or `errc::image_mismatch` (another version, byte order or layout), `errc::invalid_image` (damaged,
///   or breaking a rule), `errc::out_of_memory`. On error the twin is unchanged.
/// @par Complexity
/// Linear in the image; an untrusted one is also rendered and read.
/// @par Exception safety
/// Nothing throws. Strong.
template <class Policy>
boost::system::result<void> load_image(basic_twin<Policy>& t, std::string_view image, image_trust trust, workspace& ws,
                                       const limits& bounds = {}) noexcept {
  const errc code = detail::load_image(t.core(), image, trust, bounds, ws);
  if (code != errc{}) return make_error_code(code);
  return {};
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_TWIN_IMAGE_HPP
