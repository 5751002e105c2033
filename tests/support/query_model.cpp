// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "query_model.hpp"

#include "query_functions.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cmath>

namespace doppel_test {
namespace {

using doppel::node_kind;
using doppel::query_aggregate;
using doppel::query_operator;
using doppel::syntax_node;
using doppel::syntax_segment;
using doppel::syntax_tree;

// --- paths (section 4) ---------------------------------------------------------------------------

// The parts of a value, or null pointers where there are none: what is undefined.
const json_value* member_of(const json_value* value, std::string_view key) {
  return value != nullptr && value->is_object() ? value->get_object().if_contains(key) : nullptr;
}

const json_value* element_of(const json_value* value, const json_value& index) {
  if (value == nullptr || !value->is_array() || kind_of(index) != value_kind::number) {
    return nullptr;
  }
  const boost::json::array& elements = value->get_array();
  for (std::size_t i = 0; i != elements.size(); ++i) {
    if (compare_numbers(index, json_value(static_cast<std::int64_t>(i))) == 0) {
      return &elements[i];
    }
  }
  return nullptr;
}

query_value walk(const json_value* value, const doppel::segment_range& segments) {
  for (const syntax_segment segment : segments) {
    value = segment.is_index ? element_of(value, json_value(segment.index)) : member_of(value, segment.key);
  }
  return value != nullptr ? query_value(*value) : undefined();
}

query_value subscript(const query_value& base, const query_value& by, const doppel::segment_range& rest) {
  if (!base || !by) {
    return undefined();
  }
  if (by->is_string()) {
    return walk(member_of(&*base, std::string_view(by->get_string())), rest);
  }
  return walk(element_of(&*base, *by), rest);
}

// --- nodes ---------------------------------------------------------------------------------------

using operands = std::span<const query_value>;

query_value array_of(operands elements) {
  boost::json::array array;
  for (const query_value& element : elements) {
    if (element) {  // an undefined one is left out: no value holds it
      array.push_back(*element);
    }
  }
  return query_value(std::in_place, std::move(array));
}

query_value unary(query_operator op, const query_value& a) {
  switch (op) {
    case query_operator::negate: return negate(a);
    case query_operator::plus: return plus(a);
    default: return from_truth(logical_not(as_truth(a)));
  }
}

query_value binary(query_operator op, const query_value& a, const query_value& b) {
  switch (op) {
    case query_operator::logical_and: return from_truth(logical_and(as_truth(a), as_truth(b)));
    case query_operator::logical_or: return from_truth(logical_or(as_truth(a), as_truth(b)));
    case query_operator::coalesce: return a ? a : b;
    case query_operator::equal: return from_truth(equal(a, b));
    case query_operator::not_equal: return from_truth(not_equal(a, b));
    case query_operator::less: return from_truth(less(a, b));
    case query_operator::less_equal: return from_truth(less_or_equal(a, b));
    case query_operator::greater: return from_truth(less(b, a));
    case query_operator::greater_equal: return from_truth(less_or_equal(b, a));
    case query_operator::add: return add(a, b);
    case query_operator::subtract: return subtract(a, b);
    case query_operator::multiply: return multiply(a, b);
    case query_operator::divide: return divide(a, b);
    case query_operator::remainder: return remainder(a, b);
    case query_operator::concatenate: {
      const query_value both[] = {a, b};
      return call_function(doppel::query_function::concat, both);
    }
    case query_operator::negate:
    case query_operator::plus:
    case query_operator::logical_not: break;
  }
  return undefined();
}

truth negated_if(bool is_negated, truth value) { return is_negated ? logical_not(value) : value; }

query_value value_of(const syntax_node& node, operands children, const json_value& document) {
  switch (node.kind()) {
    case node_kind::undefined: return undefined();
    case node_kind::null: return null_value();
    case node_kind::boolean: return boolean(node.boolean());
    case node_kind::integer: return integer(node.integer());
    case node_kind::floating: return real(node.floating());
    case node_kind::string: return string(node.string());
    case node_kind::array: return array_of(children);
    case node_kind::path: return walk(&document, node.segments());
    case node_kind::element: return subscript(children[0], children[1], node.segments());
    case node_kind::unary: return unary(node.op(), children[0]);
    case node_kind::binary: return binary(node.op(), children[0], children[1]);
    case node_kind::call: return call_function(node.function(), children);
    case node_kind::in: return from_truth(negated_if(node.is_negated(), is_in(children[0], children[1])));
    case node_kind::between:
      return from_truth(negated_if(node.is_negated(), between(children[0], children[1], children[2])));
    case node_kind::like:
      return from_truth(
          negated_if(node.is_negated(), like(children[0], children[1], children.size() == 3 ? &children[2] : nullptr)));
    case node_kind::aggregate: break;  // has no value for one document
  }
  return undefined();
}

// --- aggregates (section 11) ---------------------------------------------------------------------

using group_documents = std::vector<const json_value*>;

query_value sum(const std::vector<json_value>& values) {
  query_value total = integer(0);
  for (const json_value& value : values) {
    total = add(total, value);  // undefined once it meets anything but a number
  }
  return total;
}

query_value average(const std::vector<json_value>& values) {
  double total = 0;
  for (const json_value& value : values) {
    if (kind_of(value) != value_kind::number) {
      return undefined();
    }
    total += to_double(value);
  }
  return values.empty() ? undefined() : real(total / static_cast<double>(values.size()));
}

// The least by the order of section 13, or with `sign` -1 the greatest.
query_value extreme(const std::vector<json_value>& values, int sign) {
  query_value found;
  for (const json_value& value : values) {
    if (value.is_array() || value.is_object()) {
      return undefined();
    }
    if (!found || sign * compare_for_order(value, found) < 0) {
      found = value;
    }
  }
  return found;
}

query_value aggregate(const syntax_tree& tree, const syntax_node& node, const group_documents& documents) {
  if (node.child_count() == 0) {
    return integer(static_cast<std::int64_t>(documents.size()));
  }
  std::vector<json_value> values;  // the defined ones
  for (const json_value* document : documents) {
    if (const query_value value = evaluate(tree, node.first_child(), *document)) {
      values.push_back(*value);
    }
  }
  switch (node.aggregate()) {
    case query_aggregate::count: return integer(static_cast<std::int64_t>(values.size()));
    case query_aggregate::sum: return sum(values);
    case query_aggregate::avg: return average(values);
    case query_aggregate::min: return extreme(values, 1);
    case query_aggregate::max: return extreme(values, -1);
  }
  return undefined();
}

// --- the pipeline (section 13) -------------------------------------------------------------------

struct ordered_row {
  model_row row;
  std::vector<query_value> order;
};

struct group {
  std::vector<query_value> keys;
  std::size_t first = 0;
  group_documents documents;
};

void put_column(std::string_view name, const query_value& value, boost::json::object& columns) {
  if (value) {
    columns[name] = *value;
  }
}

bool is_same_group(const std::vector<query_value>& a, const std::vector<query_value>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), is_same_key);
}

