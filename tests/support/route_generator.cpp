// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "route_generator.hpp"

#include "node.hpp"

#include <string_view>

namespace doppel_test {
namespace {

std::string random_scalar(random_source& random) {
  return random.pick<const char*>({"0",
                                   "-0.0",
                                   "1",
                                   "2.5",
                                   "-3",
                                   "9007199254740993",
                                   "1e300",
                                   "12",
                                   "true",
                                   "false",
                                   "null",
                                   R"("")",
                                   R"("a")",
                                   R"("b")",
                                   R"("abc")",
                                   R"("A\u00e4\n")",
                                   R"("12")",
                                   R"("1e400")",
                                   R"(" -2.5 ")",
                                   R"("2024-03-01T10:00:00Z")",
                                   R"("2024-03-01T10:00:00.125+01:00")",
                                   R"("2024-03-01T10:00:00")",
                                   R"("2024-03-01")",
                                   R"("2024-03-01T10:00:00+xx:yy")",
                                   R"("2024-03-01T10:00:00.")"});
}

std::string random_tree(random_source& random, std::size_t depth) {
  const std::size_t kind = depth == 0 ? 2 : random.below(4);
  if (kind > 1) {
    return random_scalar(random);
  }
  std::string out = kind == 0 ? "{" : "[";
  const char* separator = "";
  for (const char* key : {"a", "b", "c"}) {
    if (random.one_in(4)) {
      continue;
    }
    out += separator;
    separator = ",";
    if (kind == 0) {
      // Names of the twin do not mind case, names of the body do.
      const std::string name = random.one_in(4) ? std::string(1, static_cast<char>(*key - 'a' + 'A')) : key;
      out += '"' + name + "\":";
    }
    out += random_tree(random, depth - 1);
  }
  return out + (kind == 0 ? "}" : "]");
}

json_value parsed(const std::string& text) {
  node read;
  (void)read_json(text, read);
  return to_value(read);
}

std::string in_any_case(std::string_view name, random_source& random) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z' && random.one_in(6)) {
      c = static_cast<char>(c - 'a' + 'A');
    }
  }
  return out;
}

}  // namespace

route_message random_message(random_source& random) {
  route_message message;
  const auto text = [&] { return random.pick<const char*>({"", "a", "b", "abc", "12", "-1.5", "0x10", "critical"}); };
  for (const char* name : {"level", "count", "$own", "a-b"}) {
    if (!random.one_in(3)) {
      message.application.push_back({in_any_case(name, random), text()});
    }
  }
  for (const char* name : {"own", "contentType", "level"}) {
    if (!random.one_in(3)) {
      message.system.push_back({in_any_case(name, random), text()});
    }
  }
  if (!random.one_in(6)) {
    message.body = parsed(random.one_in(8) ? random_scalar(random)
                                           : R"({"a":)" + random_tree(random, 2) + R"(,"b":)" + random_tree(random, 2) +
                                                 R"(,"t":true,"f":false,"n":null})");
  }
  if (!random.one_in(4)) {
    message.twin = parsed(R"({"tags":)" + random_tree(random, 2) + R"(,"properties":{"reported":)" +
                          random_tree(random, 1) + "}}");
  }
  return message;
}

std::string route_generator::wrong_condition() {
  const auto other = [&](type than) {
    type found = any_type();
    while (found == than) {
      found = any_type();
    }
    return found;
  };
  const type a = any_type();
  std::string wrong;
  switch (random_.below(6)) {
    case 0:
    case 1: wrong = typed(a, 1) + random_.pick({" = ", " != ", " < ", " >= "}) + typed(other(a), 1); break;
    case 2: wrong = typed(other(type::boolean), 1) + random_.pick({" AND ", " OR "}) + operand(type::boolean, 1); break;
    case 3: wrong = "(" + typed(other(type::number), 1) + random_.pick({" + ", " * ", " % "}) + "$body.a) = 1"; break;
    case 4:
      wrong = random_.pick({"LENGTH(", "LOWER(", "STARTS_WITH('x', "}) + typed(other(type::string), 1) + ") = 'x'";
      break;
    default: wrong = "NOT (" + typed(other(type::boolean), 1) + ")"; break;
  }
  return random_.coin() ? wrong : boolean(1) + " AND (" + wrong + ")";
}

std::string route_generator::typed(type of, std::size_t depth) {
  switch (of) {
    case type::boolean: return boolean(depth);
    case type::number: return number(depth);
    case type::string: break;
  }
  return string(depth);
}

std::string route_generator::operand(type of, std::size_t depth) {
  return random_.one_in(3) ? unknown() : typed(of, depth == 0 ? 0 : depth - 1);
}

