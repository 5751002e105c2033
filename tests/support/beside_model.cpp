// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "beside_model.hpp"

namespace doppel_test {
namespace {

// A new twin's document has more root members than the model's; those that a write can move are in both.
node moved_members(const node& document) {
  node out = make_object();
  for (const char* key : {"deviceId", "moduleId", "etag", "version", "tags", "properties"}) {
    if (const node* value = document.find(key)) {
      out.set(key, *value);
    }
  }
  return out;
}

}  // namespace

node parsed(std::string_view text) {
  node out;
  read_error error;
  if (!read_json(text, out, &error)) {
    return make_string("not JSON (" + error.what + "): " + std::string(text));
  }
  return out;
}

std::string service_view_of(const doppel::twin& twin) {
  doppel::text_buffer out;
  return write_service_view(twin, out) ? std::string(out.view()) : std::string();
}

std::string device_view_of(const doppel::twin& twin) {
  doppel::text_buffer out;
  return write_device_view(twin, out) ? std::string(out.view()) : std::string();
}

std::string reason_of(const boost::system::error_code& why) {
  return std::string(doppel::service_error_of(static_cast<doppel::errc>(why.value())).reason);
}

doppel::section_name name_of(section_kind section) {
  return section == section_kind::tags      ? doppel::section_name::tags
         : section == section_kind::desired ? doppel::section_name::desired
                                            : doppel::section_name::reported;
}

doppel::twin new_twin(std::int64_t now) {
  doppel::identity who;
  who.device_id = "pump-1";
  return doppel::twin::create(who, doppel::timestamp::from_ticks(now)).value();
}

doppel::write_options options_of(const write_context& context, std::int64_t now, const doppel::limits& limits) {
  doppel::write_options options;
  options.now = doppel::timestamp::from_ticks(now);
  options.limits = limits;
  options.base_version = context.base_version;
  if (context.if_match) {
    options.condition = doppel::parse_if_match(*context.if_match, doppel::if_match_mode::strict).value();
  }
  if (context.mark) {
    options.configuration = doppel::configuration_mark{context.mark->id, context.mark->digest};
  }
  return options;
}

std::string wrapped(const std::vector<std::string>& keys, std::string_view text) {
  std::string out;
  for (const std::string& key : keys) {
    out += "{";
    write_string(key, out);
    out += ":";
  }
  out += text;
  return out + std::string(keys.size(), '}');
}

std::string compare_documents(const doppel::twin& twin, const model_twin& model, bool is_whole_document) {
  const node document = parsed(service_view_of(twin));
  const node& compared = is_whole_document ? document : moved_members(document);
  const std::string wrong = difference_between(model.service_view(), compared, exactly);
  if (!wrong.empty()) {
    return "document" + wrong;
  }
  const bool sizes = twin.tags().counted_bytes() == counted_size(model.content(section_kind::tags)) &&
                     twin.desired().counted_bytes() == counted_size(model.content(section_kind::desired)) &&
                     twin.reported().counted_bytes() == counted_size(model.content(section_kind::reported));
  const bool counters = twin.etag().view() == model.etag() && twin.version() == model.version() &&
                        twin.desired_version() == model.desired_version() &&
                        twin.reported_version() == model.reported_version();
  return !sizes ? "counted sizes differ" : !counters ? "counters differ" : "";
}

std::string compare_messages(const doppel::twin& twin, const doppel::change& change, const model_result& expected) {
  if (change.operation() != expected.event.value_or("") || change.empty() == expected.event.has_value() ||
      change.notifies_device() != expected.notification.has_value()) {
    return "the change is of another kind";
  }
  doppel::text_buffer out;
  if (expected.notification) {
    const bool written = bool(write_notification(change, out));
    const std::string wrong =
        difference_between(*expected.notification, parsed(written ? out.view() : ""), in_any_order);
    if (!wrong.empty()) {
      return "notification" + wrong;
    }
  }
  if (expected.event) {
    const bool written = bool(write_change_event(twin, change, out));
    const std::string wrong = difference_between(*expected.event_body, parsed(written ? out.view() : ""), in_any_order);
    if (!wrong.empty()) {
      return "event" + wrong;
    }
  }
  return {};
}

}  // namespace doppel_test
