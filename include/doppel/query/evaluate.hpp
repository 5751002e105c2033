// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_EVALUATE_HPP
#define DOPPEL_QUERY_EVALUATE_HPP

#include <doppel/base/config.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/detail/machine.hpp>
#include <doppel/query/detail/rules.hpp>
#include <doppel/query/json_text.hpp>
#include <doppel/query/program.hpp>
#include <doppel/query/value.hpp>

#include <cstdint>
#include <string_view>

/// @file
/// Atoms: the tests that one value decides.
namespace doppel {
inline namespace v0 {

/// What an atom says of a value.
/// @par Complexity
/// Linear in the value's text for strings, constant else; times the number of literals for IN.
/// @par Exception safety
/// Nothing throws or allocates.
/// @par Specification
/// spec/query.md 5 to 10
[[nodiscard]] inline truth decide(const program& p, const query_atom& atom, const query_value& value) noexcept {
  const truth t =
      detail::test(p.dialect(), atom.op, value, p.literals().data() + atom.literals.begin, atom.literals.size());
  return atom.is_negated ? negate(t) : t;
}

/// The same for a leaf by its JSON text, which has to be canonical: only the quote, the backslash and control
/// characters are escaped, in the form that doppel stores. Decides what can be decided without looking into
/// the text.
/// @param text a scalar or an array, not empty
[[nodiscard]] inline truth decide_canonical(const program& p, const query_atom& atom, std::string_view text) noexcept {
  if (atom.op == atom_op::equal && text[0] == '"') {
    // A string equals a literal if the texts are the same; no string equals anything else.
    const std::string_view literal = p.literals()[atom.literals.begin].json;
    if (!literal.empty()) return to_truth((text == literal) != atom.is_negated);
  }
  return decide(p, atom, value_of_json(text));
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_EVALUATE_HPP
