// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_QUERY_DETAIL_ROUTE_TYPES_HPP
#define DOPPEL_QUERY_DETAIL_ROUTE_TYPES_HPP

#include <doppel/query/detail/tree_storage.hpp>
#include <doppel/query/diagnostic.hpp>
#include <doppel/query/function.hpp>
#include <doppel/query/root.hpp>
#include <doppel/query/syntax_node.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {
namespace detail {

/// What is known of a value before there is a message.
enum class route_type : std::uint8_t {
  unknown,  // of a body or a twin; null and undefined, too, go with everything
  boolean,
  number,
  string
};

/// What a function of routes takes and gives: `first` for the first argument, `rest` for the others.
struct route_signature {
  route_type first;
  route_type rest;
  route_type result;
};

constexpr route_signature route_signature_of(query_function function) noexcept {
  constexpr route_type any = route_type::unknown;
  constexpr route_type number = route_type::number;
  constexpr route_type string = route_type::string;
  switch (function) {
    case query_function::abs:
    case query_function::sign:
    case query_function::ceiling:
    case query_function::floor:
    case query_function::square:
    case query_function::sqrt:
    case query_function::exp:
    case query_function::power: return {number, number, number};
    case query_function::as_number: return {any, any, number};
    case query_function::array_length: return {any, any, number};
    case query_function::concat:
    case query_function::lower:
    case query_function::upper: return {string, string, string};
    case query_function::length: return {string, string, number};
    case query_function::substring: return {string, number, string};
    case query_function::index_of: return {string, string, number};
    case query_function::starts_with:
    case query_function::ends_with:
    case query_function::contains: return {string, string, route_type::boolean};
    default: return {any, any, route_type::boolean};
  }
}

/// Refuses what can be seen to have operands of the wrong type (spec/query.md 16.4). Constants and properties, which
/// are strings, have a type; so has what operators and functions give.
class route_types {
public:
  constexpr route_types(const tree_storage& tree, query_diagnostic& diagnostic) noexcept
      : tree_(tree), diagnostic_(diagnostic), types_(tree.memory()) {}

  /// @return false if an operand is of the wrong type, and the diagnostic says which; `errc::out_of_memory` in it if
  /// memory was refused
  [[nodiscard]] constexpr bool run() noexcept {
    if (!types_.reserve(tree_.nodes.size())) {
      diagnostic_.clear();
      diagnostic_.code = errc::out_of_memory;
      return false;
    }
    for (std::uint32_t i = 0; i != tree_.nodes.size(); ++i) {
      route_type type = route_type::unknown;
      if (!find_type(i, type) || !types_.push(type)) return false;
    }
    return true;
  }

private:
  constexpr bool find_type(std::uint32_t i, route_type& type) noexcept {
    const node_record& node = tree_.nodes[i];
    switch (static_cast<node_kind>(node.kind)) {
      case node_kind::integer:
      case node_kind::floating: type = route_type::number; return true;
      case node_kind::string: type = route_type::string; return true;
      case node_kind::path: {
        const auto root = static_cast<path_root>(node.code);
        type = root == path_root::message_body || root == path_root::message_twin ? route_type::unknown
                                                                                  : route_type::string;
        return true;
      }
      case node_kind::unary:
      case node_kind::binary: return find_operator_type(i, type);
      case node_kind::call: {
        const route_signature signature = route_signature_of(static_cast<query_function>(node.code));
        type = signature.result;
        return check_children(i, signature.first, signature.rest) &&
               (static_cast<query_function>(node.code) != query_function::as_number || check_as_number(i));
      }
      case node_kind::boolean:
      case node_kind::in:
      case node_kind::between:
      case node_kind::like: type = route_type::boolean; return true;
      default: return true;
    }
  }

  constexpr bool find_operator_type(std::uint32_t i, route_type& type) noexcept {
    switch (static_cast<query_operator>(tree_.nodes[i].code)) {
      case query_operator::logical_not:
      case query_operator::logical_and:
      case query_operator::logical_or: type = route_type::boolean; return check_children(i, type, type);
      case query_operator::concatenate: type = route_type::string; return check_children(i, type, type);
      case query_operator::coalesce: return check_same(i, type);
      case query_operator::equal:
      case query_operator::not_equal:
      case query_operator::less:
      case query_operator::less_equal:
      case query_operator::greater:
      case query_operator::greater_equal: {
        route_type ignored{};
        type = route_type::boolean;
        return check_same(i, ignored);
      }
      default: type = route_type::number; return check_children(i, type, type);
    }
  }

  constexpr bool check_children(std::uint32_t i, route_type first, route_type rest) noexcept {
    route_type wanted = first;
    for (std::uint32_t child = tree_.nodes[i].first_child; child != no_node; child = tree_.nodes[child].next) {
      if (!check_operand(child, wanted)) return false;
      wanted = rest;
    }
    return true;
  }

  // Both of one type, which is the result.
  constexpr bool check_same(std::uint32_t i, route_type& type) noexcept {
    const std::uint32_t left = tree_.nodes[i].first_child;
    const std::uint32_t right = i - 1;
    type = types_[left] != route_type::unknown ? types_[left] : types_[right];
    return check_operand(right, types_[left]);
  }

  constexpr bool check_operand(std::uint32_t node, route_type wanted) noexcept {
    if (wanted == route_type::unknown || types_[node] == route_type::unknown || types_[node] == wanted) return true;
    return fail(node, wanted == route_type::boolean        ? "a boolean"
                      : wanted == route_type::string       ? "a string"
                      : types_[node] == route_type::string ? "a number; properties are strings, AS_NUMBER(x) converts"
                                                           : "a number");
  }

  constexpr bool check_as_number(std::uint32_t i) noexcept {
    return types_[i - 1] != route_type::boolean || fail(i - 1, "a string or a number");
  }

  constexpr bool fail(std::uint32_t node, std::string_view expected) noexcept {
    diagnostic_.clear();
    diagnostic_.code = errc::syntax_error;
    diagnostic_.offset = tree_.nodes[node].offset;
    diagnostic_.length = tree_.nodes[node].length;
    diagnostic_.expected = expected;
    return false;
  }

  const tree_storage& tree_;
  query_diagnostic& diagnostic_;
  growing_list<route_type> types_;
};

}  // namespace detail
}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_QUERY_DETAIL_ROUTE_TYPES_HPP
