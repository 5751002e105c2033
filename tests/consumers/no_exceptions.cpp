// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Built with -fno-exceptions -fno-rtti. Boost then asks the program for the function that takes the place of
// a throw, in both forms. Nothing here may reach it.

#include <doppel.hpp>

#include <boost/assert/source_location.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace boost {

void throw_exception(const std::exception& reason) {
  std::fprintf(stderr, "would throw: %s\n", reason.what());
  std::abort();
}

void throw_exception(const std::exception& reason, const boost::source_location&) { throw_exception(reason); }

}  // namespace boost

int main() {
  doppel::identity identity;
  identity.device_id = "pump-1";
  const doppel::timestamp now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  auto twin = doppel::twin::create(identity, now);
  if (!twin) return 1;

  doppel::workspace scratch;
  doppel::change change;
  doppel::write_options options;
  options.now = now;
  if (!doppel::merge_twin(*twin, R"({"properties":{"desired":{"speed":3}}})", options, scratch, change)) return 2;

  doppel::diagnostic where;
  const auto refused = doppel::merge_reported(*twin, R"({"a b":1})", options, scratch, change, &where);
  if (refused || refused.error() != doppel::errc::key_character) return 3;

  doppel::text_buffer out;
  if (!doppel::write_service_view(*twin, out)) return 4;
  const auto copy = doppel::load_twin(out.view(), scratch);
  return copy && copy->desired_version() == 2 ? 0 : 5;
}
