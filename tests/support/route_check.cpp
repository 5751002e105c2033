// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "route_check.hpp"

#include <doppel/query/compile.hpp>
#include <doppel/query/message.hpp>
#include <doppel/query/print.hpp>

#include <string_view>
#include <vector>

namespace doppel_test {
namespace {

std::vector<doppel::message_property> views_of(const std::vector<route_property>& properties) {
  std::vector<doppel::message_property> views;
  for (const route_property& p : properties) {
    views.push_back({p.name, p.value});
  }
  return views;
}

std::string shown(const route_message& message) {
  std::string text;
  for (const route_property& p : message.application) {
    text += p.name + "=" + p.value + " ";
  }
  for (const route_property& p : message.system) {
    text += "{$" + p.name + "}=" + p.value + " ";
  }
  return text + "\n  body " + (message.body ? to_text(*message.body) : "none") + "\n  twin " +
         (message.twin ? to_text(*message.twin) : "none");
}

}  // namespace

std::string check_route(const doppel::syntax_tree& condition, const route_message& message) {
  const std::vector<doppel::message_property> application = views_of(message.application);
  const std::vector<doppel::message_property> system = views_of(message.system);
  const std::string body = message.body ? to_text(*message.body) : "";
  const std::string twin = message.twin ? to_text(*message.twin) : "";
  const doppel::message view{application, system, body, twin};
  const bool expected = is_routed(condition, message);

  doppel::query_options options;
  options.mode = condition.mode();
  options.dialect = doppel::query_dialect::route;
  doppel::text_buffer printed;
  if (!print_query(printed, condition)) {
    return "not printed";
  }
  // What is printed may need more brackets than what was written.
  options.max_nesting = doppel::query_options::nesting_ceiling;
  for (const std::string_view text : {condition.source(), printed.view()}) {
    for (const bool folds : {true, false}) {
      const auto p = doppel::compile_query(text, options, nullptr, {.folds_constants = folds});
      if (!p) {
        return "refused: " + std::string(text);
      }
      doppel::query_scratch scratch;
      if (!scratch.prepare(*p)) {
        return "no memory";
      }
      if (matches(*p, view, scratch) != expected) {
        return std::string(folds ? "folded" : "not folded") + (expected ? ", not routed: " : ", routed: ") +
               std::string(text) + "\n  " + shown(message);
      }
    }
  }
  return {};
}

}  // namespace doppel_test
