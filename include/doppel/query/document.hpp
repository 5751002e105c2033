// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DOCUMENT_HPP
#define DOPPEL_QUERY_DOCUMENT_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/base/config.hpp>
#include <doppel/query/program_parts.hpp>
#include <doppel/query/value.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

/// @file
/// What a type has to offer to be queried.
namespace doppel {
inline namespace v0 {

/// A document whose members are found by their key. `D` is an adapter, cheap to make: it refers to the document.
///
/// - `node` is what the document calls a value: trivially copyable, default-constructible (any value), for example
///   a pointer.
/// - `d.root()` is the whole document.
/// - `d.step(n, path)` is the member `path.key` or, where `path.is_index`, the element `path.index` below a node,
///   and says in a second argument whether there is one: `bool step(node& n, const query_path& path)`.
///   Where members are looked up by number, `path` is a stable address to keep the number by.
/// - `d.value(n)` is the value of a node, as `query_value`; arrays and objects by `composite_functions`.
/// - `d.write(out)` appends the whole document as JSON text; false when memory is refused.
/// @par Example
/// `doppel/query/json_document.hpp` makes `boost::json::value` one in sixty lines.
template <class D>
concept query_document = std::is_trivially_copyable_v<typename D::node> &&
    requires(const D& d, typename D::node n, const query_path& path, text_buffer& out) {
  { d.root() }
  noexcept->std::same_as<typename D::node>;
  { d.step(n, path) }
  noexcept->std::same_as<bool>;
  { d.value(n) }
  noexcept->std::same_as<query_value>;
  { d.write(out) }
  noexcept->std::same_as<bool>;
};

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DOCUMENT_HPP
