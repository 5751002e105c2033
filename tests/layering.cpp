// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Reads the include lines of every header and checks the shape of the library:
//
//   layering INCLUDE_DIRECTORY
//
// Layers are the folders of include/doppel; a header may include its own layer and lower ones. Exit status 0
// if all rules hold, 1 if one is broken, 2 if the tree cannot be read.

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// What a layer may include besides itself. A leaf stands on the core and is included by nobody.
struct layer {
  std::string_view name;
  std::vector<std::string_view> below;
};

const std::vector<layer>& layers() {
  static const std::vector<layer> all = {
      {"base", {}},
      {"json", {"base"}},
      {"twin", {"base", "json"}},
      {"query", {"base", "json", "twin"}},
      {"replica", {"base", "json", "twin"}},
      {"wire", {"base"}},
      {"hub", {"base", "json", "twin", "query", "wire", "fleet"}},
      {"fleet", {"base", "json", "twin", "query"}},
  };
  return all;
}

/// A rule about an outside header: who may include it, and how many.
struct outside_rule {
  std::string_view prefix;   // of the text between the brackets
  std::string_view allowed;  // folder or file below doppel/ that may include it; empty: nobody
  std::size_t at_most;       // number of headers that may
};

constexpr std::array<outside_rule, 6> outside_rules = {{
    {"simdjson", "json/", 1},
    {"boost/json", "json/value.hpp", 1},
    {"iostream", "", 0},
    {"regex", "", 0},
    {"functional", "", 0},
    {"boost/json/src.hpp", "", 0},
}};

/// What must stay usable with neither simdjson nor Boost.JSON (doppel::core).
constexpr std::string_view free_of_parsers = "doppel/twin/twin.hpp";

struct include_line {
  std::size_t number;
  std::string target;
  bool angled;
};

struct header {
  std::vector<include_line> includes;
};

using tree = std::map<std::string, header>;  // by name as it is included: "doppel/base/error.hpp"

class report {
public:
  void add(std::string_view file, std::size_t line, std::string_view text) {
    ++count_;
    std::cout << file << ':' << line << ": " << text << '\n';
  }
  void add(std::string_view text) {
    ++count_;
    std::cout << text << '\n';
  }
  [[nodiscard]] std::size_t count() const { return count_; }

private:
  std::size_t count_ = 0;
};

std::optional<include_line> parse_include(std::string_view line, std::size_t number) {
  const auto skip_blanks = [&line] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
  skip_blanks();
  if (!line.starts_with('#')) return std::nullopt;
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return std::nullopt;
  line.remove_prefix(std::string_view("include").size());
  skip_blanks();
  if (line.empty() || (line.front() != '<' && line.front() != '"')) return std::nullopt;
  const bool angled = line.front() == '<';
  const std::size_t end = line.find(angled ? '>' : '"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  return include_line{number, std::string(line.substr(1, end - 1)), angled};
}

tree read_tree(const fs::path& root) {
  tree headers;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    header& current = headers[entry.path().lexically_relative(root).generic_string()];
    std::ifstream file(entry.path());
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
      if (auto include = parse_include(line, number)) current.includes.push_back(*std::move(include));
    }
  }
  return headers;
}

/// The layer of "doppel/twin/block.hpp" and of the umbrella "doppel/twin.hpp"; nothing for "doppel.hpp".
std::string_view layer_of(std::string_view name) {
  constexpr std::string_view prefix = "doppel/";
  if (!name.starts_with(prefix)) return {};
  name.remove_prefix(prefix.size());
  return name.substr(0, name.find_first_of("/."));
}

bool is_umbrella(std::string_view name) {
  return std::count(name.begin(), name.end(), '/') == 1 && name.ends_with(".hpp");
}

bool may_include(std::string_view from, std::string_view to) {
  if (from == to) return true;
  const auto& all = layers();
  const auto found = std::find_if(all.begin(), all.end(), [&](const layer& l) { return l.name == from; });
  return found != all.end() && std::find(found->below.begin(), found->below.end(), to) != found->below.end();
}

