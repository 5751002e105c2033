// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DOCUMENT_HPP
#define DOPPEL_QUERY_DOCUMENT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/query/evaluate.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/scratch.hpp>
#include <doppel/query/value.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

/// @file
/// What a type has to offer to be queried.
namespace doppel {
inline namespace v0 {

/// A document whose members are found by their key. `D` is an adapter, cheap to make, that refers to the document.
///
/// - `D::node` is what the document calls a value: trivially copyable, at most 32 bytes, for example a pointer.
/// - `d.root()` is the whole document.
/// - `d.step(n, path)` goes from node `n` to its member `path.key` or, where `path.is_index`, to its element
///   `path.index`, and says whether there is one; if not, `n` may have any value. `path` is an element of
///   `program::paths()`; its number there, or its `quoted` text, may help the search.
/// - `d.value(n)` is the value of a node; arrays and objects refer to `composite_functions`. What it refers to lives
///   at least as long as the adapter.
/// - `d.write(out)` appends the whole document as JSON text; false when memory is refused.
/// - Optional: `d.find(path, n)` goes from the root to the end of a path by its number in `program::paths()`, if the
///   document knows a shorter way than step by step; `path_state::unknown` if not.
/// - Optional: `d.canonical_text(n)` is the text of a scalar or an array for `decide_canonical`; empty if there is
///   none.
/// @par Example
/// `doppel/query/json_document.hpp` makes `boost::json::value` one.
template <class D>
concept query_document = std::is_trivially_copyable_v<typename D::node> &&
                             sizeof(typename D::node) <= sizeof(query_value) &&
                         requires(const D& d, typename D::node& n, const query_path& path, text_buffer& out) {
  { d.root() }
  noexcept->std::same_as<typename D::node>;
  { d.step(n, path) }
  noexcept->std::same_as<bool>;
  { d.value(n) }
  noexcept->std::same_as<query_value>;
  { d.write(out) }
  noexcept->std::same_as<bool>;
};

namespace detail {

/// A document as the input of code: paths are followed when they are asked for, and what several need is remembered.
template <query_document D>
class document_input {
public:
  using node = typename D::node;
  static constexpr bool has_texts = requires(const D& d, const node& n) { d.canonical_text(n); };

  document_input(const program& p, const D& document, query_scratch& scratch) noexcept
      : p_(p), document_(document), scratch_(scratch) {
    DOPPEL_ASSERT(scratch.is_prepared_for(p));
    scratch.start_document();
  }

  truth atom(std::uint32_t i) const noexcept {
    const query_atom& a = p_.atoms()[i];
    node n;
    if (!find(a.path, n)) return decide(p_, a, query_value());
    if constexpr (has_texts) {
      const std::string_view text = document_.canonical_text(n);
      if (!text.empty()) return decide_canonical(p_, a, text);
    }
    return decide(p_, a, document_.value(n));
  }
  query_value slot(std::uint32_t i) const noexcept {
    node n;
    return find(p_.slot_list()[i].path, n) ? document_.value(n) : query_value();
  }

  /// The value of a slot as canonical JSON text; empty if it is undefined or has none.
  std::string_view slot_text(std::uint32_t i) const noexcept {
    if constexpr (has_texts) {
      node n;
      if (find(p_.slot_list()[i].path, n)) return document_.canonical_text(n);
    }
    return {};
  }

  /// How the values of two slots compare. Strings are equal if their canonical texts are.
  truth compare(query_operator op, std::uint32_t a, std::uint32_t b) const noexcept {
    node left;
    node right;
    if (!find(p_.slot_list()[a].path, left) || !find(p_.slot_list()[b].path, right)) return truth::undefined;
    if constexpr (has_texts) {
      if (op == query_operator::equal || op == query_operator::not_equal) {
        const std::string_view l = document_.canonical_text(left);
        const std::string_view r = document_.canonical_text(right);
        if (!l.empty() && !r.empty() && l[0] == '"' && r[0] == '"') {
          return to_truth(equal_texts(l, r) == (op == query_operator::equal));
        }
      }
    }
    return compare_by(p_.dialect(), op, document_.value(left), document_.value(right));
  }

  /// Says whether the condition holds.
  bool matches() const noexcept {
    if (p_.is_never()) return false;
    for (const query_conjunct& c : p_.conjuncts()) {
      const truth t = c.atom != no_index ? atom(c.atom) : run_conjunct(p_, c, *this, room());
      if (t != truth::yes) return false;
    }
    return true;
  }

  bool write_document(text_buffer& out) const noexcept { return document_.write(out); }
  machine_room room() const noexcept { return {scratch_.stack(), scratch_.pieces(), scratch_.values()}; }

private:
  bool find(std::uint32_t at, node& n) const noexcept {
    using state = path_state;
    if constexpr (requires { document_.find(at, n); }) {
      const state s = document_.find(at, n);
      if (s != state::unknown) return s == state::present;
    }
    const query_path* const paths = p_.paths().data();
    // Up to what is known already, then down from there.
    std::uint32_t* const steps = scratch_.words();
    std::uint32_t size = 0;
    for (;; at = paths[at].parent) {
      if (at == 0) {
        n = document_.root();
        break;
      }
      if (paths[at].is_shared) {
        const state s = scratch_.state(at);
        if (s == state::absent) return false;
        if (s == state::present) {
          n = scratch_.template node<node>(at);
          break;
        }
      }
      steps[size++] = at;
    }
    while (size != 0) {
      const std::uint32_t next = steps[--size];
      const bool is_there = document_.step(n, paths[next]);
      if (paths[next].is_shared) {
        scratch_.set_state(next, is_there ? state::present : state::absent);
        scratch_.template node<node>(next) = n;
      }
      if (!is_there) return false;
    }
    return true;
  }

  const program& p_;
  const D& document_;
  query_scratch& scratch_;
};

/// Slots that are filled, as the input of code for rows.
struct slot_input {
  const query_value* slot_list;
  query_value slot(std::uint32_t i) const noexcept { return slot_list[i]; }
  truth atom(std::uint32_t) const noexcept { return truth::undefined; }  // atoms are in conditions only
};

}  // namespace detail

/// Says whether a document matches the condition of a program.
/// @pre the scratch is prepared for the program
/// @par Complexity
/// That of finding the members that the condition names, in order, up to the first that decides; then linear in
/// the condition.
/// @par Exception safety
/// Nothing fails, throws or allocates.
/// @par Specification
/// spec/query.md 4 to 10
template <query_document D>
[[nodiscard]] bool matches(const program& p, const D& document, query_scratch& scratch) noexcept {
  return detail::document_input<D>(p, document, scratch).matches();
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DOCUMENT_HPP
