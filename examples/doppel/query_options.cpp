// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "query_options.hpp"

#include <charconv>
#include <string>

namespace cli {

std::optional<doppel::query_mode> mode_named(std::string_view name) {
  if (name == "hub") return doppel::query_mode::hub;
  if (name == "extended") return doppel::query_mode::extended;
  return std::nullopt;
}

doppel::query_options query_options_of(const arguments& args) {
  doppel::query_options options;
  if (const auto name = args.value("--mode")) {
    const auto mode = mode_named(*name);
    if (!mode) throw usage_error("--mode is hub or extended, not " + *name);
    options.mode = *mode;
  }
  if (const auto name = args.value("--dialect")) {
    if (*name == "condition") {
      options.dialect = doppel::query_dialect::condition;
    } else if (*name == "target-condition") {
      options.dialect = doppel::query_dialect::target_condition;
    } else if (*name != "query") {
      throw usage_error("--dialect is query, condition or target-condition, not " + *name);
    }
  }
  return options;
}

std::optional<std::size_t> number_of(const arguments& args, std::string_view option, std::size_t least,
                                     std::size_t most) {
  const auto text = args.value(option);
  if (!text) return std::nullopt;
  std::size_t number = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number < least || number > most) {
    throw usage_error(std::string(option) + " needs a number from " + std::to_string(least) + " to " +
                      std::to_string(most) + ", not " + *text);
  }
  return number;
}

}  // namespace cli
