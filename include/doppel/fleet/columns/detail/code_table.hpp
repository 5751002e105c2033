// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_COLUMNS_DETAIL_CODE_TABLE_HPP
#define DOPPEL_FLEET_COLUMNS_DETAIL_CODE_TABLE_HPP

#include <doppel/fleet/columns/column_segment.hpp>
#include <doppel/fleet/columns/detail/dictionary.hpp>
#include <doppel/fleet/columns/detail/kernels.hpp>
#include <doppel/query/evaluate.hpp>
#include <doppel/query/json_text.hpp>
#include <doppel/query/program.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Some of the codes of a segment.
class code_set {
public:
  static constexpr std::uint32_t word_count = column_segment::max_codes / 64;

  void clear() noexcept {
    std::memset(words_, 0, sizeof words_);
    count_ = 0;
  }
  void add(std::uint32_t code) noexcept {
    words_[code / 64] |= std::uint64_t{1} << code % 64;
    only_ = code;
    ++count_;
  }

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  /// The rows of a coded segment whose codes are in the set.
  void rows_of(const column_segment& s, std::uint32_t words, const column_kernels& kernels,
               std::uint64_t* rows) const noexcept {
    if (count_ == 0) {
      std::memset(rows, 0, words * sizeof *rows);
    } else if (s.kind() == column_kind::codes8) {
      const auto* const codes = s.cells<std::uint8_t>();
      count_ == 1 ? kernels.is_code8(codes, words, only_, rows) : kernels.is_in8(codes, words, words_, rows);
    } else {
      const auto* const codes = s.cells<std::uint16_t>();
      const std::uint32_t tables = (s.codes() + 1023) / 1024;
      count_ == 1 ? kernels.is_code16(codes, words, only_, rows) : kernels.is_in16(codes, words, words_, tables, rows);
    }
  }

private:
  std::uint64_t words_[word_count];
  std::uint32_t count_;
  std::uint32_t only_;
};

/// What an atom says of each code: decided once for each value of a dictionary, and remembered as long as segments
/// come with the same one.
class code_table {
public:
  /// Forgets what it was.
  void reset() noexcept { known_ = {}; }

  const code_set& of(const program& p, std::uint32_t atom, const column_segment& s, truth wanted) noexcept {
    // The reference keeps a dictionary from being added to: others take a copy for that.
    if (known_.get() != s.dictionary().get()) [[unlikely]]
      decide_all(p, p.atoms()[atom], s);
    return sets_[wanted == truth::yes ? 1 : 0];
  }

private:
  [[gnu::noinline]] void decide_all(const program& p, const query_atom& atom, const column_segment& s) noexcept {
    sets_[0].clear();
    sets_[1].clear();
    note(column_segment::undefined_code, decide(p, atom, query_value()));
    // Nothing is asked of what an object holds.
    note(column_segment::object_code, decide(p, atom, composite_of_json("{}")));
    known_ = s.dictionary();
    for (std::uint32_t i = 0; i != known_->size(); ++i) {
      note(column_segment::first_code + i, decide_canonical(p, atom, (*known_.get())[i]));
    }
  }
  void note(std::uint32_t code, truth t) noexcept {
    if (t != truth::undefined) sets_[t == truth::yes ? 1 : 0].add(code);
  }

  dictionary_ref known_;
  code_set sets_[2];  // no, yes
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_COLUMNS_DETAIL_CODE_TABLE_HPP
