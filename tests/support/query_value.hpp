// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_QUERY_VALUE_HPP
#define DOPPEL_TESTS_SUPPORT_QUERY_VALUE_HPP

#include "node.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Values of queries (spec/query.md 5 to 8), written down as the specification says them: nothing is shared with the
// library, and nothing is done for speed.
namespace doppel_test {

using json_value = boost::json::value;

// A value, or nothing where the specification says undefined. Numbers are int64 or double, never uint64.
using query_value = std::optional<json_value>;

// True, false or undefined.
using truth = std::optional<bool>;

// The kinds in the order of ORDER BY (section 13); booleans are one kind, false before true.
enum class value_kind { undefined, null, boolean, number, string, array, object };

value_kind kind_of(const query_value& value);
value_kind kind_of(const json_value& value);

query_value undefined();
query_value null_value();
query_value boolean(bool value);
query_value integer(std::int64_t value);
query_value string(std::string_view value);
query_value from_truth(truth value);
// Undefined unless it is finite: a row is JSON (section 8).
query_value real(double value);

// The document as JSON values. A number without fraction and exponent that fits 64 bits is an integer, any other a
// double, rounded correctly (Boost.JSON's own parser does not).
json_value to_value(const node& document);
// The other way round, for messages.
std::string to_text(const json_value& value);
std::string to_text(const query_value& value);

// Section 6. `compare` is negative, zero or positive.
int compare_numbers(const json_value& a, const json_value& b);
bool is_equal(const json_value& a, const json_value& b);
truth equal(const query_value& a, const query_value& b);
truth not_equal(const query_value& a, const query_value& b);
truth less(const query_value& a, const query_value& b);
truth less_or_equal(const query_value& a, const query_value& b);

// Equality of group keys (11.3): undefined equals undefined.
bool is_same_key(const query_value& a, const query_value& b);
// The order of ORDER BY (section 13).
int compare_for_order(const query_value& a, const query_value& b);

// Section 7. What is no boolean counts as undefined.
truth as_truth(const query_value& value);
truth logical_not(truth a);
truth logical_and(truth a, truth b);
truth logical_or(truth a, truth b);

// Section 8.
query_value negate(const query_value& a);
query_value plus(const query_value& a);
query_value add(const query_value& a, const query_value& b);
query_value subtract(const query_value& a, const query_value& b);
query_value multiply(const query_value& a, const query_value& b);
query_value divide(const query_value& a, const query_value& b);
query_value remainder(const query_value& a, const query_value& b);

// Section 9. `list` is undefined or no array: undefined.
truth is_in(const query_value& value, const query_value& list);
truth between(const query_value& value, const query_value& low, const query_value& high);
// `escape` is null if there is no ESCAPE.
truth like(const query_value& text, const query_value& pattern, const query_value* escape);

double to_double(const json_value& number);

}  // namespace doppel_test

#endif
