// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The shortest useful program: one twin, three writes, and what came of them. README.md shows it as it stands.

#include <doppel.hpp>

#include <iostream>

int main() {
  const auto now = doppel::parse_timestamp("2024-05-01T10:00:00Z").value();
  auto twin = doppel::twin::create({.device_id = "pump-1"}, now).value();
  doppel::workspace scratch;
  doppel::change change;
  doppel::text_buffer message;

  merge_twin(twin, R"({"tags":{"site":"A"},"properties":{"desired":{"speed":3}}})", {now}, scratch, change).value();
  write_notification(change, message).value();
  std::cout << "to the device  " << message.view() << '\n';

  merge_reported(twin, R"({"speed":3,"pressure":4.2})", {now}, scratch, change).value();
  std::cout << "the twin       etag " << twin.etag().view() << ", version " << twin.version() << ", pressure "
            << twin.at("properties.reported.pressure").text() << '\n';

  const auto refused = merge_reported(twin, R"({"max speed":9})", {now}, scratch, change);
  std::cout << "refused        " << refused.error().message() << '\n';
}
