// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "case_runner.hpp"

#include <utility>

// One line of a sequences file: steps on one identity, then the document as it must be.
namespace doppel_test {
namespace {

constexpr std::string_view device_id = "conformance";

// As much of a hub as the steps can see: one identity with its own etag and its twin (spec/twin.md 11.3, 12).
class one_identity_hub {
public:
  explicit one_identity_hub(const subject_factory& make) : make_(make) {}

  bool is_present() const { return twin_ != nullptr; }
  const subject& twin() const { return *twin_; }

  // PUT identity: creates or updates, as the table of 11.3 has it.
  outcome put_identity(const request& asked, const node* body) {
    if (!is_present()) {
      return asked.if_match ? answer(404, "not-found", 404001) : create(asked, body);
    }
    if (!asked.if_match) {
      return answer(409, "exists", 409001);
    }
    if (!if_match_allows(*asked.if_match, identity_etag())) {
      return answer(412, "precondition", 412001);
    }
    take_status(body);
    ++identity_number_;
    return answer(200);
  }

  outcome delete_identity(const request& asked) {
    if (!is_present()) {
      return answer(404, "not-found", 404001);
    }
    if (!asked.if_match || !if_match_allows(*asked.if_match, identity_etag())) {
      return answer(412, "precondition", 412001);
    }
    twin_.reset();
    return answer(204);
  }

  // What a device does: no twin, no device; and a disabled one does not get in (12.4).
  outcome connect() {
    return !is_present() ? answer(404, "not-found", 404001)
           : !enabled_   ? answer(401, "unauthorized", 401002)
                         : answer(200);
  }

  outcome write(const request& asked) {
    if (!is_present()) {
      return answer(404, "not-found", 404001);
    }
    if (asked.form == request::form::reported && !enabled_) {
      return connect();
    }
    return twin_->write(asked);
  }

private:
  static outcome answer(int status, std::string_view reason = {}, int code = 0) {
    outcome result;
    result.status = status;
    result.code = code;
    if (!reason.empty()) {
      result.refused.insert(std::string(reason));
    }
    return result;
  }

  outcome create(const request& asked, const node* body) {
    std::unique_ptr<subject> fresh = make_();
    if (const std::string wrong = fresh->create(device_id, asked.at); !wrong.empty()) {
      return answer(500, wrong);
    }
    twin_ = std::move(fresh);
    enabled_ = true;
    take_status(body);
    ++identity_number_;
    return answer(200);
  }

  void take_status(const node* body) {
    const node* status = body != nullptr ? body->find("status") : nullptr;
    if (status != nullptr) {
      enabled_ = status->text != "disabled";
    }
  }

  // 2.1: base64 of a decimal number. Never that of a former identity, as the number only grows.
  std::string identity_etag() const { return base64(std::to_string(identity_number_)); }

