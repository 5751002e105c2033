// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "node.hpp"

#include <cstdlib>
#include <unordered_map>

namespace doppel_test {

const node* node::find(std::string_view key) const {
  for (auto it = members.rbegin(); it != members.rend(); ++it) {
    if (it->key == key) {
      return &it->value;
    }
  }
  return nullptr;
}

node* node::find(std::string_view key) { return const_cast<node*>(static_cast<const node*>(this)->find(key)); }

node& node::set(std::string_view key, node value) {
  if (node* present = find(key)) {
    *present = std::move(value);
    return *present;
  }
  members.push_back({std::string(key), std::move(value)});
  return members.back().value;
}

void node::erase(std::string_view key) {
  std::erase_if(members, [key](const member& m) { return m.key == key; });
}

node make_null() { return {}; }

node make_boolean(bool value) {
  node result;
  result.kind = node_kind::boolean;
  result.text = value ? "true" : "false";
  return result;
}

node make_integer(long long value) { return make_number(std::to_string(value)); }

node make_number(std::string spelling) {
  node result;
  result.kind = spelling.find_first_of(".eE") == std::string::npos ? node_kind::integer : node_kind::floating;
  result.text = std::move(spelling);
  return result;
}

node make_string(std::string_view characters) {
  node result;
  result.kind = node_kind::string;
  result.text = std::string(characters);
  return result;
}

node make_array(std::vector<node> elements) {
  node result;
  result.kind = node_kind::array;
  result.elements = std::move(elements);
  return result;
}

node make_object(std::vector<std::pair<std::string, node>> members) {
  node result;
  result.kind = node_kind::object;
  for (auto& [key, value] : members) {
    result.members.push_back({std::move(key), std::move(value)});
  }
  return result;
}

node without_overruled(const node& value) {
  node result;
  result.kind = value.kind;
  result.text = value.text;
  for (const node& element : value.elements) {
    result.elements.push_back(without_overruled(element));
  }
  std::unordered_map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < value.members.size(); ++i) {
    last[value.members[i].key] = i;
  }
  for (std::size_t i = 0; i < value.members.size(); ++i) {
    if (last[value.members[i].key] == i) {
      result.members.push_back({value.members[i].key, without_overruled(value.members[i].value)});
    }
  }
  return result;
}

// --- comparing -----------------------------------------------------------------------------------

namespace {

std::string shortened(const node& value) {
  std::string text = to_text(value);
  if (text.size() > 120) {
    const std::string size = std::to_string(text.size());
    text.resize(100);
    text += "... (" + size + " bytes)";
  }
  return text;
}

std::string at(const std::string& path, const std::string& what) { return (path.empty() ? "." : path) + ": " + what; }

std::string mismatch(const std::string& path, const node& expected, const node& actual) {
  return at(path, "expected " + shortened(expected) + ", got " + shortened(actual));
}

std::string_view without_minus_zero(std::string_view integer) { return integer == "-0" ? "0" : integer; }

bool same_scalar(const node& a, const node& b, match_options options) {
  const bool number = a.kind == node_kind::integer || a.kind == node_kind::floating;
  if (!number || options.numbers == number_match::spelling) {
    return a.text == b.text;
  }
  if (a.kind == node_kind::integer) {
    return without_minus_zero(a.text) == without_minus_zero(b.text);
  }
  const double left = std::strtod(a.text.c_str(), nullptr);
  const double right = std::strtod(b.text.c_str(), nullptr);
  return !(left < right) && !(right < left);
}

std::string compare(const node& a, const node& b, match_options options, const std::string& path);

std::string compare_members(const node& a, const node& b, match_options options, const std::string& path) {
  std::unordered_map<std::string_view, const node*> in_b;
  for (const member& m : b.members) {
    if (!in_b.emplace(m.key, &m.value).second) {
      return at(path, "member " + m.key + " occurs twice");
    }
  }
  for (const member& m : a.members) {
    const std::string inner_path = path + "." + m.key;
    const auto found = in_b.find(m.key);
    if (found == in_b.end()) {
      return at(inner_path, "expected " + shortened(m.value) + ", got nothing");
    }
    std::string inner = compare(m.value, *found->second, options, inner_path);
    if (!inner.empty()) {
      return inner;
    }
    in_b.erase(found);
  }
  if (!in_b.empty()) {
    const auto& [key, value] = *in_b.begin();
    return at(path + "." + std::string(key), "expected nothing, got " + shortened(*value));
  }
  if (options.ordered) {
    for (std::size_t i = 0; i < a.members.size(); ++i) {
      if (a.members[i].key != b.members[i].key) {
        return at(path, "member " + std::to_string(i) + " should be " + a.members[i].key + ", is " + b.members[i].key);
      }
    }
  }
  return {};
}

std::string compare_elements(const node& a, const node& b, match_options options, const std::string& path) {
  if (a.elements.size() != b.elements.size()) {
    return mismatch(path, a, b);
  }
  for (std::size_t i = 0; i < a.elements.size(); ++i) {
    std::string inner = compare(a.elements[i], b.elements[i], options, path + "[" + std::to_string(i) + "]");
    if (!inner.empty()) {
      return inner;
    }
  }
  return {};
}

std::string compare(const node& a, const node& b, match_options options, const std::string& path) {
  if (a.kind != b.kind) {
    return mismatch(path, a, b);
  }
  switch (a.kind) {
    case node_kind::object: return compare_members(a, b, options, path);
    case node_kind::array: return compare_elements(a, b, options, path);
    default: return same_scalar(a, b, options) ? std::string() : mismatch(path, a, b);
  }
}

}  // namespace

std::string difference_between(const node& expected, const node& actual, match_options options) {
  return compare(without_overruled(expected), actual, options, "");
}

}  // namespace doppel_test