std::vector<group> group_by(const syntax_tree& tree, std::span<const json_value* const> documents) {
  std::vector<group> groups;
  if (tree.group_keys().empty()) {
    groups.emplace_back();  // there even if there are no documents
  }
  for (std::size_t i = 0; i != documents.size(); ++i) {
    if (!holds(tree, *documents[i])) {
      continue;
    }
    std::vector<query_value> keys;
    for (const syntax_node key : tree.group_keys()) {
      keys.push_back(evaluate(tree, key, *documents[i]));
    }
    auto at = std::find_if(groups.begin(), groups.end(), [&](const group& g) { return is_same_group(g.keys, keys); });
    if (at == groups.end()) {
      at = groups.insert(groups.end(), group{keys, i, {}});
    }
    at->documents.push_back(documents[i]);
  }
  return groups;
}

std::vector<ordered_row> rows_of_groups(const syntax_tree& tree, std::span<const json_value* const> documents) {
  std::vector<ordered_row> rows;
  for (const group& g : group_by(tree, documents)) {
    const auto value_in_group = [&](const syntax_node& node, std::uint32_t group_key) {
      return group_key != doppel::no_index ? g.keys[group_key] : aggregate(tree, node, g.documents);
    };
    ordered_row row;
    row.row.document = g.first;
    for (const doppel::syntax_column column : tree.columns()) {
      put_column(column.name, value_in_group(column.expression, column.group_key), row.row.columns);
    }
    for (const doppel::syntax_order order : tree.order()) {
      row.order.push_back(value_in_group(order.expression, order.group_key));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<ordered_row> rows_of_documents(const syntax_tree& tree, std::span<const json_value* const> documents) {
  std::vector<ordered_row> rows;
  for (std::size_t i = 0; i != documents.size(); ++i) {
    if (!holds(tree, *documents[i])) {
      continue;
    }
    ordered_row row;
    row.row.document = i;
    for (const doppel::syntax_column column : tree.columns()) {
      put_column(column.name, evaluate(tree, column.expression, *documents[i]), row.row.columns);
    }
    for (const doppel::syntax_order order : tree.order()) {
      row.order.push_back(evaluate(tree, order.expression, *documents[i]));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void drop_repeated(const syntax_tree& tree, std::span<const json_value* const> documents,
                   std::vector<ordered_row>& rows) {
  const auto is_same = [&](const model_row& a, const model_row& b) {
    return tree.selects_documents() ? is_equal(*documents[a.document], *documents[b.document])
                                    : is_equal(json_value(a.columns), json_value(b.columns));
  };
  std::vector<ordered_row> kept;
  for (ordered_row& row : rows) {
    if (std::none_of(kept.begin(), kept.end(), [&](const ordered_row& k) { return is_same(k.row, row.row); })) {
      kept.push_back(std::move(row));
    }
  }
  rows = std::move(kept);
}

void sort(const syntax_tree& tree, std::vector<ordered_row>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [&](const ordered_row& a, const ordered_row& b) {
    for (std::size_t i = 0; i != tree.order().size(); ++i) {
      const int order = compare_for_order(a.order[i], b.order[i]);
      if (order != 0) {
        return tree.order()[i].is_descending ? order > 0 : order < 0;
      }
    }
    return false;
  });
}

template <class Row>
void keep_first(std::vector<Row>& rows, std::optional<std::uint64_t> count) {
  if (count && *count < rows.size()) {
    rows.resize(static_cast<std::size_t>(*count));
  }
}

}  // namespace

query_value evaluate(const syntax_tree& tree, syntax_node expression, const json_value& document) {
  // Postfix order: the values of a node's children are the last ones.
  std::vector<query_value> values;
  for (doppel::node_index i = expression.subtree_begin(); i <= expression.index(); ++i) {
    const syntax_node node = tree.node(i);
    const std::size_t first = values.size() - node.child_count();
    query_value value = value_of(node, operands(values).subspan(first), document);
    values.resize(first);
    values.push_back(std::move(value));
  }
  return values.back();
}

bool holds(const syntax_tree& tree, const json_value& document) {
  const std::optional<syntax_node> condition = tree.condition();
  return !condition || as_truth(evaluate(tree, *condition, document)) == true;
}

std::vector<model_row> select(const syntax_tree& tree, std::span<const json_value* const> documents) {
  std::vector<ordered_row> rows =
      tree.is_grouped() ? rows_of_groups(tree, documents) : rows_of_documents(tree, documents);
  if (tree.is_distinct()) {
    drop_repeated(tree, documents, rows);
  }
  sort(tree, rows);
  keep_first(rows, tree.top());
  const std::uint64_t skipped = std::min<std::uint64_t>(tree.offset(), rows.size());
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(skipped));
  keep_first(rows, tree.limit());

  std::vector<model_row> result;
  for (ordered_row& row : rows) {
    result.push_back(std::move(row.row));
  }
  return result;
}

std::vector<double> addend_sizes(const syntax_tree& tree, std::span<const json_value* const> documents) {
  std::vector<double> sizes;
  for (const doppel::syntax_column column : tree.columns()) {
    const syntax_node& node = column.expression;
    double size = 0;
    if (node.kind() == doppel::node_kind::aggregate &&
        (node.aggregate() == query_aggregate::sum || node.aggregate() == query_aggregate::avg)) {
      for (const json_value* document : documents) {
        const query_value value = evaluate(tree, node.first_child(), *document);
        size += kind_of(value) == value_kind::number ? std::abs(to_double(*value)) : 0;
      }
    }
    sizes.push_back(size);
  }
  return sizes;
}

std::optional<std::size_t> page_size_of(std::string_view asked) {
  constexpr std::size_t most = 100;
  std::size_t size = 0;
  for (const char digit : asked) {
    if (digit < '0' || digit > '9') {
      return std::nullopt;
    }
    size = std::min(size * 10 + static_cast<std::size_t>(digit - '0'), most);
  }
  return size == 0 ? std::nullopt : std::optional<std::size_t>(size);
}

}  // namespace doppel_test
