// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "case_runner.hpp"

// One line of a patches file: one write to one section.
namespace doppel_test {
namespace {

constexpr std::string_view created_at = "2024-05-01T10:00:00Z";
constexpr std::string_view written_at = "2024-05-01T10:00:01Z";

struct patch_case {
  std::string section;
  bool replace = false;
  std::string before;  // JSON text of the content
  std::string patch;   // the section's text as sent
  std::string after;   // JSON text of the content, if accepted
  bool refused = false;
};

std::string generated(const node& fixture_case, std::string_view name, std::string& out) {
  const node* compact = fixture_case.find(name);
  if (compact == nullptr) {
    return "not a case: " + std::string(name) + " is missing";
  }
  const expansion written = name == "patch" ? expand_patch(*compact) : expand(*compact);
  out = written.text;
  return written.good() ? "" : "not a case: " + std::string(name) + ": " + written.error;
}

std::string read_case(const node& fixture_case, patch_case& out) {
  const std::string* section = text_member(fixture_case, "section");
  const std::string* op = text_member(fixture_case, "op");
  if (section == nullptr || (*section != "tags" && *section != "desired" && *section != "reported")) {
    return "not a case: unknown section";
  }
  if (op == nullptr || (*op != "patch" && *op != "replace") || (*op == "replace" && *section == "reported")) {
    return "not a case: unknown op";
  }
  out.section = *section;
  out.replace = *op == "replace";
  const node* error = fixture_case.find("error");
  out.refused = error != nullptr && !error->is_null();
  std::string wrong = generated(fixture_case, "before", out.before);
  if (wrong.empty()) {
    wrong = generated(fixture_case, "patch", out.patch);
  }
  if (wrong.empty() && !out.refused) {
    wrong = generated(fixture_case, "after", out.after);
  }
  if (wrong.empty() && (out.before.empty() || out.before.front() != '{')) {
    wrong = "not a case: before is not an object";
  }
  return wrong;
}

std::string property_section(const std::string& content, std::string_view stamp) {
  std::string out = content;
  out.pop_back();
  out += content == "{}" ? "" : ",";
  out += "\"$metadata\":{\"$lastUpdated\":\"" + std::string(created_at) + "\"" + std::string(stamp) + "}";
  return out + ",\"$version\":1}";
}

// A whole document with `before` in its section. Loaded, not written, because it may be over the limit (5.9).
// Members without metadata of their own take the section's stamp.
std::string document_with(const patch_case& c) {
  const auto content_of = [&c](std::string_view section) {
    return c.section == section ? c.before : std::string("{}");
  };
  std::string out = R"({"deviceId":"conformance","etag":"AAAAAAAAAAE=","version":2)";
  if (c.section == "tags" && c.before != "{}") {
    out += ",\"tags\":" + c.before;
  }
  out += ",\"properties\":{\"desired\":" + property_section(content_of("desired"), ",\"$lastUpdatedVersion\":1");
  return out + ",\"reported\":" + property_section(content_of("reported"), "") + "}}";
}

// A back end sends a body, a device the section itself (6, 13.1).
request request_of(const patch_case& c) {
  request asked;
  asked.at = std::string(written_at);
  if (c.section == "reported") {
    asked.form = request::form::reported;
    asked.body = c.patch;
  } else {
    asked.form = c.replace ? request::form::replace : request::form::merge;
    asked.body = c.section == "tags" ? "{\"tags\":" + c.patch + "}" : "{\"properties\":{\"desired\":" + c.patch + "}}";
  }
  return asked;
}

node content_in(const node& document, std::string_view section) {
  if (section == "tags") {
    const node* tags = document.find("tags");
    return tags != nullptr ? *tags : make_object();
  }
  const node* properties = document.find("properties");
  const node* found = properties != nullptr ? properties->find(section) : nullptr;
  node content = found != nullptr ? *found : make_null();
  content.erase("$metadata");
  content.erase("$version");
  return content;
}

std::string check_content(const patch_case& c, const std::string& view) {
  node document;
  node after;
  read_error error;
  if (!read_json(view, document, &error)) {
    return "the document after the write is not JSON: " + error.what;
  }
  if (!read_json(c.after, after, &error)) {
    return "not a case: after: " + error.what;
  }
  for (const std::string_view section : {"tags", "desired", "reported"}) {
    const node expected = c.section == section ? after : make_object();
    const std::string difference = difference_between(expected, content_in(document, section));
    if (!difference.empty()) {
      return "content of " + std::string(section) + difference;
    }
  }
  return {};
}

std::string check_notify(const node& fixture_case, const subject& twin, const outcome& done) {
  const node* notify = fixture_case.find("notify");
  if (notify == nullptr) {
    return {};
  }
  if (notify->is_null()) {
    return check_notification(*notify, done);
  }
  const expansion written = expand(*notify);
  node expected;
  if (!written.good() || !read_json(written.text, expected) || !expected.is_object()) {
    return "not a case: notify";
  }
  expected.set("$version", make_integer(static_cast<long long>(twin.counters().desired)));
  return check_notification(expected, done);
}

}  // namespace

std::string run_patch_case(const node& fixture_case, const subject_factory& make) {
  patch_case c;
  if (std::string wrong = read_case(fixture_case, c); !wrong.empty()) {
    return wrong;
  }
  const std::unique_ptr<subject> twin = make();
  if (const std::string wrong = twin->load(document_with(c)); !wrong.empty()) {
    return "before: " + expected_got("a document that loads", wrong);
  }
  const std::string view_before = twin->service_view();
  const outcome done = twin->write(request_of(c));
  if (std::string wrong = check_answer(fixture_case, done); !wrong.empty()) {
    return wrong;
  }
  if (c.refused) {
    return twin->service_view() == view_before ? "" : "a refused write changed the twin";
  }
  if (!done.refused.empty()) {
    return expected_got("the write to succeed", *done.refused.begin());
  }
  if (std::string wrong = check_content(c, twin->service_view()); !wrong.empty()) {
    return wrong;
  }
  return check_notify(fixture_case, *twin, done);
}

}  // namespace doppel_test