void check_arrows(const tree& headers, report& out) {
  constexpr std::array<std::string_view, 5> core = {"base", "json", "twin", "query", "replica"};
  for (const auto& [name, content] : headers) {
    const std::string_view from = layer_of(name);
    if (name != "doppel.hpp" &&
        std::none_of(layers().begin(), layers().end(), [&](const layer& l) { return l.name == from; })) {
      out.add(name + ": not in a layer");
      continue;
    }
    for (const include_line& line : content.includes) {
      const bool ours = line.target == "doppel.hpp" || line.target.starts_with("doppel/");
      if (!ours) {
        if (!line.angled) out.add(name, line.number, "names no header of doppel/ in quotes: " + line.target);
        continue;
      }
      if (line.target == "doppel.hpp") {
        out.add(name, line.number, "a header includes doppel.hpp");
        continue;
      }
      if (!headers.contains(line.target)) {
        out.add(name, line.number, "there is no " + line.target);
        continue;
      }
      const std::string_view to = layer_of(line.target);
      if (name == "doppel.hpp") {
        if (std::find(core.begin(), core.end(), to) == core.end()) {
          out.add(name, line.number, "the core includes a leaf: " + line.target);
        }
      } else if (!may_include(from, to)) {
        out.add(name, line.number, "the arrow points up: " + line.target);
      } else if (is_umbrella(line.target) && !is_umbrella(name)) {
        out.add(name, line.number, "a header includes an umbrella: " + line.target);
      }
    }
  }
}

void check_outside(const tree& headers, report& out) {
  for (const outside_rule& rule : outside_rules) {
    std::set<std::string> users;
    for (const auto& [name, content] : headers) {
      for (const include_line& line : content.includes) {
        const std::string_view target = line.target;
        const bool hit =
            target.starts_with(rule.prefix) && (target.size() == rule.prefix.size() ||
                                                target[rule.prefix.size()] == '.' || target[rule.prefix.size()] == '/');
        if (!hit) continue;
        users.insert(name);
        const bool allowed =
            !rule.allowed.empty() && std::string_view(name).starts_with("doppel/" + std::string(rule.allowed));
        if (!allowed) out.add(name, line.number, "may not include " + line.target);
      }
    }
    if (users.size() > rule.at_most && rule.at_most != 0) {
      std::string text =
          "more than " + std::to_string(rule.at_most) + " header includes " + std::string(rule.prefix) + ":";
      for (const std::string& user : users) text += ' ' + user;
      out.add(text);
    }
  }
}

/// Depth first; `trail` holds the headers being visited.
void visit(const tree& headers, const std::string& name, std::vector<std::string>& trail, std::set<std::string>& done,
           report& out) {
  if (done.contains(name)) return;
  const auto again = std::find(trail.begin(), trail.end(), name);
  if (again != trail.end()) {
    std::string text = "a cycle:";
    for (auto step = again; step != trail.end(); ++step) text += ' ' + *step;
    out.add(text + ' ' + name);
    return;
  }
  const auto found = headers.find(name);
  if (found == headers.end()) return;
  trail.push_back(name);
  for (const include_line& line : found->second.includes) {
    // A body names the header that it completes.
    const bool back_to_header = name.ends_with(".ipp") && trail.size() > 1 && line.target == trail[trail.size() - 2];
    if (!back_to_header) visit(headers, line.target, trail, done, out);
  }
  trail.pop_back();
  done.insert(name);
}

void check_cycles(const tree& headers, report& out) {
  std::set<std::string> done;
  std::vector<std::string> trail;
  // Headers first, so that a body is reached from the header that it completes.
  for (const bool bodies : {false, true}) {
    for (const auto& [name, content] : headers) {
      if (name.ends_with(".ipp") == bodies) visit(headers, name, trail, done, out);
    }
  }
}

void check_core(const tree& headers, report& out) {
  std::vector<std::string> open = {std::string(free_of_parsers)};
  std::set<std::string> seen;
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    const auto found = headers.find(name);
    if (found == headers.end() || !seen.insert(name).second) continue;
    for (const include_line& line : found->second.includes) {
      if (line.target.starts_with("simdjson") || line.target.starts_with("boost/json")) {
        out.add(name, line.number, std::string(free_of_parsers) + " reaches " + line.target);
      }
      open.push_back(line.target);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: layering INCLUDE_DIRECTORY\n";
    return 2;
  }
  std::error_code error;
  if (!fs::is_directory(argv[1], error)) {
    std::cerr << "not a directory: " << argv[1] << '\n';
    return 2;
  }
  const tree headers = read_tree(argv[1]);
  report out;
  check_arrows(headers, out);
  check_outside(headers, out);
  check_cycles(headers, out);
  check_core(headers, out);
  std::cout << headers.size() << " headers, " << out.count() << " broken rules\n";
  return out.count() == 0 && !headers.empty() ? 0 : 1;
}
