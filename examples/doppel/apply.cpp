// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel apply: one write to one twin.

#include "commands.hpp"
#include "documents.hpp"
#include "files.hpp"
#include "pretty.hpp"
#include "problem.hpp"
#include "terminal.hpp"
#include "write.hpp"

#include <doppel.hpp>

#include <iostream>

namespace cli {

namespace {

/// What the write produced, as JSON; empty where there is nothing.
struct products {
  std::string twin;
  std::string notification;
  std::string event;
};

products render(const doppel::twin& twin, const doppel::change& change) {
  products made;
  made.twin = service_view(twin);
  doppel::text_buffer out;
  if (change.notifies_device()) {
    require(doppel::write_notification(change, out));
    made.notification = out.view();
  }
  if (!change.empty()) {
    require(doppel::write_change_event(twin, change, out));
    made.event = out.view();
  }
  return made;
}

void print_json(std::string_view text, bool is_compact) {
  if (text.empty()) text = "null";
  std::cout << (is_compact ? std::string(text) : pretty_json(text, out_paint(), line_width())) << '\n';
}

void print_titled(std::string_view title, std::string_view text, std::string_view otherwise) {
  std::cout << out_paint()(colour::bold, title) << '\n';
  if (text.empty()) {
    std::cout << out_paint()(colour::dim, otherwise) << "\n\n";
  } else {
    print_json(text, false);
    std::cout << '\n';
  }
}

void print_summary(const doppel::twin& twin, const doppel::etag& before, const doppel::change& change) {
  const painter& paint = out_paint();
  if (change.empty()) {
    std::cout << paint(colour::green, "accepted") << "  the body names no section, nothing was written\n";
    return;
  }
  char time[doppel::timestamp::max_text_size];
  const char* const end = doppel::format_timestamp(change.time(), time);
  std::cout << paint(colour::green, "accepted") << "  " << kind_name(change.kind()) << ", "
            << std::string_view(time, static_cast<std::size_t>(end - time)) << '\n';

  table counters({table::align::left, table::align::left, table::align::left, table::align::left});
  const auto add = [&counters](std::string name, const std::string& old_value, const std::string& new_value) {
    counters.add(
        {std::move(name), old_value, old_value == new_value ? "" : "->", old_value == new_value ? "" : new_value});
  };
  add("etag", std::string(before.view()), std::string(twin.etag().view()));
  add("version", std::to_string(change.before().version), std::to_string(change.after().version));
  add("desired $version", std::to_string(change.before().desired), std::to_string(change.after().desired));
  add("reported $version", std::to_string(change.before().reported), std::to_string(change.after().reported));
  std::cout << counters.render(painter(false)) << '\n' << paint(colour::bold, "changed") << '\n';
  print_changes(change, paint);
}

int run(const arguments& args) {
  const write_request request = read_request(args);
  doppel::workspace scratch;
  loaded_twin loaded = load_file(request.twin_name, scratch);
  doppel::twin& twin = loaded.twin;
  const doppel::etag before = twin.etag();

  doppel::change change;
  doppel::diagnostic where;
  const auto written = request.write(twin, scratch, change, where);
  if (!written) {
    std::cerr << describe_problem(request.patch_name, request.text, written.error(), where, err_paint());
    if (written.error() == doppel::errc::precondition_failed) {
      std::cerr << "  the twin has etag " << before.view() << " and reported $version " << twin.reported_version()
                << '\n';
    }
    return exit_refused;
  }

  const products made = render(twin, change);
  if (const auto output = args.value("--output")) write_file(*output, pretty_json(made.twin, painter(false)) + '\n');

  const bool is_compact = args.has("--compact");
  if (const auto only = args.value("--only")) {
    print_json(*only == "twin" ? made.twin : *only == "event" ? made.event : made.notification, is_compact);
  } else if (is_compact) {
    for (const std::string* text : {&made.twin, &made.notification, &made.event}) print_json(*text, true);
  } else {
    print_titled("twin", made.twin, "");
    print_titled("notification to the device", made.notification, "none: desired was not written");
    print_titled("change event" + (change.empty() ? "" : ", opType " + std::string(change.operation())), made.event,
                 "none: nothing was written");
    print_summary(twin, before, change);
  }
  return exit_ok;
}

int checked_run(const arguments& args) {
  const auto only = args.value("--only").value_or("twin");
  if (only != "twin" && only != "notification" && only != "event") {
    throw usage_error("--only takes twin, notification or event, not " + only);
  }
  return run(args);
}

constexpr option options[] = {
    write_request_options[0],
    write_request_options[1],
    write_request_options[2],
    write_request_options[3],
    write_request_options[4],
    write_request_options[5],
    {"--only", "WHAT", "print only one thing: twin, notification or event"},
    {"--compact", "", "print JSON on one line each: twin, notification, event (null if there is none)"},
    {"--output", "FILE", "write the new document to FILE as well; it may be TWIN.json"},
};

}  // namespace

const command apply_command = {
    "apply",
    "TWIN.json PATCH.json [OPTION...]",
    "apply a patch to a twin; show the new document and the messages that follow",
    "PATCH.json is what the back end sends, {\"tags\":{...},\"properties\":{\"desired\":{...}}}, or with "
    "--device what the\n"
    "device sends, the content of reported. Exit status 1: refused, with the reason and its place on "
    "standard error.\n",
    options,
    2,
    2,
    checked_run,
};

}  // namespace cli
