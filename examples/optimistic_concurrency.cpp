// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Two people edit one twin. Each sends back the etag that he has read; the one who comes second is refused,
// reads again and decides anew, instead of undoing unseen what the first one did.

#include <doppel.hpp>

#include <iostream>
#include <string>
#include <string_view>

namespace {

struct writer {
  std::string_view name;
  doppel::etag seen;
};

bool write(doppel::twin& twin, const writer& who, std::string_view body, doppel::workspace& scratch) {
  // What HTTP brings: the etag in quotes.
  const std::string header = '"' + std::string(who.seen.view()) + '"';
  const auto condition = doppel::parse_if_match(header);
  if (!condition) return false;

  doppel::write_options options;
  options.now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  options.condition = *condition;
  doppel::change change;
  const auto written = doppel::merge_twin(twin, body, options, scratch, change);
  std::cout << who.name << ": If-Match: " << header << ' ' << body << '\n';
  if (!written) {
    const doppel::service_error& error = doppel::service_error_of(doppel::errc(written.error().value()));
    std::cout << "  " << error.status << ' ' << error.name << '\n';
    return false;
  }
  std::cout << "  200, etag now " << twin.etag().view() << '\n';
  return true;
}

}  // namespace

int main() {
  auto twin = doppel::twin::create({.device_id = "pump-1"}, *doppel::parse_timestamp("2024-05-01T09:00:00Z"));
  if (!twin) return 1;
  doppel::workspace scratch;

  writer anna{"Anna", twin->etag()};
  writer bert{"Bert", twin->etag()};

  write(*twin, anna, R"({"properties":{"desired":{"speed":3}}})", scratch);
  if (!write(*twin, bert, R"({"properties":{"desired":{"speed":5}}})", scratch)) {
    bert.seen = twin->etag();
    std::cout << "Bert reads again: speed is " << twin->desired().find("speed").text() << ", and asks for one more\n";
    write(*twin, bert, R"({"properties":{"desired":{"speed":4}}})", scratch);
  }

  // A device's report does not move the etag, so it never stands in a back end's way.
  doppel::write_options options;
  options.now = *doppel::parse_timestamp("2024-05-01T10:01:00Z");
  doppel::change change;
  const doppel::etag before = twin->etag();
  if (!doppel::merge_reported(*twin, R"({"speed":4})", options, scratch, change)) return 1;
  std::cout << "the device reports: etag " << (twin->etag() == before ? "unchanged" : "changed") << '\n';
}
