// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Images that nobody vouches for: damaged ones, whose sizes and checksum are put right so that the damage is
// met by what looks at the content. An image is refused, or it is a twin like any other.
//
// Input, as text: a line of damages, then a document that is loaded and saved. A damage is an offset, a colon
// and the bytes that are put there, all in hexadecimal, and a space: `1f0:00ff 2c:01 `. Or the bytes of an
// image.
//
// libfuzzer: -max_len=4096 -timeout=10

#include "driver/body.hpp"
#include "driver/damage.hpp"
#include "driver/finding.hpp"

#include <doppel/twin.hpp>
#include <doppel/twin/image.hpp>

#include <support/beside_model.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace doppel_test;
using doppel::detail::image_header;

std::string image_of(const doppel::twin& twin, doppel::workspace& scratch) {
  doppel::text_buffer out;
  expect(bool(save_image(twin, scratch, out)), "no image");
  return std::string(out.view());
}

void put_right(std::string& image) {
  if (image.size() < sizeof(image_header)) return;
  image_header head;
  std::memcpy(&head, image.data(), sizeof head);
  head.size = image.size();
  std::memcpy(image.data(), &head, sizeof head);
  head.crc = doppel::detail::crc32c(std::string_view(image).substr(doppel::detail::crc_begin));
  std::memcpy(image.data(), &head, sizeof head);
}

// At an odd address and without anything behind it.
boost::system::result<void> load_untrusted(doppel::twin& twin, std::string_view image, doppel::workspace& scratch) {
  const auto block = std::make_unique<char[]>(image.size() + 1);
  std::copy(image.begin(), image.end(), block.get() + 1);
  return load_image(twin, {block.get() + 1, image.size()}, doppel::image_trust::untrusted, scratch);
}

void check_twin(doppel::twin& twin, doppel::workspace& scratch) {
  const std::string view = service_view_of(twin);
  doppel::diagnostic where;
  auto again = doppel::load_twin(view, scratch, {}, nullptr, &where);
  expect(again.has_value(), "the document of an accepted image cannot be loaded",
         view + "\n" + doppel::make_error_code(where.code).message() + " at " + std::to_string(where.offset));
  // An image may leave stamps open that a document fills in from the object around them: compared is what
  // has been through a document once.
  const std::string settled = service_view_of(*again);
  const auto third = doppel::load_twin(settled, scratch);
  expect(third.has_value(), "the document of an accepted image cannot be loaded twice", settled);
  expect_equal("the document of an accepted image comes back as another", settled, service_view_of(*third));
  expect_equal("the content of an accepted image comes back as another", device_view_of(twin), device_view_of(*again));
  expect(again->tags().counted_bytes() == twin.tags().counted_bytes() &&
             again->desired().counted_bytes() == twin.desired().counted_bytes() &&
             again->reported().counted_bytes() == twin.reported().counted_bytes(),
         "counted sizes differ", view);

  const std::string image = image_of(twin, scratch);
  doppel::twin copy;
  expect(bool(load_image(copy, image, doppel::image_trust::trusted, scratch)), "an image just saved is refused");
  expect_equal("an image just saved gives another document", view, service_view_of(copy));

  doppel::write_options options;
  options.now = doppel::timestamp::from_ticks(638'500'000'000'000'000);
  options.limits.desired_bytes = options.limits.reported_bytes = options.limits.tags_bytes = 1 << 20;
  doppel::change change;
  for (const std::string_view patch :
       {R"({"a":null,"b":{"c":1},"site":"a longer text than there was before","new":[1,2,3]})",
        R"({"b":null,"x":{"y":{}}})"}) {
    expect(bool(merge_section(twin, doppel::section_name::tags, patch, options, scratch, change)),
           "tags cannot be written");
    expect(bool(merge_section(twin, doppel::section_name::desired, patch, options, scratch, change)),
           "desired cannot be written");
    expect(bool(merge_reported(twin, patch, options, scratch, change)), "reported cannot be written");
  }
  const std::string changed = service_view_of(twin);
  doppel::load_options large;
  large.limits = options.limits;
  expect(doppel::load_twin(changed, scratch, large).has_value(), "the document cannot be loaded after writes", changed);
  expect(bool(replace_twin(twin, "{}", options, scratch, change)), "a twin cannot be replaced");
}

}  // namespace

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  doppel::workspace scratch;
  std::string image;
  if (input.substr(0, 8) == std::string_view(image_header::expected_magic, 8)) {
    image = input;
  } else {
    const std::size_t line_end = input.find('\n');
    if (line_end == std::string_view::npos) return -1;
    const auto saved = doppel::load_twin(input.substr(line_end + 1), scratch);
    if (!saved) return -1;
    image = image_of(*saved, scratch);
    doppel::twin same;
    expect(bool(load_untrusted(same, image, scratch)), "an image without damage is refused", service_view_of(*saved));
    expect_equal("an image without damage gives another document", service_view_of(*saved), service_view_of(same));
    damage(image, input.substr(0, line_end));
  }
  put_right(image);

  doppel::twin twin;
  const std::string before = service_view_of(twin);
  const auto done = load_untrusted(twin, image, scratch);
  if (!done) {
    expect(done.error() == make_error_code(doppel::errc::invalid_image) ||
               done.error() == make_error_code(doppel::errc::image_mismatch),
           "an image is refused for another reason", done.error().message());
    expect_equal("a refused image changed the twin", before, service_view_of(twin));
    return 0;
  }
  check_twin(twin, scratch);
  return 0;
}
