// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_LIMITS_HPP
#define DOPPEL_BASE_LIMITS_HPP

#include <cstddef>
#include <cstdint>

namespace doppel {
inline namespace v0 {

/// The bounds that text, values, sections and key tables are held to.
///
/// A plain struct: change the fields you need and pass it on. The defaults are those of the service where the
/// service has one, otherwise a choice of this library, as noted at each field. Every bound is inclusive:
/// exactly the limit is allowed. Bounds are checked before anything is changed and before anything recurses.
/// @see doppel::errc for the code that each broken bound yields
/// @par Specification
/// spec/twin.md 4.1 to 4.3 and 5
struct limits {
  /// The largest value that `depth` and `root_depth` may have: levels are stored in one byte.
  static constexpr std::uint32_t depth_ceiling = 255;
  /// The largest value that `text_bytes` may have: offsets into a text are stored in 32 bits, with room for
  /// padding.
  static constexpr std::size_t text_ceiling = 0x7fff'ffff;

  /// Longest key, in bytes of UTF-8 (spec/twin.md 4.1.1). Beyond: `errc::key_length`.
  std::uint32_t key_bytes = 1024;
  /// Longest string value, in bytes of UTF-8, also inside arrays (4.2.2). Beyond: `errc::value_length`.
  std::uint32_t string_bytes = 4096;
  /// Deepest level at which an object or array may stand; the section itself is level 0, and a scalar may
  /// stand one level deeper (4.3.1). At least 1 and at most `depth_ceiling`. Beyond: `errc::depth`.
  std::uint32_t depth = 10;
  /// Smallest and largest number written without fraction and exponent (4.2.3). Outside:
  /// `errc::integer_range`.
  std::int64_t integer_min = -4'503'599'627'370'496;
  std::int64_t integer_max = 4'503'599'627'370'495;
  /// Largest size of each section by the counting rules of the service (5.1 to 5.6), which is not the length
  /// of its text. A write that grows a section beyond it: `errc::section_size`.
  std::uint32_t tags_bytes = 8'192;
  std::uint32_t desired_bytes = 32'768;
  std::uint32_t reported_bytes = 32'768;
  /// Longest text that is looked at, in bytes. Library choice: the service does not publish its bound; a body
  /// with all three sections full and every byte escaped is far shorter. At most `text_ceiling`. Beyond:
  /// `errc::text_too_long`.
  std::size_t text_bytes = std::size_t{16} * 1024 * 1024;
  /// Deepest level of an object or array in the root members when a whole document is loaded. Library choice:
  /// they come from the hub, not from a writer, so the bound of 4.3 does not hold for them. At least 1 and at
  /// most `depth_ceiling`. Beyond: `errc::depth`.
  std::uint32_t root_depth = 32;
  /// Most keys, and most bytes of key text, that one owner's key table takes. Library choice: no write is
  /// refused for it; beyond, a member carries its key itself. This bounds what hostile keys can make an owner
  /// hold.
  std::uint32_t keys_in_table = 65'536;
  std::size_t key_table_bytes = std::size_t{4} * 1024 * 1024;

  /// Says whether the fields make sense together and respect the ceilings.
  /// Functions that take limits have this as a precondition.
  [[nodiscard]] constexpr bool is_valid() const noexcept {
    return depth >= 1 && depth <= depth_ceiling && root_depth >= 1 && root_depth <= depth_ceiling &&
           integer_min <= integer_max && text_bytes <= text_ceiling;
  }

  friend constexpr bool operator==(const limits&, const limits&) noexcept = default;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_LIMITS_HPP
