// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Queries over twins that are in memory: compiled once, asked of each twin.

#include <doppel.hpp>

#include <cstdint>
#include <iostream>
#include <string_view>
#include <vector>

namespace {

void ask(const std::vector<doppel::twin>& fleet, const doppel::key_table& keys, std::string_view text) {
  std::cout << text << '\n';
  doppel::query_diagnostic wrong;
  const auto query = doppel::compile_query(text, {}, &wrong);
  if (!query) {
    std::cout << "  " << wrong.line << ':' << wrong.column << ": " << query.error().message();
    if (!wrong.suggestion().empty()) std::cout << ", did you mean " << wrong.suggestion() << '?';
    std::cout << '\n';
    return;
  }

  const auto bound = doppel::bound_program::bind(*query, keys).value();
  doppel::query_scratch scratch;
  scratch.prepare(*query).value();
  doppel::query_run run(*query);
  for (std::uint64_t i = 0; i != fleet.size(); ++i) {
    run.add(doppel::twin_document<doppel::default_policy>(fleet[i], bound), i, scratch).value();
  }
  const auto print = [](std::string_view row) {
    std::cout << "  " << row << '\n';
    return true;
  };
  run.finish(print).value();
}

}  // namespace

int main() {
  const auto now = doppel::parse_timestamp("2024-05-01T10:00:00Z").value();
  const auto keys = doppel::key_table::create().value();  // many twins share one
  doppel::workspace scratch;
  std::vector<doppel::twin> fleet;
  for (const std::string_view document : {
           R"({"deviceId":"pump-1","tags":{"site":"A"},"properties":{"reported":{"pressure":4.2}}})",
           R"({"deviceId":"pump-2","tags":{"site":"B"},"properties":{"reported":{"pressure":5.1}}})",
           R"({"deviceId":"pump-3","tags":{"site":"A"},"properties":{"reported":{"pressure":2.5}}})",
       }) {
    load_into(fleet.emplace_back(keys), document, scratch).value();
  }

  doppel::change change;
  merge_reported(fleet[2], R"({"pressure":3.5})", {now}, scratch, change).value();

  ask(fleet, keys,
      "SELECT deviceId, properties.reported.pressure FROM devices "
      "WHERE tags.site = 'A' AND properties.reported.pressure > 4");
  ask(fleet, keys, "SELECT tags.site, COUNT() AS pumps FROM devices GROUP BY tags.site");
  ask(fleet, keys,
      "SELECT deviceId FROM devices WHERE properties.reported.$metadata.pressure.$lastUpdated >= '2024-05-01'");
  ask(fleet, keys, "SELECT * FROM devices WHERE STARTWITH(deviceId, 'pump')");
}
