// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_ISA_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_ISA_HPP

#include <doppel/fleet/columns/detail/kernels.hpp>
#include <doppel/fleet/columns/detail/x86_kernels.hpp>

#include <cstdint>

/// @file
/// Which instructions scan columns.
namespace doppel {
inline namespace v0 {

/// Sets of instructions that columns can be scanned with. All of them give the same answers.
enum class column_isa : std::uint8_t {
  portable,  ///< what the compiler makes of plain C++
  avx2,
  avx512  ///< F, BW, VL, DQ
};

/// Says whether this machine has them.
[[nodiscard]] inline bool is_supported(column_isa isa) noexcept {
#if DOPPEL_HAS_COLUMN_KERNELS
  if (isa == column_isa::avx2) return detail::avx2_column_kernels::is_supported();
  if (isa == column_isa::avx512) return detail::avx512_column_kernels::is_supported();
#endif
  return isa == column_isa::portable;
}

/// The best set that this machine has.
[[nodiscard]] inline column_isa best_column_isa() noexcept {
  if (is_supported(column_isa::avx512)) return column_isa::avx512;
  return is_supported(column_isa::avx2) ? column_isa::avx2 : column_isa::portable;
}

namespace detail {

inline const column_kernels& kernels_for(column_isa isa) noexcept {
#if DOPPEL_HAS_COLUMN_KERNELS
  if (isa == column_isa::avx512) return column_kernels_of<avx512_column_kernels>;
  if (isa == column_isa::avx2) return column_kernels_of<avx2_column_kernels>;
#endif
  return column_kernels_of<portable_column_kernels>;
}

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_ISA_HPP
