// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Logs of fleets, one record of which is damaged and has its checksum put right: a record gives an error and changes
// nothing, or is a legal write. Without damage the log gives the very fleet that it was kept of.
//
// Input: a line with the number of the record, a space and damages (driver/damage.hpp). Then the writes, one a line: a
// letter, the number of the twin, the rest.
//   c e       create, erase
//   t d r     merge the rest into tags, desired, reported
//   p         replace the twin by the rest
//
// libfuzzer: -max_len=1024 -timeout=10

#include "driver/body.hpp"
#include "driver/damage.hpp"
#include "driver/finding.hpp"

#include <doppel/fleet.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using doppel::errc;
using doppel::fleet;
using doppel::replay_outcome;

const doppel::timestamp noon = doppel::timestamp::from_ticks(638'500'000'000'000'000);

doppel::fleet_options small_chunks() {
  doppel::fleet_options options;
  options.chunk_rows = 4;
  return options;
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

class logger final : public doppel::fleet_observer<doppel::default_fleet_policy> {
public:
  void committed(const doppel::fleet_event<doppel::default_fleet_policy>& event) noexcept override {
    doppel::text_buffer out;
    expect(bool(save_log_record(event, scratch_, out)), "no record");
    records.emplace_back(out.view());
  }

  std::vector<std::string> records;

private:
  doppel::workspace scratch_;
};

std::vector<std::string> snapshot_of(fleet& f) {
  doppel::workspace scratch;
  std::vector<std::string> records;
  const auto done = for_each_snapshot_record(f, scratch, [&](std::string_view record) {
    records.emplace_back(record);
    return true;
  });
  expect(bool(done), "no snapshot");
  return records;
}

// Rows, their numbers and documents, and the numbers of the rows to come.
std::string state_of(fleet& f) {
  std::string all;
  const auto visited = f.visit_cut([&](doppel::query_collection c, doppel::row_number first, const auto& rows) {
    for (std::uint32_t i = 0; i != rows.size(); ++i) {
      doppel::text_buffer out;
      expect(bool(write_service_view(*rows[i], out)), "no document");
      all += std::to_string(static_cast<int>(c)) + ' ' + std::to_string(first + rows.offset(i)) + ' ';
      all.append(out.view()).push_back('\n');
    }
    return true;
  });
  expect(bool(visited), "no cut");
  return all + snapshot_of(f).back();
}

// From memory of exactly its size, at an odd address.
boost::system::result<replay_outcome> apply_exact(fleet& f, std::string_view record) {
  doppel::workspace scratch;
  const auto bytes = std::make_unique<char[]>(record.size() + 1);
  std::copy(record.begin(), record.end(), bytes.get() + 1);
  return apply_log_record(f, {bytes.get() + 1, record.size()}, scratch);
}

void write(fleet& f, std::string_view line) {
  if (line.size() < 2) return;
  // Two devices, and a module of each.
  static constexpr const char* devices[] = {"a", "b"};
  const doppel::twin_id id{devices[line[1] & 1], (line[1] & 2) != 0 ? "m" : ""};
  doppel::workspace scratch;
  doppel::change change;
  doppel::write_options options;
  options.now = noon;
  const std::string_view rest = line.substr(2);
  switch (line[0]) {
    case 'c': (void)f.create({id.device_id, id.module_id}, noon); return;
    case 'e': (void)f.erase(id); return;
    case 't': (void)f.merge_section(id, doppel::section_name::tags, rest, options, scratch, change); return;
    case 'd': (void)f.merge_section(id, doppel::section_name::desired, rest, options, scratch, change); return;
    case 'r': (void)f.merge_reported(id, rest, options, scratch, change); return;
    case 'p': (void)f.replace_twin(id, rest, options, scratch, change); return;
    default: return;
  }
}

void put_right(std::string& record) {
  using namespace doppel::detail;
  put_fixed<8>(record.data() + record_crc_begin, record.size());
  put_fixed<4>(record.data() + record_crc_at, crc32c(std::string_view(record).substr(record_crc_begin)));
}

}  // namespace

int fuzz_body(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string_view damages = take_line(input);
  fleet twins(small_chunks());
  logger log;
  expect(bool(twins.attach(log)), "no observer");
  for (int lines = 0; !input.empty() && lines != 40; ++lines) write(twins, take_line(input));
  twins.detach(log);
  std::vector<std::string>& records = log.records;
  for (std::string& record : snapshot_of(twins)) {
    if (records.size() > 60) break;
    if (twins.size() == 0) records.push_back(std::move(record));  // the numbers that are left
  }
  const std::string expected = state_of(twins);
  if (records.empty()) return -1;

  fleet same(small_chunks());
  for (const std::string& record : records) {
    expect(bool(apply_exact(same, record)), "a record is refused");
  }
  expect_equal("the log gives another fleet", expected, state_of(same));
  for (const std::string& record : records) {
    const auto done = apply_exact(same, record);
    expect(done && *done == replay_outcome::already_applied, "a record is applied twice");
  }
  expect_equal("the log has changed the fleet when it came again", expected, state_of(same));

  std::size_t number = 0;
  while (!damages.empty() && damages[0] >= '0' && damages[0] <= '9') {
    number = (number * 10 + static_cast<std::size_t>(damages[0] - '0')) % records.size();
    damages.remove_prefix(1);
  }
  if (damages.size() < 2) return 0;
  damage(records[number], damages.substr(1));
  put_right(records[number]);

  fleet other(small_chunks());
  for (const std::string& record : records) {
    const std::string before = state_of(other);
    const auto done = apply_exact(other, record);
    if (done) {
      if (*done == replay_outcome::already_applied)
        expect_equal("a record that was known changed the fleet", before, state_of(other));
      continue;
    }
    const auto code = done.error();
    expect(code == make_error_code(errc::invalid_image) || code == make_error_code(errc::image_mismatch) ||
               code == make_error_code(errc::change_gap),
           "a record is refused for another reason", code.message());
    expect_equal("a refused record changed the fleet", before, state_of(other));
  }

  // What it is now is a fleet like any other.
  fleet again(small_chunks());
  for (const std::string& record : snapshot_of(other)) {
    expect(bool(apply_exact(again, record)), "a record of a snapshot is refused");
  }
  expect_equal("the snapshot gives another fleet", state_of(other), state_of(again));
  return 0;
}
