// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_COMPILER_HPP
#define DOPPEL_QUERY_DETAIL_COMPILER_HPP

#include <doppel/base/memory.hpp>
#include <doppel/query/detail/emitter.hpp>
#include <doppel/query/detail/path_trie.hpp>
#include <doppel/query/detail/program_memory.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/program.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Tree to program.
class compiler {
public:
  compiler(const tree_storage& tree, const compile_options& options) noexcept
      : tree_(tree), options_(options), memory_(options.memory) {}

  /// Null when memory is refused; else the caller's.
  program_storage* run() noexcept {
    if (!memory_.prepare(tree_.nodes.size(), tree_.segments.size()) || !allocate()) return nullptr;
    emitter code(tree_, out_, memory_, options_.folds_constants);
    if (tree_.condition != no_node && !code.condition(tree_.condition)) {
      p_->is_never = true;
      forget_condition();
    }
    rows(code);
    if (!code.is_good()) {
      release(p_);
      return nullptr;
    }
    path_trie(tree_, out_, memory_).run();
    finish();
    return p_;
  }

  static program make(program_storage* p) noexcept { return program(p); }

private:
  /// Keys are looked up in steps of 16 bytes.
  static constexpr std::size_t text_slack = 16;

  /// Releases a program that nobody has got yet.
  static void release(program_storage* p) noexcept { (void)program(p); }

  bool allocate() noexcept {
    memory_layout layout;
    place(layout);
    void* const room = options_.memory.try_allocate(layout.used());
    if (room == nullptr) return false;
    memory_layout placed(static_cast<char*>(room));
    place(placed);
    p_ = new (room) program_storage;
    out_.storage = p_;
    p_->bytes = layout.used();
    p_->memory = options_.memory;
    const std::string_view text = tree_.text.view();
    if (!text.empty()) std::memcpy(text_, text.data(), text.size());
    out_.text = text_;
    out_.more_text = text_ + text.size();
    std::memset(text_ + text_bytes_ - text_slack, 0, text_slack);
    return true;
  }

  void place(memory_layout& layout) noexcept {
    const std::size_t nodes = tree_.nodes.size();
    const std::size_t segments = tree_.segments.size();
    layout.part<program_storage>(1);
    out_.paths.place(layout.part<query_path>(segments + nodes + 1));
    out_.literals.place(layout.part<query_constant>(segments + nodes + 1));
    out_.columns.place(layout.part<query_column>(tree_.columns.size()));
    out_.atoms.place(layout.part<query_atom>(nodes + 1));
    out_.conjuncts.place(layout.part<query_conjunct>(nodes + 1));
    out_.slot_list.place(layout.part<query_slot>(nodes + 1));
    out_.slot_uses.place(layout.part<std::uint32_t>(nodes + 1));
    out_.code.place(layout.part<query_instruction>(2 * nodes + segments + 1));
    out_.group_keys.place(layout.part<query_range>(tree_.group_keys.size()));
    out_.aggregates.place(layout.part<query_aggregation>(tree_.columns.size() + tree_.order.size()));
    out_.order.place(layout.part<query_ordering>(tree_.order.size()));
    text_bytes_ = tree_.text.size() + quoted_bound() + text_slack;
    text_ = layout.part<char>(text_bytes_);
  }

  /// The most that keys, names and literals can take once they are quoted.
  std::size_t quoted_bound() const noexcept {
    std::size_t sum = 0;
    for (std::uint32_t i = 0; i != tree_.segments.size(); ++i) {
      if (!tree_.segments[i].is_index) sum += quoted_size(tree_.segments[i].key.size);
    }
    for (std::uint32_t i = 0; i != tree_.columns.size(); ++i) sum += quoted_size(tree_.columns[i].name.size) + 1;
    for (std::uint32_t i = 0; i != tree_.nodes.size(); ++i) {
      const node_record& n = tree_.nodes[i];
      if (static_cast<node_kind>(n.kind) == node_kind::string) sum += quoted_size(n.text.size);
    }
    return sum;
  }
  static std::size_t quoted_size(std::size_t size) noexcept { return 6 * size + 2; }

