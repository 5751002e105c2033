// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "query_generator.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>

// Whole queries. Expressions are in query_expression_generator.cpp.
namespace doppel_test {
namespace {

using doppel::query_collection;
using doppel::query_dialect;
using doppel::query_mode;

void collect(const json_value& value, std::vector<path_step>& at, std::vector<occurrence>& out) {
  if (!at.empty()) {
    out.push_back({at, value});
  }
  if (value.is_object()) {
    for (const auto& entry : value.get_object()) {
      at.push_back({std::string(entry.key()), 0, false});
      collect(entry.value(), at, out);
      at.pop_back();
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i != value.get_array().size(); ++i) {
      at.push_back({{}, i, true});
      collect(value.get_array()[i], at, out);
      at.pop_back();
    }
  }
}

// Metadata makes up most of a document, and what holds other values answers few questions: a part of them is enough.
bool is_interesting(const occurrence& o, random_source& random) {
  const bool is_metadata = std::any_of(o.path.begin(), o.path.end(), [](const path_step& s) {
    return s.key == "$metadata" || s.key == "$lastUpdated" || s.key == "$lastUpdatedVersion";
  });
  return is_metadata ? random.one_in(20) : o.value.is_object() ? random.one_in(3) : true;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    out += (out.empty() ? "" : ", ") + part;
  }
  return out;
}

}  // namespace

query_generator::query_generator(random_source& random, const query_fleet& fleet) : random_(random) {
  for (const fleet_document& document : fleet.documents) {
    std::vector<occurrence> all;
    std::vector<path_step> at;
    collect(document.value, at, all);
    for (occurrence& o : all) {
      if (is_interesting(o, random_)) {
        occurrences_[static_cast<std::size_t>(document.collection)].push_back(std::move(o));
      }
    }
  }
}

query_request query_generator::request() {
  const query_mode mode = random_.coin() ? query_mode::hub : query_mode::extended;
  const query_dialect dialect = random_.one_in(8)   ? query_dialect::target_condition
                                : random_.one_in(8) ? query_dialect::condition
                                                    : query_dialect::twins;
  return request(mode, dialect);
}

query_request query_generator::request(query_mode mode, query_dialect dialect) {
  options_ = {};
  options_.mode = mode;
  options_.dialect = dialect;
  collection_ = query_collection::devices;
  prefix_ = "devices";
  query_request made;
  switch (dialect) {
    case query_dialect::twins: made.text = query(); break;
    case query_dialect::target_condition: made.text = target_condition(); break;
    default: made.text = random_.one_in(20) ? "*" : expression(random_.below(4));
  }
  made.options = options_;
  if (random_.one_in(8)) {
    made.page_size = random_.pick<const char*>({"1", "2", "3", "5", "100", "1000", "0", "-1", "two"});
  }
  return made;
}

std::string query_generator::query() {
  std::string source = word("devices");
  const std::size_t kind = random_.below(10);
  if (kind == 0) {
    collection_ = query_collection::jobs;
    source += "." + word("jobs");
    prefix_ = "devices.jobs";
  } else if (kind <= 2) {
    collection_ = query_collection::modules;
    source += "." + word("modules");
    prefix_ = random_.coin() ? "devices.modules" : "devices";
  }
  if (extended() && random_.one_in(8)) {
    source += random_.coin() ? " " + word("AS") + " d" : " d";
    prefix_ = random_.coin() ? "d" : prefix_;
  }

  const bool may_group = extended() || collection_ == query_collection::devices;
  const bool may_project = extended() || collection_ != query_collection::jobs;
  const bool is_grouped = may_group && random_.one_in(4);
  const bool is_star = !is_grouped && (!may_project || random_.coin());

  std::vector<std::string> aliases;
  std::vector<std::string> keys;
  std::string text = word("SELECT") + space();
  if (extended() && random_.one_in(8)) {
    text += word("DISTINCT") + space();
  }
  if (random_.one_in(8)) {
    const std::string count = std::to_string(random_.below(12));
    text += word("TOP") + space() + (random_.coin() ? count : "(" + count + ")") + " ";
  }
  if (is_grouped) {
    for (std::size_t i = random_.below(3); i != 0; --i) {
      keys.push_back(extended() && random_.one_in(4) ? additive(1) : path());
    }
    text += grouped_list(keys, aliases);
  } else {
    text += is_star ? "*" : select_list(aliases);
  }
  text += space() + word("FROM") + space() + source + space();
  if (random_.below(4) != 0) {
    text += word("WHERE") + space() + expression(random_.below(4)) + space();
  }
  if (!keys.empty()) {
    text += word("GROUP") + space() + word("BY") + space() + joined(keys) + space();
  }
  if (extended() && random_.one_in(4)) {
    std::vector<std::string> choices = aliases;
    if (is_grouped) {
      choices.insert(choices.end(), keys.begin(), keys.end());
      choices.push_back(aggregate());
      if (random_.one_in(8)) {
        choices.push_back(path());  // refused, unless it is a key
      }
    } else {
      choices.push_back(path());
      choices.push_back(expression(1));
    }
    text += order_by(choices) + space();
  }
  if (extended() && random_.one_in(8)) {
    if (random_.coin()) {
      text += word("OFFSET") + space() + std::to_string(random_.below(6)) + space();
    }
    text += word("LIMIT") + space() + std::to_string(random_.below(10)) + space();
  }
  return text;
}

