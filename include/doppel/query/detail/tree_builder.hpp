// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_TREE_BUILDER_HPP
#define DOPPEL_QUERY_DETAIL_TREE_BUILDER_HPP

#include <doppel/query/detail/literal_value.hpp>
#include <doppel/query/detail/parser_base.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/syntax_node.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The grammar's sink that makes a tree. Operands wait as the last nodes that have no parent yet, in postfix
/// order, so there is no stack beside the tree. Once memory is refused, nothing happens any more.
class tree_builder {
public:
  constexpr explicit tree_builder(tree_storage& tree, std::string_view source) noexcept : tree_(tree) {
    // Enough for nearly every query that people write.
    const std::size_t guess = source.size() < 4096 ? source.size() : 4096;
    is_good_ = tree.text.reserve_more(source.size() + 32) && tree.text.append(source) &&
               tree.nodes.reserve(guess / 8 + 4) && tree.segments.reserve(guess / 8 + 4);
    tree.source_size = static_cast<std::uint32_t>(source.size());
  }

  /// False when memory was refused.
  [[nodiscard]] constexpr bool is_good() const noexcept { return is_good_; }

  // -- operands

  constexpr void literal(const token& t) noexcept {
    if (!is_good_) return;
    node_record node = new_leaf(t.offset, t.end());
    switch (t.kind) {
      case token_kind::string:
        node.kind = static_cast<std::uint8_t>(node_kind::string);
        node.text = t.has_escapes ? decoded(t) : text_piece{t.offset + 1, t.length - 2};
        break;
      case token_kind::number: {
        const number_value value = read_number(source().substr(t.offset, t.length));
        if (value.is_integer) {
          node.kind = static_cast<std::uint8_t>(node_kind::integer);
          node.integer = value.integer;
        } else {
          node.kind = static_cast<std::uint8_t>(node_kind::floating);
          node.floating = value.floating;
          tree_.is_rounded = tree_.is_rounded || value.is_rounded;
        }
        break;
      }
      default:
        node.kind = static_cast<std::uint8_t>(t.word == keyword::undefined ? node_kind::undefined
                                              : t.word == keyword::null    ? node_kind::null
                                                                           : node_kind::boolean);
        node.boolean = t.word == keyword::true_;
        break;
    }
    add(node);
  }

  constexpr void path_begin(path_prefix prefix, const token& root, std::uint32_t offset) noexcept {
    begin_path(static_cast<std::uint8_t>(prefix), offset, root.end());
    path_segment(root);
  }

  /// A path of a route, whose root is known and no segment.
  constexpr void route_path(path_root root, std::uint32_t offset, std::uint32_t end) noexcept {
    begin_path(static_cast<std::uint8_t>(root), offset, end);
  }

  constexpr void path_segment(const token& name) noexcept {
    const std::uint32_t brackets = name.is(token_kind::escaped_name) ? 2 : 0;
    add_key({name.offset + brackets, name.length - 2 * brackets}, name.end(), false);
  }

  constexpr void path_index(std::int64_t index, std::uint32_t end) noexcept {
    segment_record segment{};
    segment.index = index;
    segment.is_index = true;
    segment.is_subscript = true;
    add_segment(segment, end);
  }

  constexpr void path_end(std::uint32_t end) noexcept {
    if (is_good_) tree_.nodes.back().length = end - tree_.nodes.back().offset;
  }

  constexpr void subscript_begin() noexcept {}

  constexpr void subscript_end(std::uint32_t end) noexcept {
    if (!is_good_) return;
    const node_record subscript = tree_.nodes.back();
    const auto kind = static_cast<node_kind>(subscript.kind);
    // A constant becomes a segment. It has brought no segments of its own between those of the path.
    if (kind == node_kind::integer || (kind == node_kind::floating && is_index(subscript.floating))) {
      tree_.nodes.truncate(tree_.nodes.size() - 1);
      path_index(kind == node_kind::integer ? subscript.integer : static_cast<std::int64_t>(subscript.floating), end);
    } else if (kind == node_kind::string) {
      tree_.nodes.truncate(tree_.nodes.size() - 1);
      add_key(subscript.text, end, true);
    } else {
      node_record node = new_parent(node_kind::element, 0, 2);
      node.length = end - node.offset;
      node.segments = {tree_.segments.size(), 0};
      add(node);
    }
  }

