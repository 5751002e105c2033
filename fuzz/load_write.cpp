// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// A document becomes a twin, the twin a document, and again: the second document is the first.
//
// Input: the text of a document; before it may stand `!` for tiny limits, then `?` for stamps that are not
// known.
//
// libfuzzer: -max_len=16384 -timeout=10

#include "driver/body.hpp"
#include "driver/finding.hpp"

#include <doppel/json/ondemand_reader.hpp>
#include <doppel/twin.hpp>

#include <support/beside_model.hpp>
#include <support/limits.hpp>
#include <support/node.hpp>

#include <string>
#include <string_view>

namespace {

using namespace doppel_test;

bool is_json(std::string_view text) {
  node ignored;
  return read_json(text, ignored);
}

std::string counted_sizes_of(const doppel::twin& twin) {
  return std::to_string(twin.tags().counted_bytes()) + " " + std::to_string(twin.desired().counted_bytes()) + " " +
         std::to_string(twin.reported().counted_bytes());
}

void compare_readers(std::string_view text, const doppel::load_options& options, doppel::workspace& scratch,
                     const boost::system::result<doppel::twin>& loaded) {
  doppel::twin other;
  const auto done = doppel::detail::load<doppel::detail::ondemand_reader>(
      other.core(), text, doppel::detail::etag_form_of<doppel::default_policy>, scratch, options, nullptr, nullptr);
  expect(done.has_error() == loaded.has_error() && (!done.has_error() || done.error() == loaded.error()),
         "the readers lead to different answers");
  if (loaded) expect_equal("the readers lead to different twins", service_view_of(*loaded), service_view_of(other));
}

// An empty patch is accepted, and only moves what a write of nothing moves.
void write_nothing(doppel::twin& twin, doppel::workspace& scratch, const doppel::limits& limits) {
  doppel::write_options options;
  options.now = doppel::timestamp::from_ticks(638'500'000'000'000'000);
  options.limits = limits;
  doppel::change change;
  const std::string sizes = counted_sizes_of(twin);
  const std::uint64_t version = twin.version();
  expect(bool(merge_reported(twin, "{}", options, scratch, change)), "an empty reported patch is refused");
  expect(bool(merge_twin(twin, R"({"tags":{},"properties":{"desired":{}}})", options, scratch, change)),
         "an empty patch is refused");
  expect_equal("an empty patch changes sizes", sizes, counted_sizes_of(twin));
  expect(twin.version() == version + 2, "an empty patch moves the version by something else than one");
  const std::string view = service_view_of(twin);
  expect(is_json(view), "the document is no JSON after an empty patch", view);
}

}  // namespace

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  doppel::load_options options;
  if (!text.empty() && text[0] == '!') {
    text.remove_prefix(1);
    options.limits = tiny_limits();
    options.limits.root_depth = 3;
  }
  const bool has_unknown_stamps = !text.empty() && text[0] == '?';
  if (has_unknown_stamps) {
    text.remove_prefix(1);
  } else {
    options.missing_time = doppel::timestamp::from_ticks(637'000'000'000'000'000);
  }
  doppel::workspace scratch;
  doppel::diagnostic where;
  auto first = doppel::load_twin(text, scratch, options, nullptr, &where);
  compare_readers(text, options, scratch, first);
  if (!first) {
    expect(first.error() == make_error_code(where.code), "the diagnostic names another error");
    expect(where.offset <= text.size(), "the diagnostic points behind the text");
    return 0;
  }
  const std::string once = service_view_of(*first);
  expect(is_json(once), "the document is no JSON", once);
  expect(is_json(device_view_of(*first)), "the device view is no JSON", once);

  doppel::load_report report;
  auto second = doppel::load_twin(once, scratch, options, &report, &where);
  expect(second.has_value(), "what was written cannot be loaded", once);
  expect((report.members_without_metadata == 0 || has_unknown_stamps) && report.metadata_without_member == 0 &&
             report.nulls_dropped == 0 && report.times_not_understood == 0,
         "the second loading finds fault with what was written", once);
  expect_equal("the second document differs", once, service_view_of(*second));
  expect_equal("the device views differ", device_view_of(*first), device_view_of(*second));
  expect_equal("the counted sizes differ", counted_sizes_of(*first), counted_sizes_of(*second));

  write_nothing(*second, scratch, options.limits);
  return 0;
}
