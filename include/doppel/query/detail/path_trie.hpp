// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_PATH_TRIE_HPP
#define DOPPEL_QUERY_DETAIL_PATH_TRIE_HPP

#include <doppel/base/timestamp.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/detail/program_memory.hpp>
#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/program_parts.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Puts all paths that atoms and slots name into one trie, in preorder, and atoms, slots and conjuncts in
/// place.
class path_trie {
public:
  path_trie(const tree_storage& tree, program_lists& lists, compile_memory& memory) noexcept
      : tree_(tree), out_(lists), memory_(memory) {}

  void run() noexcept {
    for (std::uint32_t i = 0; i != memory_.index_size; ++i) memory_.index[i] = no_index;
    for (std::uint32_t i = 0; i != tree_.nodes.size(); ++i) memory_.places[i] = no_index;
    memory_.trie[0] = {no_index, no_index, no_index, no_index, no_index, 0, path_root::unknown};
    size_ = 1;
    for (query_atom& atom : out_.atoms.all()) atom.path = insert(atom.path);
    for (query_instruction& i : out_.code.all()) {
      if (i.opcode == query_opcode::slot) i.a = insert(i.a);
    }
    number();
    sort_atoms();
    make_slots();
    for (query_path& path : out_.paths.all()) {
      const std::uint32_t users = path.atoms.size() + (path.slot != no_index) + (path.first_child != no_index) +
                                  (path.first_child != no_index && out_.paths[path.first_child].next != no_index);
      path.is_shared = users > 1;
    }
  }

private:
  const segment_record& segment_of(std::uint32_t i) const noexcept { return tree_.segments[i]; }

  /// The trie node of a path, which is a node of the tree.
  std::uint32_t insert(std::uint32_t syntax) noexcept {
    if (memory_.places[syntax] != no_index) return memory_.places[syntax];
    const node_record& n = tree_.nodes[syntax];
    const auto root = static_cast<path_root>(n.code);
    std::uint32_t at = 0;
    // What routes start from is a step of its own.
    if (root >= path_root::application_property) at = child(at, no_index, root);
    for (std::uint32_t s = 0; s != n.segments.count; ++s) {
      at = child(at, n.segments.first + s, at == 0 ? root : path_root::unknown);
    }
    return memory_.places[syntax] = at;
  }

  bool is_same(std::uint32_t a, std::uint32_t segment, path_root root) const noexcept {
    const compile_memory::trie_node& node = memory_.trie[a];
    if (node.root != root || (node.segment == no_index) != (segment == no_index)) return false;
    if (segment == no_index) return true;
    const segment_record& x = segment_of(node.segment);
    const segment_record& y = segment_of(segment);
    if (x.is_index != y.is_index) return false;
    return x.is_index ? x.index == y.index : tree_.view(x.key) == tree_.view(y.key);
  }

  std::uint32_t hash_of(std::uint32_t parent, std::uint32_t segment) const noexcept {
    std::uint64_t h = (parent + 1) * 0x9e3779b97f4a7c15u;
    const auto mix = [&h](std::uint64_t word) { h = (h ^ word) * 0x100000001b3u; };
    if (segment != no_index) {
      const segment_record& s = segment_of(segment);
      if (s.is_index) {
        mix(static_cast<std::uint64_t>(s.index));
      } else {
        for (const char c : tree_.view(s.key)) mix(static_cast<unsigned char>(c));
      }
    }
    return static_cast<std::uint32_t>(h >> 32) & (memory_.index_size - 1);
  }

