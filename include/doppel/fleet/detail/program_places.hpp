// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_FLEET_DETAIL_PROGRAM_PLACES_HPP
#define DOPPEL_FLEET_DETAIL_PROGRAM_PLACES_HPP

#include <doppel/fleet/detail/path_index.hpp>
#include <doppel/fleet/detail/query_guard.hpp>
#include <doppel/json/operations.hpp>
#include <doppel/query/evaluate.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/root.hpp>
#include <doppel/query/value.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Lists one query in an index at all places of twins whose writing may change what it says.
///
/// A path stands at the stored member that it leads to, or at the last one before an element of an array. Stamps stand
/// at the member that they are of: it is written to whenever they change. What has no member of its own stands at a
/// fixed node: `$version` of a section at the section, etag and version at any write.
class program_places {
public:
  program_places(const program& p, path_index& index, std::uint32_t query, std::uint32_t& list) noexcept
      : p_(p),
        index_(index),
        query_(query),
        list_(list),
        anchor_(anchor_of(p)),
        guarding_(guarding_atom_of(p)),
        guarded_(guarding_ == nullptr ? no_index : guarding_->path) {}

  /// @param wants_rows lists it also where its rows may change and its condition does not
  /// @return false when memory is refused; what has been listed so far is in the list
  [[nodiscard]] bool add(bool wants_rows) noexcept {
    if (p_.is_never()) return true;
    if (anchor_ == no_index && !use(path_index::any_insertion(p_.collection()), path_role::anchor)) return false;
    if (wants_rows && p_.selects_documents() && !use(path_index::any_write(p_.collection()), path_role::row)) {
      return false;
    }
    for (std::uint32_t i = 1; i < p_.paths().size(); ++i) {
      const std::uint8_t roles = roles_of(p_.paths()[i]);
      if (roles == 0 || (roles == path_role::row && !wants_rows)) continue;
      if (!add_path(i, roles)) return false;
    }
    return true;
  }

  /// What rules the condition out at a glance, after `add`.
  [[nodiscard]] const query_guard& guard() const noexcept { return guard_; }

private:
  static constexpr std::uint32_t max_steps = query_guard::max_steps;

  std::uint8_t roles_of(const query_path& path) const noexcept {
    std::uint8_t roles = path.atoms.empty() ? 0 : path_role::condition;
    if (path.slot != no_index) {
      const query_slot& slot = p_.slot_list()[path.slot];
      if (!slot.conjuncts.empty()) roles |= path_role::condition;
      if (slot.is_for_rows) roles |= path_role::row;
    }
    return roles;
  }

  /// A path without whose value nothing matches, below a section; `no_index` if there is none. The deepest of several.
  static std::uint32_t anchor_of(const program& p) noexcept {
    std::uint32_t best = no_index;
    std::uint32_t best_depth = 0;
    for (const query_conjunct& c : p.conjuncts()) {
      if (c.atom == no_index || decide(p, p.atoms()[c.atom], query_value()) == truth::yes) continue;
      const std::uint32_t path = p.atoms()[c.atom].path;
      std::uint32_t depth = 0;
      for (std::uint32_t at = path; at != 0; at = p.paths()[at].parent) ++depth;
      if (!is_content(p.paths(), path) || depth <= best_depth) continue;
      best = path;
      best_depth = depth;
    }
    return best;
  }
  /// A conjunct that says that a stored leaf, or the id of the device, is some string; null if there is none.
  static const query_atom* guarding_atom_of(const program& p) noexcept {
    for (const query_conjunct& c : p.conjuncts()) {
      if (c.atom == no_index) continue;
      const query_atom& a = p.atoms()[c.atom];
      if (a.op != atom_op::equal || a.is_negated || !p.literals()[a.literals.begin].json.starts_with('"')) continue;
      if (is_device_id(p.paths(), a.path)) return &a;
      bool has_index = false;
      for (std::uint32_t at = a.path; at != 0; at = p.paths()[at].parent) has_index |= p.paths()[at].is_index;
      if (!has_index && is_content(p.paths(), a.path)) return &a;
    }
    return nullptr;
  }
  static bool is_device_id(std::span<const query_path> paths, std::uint32_t at) noexcept {
    return paths[at].root == path_root::device_id && paths[at].parent == 0;
  }
  /// Says whether a path leads below a section, to members that are there only if they are stored.
  static bool is_content(std::span<const query_path> paths, std::uint32_t at) noexcept {
    std::uint32_t steps[3] = {0, 0, 0};  // from the root
    for (; at != 0; at = paths[at].parent) {
      steps[2] = steps[1];
      steps[1] = steps[0];
      steps[0] = at;
    }
    if (steps[0] == 0 || steps[1] == 0 || paths[steps[1]].is_index) return false;
    if (paths[steps[0]].root == path_root::tags) return true;
    return paths[steps[0]].root == path_root::properties && steps[2] != 0 && !paths[steps[2]].is_index &&
           !paths[steps[2]].key.starts_with('$');
  }

