// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_PATH_INDEX_HPP
#define DOPPEL_FLEET_DETAIL_PATH_INDEX_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/detail/key_hash.hpp>
#include <doppel/base/memory.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/query/detail/siphash.hpp>
#include <doppel/query/options.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What a query has to do with a path.
struct path_role {
  static constexpr std::uint8_t condition = 1;  // whether it matches may depend on the value
  static constexpr std::uint8_t row = 2;        // its rows may
  static constexpr std::uint8_t anchor = 4;     // it matches no twin that has nothing there
};

/// The paths that queries name, in one trie for all queries, and who names each. Not synchronized, but for `may_have`.
///
/// Node numbers below `fixed_nodes` are for each collection: any write, any insertion, and the sections; below the
/// sections are their members. Keys are as twins store them. A filter over the members directly in sections
/// says of most keys at once that nobody names them. What it lets through is looked up by a hash that nobody can make
/// collide who does not know the seed.
class path_index {
public:
  static constexpr std::uint32_t none = 0xffffffffu;
  static constexpr std::uint32_t nodes_of_collection = 6;
  static constexpr std::uint32_t fixed_nodes = 2 * nodes_of_collection;

  struct use {
    std::uint32_t query;
    std::uint32_t node;
    std::uint32_t next;  // at the node; of those that are free
    std::uint32_t previous;
    std::uint32_t next_of_query;
    std::uint8_t roles;
  };

  path_index(memory_ref memory, std::uint64_t seed) noexcept
      : nodes_(memory), uses_(memory), table_(memory), seed_(seed) {}
  path_index(const path_index&) = delete;
  path_index& operator=(const path_index&) = delete;
  ~path_index() {
    for (std::uint32_t i = fixed_nodes; i < node_count_; ++i) free_key(nodes_.data()[i]);
  }

  static constexpr std::uint32_t any_write(query_collection c) noexcept { return begin_of(c); }
  static constexpr std::uint32_t any_insertion(query_collection c) noexcept { return begin_of(c) + 1; }
  static constexpr std::uint32_t section(query_collection c, section_name s) noexcept {
    return begin_of(c) + 2 + static_cast<std::uint32_t>(s);
  }

  /// @pre the node is that of a section
  static constexpr section_name section_of(std::uint32_t fixed) noexcept {
    return static_cast<section_name>(fixed % nodes_of_collection - 2);
  }

  // -- for writers beside nothing

  /// Makes the fixed nodes. False when memory is refused.
  [[nodiscard]] bool prepare() noexcept {
    if (node_count_ != 0) return true;
    if (!nodes_.reserve(fixed_nodes)) return false;
    for (std::uint32_t i = 0; i != fixed_nodes; ++i) nodes_.data()[i] = node{};
    node_count_ = fixed_nodes;
    return true;
  }
  /// The member of a node with a key, made if need be; `none` when memory is refused. 16 bytes behind the key
  /// can be read.
  [[nodiscard]] std::uint32_t need_member(std::uint32_t parent, std::string_view key) noexcept {
    const std::uint32_t found = member(parent, key);
    return found != none ? found : add_member(parent, key);
  }
  /// Removes a node, and those above it, that nobody needs.
  void remove_unused(std::uint32_t i) noexcept {
    while (i >= fixed_nodes && nodes_.data()[i].first_use == none && nodes_.data()[i].first_member == none) {
      node& n = nodes_.data()[i];
      const std::uint32_t above = n.parent;
      take_out(hash_of(above, {n.key, n.key_size}), i);
      --members_;
      unlink(n);
      free_key(n);
      n.next = free_node_;
      free_node_ = i;
      i = above;
    }
  }
  /// Lists a query at a node. @param list the uses of the query @return false when memory is refused
  [[nodiscard]] bool add_use(std::uint32_t at, std::uint32_t query, std::uint8_t roles, std::uint32_t& list) noexcept {
    std::uint32_t i = free_use_;
    if (i != none) {
      free_use_ = uses_.data()[i].next;
    } else {
      if (!uses_.reserve(use_count_ + std::size_t{1}, use_count_)) return false;
      i = use_count_++;
    }
    node& n = nodes_.data()[at];
    uses_.data()[i] = {query, at, n.first_use, none, list, roles};
    if (n.first_use != none) uses_.data()[n.first_use].previous = i;
    n.first_use = list = i;
    if (at < fixed_nodes) set_flag(at, true);
    return true;
  }
  /// Takes a query out wherever it is listed, and the nodes that nobody needs any more.
  void remove_uses(std::uint32_t& list) noexcept {
    while (list != none) {
      use& u = uses_.data()[list];
      node& n = nodes_.data()[u.node];
      if (u.next != none) uses_.data()[u.next].previous = u.previous;
      (u.previous != none ? uses_.data()[u.previous].next : n.first_use) = u.next;
      const std::uint32_t next = u.next_of_query;
      u.next = free_use_;
      free_use_ = list;
      list = next;
      if (u.node < fixed_nodes) {
        if (n.first_use == none) set_flag(u.node, false);
      } else {
        remove_unused(u.node);
      }
    }
    if (stale_members_ > live_members_ + 64) renew_filter();
  }

