// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "query_value.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace doppel_test {
namespace {

constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

bool is_number(const query_value& value) { return kind_of(value) == value_kind::number; }

// An integer against a double, without rounding either.
int compare_exactly(std::int64_t a, double b) {
  if (b >= 0x1p63) {
    return -1;
  }
  if (b < -0x1p63) {
    return 1;
  }
  const double whole = std::trunc(b);
  const auto integral = static_cast<std::int64_t>(whole);
  if (a != integral) {
    return a < integral ? -1 : 1;
  }
  return whole < b ? -1 : whole > b ? 1 : 0;
}

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_bytes(std::string_view a, std::string_view b) {
  // char_traits<char> compares as unsigned char, and the order of UTF-8 bytes is the order of code points.
  const int order = a.compare(b);
  return three_way(order, 0);
}

// Of two values of one kind; nothing for arrays and objects, which have no order.
std::optional<int> compare(const json_value& a, const json_value& b) {
  switch (kind_of(a)) {
    case value_kind::null: return 0;
    case value_kind::boolean: return three_way(int{a.get_bool()}, int{b.get_bool()});
    case value_kind::number: return compare_numbers(a, b);
    case value_kind::string: return compare_bytes(a.get_string(), b.get_string());
    case value_kind::undefined:
    case value_kind::array:
    case value_kind::object: break;
  }
  return std::nullopt;
}

// Ordering, where the table of section 6 has one.
std::optional<int> order_of(const query_value& a, const query_value& b) {
  if (!a || !b || kind_of(a) != kind_of(b)) {
    return std::nullopt;
  }
  return compare(*a, *b);
}

std::optional<std::int64_t> exact_sum(std::int64_t a, std::int64_t b) {
  if (b > 0 ? a > largest - b : a < smallest - b) {
    return std::nullopt;
  }
  return a + b;
}

std::optional<std::int64_t> exact_difference(std::int64_t a, std::int64_t b) {
  if (b > 0 ? a < smallest + b : a > largest + b) {
    return std::nullopt;
  }
  return a - b;
}

std::optional<std::int64_t> exact_product(std::int64_t a, std::int64_t b) {
  if (a == 0 || b == 0) {
    return 0;
  }
  if ((a == -1 && b == smallest) || (b == -1 && a == smallest)) {
    return std::nullopt;
  }
  if (a == -1 || b == -1) {
    return a == -1 ? -b : -a;
  }
  const bool is_positive = (a > 0) == (b > 0);
  const std::int64_t bound = is_positive ? largest : smallest;
  // |a| <= |bound / b|, which the division rounds towards zero.
  const std::int64_t most = bound / b;
  if (a > 0 ? a > most : a < most) {
    return std::nullopt;
  }
  return a * b;
}

// The rule of + - *: exact while it fits, else double.
template <class Exact, class Rounded>
query_value calculate(const query_value& a, const query_value& b, Exact exact, Rounded rounded) {
  if (!is_number(a) || !is_number(b)) {
    return undefined();
  }
  if (a->is_int64() && b->is_int64()) {
    if (const std::optional<std::int64_t> result = exact(a->get_int64(), b->get_int64())) {
      return integer(*result);
    }
  }
  return real(rounded(to_double(*a), to_double(*b)));
}

void put(const json_value& value, std::string& out) {
  switch (value.kind()) {
    case boost::json::kind::null: out += "null"; return;
    case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
    case boost::json::kind::int64: out += std::to_string(value.get_int64()); return;
    case boost::json::kind::uint64: out += std::to_string(value.get_uint64()); return;
    case boost::json::kind::double_: {
      char text[32];
      std::snprintf(text, sizeof text, "%.17g", value.get_double());
      out += text;
      if (out.find_first_of(".e", out.size() - std::string_view(text).size()) == std::string::npos) {
        out += ".0";
      }
      return;
    }
    case boost::json::kind::string: write_string(value.get_string(), out); return;
    case boost::json::kind::array: {
      const char* separator = "";
      out += '[';
      for (const json_value& element : value.get_array()) {
        out += separator;
        put(element, out);
        separator = ",";
      }
      out += ']';
      return;
    }
    case boost::json::kind::object: {
      const char* separator = "";
      out += '{';
      for (const auto& entry : value.get_object()) {
        out += separator;
        write_string(entry.key(), out);
        out += ':';
        put(entry.value(), out);
        separator = ",";
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

value_kind kind_of(const json_value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return value_kind::null;
    case boost::json::kind::bool_: return value_kind::boolean;
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: return value_kind::number;
    case boost::json::kind::string: return value_kind::string;
    case boost::json::kind::array: return value_kind::array;
    case boost::json::kind::object: return value_kind::object;
  }
  return value_kind::undefined;
}

value_kind kind_of(const query_value& value) { return value ? kind_of(*value) : value_kind::undefined; }

query_value undefined() { return std::nullopt; }
query_value null_value() { return query_value(std::in_place, nullptr); }
query_value boolean(bool value) { return query_value(std::in_place, value); }
query_value integer(std::int64_t value) { return query_value(std::in_place, value); }
query_value string(std::string_view value) {
  return query_value(std::in_place, boost::json::string_view(value.data(), value.size()));
}
query_value from_truth(truth value) { return value ? boolean(*value) : undefined(); }
query_value real(double value) { return std::isfinite(value) ? query_value(std::in_place, value) : undefined(); }

json_value to_value(const node& document) {
  switch (document.kind) {
    case node_kind::null: return nullptr;
    case node_kind::boolean: return document.text == "true";
    case node_kind::integer: {
      errno = 0;
      const long long value = std::strtoll(document.text.c_str(), nullptr, 10);
      if (errno == 0) {
        return std::int64_t{value};
      }
      return std::strtod(document.text.c_str(), nullptr);
    }
    case node_kind::floating: return std::strtod(document.text.c_str(), nullptr);
    case node_kind::string: return json_value(boost::json::string_view(document.text));
    case node_kind::array: {
      boost::json::array elements;
      for (const node& element : document.elements) {
        elements.push_back(to_value(element));
      }
      return elements;
    }
    case node_kind::object: {
      boost::json::object members;
      for (const member& m : document.members) {
        members[m.key] = to_value(m.value);  // the last of a name counts
      }
      return members;
    }
  }
  return nullptr;
}

std::string to_text(const json_value& value) {
  std::string out;
  put(value, out);
  return out;
}

std::string to_text(const query_value& value) { return value ? to_text(*value) : "undefined"; }

double to_double(const json_value& number) {
  return number.is_int64() ? static_cast<double>(number.get_int64()) : number.get_double();
}

int compare_numbers(const json_value& a, const json_value& b) {
  if (a.is_int64() && b.is_int64()) {
    return three_way(a.get_int64(), b.get_int64());
  }
  if (a.is_int64()) {
    return compare_exactly(a.get_int64(), b.get_double());
  }
  if (b.is_int64()) {
    return -compare_exactly(b.get_int64(), a.get_double());
  }
  return three_way(a.get_double(), b.get_double());
}

bool is_equal(const json_value& a, const json_value& b) {
  if (kind_of(a) != kind_of(b)) {
    return false;
  }
  if (a.is_array()) {
    const boost::json::array& left = a.get_array();
    const boost::json::array& right = b.get_array();
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), is_equal);
  }
  if (a.is_object()) {
    const boost::json::object& left = a.get_object();
    const boost::json::object& right = b.get_object();
    return left.size() == right.size() && std::all_of(left.begin(), left.end(), [&](const auto& entry) {
             const json_value* other = right.if_contains(entry.key());
             return other != nullptr && is_equal(entry.value(), *other);
           });
  }
  return compare(a, b) == 0;
}

truth equal(const query_value& a, const query_value& b) {
  if (!a || !b) {
    return std::nullopt;
  }
  return is_equal(*a, *b);
}

truth not_equal(const query_value& a, const query_value& b) { return logical_not(equal(a, b)); }

truth less(const query_value& a, const query_value& b) {
  const std::optional<int> order = order_of(a, b);
  return order ? truth(*order < 0) : std::nullopt;
}

truth less_or_equal(const query_value& a, const query_value& b) {
  const std::optional<int> order = order_of(a, b);
  return order ? truth(*order <= 0) : std::nullopt;
}

bool is_same_key(const query_value& a, const query_value& b) {
  return a && b ? is_equal(*a, *b) : a.has_value() == b.has_value();
}

int compare_for_order(const query_value& a, const query_value& b) {
  const value_kind left = kind_of(a);
  const value_kind right = kind_of(b);
  if (left != right) {
    return left < right ? -1 : 1;
  }
  return a ? compare(*a, *b).value_or(0) : 0;
}

truth as_truth(const query_value& value) {
  return kind_of(value) == value_kind::boolean ? truth(value->get_bool()) : std::nullopt;
}

truth logical_not(truth a) { return a ? truth(!*a) : std::nullopt; }

truth logical_and(truth a, truth b) {
  if (a == false || b == false) {
    return false;
  }
  return a == true && b == true ? truth(true) : std::nullopt;
}

truth logical_or(truth a, truth b) {
  if (a == true || b == true) {
    return true;
  }
  return a == false && b == false ? truth(false) : std::nullopt;
}

query_value negate(const query_value& a) { return subtract(integer(0), a); }
query_value plus(const query_value& a) { return is_number(a) ? a : undefined(); }

query_value add(const query_value& a, const query_value& b) {
  return calculate(a, b, exact_sum, [](double x, double y) { return x + y; });
}

query_value subtract(const query_value& a, const query_value& b) {
  return calculate(a, b, exact_difference, [](double x, double y) { return x - y; });
}

query_value multiply(const query_value& a, const query_value& b) {
  return calculate(a, b, exact_product, [](double x, double y) { return x * y; });
}

query_value divide(const query_value& a, const query_value& b) {
  if (!is_number(a) || !is_number(b) || to_double(*b) == 0) {
    return undefined();
  }
  return real(to_double(*a) / to_double(*b));
}

query_value remainder(const query_value& a, const query_value& b) {
  if (!is_number(a) || !is_number(b) || to_double(*b) == 0) {
    return undefined();
  }
  if (a->is_int64() && b->is_int64()) {
    return integer(b->get_int64() == -1 ? 0 : a->get_int64() % b->get_int64());
  }
  return real(std::fmod(to_double(*a), to_double(*b)));
}

truth is_in(const query_value& value, const query_value& list) {
  if (!value || kind_of(list) != value_kind::array) {
    return std::nullopt;
  }
  const boost::json::array& elements = list->get_array();
  return std::any_of(elements.begin(), elements.end(),
                     [&](const json_value& element) { return is_equal(element, *value); });
}

truth between(const query_value& value, const query_value& low, const query_value& high) {
  return logical_and(less_or_equal(low, value), less_or_equal(value, high));
}

truth like(const query_value& text, const query_value& pattern, const query_value* escape) {
  if (kind_of(text) != value_kind::string || kind_of(pattern) != value_kind::string) {
    return std::nullopt;
  }
  std::optional<char32_t> escape_character;
  if (escape != nullptr) {
    if (kind_of(*escape) != value_kind::string) {
      return std::nullopt;
    }
    const std::vector<char32_t> characters = code_points((*escape)->get_string());
    if (characters.size() != 1) {
      return std::nullopt;
    }
    escape_character = characters.front();
  }

  struct element {
    enum { character, any_character, any_run } kind;
    char32_t character_value;
  };
  std::vector<element> elements;
  const std::vector<char32_t> written = code_points(pattern->get_string());
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] == escape_character) {
      // With nothing behind it, it can only stand for itself.
      elements.push_back({element::character, i + 1 < written.size() ? written[++i] : written[i]});
    } else if (written[i] == U'%') {
      elements.push_back({element::any_run, 0});
    } else if (written[i] == U'_') {
      elements.push_back({element::any_character, 0});
    } else {
      elements.push_back({element::character, written[i]});
    }
  }

  // matches[i]: the elements so far match the first i characters.
  const std::vector<char32_t> subject = code_points(text->get_string());
  std::vector<bool> matches(subject.size() + 1, false);
  matches[0] = true;
  for (const element& e : elements) {
    std::vector<bool> next(subject.size() + 1, false);
    if (e.kind == element::any_run) {
      bool is_reached = false;
      for (std::size_t i = 0; i <= subject.size(); ++i) {
        is_reached = is_reached || matches[i];
        next[i] = is_reached;
      }
    } else {
      for (std::size_t i = 0; i < subject.size(); ++i) {
        next[i + 1] = matches[i] && (e.kind == element::any_character || e.character_value == subject[i]);
      }
    }
    matches = next;
  }
  return bool{matches[subject.size()]};
}

}  // namespace doppel_test