  constexpr void call(const query_function_entry& entry, std::uint32_t count, std::uint32_t offset,
                      std::uint32_t end) noexcept {
    add_parent(node_kind::call, static_cast<std::uint8_t>(entry.function), count, offset, end);
  }

  constexpr void aggregate(query_aggregate aggregate, bool has_argument, std::uint32_t offset,
                           std::uint32_t end) noexcept {
    add_parent(node_kind::aggregate, static_cast<std::uint8_t>(aggregate), has_argument ? 1 : 0, offset, end);
  }

  constexpr void array(std::uint32_t count, std::uint32_t offset, std::uint32_t end) noexcept {
    add_parent(node_kind::array, 0, count, offset, end);
  }

  // -- operators

  constexpr void unary(query_operator op, std::uint32_t offset) noexcept {
    if (!is_good_) return;
    node_record& operand = tree_.nodes.back();
    const auto kind = static_cast<node_kind>(operand.kind);
    const bool is_number = kind == node_kind::integer || kind == node_kind::floating;
    if (op == query_operator::logical_not || !is_number) {
      add_parent(node_kind::unary, static_cast<std::uint8_t>(op), 1, offset, operand.offset + operand.length);
      return;
    }
    // A sign belongs to its number. No literal is the smallest integer, so that the negative always exists.
    if (op == query_operator::negate && kind == node_kind::integer) operand.integer = -operand.integer;
    if (op == query_operator::negate && kind == node_kind::floating) operand.floating = -operand.floating;
    operand.length += operand.offset - offset;
    operand.offset = offset;
  }

  constexpr void binary(query_operator op) noexcept {
    add_operator(node_kind::binary, static_cast<std::uint8_t>(op), 2, false);
  }
  constexpr void in(bool is_negated) noexcept { add_operator(node_kind::in, 0, 2, is_negated); }
  constexpr void between(bool is_negated) noexcept { add_operator(node_kind::between, 0, 3, is_negated); }
  constexpr void like(bool is_negated, bool has_escape) noexcept {
    add_operator(node_kind::like, 0, has_escape ? 3 : 2, is_negated);
  }

  // -- clauses

  constexpr void source(query_collection collection) noexcept { tree_.collection = collection; }
  constexpr void source_alias(const token& name) noexcept { alias_ = name_piece(name); }
  /// Empty if the source has none.
  [[nodiscard]] constexpr text_piece alias() const noexcept { return alias_; }

  constexpr void distinct() noexcept { tree_.is_distinct = true; }
  constexpr void top(std::uint64_t count) noexcept {
    tree_.has_top = true;
    tree_.top = count;
  }
  constexpr void offset(std::uint64_t count) noexcept { tree_.skipped = count; }
  constexpr void limit(std::uint64_t count) noexcept {
    tree_.has_limit = true;
    tree_.limit = count;
  }

  constexpr void column(const token* alias) noexcept {
    if (!is_good_) return;
    column_record record{last(), {}, no_index, alias != nullptr};
    if (alias != nullptr) record.name = name_piece(*alias);
    is_good_ = tree_.columns.push(record);
  }
  constexpr void condition() noexcept {
    if (is_good_) tree_.condition = last();
  }
  constexpr void select_nothing() noexcept {
    if (!is_good_) return;
    node_record node = new_leaf(0, 0);
    node.kind = static_cast<std::uint8_t>(node_kind::boolean);
    node.boolean = false;
    add(node);
    condition();
  }
  constexpr void group_key() noexcept {
    if (is_good_) is_good_ = tree_.group_keys.push(last());
  }
  constexpr void order(bool is_descending) noexcept {
    if (is_good_) is_good_ = tree_.order.push({last(), no_index, no_index, is_descending});
  }

private:
  constexpr std::string_view source() const noexcept { return tree_.text.view().substr(0, tree_.source_size); }
  constexpr std::uint32_t last() const noexcept { return tree_.nodes.size() - 1; }

