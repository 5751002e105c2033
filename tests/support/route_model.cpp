// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "route_model.hpp"

#include "query_functions.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <regex>
#include <span>
#include <string_view>

namespace doppel_test {
namespace {

using doppel::node_kind;
using doppel::path_root;
using doppel::query_function;
using doppel::query_operator;
using doppel::syntax_node;
using operands = std::span<const query_value>;

// --- parts of a message --------------------------------------------------------------------------

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

query_value property(const std::vector<route_property>& properties, const std::string& name) {
  for (const route_property& p : properties) {
    if (in_lower_case(p.name) == in_lower_case(name)) {
      return string(p.value);
    }
  }
  return undefined();
}

const json_value* element(const json_value& of, std::int64_t index) {
  const bool is_there = of.is_array() && index >= 0 && static_cast<std::size_t>(index) < of.get_array().size();
  return is_there ? &of.get_array()[static_cast<std::size_t>(index)] : nullptr;
}

// A missing path is null; an object or array is undefined, and so is a string that looks like a date.
query_value body_value(const route_message& message, const doppel::segment_range& segments) {
  if (!message.body) {
    return undefined();
  }
  const json_value* at = &*message.body;
  for (const doppel::syntax_segment segment : segments) {
    at = segment.is_index  ? element(*at, segment.index)
         : at->is_object() ? at->get_object().if_contains(segment.key)
                           : nullptr;
    if (at == nullptr) {
      return null_value();
    }
  }
  static const std::regex date(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)?)");
  if (at->is_object() || at->is_array() || (at->is_string() && std::regex_match(std::string(at->get_string()), date))) {
    return undefined();
  }
  return *at;
}

query_value twin_value(const route_message& message, const doppel::segment_range& segments) {
  if (!message.twin) {
    return undefined();
  }
  const json_value* at = &*message.twin;
  for (const doppel::syntax_segment segment : segments) {
    if (!at->is_object()) {
      return undefined();
    }
    const boost::json::object& members = at->get_object();
    const auto found = std::find_if(members.begin(), members.end(), [&](const auto& entry) {
      return in_lower_case(entry.key()) == in_lower_case(segment.key);
    });
    if (found == members.end()) {
      return undefined();
    }
    at = &found->value();
  }
  return *at;
}

query_value part(const syntax_node& path, const route_message& message) {
  const auto name = [&] { return std::string(path.segments().front().key); };
  switch (path.root()) {
    case path_root::application_property: return property(message.application, name());
    case path_root::system_property: return property(message.system, name());
    case path_root::dollar_property: {
      const query_value own = property(message.application, "$" + name());
      return own ? own : property(message.system, name());
    }
    case path_root::message_body: return body_value(message, path.segments());
    case path_root::message_twin: return twin_value(message, path.segments());
    default: return undefined();
  }
}

// --- operators -----------------------------------------------------------------------------------

bool is_number(const query_value& value) { return kind_of(value) == value_kind::number; }

query_value real_or_infinite(double value) {
  return std::isnan(value) ? undefined() : query_value(std::in_place, value);
}

template <class Function>
query_value of_numbers(const query_value& a, const query_value& b, Function function) {
  return is_number(a) && is_number(b) ? real_or_infinite(function(to_double(*a), to_double(*b))) : undefined();
}

// boolean < number < string < null
int rank(const query_value& value) {
  switch (kind_of(value)) {
    case value_kind::boolean: return 0;
    case value_kind::number: return 1;
    case value_kind::string: return 2;
    default: return 3;
  }
}

bool is_composite(const query_value& value) { return value && (value->is_array() || value->is_object()); }

// Ordering across types goes by rank. Composites, which only a twin has, are not ordered.
template <class SameType>
truth ordered(const query_value& a, const query_value& b, SameType same_type) {
  if (kind_of(a) == kind_of(b) || !a || !b || is_composite(a) || is_composite(b)) {
    return same_type(a, b);
  }
  return rank(a) < rank(b);
}

truth route_less(const query_value& a, const query_value& b) { return ordered(a, b, less); }
truth route_less_or_equal(const query_value& a, const query_value& b) { return ordered(a, b, less_or_equal); }

truth comparison(query_operator op, const query_value& a, const query_value& b) {
  switch (op) {
    case query_operator::equal: return equal(a, b);
    case query_operator::not_equal: return not_equal(a, b);
    case query_operator::less: return route_less(a, b);
    case query_operator::less_equal: return route_less_or_equal(a, b);
    case query_operator::greater: return route_less(b, a);
    default: return route_less_or_equal(b, a);
  }
}

bool is_of_body(const syntax_node& node) {
  return node.kind() == node_kind::path && node.root() == path_root::message_body;
}

query_value logic(const syntax_node& node, const query_value& a, const query_value& b) {
  const bool is_and = node.op() == query_operator::logical_and;
  const bool is_left_null = node.first_child().kind() == node_kind::null;
  const bool is_right_null = node.last_child().kind() == node_kind::null;
  if (is_left_null || is_right_null) {
    return is_and ? null_value() : is_left_null ? b : a;
  }
  const truth x = as_truth(a);
  const truth y = as_truth(b);
  if ((is_of_body(node.first_child()) || is_of_body(node.last_child())) && (!x || !y)) {
    return undefined();
  }
  return from_truth(is_and ? logical_and(x, y) : logical_or(x, y));
}

query_value unary(const syntax_node& node, const query_value& a) {
  switch (node.op()) {
    case query_operator::negate: return is_number(a) ? real_or_infinite(-to_double(*a)) : undefined();
    case query_operator::plus: return plus(a);
    default: return node.first_child().kind() == node_kind::null ? boolean(true) : from_truth(logical_not(as_truth(a)));
  }
}

query_value binary(const syntax_node& node, const query_value& a, const query_value& b) {
  switch (node.op()) {
    case query_operator::logical_and:
    case query_operator::logical_or: return logic(node, a, b);
    case query_operator::coalesce: return a ? a : b;
    case query_operator::add: return of_numbers(a, b, [](double x, double y) { return x + y; });
    case query_operator::subtract: return of_numbers(a, b, [](double x, double y) { return x - y; });
    case query_operator::multiply: return of_numbers(a, b, [](double x, double y) { return x * y; });
    case query_operator::divide: return of_numbers(a, b, [](double x, double y) { return x / y; });
    case query_operator::remainder: return of_numbers(a, b, [](double x, double y) { return std::fmod(x, y); });
    case query_operator::concatenate: {
      const query_value both[] = {a, b};
      return call_function(query_function::concat, both);
    }
    default: return from_truth(comparison(node.op(), a, b));
  }
}

// --- functions -----------------------------------------------------------------------------------

query_value as_number(const query_value& a) {
  if (is_number(a)) {
    return real_or_infinite(to_double(*a));
  }
  if (kind_of(a) != value_kind::string) {
    return undefined();
  }
  static const std::regex number(R"([ \t\r\n]*([-+]?(\d+(\.\d+)?|\.\d+)([eE][-+]?\d+)?)[ \t\r\n]*)");
  const std::string text(a->get_string());
  std::smatch found;
  return std::regex_match(text, found, number) ? real_or_infinite(std::strtod(found.str(1).c_str(), nullptr))
                                               : undefined();
}

query_value call(query_function function, operands a) {
  const auto of_number = [&](double (*f)(double)) {
    return is_number(a[0]) ? real_or_infinite(f(to_double(*a[0]))) : undefined();
  };
  switch (function) {
    case query_function::abs: return of_number([](double x) { return std::abs(x); });
    case query_function::sign: return of_number([](double x) { return x < 0 ? -1.0 : x > 0 ? 1.0 : 0.0; });
    case query_function::ceiling: return of_number([](double x) { return std::ceil(x); });
    case query_function::floor: return of_number([](double x) { return std::floor(x); });
    case query_function::square: return of_number([](double x) { return x * x; });
    case query_function::sqrt: return of_number([](double x) { return std::sqrt(x); });
    case query_function::exp: return of_number([](double x) { return std::exp(x); });
    case query_function::power: return of_numbers(a[0], a[1], [](double x, double y) { return std::pow(x, y); });
    case query_function::as_number: return as_number(a[0]);
    case query_function::twin_change_includes: return undefined();  // not of messages
    default: return call_function(function, a);
  }
}

// --- nodes ---------------------------------------------------------------------------------------

query_value value_of(const syntax_node& node, operands children, const route_message& message) {
  const auto negated_if = [&](truth value) { return from_truth(node.is_negated() ? logical_not(value) : value); };
  switch (node.kind()) {
    case node_kind::undefined: return undefined();
    case node_kind::null: return null_value();
    case node_kind::boolean: return boolean(node.boolean());
    case node_kind::integer: return integer(node.integer());
    case node_kind::floating: return real(node.floating());
    case node_kind::string: return string(node.string());
    case node_kind::path: return part(node, message);
    case node_kind::unary: return unary(node, children[0]);
    case node_kind::binary: return binary(node, children[0], children[1]);
    case node_kind::call: return call(node.function(), children);
    case node_kind::array: {
      boost::json::array array;
      for (const query_value& child : children) {
        if (child) {
          array.push_back(*child);
        }
      }
      return query_value(std::in_place, std::move(array));
    }
    case node_kind::in: return negated_if(is_in(children[0], children[1]));
    case node_kind::between:
      return negated_if(
          logical_and(route_less_or_equal(children[1], children[0]), route_less_or_equal(children[0], children[2])));
    case node_kind::like:
      return negated_if(like(children[0], children[1], children.size() == 3 ? &children[2] : nullptr));
    case node_kind::element:
    case node_kind::aggregate: break;  // routes have none
  }
  return undefined();
}

}  // namespace

query_value evaluate_route(const doppel::syntax_tree& tree, syntax_node expression, const route_message& message) {
  // Postfix order: the values of a node's children are the last ones.
  std::vector<query_value> values;
  for (doppel::node_index i = expression.subtree_begin(); i <= expression.index(); ++i) {
    const syntax_node node = tree.node(i);
    const std::size_t first = values.size() - node.child_count();
    query_value value = value_of(node, operands(values).subspan(first), message);
    values.resize(first);
    values.push_back(std::move(value));
  }
  return values.back();
}

bool is_routed(const doppel::syntax_tree& tree, const route_message& message) {
  return as_truth(evaluate_route(tree, *tree.condition(), message)) == true;
}

}  // namespace doppel_test
