// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "generator.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace doppel_test {
namespace {

// Cuts at a character.
std::string shortened(std::string text, std::size_t most_bytes) {
  while (text.size() > most_bytes || !is_utf8(text)) {
    text.pop_back();
  }
  return text;
}

// Every object below and including `value`, arrays' objects too.
void collect_objects(node& value, std::vector<node*>& out) {
  if (value.is_object()) {
    out.push_back(&value);
  }
  for (node& element : value.elements) {
    collect_objects(element, out);
  }
  for (member& m : value.members) {
    collect_objects(m.value, out);
  }
}

}  // namespace

std::string generator::key() {
  // Few names, so that patches meet what is there.
  const std::string name = random_.pick<std::string>({"a",
                                                      "b",
                                                      "c",
                                                      "d",
                                                      "mode",
                                                      "speed",
                                                      "firmware",
                                                      "version",
                                                      "",
                                                      "\xE6\xB8\xA9\xE5\xBA\xA6",
                                                      "\xF0\x9F\x9A\x80",
                                                      "A",
                                                      "caf\xC3\xA9",
                                                      "cafe\xCC\x81",
                                                      "\"q\"",
                                                      "a\\b",
                                                      "x/y",
                                                      "0",
                                                      "k=v;",
                                                      "\xE2\x80\x8B"});
  if (random_.one_in(40)) {
    return std::string(options_.limits.key_bytes, 'k');
  }
  if (random_.one_in(8)) {
    return shortened("n" + std::to_string(random_.below(1000)), options_.limits.key_bytes);
  }
  return shortened(name, options_.limits.key_bytes);
}

std::string generator::characters(std::size_t most_bytes) {
  static constexpr const char* pieces[] = {"a",
                                           "Z",
                                           "0",
                                           " ",
                                           "/",
                                           "\"",
                                           "\\",
                                           "\t",
                                           "\n",
                                           "\r",
                                           "\b",
                                           "\f",
                                           "\x01",
                                           "\x1f",
                                           "\x7f",
                                           "\xC2\x80",
                                           "\xC2\x85",
                                           "\xC3\xA9",
                                           "\xC2\xA0",
                                           "\xE2\x82\xAC",
                                           "\xE2\x80\xA8",
                                           "\xEF\xBF\xBF",
                                           "\xF0\x9F\x9A\x80",
                                           "\xF4\x8F\xBF\xBF",
                                           ".",
                                           "$",
                                           "#",
                                           "{",
                                           "}",
                                           "[",
                                           ",",
                                           ":",
                                           "null",
                                           "hello world",
                                           "2024-05-01T10:00:00Z"};
  std::string out;
  for (std::size_t i = random_.below(random_.one_in(6) ? 40 : 7); i-- > 0;) {
    out += pieces[random_.below(std::size(pieces))];
  }
  if (random_.one_in(25)) {
    out.push_back('\0');
  }
  return shortened(out, most_bytes);
}

std::string generator::number() {
  const model_limits& limits = options_.limits;
  switch (random_.below(8)) {
    case 0: return std::to_string(random_.between(limits.integer_min, limits.integer_max));
    case 1: return std::to_string(random_.coin() ? limits.integer_min : limits.integer_max);
    case 2: return random_.pick<std::string>({"0", "-0", "1", "-1", "10", "100"});
    case 3:
      return random_.pick<std::string>({"1.0", "-0.0", "0.1", "12.50", "1E2", "1e2", "1e+2", "1E-2", "0e0", "1.5e300",
                                        "4503599627370497.0", "1e-400", "0.000000000000000000000000001"});
    case 4: return std::to_string(random_.between(-20, 20)) + "." + std::to_string(random_.below(1000));
    default: return std::to_string(random_.between(-99, 99));
  }
}

node generator::scalar() {
  switch (random_.below(5)) {
    case 0: return make_boolean(random_.coin());
    case 1:
    case 2: return make_number(number());
    default: return make_string(characters(options_.limits.string_bytes));
  }
}

