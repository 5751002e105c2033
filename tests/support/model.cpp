// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "model.hpp"

#include <algorithm>

namespace doppel_test {

int status_of(std::string_view reason) { return reason == "precondition" ? 412 : reason == "section-size" ? 403 : 400; }

int code_of(std::string_view reason) {
  return reason == "precondition"     ? 412001
         : reason == "section-size"   ? 403100
         : reason == "malformed-json" ? 400006
                                      : 400004;
}

void merge_content(node& target, const node& patch) {
  for (const member& m : patch.members) {
    if (m.value.is_null()) {  // 4.4.1
      target.erase(m.key);
    } else if (m.value.is_object()) {
      node* inner = target.find(m.key);
      if (inner == nullptr || !inner->is_object()) {  // 6.2
        inner = &target.set(m.key, make_object());
      }
      merge_content(*inner, m.value);
    } else {
      target.set(m.key, m.value);  // 2.1.5: overwritten, it keeps its place
    }
  }
}

node replacement_notification(const node& before, const node& after) {
  node result = make_object();
  for (const member& m : after.members) {
    const node* old = before.find(m.key);
    const bool both = m.value.is_object() && old != nullptr && old->is_object();
    result.set(m.key, both ? replacement_notification(*old, m.value) : m.value);
  }
  for (const member& m : before.members) {
    if (after.find(m.key) == nullptr) {
      result.set(m.key, make_null());
    }
  }
  return result;
}

namespace {

node former_keys_as_null(const node& content) {  // 15.3
  node out = make_object();
  for (const member& m : content.members) {
    out.set(m.key, make_null());
  }
  return out;
}

node with_version(node content, std::uint64_t version) {
  content.set("$version", make_integer(static_cast<long long>(version)));
  return content;
}

node written_section(const node& patch, const stamp_tree& stamps, std::uint64_t version) {
  node out = patch;
  out.set("$metadata", written_metadata(patch, stamps));
  return with_version(std::move(out), version);
}

model_result refusal(const reasons& why) {
  model_result result;
  result.refused = why;
  result.status = status_of(*why.begin());  // all words of one set belong to one step of 24, and so to one status
  return result;
}

bool is_reserved(std::string_view key) { return key == "$metadata" || key == "$version"; }

bool read_property_section(const node* section, bool with_versions, node& content, stamp_tree& stamps,
                           std::uint64_t& version) {
  if (section == nullptr || section->find("$metadata") == nullptr || section->find("$version") == nullptr) {
    return false;
  }
  content = *section;
  content.erase("$metadata");
  content.erase("$version");
  stamps = read_stamps(*section->find("$metadata"), content, with_versions);
  version = std::stoull(section->find("$version")->text);
  return true;
}

}  // namespace

// --- a twin --------------------------------------------------------------------------------------

model_twin model_twin::create(std::string_view device_id, std::string_view module_id, std::int64_t now,
                              const model_limits& limits) {
  model_twin twin;
  twin.limits_ = limits;
  twin.root_.emplace_back("deviceId", make_string(device_id));
  if (!module_id.empty()) {
    twin.root_.emplace_back("moduleId", make_string(module_id));
  }
  for (const char* computed : {"etag", "version", "tags", "properties"}) {
    twin.root_.emplace_back(computed, make_null());
  }
  twin.desired_stamps_.own.ticks = now;
  twin.reported_stamps_.own.ticks = now;
  return twin;
}

std::optional<model_twin> model_twin::load(const node& document, const model_limits& limits) {
  model_twin twin;
  twin.limits_ = limits;
  const node* properties = document.find("properties");
  const node* etag = document.find("etag");
  if (properties == nullptr || etag == nullptr || !etag_counter(etag->text)) {
    return std::nullopt;
  }
  twin.etag_ = *etag_counter(etag->text);
  for (const member& m : document.members) {
    if (m.key == "properties" && document.find("tags") == nullptr) {
      twin.root_.emplace_back("tags", make_null());
    }
    const bool computed = m.key == "etag" || m.key == "version" || m.key == "tags" || m.key == "properties";
    twin.root_.emplace_back(m.key, computed ? make_null() : m.value);
  }
  if (const node* tags = document.find("tags")) {
    twin.tags_ = *tags;
  }
  const bool good = read_property_section(properties->find("desired"), true, twin.desired_, twin.desired_stamps_,
                                          twin.desired_version_) &&
                    read_property_section(properties->find("reported"), false, twin.reported_, twin.reported_stamps_,
                                          twin.reported_version_);
  return good ? std::optional<model_twin>(std::move(twin)) : std::nullopt;
}

const node& model_twin::content(section_kind section) const {
  return section == section_kind::tags ? tags_ : section == section_kind::desired ? desired_ : reported_;
}

const stamp_tree& model_twin::stamps(section_kind section) const {
  static const stamp_tree none;
  return section == section_kind::tags ? none : section == section_kind::desired ? desired_stamps_ : reported_stamps_;
}

std::size_t model_twin::size_limit(section_kind section) const {
  return section == section_kind::tags      ? limits_.tags_bytes
         : section == section_kind::desired ? limits_.desired_bytes
                                            : limits_.reported_bytes;
}

bool model_twin::too_big(section_kind section, const node& after) const {  // 5.9
  const std::size_t size = counted_size(after);
  return size > size_limit(section) && size > counted_size(content(section));
}

std::int64_t model_twin::effective_time(std::int64_t now) const {
  return std::max({now, desired_stamps_.own.ticks, reported_stamps_.own.ticks});
}

// Steps 4 and 5 of 24 for one section; `value` is null if the body does not name it.
model_twin::request model_twin::read_section(const node* value, section_kind section, bool replace,
                                             const model_limits& limits, reasons& found) {
  request result;
  if (value == nullptr) {
    result.written = replace;  // 6.3, 7.2
    return result;
  }
  result.written = true;
  if (value->is_null()) {  // 6.4, 7.2
    result.cleared = true;
    return result;
  }
  if (!value->is_object()) {  // 4.5.2
    found.insert("section-not-object");
    return result;
  }
  for (const member& m : value->members) {
    if (section != section_kind::desired || !is_reserved(m.key)) {  // 4.1.6
      result.body.members.push_back(m);
    }
  }
  check_section(result.body, limits, found);
  return result;
}

model_result model_twin::back_end_write(std::string_view text, std::int64_t now, const write_context& context,
                                        bool replace) {
  node parsed;
  if (!read_json(text, parsed)) {
    return refusal({"malformed-json"});
  }
  if (context.if_match && !if_match_allows(*context.if_match, etag())) {
    return refusal({"precondition"});
  }
  const node body = without_overruled(parsed);
  if (!body.is_object()) {
    return refusal({"section-not-object"});
  }
  reasons found;
  const node* properties = body.find("properties");
  const node* desired_value = nullptr;
  if (properties != nullptr && properties->is_object()) {
    desired_value = properties->find("desired");
  } else if (properties != nullptr && !properties->is_null()) {  // section 8: null is as if absent
    found.insert("section-not-object");
  }
  const request tags = read_section(body.find("tags"), section_kind::tags, replace, limits_, found);
  const request desired = read_section(desired_value, section_kind::desired, replace, limits_, found);
  return found.empty() ? finish(tags, desired, now, context, replace) : refusal(found);
}

// Steps 6 to 9 of 24 for the back end's sections.
model_result model_twin::finish(const request& tags, const request& desired, std::int64_t now,
                                const write_context& context, bool replace) {
  model_result result;
  result.status = 200;
  if (!tags.written && !desired.written) {  // 6.7
    return result;
  }
  const auto content_after = [replace](const request& asked, const node& before) {
    node after = asked.written && (replace || asked.cleared) ? make_object() : before;
    merge_content(after, asked.body);  // 4.4.4: a replacement is the body merged onto {}
    return after;
  };
  const node tags_after = content_after(tags, tags_);
  const node desired_after = content_after(desired, desired_);
  if (too_big(section_kind::tags, tags_after) || too_big(section_kind::desired, desired_after)) {
    return refusal({"section-size"});
  }

  ++etag_;  // 10.1.2
  const node tags_told = tags.cleared ? former_keys_as_null(tags_) : tags.body;
  node desired_told = desired.cleared ? former_keys_as_null(desired_) : desired.body;
  tags_ = tags_after;
  if (desired.written) {
    ++desired_version_;  // 10.2.1, 10.2.3
    const stamp now_stamp{effective_time(now), desired_version_, context.mark};
    if (replace) {
      desired_told = replacement_notification(desired_, desired_after);
    }
    if (replace || desired.cleared) {  // 7.6, 9.10
      desired_stamps_ = stamp_tree();
      desired_ = make_object();
    }
    merge_stamps(desired_stamps_, desired_, desired.body, now_stamp);
    desired_ = desired_after;
    result.notification = with_version(desired_told, desired_version_);
  }

  result.event = replace ? "replaceTwin" : "updateTwin";
  node body = make_object();
  if (replace) {  // 17.2.2: tags are in it even when empty, unlike in the document
    const node view = service_view();
    for (const char* key : {"deviceId", "moduleId", "etag", "version"}) {
      if (const node* value = view.find(key)) {
        body.set(key, *value);
      }
    }
    body.set("tags", tags_);
    body.set("properties", *view.find("properties"));
  } else {  // 17.2.1
    body.set("version", make_integer(static_cast<long long>(version())));
    if (tags.written) {
      body.set("tags", tags_told);
    }
    if (desired.written) {
      node properties = make_object();
      properties.set("desired", written_section(desired_told, desired_stamps_, desired_version_));
      body.set("properties", properties);
    }
  }
  result.event_body = body;
  return result;
}

model_result model_twin::merge(std::string_view body, std::int64_t now, const write_context& context) {
  return back_end_write(body, now, context, false);
}

model_result model_twin::replace(std::string_view body, std::int64_t now, const write_context& context) {
  return back_end_write(body, now, context, true);
}

model_result model_twin::merge_reported(std::string_view text, std::int64_t now, const write_context& context) {
  node parsed;
  if (!read_json(text, parsed)) {
    return refusal({"malformed-json"});
  }
  if (context.base_version && *context.base_version != reported_version_) {  // 11.2.1
    return refusal({"precondition"});
  }
  const node body = without_overruled(parsed);
  if (!body.is_object()) {  // section 8: a device's null too
    return refusal({"section-not-object"});
  }
  reasons found;
  check_section(body, limits_, found);
  if (!found.empty()) {
    return refusal(found);
  }
  node after = reported_;
  merge_content(after, body);
  if (too_big(section_kind::reported, after)) {
    return refusal({"section-size"});
  }
  const stamp now_stamp{effective_time(now), 0, std::nullopt};
  merge_stamps(reported_stamps_, reported_, body, now_stamp);
  reported_ = after;
  ++reported_version_;  // 10.3.1

  model_result result;
  result.status = 204;
  result.event = "updateTwin";
  node properties = make_object();
  properties.set("reported", written_section(body, reported_stamps_, reported_version_));
  result.event_body = make_object();
  result.event_body->set("version", make_integer(static_cast<long long>(version())));
  result.event_body->set("properties", properties);
  return result;
}

model_result model_twin::merge_section(section_kind section, std::string_view text, std::int64_t now,
                                       const write_context& context) {
  if (section == section_kind::reported) {
    return merge_reported(text, now, context);
  }
  node value;
  if (!read_json(text, value)) {
    return refusal({"malformed-json"});
  }
  const node body = section == section_kind::tags ? make_object({{"tags", value}})
                                                  : make_object({{"properties", make_object({{"desired", value}})}});
  return merge(to_text(body), now, context);
}

// --- views ---------------------------------------------------------------------------------------

node model_twin::section_view(section_kind section) const {  // 2.2
  node out = content(section);
  out.set("$metadata", metadata(content(section), stamps(section)));
  return with_version(std::move(out), section == section_kind::desired ? desired_version_ : reported_version_);
}

node model_twin::service_view() const {
  node out = make_object();
  for (const auto& [key, value] : root_) {
    if (key == "etag") {
      out.set(key, make_string(etag()));
    } else if (key == "version") {
      out.set(key, make_integer(static_cast<long long>(version())));
    } else if (key == "tags") {
      if (!tags_.members.empty()) {  // 2.1: left out when empty
        out.set(key, tags_);
      }
    } else if (key == "properties") {
      out.set(key, make_object({{"desired", section_view(section_kind::desired)},
                                {"reported", section_view(section_kind::reported)}}));
    } else {
      out.set(key, value);
    }
  }
  return out;
}

node model_twin::device_view() const {
  return make_object({{"desired", with_version(desired_, desired_version_)},
                      {"reported", with_version(reported_, reported_version_)}});
}

}  // namespace doppel_test
