// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_TWIN_DOCUMENT_HPP
#define DOPPEL_QUERY_TWIN_DOCUMENT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/etag.hpp>
#include <doppel/query/bound_program.hpp>
#include <doppel/query/detail/twin_values.hpp>
#include <doppel/query/document.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/value.hpp>
#include <doppel/twin/twin.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

/// @file
/// Resident twins as documents: what a query sees is the service view, but nothing is written to see it.
namespace doppel {
inline namespace v0 {

/// A twin as a document, for one program.
/// @par Lifetime
/// A view of the twin and the program.
template <class Policy>
class twin_document {
public:
  using node = detail::twin_node;

  twin_document(const basic_twin<Policy>& t, const program& p) noexcept
      : twin_(t), paths_(p.paths().data()), ids_(nullptr), tracks_(nullptr) {}
  /// Uses the binding if the twin is of its table.
  twin_document(const basic_twin<Policy>& t, const bound_program& p) noexcept
      : twin_(t),
        paths_(p.compiled().paths().data()),
        ids_(p.keys() == t.core().keys() ? p.ids() : nullptr),
        tracks_(p.tracks()) {}
  twin_document(const twin_document&) = delete;
  twin_document& operator=(const twin_document&) = delete;

  node root() const noexcept { return {detail::twin_part::document, section_name::root, nullptr}; }

  /// Goes from the root to the end of a path at once where the names have been looked up. `unknown`: only steps get
  /// there.
  [[gnu::always_inline]] path_state find(std::uint32_t path, node& n) const noexcept {
    if (ids_ == nullptr || tracks_[path].steps == 0) return path_state::unknown;
    const detail::path_track& track = tracks_[path];
    n.section = track.section;
    n.part = detail::twin_part::content;
    const detail::block* const b = core().section(track.section).get();
    if (b == nullptr) return path_state::absent;
    n.value = &b->root;
    for (std::uint32_t i = 0; i != track.steps; ++i) {
      if (!n.value->is_object()) {
        // What is no object has no members, but a leaf of the root may be any JSON.
        return b->leaf(*n.value)[0] == '{' ? path_state::unknown : path_state::absent;
      }
      if (!find(n, paths_[track.path[i]])) return path_state::absent;
    }
    if (track.stamp == 0) return path_state::present;
    return detail::stamp_part(b, *n.value, paths_[track.stamp].key, n.part) ? path_state::present : path_state::absent;
  }

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
    return find(n, path);
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
  const detail::path_track* tracks_;
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

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_TWIN_DOCUMENT_HPP
