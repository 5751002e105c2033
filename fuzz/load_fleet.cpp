// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Files of fleets that nobody vouches for: damaged ones, whose checksums are put right so that the damage is met by
// what looks at the content. A file is refused, or its twins are like any others.
//
// Input, as text: a line of damages (driver/damage.hpp), then documents, one a line, that are saved in one chunk. Or
// the bytes of a file.
//
// libfuzzer: -max_len=4096 -timeout=10

#include "driver/body.hpp"
#include "driver/damage.hpp"
#include "driver/finding.hpp"

#include <doppel/twin.hpp>

#include <fleet/chunk_file.hpp>
#include <support/beside_model.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace doppel_test;

void check_twin(doppel::twin& twin, doppel::workspace& scratch) {
  const std::string view = service_view_of(twin);
  const auto again = doppel::load_twin(view, scratch);
  expect(again.has_value(), "the document of an accepted row cannot be loaded", view);
  // A row may leave stamps open that a document fills in from the object around them: compared is what has been
  // through a document once.
  const std::string settled = service_view_of(*again);
  const auto third = doppel::load_twin(settled, scratch);
  expect(third.has_value(), "the document of an accepted row cannot be loaded twice", settled);
  expect_equal("the document of an accepted row comes back as another", settled, service_view_of(*third));
  expect_equal("the content of an accepted row comes back as another", device_view_of(twin), device_view_of(*again));
  expect(again->tags().counted_bytes() == twin.tags().counted_bytes() &&
             again->desired().counted_bytes() == twin.desired().counted_bytes() &&
             again->reported().counted_bytes() == twin.reported().counted_bytes() &&
             again->tags().total_members() == twin.tags().total_members() &&
             again->desired().total_members() == twin.desired().total_members() &&
             again->reported().total_members() == twin.reported().total_members(),
         "sizes differ", view);

  doppel::write_options options;
  options.now = doppel::timestamp::from_ticks(638'500'000'000'000'000);
  options.limits.desired_bytes = options.limits.reported_bytes = options.limits.tags_bytes = 1 << 20;
  doppel::change change;
  constexpr std::string_view patch =
      R"({"a":null,"b":{"c":1},"site":"a longer text than there was before","new":[1,2,3]})";
  expect(bool(merge_section(twin, doppel::section_name::tags, patch, options, scratch, change)),
         "tags cannot be written");
  expect(bool(merge_section(twin, doppel::section_name::desired, patch, options, scratch, change)),
         "desired cannot be written");
  expect(bool(merge_reported(twin, patch, options, scratch, change)), "reported cannot be written");
  doppel::load_options large;
  large.limits = options.limits;
  const std::string changed = service_view_of(twin);
  expect(doppel::load_twin(changed, scratch, large).has_value(), "the document cannot be loaded after writes", changed);
}

}  // namespace

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  doppel::workspace scratch;
  std::string file;
  if (input.substr(0, 8) == std::string_view(doppel::detail::file_head::expected_magic, 8)) {
    file = input;
  } else {
    const std::size_t line_end = input.find('\n');
    if (line_end == std::string_view::npos) return -1;
    const std::string_view damages = input.substr(0, line_end);
    const auto keys = doppel::key_table::create({}).value();
    std::vector<saved_chunk> chunks(1);
    while (input.find('\n') != std::string_view::npos) {
      input.remove_prefix(input.find('\n') + 1);
      doppel::twin twin(keys);
      if (!load_into(twin, input.substr(0, input.find('\n')), scratch)) return -1;
      chunks[0].rows.push_back({chunks[0].rows.size(), std::move(twin)});
    }
    file = file_of(chunks);
    std::vector<saved_chunk> same;
    expect(read_file(file, same, scratch) == doppel::errc{}, "a file without damage is refused");
    expect(same.size() == 1 && same[0].rows.size() == chunks[0].rows.size(), "rows are missing");
    for (std::size_t i = 0; i != same[0].rows.size(); ++i) {
      expect_equal("a file without damage gives another document", service_view_of(chunks[0].rows[i].twin),
                   service_view_of(same[0].rows[i].twin));
    }
    expect(file_of(same) == file, "what was loaded is saved as other bytes");
    damage(file, damages);
  }
  repair(file);

  std::vector<saved_chunk> chunks;
  const doppel::errc code = read_file(file, chunks, scratch);
  if (code != doppel::errc{}) {
    expect(code == doppel::errc::invalid_image || code == doppel::errc::image_mismatch,
           "a file is refused for another reason", doppel::make_error_code(code).message());
    return 0;
  }
  std::vector<saved_chunk> again;
  expect(read_file(file_of(chunks), again, scratch) == doppel::errc{}, "what was accepted cannot be saved and loaded");
  for (saved_chunk& chunk : chunks) {
    for (numbered_twin& row : chunk.rows) check_twin(row.twin, scratch);
  }
  return 0;
}