  void forget_condition() noexcept {
    out_.conjuncts.truncate(0);
    out_.atoms.truncate(0);
    out_.code.truncate(0);
    out_.literals.truncate(0);
    p_->stack = p_->pieces = p_->values = 0;
  }

  void rows(emitter& code) noexcept {
    for (std::uint32_t i = 0; i != tree_.group_keys.size(); ++i) {
      out_.group_keys.add(code.expression(tree_.group_keys[i]));
    }
    for (std::uint32_t i = 0; i != tree_.columns.size(); ++i) {
      const column_record& from = tree_.columns[i];
      query_column column;
      column.name = out_.view(from.name);
      column.quoted = out_.quote_name(column.name);
      if (is_aggregate(from.node)) {
        column.aggregate = aggregate(code, from.node);
      } else if (from.group_key != no_index) {
        column.group_key = from.group_key;
      } else {
        column.code = code.expression(from.node);
      }
      out_.columns.add(column);
    }
    for (std::uint32_t i = 0; i != tree_.order.size(); ++i) {
      const order_record& from = tree_.order[i];
      query_ordering ordering;
      ordering.is_descending = from.is_descending;
      if (is_aggregate(from.node)) {
        const bool is_column = from.column != no_index && out_.columns[from.column].aggregate != no_index;
        ordering.aggregate = is_column ? out_.columns[from.column].aggregate : aggregate(code, from.node);
      } else if (from.group_key != no_index) {
        ordering.group_key = from.group_key;
      } else {
        // A column's code does for its alias too.
        ordering.code = from.column != no_index ? out_.columns[from.column].code : code.expression(from.node);
      }
      out_.order.add(ordering);
    }
  }

  bool is_aggregate(std::uint32_t node) const noexcept {
    return static_cast<node_kind>(tree_.nodes[node].kind) == node_kind::aggregate;
  }
  std::uint32_t aggregate(emitter& code, std::uint32_t node) noexcept {
    const node_record& n = tree_.nodes[node];
    query_aggregation a;
    a.function = static_cast<query_aggregate>(n.code);
    a.counts_rows = n.child_count == 0;
    if (!a.counts_rows) a.code = code.expression(n.first_child);
    return out_.aggregates.add(a);
  }

  void finish() noexcept {
    p_->source = {out_.text, tree_.source_size};
    p_->mode = tree_.mode;
    p_->dialect = tree_.dialect;
    p_->collection = tree_.collection;
    p_->is_distinct = tree_.is_distinct;
    p_->is_grouped = tree_.is_grouped;
    constexpr std::uint64_t all = (std::numeric_limits<std::uint64_t>::max)();
    p_->last = tree_.has_top ? tree_.top : all;
    if (tree_.has_limit) {
      const std::uint64_t end = tree_.limit > all - tree_.skipped ? all : tree_.skipped + tree_.limit;
      p_->last = (std::min)(p_->last, end);
    }
    p_->first = (std::min)(tree_.skipped, p_->last);
    p_->paths = out_.paths.all();
    p_->atoms = out_.atoms.all();
    p_->literals = out_.literals.all();
    p_->conjuncts = out_.conjuncts.all();
    p_->slot_list = out_.slot_list.all();
    p_->slot_uses = out_.slot_uses.all();
    p_->code = out_.code.all();
    p_->columns = out_.columns.all();
    p_->group_keys = out_.group_keys.all();
    p_->aggregates = out_.aggregates.all();
    p_->order = out_.order.all();
  }

  const tree_storage& tree_;
  const compile_options& options_;
  program_storage* p_ = nullptr;
  char* text_ = nullptr;
  std::size_t text_bytes_ = 0;
  program_lists out_;
  compile_memory memory_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_COMPILER_HPP
