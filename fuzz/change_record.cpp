// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Records of changes that nobody vouches for: a record gives an error or a change that can be saved and loaded again,
// told to others, and replayed: then the twin is what the same patch makes of it when it is written.
//
// Input: the bytes of a record, whose size and checksum are put right. Or a record in lines:
//   the kind of the write and how tags, desired and reported are treated, as numbers: `1110`
//   the configuration that marks what is written; may be empty
//   for each section that is not untouched two lines: the patch, and what it comes upon
//
// libfuzzer: -max_len=2048 -timeout=10

#include "driver/body.hpp"
#include "driver/finding.hpp"

#include <doppel/twin.hpp>

#include <support/beside_model.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace doppel_test;
using doppel::section_change;
using doppel::section_name;

constexpr section_name sections[] = {section_name::tags, section_name::desired, section_name::reported};
constexpr std::uint64_t time_of_write = 638'500'000'000'000'000;

void put_right(std::string& record) {
  using namespace doppel::detail;
  if (record.size() < record_head_bytes) return;
  put_fixed<8>(record.data() + record_crc_begin, record.size());
  put_fixed<4>(record.data() + record_crc_at, crc32c(std::string_view(record).substr(record_crc_begin)));
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

std::string record_of_lines(std::string_view input) {
  using namespace doppel::detail;
  std::string out(input.size() + 256, '\0');
  char* to = out.data() + record_head_bytes;
  const std::string_view kinds = take_line(input);
  const auto number = [&](std::size_t i) { return i < kinds.size() ? static_cast<std::uint64_t>(kinds[i] & 7) : 0; };
  to = put_number_bytes(to, number(0));
  to = put_number_bytes(to, time_of_write);
  for (const std::uint64_t counter : {3u, 4u, 5u, 9u}) to = put_number_bytes(to, counter);
  const std::string_view mark = take_line(input).substr(0, 100);
  const std::string quoted = '"' + std::string(mark) + '"';
  for (int i = 0; i < 2; ++i) to = put_sized_text(to, mark.empty() ? std::string_view() : quoted);
  for (std::size_t i = 1; i <= 3; ++i) {
    to = put_number_bytes(to, number(i));
    if (number(i) == 0) continue;
    to = put_sized_text(to, take_line(input));
    to = put_sized_text(to, take_line(input));
  }
  finish_record(out.data(), to, change_magic, change_format);
  out.resize(static_cast<std::size_t>(to - out.data()));
  return out;
}

std::string record_of(const doppel::change& change) {
  doppel::text_buffer out;
  expect(bool(save_change(change, out)), "no record");
  return std::string(out.view());
}

// At an odd address and without anything behind it.
boost::system::result<void> load_exact(std::string_view record, doppel::change& to, doppel::workspace& scratch) {
  const auto block = std::make_unique<char[]>(record.size() + 1);
  std::copy(record.begin(), record.end(), block.get() + 1);
  return load_change({block.get() + 1, record.size()}, to, scratch);
}

std::string told(const doppel::change& c) {
  std::string out;
  c.for_each([&](const doppel::change::entry& e) {
    out += std::string(e.path) + (e.removed ? " removed" : "") + (e.existed ? " existed: " : ": ") +
           std::string(e.old_value) + " -> " + std::string(e.new_value) + "\n";
  });
  return out;
}

// A section's texts in the record: the patch, and what it came upon.
std::string text_of(const doppel::change& change, section_name s, bool old) {
  std::string out(doppel::detail::change_content_bound(change) + 2, '{');
  char* to = out.data() + 1;
  to = (old ? doppel::detail::put_old_members : doppel::detail::put_patch_members)(to, change, s);
  if (to[-1] == ',') --to;
  *to++ = '}';
  return out.substr(0, static_cast<std::size_t>(to - out.data()));
}

std::string content_of(const doppel::twin& twin, section_name s) {
  doppel::text_buffer out;
  const auto written = s == section_name::tags      ? twin.tags().write_json(out)
                       : s == section_name::desired ? twin.desired().write_json(out)
                                                    : twin.reported().write_json(out);
  expect(bool(written), "no content");
  return std::string(out.view());
}

class follower {
public:
  follower() : twin_(new_twin(static_cast<std::int64_t>(time_of_write) - 10'000'000)) {
    options_.now = doppel::timestamp::from_ticks(static_cast<std::int64_t>(time_of_write) - 1);
    options_.limits.desired_bytes = options_.limits.reported_bytes = options_.limits.tags_bytes = 1 << 24;
  }

  void check(const doppel::change& change) {
    for (const section_name s : sections) {
      if (change.on(s) != section_change::untouched) write(twin_, s, text_of(change, s, true));
    }
    twin_.core().count() = change.before();
    doppel::twin written = twin_;

    const auto done = replay(twin_, change, scratch_);
    expect(done.has_value() && *done == doppel::replay_outcome::applied, "a change cannot be replayed");
    expect(twin_.counters() == change.after(), "the counters are not those of the change");
    for (const section_name s : sections) {
      const section_change how = change.on(s);
      if (how == section_change::replaced || how == section_change::cleared) clear(written, s);
      if (how == section_change::cleared) {
        expect_equal("a cleared section is not empty", "{}", content_of(twin_, s));
      } else if (how != section_change::untouched) {
        write(written, s, text_of(change, s, false));
      }
      expect_equal("a replay and a write part", content_of(twin_, s), content_of(written, s));
    }

    const std::string view = service_view_of(twin_);
    expect(parsed(view).is_object(), "no document", view);
    doppel::text_buffer out;
    expect(bool(save_image(twin_, scratch_, out)), "no image");
    doppel::twin again;
    expect(bool(load_image(again, out.view(), doppel::image_trust::untrusted, scratch_)), "the image is refused", view);
    expect_equal("the image gives another document", view, service_view_of(again));

    out.clear();
    if (change.notifies_device()) {
      expect(bool(write_notification(change, out)) && parsed(out.view()).is_object(), "no notification", out.view());
    }
    expect(bool(write_change_event(twin_, change, out)) && parsed(out.view()).is_object(), "no event", out.view());
  }

private:
  void write(doppel::twin& twin, section_name s, const std::string& patch) {
    doppel::diagnostic where;
    expect(bool(merge_section(twin, s, patch, options_, scratch_, ignored_, &where)), "a write is refused", patch);
  }
  void clear(doppel::twin& twin, section_name s) {
    const char* const body = s == section_name::tags ? R"({"tags":null})" : R"({"properties":{"desired":null}})";
    expect(bool(merge_twin(twin, body, options_, scratch_, ignored_)), "a section cannot be cleared");
  }

  doppel::workspace scratch_;
  doppel::twin twin_;
  doppel::change ignored_;
  doppel::write_options options_;
};

}  // namespace

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string record;
  if (input.substr(0, 8) == doppel::detail::change_magic) {
    record = input;
    put_right(record);
  } else {
    record = record_of_lines(input);
  }
  doppel::workspace scratch;
  doppel::change change;
  const auto done = load_exact(record, change, scratch);
  if (!done) {
    expect(done.error() == make_error_code(doppel::errc::invalid_image) ||
               done.error() == make_error_code(doppel::errc::image_mismatch),
           "a record is refused for another reason", done.error().message());
    expect(change.empty(), "a refused record left a change");
    return 0;
  }
  const std::string saved = record_of(change);
  doppel::change again;
  expect(bool(load_exact(saved, again, scratch)), "a record just saved is refused", saved);
  expect_equal("a record just saved gives another change", told(change), told(again));
  expect_equal("a record just saved gives another record", saved, record_of(again));
  if (!change.empty()) follower().check(change);
  return 0;
}
