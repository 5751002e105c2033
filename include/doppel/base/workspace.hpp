// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_WORKSPACE_HPP
#define DOPPEL_BASE_WORKSPACE_HPP

#include <doppel/base/memory.hpp>

#include <cstddef>
#include <new>
#include <utility>

/// @file
/// Scratch that callers own and lend to reading and writing.
namespace doppel {
inline namespace v0 {

/// The scratch memory of one thread: parser state, lists of operations, the spare block that
/// a full section moves through. Lend the same workspace to every call of a thread and the
/// steady state allocates nothing. It holds no twin data between calls.
/// @par Thread safety
/// One workspace serves one call at a time.
class workspace {
public:
  /// An empty workspace whose own state comes from `memory`. The JSON parser inside takes its
  /// index from the nothrow global `operator new`, since simdjson offers no other way.
  explicit workspace(memory_ref memory = {}) noexcept : memory_(memory) {}
  workspace(workspace&& other) noexcept : memory_(other.memory_) { swap(other); }
  workspace& operator=(workspace&& other) noexcept {
    swap(other);
    return *this;
  }
  ~workspace() { release(); }

  /// Exchanges the contents. Never fails.
  void swap(workspace& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(parts_, other.parts_);
  }

  /// Gives all scratch memory back; the workspace stays usable.
  void release() noexcept {
    for (part& p : parts_) {
      if (p.object != nullptr) p.destroy(p.object, memory_);
      p = {};
    }
  }

  /// For the library's own layers: the part `T`, made on first use, null when memory is refused.
  /// `T::workspace_part` is its place.
  template <class T>
  [[nodiscard]] T* part_of() noexcept {
    part& p = parts_[T::workspace_part];
    if (p.object == nullptr) {
      void* storage = memory_.try_allocate(sizeof(T));
      if (storage == nullptr) return nullptr;
      p.object = new (storage) T(memory_);
      p.destroy = [](void* object, memory_ref memory) noexcept {
        static_cast<T*>(object)->~T();
        memory.deallocate(object, sizeof(T));
      };
    }
    return static_cast<T*>(p.object);
  }

private:
  struct part {
    void* object = nullptr;
    void (*destroy)(void*, memory_ref) noexcept = nullptr;
  };

  memory_ref memory_;
  part parts_[4];
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_WORKSPACE_HPP