  std::uint32_t child(std::uint32_t parent, std::uint32_t segment, path_root root) noexcept {
    compile_memory::trie_node* const trie = memory_.trie;
    std::uint32_t slot = 0;
    if (memory_.index_size == 0) {
      for (std::uint32_t c = trie[parent].first_child; c != no_index; c = trie[c].next) {
        if (is_same(c, segment, root)) return c;
      }
    } else {
      slot = hash_of(parent, segment);
      for (; memory_.index[slot] != no_index; slot = (slot + 1) & (memory_.index_size - 1)) {
        const std::uint32_t found = memory_.index[slot];
        if (trie[found].parent == parent && is_same(found, segment, root)) return found;
      }
      memory_.index[slot] = size_;
    }
    trie[size_] = {parent, no_index, no_index, no_index, segment, 0, root};
    if (trie[parent].first_child == no_index) {
      trie[parent].first_child = size_;
    } else {
      trie[trie[parent].last_child].next = size_;
    }
    trie[parent].last_child = size_;
    return size_++;
  }

  void number() noexcept {
    compile_memory::trie_node* const trie = memory_.trie;
    for (std::uint32_t at = 0;;) {
      add(at);
      if (trie[at].first_child != no_index) {
        at = trie[at].first_child;
        continue;
      }
      for (;;) {
        out_.paths[trie[at].number].end = out_.paths.size();
        if (at == 0) return;
        if (trie[at].next != no_index) break;
        at = trie[at].parent;
      }
      out_.paths[trie[at].number].next = out_.paths.size();
      at = trie[at].next;
    }
  }

  void add(std::uint32_t at) noexcept {
    compile_memory::trie_node& node = memory_.trie[at];
    query_path path;
    path.root = node.root;
    if (at != 0) {
      path.parent = memory_.trie[node.parent].number;
      query_path& parent = out_.paths[path.parent];
      if (parent.first_child == no_index) parent.first_child = out_.paths.size();
    }
    if (node.segment != no_index) {
      const segment_record& segment = segment_of(node.segment);
      path.is_index = segment.is_index;
      if (segment.is_index) {
        path.index = segment.index;
      } else {
        path.key = out_.view(segment.key);
        path.quoted = out_.quote(path.key);
      }
    }
    node.number = out_.paths.add(path);
  }

  std::uint32_t number_of(std::uint32_t at) const noexcept { return memory_.trie[at].number; }

  static std::int64_t second_of(std::string_view text) noexcept {
    constexpr std::size_t size = 19;  // of 2026-01-31T23:59:59
    if (text.size() < size || text[4] != '-' || text[10] != 'T') return query_constant::no_second;
    char whole[size + 1];
    std::memcpy(whole, text.data(), size);
    whole[size] = 'Z';
    const auto parsed = parse_timestamp({whole, sizeof whole});
    return parsed ? parsed->ticks() : query_constant::no_second;
  }

  /// Into the order of paths; equal ones stay as they were.
  void sort_atoms() noexcept {
    const std::uint32_t count = out_.atoms.size();
    for (query_atom& atom : out_.atoms.all()) {
      atom.path = number_of(atom.path);
      ++out_.paths[atom.path].atoms.end;
    }
    std::uint32_t begin = 0;
    for (query_path& path : out_.paths.all()) {
      path.atoms = {begin, begin + path.atoms.end};
      begin = path.atoms.end;
    }
    for (query_path& path : out_.paths.all()) {
      path.atoms_below = {path.atoms.begin, path.end == out_.paths.size() ? count : out_.paths[path.end].atoms.begin};
    }
    std::uint32_t* const to = memory_.order;  // from the old number to the new one
    std::uint32_t* const filled = memory_.order + count;
    bool is_sorted = true;
    for (std::uint32_t i = 0; i != count; ++i) filled[i] = 0;
    for (std::uint32_t i = 0; i != count; ++i) {
      // The count of those that stand there already is kept at the first place of the path.
      const std::uint32_t first = out_.paths[out_.atoms[i].path].atoms.begin;
      to[i] = first + filled[first]++;
      is_sorted = is_sorted && to[i] == i;
    }
    if (!is_sorted) {
      for (query_instruction& i : out_.code.all()) {
        if (i.opcode == query_opcode::atom) i.a = to[i.a];
      }
      for (query_conjunct& c : out_.conjuncts.all()) {
        if (c.atom != no_index) c.atom = to[c.atom];
      }
      // Each cycle of the permutation in turn.
      for (std::uint32_t i = 0; i != count; ++i) {
        while (to[i] != i) {
          const std::uint32_t place = to[i];
          const query_atom moved = out_.atoms[place];
          out_.atoms[place] = out_.atoms[i];
          out_.atoms[i] = moved;
          to[i] = to[place];
          to[place] = place;
        }
      }
    }
    for (query_atom& atom : out_.atoms.all()) {
      for (std::uint32_t l = atom.literals.begin; l != atom.literals.end; ++l) {
        query_constant& literal = out_.literals[l];
        if (literal.value.is_composite()) out_.paths[atom.path].needs_content = true;
        if (!literal.value.is_string()) continue;
        literal.json = out_.quote(literal.value.plain_text());
        literal.second = second_of(literal.value.plain_text());
      }
      if (atom.op == atom_op::array_contains) out_.paths[atom.path].needs_content = true;
    }
  }