  const subject_factory& make_;
  std::unique_ptr<subject> twin_;
  bool enabled_ = true;
  std::uint64_t identity_number_ = 780605052;
};

// Empty if the step can be carried out.
std::string read_request(const node& step, request& out) {
  const std::string* at = text_member(step, "at");
  if (at == nullptr || !parse_time(*at)) {
    return "not a step: at";
  }
  out.at = *at;
  if (const node* body = step.find("body")) {
    write_json(*body, out.body);
  }
  if (const node* header = step.find("if_match"); header != nullptr && !header->is_null()) {
    if (!header->is_string()) {
      return "not a step: if_match";
    }
    out.if_match = header->text;
  }
  if (const node* base = step.find("base_version"); base != nullptr && !base->is_null()) {
    if (!base->is_integer()) {
      return "not a step: base_version";
    }
    // A number that no version can be is as stale as any other wrong one.
    const bool possible = base->text.front() != '-' && base->text.size() < 19;
    out.base_version = possible ? std::stoull(base->text) : 0;
  }
  return {};
}

std::string carry_out(const node& step, one_identity_hub& hub, outcome& done) {
  request asked;
  if (std::string wrong = read_request(step, asked); !wrong.empty()) {
    return wrong;
  }
  const std::string* op = text_member(step, "op");
  const node* body = step.find("body");
  if (op == nullptr) {
    return "not a step: op";
  }
  if (*op == "create" || *op == "identity") {
    done = hub.put_identity(asked, body);
  } else if (*op == "delete") {
    done = hub.delete_identity(asked);
  } else if (*op == "connect" || *op == "telemetry") {
    done = hub.connect();
  } else if (*op == "patch" || *op == "replace" || *op == "reported") {
    asked.form = *op == "patch"     ? request::form::merge
                 : *op == "replace" ? request::form::replace
                                    : request::form::reported;
    done = hub.write(asked);
  } else {
    return "not a step: unknown op " + *op;
  }
  return {};
}

std::string check_counters(const node& expect, const one_identity_hub& hub) {
  for (const std::string_view name : {"etag", "version", "desired_version", "reported_version"}) {
    const node* expected = expect.find(name);
    if (expected == nullptr) {
      continue;
    }
    if (!hub.is_present()) {
      return std::string(name) + ": " + expected_got(to_text(*expected), "no twin");
    }
    const counter_values now = hub.twin().counters();
    const node got = name == "etag"              ? make_string(now.etag)
                     : name == "version"         ? make_integer(static_cast<long long>(now.version))
                     : name == "desired_version" ? make_integer(static_cast<long long>(now.desired))
                                                 : make_integer(static_cast<long long>(now.reported));
    if (!difference_between(*expected, got).empty()) {
      return std::string(name) + ": " + expected_got(to_text(*expected), to_text(got));
    }
  }
  return {};
}

bool is_known_expectation(std::string_view name) {
  for (const std::string_view known :
       {"status", "etag", "version", "desired_version", "reported_version", "notify", "event", "error", "code"}) {
    if (name == known) {
      return true;
    }
  }
  return false;
}

std::string check_step(const node& expect, const one_identity_hub& hub, const outcome& done) {
  for (const member& m : expect.members) {
    if (!is_known_expectation(m.key)) {
      return "not a step: unknown expectation " + m.key;
    }
  }
  if (expect.find("status") == nullptr) {
    return "not a step: no status is expected";
  }
  if (std::string wrong = check_answer(expect, done); !wrong.empty()) {
    return wrong;
  }
  if (std::string wrong = check_counters(expect, hub); !wrong.empty()) {
    return wrong;
  }
  if (const node* notify = expect.find("notify")) {
    if (std::string wrong = check_notification(*notify, done); !wrong.empty()) {
      return wrong;
    }
  }
  if (const node* event = expect.find("event")) {
    const std::string got = done.event ? to_text(make_string(*done.event)) : "null";
    if (to_text(*event) != got) {
      return "event: " + expected_got(to_text(*event), got);
    }
  }
  return {};
}

std::string check_final(const node* expected, const one_identity_hub& hub) {
  const bool nothing = expected == nullptr || expected->is_null() || expected->members.empty();
  if (nothing || !hub.is_present()) {
    return nothing ? "" : "final: " + expected_got("a twin", "none");
  }
  node document;
  read_error error;
  if (!read_json(hub.twin().service_view(), document, &error)) {
    return "final: the document is not JSON: " + error.what;
  }
  for (const std::string_view name : {"etag", "version", "tags", "properties"}) {
    const node* want = expected->find(name);
    const node* have = document.find(name);
    if (want == nullptr || have == nullptr) {
      if (want != have) {
        const std::string wanted = want != nullptr ? to_text(*want) : "nothing";
        return "final." + std::string(name) + ": " + expected_got(wanted, have != nullptr ? to_text(*have) : "nothing");
      }
      continue;
    }
    const std::string difference = difference_between(*want, *have);
    if (!difference.empty()) {
      return "final." + std::string(name) + difference;
    }
  }
  return {};
}

}  // namespace

std::string run_sequence_case(const node& fixture_case, const subject_factory& make) {
  const node* steps = fixture_case.find("steps");
  if (steps == nullptr || !steps->is_array()) {
    return "not a case: steps is missing";
  }
  one_identity_hub hub(make);
  std::size_t number = 0;
  for (const node& step : steps->elements) {
    ++number;
    const std::string place = "step " + std::to_string(number) + " ";
    const std::string view_before = hub.is_present() ? hub.twin().service_view() : "";
    outcome done;
    if (const std::string wrong = carry_out(step, hub, done); !wrong.empty()) {
      return place + wrong;
    }
    const node* expect = step.find("expect");
    if (expect == nullptr || !expect->is_object()) {
      return place + "not a step: expect is missing";
    }
    if (const std::string wrong = check_step(*expect, hub, done); !wrong.empty()) {
      return place + wrong;
    }
    if (!done.refused.empty() && hub.is_present() && hub.twin().service_view() != view_before) {
      return place + "a refused write changed the twin";
    }
  }
  return check_final(fixture_case.find("final"), hub);
}

}  // namespace doppel_test
