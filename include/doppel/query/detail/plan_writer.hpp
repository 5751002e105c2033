// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_PLAN_WRITER_HPP
#define DOPPEL_QUERY_DETAIL_PLAN_WRITER_HPP

#include <doppel/base/buffer.hpp>
#include <doppel/query/compare.hpp>
#include <doppel/query/detail/rules.hpp>
#include <doppel/query/function.hpp>
#include <doppel/query/program.hpp>

#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// Writes a program as text.
class plan_writer {
public:
  plan_writer(const program& p, text_buffer& out) noexcept : p_(p), out_(out) {}

  /// False when memory is refused.
  bool run() noexcept {
    put("query: ", p_.source(), "\n");
    put("over: ", collection_name(), p_.mode() == query_mode::hub ? ", hub mode\n" : ", extended mode\n");
    paths();
    conditions();
    rows();
    ways();
    return is_good_;
  }

private:
  template <class... Texts>
  void put(Texts... texts) noexcept {
    ((is_good_ = is_good_ && out_.append(std::string_view(texts))), ...);
  }
  void put_number(std::uint64_t n) noexcept {
    char digits[20];
    put(std::string_view(digits, static_cast<std::size_t>(std::to_chars(digits, digits + 20, n).ptr - digits)));
  }
  void put_value(const query_value& v) noexcept {
    if (v.is_undefined()) return put("undefined");
    is_good_ = is_good_ && write_value(v, out_);
  }

  std::string_view collection_name() const noexcept {
    switch (p_.collection()) {
      case query_collection::devices: return "devices";
      case query_collection::modules: return "modules";
      case query_collection::jobs: return "jobs";
      case query_collection::messages: return "messages";
    }
    return {};
  }

  void put_path(std::uint32_t at) noexcept {
    if (at == 0) return put("(document)");
    const query_path& path = p_.paths()[at];
    if (path.parent != 0) put_path_prefix(path.parent);
    put_step(path);
  }
  // From the root down, without recursion: as often as the path is deep, one step further down.
  void put_path_prefix(std::uint32_t last) noexcept {
    std::uint32_t written = 0;
    while (written != last) {
      std::uint32_t next = last;
      while (p_.paths()[next].parent != written) next = p_.paths()[next].parent;
      put_step(p_.paths()[next]);
      written = next;
    }
  }
  void put_step(const query_path& path) noexcept {
    switch (path.parent == 0 ? path.root : path_root::unknown) {
      case path_root::message_body: return put("$body");
      case path_root::message_twin: return put("$twin");
      case path_root::system_property: return put("{$}");
      case path_root::dollar_property: return put("$");
      case path_root::application_property: return put("(property)");
      default: break;
    }
    if (path.is_index) {
      put("[");
      if (path.index < 0) put("-");
      put_number(path.index < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(path.index)
                                : static_cast<std::uint64_t>(path.index));
      return put("]");
    }
    put(path.parent == 0 ? "" : ".", path.key);
  }

  void paths() noexcept {
    put("paths:\n");
    for (std::uint32_t i = 1; i < p_.paths().size(); ++i) {
      const query_path& path = p_.paths()[i];
      if (path.atoms.empty() && path.slot == no_index) continue;
      put("  ");
      put_path(i);
      if (path.slot != no_index) {
        put("  kept as slot ");
        put_number(path.slot);
      }
      put("\n");
    }
    if (p_.slot_list().empty() && p_.atoms().empty()) put("  none\n");
  }

  static std::string_view symbol(query_operator op) noexcept {
    switch (op) {
      case query_operator::equal: return "=";
      case query_operator::not_equal: return "!=";
      case query_operator::less: return "<";
      case query_operator::less_equal: return "<=";
      case query_operator::greater: return ">";
      case query_operator::greater_equal: return ">=";
      case query_operator::add: return "+";
      case query_operator::subtract: return "-";
      case query_operator::multiply: return "*";
      case query_operator::divide: return "/";
      default: return "%";
    }
  }

  void put_atom(std::uint32_t i) noexcept {
    const query_atom& a = p_.atoms()[i];
    if (a.is_negated) put("NOT ");
    if (a.op >= atom_op::is_defined && a.op <= atom_op::array_contains) {
      put(query_function_name(function_of(a.op), p_.dialect()), "(");
      put_path(a.path);
      for (std::uint32_t l = a.literals.begin; l != a.literals.end; ++l) {
        put(", ");
        put_value(p_.literals()[l].value);
      }
      return put(")");
    }
    put_path(a.path);
    if (a.op == atom_op::is_true) return;
    if (a.op == atom_op::in) {
      put(" IN [");
      for (std::uint32_t l = a.literals.begin; l != a.literals.end; ++l) {
        if (l != a.literals.begin) put(", ");
        put_value(p_.literals()[l].value);
      }
      return put("]");
    }
    put(" ", a.op == atom_op::like ? "LIKE" : symbol(operator_of(a.op)), " ");
    put_value(p_.literals()[a.literals.begin].value);
    if (a.literals.size() == 2) {
      put(" ESCAPE ");
      put_value(p_.literals()[a.literals.begin + 1].value);
    }
  }

  void put_skip(std::string_view when, std::uint32_t count) noexcept {
    put("if ", when, " skip ");
    put_number(count);
  }
  void put_counted(std::string_view what, std::uint32_t count) noexcept {
    put(what, " of ");
    put_number(count);
  }

