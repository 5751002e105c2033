// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_PMR_HPP
#define DOPPEL_BASE_PMR_HPP

#include <boost/config.hpp>

#include <cstddef>
#include <memory_resource>

/// @file
/// Adapter of `std::pmr::memory_resource`; see `base/memory.hpp` for what is adapted to.
namespace doppel {
inline namespace v0 {

/// A memory source over a polymorphic memory resource. `std::bad_alloc` from the resource
/// becomes a null pointer; without exceptions the resource must itself return null or abort.
/// @par Lifetime
/// The resource must outlive the adapter and all that was allocated through it.
class pmr_memory {
public:
  /// @pre `resource` is not null.
  explicit pmr_memory(std::pmr::memory_resource* resource) noexcept : resource_(resource) {}

  /// @return storage for `bytes` bytes, or null.
  void* try_allocate(std::size_t bytes) noexcept {
#ifndef BOOST_NO_EXCEPTIONS
    try {
      return resource_->allocate(bytes, alignof(std::max_align_t));
    } catch (...) {
      return nullptr;
    }
#else
    return resource_->allocate(bytes, alignof(std::max_align_t));
#endif
  }
  /// Gives back what `try_allocate` returned.
  void deallocate(void* p, std::size_t bytes) noexcept { resource_->deallocate(p, bytes, alignof(std::max_align_t)); }

private:
  std::pmr::memory_resource* resource_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_PMR_HPP
