// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_QUERY_RANDOM_QUERY_HPP
#define DOPPEL_TESTS_QUERY_RANDOM_QUERY_HPP

#include <support/random.hpp>

#include <string>

// Texts of extended mode that are right by construction, from the grammar of spec/query.md 3.
namespace doppel_test {

inline std::string random_expression(random_source& random, int depth);

inline std::string random_key(random_source& random) {
  return random.pick({"a", "b", "env", "x-1", "4g", "[[group]]", "order", "[[a b]]", "[[5]]", "[[a,b]]", "$version",
                      "gr\xc3\xb6\xc3\x9f", "[[]x]]", "Desired"});
}

// In brackets only behind a prefix: inside a list, brackets are those of another list.
inline std::string random_root(random_source& random) {
  return random.pick({"deviceId", "ID", "tags", "Tags", "status", "properties.desired", "PROPERTIES.Reported", "nosuch",
                      "devices.[[my root]]", "devices.[[group]]", "devices.tags", "devices.[[a,b]]", "devices.[[true]]",
                      "devices.count", "distinct", "limit", "devices.[[ ]]"});
}

inline std::string random_path(random_source& random, int depth) {
  std::string path = random_root(random);
  for (std::size_t n = random.below(4); n != 0; --n) {
    switch (random.below(6)) {
      case 0: path += "[" + std::to_string(random.between(-2, 9)) + "]"; break;
      case 1: path += random.coin() ? "['k']" : "[\"it's ]]\"]"; break;
      case 2:
        if (depth > 0) {
          path += "[(" + random_expression(random, depth - 1) + ")]";
          break;
        }
        [[fallthrough]];
      default: path += (random.one_in(8) ? " . " : ".") + random_key(random); break;
    }
  }
  return path;
}

inline std::string random_literal(random_source& random) {
  return random.pick({"1",
                      "-1",
                      "0",
                      "0x1F",
                      "1.5",
                      "-2.25",
                      "1e3",
                      "-1e-9",
                      ".5",
                      "9223372036854775807",
                      "9223372036854775808",
                      "1e308",
                      "'a'",
                      "''",
                      "'O''Brien'",
                      "\"x'y\"",
                      "'\\\\ \\u0001'",
                      "'\\uD83D\\uDE00'",
                      "true",
                      "FALSE",
                      "null",
                      "undefined",
                      "[]",
                      "[1, 'x']",
                      "[[1], []]",
                      "+5"});
}

inline std::string random_call(random_source& random, int depth) {
  const auto e = [&] { return random_expression(random, depth - 1); };
  switch (random.below(5)) {
    case 0: return "is_defined(" + e() + ")";
    case 1: return "STARTSWITH (" + e() + ", " + e() + ")";
    case 2: return "CONCAT(" + e() + "," + e() + "," + e() + ")";
    case 3: return "SUBSTRING(" + e() + ", " + e() + (random.coin() ? ", " + e() : "") + ")";
    default: return "ARRAY_CONTAINS(" + e() + ", " + e() + ")";
  }
}

// Something that binds tighter than a comparison.
inline std::string random_additive(random_source& random, int depth) {
  if (depth <= 0) return random.coin() ? random_path(random, 0) : random_literal(random);
  switch (random.below(9)) {
    case 0:
    case 1:
      return random_additive(random, depth - 1) + " " + random.pick({"+", "-", "*", "/", "%", "||"}) + " " +
             random_additive(random, depth - 1);
    case 2: return random.pick({"-", "+", "- "}) + random_additive(random, depth - 1);
    case 3: return "(" + random_expression(random, depth - 1) + ")";
    case 4: return random_call(random, depth);
    case 5: return "[" + random_additive(random, depth - 1) + ", " + random_additive(random, depth - 1) + "]";
    default: return random.coin() ? random_path(random, depth) : random_literal(random);
  }
}

inline std::string random_comparison(random_source& random, int depth) {
  const std::string left = random_additive(random, depth - 1);
  const auto other = [&] { return random_additive(random, depth - 1); };
  const std::string negation = random.coin() ? " NOT" : "";
  switch (random.below(6)) {
    case 0: return left + random.pick({" IN ", " NIN ", " NOT IN "}) + "[" + other() + "]";
    case 1: return left + " IN (" + other() + ", " + other() + ")";
    case 2: return left + negation + " BETWEEN " + other() + " AND " + other();
    case 3: return left + negation + " LIKE " + other() + (random.coin() ? " ESCAPE " + other() : "");
    case 4: return left + " IN tags.list";
    default: return left + " " + random.pick({"=", "!=", "<>", "<", "<=", ">", ">="}) + " " + other();
  }
}

inline std::string random_expression(random_source& random, int depth) {
  if (depth <= 0) return random_additive(random, 0);
  switch (random.below(6)) {
    case 0: return random_expression(random, depth - 1) + " AND " + random_expression(random, depth - 1);
    case 1: return random_expression(random, depth - 1) + " OR " + random_expression(random, depth - 1);
    case 2: return "NOT " + random_comparison(random, depth - 1);
    case 3: return random_expression(random, depth - 1) + " ?? " + random_expression(random, depth - 1);
    default: return random_comparison(random, depth);
  }
}

inline std::string random_query(random_source& random) {
  std::string query = "SELECT ";
  if (random.one_in(4)) query += "DISTINCT ";
  if (random.one_in(4)) query += "TOP " + std::to_string(random.below(100)) + " ";
  const std::size_t columns = random.below(4);
  const bool is_grouped = columns != 0 && random.one_in(3);
  std::string keys;
  if (columns == 0) query += "*";
  for (std::size_t i = 0; i != columns; ++i) {
    if (i != 0) query += ", ";
    // Aliases, so that no name comes twice; often the name of a root.
    const std::string alias =
        i == 0 ? random.pick({" AS deviceId", " AS [[x y]]", " AS Id", " AS order", " AS 4g", " AS tags"})
               : " AS c" + std::to_string(i);
    if (is_grouped && random.coin()) {
      query += random.pick({"COUNT()", "COUNT(*)", "max(tags.a)", "SUM(tags.b + 1)"}) + alias;
    } else {
      const std::string expression = random_additive(random, 3);
      query += (i == 0 ? "(" + expression + ")" : expression) + alias;
      keys += (keys.empty() ? "" : ", ") + expression;
    }
  }
  query += random.pick({" FROM devices", " FROM Devices"});
  if (random.coin()) query += " WHERE " + random_expression(random, 4);
  if (is_grouped && !keys.empty()) query += " GROUP BY " + keys;
  if (random.one_in(3) && !is_grouped) {
    query += " ORDER BY " + random_path(random, 2) + random.pick({"", " ASC", " DESC"}) + ", " +
             random_expression(random, 2);
  }
  if (random.one_in(4)) query += (random.coin() ? " OFFSET 3" : "") + std::string(" LIMIT 10");
  return query;
}

}  // namespace doppel_test

#endif