node generator::value(std::size_t level) {
  const bool may_nest = level <= options_.limits.depth;
  const std::size_t kind = random_.below(10);
  if (!may_nest || kind < 6) {
    return scalar();
  }
  node out = kind < 8 ? make_object() : make_array();
  for (std::size_t i = random_.below(4); i-- > 0;) {
    if (out.is_object()) {
      out.set(key(), value(level + 1));
    } else {
      out.elements.push_back(value(level + 1));
    }
  }
  return out;
}

node generator::content(std::size_t size_limit) {
  node out = make_object();
  for (std::size_t i = random_.below(8); i-- > 0;) {
    node wider = out;
    wider.set(key(), value(1));
    if (counted_size(wider) <= size_limit) {
      out = std::move(wider);
    }
  }
  return out;
}

node generator::nested_patch(const node& present, std::size_t level) {
  node out = make_object();
  for (std::size_t i = random_.below(5); i-- > 0;) {
    const bool known = !present.members.empty() && random_.below(3) != 0;
    const std::string name = known ? present.members[random_.below(present.members.size())].key : key();
    const node* old = present.find(name);
    if (random_.one_in(4)) {
      out.set(name, make_null());
    } else if (old != nullptr && random_.one_in(8)) {
      out.set(name, *old);  // the value it has already
    } else if (level <= options_.limits.depth && random_.one_in(2)) {
      out.set(name, nested_patch(old != nullptr && old->is_object() ? *old : make_object(), level + 1));
    } else {
      out.set(name, value(level));
    }
  }
  return out;
}

node generator::patch(const node& present, std::size_t size_limit) {
  node out = nested_patch(present, 1);
  if (random_.one_in(options_.fill_one_in)) {
    fill_up(out, present, size_limit);
  }
  if (random_.one_in(options_.duplicate_one_in)) {
    repeat_a_member(out);
  }
  if (random_.one_in(options_.bad_value_one_in)) {
    break_a_rule(out);
    if (random_.one_in(4)) {
      break_a_rule(out);
    }
  }
  return out;
}

// Adds strings that bring the section to its limit, one below it or one beyond.
void generator::fill_up(node& patch, const node& present, std::size_t size_limit) {
  node after = present;
  merge_content(after, patch);
  std::vector<std::string> names;
  for (int i = 0; i < 10; ++i) {
    names.push_back(shortened("fill" + std::to_string(i), options_.limits.key_bytes));
    after.erase(names.back());
  }
  const std::size_t taken = counted_size(after) + 1;
  std::size_t wanted = size_limit + random_.below(3);
  wanted = wanted > taken ? wanted - taken : 0;
  for (const std::string& name : names) {
    if (wanted < name.size()) {
      return;
    }
    const std::size_t length = std::min(wanted - name.size(), options_.limits.string_bytes);
    patch.set(name, make_string(std::string(length, 'f')));
    wanted -= name.size() + length;
  }
}

void generator::break_a_rule(node& section) {
  std::vector<node*> objects;
  collect_objects(section, objects);
  node& place = *objects[random_.below(objects.size())];
  const model_limits& limits = options_.limits;
  node deep = make_object();
  switch (random_.below(9)) {
    case 0:
      place.set(random_.pick<std::string>({"a b", "a.b", "$a", "a$b", "#", "\t", "\x01", "\x7f", "\xC2\x85", "\xC2\xA0",
                                           "\xE1\x9A\x80", "\xE2\x80\x85", "\xE2\x80\xA9", "\xE2\x80\xAF",
                                           "\xE2\x81\x9F", "\xE3\x80\x80", "$metadata", "$version"}),
                random_.coin() ? make_null() : scalar());
      return;
    case 1: place.set(std::string(limits.key_bytes + 1, 'k'), scalar()); return;
    case 2: place.set(key(), make_string(std::string(limits.string_bytes + 1, 's'))); return;
    case 3: place.set(key(), make_integer(limits.integer_max + 1)); return;
    case 4: place.set(key(), make_number(std::to_string(limits.integer_min) + "0")); return;
    case 5: place.set(key(), make_array({scalar(), make_null()})); return;
    case 6: place.set(key(), make_array({make_object({{"x", make_object({{"y", make_null()}})}})})); return;
    case 7: place.set(key(), make_number("99999999999999999999999999")); return;
    default:
      for (std::size_t i = 0; i <= limits.depth; ++i) {
        deep = random_.coin() ? make_object({{"d", deep}}) : make_array({deep});
      }
      place.set(key(), deep);
      return;
  }
}

