// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_COLUMN_SCRATCH_HPP
#define DOPPEL_FLEET_COLUMNS_COLUMN_SCRATCH_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/fleet/columns/column_isa.hpp>
#include <doppel/fleet/columns/detail/code_table.hpp>
#include <doppel/fleet/columns/detail/pair_table.hpp>
#include <doppel/fleet/detail/row_set.hpp>
#include <doppel/query/program.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>

/// @file
/// The memory that scans of columns work in.
namespace doppel {
inline namespace v0 {

/// Working memory of a `column_condition`: one for each thread. It remembers what atoms say of the values of
/// dictionaries, and keeps these dictionaries alive, until it is prepared for another program or destroyed.
/// @par Thread safety
/// One thread at a time.
class column_scratch {
public:
  /// @param isa what to scan with, that this machine has; all give the same answers
  explicit column_scratch(memory_ref memory = {}, column_isa isa = best_column_isa()) noexcept
      : sets_(memory), memory_(memory), kernels_(&detail::kernels_for(isa)) {
    DOPPEL_ASSERT(is_supported(isa));
  }
  column_scratch(const column_scratch&) = delete;
  column_scratch& operator=(const column_scratch&) = delete;
  ~column_scratch() {
    tables_.release(memory_);
    comparisons_.release(memory_);
  }

  /// The number of rows in a set.
  [[nodiscard]] std::uint32_t count(const detail::row_set& rows) const noexcept {
    detail::row_set same;
    return kernels_->rows_in_both(rows.words, rows.words, detail::row_set::word_count, same.words);
  }

  // For the library's own layers.

  [[nodiscard]] bool reserve(const program& p, std::size_t atoms, std::size_t comparisons, std::size_t depth) noexcept {
    if (!sets_.reserve(depth) || !tables_.reset(atoms, memory_) || !comparisons_.reset(comparisons, memory_)) {
      return false;
    }
    program_.emplace(p);
    return true;
  }
  [[nodiscard]] bool is_for(const program& p) const noexcept {
    return program_.has_value() && program_->atoms().data() == p.atoms().data();
  }
  detail::code_table& table(std::uint32_t atom) noexcept { return tables_[atom]; }
  detail::pair_table& comparison(std::uint32_t i) noexcept { return comparisons_[i]; }
  std::uint64_t* set(std::uint32_t i) noexcept { return sets_.data()[i].words; }
  const detail::column_kernels& kernels() const noexcept { return *kernels_; }

private:
  /// Tables, which are made anew for more of them only.
  template <class Table>
  class table_list {
  public:
    bool reset(std::size_t count, memory_ref memory) noexcept {
      for (std::size_t i = 0; i != size_; ++i) tables_[i].reset();
      if (count <= size_) return true;
      void* const room = memory.try_allocate(count * sizeof(Table));
      if (room == nullptr) return false;
      release(memory);
      tables_ = static_cast<Table*>(room);
      for (; size_ != count; ++size_) new (tables_ + size_) Table;
      return true;
    }
    void release(memory_ref memory) noexcept {
      for (std::size_t i = 0; i != size_; ++i) std::destroy_at(tables_ + i);
      if (tables_ != nullptr) memory.deallocate(tables_, size_ * sizeof(Table));
      tables_ = nullptr;
      size_ = 0;
    }
    Table& operator[](std::size_t i) noexcept { return tables_[i]; }

  private:
    Table* tables_ = nullptr;
    std::size_t size_ = 0;
  };

  detail::array<detail::row_set> sets_;
  memory_ref memory_;
  const detail::column_kernels* kernels_;
  std::optional<program> program_;
  table_list<detail::code_table> tables_;
  table_list<detail::pair_table> comparisons_;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_COLUMN_SCRATCH_HPP