  bool add_path(std::uint32_t path, std::uint8_t roles) noexcept {
    const std::span<const query_path> paths = p_.paths();
    // Turned around: a path is longer than any twin is deep only if it leads nowhere.
    std::uint32_t steps[max_steps];
    std::uint32_t size = 0;
    for (std::uint32_t at = path; at != 0; at = paths[at].parent) ++size;
    std::uint32_t kept = size;
    for (std::uint32_t at = path; at != 0; at = paths[at].parent) {
      if (--kept < max_steps) steps[kept] = at;
    }
    if (size > max_steps) size = max_steps;
    if (path == anchor_) roles |= path_role::anchor;
    // One that is longer than this is not guarded.
    const bool is_guarded = path == guarded_ && size < max_steps;

    const query_collection c = p_.collection();
    switch (paths[steps[0]].root) {
      case path_root::etag:
      case path_root::version: return use(path_index::any_write(c), roles);
      case path_root::tags: return add_members(section_name::tags, steps + 1, size - 1, roles, is_guarded);
      case path_root::properties: break;
      default:
        if (is_guarded) set_guard(path_index::section(c, section_name::root));
        return use(path_index::section(c, section_name::root), roles);
    }
    if (size == 1) {
      return use(path_index::section(c, section_name::desired), roles) &&
             use(path_index::section(c, section_name::reported), roles);
    }
    const query_path& name = paths[steps[1]];
    if (name.is_index || (name.key != "desired" && name.key != "reported")) return true;  // leads nowhere
    const section_name s = name.key == "desired" ? section_name::desired : section_name::reported;
    const std::uint32_t* rest = steps + 2;
    size -= 2;
    const bool is_metadata = size != 0 && paths[*rest].key == "$metadata" && !paths[*rest].is_index;
    if (is_metadata) {
      ++rest;
      --size;
    }
    // Names that a section itself has, and parts of stamps, which end the way.
    std::uint32_t members = 0;
    while (members != size && !(paths[rest[members]].key.starts_with('$') && (is_metadata || members == 0))) ++members;
    return add_members(s, rest, members, roles, is_guarded);
  }
  bool add_members(section_name s, const std::uint32_t* steps, std::uint32_t size, std::uint8_t roles,
                   bool is_guarded) noexcept {
    std::uint32_t at = path_index::section(p_.collection(), s);
    for (std::uint32_t i = 0; i != size && !p_.paths()[steps[i]].is_index; ++i) {
      const std::string_view quoted = p_.paths()[steps[i]].quoted;
      const std::uint32_t next = index_.need_member(at, quoted.substr(1, quoted.size() - 2));
      if (next == path_index::none) {
        index_.remove_unused(at);
        return false;
      }
      at = next;
    }
    if (is_guarded) set_guard(at);
    return use(at, roles);
  }
  void set_guard(std::uint32_t at) noexcept {
    guard_ = {at, query_guard::hash_of(p_.literals()[guarding_->literals.begin].json, index_.seed())};
  }
  bool use(std::uint32_t at, std::uint8_t roles) noexcept {
    if (index_.add_use(at, query_, roles, list_)) return true;
    index_.remove_unused(at);
    return false;
  }

  const program& p_;
  path_index& index_;
  std::uint32_t query_;
  std::uint32_t& list_;
  std::uint32_t anchor_;
  const query_atom* guarding_;
  std::uint32_t guarded_;
  query_guard guard_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_FLEET_DETAIL_PROGRAM_PLACES_HPP
