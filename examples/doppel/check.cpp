// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel check: is a document sound, and how full is it?

#include "commands.hpp"
#include "documents.hpp"
#include "files.hpp"
#include "terminal.hpp"

#include <doppel.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace cli {

namespace {

/// What was noticed, one sentence each.
std::vector<std::string> findings(const doppel::twin& twin, const doppel::load_report& report) {
  std::vector<std::string> list;
  const auto count = [&list](std::uint32_t n, std::string_view one, std::string_view many, std::string_view outcome) {
    if (n == 0) return;
    list.push_back(group_digits(n) + ' ' + std::string(n == 1 ? one : many) + ": " + std::string(outcome));
  };
  const auto flag = [&list](bool is_set, std::string_view text) {
    if (is_set) list.emplace_back(text);
  };
  flag(twin.device_id().empty(), "no deviceId: is this the full document, and not the device's own view?");
  count(report.members_without_metadata, "member without metadata", "members without metadata",
        "stamped like the object around");
  count(report.metadata_without_member, "metadata entry without member", "metadata entries without member", "dropped");
  count(report.nulls_dropped, "null member", "null members", "dropped, a section holds none");
  count(report.times_not_understood, "time not understood", "times not understood", "taken as missing");
  count(report.unknown_root_members, "unknown root member", "unknown root members", "kept");
  flag(report.etag_is_missing, "no etag: the counter behind it starts at 1");
  flag(report.etag_is_foreign, "the etag is no counter: kept until the first write of the back end");
  flag(report.version_is_missing, "no version: taken as the sum of etag counter and reported $version");
  flag(report.version_differs, "version is not the sum of etag counter and reported $version: taken as given");
  flag(report.desired_version_is_missing, "no desired $version: taken as 1");
  flag(report.reported_version_is_missing, "no reported $version: taken as 1");
  flag(report.tags_are_oversized, "tags are beyond their limit: they may shrink or stay");
  flag(report.desired_is_oversized, "desired is beyond its limit: it may shrink or stay");
  flag(report.reported_is_oversized, "reported is beyond its limit: it may shrink or stay");
  return list;
}

std::string gauge(std::uint64_t bytes, std::uint64_t limit) {
  constexpr std::size_t width = 20;
  const auto filled = static_cast<std::size_t>(std::min<std::uint64_t>(width, (bytes * width + limit - 1) / limit));
  return '[' + std::string(filled, '=') + std::string(width - filled, ' ') + ']';
}

void print_sizes(const doppel::twin& twin, const doppel::limits& limits) {
  table rows({table::align::left, table::align::left, table::align::right, table::align::left, table::align::left,
              table::align::right});
  const std::array<std::string, 3> versions = {"", "$version " + std::to_string(twin.desired_version()),
                                               "$version " + std::to_string(twin.reported_version())};
  std::size_t i = 0;
  for (const section_size& size : sizes_of(twin, limits)) {
    const std::uint64_t left = size.bytes < size.limit ? size.limit - size.bytes : 0;
    rows.add({std::string(size.name), versions[i++], group_digits(size.bytes),
              "of " + group_digits(size.limit) + " bytes", gauge(size.bytes, size.limit),
              group_digits(left) + " left"});
  }
  std::cout << rows.render(out_paint());
}

int check_file(const std::string& name, const doppel::load_options& options, doppel::workspace& scratch) {
  const painter& paint = out_paint();
  const loaded_twin loaded = load_file(name, scratch, options);
  const std::vector<std::string> list = findings(loaded.twin, loaded.report);
  std::cout << paint(colour::bold, shown_name(name)) << "  "
            << (list.empty() ? paint(colour::green, "ok") : paint(colour::yellow, "loads, with remarks")) << '\n';
  const std::string id = twin_name(loaded.twin);
  std::cout << "  " << (loaded.twin.is_module() ? "module " : "device ") << (id.empty() ? "without id" : id)
            << ", etag " << loaded.twin.etag().view() << ", version " << loaded.twin.version() << '\n';
  print_sizes(loaded.twin, options.limits);
  for (const std::string& finding : list) std::cout << "  - " << paint(colour::yellow, finding) << '\n';
  return list.empty() ? exit_ok : exit_refused;
}

int run(const arguments& args) {
  doppel::workspace scratch;
  doppel::load_options options;
  options.strict = args.has("--strict");
  options.refuse_duplicates = args.has("--strict");
  int worst = exit_ok;
  bool is_first = true;
  for (const std::string& name : args.positional()) {
    if (!std::exchange(is_first, false)) std::cout << '\n';
    std::cout.flush();
    try {
      worst = std::max(worst, check_file(name, options, scratch));
    } catch (const document_error& e) {
      std::cerr << e.what();
      worst = exit_input;
    } catch (const input_error& e) {
      std::cerr << "doppel: " << e.what() << '\n';
      worst = exit_input;
    }
  }
  return worst;
}

constexpr option options[] = {
    {"--strict", "", "refuse duplicate members, and counters that are missing or do not add up"},
};

}  // namespace

const command check_command = {
    "check",
    "TWIN.json... [--strict]",
    "say whether documents are sound and how full their sections are",
    "Sizes are counted as the service counts them: keys, strings, 8 for a number, 4 for a boolean; no "
    "metadata.\n"
    "Exit status 1: all documents load, but something in them is odd. 3: one does not load.\n",
    options,
    1,
    static_cast<std::size_t>(-1),
    run,
};

}  // namespace cli