  static constexpr text_piece name_piece(const token& name) noexcept {
    const std::uint32_t brackets = name.is(token_kind::escaped_name) ? 2 : 0;
    return {name.offset + brackets, name.length - 2 * brackets};
  }

  constexpr void add(const node_record& node) noexcept { is_good_ = is_good_ && tree_.nodes.push(node); }

  constexpr node_record new_leaf(std::uint32_t offset, std::uint32_t end) const noexcept {
    node_record node{};
    node.subtree = tree_.nodes.size();
    node.first_child = no_node;
    node.next = no_node;
    node.offset = offset;
    node.length = end - offset;
    return node;
  }

  // A node whose children are the last `count` operands; it spans them.
  constexpr node_record new_parent(node_kind kind, std::uint8_t code, std::uint32_t count) noexcept {
    node_record node = new_leaf(0, 0);
    node.kind = static_cast<std::uint8_t>(kind);
    node.code = code;
    node.child_count = count;
    for (std::uint32_t child = last(), i = 0; i != count; ++i) {
      node_record& record = tree_.nodes[child];
      record.next = node.first_child;
      node.first_child = child;
      node.subtree = record.subtree;
      node.offset = record.offset;
      child = record.subtree - 1;
    }
    if (count != 0) {
      const node_record& right = tree_.nodes.back();
      node.length = right.offset + right.length - node.offset;
    }
    return node;
  }

  constexpr void add_operator(node_kind kind, std::uint8_t code, std::uint32_t count, bool is_negated) noexcept {
    if (!is_good_) return;
    node_record node = new_parent(kind, code, count);
    node.is_negated = is_negated;
    add(node);
  }

  constexpr void add_parent(node_kind kind, std::uint8_t code, std::uint32_t count, std::uint32_t offset,
                            std::uint32_t end) noexcept {
    if (!is_good_) return;
    node_record node = new_parent(kind, code, count);
    node.offset = offset;
    node.length = end - offset;
    add(node);
  }

  constexpr void begin_path(std::uint8_t code, std::uint32_t offset, std::uint32_t end) noexcept {
    if (!is_good_) return;
    node_record node = new_leaf(offset, end);
    node.kind = static_cast<std::uint8_t>(node_kind::path);
    node.code = code;
    node.segments = {tree_.segments.size(), 0};
    add(node);
  }

  constexpr void add_key(text_piece key, std::uint32_t end, bool is_subscript) noexcept {
    segment_record segment{};
    segment.key = key;
    segment.is_subscript = is_subscript;
    add_segment(segment, end);
  }

  constexpr void add_segment(const segment_record& segment, std::uint32_t end) noexcept {
    if (!is_good_) return;
    node_record& node = tree_.nodes.back();
    ++node.segments.count;
    node.length = end - node.offset;
    is_good_ = tree_.segments.push(segment);
  }

  constexpr text_piece decoded(const token& t) noexcept {
    text_piece piece{static_cast<std::uint32_t>(tree_.text.size()), 0};
    is_good_ = tree_.text.reserve_more(t.length);
    if (!is_good_) return piece;
    char* const end = decode_string(source().substr(t.offset, t.length), tree_.text.end());
    piece.size = static_cast<std::uint32_t>(end - tree_.text.end());
    tree_.text.set_end(end);
    return piece;
  }

  static constexpr bool is_index(double value) noexcept {
    return value >= -9007199254740992.0 && value <= 9007199254740992.0 &&
           static_cast<double>(static_cast<std::int64_t>(value)) == value;
  }

  tree_storage& tree_;
  text_piece alias_{};
  bool is_good_ = true;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_TREE_BUILDER_HPP
