// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_TWIN_DOCUMENT_HPP
#define DOPPEL_QUERY_TWIN_DOCUMENT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/etag.hpp>
#include <doppel/query/detail/twin_values.hpp>
#include <doppel/query/document.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/value.hpp>
#include <doppel/twin/key_table.hpp>
#include <doppel/twin/twin.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <type_traits>

/// @file
/// Resident twins as documents: what a query sees is the service view, but nothing is written to see it.
namespace doppel {
inline namespace v0 {

/// A program with its names looked up in a key table: twins of that table are walked by numbers.
/// @par Lifetime
/// Keeps the table and shares the program. The table's memory source has to outlive it.
/// @par Thread safety
/// Immutable: safe for any number of threads, as the table is for reading.
class bound_program {
public:
  /// Looks the names up. Those that the table does not have yet are looked up again at every twin.
  /// @return the binding, or `errc::out_of_memory`
  /// @par Complexity
  /// One look-up for each node of `program::paths()`.
  static boost::system::result<bound_program> bind(const program& p, const key_table& keys,
                                                   memory_ref memory = {}) noexcept {
    bound_program bound(p, keys, memory);
    if (!bound.ids_.reserve(p.paths().size())) return make_error_code(errc::out_of_memory);
    for (std::size_t i = 0; i != p.paths().size(); ++i) bound.ids_.data()[i] = look_up(keys.store(), p.paths()[i]);
    return bound;
  }

  [[nodiscard]] const program& compiled() const noexcept { return program_; }

  // For the library's own layers.
  [[nodiscard]] const detail::key_store* keys() const noexcept { return keys_.store(); }
  [[nodiscard]] const std::uint32_t* ids() const noexcept { return ids_.data(); }
  static std::uint32_t look_up(const detail::key_store* keys, const query_path& path) noexcept {
    if (keys == nullptr || path.quoted.empty()) return detail::no_key;
    return keys->find(path.quoted.data() + 1, static_cast<std::uint32_t>(path.quoted.size() - 2));
  }

private:
  bound_program(const program& p, const key_table& keys, memory_ref memory) noexcept
      : program_(p), keys_(keys), ids_(memory) {}

  program program_;
  key_table keys_;
  detail::array<std::uint32_t> ids_;
};

/// A twin as a document, for one program.
/// @par Lifetime
/// A view of the twin and the program.
template <class Policy>
class twin_document {
public:
  using node = detail::twin_node;

  twin_document(const basic_twin<Policy>& t, const program& p) noexcept
      : twin_(t), paths_(p.paths().data()), ids_(nullptr) {}
  /// Uses the binding if the twin is of its table.
  twin_document(const basic_twin<Policy>& t, const bound_program& p) noexcept
      : twin_(t), paths_(p.compiled().paths().data()), ids_(p.keys() == t.core().keys() ? p.ids() : nullptr) {}
  twin_document(const twin_document&) = delete;
  twin_document& operator=(const twin_document&) = delete;

  node root() const noexcept { return {detail::twin_part::document, section_name::root, nullptr}; }

  bool step(node& n, const query_path& path) const noexcept {
    using detail::twin_part;
    switch (n.part) {
      case twin_part::document: return step_from_root(n, path);
      case twin_part::content:
        if (n.value->is_object()) return !path.is_index && find(n, path);
        n.json = canonical_text(n);
        n.part = twin_part::text;
        [[fallthrough]];
      case twin_part::text: return detail::step_into_json(n.json, path.is_index, path.index, path.key);
      case twin_part::properties: {
        const bool is_desired = path.key == "desired";
        if (!is_desired && path.key != "reported") return false;
        const section_name s = is_desired ? section_name::desired : section_name::reported;
        n = {twin_part::section, s, &core().section(s).root()};
        return true;
      }
      case twin_part::section:
        if (path.is_index) return false;
        if (find(n, path)) {
          n.part = twin_part::content;
          return true;
        }
        n.part = path.key == "$metadata" ? twin_part::metadata : twin_part::section_version;
        return path.key == "$metadata" || path.key == "$version";
      case twin_part::metadata: {
        if (!path.key.starts_with('$')) return !path.is_index && find(n, path);
        return detail::stamp_part(core().section(n.section).get(), *n.value, path.key, n.part);
      }
      default: return false;
    }
  }

  query_value value(const node& n) const noexcept {
    if (n.part == detail::twin_part::etag) {
      return query_value::string((new (etag_) etag(twin_.etag()))->view());
    }
    return detail::value_of_twin(core(), n);
  }
  /// The text of a stored leaf, or of what an array holds.
  std::string_view canonical_text(const node& n) const noexcept {
    if (n.part == detail::twin_part::text) return n.json;
    if (n.part != detail::twin_part::content || n.value->is_object()) return {};
    return core().section(n.section).get()->leaf(*n.value);
  }
  bool write(text_buffer& out) const noexcept {
    if (!out.reserve_more(detail::document_bound(core()))) return false;
    out.set_end(detail::put_service_view(out.end(), core(), twin_.etag()));
    return true;
  }

private:
  const detail::twin_core& core() const noexcept { return twin_.core(); }

  bool step_from_root(node& n, const query_path& path) const noexcept {
    using detail::twin_part;
    switch (path.root) {
      case path_root::tags:
        n = {twin_part::content, section_name::tags, &core().section(section_name::tags).root()};
        return core().section(section_name::tags).members() != 0;
      case path_root::properties: n.part = twin_part::properties; return true;
      case path_root::etag: n.part = twin_part::etag; return true;
      case path_root::version: n.part = twin_part::version; return true;
      default: break;
    }
    const detail::block* const b = core().section(section_name::root).get();
    const detail::object* const o = b == nullptr ? nullptr : b->object_of(b->root);
    if (o == nullptr) return false;
    n = {twin_part::content, section_name::root, &b->root};
    if (path.root < path_root::device_id || path.root > path_root::parent_scopes) return find(n, path);
    const auto id = static_cast<std::uint32_t>(path.root) - static_cast<std::uint32_t>(path_root::device_id);
    const std::uint32_t at = detail::find_id(o->ids(), o->count, id);
    if (at == o->count) return false;
    n.value = o->records() + at;
    return true;
  }

  /// From an object to a stored member.
  [[gnu::always_inline]] bool find(node& n, const query_path& path) const noexcept {
    const detail::block* const b = core().section(n.section).get();
    const detail::object* const o = b == nullptr || !n.value->is_object() ? nullptr : b->object_of(*n.value);
    if (o == nullptr) return false;
    std::uint32_t id = ids_ != nullptr ? ids_[&path - paths_] : detail::no_key;
    if (id == detail::no_key) id = bound_program::look_up(core().keys(), path);
    const std::uint32_t at =
        b->find(*o, id, path.quoted.data() + 1, static_cast<std::uint32_t>(path.quoted.size() - 2));
    if (at == o->count) return false;
    n.value = o->records() + at;
    return true;
  }

  const basic_twin<Policy>& twin_;
  const query_path* paths_;
  const std::uint32_t* ids_;
  alignas(etag) mutable unsigned char etag_[sizeof(etag)];  // made when asked for
};

/// Says whether a twin matches the condition; see `matches` in `doppel/query/document.hpp`.
template <class Policy>
[[nodiscard]] bool matches(const program& p, const basic_twin<Policy>& t, query_scratch& scratch) noexcept {
  return matches(p, twin_document<Policy>(t, p), scratch);
}
/// The same with names that have been looked up.
template <class Policy>
[[nodiscard]] bool matches(const bound_program& p, const basic_twin<Policy>& t, query_scratch& scratch) noexcept {
  return matches(p.compiled(), twin_document<Policy>(t, p), scratch);
}

namespace detail {

/// Brings what a program reads first of a twin towards the cache: the sections that it names. The one that decides
/// first is fetched deeper.
class twin_prefetch {
public:
  explicit twin_prefetch(const program& p) noexcept {
    std::size_t bytes = first_bytes;
    for (const query_conjunct& c : p.conjuncts()) {
      if (c.atom != no_index) need(p, p.atoms()[c.atom].path, bytes);
      for (std::uint32_t at = c.code.begin; at != c.code.end; ++at) {
        const query_instruction& i = p.code()[at];
        if (i.opcode == query_opcode::atom) need(p, p.atoms()[i.a].path, bytes);
        if (i.opcode == query_opcode::slot) need(p, p.slot_list()[i.a].path, bytes);
      }
      bytes = other_bytes;
    }
    if (!p.conjuncts().empty()) return;
    for (const query_slot& slot : p.slot_list()) need(p, slot.path, first_bytes);
  }

  void operator()(const twin_core& t) const noexcept {
    for (int i = 0; i != 4; ++i) {
      if (bytes_[i] == 0) continue;
      const block* const b = t.section(static_cast<section_name>(i)).get();
      if (b != nullptr) prefetch_range(b, bytes_[i]);
    }
  }

  /// So many twins ahead.
  static constexpr std::size_t distance = 8;

private:
  static constexpr std::size_t first_bytes = 512;
  static constexpr std::size_t other_bytes = 256;

  void need(const program& p, std::uint32_t path, std::size_t bytes) noexcept {
    // Up to the root, or to the section below `properties`.
    std::uint32_t below = path;
    while (p.paths()[path].parent != 0) path = p.paths()[below = path].parent;
    section_name s = section_name::root;
    const path_root root = p.paths()[path].root;
    if (root == path_root::tags) s = section_name::tags;
    if (root == path_root::etag || root == path_root::version) return;
    if (root == path_root::properties) {
      if (below == path) return;
      s = p.paths()[below].key == "desired" ? section_name::desired : section_name::reported;
    }
    std::size_t& wanted = bytes_[static_cast<int>(s)];
    if (wanted < bytes) wanted = bytes;
  }

  std::size_t bytes_[4] = {};
};

}  // namespace detail

/// Asks one twin after another, and brings those to come towards the cache meanwhile.
/// @param twin_at gives the twin with a number: `const basic_twin<Policy>& twin_at(std::size_t i)`
/// @param f called with the number of each twin that matches, in order; returns whether to go on
/// @return the number of twins that were asked
/// @pre the scratch is prepared for the program
template <class TwinAt, class F>
std::size_t for_each_match(const bound_program& p, std::size_t count, TwinAt&& twin_at, query_scratch& scratch,
                           F&& f) noexcept {
  using twin_type = std::remove_cvref_t<decltype(twin_at(count))>;
  const detail::twin_prefetch fetch(p.compiled());
  for (std::size_t i = 0; i != count; ++i) {
    if (i + fetch.distance < count) fetch(twin_at(i + fetch.distance).core());
    if (matches(p.compiled(), twin_document<typename twin_type::policy_type>(twin_at(i), p), scratch) && !f(i)) {
      return i + 1;
    }
  }
  return count;
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_TWIN_DOCUMENT_HPP
