// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/twin.hpp>

#include <support/subject.hpp>

namespace doppel_test {
namespace {

class library_subject final : public subject {
public:
  std::string create(std::string_view device_id, std::string_view at) override {
    const auto now = doppel::parse_timestamp(at);
    if (!now) {
      return "not a time: " + std::string(at);
    }
    doppel::identity who;
    who.device_id = device_id;
    auto made = doppel::twin::create(who, *now);
    return take(made, doppel::diagnostic());
  }

  std::string load(std::string_view document) override {
    doppel::diagnostic where;
    auto loaded = doppel::load_twin(document, scratch_, {}, nullptr, &where);
    return take(loaded, where);
  }

  outcome write(const request& asked) override {
    doppel::write_options options;
    const auto now = doppel::parse_timestamp(asked.at);
    if (!now) {
      return refusal(now.error());
    }
    options.now = *now;
    options.base_version = asked.base_version;
    if (asked.if_match) {
      // What is no list of etags matches none, and is judged when the preconditions are (spec/twin.md 24).
      const auto condition = doppel::parse_if_match(*asked.if_match, doppel::if_match_mode::strict);
      options.condition = condition ? *condition : doppel::precondition::matching(*asked.if_match);
    }
    doppel::change change;
    const auto done = asked.form == request::form::merge ? merge_twin(*twin_, asked.body, options, scratch_, change)
                      : asked.form == request::form::replace
                          ? replace_twin(*twin_, asked.body, options, scratch_, change)
                          : merge_reported(*twin_, asked.body, options, scratch_, change);
    return done ? accepted(asked, change) : refusal(done.error());
  }

  std::string service_view() const override {
    doppel::text_buffer out;
    const auto done = write_service_view(*twin_, out);
    return done ? std::string(out.view()) : "no view: " + done.error().message();
  }

  counter_values counters() const override {
    return {std::string(twin_->etag().view()), twin_->version(), twin_->desired_version(), twin_->reported_version()};
  }

private:
  std::string take(boost::system::result<doppel::twin>& made, const doppel::diagnostic& where) {
    if (!made) {
      return made.error().message() + " at " + std::string(where.path());
    }
    twin_.emplace(std::move(*made));
    return {};
  }

  static outcome refusal(const boost::system::error_code& why) {
    outcome result;
    const doppel::service_error& told = doppel::service_error_of(static_cast<doppel::errc>(why.value()));
    result.status = told.status;
    result.code = told.code;
    result.refused.insert(std::string(told.reason));
    return result;
  }

  static outcome accepted(const request& asked, const doppel::change& change) {
    outcome result;
    result.status = asked.form == request::form::reported ? 204 : 200;
    if (change.empty()) {
      return result;
    }
    result.event = std::string(change.operation());
    doppel::text_buffer out;
    if (change.notifies_device() && write_notification(change, out)) {
      result.notification = std::string(out.view());
    }
    return result;
  }

  std::optional<doppel::twin> twin_;
  doppel::workspace scratch_;
};

}  // namespace

std::unique_ptr<subject> make_library_subject() { return std::make_unique<library_subject>(); }

}  // namespace doppel_test
