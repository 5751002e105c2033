// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel preflight: what would a write do?

#include "commands.hpp"
#include "documents.hpp"
#include "problem.hpp"
#include "terminal.hpp"
#include "write.hpp"

#include <doppel.hpp>

#include <iostream>

namespace cli {

namespace {

std::string signed_digits(std::uint64_t before, std::uint64_t after) {
  if (before == after) return "-";
  std::string text = after > before ? "+" : "-";
  return text += group_digits(after > before ? after - before : before - after);
}

void print_forecast(const doppel::preflight_report& report, const doppel::limits& limits) {
  table rows({table::align::left, table::align::right, table::align::right, table::align::right, table::align::right,
              table::align::right});
  rows.add({"counted bytes", "now", "change", "after", "limit", "left"}, colour::dim);
  const auto add = [&rows](std::string name, const doppel::section_forecast& f, std::uint64_t limit) {
    rows.add({std::move(name), group_digits(f.before), signed_digits(f.before, f.after), group_digits(f.after),
              group_digits(limit), group_digits(f.bytes_left)});
  };
  add("tags", report.tags, limits.tags_bytes);
  add("desired", report.desired, limits.desired_bytes);
  add("reported", report.reported, limits.reported_bytes);
  std::cout << '\n' << rows.render(out_paint());
}

int run(const arguments& args) {
  const write_request request = read_request(args);
  doppel::workspace scratch;
  const loaded_twin loaded = load_file(request.twin_name, scratch);
  doppel::preflight_report report;
  if (!doppel::preflight(loaded.twin, request.kind, request.text, request.full_options(), scratch, report)) {
    throw std::bad_alloc();
  }
  const painter& paint = out_paint();
  if (!report.accepted) {
    std::cout << paint(colour::red, "would be refused") << "  " << kind_name(request.kind) << "\n\n"
              << describe_problem(request.patch_name, request.text, doppel::make_error_code(report.error), report.where,
                                  paint);
  } else if (report.change.empty()) {
    std::cout << paint(colour::green, "would be accepted") << "  the body names no section, nothing would be written\n";
  } else {
    const doppel::counters& before = report.change.before();
    const doppel::counters& after = report.change.after();
    std::cout << paint(colour::green, "would be accepted") << "  " << kind_name(request.kind) << ", version "
              << before.version << " -> " << after.version << '\n'
              << "  the device " << (report.change.notifies_device() ? "would be told" : "would not be told") << "\n\n"
              << paint(colour::bold, "would change") << '\n';
    print_changes(report.change, paint);
  }
  print_forecast(report, request.options.limits);
  return report.accepted ? exit_ok : exit_refused;
}

}  // namespace

const command preflight_command = {
    "preflight",
    "TWIN.json PATCH.json [OPTION...]",
    "say whether a write would be accepted, and what it would do; nothing is written",
    "Takes the options of apply. Exit status 1: it would be refused.\n",
    write_request_options,
    2,
    2,
    run,
};

}  // namespace cli
