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

namespace cli {

namespace {

std::string content_of(doppel::value_view value) {
  doppel::text_buffer out;
  if (!value.write_json(out)) throw std::bad_alloc();
  return std::string(out.view());
}

/// The members of the smallest merge patch from one object to another; empty if they are equal. Numbers are compared
/// as they are spelled. Sections are never nested deeper than the limits say, so that recursion does no harm.
std::string patch_members(doppel::value_view from, doppel::value_view to) {
  std::string members;
  const auto add = [&members](std::string_view quoted_key, std::string_view value) {
    if (!members.empty()) members += ',';
    members.append(quoted_key).append(":").append(value);
  };
  for (const doppel::member_view member : to) {
    const doppel::value_view old = from.find(member.key());
    if (old.is_object() && member.is_object()) {
      const std::string inner = patch_members(old, member);
      if (!inner.empty()) add(member.quoted_key(), '{' + inner + '}');
    } else if (!old || old.is_object() || member.is_object() || old.text() != member.text()) {
      add(member.quoted_key(), content_of(member));
    }
  }
  for (const doppel::member_view member : from) {
    if (!to.find(member.key())) add(member.quoted_key(), "null");
  }
  return members;
}

void print_patch(std::string_view title, const std::string& text, bool is_compact) {
  if (is_compact) {
    std::cout << text << '\n';
    return;
  }
  std::cout << out_paint()(colour::bold, title) << '\n' << pretty_json(text, out_paint(), line_width()) << '\n';
}

int run(const arguments& args) {
  doppel::workspace scratch;
  const loaded_twin from = load_file(args.positional()[0], scratch);
  const loaded_twin to = load_file(args.positional()[1], scratch);
  const std::string tags = patch_members(from.twin.tags().root(), to.twin.tags().root());
  const std::string desired = patch_members(from.twin.desired().root(), to.twin.desired().root());
  const std::string reported = patch_members(from.twin.reported().root(), to.twin.reported().root());
  const bool is_compact = args.has("--compact");

  if (!tags.empty() || !desired.empty()) {
    std::string body = "{";
    if (!tags.empty()) body += "\"tags\":{" + tags + '}';
    if (!desired.empty()) {
      body += tags.empty() ? "" : ",";
      body += "\"properties\":{\"desired\":{" + desired + "}}";
    }
    print_patch("for the back end (apply)", body + '}', is_compact);
  }
  if (!reported.empty()) print_patch("for the device (apply --device)", '{' + reported + '}', is_compact);
  if (!tags.empty() || !desired.empty() || !reported.empty()) return exit_refused;
  if (!is_compact) std::cout << "tags, desired and reported are equal\n";
  return exit_ok;
}

constexpr option options[] = {
    {"--compact", "", "print each patch on one line, and nothing else"},
};

}  // namespace

const command diff_command = {
    "diff",
    "A.json B.json [--compact]",
    "print the smallest patches that turn the content of one twin into that of another",
    "Compares tags, desired and reported; not metadata, versions and the members around them.\n"
    "Exit status 0: no difference, 1: there is one.\n",
    options,
    2,
    2,
    run,
};

}  // namespace cli