  // -- reading

  /// The member of a node with a key, or `none`.
  [[nodiscard]] std::uint32_t member(std::uint32_t parent, std::string_view key) const noexcept {
    if (table_size_ == 0) return none;
    const std::uint32_t hash = hash_of(parent, key);
    for (std::size_t slot = hash & mask();; slot = (slot + 1) & mask()) {
      const entry e = table_.data()[slot];
      if (e.node == none) return none;
      const node& n = nodes_.data()[e.node];
      if (e.hash == hash && n.parent == parent && std::string_view(n.key, n.key_size) == key) return e.node;
    }
  }
  [[nodiscard]] std::uint32_t parent(std::uint32_t at) const noexcept { return nodes_.data()[at].parent; }
  /// @pre the node is a member
  [[nodiscard]] std::string_view key(std::uint32_t at) const noexcept {
    return {nodes_.data()[at].key, nodes_.data()[at].key_size};
  }
  [[nodiscard]] bool has_members(std::uint32_t at) const noexcept { return nodes_.data()[at].first_member != none; }

  /// Calls `f(const use&)` for the queries at a node.
  template <class F>
  void for_each_use(std::uint32_t at, F&& f) const noexcept {
    for (std::uint32_t u = nodes_.data()[at].first_use; u != none; u = uses_.data()[u].next) f(uses_.data()[u]);
  }
  /// The same for a node and all below it.
  template <class F>
  void for_each_use_below(std::uint32_t top, F&& f) const noexcept {
    for (std::uint32_t at = top;;) {
      for_each_use(at, f);
      if (nodes_.data()[at].first_member != none) {
        at = nodes_.data()[at].first_member;
        continue;
      }
      while (at != top && nodes_.data()[at].next == none) at = nodes_.data()[at].parent;
      if (at == top) return;
      at = nodes_.data()[at].next;
    }
  }

  // -- from any thread, beside a writer too: what was there when it began is not missed

  /// The hash that `may_have` takes; 16 bytes behind the key can be read.
  [[nodiscard]] std::uint32_t filter_hash(const char* key, std::uint32_t size) const noexcept {
    return key_hash(seed_, key, size);
  }
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
  /// Says whether a member directly in a section, by the hash of its key, may be there.
  [[nodiscard]] bool may_have(std::uint32_t section_node, std::uint32_t hash) const noexcept {
    const filter_place at(section_node, hash);
    return (filter_[at.word].load(std::memory_order_relaxed) & at.bits) == at.bits;
  }
  /// Says whether a query is listed at a fixed node.
  [[nodiscard]] bool is_used(std::uint32_t fixed) const noexcept {
    return (flags_.load(std::memory_order_relaxed) >> fixed & 1) != 0;
  }
  /// Says whether a section has members.
  [[nodiscard]] bool is_entered(std::uint32_t fixed) const noexcept { return is_used(fixed + fixed_nodes); }

  [[nodiscard]] std::size_t bytes_held() const noexcept {
    return nodes_.capacity() * sizeof(node) + uses_.capacity() * sizeof(use) + table_.capacity() * sizeof(entry) +
           key_bytes_;
  }

private:
  struct node {
    std::uint32_t parent = none;
    std::uint32_t first_member = none;
    std::uint32_t next = none;  // of the same parent; of those that are free
    std::uint32_t previous = none;
    std::uint32_t first_use = none;
    std::uint32_t key_size = 0;
    char* key = nullptr;
  };
  struct entry {
    std::uint32_t hash;
    std::uint32_t node;
  };
  /// Two bits of one word.
  struct filter_place {
    static constexpr std::size_t word_count = 2048;
    filter_place(std::uint32_t section_node, std::uint32_t hash) noexcept {
      const std::uint64_t mixed = (std::uint64_t{section_node} << 32 | hash) * 0x9e3779b97f4a7c15u;
      word = static_cast<std::uint32_t>(mixed >> 53);
      bits = std::uint64_t{1} << (mixed >> 47 & 63) | std::uint64_t{1} << (mixed >> 41 & 63);
    }
    std::uint32_t word;
    std::uint64_t bits;
  };
  static constexpr std::size_t key_slack = 16;

  static constexpr std::uint32_t begin_of(query_collection c) noexcept {
    return c == query_collection::modules ? nodes_of_collection : 0;
  }
  std::uint32_t hash_of(std::uint32_t parent, std::string_view key) const noexcept {
    return static_cast<std::uint32_t>(siphash(seed_, parent)(key));
  }
  std::size_t mask() const noexcept { return table_size_ - 1; }

  void set_flag(std::uint32_t bit, bool on) noexcept {
    const std::uint32_t old = flags_.load(std::memory_order_relaxed);
    flags_.store(on ? old | 1u << bit : old & ~(1u << bit), std::memory_order_relaxed);
  }

