// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "model.hpp"
#include "subject.hpp"

namespace doppel_test {
namespace {

class model_subject final : public subject {
public:
  std::string create(std::string_view device_id, std::string_view at) override {
    const std::optional<std::int64_t> now = parse_time(at);
    if (!now) {
      return "not a time: " + std::string(at);
    }
    twin_ = model_twin::create(device_id, "", *now);
    return {};
  }

  std::string load(std::string_view document) override {
    node parsed;
    read_error error;
    if (!read_json(document, parsed, &error)) {
      return error.what;
    }
    std::optional<model_twin> loaded = model_twin::load(without_overruled(parsed));
    if (!loaded) {
      return "not a complete twin document";
    }
    twin_ = *loaded;
    return {};
  }

  outcome write(const request& asked) override {
    const std::int64_t now = parse_time(asked.at).value_or(0);
    const write_context context{asked.if_match, asked.base_version, std::nullopt};
    const model_result done = asked.form == request::form::merge     ? twin_.merge(asked.body, now, context)
                              : asked.form == request::form::replace ? twin_.replace(asked.body, now, context)
                                                                     : twin_.merge_reported(asked.body, now, context);
    outcome result;
    result.status = done.status;
    result.refused = done.refused;
    result.code = done.accepted() ? 0 : code_of(*done.refused.begin());
    result.event = done.event;
    if (done.notification) {
      result.notification = to_text(*done.notification);
    }
    return result;
  }

  std::string service_view() const override { return to_text(twin_.service_view()); }

  counter_values counters() const override {
    return {twin_.etag(), twin_.version(), twin_.desired_version(), twin_.reported_version()};
  }

private:
  model_twin twin_ = model_twin::create("unused", "", 0);
};

}  // namespace

std::unique_ptr<subject> make_model_subject() { return std::make_unique<model_subject>(); }

}  // namespace doppel_test