std::string route_generator::boolean(std::size_t depth) {
  if (depth == 0) {
    return constant(type::boolean);
  }
  const auto logical = [&] { return random_.one_in(10) ? std::string("null") : operand(type::boolean, depth); };
  switch (random_.below(extended() ? 13 : 10)) {
    case 0:
    case 1: return "(" + logical() + " AND " + logical() + ")";
    case 2:
    case 3: return "(" + logical() + " OR " + logical() + ")";
    case 4: return "(NOT " + logical() + ")";
    case 5:
      return random_.pick({"IS_DEFINED(", "IS_NULL(", "IS_BOOL(", "IS_NUMBER(", "IS_STRING("}) +
             operand(any_type(), depth) + ")";
    case 6:
      return random_.pick({"STARTS_WITH(", "ENDS_WITH(", "CONTAINS("}) + operand(type::string, depth) + ", " +
             operand(type::string, depth) + ")";
    case 9: return "(" + logical() + " ?? " + boolean(depth - 1) + ")";
    case 10:
      return "(" + unknown() + random_.pick({" IN [", " NOT IN ["}) + constant(any_type()) + ", " +
             constant(any_type()) + "])";
    case 11:
      return "(" + unknown() + random_.pick({" BETWEEN ", " NOT BETWEEN "}) + constant(any_type()) + " AND " +
             constant(any_type()) + ")";
    case 12: return "(" + operand(type::string, depth) + " LIKE " + random_.pick({"'a%'", "'_'", "'%b_'"}) + ")";
    default: break;
  }
  const type of = any_type();
  return "(" + operand(of, depth) + random_.pick({" = ", " != ", " <> ", " < ", " <= ", " > ", " >= "}) +
         operand(of, depth) + ")";
}

std::string route_generator::number(std::size_t depth) {
  if (depth == 0) {
    return constant(type::number);
  }
  const auto n = [&] { return operand(type::number, depth); };
  switch (random_.below(7)) {
    case 0:
    case 1: return "(" + n() + random_.pick({" + ", " - ", " * ", " / ", " % "}) + n() + ")";
    case 2: return random_.pick({"(- ", "(+ "}) + n() + ")";
    case 3: return random_.pick({"ABS(", "SIGN(", "CEILING(", "FLOOR(", "SQUARE(", "SQRT(", "EXP("}) + n() + ")";
    case 4: return "POWER(" + n() + ", " + n() + ")";
    case 5: return "AS_NUMBER(" + operand(random_.coin() ? type::string : type::number, depth) + ")";
    default: break;
  }
  return random_.coin() ? "LENGTH(" + operand(type::string, depth) + ")"
                        : "INDEX_OF(" + operand(type::string, depth) + ", " + operand(type::string, depth) + ")";
}

std::string route_generator::string(std::size_t depth) {
  if (depth == 0) {
    return random_.coin() ? constant(type::string) : property();
  }
  const auto s = [&] { return operand(type::string, depth); };
  switch (random_.below(6)) {
    case 0: return "(" + s() + " || " + s() + ")";
    case 1: return "CONCAT(" + s() + ", " + s() + ")";
    case 2: return random_.pick({"LOWER(", "UPPER("}) + s() + ")";
    case 3: return "SUBSTRING(" + s() + ", " + operand(type::number, 0) + ")";
    case 4: return "SUBSTRING(" + s() + ", " + operand(type::number, 0) + ", " + operand(type::number, 0) + ")";
    default: break;
  }
  return "(" + property() + " ?? " + typed(type::string, depth - 1) + ")";
}

std::string route_generator::unknown() {
  switch (random_.below(8)) {
    case 0: return "null";
    case 1: return "undefined";
    case 2:
    case 3: return twin_path();
    default: return body_path();
  }
}

std::string route_generator::constant(type of) {
  switch (of) {
    case type::boolean: return random_.coin() ? "true" : "false";
    case type::number:
      return random_.pick<const char*>({"0", "1", "2.5", "3", "12", "0x10", "1e308", "9007199254740993", ".5", "-1"});
    case type::string: break;
  }
  return random_.pick<const char*>({"''", "'a'", "\"b\"", "'abc'", "'12'", "'O''Brien'", "'\\u00e4'", "'1e400'"});
}

std::string route_generator::property() {
  return in_any_case(random_.pick<const char*>({"level", "count", "a-b", "nosuch", "$own", "$level", "$contenttype",
                                                "{$own}", "{$level}", "{$nosuch}", "{$count}"}),
                     random_);
}

std::string route_generator::body_path() {
  return random_.pick<const char*>({"$body.", "$BODY."}) +
         std::string(random_.pick<const char*>({"a", "b", "a.a", "a.b", "b.a", "a.B", "a[0]", "b[1]", "a.b.c",
                                                "b[0][1]", "a[0].b", "t", "f", "n", "nosuch", "nosuch.a", "t.a"}));
}

std::string route_generator::twin_path() {
  return in_any_case("$twin.", random_) +
         in_any_case(random_.pick<const char*>({"tags.a", "tags.b", "tags.c.a", "tags", "properties.reported.a",
                                                "properties.reported", "nosuch", "tags.a.b"}),
                     random_);
}

}  // namespace doppel_test
