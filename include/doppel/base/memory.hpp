// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_MEMORY_HPP
#define DOPPEL_BASE_MEMORY_HPP

#include <cstddef>
#include <cstdlib>
#include <type_traits>

/// @file
/// Where memory comes from: a failing allocation is a null pointer, never an exception.
/// `base/pmr.hpp` adapts a `std::pmr::memory_resource`.
namespace doppel {
inline namespace v0 {

/// What doppel asks of an allocator: `try_allocate(bytes)` gives storage aligned for any
/// scalar type or null, `deallocate(p, bytes)` takes it back; neither throws.
template <class A>
concept memory_source = requires(A& a, void* p, std::size_t n) {
  { a.try_allocate(n) } noexcept;
  { a.deallocate(p, n) } noexcept;
};

/// The C heap.
struct malloc_memory {
  /// @return storage for `bytes` bytes, or null.
  void* try_allocate(std::size_t bytes) noexcept { return std::malloc(bytes); }
  /// Gives back what `try_allocate` returned.
  void deallocate(void* p, std::size_t) noexcept { std::free(p); }
};

/// A non-owning, copyable handle of any memory source: two words, no template behind it.
/// @par Lifetime
/// The memory source must outlive every object that was given the handle.
/// @par Thread safety
/// That of the source behind it; the C heap is safe.
class memory_ref {
public:
  /// The C heap.
  constexpr memory_ref() noexcept : memory_ref(nullptr, &functions_of<malloc_memory>) {}

  /// A source without state, which needs no object to refer to.
  template <memory_source A>
    requires(std::is_empty_v<A> && std::is_default_constructible_v<A>)
  [[nodiscard]] static memory_ref stateless() noexcept {
    return memory_ref(nullptr, &functions_of<A>);
  }

  /// Refers to `source`.
  template <memory_source A>
    requires(!std::is_same_v<std::remove_const_t<A>, memory_ref>)
  explicit memory_ref(A& source) noexcept : memory_ref(&source, &functions_of<A>) {}

  /// @return storage for `bytes` bytes, or null.
  [[nodiscard]] void* try_allocate(std::size_t bytes) const noexcept {
    return functions_->allocate(source_, bytes);
  }
  /// Gives back `bytes` bytes at `p`, which came from `try_allocate` of an equal handle.
  void deallocate(void* p, std::size_t bytes) const noexcept {
    functions_->deallocate(source_, p, bytes);
  }

  /// True when storage from one may be given back to the other.
  friend bool operator==(const memory_ref& a, const memory_ref& b) noexcept {
    return a.source_ == b.source_ && a.functions_->allocate == b.functions_->allocate;
  }

private:
  struct functions {
    void* (*allocate)(void*, std::size_t) noexcept;
    void (*deallocate)(void*, void*, std::size_t) noexcept;
  };
  template <class A>
  static void* allocate_from(void* source, std::size_t bytes) noexcept {
    if constexpr (std::is_empty_v<A>) {
      return A{}.try_allocate(bytes);
    } else {
      return static_cast<A*>(source)->try_allocate(bytes);
    }
  }
  template <class A>
  static void deallocate_to(void* source, void* p, std::size_t bytes) noexcept {
    if constexpr (std::is_empty_v<A>) {
      A{}.deallocate(p, bytes);
    } else {
      static_cast<A*>(source)->deallocate(p, bytes);
    }
  }
  template <class A>
  static constexpr functions functions_of{&allocate_from<A>, &deallocate_to<A>};

  constexpr memory_ref(void* source, const functions* f) noexcept : source_(source), functions_(f) {}

  void* source_;
  const functions* functions_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_MEMORY_HPP