  void make_slots() noexcept {
    for (query_instruction& i : out_.code.all()) {
      if (i.opcode != query_opcode::slot) continue;
      query_path& path = out_.paths[number_of(i.a)];
      if (path.slot == no_index) {
        query_slot slot;
        slot.path = number_of(i.a);
        path.slot = out_.slot_list.add(slot);
        path.needs_content = true;
      }
      i.a = path.slot;
    }
    // Which conjuncts read which slot: counted, then filled in.
    std::uint32_t* const last = memory_.order;  // the conjunct that has been counted last, for each slot
    for (std::uint32_t s = 0; s != out_.slot_list.size(); ++s) last[s] = no_index;
    std::uint32_t code_of_condition = 0;
    for (std::uint32_t c = 0; c != out_.conjuncts.size(); ++c) {
      query_conjunct& conjunct = out_.conjuncts[c];
      if (conjunct.atom != no_index) {
        out_.atoms[conjunct.atom].conjunct = c;
        continue;
      }
      code_of_condition = conjunct.code.end;
      for (std::uint32_t at = conjunct.code.begin; at != conjunct.code.end; ++at) {
        const query_instruction& i = out_.code[at];
        if (i.opcode == query_opcode::atom) {
          out_.atoms[i.a].conjunct = c;
          ++conjunct.inputs;
        } else if (i.opcode == query_opcode::slot && last[i.a] != c) {
          last[i.a] = c;
          ++out_.slot_list[i.a].conjuncts.end;
          ++conjunct.inputs;
        }
      }
    }
    std::uint32_t begin = 0;
    for (query_slot& slot : out_.slot_list.all()) {
      const std::uint32_t size = slot.conjuncts.end;
      slot.conjuncts = {begin, begin};
      begin += size;
    }
    for (std::uint32_t u = 0; u != begin; ++u) out_.slot_uses.add(0);
    for (std::uint32_t s = 0; s != out_.slot_list.size(); ++s) last[s] = no_index;
    for (std::uint32_t c = 0; c != out_.conjuncts.size(); ++c) {
      const query_conjunct& conjunct = out_.conjuncts[c];
      for (std::uint32_t at = conjunct.code.begin; at != conjunct.code.end; ++at) {
        const query_instruction& i = out_.code[at];
        if (i.opcode != query_opcode::slot || last[i.a] == c) continue;
        last[i.a] = c;
        out_.slot_uses[out_.slot_list[i.a].conjuncts.end++] = c;
      }
    }
    // All code behind the condition is for rows.
    for (std::uint32_t at = code_of_condition; at != out_.code.size(); ++at) {
      const query_instruction& i = out_.code[at];
      if (i.opcode == query_opcode::slot) out_.slot_list[i.a].is_for_rows = true;
    }
  }

  const tree_storage& tree_;
  program_lists& out_;
  compile_memory& memory_;
  std::uint32_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_PATH_TRIE_HPP
