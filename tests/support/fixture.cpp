// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "fixture.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <utility>

namespace doppel_test {

std::optional<std::string> read_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    return std::nullopt;
  }
  std::string text;
  char piece[65536];
  while (const std::size_t got = std::fread(piece, 1, sizeof piece, file)) {
    text.append(piece, got);
  }
  const bool good = std::ferror(file) == 0;  // a folder opens, but cannot be read
  std::fclose(file);
  return good ? std::optional<std::string>(std::move(text)) : std::nullopt;
}

std::vector<numbered_line> split_lines(std::string_view text) {
  std::vector<numbered_line> lines;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (!line.empty()) {
      lines.push_back({number, line});
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30;

using member_texts = std::vector<std::pair<std::string, std::string>>;  // unescaped key, JSON text of the value

class expander {
public:
  std::string error;

  bool value(const node& compact, std::string& out) {
    const member* call = generator(compact);
    if (call != nullptr) {
      return generated(*call, out);
    }
    if (compact.is_object()) {
      member_texts members;
      return plain_members(compact, members) && write_object(members, out);
    }
    if (compact.is_array()) {
      const char* separator = "[";
      for (const node& element : compact.elements) {
        out += separator;
        if (!value(element, out)) {
          return false;
        }
        separator = ",";
      }
      out += compact.elements.empty() ? "[]" : "]";
      return true;
    }
    write_json(compact, out);
    return true;
  }

private:
  bool fail(std::string what) {
    if (error.empty()) {
      error = std::move(what);
    }
    return false;
  }

  static const member* generator(const node& compact) {
    if (!compact.is_object() || compact.members.size() != 1) {
      return nullptr;
    }
    const std::string& name = compact.members.front().key;
    const bool known = name == "$repeat" || name == "$object" || name == "$nest" || name == "$nestarray" ||
                       name == "$fill" || name == "$union" || name == "$raw";
    return known ? &compact.members.front() : nullptr;
  }

  bool generated(const member& call, std::string& out) {
    if (call.key == "$repeat") {
      std::string characters;
      if (!repeated(call.value, characters)) {
        return false;
      }
      write_string(characters, out);
      return true;
    }
    if (call.key == "$nest") {
      return nested(call.value, out);
    }
    if (call.key == "$nestarray") {
      return nested_arrays(call.value, out);
    }
    if (call.key == "$raw") {
      return fail("$raw may only be a whole patch");
    }
    member_texts members;
    return generated_members(call, members) && write_object(members, out);
  }

  bool write_object(const member_texts& members, std::string& out) {
    const char* separator = "{";
    for (const auto& [key, text] : members) {
      out += separator;
      write_string(key, out);
      out.push_back(':');
      out += text;
      separator = ",";
    }
    out += members.empty() ? "{}" : "}";
    return fits(out.size());
  }

  bool fits(std::size_t bytes) { return bytes <= most_bytes || fail("the generated value is too large"); }

  bool arguments(const node& list, std::size_t count, const char* name) {
    const bool good = list.is_array() && list.elements.size() == count;
    return good || fail(std::string(name) + " needs an array of " + std::to_string(count));
  }

  bool count(const node& value, std::size_t unit, std::size_t& out) {
    errno = 0;
    if (!value.is_integer() || value.text.front() == '-') {
      return fail("a count must be an integer, not negative");
    }
    const unsigned long long number = std::strtoull(value.text.c_str(), nullptr, 10);
    out = static_cast<std::size_t>(number);
    return (errno == 0 && number <= most_bytes / (unit == 0 ? 1 : unit)) || fail("the generated value is too large");
  }

  // A string, given as such or generated.
  bool string(const node& compact, std::string& out) {
    if (compact.is_string()) {
      out = compact.text;
      return true;
    }
    const member* call = generator(compact);
    return (call != nullptr && call->key == "$repeat") ? repeated(call->value, out) : fail("a string is expected");
  }

  bool repeated(const node& list, std::string& out) {
    std::string unit;
    std::size_t times = 0;
    if (!arguments(list, 2, "$repeat") || !string(list.elements[0], unit) ||
        !count(list.elements[1], unit.size(), times)) {
      return false;
    }
    out.reserve(unit.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
      out += unit;
    }
    return true;
  }

  bool nested(const node& list, std::string& out) {
    std::string key;
    std::size_t times = 0;
    if (!arguments(list, 3, "$nest") || !string(list.elements[0], key) ||
        !count(list.elements[1], key.size() + 5, times)) {
      return false;
    }
    for (std::size_t i = 0; i < times; ++i) {
      out.push_back('{');
      write_string(key, out);
      out.push_back(':');
    }
    if (!value(list.elements[2], out)) {
      return false;
    }
    out.append(times, '}');
    return fits(out.size());
  }

  bool nested_arrays(const node& list, std::string& out) {
    std::size_t times = 0;
    if (!arguments(list, 2, "$nestarray") || !count(list.elements[0], 2, times)) {
      return false;
    }
    out.append(times, '[');
    if (!value(list.elements[1], out)) {
      return false;
    }
    out.append(times, ']');
    return fits(out.size());
  }

  bool plain_members(const node& object, member_texts& out) {
    for (const member& m : object.members) {
      out.emplace_back(m.key, std::string());
      if (!value(m.value, out.back().second)) {
        return false;
      }
    }
    return true;
  }

  // The members of something that must be an object, generated or not: what $union joins.
  bool members_of(const node& compact, member_texts& out) {
    const member* call = generator(compact);
    if (call != nullptr) {
      return generated_members(*call, out);
    }
    return compact.is_object() ? plain_members(compact, out) : fail("an object is expected");
  }

  bool generated_members(const member& call, member_texts& out) {
    const node& list = call.value;
    if (call.key == "$object") {
      return listed(list, out);
    }
    if (call.key == "$fill") {
      return filled(list, out);
    }
    if (call.key == "$union") {
      return joined(list, out);
    }
    if (call.key == "$nest") {
      return nested_members(list, out);
    }
    return fail("an object is expected");
  }

  bool nested_members(const node& list, member_texts& out) {
    std::size_t times = 0;
    if (!arguments(list, 3, "$nest") || !count(list.elements[1], 1, times)) {
      return false;
    }
    if (times == 0) {
      return members_of(list.elements[2], out);
    }
    node shorter = list;
    shorter.elements[1] = make_integer(static_cast<long long>(times - 1));
    out.emplace_back();
    return string(list.elements[0], out.back().first) && nested(shorter, out.back().second);
  }

  bool listed(const node& list, member_texts& out) {
    if (!list.is_array()) {
      return fail("$object needs an array");
    }
    for (const node& pair : list.elements) {
      out.emplace_back();
      if (!arguments(pair, 2, "each pair of $object") || !string(pair.elements[0], out.back().first) ||
          !value(pair.elements[1], out.back().second)) {
        return false;
      }
    }
    return true;
  }

  bool filled(const node& list, member_texts& out) {
    std::string prefix;
    std::string text;
    std::size_t times = 0;
    if (!arguments(list, 3, "$fill") || !string(list.elements[0], prefix) || !value(list.elements[2], text) ||
        !count(list.elements[1], prefix.size() + text.size(), times)) {
      return false;
    }
    for (std::size_t i = 0; i < times; ++i) {
      out.emplace_back(prefix + std::to_string(i), text);
    }
    return true;
  }

  bool joined(const node& list, member_texts& out) {
    if (!list.is_array()) {
      return fail("$union needs an array");
    }
    member_texts all;
    for (const node& part : list.elements) {
      if (!members_of(part, all)) {
        return false;
      }
    }
    std::unordered_map<std::string_view, std::size_t> last;
    for (std::size_t i = 0; i < all.size(); ++i) {
      last[all[i].first] = i;
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (last[all[i].first] == i) {
        out.push_back(all[i]);
      }
    }
    return true;
  }
};

}  // namespace

expansion expand(const node& compact) {
  expansion result;
  expander work;
  if (!work.value(compact, result.text)) {
    result.error = work.error;
  }
  return result;
}

expansion expand_patch(const node& compact) {
  const bool raw = compact.is_object() && compact.members.size() == 1 && compact.members.front().key == "$raw";
  if (!raw) {
    return expand(compact);
  }
  const expansion text = expand(compact.members.front().value);
  expansion result;
  node characters;
  if (!text.good() || !read_json(text.text, characters) || !characters.is_string()) {
    result.error = text.good() ? "$raw needs a text" : text.error;
  }
  result.text = characters.text;
  return result;
}

std::string fixture_path(std::string_view name) {
#ifdef DOPPEL_TEST_FIXTURES
  const std::string folder = DOPPEL_TEST_FIXTURES;
#else
  const std::string here = __FILE__;
  const std::string folder = here.substr(0, here.find_last_of("/\\") + 1) + "../fixtures";
#endif
  return folder + "/" + std::string(name);
}

}  // namespace doppel_test
