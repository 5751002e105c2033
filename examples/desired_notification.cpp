// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// The back end writes desired properties; what the device gets is a merge patch with the new version. For a
// replacement the patch names what is gone, so that a device which merges it ends with exactly the new
// content.

#include <doppel.hpp>

#include <iostream>
#include <string_view>

namespace {

using write_function = boost::system::result<void>(doppel::twin&, std::string_view, const doppel::write_options&,
                                                   doppel::workspace&, doppel::change&, doppel::diagnostic*);

void write(std::string_view what, write_function& function, doppel::twin& twin, std::string_view body,
           doppel::workspace& scratch) {
  doppel::change change;
  doppel::write_options options;
  options.now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  if (!function(twin, body, options, scratch, change, nullptr)) return;

  std::cout << what << ' ' << body << '\n';
  if (!change.notifies_device()) {
    std::cout << "  the device is not told\n";
    return;
  }
  doppel::text_buffer message;
  if (doppel::write_notification(change, message)) std::cout << "  the device gets " << message.view() << '\n';
}

}  // namespace

int main() {
  auto twin = doppel::twin::create({.device_id = "pump-1"}, *doppel::parse_timestamp("2024-05-01T09:00:00Z"));
  if (!twin) return 1;
  doppel::workspace scratch;
  const auto patch = [&](std::string_view body) { write("PATCH", doppel::merge_twin, *twin, body, scratch); };
  const auto put = [&](std::string_view body) { write("PUT  ", doppel::replace_twin, *twin, body, scratch); };

  patch(R"({"properties":{"desired":{"speed":3,"alarm":{"low":10,"high":90}}}})");
  patch(R"({"tags":{"site":"A"}})");
  patch(R"({"properties":{"desired":{"alarm":{"low":null}}}})");
  put(R"({"tags":{"site":"A"},"properties":{"desired":{"alarm":{"high":80},"mode":"eco"}}})");
  patch(R"({"properties":{"desired":null}})");
}