void generator::repeat_a_member(node& section) {
  std::vector<node*> objects;
  collect_objects(section, objects);
  node& place = *objects[random_.below(objects.size())];
  if (place.members.empty()) {
    return;
  }
  member again{place.members[random_.below(place.members.size())].key, random_.coin() ? value(2) : make_null()};
  if (random_.one_in(6)) {
    again.value = make_array({make_null()});  // illegal where it counts
  }
  const auto at = static_cast<std::ptrdiff_t>(random_.below(place.members.size() + 1));
  place.members.insert(place.members.begin() + at, std::move(again));
}

// What a back end may send where nobody looks: any JSON, rules or not.
node generator::ignored_value() {
  switch (random_.below(5)) {
    case 0: return make_null();
    case 1: return make_array({make_null(), make_object({{"a b", make_integer(9007199254740993)}})});
    case 2: return make_string(std::string(options_.limits.string_bytes + 9, 'i'));
    case 3: return make_object({{"$metadata", make_object({{"x", make_null()}})}, {"a", make_number("1e5")}});
    default: return value(1);
  }
}

std::string generator::section_text(const node& present, std::size_t size_limit) {
  if (random_.one_in(40)) {
    return random_.pick<std::string>({"null", "[]", "5", "\"x\"", "true", "", " ", "{}", " {} "});
  }
  return finish(patch(present, size_limit));
}

std::string generator::value_text() {
  const std::size_t kind = random_.below(6);
  return finish(kind == 0   ? make_null()
                : kind == 1 ? make_object({{key(), make_null()}, {key(), value(3)}})
                : kind == 2 ? make_array({scalar(), random_.one_in(4) ? make_null() : scalar()})
                            : value(2));
}

std::string generator::body(const model_twin& twin, bool replace) {
  if (random_.one_in(60)) {
    return random_.pick<std::string>({"null", "[]", "5", "\"x\"", "false", "", "{}", "[{}]"});
  }
  node out = make_object();
  const auto section = [&](section_kind kind, std::size_t limit) {
    if (random_.one_in(25)) {
      return make_null();
    }
    if (random_.one_in(50)) {
      return random_.coin() ? make_array() : scalar();
    }
    const node& present = twin.content(kind);
    if (replace && random_.one_in(3)) {
      return content(limit);
    }
    if (replace && random_.one_in(4)) {
      return present;
    }
    return patch(present, limit);
  };
  const auto maybe_ignored = [&](node& into, std::initializer_list<std::string> names) {
    if (random_.one_in(8)) {
      into.set(random_.pick<std::string>(names), ignored_value());
    }
  };
  maybe_ignored(out, {"deviceId", "etag", "version", "status", "$version", "no such"});
  if (random_.below(3) != 0) {
    out.set("tags", section(section_kind::tags, options_.limits.tags_bytes));
  }
  maybe_ignored(out, {"configurations", "capabilities", "a.b", "x509Thumbprint"});
  if (random_.below(5) != 0) {
    node properties = make_object();
    maybe_ignored(properties, {"reported"});
    if (random_.below(6) != 0) {
      node desired = section(section_kind::desired, options_.limits.desired_bytes);
      if (desired.is_object()) {
        maybe_ignored(desired, {"$metadata", "$version"});
      }
      properties.set("desired", desired);
    }
    maybe_ignored(properties, {"reported", "other"});
    out.set("properties", random_.one_in(60) ? ignored_value() : properties);
  }
  if (random_.one_in(30)) {
    repeat_a_member(out);
  }
  return finish(out);
}

