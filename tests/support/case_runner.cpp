// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "case_runner.hpp"

#include <algorithm>
#include <ostream>

namespace doppel_test {

void run_file(const std::string& path, const line_runner& run, std::ostream& out, tally& total) {
  const auto report = [&](const std::string& name, const std::string& what) {
    std::string line = "FAIL " + name + ": " + what;
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    out << line << '\n';
    ++total.failed;
  };
  const std::optional<std::string> text = read_file(path);
  if (!text) {
    report(path, "cannot be read");
    return;
  }
  for (const numbered_line& line : split_lines(*text)) {
    const std::string place = path + ":" + std::to_string(line.number);
    node fixture_case;
    read_error error;
    if (!read_json(line.text, fixture_case, &error)) {
      report(place, "not a line of JSON: " + error.what + " at byte " + std::to_string(error.offset));
      continue;
    }
    const std::string* name = fixture_case.is_object() ? text_member(fixture_case, "name") : nullptr;
    if (name == nullptr) {
      report(place, "not a case: an object with a name is expected");
      continue;
    }
    const std::string wrong = run(fixture_case);
    if (wrong.empty()) {
      ++total.passed;
    } else {
      report(*name, wrong);
    }
  }
}

void run_file(const std::string& path, case_runner run, const subject_factory& make, std::ostream& out, tally& total) {
  run_file(
      path, [&](const node& fixture_case) { return run(fixture_case, make); }, out, total);
}

const std::string* text_member(const node& object, std::string_view key) {
  const node* value = object.find(key);
  return value != nullptr && value->is_string() ? &value->text : nullptr;
}

std::string expected_got(std::string_view expected, std::string_view got) {
  std::string line = "expected ";
  line += expected;
  line += ", got ";
  line += got;
  return line;
}

std::string check_notification(const node& expected, const outcome& done) {
  if (expected.is_null() || !done.notification) {
    const bool agree = expected.is_null() && !done.notification;
    return agree ? "" : "notify: " + expected_got(to_text(expected), done.notification.value_or("none"));
  }
  node actual;
  read_error error;
  if (!read_json(*done.notification, actual, &error)) {
    return "notify: not JSON: " + *done.notification;
  }
  const std::string difference = difference_between(expected, actual);
  return difference.empty() ? "" : "notify" + difference;
}

namespace {

std::string listed(const reasons& words) {
  std::string out;
  for (const std::string& word : words) {
    out += (out.empty() ? "" : " or ") + word;
  }
  return out.empty() ? "no error" : out;
}

}  // namespace

std::string check_answer(const node& expect, const outcome& done) {
  const std::string got = std::to_string(done.status) + " (" + listed(done.refused) + ")";
  if (const node* status = expect.find("status"); status != nullptr && status->text != std::to_string(done.status)) {
    return "status: " + expected_got(to_text(*status), got);
  }
  if (const node* error = expect.find("error")) {
    const bool agree = error->is_null() ? done.refused.empty() : done.refused.count(error->text) != 0;
    if (!agree) {
      return "error: " + expected_got(to_text(*error), got);
    }
  }
  if (const node* code = expect.find("code")) {
    const bool agree = code->is_null() ? done.code == 0 : code->text == std::to_string(done.code);
    if (!agree) {
      return "code: " + expected_got(to_text(*code), std::to_string(done.code));
    }
  }
  return {};
}

}  // namespace doppel_test
