// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "write.hpp"

#include "documents.hpp"
#include "files.hpp"

#include <charconv>
#include <iostream>

namespace cli {

namespace {

std::string_view section_prefix(doppel::section_name section) {
  switch (section) {
    case doppel::section_name::tags: return "tags";
    case doppel::section_name::desired: return "properties.desired";
    case doppel::section_name::reported: return "properties.reported";
    case doppel::section_name::root: break;
  }
  return "";
}

std::uint64_t read_number(std::string_view name, std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw usage_error(std::string(name) + " needs a number, not " + std::string(text));
  }
  return number;
}

}  // namespace

doppel::write_options write_request::full_options() const {
  doppel::write_options full = options;
  if (!if_match.empty()) full.condition = *doppel::parse_if_match(if_match);
  return full;
}

boost::system::result<void> write_request::write(doppel::twin& twin, doppel::workspace& scratch, doppel::change& change,
                                                 doppel::diagnostic& where) const {
  const doppel::write_options full = full_options();
  switch (kind) {
    case doppel::write_kind::replace: return doppel::replace_twin(twin, text, full, scratch, change, &where);
    case doppel::write_kind::merge_reported: return doppel::merge_reported(twin, text, full, scratch, change, &where);
    default: return doppel::merge_twin(twin, text, full, scratch, change, &where);
  }
}

write_request read_request(const arguments& args) {
  write_request request;
  request.twin_name = args.positional()[0];
  request.patch_name = args.positional()[1];
  const bool is_device = args.has("--device");
  if (is_device && args.has("--replace")) throw usage_error("a device only merges: --device excludes --replace");
  if (is_device && args.has("--if-match")) throw usage_error("a device has no etags: --device excludes --if-match");
  if (!is_device && args.has("--base-version")) throw usage_error("--base-version goes with --device");
  if (request.twin_name == "-" && request.patch_name == "-") throw usage_error("only one file can be standard input");

  request.kind = is_device               ? doppel::write_kind::merge_reported
                 : args.has("--replace") ? doppel::write_kind::replace
                                         : doppel::write_kind::merge;
  request.options.now = time_of(args.value("--at"));
  request.options.refuse_duplicates = args.has("--strict");
  if (const auto version = args.value("--base-version")) {
    request.options.base_version = read_number("--base-version", *version);
  }
  if (const auto etag = args.value("--if-match")) {
    request.if_match = *etag;
    if (!doppel::parse_if_match(request.if_match)) throw usage_error("--if-match needs an etag, not " + *etag);
  }
  request.text = read_file(request.patch_name);
  return request;
}

std::string_view kind_name(doppel::write_kind kind) {
  switch (kind) {
    case doppel::write_kind::merge: return "merge by the back end";
    case doppel::write_kind::replace: return "replacement by the back end";
    case doppel::write_kind::merge_reported: return "merge by the device";
    case doppel::write_kind::none: break;
  }
  return "no write";
}

void print_changes(const doppel::change& change, const painter& paint) {
  const std::size_t value_width = line_width() / 3;
  table rows({table::align::left, table::align::left, table::align::left});
  change.for_each([&](const doppel::change::entry& entry) {
    std::string path(section_prefix(entry.section));
    if (!entry.path.empty()) path.append(".").append(entry.path);
    // What an object held is too much to show.
    const std::string old_value = shorten(entry.old_value.empty() ? "{...}" : entry.old_value, value_width);
    const std::string new_value = shorten(entry.new_value, value_width);
    if (entry.removed) {
      rows.add({"-", std::move(path), entry.existed ? old_value : "was absent"},
               entry.existed ? colour::red : colour::dim);
    } else if (!entry.existed) {
      rows.add({"+", std::move(path), new_value}, colour::green);
    } else if (entry.old_value == entry.new_value) {
      rows.add({"=", std::move(path), old_value}, colour::dim);
    } else {
      rows.add({"~", std::move(path), old_value + " -> " + new_value}, colour::yellow);
    }
  });
  std::cout << (rows.empty() ? "  no member\n" : rows.render(paint));
}

}  // namespace cli