// --- text ----------------------------------------------------------------------------------------

std::string generator::finish(const node& value) {
  std::string text = random_.coin() ? to_text(value) : spelled(value);
  return random_.one_in(options_.bad_text_one_in) ? damaged(std::move(text)) : text;
}

std::string generator::damaged(std::string text) {
  const std::size_t at = random_.below(text.size() + 1);
  const auto offset = static_cast<std::ptrdiff_t>(at);
  switch (random_.below(6)) {
    case 0: text.resize(at); break;
    case 1: text += random_.pick<std::string>({"}", ",", "x", "{}", "\0", "\xEF\xBB\xBF"}); break;
    case 2:
      text.insert(at, random_.pick<std::string>({"\xFF", "\xC0\x80", "\xED\xA0\x80", "\xE2\x82", "\xF4\x90\x80\x80"}));
      break;
    case 3:
      text.insert(at,
                  random_.pick<std::string>({"\\ud800", "\\udc00", "\\x", "\"", ",", ":", "\x01", "-", "01", "1e999"}));
      break;
    case 4:
      if (at < text.size()) {
        text.erase(text.begin() + offset);
      }
      break;
    default:
      if (at < text.size()) {
        text[at] = static_cast<char>(random_.below(256));
      }
      break;
  }
  return text;
}

std::string generator::spelled(const node& value) {
  std::string out;
  space(out);
  spell(value, out);
  space(out);
  return out;
}

void generator::space(std::string& out) {
  if (random_.one_in(3)) {
    for (std::size_t i = random_.below(4); i-- > 0;) {
      out += random_.pick<const char*>({" ", "\n", "\t", "\r"});
    }
  }
}

void generator::spell_string(std::string_view text, std::string& out) {
  out.push_back('"');
  for (const char32_t c : code_points(text)) {
    const bool must = c < 0x20 || c == '"' || c == '\\';
    if (!must && !random_.one_in(8)) {
      append_utf8(c, out);
      continue;
    }
    static constexpr std::string_view plain = "\"\\/\b\f\n\r\t";
    static constexpr std::string_view named = "\"\\/bfnrt";
    const std::size_t short_form = c < 0x80 ? plain.find(static_cast<char>(c)) : std::string_view::npos;
    if (short_form != std::string_view::npos && random_.coin()) {
      out.push_back('\\');
      out.push_back(named[short_form]);
      continue;
    }
    const char* const format = random_.coin() ? "\\u%04x" : "\\u%04X";
    char unit[8];
    const auto put = [&](char32_t code_unit) {
      std::snprintf(unit, sizeof unit, format, static_cast<unsigned>(code_unit & 0xFFFF));
      out += unit;
    };
    if (c >= 0x10000) {
      put(0xD800 + ((c - 0x10000) >> 10));
      put(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      put(c);
    }
  }
  out.push_back('"');
}

void generator::spell(const node& value, std::string& out) {
  switch (value.kind) {
    case node_kind::string: spell_string(value.text, out); return;
    case node_kind::array:
      out.push_back('[');
      for (std::size_t i = 0; i < value.elements.size(); ++i) {
        out += i == 0 ? "" : ",";
        space(out);
        spell(value.elements[i], out);
        space(out);
      }
      out += value.elements.empty() && random_.coin() ? " ]" : "]";
      return;
    case node_kind::object:
      out.push_back('{');
      for (std::size_t i = 0; i < value.members.size(); ++i) {
        out += i == 0 ? "" : ",";
        space(out);
        spell_string(value.members[i].key, out);
        space(out);
        out.push_back(':');
        space(out);
        spell(value.members[i].value, out);
        space(out);
      }
      out += value.members.empty() && random_.coin() ? "\n}" : "}";
      return;
    default: write_json(value, out); return;
  }
}

}  // namespace doppel_test