std::string query_generator::alias(std::vector<std::string>& aliases) {
  const std::string name = (random_.one_in(4) ? "n-" : "c") + std::to_string(aliases.size());
  aliases.push_back(name);
  return space() + word("AS") + space() + (random_.one_in(6) ? "[[" + name + "]]" : name);
}

std::string query_generator::select_list(std::vector<std::string>& aliases) {
  std::vector<std::string> columns;
  for (std::size_t i = 1 + random_.below(3); i != 0; --i) {
    const std::size_t form = extended() ? random_.below(3) : 0;
    std::string column = form == 0 ? path() : form == 1 ? call(2) : expression(random_.below(4));
    columns.push_back(random_.one_in(4) ? column : column + alias(aliases));
  }
  return joined(columns);
}

std::string query_generator::grouped_list(const std::vector<std::string>& keys, std::vector<std::string>& aliases) {
  std::vector<std::string> columns;
  for (const std::string& key : keys) {
    if (!random_.one_in(4)) {
      columns.push_back(random_.one_in(4) ? key : key + alias(aliases));
    }
  }
  for (std::size_t i = random_.below(3); i != 0 || columns.empty(); i -= i != 0 ? 1 : 0) {
    columns.push_back(aggregate() + alias(aliases));
  }
  return joined(columns);
}

std::string query_generator::aggregate() {
  if (random_.one_in(3)) {
    const bool is_plain = !extended() || random_.coin();
    return word("COUNT") + "(" + (is_plain ? "" : random_.coin() ? "*" : expression(1)) + ")";
  }
  const std::string name = word(random_.pick<const char*>({"AVG", "SUM", "MIN", "MAX"}));
  return name + "(" + (extended() && random_.one_in(4) ? additive(1) : path()) + ")";
}

std::string query_generator::order_by(const std::vector<std::string>& choices) {
  std::vector<std::string> elements;
  for (std::size_t i = 1 + random_.below(2); i != 0; --i) {
    const std::string direction = random_.pick<const char*>({"", " ASC", " DESC", " desc"});
    elements.push_back(choices[random_.below(choices.size())] + direction);
  }
  return word("ORDER") + space() + word("BY") + space() + joined(elements);
}

std::string query_generator::target_condition() {
  if (random_.one_in(20)) {
    return random_.coin() ? "*" : "";
  }
  std::string text;
  if (random_.one_in(3)) {
    collection_ = query_collection::modules;
    prefix_ = "devices.modules";
    text = word("FROM") + space() + word("devices.modules") + space() + word("WHERE") + space();
  }
  return text + expression(random_.below(3));
}

std::string query_generator::word(std::string_view keyword) {
  std::string out(keyword);
  const std::size_t how = random_.below(4);
  for (char& c : out) {
    const bool is_lower = how == 0 || (how == 1 && random_.coin());
    if (is_lower && c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c + ('a' - 'A'));
    } else if (how == 2 && random_.one_in(4) && c >= 'a' && c <= 'z') {
      c = static_cast<char>(c - ('a' - 'A'));
    }
  }
  return out;
}

std::string query_generator::space() {
  return random_.one_in(12) ? random_.pick<const char*>({"\n", "\t", "\r\n  ", " /* ' */ ", "/**/ "}) : " ";
}

}  // namespace doppel_test
