// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_PROGRAM_PARTS_HPP
#define DOPPEL_QUERY_PROGRAM_PARTS_HPP

#include <doppel/base/config.hpp>
#include <doppel/query/function.hpp>
#include <doppel/query/root.hpp>
#include <doppel/query/syntax_node.hpp>
#include <doppel/query/value.hpp>

#include <cstdint>
#include <string_view>

/// @file
/// What a program (`doppel/query/program.hpp`) is made of. Views in here are valid as long as the program.
namespace doppel {
inline namespace v0 {

/// A run of numbers `[begin, end)`: of atoms, instructions, literals, ...
struct query_range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return end - begin; }
  [[nodiscard]] constexpr bool empty() const noexcept { return begin == end; }
};

/// A node of the trie of all paths that a program names. Node 0 is the document; the nodes stand in preorder, so
/// that a node and all below it are the run `[index, end)`.
struct query_path {
  std::string_view key;     ///< of a member; plain UTF-8
  std::string_view quoted;  ///< the same as JSON has it, quotes included, in canonical escapes (design: only `"`, `\`
                            ///< and C0 controls); what a scan of text compares
  std::int64_t index = 0;   ///< of an element, where `is_index`
  std::uint32_t parent = 0;
  std::uint32_t end = 0;  ///< behind the last node below this one
  std::uint32_t first_child = no_index;
  std::uint32_t next = no_index;        ///< the next child of the parent
  query_range atoms;                    ///< decided by the value here
  query_range atoms_below;              ///< decided here or below
  std::uint32_t slot = no_index;        ///< the slot that the value here fills
  path_root root = path_root::unknown;  ///< of a child of node 0
  bool is_index = false;
  /// Says whether a composite has to be told with its extent: there is a slot, or an atom that looks inside.
  /// Without it, `[]` and `{}` of the right kind do for the atoms.
  bool needs_content = false;
  /// Says whether more than one atom, slot or child needs it: worth remembering once found.
  bool is_shared = false;
};

/// What an atom asks of the value at its path.
enum class atom_op : std::uint8_t {
  is_true,  ///< the value itself, if it is a boolean; else undefined
  equal,    ///< to the literal (spec/query.md 6)
  less,     ///< than the literal
  less_equal,
  greater,
  greater_equal,
  in,          ///< equal to one of the literals (9)
  is_defined,  ///< 10, here and below
  is_null,
  is_bool,
  is_number,
  is_string,
  is_object,
  is_primitive,
  is_array,
  starts_with,  ///< with the literal
  ends_with,
  contains,
  array_contains,
  like  ///< the first literal; the second, if there is one, is the escape
};

/// A test that one value decides: `path op literal`. Kept in the order of paths.
struct query_atom {
  atom_op op{};
  bool is_negated = false;  ///< NOT: yes and no change places, undefined stays
  std::uint32_t path = 0;
  query_range literals;
  std::uint32_t conjunct = 0;  ///< that it belongs to; `no_index` if it is used in columns, keys and order only
};

/// A constant of the query.
struct query_constant {
  query_value value;
  std::string_view json;  ///< as canonical JSON: equal strings have equal text. Empty for undefined and infinities
  std::int64_t second =
      no_second;  ///< of a string that starts as the service writes times: its ticks, without fraction

  static constexpr std::int64_t no_second = -1;
};

/// A part of the condition; all of them must be `yes`.
struct query_conjunct {
  std::uint32_t atom = no_index;  ///< it is this atom alone, else `code`
  query_range code;
  std::uint32_t inputs = 0;  ///< number of atoms and of different slots that it reads
  bool is_logic = false;     ///< the code has but atoms, comparisons of two slots, and AND, OR and NOT of these
};

/// A path whose value itself is needed.
struct query_slot {
  std::uint32_t path = 0;
  query_range conjuncts;     ///< in `program::slot_uses()`: the conjuncts that read it
  bool is_for_rows = false;  ///< columns, keys, aggregates or order read it
};

/// What an instruction does with the stack of values.
enum class query_opcode : std::uint8_t {
  literal,          ///< pushes literal `a`
  slot,             ///< pushes the value of slot `a`
  atom,             ///< pushes what atom `a` says
  skip_if_no,       ///< if the top is false, skips `a` instructions
  skip_if_yes,      ///< if the top is true, skips `a` instructions
  skip_if_defined,  ///< if the top is not undefined, skips `a` instructions; else pops it
  logical_not,
  logical_and,
  logical_or,
  compare,     ///< `op`
  arithmetic,  ///< `op`
  negate,
  plus,
  between,
  in_list,   ///< the value and `a` elements
  in_array,  ///< the value and an array
  like,      ///< `a` operands: value, pattern, perhaps an escape
  call,      ///< `function` with `a` arguments; `b`: its room for pieces, if it makes strings
  array,     ///< of `a` values; `b`: its room for values
  element,   ///< of a value by a subscript
  member     ///< of the value: literal `a`, a key or an index
};

/// One step of an expression.
struct query_instruction {
  query_opcode opcode{};
  std::uint8_t code = 0;  ///< a `query_operator` or `query_function`
  bool is_negated = false;
  std::uint32_t a = 0;
  std::uint32_t b = 0;

  [[nodiscard]] constexpr query_operator op() const noexcept { return static_cast<query_operator>(code); }
  [[nodiscard]] constexpr query_function function() const noexcept { return static_cast<query_function>(code); }
};

/// One column of the rows.
struct query_column {
  std::string_view name;
  std::string_view quoted;  ///< `"name":` as JSON has it
  query_range code;         ///< its value, without groups
  std::uint32_t group_key = no_index;
  std::uint32_t aggregate = no_index;
};

/// One aggregate of a grouped query.
struct query_aggregation {
  query_aggregate function{};
  bool counts_rows = false;  ///< COUNT() and COUNT(*)
  query_range code;          ///< what is aggregated
};

/// One element of ORDER BY.
struct query_ordering {
  query_range code;  ///< what is compared, without groups
  std::uint32_t group_key = no_index;
  std::uint32_t aggregate = no_index;
  bool is_descending = false;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_PROGRAM_PARTS_HPP