  void put_instruction(const query_instruction& i) noexcept {
    if (i.is_negated) put("not ");
    switch (i.opcode) {
      case query_opcode::literal: return put_value(p_.literals()[i.a].value);
      case query_opcode::slot: return put_path(p_.slot_list()[i.a].path);
      case query_opcode::atom: return put_atom(i.a);
      case query_opcode::skip_if_no: return put_skip("false", i.a);
      case query_opcode::skip_if_yes: return put_skip("true", i.a);
      case query_opcode::skip_if_defined: return put_skip("defined", i.a);
      case query_opcode::logical_not: return put("NOT");
      case query_opcode::logical_and: return put("AND");
      case query_opcode::logical_or: return put("OR");
      case query_opcode::compare:
      case query_opcode::arithmetic: return put(symbol(i.op()));
      case query_opcode::negate: return put("negate");
      case query_opcode::plus: return put("plus");
      case query_opcode::between: return put("between");
      case query_opcode::in_list: return put_counted("in list", i.a);
      case query_opcode::in_array: return put("in array");
      case query_opcode::like: return put("like");
      case query_opcode::call: put(query_function_name(i.function(), p_.dialect())); return put_counted("", i.a);
      case query_opcode::array: return put_counted("array", i.a);
      case query_opcode::element: return put("element");
      case query_opcode::member: put("member "); return put_value(p_.literals()[i.a].value);
    }
  }

  void put_code(query_range code) noexcept {
    for (std::uint32_t at = code.begin; at != code.end; ++at) {
      if (at != code.begin) put("; ");
      put_instruction(p_.code()[at]);
    }
  }

  void conditions() noexcept {
    put("conditions, all of which have to be true:\n");
    if (p_.is_never()) return put("  one can never be: no document matches\n");
    if (p_.conjuncts().empty()) return put("  none: every document matches\n");
    std::uint64_t number = 0;
    for (const query_conjunct& c : p_.conjuncts()) {
      put("  ");
      put_number(++number);
      if (c.atom != no_index) {
        put(". ");
        put_atom(c.atom);
      } else {
        put(". code: ");
        put_code(c.code);
      }
      put("\n");
    }
  }

  void put_source(query_range code, std::uint32_t group_key, std::uint32_t aggregate) noexcept {
    if (aggregate != no_index) {
      const query_aggregation& a = p_.aggregates()[aggregate];
      put(query_aggregate_name(a.function), "(");
      if (!a.counts_rows) put_code(a.code);
      return put(")");
    }
    if (group_key == no_index) return put_code(code);
    put("key ");
    put_number(std::uint64_t{group_key} + 1);
  }

  void rows() noexcept {
    put("rows: ", p_.is_distinct() ? "distinct " : "");
    put(p_.selects_documents() ? "whole documents\n"
        : p_.is_grouped()      ? "one for each group\n"
                               : "one for each match\n");
    std::uint64_t number = 0;
    for (const query_range& key : p_.group_keys()) {
      put("  key ");
      put_number(++number);
      put(": ");
      put_code(key);
      put("\n");
    }
    for (const query_column& column : p_.columns()) {
      put("  column ", column.quoted, " ");
      put_source(column.code, column.group_key, column.aggregate);
      put("\n");
    }
    for (const query_ordering& o : p_.order()) {
      put("  order: ");
      put_source(o.code, o.group_key, o.aggregate);
      put(o.is_descending ? ", descending\n" : ", ascending\n");
    }
    const bool is_open = p_.end_row() == (std::numeric_limits<std::uint64_t>::max)();
    if (p_.first_row() != 0 || !is_open) {
      put("  only rows ");
      put_number(p_.first_row());
      put(" up to ");
      if (is_open) {
        put("the end");
      } else {
        put_number(p_.end_row());
        put(", which is not one of them");
      }
      put("\n");
    }
  }

  void put_sections() noexcept {
    put("  resident twins: read ");
    bool is_first = true;
    for (std::uint32_t i = 1; i < p_.paths().size(); ++i) {
      const query_path& path = p_.paths()[i];
      const bool is_section = path.parent != 0 && p_.paths()[path.parent].root == path_root::properties;
      if (path.parent != 0 && !is_section) continue;
      if (path.root == path_root::properties && path.first_child != no_index) continue;
      put(is_first ? "" : ", ", path.key);
      is_first = false;
    }
    put(is_first ? "nothing\n" : "\n");
  }

  void ways() noexcept {
    put("evaluation:\n  documents with look-up by name: ");
    put_number(p_.atoms().size() + p_.slot_list().size());
    put(" look-ups at most, up to the first condition that is not true\n");
    const bool is_of_twins =
        p_.collection() == query_collection::devices || p_.collection() == query_collection::modules;
    if (is_of_twins) put_sections();
    put("  text, in one pass: ");
    std::uint64_t values = 0;
    for (const query_path& path : p_.paths()) values += !path.atoms.empty() || path.slot != no_index ? 1u : 0u;
    put_number(values);
    put(" values of interest, ");
    put_number(p_.slot_list().size());
    put(" of them kept\n  result: ");
    put(!p_.is_streaming() ? "all documents are asked before the first row comes\n"
        : p_.is_distinct() ? "rows come as documents match; each row is remembered\n"
                           : "rows come as documents match\n");
  }

  const program& p_;
  text_buffer& out_;
  bool is_good_ = true;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_PLAN_WRITER_HPP
