// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// doppel diff: what leads from one document to another.

#include "commands.hpp"
#include "documents.hpp"
#include "pretty.hpp"
#include "terminal.hpp"

#include <doppel.hpp>

#include <iostream>
#include <string>
#include <utility>

namespace cli {

namespace {

void print_patch(std::string_view title, std::string_view text, bool is_compact) {
  if (is_compact) {
    std::cout << text << '\n';
    return;
  }
  std::cout << out_paint()(colour::bold, title) << '\n' << pretty_json(text, out_paint(), line_width()) << '\n';
}

/// The smallest merge patch between two sections; empty if they are equal.
template <class A, class B>
std::string patch_between(const doppel::section<A>& from, const doppel::section<B>& to,
                          const doppel::diff_options& options = {}) {
  doppel::text_buffer out;
  require(doppel::diff(from, to, out, options));
  return out.view() == "{}" ? std::string() : std::string(out.view());
}

// -- two documents

int compare_documents(const doppel::twin& from, const doppel::twin& to, bool is_compact) {
  const std::string tags = patch_between(from.tags(), to.tags());
  const std::string desired = patch_between(from.desired(), to.desired());
  const std::string reported = patch_between(from.reported(), to.reported());
  if (!tags.empty() || !desired.empty()) {
    std::string body = "{";
    if (!tags.empty()) body.append("\"tags\":").append(tags);
    if (!tags.empty() && !desired.empty()) body += ',';
    if (!desired.empty()) body.append("\"properties\":{\"desired\":").append(desired).append("}");
    body += '}';
    print_patch("for the back end (apply)", body, is_compact);
  }
  if (!reported.empty()) print_patch("for the device (apply --device)", reported, is_compact);
  if (!tags.empty() || !desired.empty() || !reported.empty()) return exit_refused;
  if (!is_compact) std::cout << "tags, desired and reported are equal\n";
  return exit_ok;
}

// -- desired against reported

std::string shown_value(doppel::value_view value) {
  doppel::text_buffer out;
  if (!value.write_json(out)) throw std::bad_alloc();
  return shorten(out.view(), line_width() / 3);
}

int compare_sections(const doppel::twin& twin, bool is_compact) {
  const painter& paint = out_paint();
  table rows({table::align::left, table::align::left, table::align::left, table::align::left});
  rows.add({"", "", "desired", "reported"}, colour::dim);
  std::size_t open = 0;
  std::size_t extra = 0;
  doppel::for_each_difference(twin.desired(), twin.reported(), [&](const doppel::difference& d) {
    std::string path(d.path);
    switch (d.kind) {
      case doppel::difference_kind::missing:
        ++open;
        rows.add({"missing", std::move(path), shown_value(d.wanted)}, colour::red);
        break;
      case doppel::difference_kind::different:
        ++open;
        rows.add({"different", std::move(path), shown_value(d.wanted), shown_value(d.actual)}, colour::yellow);
        break;
      case doppel::difference_kind::extra:
        ++extra;
        rows.add({"extra", std::move(path), "", shown_value(d.actual)}, colour::dim);
        break;
    }
  });
  if (!is_compact) {
    std::cout << paint(colour::bold, twin_name(twin)) << "  desired $version " << twin.desired_version()
              << ", reported $version " << twin.reported_version() << '\n';
    if (open + extra != 0) std::cout << rows.render(paint);
    std::cout << (open == 0 ? paint(colour::green, "all that is desired is reported")
                            : group_digits(open) + " not reported as desired")
              << (extra == 0 ? "" : ", " + group_digits(extra) + " reported beside it") << '\n';
  }
  const std::string patch = patch_between(twin.reported(), twin.desired(), {.keep_extra = true});
  if (!patch.empty()) print_patch("what the device has yet to report", patch, is_compact);
  return open == 0 ? exit_ok : exit_refused;
}

int run(const arguments& args) {
  doppel::workspace scratch;
  const bool is_compact = args.has("--compact");
  const loaded_twin first = load_file(args.positional()[0], scratch);
  if (args.positional().size() == 1) return compare_sections(first.twin, is_compact);
  const loaded_twin second = load_file(args.positional()[1], scratch);
  return compare_documents(first.twin, second.twin, is_compact);
}

constexpr option options[] = {
    {"--compact", "", "print each patch on one line, and nothing else"},
};

}  // namespace

const command diff_command = {
    "diff",
    "A.json [B.json] [--compact]",
    "print the smallest patches from one twin to another, or compare desired with reported",
    "With two documents: the patches that turn the tags, desired and reported of A into those of B.\n"
    "Metadata, versions and the members around them are not compared.\n"
    "With one: what the device has not reported as desired (missing, different), and what it reports besides "
    "(extra).\n"
    "Exit status 0: no difference, or nothing but extra members; 1: there is one.\n",
    options,
    1,
    2,
    run,
};

}  // namespace cli
