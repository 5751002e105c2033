// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_PROGRAM_HPP
#define DOPPEL_QUERY_PROGRAM_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/query/options.hpp>
#include <doppel/query/program_parts.hpp>

#include <boost/system/result.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

/// @file
/// A query compiled: what all evaluation works from. `compile_query` (`doppel/query/compile.hpp`) makes it. `matches`
/// (`doppel/query/match.hpp`), `write_row` and `query_run` use programs; a new kind of document joins in by one of two
/// ways:
///
/// - It finds members by their key: then it is a `query_document` (`doppel/query/document.hpp`), and all of the
///   evaluation is there already.
/// - It meets values in the order of a text: then it walks the trie of paths beside the text and tells each value at a
///   node with atoms or a slot to a `query_pass` (`doppel/query/pass.hpp`), which decides the atoms, keeps the
///   slots, and says as soon as the verdict is certain.
namespace doppel {
inline namespace v0 {

namespace detail {

/// All of a program, in one piece of memory; the lists follow.
struct program_storage {
  std::atomic<std::uint32_t> owners{1};
  std::size_t bytes = 0;
  memory_ref memory;

  std::string_view source;
  query_mode mode{};
  query_dialect dialect{};
  query_collection collection{};
  bool is_distinct = false;
  bool is_grouped = false;
  bool is_never = false;
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  std::span<query_path> paths;
  std::span<query_atom> atoms;
  std::span<query_constant> literals;
  std::span<query_conjunct> conjuncts;
  std::span<query_slot> slot_list;
  std::span<std::uint32_t> slot_uses;
  std::span<query_instruction> code;
  std::span<query_column> columns;
  std::span<query_range> group_keys;
  std::span<query_aggregation> aggregates;
  std::span<query_ordering> order;

  // What an evaluation needs at most.
  std::uint32_t stack = 0;
  std::uint32_t pieces = 0;
  std::uint32_t values = 0;

  // Texts that folding made, each with a pointer to the next in front.
  struct folded_text {
    folded_text* next;
    std::size_t bytes;
  };
  folded_text* folded = nullptr;
};

class compiler;

}  // namespace detail

/// A compiled query: immutable, ready to be asked of any number of documents.
///
/// The condition is a list of conjuncts. Most are one atom, a test that a single value decides, and reject a document
/// at once; others are code. Only what has to be kept, for columns, aggregates or comparisons of two paths, has
/// a slot.
/// @par Lifetime
/// Owns all that it refers to. Copies share it.
/// @par Exception safety
/// Copies and reading never throw or allocate.
/// @par Thread safety
/// Immutable: any number of threads may use the same program, each with its own `query_scratch`.
class program {
public:
  program(const program& other) noexcept : data_(other.data_) {
    if (data_ != nullptr) data_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  program(program&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  program& operator=(const program& other) noexcept {
    program copy(other);
    std::swap(data_, copy.data_);
    return *this;
  }
  program& operator=(program&& other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  ~program() { release(); }

  /// The text that was compiled.
  [[nodiscard]] std::string_view source() const noexcept { return data_->source; }
  [[nodiscard]] query_mode mode() const noexcept { return data_->mode; }
  [[nodiscard]] query_dialect dialect() const noexcept { return data_->dialect; }
  [[nodiscard]] query_collection collection() const noexcept { return data_->collection; }
  /// A hash of the text and of what it was compiled as; the same on every machine.
  /// @par Complexity
  /// Linear in the text.
  [[nodiscard]] std::uint64_t hash() const noexcept {
    std::uint64_t h = 0xcbf29ce484222325u;
    const auto mix = [&h](unsigned char byte) { h = (h ^ byte) * 0x100000001b3u; };
    mix(static_cast<unsigned char>(mode()));
    mix(static_cast<unsigned char>(dialect()));
    mix(static_cast<unsigned char>(collection()));
    for (const char c : source()) mix(static_cast<unsigned char>(c));
    return h;
  }

  /// Says whether no document can match, whatever it holds.
  [[nodiscard]] bool is_never() const noexcept { return data_->is_never; }
  /// Says whether rows are whole documents.
  [[nodiscard]] bool selects_documents() const noexcept { return data_->columns.empty(); }
  [[nodiscard]] bool is_distinct() const noexcept { return data_->is_distinct; }
  /// Says whether rows are groups.
  [[nodiscard]] bool is_grouped() const noexcept { return data_->is_grouped; }
  /// Says whether rows come out one by one as documents go in: no groups, no order.
  [[nodiscard]] bool is_streaming() const noexcept { return !is_grouped() && data_->order.empty(); }
  /// Which rows of all are wanted, from 0: `[first_row(), end_row())` is what TOP, OFFSET and LIMIT leave.
  /// `end_row()` is the largest number where nothing limits it.
  [[nodiscard]] std::uint64_t first_row() const noexcept { return data_->first; }
  [[nodiscard]] std::uint64_t end_row() const noexcept { return data_->last; }

  [[nodiscard]] std::span<const query_path> paths() const noexcept { return data_->paths; }
  [[nodiscard]] std::span<const query_atom> atoms() const noexcept { return data_->atoms; }
  [[nodiscard]] std::span<const query_constant> literals() const noexcept { return data_->literals; }
  [[nodiscard]] std::span<const query_conjunct> conjuncts() const noexcept { return data_->conjuncts; }
  [[nodiscard]] std::span<const query_slot> slot_list() const noexcept { return data_->slot_list; }
  [[nodiscard]] std::span<const std::uint32_t> slot_uses() const noexcept { return data_->slot_uses; }
  [[nodiscard]] std::span<const query_instruction> code() const noexcept { return data_->code; }
  [[nodiscard]] std::span<const query_column> columns() const noexcept { return data_->columns; }
  [[nodiscard]] std::span<const query_range> group_keys() const noexcept { return data_->group_keys; }
  [[nodiscard]] std::span<const query_aggregation> aggregates() const noexcept { return data_->aggregates; }
  [[nodiscard]] std::span<const query_ordering> order() const noexcept { return data_->order; }

  /// What an evaluation needs at most: values on the stack, pieces of strings, elements of arrays.
  /// `query_scratch::prepare` provides them.
  [[nodiscard]] std::uint32_t stack_size() const noexcept { return data_->stack; }
  [[nodiscard]] std::uint32_t piece_count() const noexcept { return data_->pieces; }
  [[nodiscard]] std::uint32_t value_count() const noexcept { return data_->values; }

  /// Bytes allocated.
  [[nodiscard]] std::size_t bytes_held() const noexcept { return data_->bytes; }

private:
  friend class detail::compiler;
  explicit program(detail::program_storage* data) noexcept : data_(data) {}

  void release() noexcept {
    if (data_ == nullptr || data_->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    const memory_ref memory = data_->memory;
    for (auto* text = data_->folded; text != nullptr;) {
      auto* const next = text->next;
      memory.deallocate(text, text->bytes);
      text = next;
    }
    memory.deallocate(data_, data_->bytes);
  }

  detail::program_storage* data_;
};

/// How to compile.
struct compile_options {
  /// Computes what is constant beforehand. Without it programs say the same and take longer: for tests.
  bool folds_constants = true;
  /// Where the program's memory comes from; outlives the program and its copies.
  memory_ref memory = {};
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_PROGRAM_HPP
