// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_GROUP_TABLE_HPP
#define DOPPEL_QUERY_DETAIL_GROUP_TABLE_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/detail/aggregate_state.hpp>
#include <doppel/query/detail/byte_table.hpp>
#include <doppel/query/detail/encode.hpp>
#include <doppel/query/detail/machine.hpp>
#include <doppel/query/program.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace doppel {
inline namespace v0 {
namespace detail {

/// The groups of short keys that have been met: few take most documents. A key is known by its canonical text, or by
/// what a string holds: equal ones are equal values.
class recent_groups {
public:
  struct key {
    std::string_view text;  // empty: not known by a text
    bool is_content = false;
  };

  [[nodiscard]] std::uint32_t find(const key& k) const noexcept {
    if (k.text.empty() || k.text.size() > max_size) return no_index;
    const entry& e = entries_[place_of(k.text)];
    return e.is_content == k.is_content && equal_texts(k.text, {e.text, e.size}) ? e.group : no_index;
  }
  void note(const key& k, std::uint32_t group) noexcept {
    if (k.text.empty() || k.text.size() > max_size) return;
    entry& e = entries_[place_of(k.text)];
    e.group = group;
    e.size = static_cast<std::uint32_t>(k.text.size());
    e.is_content = k.is_content;
    std::memcpy(e.text, k.text.data(), k.text.size());
  }

private:
  static constexpr std::size_t max_size = 24;
  static constexpr unsigned place_bits = 6;

  struct entry {
    std::uint32_t group = no_index;
    std::uint32_t size = 0;
    bool is_content = false;
    char text[max_size] = {};
  };

  static std::size_t place_of(std::string_view text) noexcept {
    // The middle and the end tell short texts apart best; a place is found, not proved.
    const std::size_t n = text.size();
    const auto at = [text](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
    const std::uint32_t mixed = (at(n / 2) << 16 | at(n - 1 - n / 4) << 8 | at(n / 4)) + static_cast<std::uint32_t>(n);
    return mixed * 0x9e3779b1u >> (32 - place_bits);
  }

  entry entries_[1u << place_bits];
};

/// The groups of a query, with the state of their aggregates (spec/query.md 11.3).
class group_table {
public:
  group_table(const program& p, memory_ref memory) noexcept
      : p_(p),
        memory_(memory),
        table_(memory),
        groups_(memory),
        states_(memory),
        texts_(memory),
        key_(memory),
        encoder_(memory) {}
  group_table(group_table&&) noexcept = default;
  ~group_table() {
    for (std::uint32_t i = 0; i != states_.size(); ++i) states_[i].release(memory_);
  }

  [[nodiscard]] std::uint32_t size() const noexcept { return groups_.size(); }
  [[nodiscard]] std::uint64_t position(std::uint32_t group) const noexcept { return groups_[group].position; }

  /// Takes a document. False when memory is refused.
  template <class Input>
  bool add(const Input& input, const machine_room& room, std::uint64_t position) noexcept {
    const recent_groups::key known = short_key(input, room);
    std::uint32_t group = recent_.find(known);
    bool is_new = false;
    if (group == no_index) {
      key_.clear();
      for (const query_range& code : p_.group_keys()) {
        if (!encoder_.encode(run(p_, code, input, room), key_)) return false;
      }
      group = enter(key_.view(), position, is_new);
      if (group == no_index) return false;
      recent_.note(known, group);
    }
    if (is_new || position < groups_[group].position) {
      // The group is printed as its first document has it.
      const std::size_t begin = texts_.size();
      for (const query_range& code : p_.group_keys()) {
        if (!put_text(run(p_, code, input, room))) return false;
      }
      groups_[group] = {position, begin};
    }
    for (std::uint32_t a = 0; a != p_.aggregates().size(); ++a) {
      const query_aggregation& aggregation = p_.aggregates()[a];
      aggregate_state& state = state_of(group, a);
      if (aggregation.counts_rows) {
        state.add_row();
      } else if (!state.add(aggregation.function, run(p_, aggregation.code, input, room), position, memory_)) {
        return false;
      }
    }
    return true;
  }

  /// The states of the group with these keys, for documents that have been aggregated elsewhere, the first of which has
  /// a position. Valid until the next group comes; null when memory is refused.
  aggregate_state* need(std::span<const query_value> keys, std::uint64_t position) noexcept {
    DOPPEL_ASSERT(keys.size() == p_.group_keys().size());
    const recent_groups::key known{keys.size() == 1 ? keys[0].plain_text() : std::string_view{}, true};
    std::uint32_t group = recent_.find(known);
    bool is_new = false;
    if (group == no_index) {
      key_.clear();
      for (const query_value& key : keys) {
        if (!encoder_.encode(key, key_)) return nullptr;
      }
      group = enter(key_.view(), position, is_new);
      if (group == no_index) return nullptr;
      recent_.note(known, group);
    }
    if (is_new || position < groups_[group].position) {
      const std::size_t begin = texts_.size();
      for (const query_value& key : keys) {
        if (!put_text(key)) return nullptr;
      }
      groups_[group] = {position, begin};
    }
    return states_.size() == 0 ? &none_ : &state_of(group, 0);
  }

  /// The group of all documents, where there are no keys and no documents.
  bool add_empty() noexcept {
    bool is_new = false;
    return enter({}, 0, is_new) != no_index;
  }

  /// Takes the groups of another table of the same program.
  bool merge(const group_table& other) noexcept {
    for (std::uint32_t g = 0; g != other.size(); ++g) {
      bool is_new = false;
      const std::uint64_t position = other.groups_[g].position;
      const std::uint32_t group = enter(other.table_[g], position, is_new);
      if (group == no_index) return false;
      if (is_new || position < groups_[group].position) {
        const std::size_t begin = texts_.size();
        for (std::uint32_t k = 0; k != p_.group_keys().size(); ++k) {
          if (!put_piece(other.text(g, k))) return false;
        }
        groups_[group] = {position, begin};
      }
      for (std::uint32_t a = 0; a != p_.aggregates().size(); ++a) {
        const auto& from = other.states_[std::size_t{g} * p_.aggregates().size() + a];
        if (!state_of(group, a).merge(p_.aggregates()[a].function, from, memory_)) return false;
      }
    }
    return true;
  }

  /// Appends the row of a group.
  bool write(std::uint32_t group, text_buffer& out) const noexcept {
    if (!out.append("{")) return false;
    bool is_first = true;
    for (const query_column& column : p_.columns()) {
      query_value v;
      std::string_view key;
      if (column.aggregate != no_index) {
        v = result(group, column.aggregate);
        if (v.is_undefined()) continue;
      } else {
        key = text(group, column.group_key);
        if (key.empty()) continue;
      }
      if ((!is_first && !out.append(",")) || !out.append(column.quoted)) return false;
      if (column.aggregate != no_index ? !write_value(v, out) : !out.append(key)) return false;
      is_first = false;
    }
    return out.append("}");
  }

  /// Value of a column, or of what a group is ordered by.
  [[nodiscard]] query_value value(std::uint32_t group, std::uint32_t group_key,
                                  std::uint32_t aggregate) const noexcept {
    return aggregate != no_index ? result(group, aggregate) : value_of_json(text(group, group_key));
  }

private:
  template <class Input>
  recent_groups::key short_key(const Input& input, const machine_room& room) const noexcept {
    if (p_.group_keys().size() != 1) return {};
    const std::string_view text = text_of(p_, p_.group_keys()[0], input);
    return text.empty() ? recent_groups::key{run(p_, p_.group_keys()[0], input, room).plain_text(), true}
                        : recent_groups::key{text, false};
  }

  struct group_record {
    std::uint64_t position;  // of its first document
    std::size_t text;        // where the texts of its keys start
  };

  const query_value result(std::uint32_t group, std::uint32_t a) const noexcept {
    return states_[std::size_t{group} * p_.aggregates().size() + a].result(p_.aggregates()[a].function);
  }
  aggregate_state& state_of(std::uint32_t group, std::uint32_t a) noexcept {
    return states_[std::size_t{group} * p_.aggregates().size() + a];
  }

  std::uint32_t enter(std::string_view key, std::uint64_t position, bool& is_new) noexcept {
    const auto aggregates = static_cast<std::uint32_t>(p_.aggregates().size());
    // Room first: a group that is in the table has all its parts.
    if (!states_.reserve(std::size_t{states_.size()} + aggregates) ||
        !groups_.reserve(std::size_t{groups_.size()} + 1)) {
      return no_index;
    }
    if (p_.group_keys().empty() && groups_.size() != 0) return 0;  // all documents are one group
    const std::uint32_t group = table_.number_of(key, is_new);
    if (group == no_index || !is_new) return group;
    (void)groups_.push({position, texts_.size()});
    for (std::uint32_t a = 0; a != aggregates; ++a) (void)states_.push(aggregate_state());
    return group;
  }

  // A text is its size and the text; 0 for undefined, which no JSON is.
  bool put_text(const query_value& v) noexcept {
    const std::size_t at = texts_.size();
    if (!texts_.append("\0\0\0\0", 4) || !write_value(v, texts_)) return false;
    set_size(at, texts_.size() - at - 4);
    return true;
  }
  bool put_piece(std::string_view text) noexcept {
    const std::size_t at = texts_.size();
    if (!texts_.append("\0\0\0\0", 4) || !texts_.append(text)) return false;
    set_size(at, text.size());
    return true;
  }
  void set_size(std::size_t at, std::size_t size) noexcept {
    const auto n = static_cast<std::uint32_t>(size);
    char* const end = texts_.end();
    std::memcpy(end - (texts_.size() - at), &n, sizeof n);
  }
  std::string_view text(std::uint32_t group, std::uint32_t key) const noexcept {
    std::size_t at = groups_[group].text;
    for (;; --key) {
      std::uint32_t size = 0;
      std::memcpy(&size, texts_.data() + at, sizeof size);
      if (key == 0) return texts_.view().substr(at + 4, size);
      at += 4 + size;
    }
  }

  program p_;
  memory_ref memory_;
  byte_table table_;
  growing_list<group_record> groups_;
  growing_list<aggregate_state> states_;
  text_buffer texts_;
  text_buffer key_;
  identity_encoder encoder_;
  recent_groups recent_;
  aggregate_state none_;  // of programs without aggregates
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_GROUP_TABLE_HPP
