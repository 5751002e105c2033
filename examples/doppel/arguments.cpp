// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "arguments.hpp"

#include "terminal.hpp"

#include <algorithm>
#include <utility>

namespace cli {

arguments::arguments(const command& what, std::span<char*> words) {
  bool only_names = false;  // after "--"
  for (std::size_t i = 0; i != words.size(); ++i) {
    const std::string_view word = words[i];
    if (only_names || word.size() < 2 || word.front() != '-') {
      positional_.emplace_back(word);
      continue;
    }
    if (word == "--") {
      only_names = true;
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto found =
        std::find_if(what.options.begin(), what.options.end(), [name](const option& o) { return o.name == name; });
    if (found == what.options.end()) throw usage_error("unknown option " + std::string(name));
    if (found->argument.empty()) {
      if (equals != std::string_view::npos) throw usage_error(std::string(name) + " takes no value");
      values_[found->name] = {};
    } else if (equals != std::string_view::npos) {
      values_[found->name] = word.substr(equals + 1);
    } else if (i + 1 != words.size()) {
      values_[found->name] = words[++i];
    } else {
      throw usage_error(std::string(name) + " needs a value: " + std::string(found->argument));
    }
  }
  if (positional_.size() < what.least) throw usage_error("too few arguments");
  if (positional_.size() > what.most) throw usage_error("one argument too many: " + positional_[what.most]);
}

std::optional<std::string> arguments::value(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::string help_of(const command& what) {
  const painter& paint = out_paint();
  const std::string name = std::string("doppel ").append(what.name);
  std::string text = paint(colour::bold, name);
  text.append(" - ").append(what.summary).append("\n\nusage: ").append(name).append(" ").append(what.usage);
  text += "\n\n";
  table options({table::align::left, table::align::left});
  for (const option& o : what.options) {
    std::string form(o.name);
    if (!o.argument.empty()) form.append(" ").append(o.argument);
    options.add({std::move(form), std::string(o.help)});
  }
  text += options.render(painter(false));
  if (!what.details.empty()) {
    text += '\n';
    text += what.details;
  }
  return text;
}

}  // namespace cli
