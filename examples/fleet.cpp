// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A fleet of twins: written to from several threads, asked page by page, watched by a standing query.

#include <doppel.hpp>
#include <doppel/fleet.hpp>

#include <atomic>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

int main() {
  const auto now = doppel::parse_timestamp("2026-11-23T08:00:00Z").value();
  doppel::fleet fleet;
  for (int i = 0; i != 1000; ++i) fleet.create({"meter-" + std::to_string(i)}, now).value();

  // Somebody wants to know of every meter whose battery gets low: told at once, whichever thread writes.
  std::atomic<int> alarms{0};
  auto count_alarms = [&alarms](const doppel::standing_event<doppel::default_fleet_policy>& event) noexcept {
    if (event.kind == doppel::standing_kind::entered) ++alarms;
  };
  doppel::standing_queries<doppel::default_fleet_policy> watchers(count_alarms);
  fleet.attach(watchers);
  const auto low = doppel::compile_query("SELECT deviceId FROM devices WHERE properties.reported.battery < 20").value();
  (void)watchers.add(low).value();

  // Four devices at a time report.
  std::vector<std::thread> threads;
  for (int t = 0; t != 4; ++t) {
    threads.emplace_back([&fleet, now, t] {
      doppel::workspace scratch;  // one of each for every thread
      doppel::change change;
      doppel::write_options options;
      options.now = now;
      for (int i = t; i < 1000; i += 4) {
        const std::string patch =
            R"({"battery":)" + std::to_string(i % 100) + R"(,"site":"hall-)" + std::to_string(i % 3) + "\"}";
        fleet.merge_reported("meter-" + std::to_string(i), patch, options, scratch, change).value();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::cout << alarms << " alarms, " << count(fleet, low).value() << " batteries are low\n";

  // Pages: the token stays valid whatever is written, also after the fleet was saved and loaded.
  std::optional<doppel::continuation_token> token;
  int pages = 0;
  do {
    const auto from = token ? std::optional<std::string_view>(token->view()) : std::nullopt;
    token = select(fleet, low, 75, from, [](std::string_view) {}).value();
    ++pages;
  } while (token);
  std::cout << pages << " pages\n";

  const auto by_site = doppel::compile_query(
                           "SELECT properties.reported.site AS site, COUNT() AS low, "
                           "MIN(properties.reported.battery) AS least FROM devices WHERE "
                           "properties.reported.battery < 20 GROUP BY properties.reported.site")
                           .value();
  for_each_row(fleet, by_site, [](std::string_view row) {
    std::cout << row << '\n';
    return true;
  }).value();
  const doppel::column_statistics columns = fleet.statistics();
  std::cout << columns.columns << " columns\n";

  // A picture of one twin, to be read as long as one likes.
  const auto picture = fleet.snapshot("meter-7").value();
  fleet.erase("meter-7").value();
  std::cout << picture->device_id() << ": " << picture->at("properties.reported.battery").text() << '\n';
  fleet.detach(watchers);
}
