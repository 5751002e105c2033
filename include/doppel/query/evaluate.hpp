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

#include <cstddef>
#include <cstdint>
#include <string_view>

/// @file
/// Atoms: the tests that one value decides.
namespace doppel {
inline namespace v0 {

namespace detail {

constexpr bool is_number_start(char c) noexcept { return c == '-' || (c >= '0' && c <= '9'); }

}  // namespace detail

/// What an atom says of a value.
/// @par Complexity
/// Linear in the value's text for strings, constant else; times the number of literals for IN.
/// @par Exception safety
/// Nothing throws or allocates.
/// @par Specification
/// spec/query.md 5 to 10. Library choice where it is silent: in LIKE, an escape at the end of the pattern stands for
/// itself.
[[nodiscard]] inline truth decide(const program& p, const query_atom& atom, const query_value& value) noexcept {
  if (value.is_string() && value.form() == detail::string_form::time && atom.op >= atom_op::equal &&
      atom.op <= atom_op::greater_equal) {
    // Times of different seconds stand in the order of their texts.
    const query_constant& literal = p.literals()[atom.literals.begin];
    const std::int64_t since = value.ticks() - literal.second;
    if (literal.second != query_constant::no_second && (since < 0 || since >= timestamp::ticks_per_second)) {
      return to_truth(detail::holds(detail::operator_of(atom.op), since < 0 ? -1 : 1) != atom.is_negated);
    }
  }
  const truth t =
      detail::test(p.dialect(), atom.op, value, p.literals().data() + atom.literals.begin, atom.literals.size());
  return atom.is_negated ? negate(t) : t;
}

/// The same for a leaf by its JSON text, which has to be canonical: only the quote, the backslash and control
/// characters are escaped, in the form that doppel stores. Decides what can be decided without looking into
/// the text.
/// @param text a scalar or an array, not empty
[[nodiscard]] inline truth decide_canonical(const program& p, const query_atom& atom, std::string_view text) noexcept {
  const query_constant* const literals = p.literals().data() + atom.literals.begin;
  const auto settled = [&atom](bool holds) { return to_truth(holds != atom.is_negated); };
  if (text[0] == '"') {
    // Strings are equal if their texts are, and a text that starts with another's characters starts with the string.
    switch (atom.op) {
      case atom_op::equal:
        if (literals->json.empty()) break;
        return settled(detail::equal_texts(text, literals->json));
      case atom_op::in:
        for (std::uint32_t i = 0; i != atom.literals.size(); ++i) {
          if (detail::equal_texts(text, literals[i].json)) return settled(true);
        }
        return settled(false);
      case atom_op::starts_with: {
        const std::string_view prefix = literals->json;
        if (prefix.empty() || prefix[0] != '"') break;
        return settled(text.size() >= prefix.size() &&
                       detail::equal_texts(text.substr(0, prefix.size() - 1), prefix.substr(0, prefix.size() - 1)));
      }
      default: break;
    }
  } else if (detail::is_number_start(text[0]) && atom.op >= atom_op::equal && atom.op <= atom_op::greater_equal &&
             literals->value.is_number()) {
    const int order = detail::compare_numbers(detail::number_of_json(text), literals->value);
    return settled(detail::holds(detail::operator_of(atom.op), order));
  }
  return decide(p, atom, value_of_json(text));
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_EVALUATE_HPP
