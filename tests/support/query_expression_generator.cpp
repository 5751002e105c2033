// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "query_generator.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

// Expressions of random queries: one function for each level of the grammar of spec/query.md 3, so that what comes out
// needs no parentheses but those that are written.
namespace doppel_test {
namespace {

using doppel::query_mode;

constexpr std::array<std::string_view, 35> reserved_words{
    "ALL",       "AND",          "AS",         "ASC",   "AVG", "BY",      "COUNT",      "DESC",    "DEVICES",
    "ENDSWITH",  "FALSE",        "FROM",       "GROUP", "IN",  "IS_BOOL", "IS_DEFINED", "IS_NULL", "IS_NUMBER",
    "IS_OBJECT", "IS_PRIMITIVE", "IS_STRING",  "MAX",   "MIN", "NIN",     "NOT",        "NULL",    "OR",
    "ORDER",     "SELECT",       "STARTSWITH", "SUM",   "TOP", "TRUE",    "UNDEFINED",  "WHERE"};

bool is_reserved(std::string_view word) {
  std::string capitals(word);
  for (char& c : capitals) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  }
  return std::find(reserved_words.begin(), reserved_words.end(), capitals) != reserved_words.end();
}

bool is_ascii_letter(char32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_ascii_digit(char32_t c) { return c >= '0' && c <= '9'; }

// Spec 2.4. A segment may also start with a digit.
bool is_identifier(std::string_view key, bool may_start_with_digit) {
  const std::vector<char32_t> characters = code_points(key);
  for (std::size_t i = 0; i != characters.size(); ++i) {
    const char32_t c = characters[i];
    const bool continues = is_ascii_letter(c) || is_ascii_digit(c) || c == '_' || c == '-' || c >= 0xA1;
    const bool starts = is_ascii_letter(c) || c == '_' || c == '$' || c >= 0xA1;
    if (i == 0 ? !starts && !(may_start_with_digit && is_ascii_digit(c)) : !continues) {
      return false;
    }
  }
  return !characters.empty();
}

// Spec 2.5: up to the first "]]", no line break.
bool can_be_escaped(std::string_view key) {
  return !key.empty() && key.find("]]") == std::string_view::npos && key.back() != ']' &&
         key.find_first_of("\r\n") == std::string_view::npos;
}

// Where an expression may start, "[[" is an escape only for some texts; others would be an array.
bool can_be_escaped_as_root(std::string_view key) {
  return can_be_escaped(key) && key.find_first_of("[]'\",") == std::string_view::npos && !is_reserved(key) &&
         !is_ascii_digit(static_cast<unsigned char>(key.front())) && key.front() != '-' && key.front() != '.';
}

struct function_form {
  std::string_view name;
  bool is_in_hub;
  std::vector<value_kind> arguments;
};

constexpr value_kind any = value_kind::undefined;
constexpr value_kind text = value_kind::string;
constexpr value_kind number = value_kind::number;

const std::vector<function_form>& functions() {
  static const std::vector<function_form> all{
      {"IS_DEFINED", true, {any}},
      {"IS_NULL", true, {any}},
      {"IS_BOOL", true, {any}},
      {"IS_NUMBER", true, {any}},
      {"IS_STRING", true, {any}},
      {"IS_OBJECT", true, {any}},
      {"IS_PRIMITIVE", true, {any}},
      {"STARTSWITH", true, {text, text}},
      {"ENDSWITH", true, {text, text}},
      {"ARRAY_CONTAINS", true, {value_kind::array, any}},
      {"IS_ARRAY", false, {any}},
      {"CONTAINS", false, {text, text}},
      {"STARTS_WITH", false, {text, text}},
      {"ENDS_WITH", false, {text, text}},
      {"ABS", false, {number}},
      {"SIGN", false, {number}},
      {"CEILING", false, {number}},
      {"FLOOR", false, {number}},
      {"SQUARE", false, {number}},
      {"SQRT", false, {number}},
      {"EXP", false, {number}},
      {"POWER", false, {number, number}},
      {"AS_NUMBER", false, {text}},
      {"AS_NUMBER", false, {number}},
      {"CONCAT", false, {text, text}},
      {"CONCAT", false, {text, text, text}},
      {"LENGTH", false, {text}},
      {"LOWER", false, {text}},
      {"UPPER", false, {text}},
      {"SUBSTRING", false, {text, number}},
      {"SUBSTRING", false, {text, number, number}},
      {"INDEX_OF", false, {text, text}},
      {"ARRAY_LENGTH", false, {value_kind::array}},
  };
  return all;
}

json_value parsed_json(const std::string& json) {
  node read;
  return read_json(json, read) ? to_value(read) : json_value();
}

}  // namespace

std::string query_generator::expression(std::size_t depth) {
  std::string out = disjunction(depth);
  if (extended() && random_.one_in(20)) {
    out += space() + "??" + space() + disjunction(depth);
  }
  return out;
}

std::string query_generator::disjunction(std::size_t depth) {
  std::string out = conjunction(depth);
  while (depth != 0 && random_.one_in(4)) {
    out += space() + word("OR") + space() + conjunction(depth - 1);
  }
  return out;
}

std::string query_generator::conjunction(std::size_t depth) {
  std::string out = negation(depth);
  while (depth != 0 && random_.one_in(3)) {
    out += space() + word("AND") + space() + negation(depth - 1);
  }
  return out;
}

std::string query_generator::negation(std::size_t depth) {
  if (random_.one_in(6)) {
    return word("NOT") + space() + negation(depth);
  }
  if (depth != 0 && random_.one_in(5)) {
    return "(" + expression(depth - 1) + ")";
  }
  return comparison(depth);
}

std::string query_generator::comparison(std::size_t depth) {
  const json_value* found = nullptr;
  const std::size_t form = random_.below(16);
  if (form == 0) {
    return path();
  }
  if (form <= 3) {
    return call(depth);
  }
  const std::string left = random_.one_in(5) ? additive(depth) : path(&found);
  const std::string negated = random_.one_in(4) ? word("NOT") + space() : std::string();
  if (form <= 6 && !(in_target_condition() && !extended())) {
    const std::string op = extended() && !negated.empty() ? negated + word("IN") : word(random_.coin() ? "IN" : "NIN");
    return left + space() + op + space() + list(depth, found);
  }
  if (form == 7 && extended()) {
    return left + space() + negated + word("BETWEEN") + space() + literal_near(found) + space() + word("AND") +
           space() + (random_.coin() ? literal_near(found) : additive(depth));
  }
  if (form == 8 && extended()) {
    const std::string pattern = quoted(random_.pick<const char*>(
        {"%", "_", "a%", "%b", "%b%", "a_b", "a!%b", "a!_%", "%\u00fc%", "_\U0001F600_", "pro_", "%-%", "", "!!%"}));
    return left + space() + negated + word("LIKE") + space() + pattern +
           (random_.one_in(3) ? space() + word("ESCAPE") + space() + "'!'" : "");
  }
  const std::string op = random_.pick<const char*>({"=", "=", "=", "!=", "<>", "<", "<=", ">", ">="});
  const std::string right = random_.one_in(6) ? path() : random_.one_in(8) ? additive(depth) : literal_near(found);
  return random_.one_in(6) ? right + space() + op + space() + left : left + space() + op + space() + right;
}

std::string query_generator::list(std::size_t depth, const json_value* near) {
  if (extended() && random_.one_in(6)) {
    return path();
  }
  const bool is_round = extended() && random_.one_in(4);
  std::string out = is_round ? "(" : "[";
  for (std::size_t i = random_.below(4) + (is_round ? 1 : 0); i != 0; --i) {
    out += out.size() == 1 ? "" : ", ";
    out += extended() && random_.one_in(6) ? additive(depth) : literal_near(near);
  }
  return out + (is_round ? ")" : "]");
}

std::string query_generator::additive(std::size_t depth) {
  std::string out = multiplicative(depth);
  if (depth != 0 && random_.one_in(3)) {
    const std::string op = extended() && random_.one_in(3) ? "||" : random_.coin() ? "+" : "-";
    out += space() + op + space() + multiplicative(depth - 1);
  }
  return out;
}

std::string query_generator::multiplicative(std::size_t depth) {
  std::string out = unary(depth);
  if (depth != 0 && random_.one_in(4)) {
    out += space() + random_.pick<const char*>({"*", "/", "%"}) + space() + unary(depth - 1);
  }
  return out;
}

std::string query_generator::unary(std::size_t depth) {
  return (random_.one_in(10) ? random_.pick<const char*>({"-", "+", "- "}) : "") + primary(depth);
}

std::string query_generator::primary(std::size_t depth) {
  if (depth != 0 && random_.one_in(6)) {
    return "(" + expression(depth - 1) + ")";
  }
  if (depth != 0 && random_.one_in(4)) {
    return call(depth - 1);
  }
  if (extended() && random_.one_in(16)) {
    std::string out = "[ ";
    for (std::size_t i = random_.below(3); i != 0; --i) {
      out += additive(depth / 2) + ", ";
    }
    return out + path() + "]";
  }
  return random_.one_in(3) ? random_literal() : path();
}

std::string query_generator::call(std::size_t depth) {
  const std::vector<function_form>& all = functions();
  const auto end = extended() ? all.end() : std::find_if(all.begin(), all.end(), [](auto& f) { return !f.is_in_hub; });
  const function_form& form = all[random_.below(static_cast<std::size_t>(end - all.begin()))];
  std::string out = word(form.name) + (random_.one_in(10) ? " (" : "(");
  const char* separator = "";
  for (const value_kind kind : form.arguments) {
    out += separator + argument(depth, kind);
    separator = ", ";
  }
  return out + ")";
}

std::string query_generator::argument(std::size_t depth, value_kind kind) {
  if (random_.one_in(6)) {
    return expression(depth / 2);
  }
  if (extended() && depth != 0 && kind != any && random_.one_in(3)) {
    return call(depth - 1);
  }
  if (kind == number && random_.coin()) {
    return random_.pick<const char*>({"-1", "0", "1", "2", "3", "4", "1.5", "2.9", "-0.5", "1000"});  // as of positions
  }
  for (int tries = 0; tries != 20; ++tries) {
    const json_value* found = nullptr;
    std::string spelled = path(&found);
    if (kind == any || (found != nullptr && kind_of(*found) == kind)) {
      return random_.one_in(4) ? literal_near(found) : spelled;
    }
  }
  return random_literal();
}

// --- paths ---------------------------------------------------------------------------------------

std::string query_generator::path(const json_value** found) {
  const std::vector<occurrence>& all = occurrences_[static_cast<std::size_t>(collection_)];
  for (int tries = 0; tries != 50 && !all.empty(); ++tries) {
    const occurrence& o = all[random_.below(all.size())];
    std::vector<path_step> steps = o.path;
    const json_value* value = &o.value;
    if (random_.one_in(12)) {
      steps.push_back({random_.pick<const char*>({"nosuch", "x", "a"}), 0, false});
      value = nullptr;
    }
    const std::string spelled = spelled_path(steps);
    if (!spelled.empty()) {
      if (found != nullptr) {
        *found = value;
      }
      return spelled;
    }
  }
  return "deviceId";
}

std::string query_generator::spelled_path(std::span<const path_step> steps) {
  if (in_target_condition() && !random_.one_in(30)) {
    const bool is_allowed = steps[0].key == "deviceId" || steps[0].key == "tags" ||
                            (steps.size() > 1 && steps[0].key == "properties" && steps[1].key == "reported");
    if (!is_allowed) {
      return {};
    }
  }
  std::string out = random_.one_in(8) ? prefix_ + "." : std::string();
  if (steps[0].key == "deviceId" && random_.one_in(6)) {
    return out + "id";
  }
  for (std::size_t i = 0; i != steps.size(); ++i) {
    const path_step& step = steps[i];
    if (step.is_index || (i != 0 && extended() && random_.one_in(12))) {
      if (!extended()) {
        return {};
      }
      out += "[" + (step.is_index ? std::to_string(step.index) : quoted(step.key)) + "]";
      continue;
    }
    std::string spelled = segment(step.key, i == 0 && out.empty());
    if (spelled.empty() && (i == 0 || !extended())) {
      return {};
    }
    // Names of roots, and of what is under properties, ignore case.
    const bool ignores_case = i == 0 ? step.key != "vendor" : i == 1 && steps[0].key == "properties";
    if (ignores_case && spelled == step.key && random_.one_in(6)) {
      spelled = word(spelled);
    }
    if (spelled.empty()) {
      out += "[" + quoted(step.key) + "]";
    } else {
      out += (i == 0 ? "" : random_.one_in(20) ? " . " : ".") + spelled;
    }
  }
  return out;
}

std::string query_generator::segment(std::string_view key, bool is_root) {
  const bool can_be_bare = is_identifier(key, !is_root) && !(is_reserved(key) && (is_root || !extended()));
  const bool can_escape = is_root ? can_be_escaped_as_root(key) : can_be_escaped(key);
  if (can_be_bare && !(can_escape && random_.one_in(10))) {
    return std::string(key);
  }
  return can_escape ? "[[" + std::string(key) + "]]" : std::string();
}

// --- constants -----------------------------------------------------------------------------------

std::string query_generator::literal_near(const json_value* value) {
  if (value == nullptr || random_.one_in(6)) {
    return random_literal();
  }
  if (value->is_int64() && random_.one_in(3)) {
    const std::int64_t n = value->get_int64();
    const double rounded = static_cast<double>(n);
    return random_.coin() && n > -1'000'000 && n < 1'000'000 ? literal(json_value(n + random_.between(-2, 2)))
                                                             : literal(json_value(rounded));
  }
  if (value->is_string() && random_.one_in(3)) {
    const std::vector<char32_t> all = code_points(std::string_view(value->get_string()));
    std::string part;
    const std::size_t begin = random_.below(2);
    for (std::size_t i = begin; i < all.size() - (all.empty() ? 0 : random_.below(2)); ++i) {
      append_utf8(all[i], part);
    }
    return quoted(part);
  }
  return literal(*value);
}

std::string query_generator::random_literal() {
  if (random_.one_in(12)) {
    return word(random_.pick<const char*>({"NULL", "UNDEFINED", "TRUE"}));
  }
  return literal(parsed_json(random_json(random_, 1)));
}

std::string query_generator::literal(const json_value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return word("NULL");
    case boost::json::kind::bool_: return word(value.get_bool() ? "TRUE" : "FALSE");
    case boost::json::kind::string: return quoted(std::string_view(value.get_string()));
    case boost::json::kind::array: {
      std::string out;
      for (const json_value& element : value.get_array()) {
        out += (out.empty() ? "" : ", ") + literal(element);
        out += random_.one_in(12) ? ", " + word("UNDEFINED") : std::string();
      }
      return "[ " + out + "]";
    }
    case boost::json::kind::int64: {
      const std::int64_t n = value.get_int64();
      char hex[32];
      std::snprintf(hex, sizeof hex, "0x%llX", static_cast<unsigned long long>(n));
      return n >= 0 && random_.one_in(10) ? std::string(hex) : std::to_string(n);
    }
    case boost::json::kind::double_: return to_text(value);
    default: return "1";  // there are no constants that are objects
  }
}

std::string query_generator::quoted(std::string_view content) {
  const char delimiter = in_target_condition() || random_.coin() ? '\'' : '"';
  std::string out(1, delimiter);
  for (const char32_t c : code_points(content)) {
    const bool must_hide = (c < 0x20 && c != '\n') || (c == '"' && in_target_condition());
    if (must_hide || random_.one_in(16)) {
      for (const char16_t unit : c < 0x10000 ? std::u16string(1, static_cast<char16_t>(c))
                                             : std::u16string{static_cast<char16_t>(0xD7C0 + (c >> 10)),
                                                              static_cast<char16_t>(0xDC00 + (c & 0x3FF))}) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(unit));
        out += escape;
      }
    } else if (c == static_cast<unsigned char>(delimiter)) {
      out += random_.coin() ? '\\' : delimiter;
      out += delimiter;
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      append_utf8(c, out);
    }
  }
  return out + delimiter;
}

}  // namespace doppel_test