  std::uint32_t add_member(std::uint32_t parent, std::string_view key) noexcept {
    if (!reserve_table()) return none;
    if (free_node_ == none && !nodes_.reserve(node_count_ + std::size_t{1}, node_count_)) return none;
    void* const text = nodes_.memory().try_allocate(key.size() + key_slack);
    if (text == nullptr) return none;
    key_bytes_ += key.size() + key_slack;
    const std::uint32_t i = free_node_ != none ? free_node_ : node_count_++;
    if (free_node_ != none) free_node_ = nodes_.data()[i].next;
    node& n = nodes_.data()[i] = node{};
    n.key = static_cast<char*>(text);
    n.key_size = static_cast<std::uint32_t>(key.size());
    std::memcpy(n.key, key.data(), key.size());
    std::memset(n.key + key.size(), 0, key_slack);
    n.parent = parent;
    node& above = nodes_.data()[parent];
    n.next = above.first_member;
    if (n.next != none) nodes_.data()[n.next].previous = i;
    above.first_member = i;
    put({hash_of(parent, key), i});
    ++members_;
    if (parent < fixed_nodes) {
      ++live_members_;
      const filter_place at(parent, filter_hash(n.key, n.key_size));
      filter_[at.word].fetch_or(at.bits, std::memory_order_relaxed);
      set_flag(parent + fixed_nodes, true);
    }
    return i;
  }
  void unlink(const node& n) noexcept {
    node& above = nodes_.data()[n.parent];
    if (n.next != none) nodes_.data()[n.next].previous = n.previous;
    (n.previous != none ? nodes_.data()[n.previous].next : above.first_member) = n.next;
    if (n.parent >= fixed_nodes) return;
    --live_members_;
    ++stale_members_;
    if (above.first_member == none) set_flag(n.parent + fixed_nodes, false);
  }
  void free_key(node& n) noexcept {
    if (n.key == nullptr) return;
    key_bytes_ -= n.key_size + key_slack;
    nodes_.memory().deallocate(n.key, n.key_size + key_slack);
    n.key = nullptr;
  }

  // Bits of members that are gone go, those of others stay on all the time: somebody may be reading.
  void renew_filter() noexcept {
    std::array<std::uint64_t, filter_place::word_count> words{};
    for (std::uint32_t f = 0; f != fixed_nodes; ++f) {
      for (std::uint32_t i = nodes_.data()[f].first_member; i != none; i = nodes_.data()[i].next) {
        const node& n = nodes_.data()[i];
        const filter_place at(f, filter_hash(n.key, n.key_size));
        words[at.word] |= at.bits;
      }
    }
    for (std::size_t w = 0; w != words.size(); ++w) filter_[w].store(words[w], std::memory_order_relaxed);
    stale_members_ = 0;
  }

  // At most half full.
  bool reserve_table() noexcept {
    if ((members_ + std::size_t{1}) * 2 <= table_size_) return true;
    const std::size_t wanted = table_size_ == 0 ? 64 : table_size_ * 2;
    array<entry> grown(table_.memory());
    if (!grown.reserve(wanted)) return false;
    std::fill_n(grown.data(), wanted, entry{0, none});
    grown.swap(table_);
    const std::size_t before = table_size_;
    table_size_ = wanted;
    for (std::size_t i = 0; i != before; ++i) {
      if (grown.data()[i].node != none) put(grown.data()[i]);
    }
    return true;
  }
  void put(const entry& e) noexcept {
    std::size_t slot = e.hash & mask();
    while (table_.data()[slot].node != none) slot = (slot + 1) & mask();
    table_.data()[slot] = e;
  }
  void take_out(std::uint32_t hash, std::uint32_t i) noexcept {
    entry* const entries = table_.data();
    std::size_t hole = hash & mask();
    while (entries[hole].node != i) hole = (hole + 1) & mask();
    // What stands behind and wants to be nearer to its home moves up.
    for (std::size_t next = (hole + 1) & mask(); entries[next].node != none; next = (next + 1) & mask()) {
      if (((next - entries[next].hash) & mask()) < ((next - hole) & mask())) continue;
      entries[hole] = entries[next];
      hole = next;
    }
    entries[hole].node = none;
  }

  array<node> nodes_;
  array<use> uses_;
  array<entry> table_;
  std::uint64_t seed_;
  std::size_t table_size_ = 0;
  std::size_t key_bytes_ = 0;
  std::uint32_t node_count_ = 0;
  std::uint32_t use_count_ = 0;
  std::uint32_t free_node_ = none;
  std::uint32_t free_use_ = none;
  std::uint32_t members_ = 0;            // at all depths
  std::uint32_t live_members_ = 0;       // directly in sections
  std::uint32_t stale_members_ = 0;      // whose bits may still be in the filter
  std::atomic<std::uint32_t> flags_{0};  // of fixed nodes: is used; is entered
  std::array<std::atomic<std::uint64_t>, filter_place::word_count> filter_{};
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_PATH_INDEX_HPP
