// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "log.hpp"

#include "files.hpp"

#include <simdjson.h>

#include <algorithm>

namespace cli {

namespace {

/// A line that is no log entry, in words.
struct bad_line {
  std::string text;
};

std::string_view read_string(simdjson::ondemand::value value, std::string_view name) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) throw bad_line{std::string(name) + " is not a string"};
  return text;
}

/// A value as it is written.
std::string_view read_raw(simdjson::ondemand::value value) {
  simdjson::ondemand::json_type type;
  std::string_view text;
  bool ok = value.type().get(type) == simdjson::SUCCESS;
  if (ok && type == simdjson::ondemand::json_type::object) {
    simdjson::ondemand::object object;
    ok = value.get_object().get(object) == simdjson::SUCCESS && object.raw_json().get(text) == simdjson::SUCCESS;
  } else if (ok && type == simdjson::ondemand::json_type::array) {
    simdjson::ondemand::array array;
    ok = value.get_array().get(array) == simdjson::SUCCESS && array.raw_json().get(text) == simdjson::SUCCESS;
  } else {
    text = value.raw_json_token();
  }
  if (!ok) throw bad_line{"body is not JSON; what is none goes into text, as a string"};
  text.remove_suffix(text.size() - text.find_last_not_of(" \t\r") - 1);
  return text;
}

log_operation read_operation(std::string_view word) {
  if (word == "patch") return log_operation::patch;
  if (word == "reported") return log_operation::reported;
  if (word == "replace") return log_operation::replace;
  if (word == "create") return log_operation::create;
  throw bad_line{"op is none of create, patch, replace, reported: " + std::string(word)};
}

void read_entry(simdjson::ondemand::document& line, log_entry& entry) {
  simdjson::ondemand::object object;
  if (line.get_object().get(object) != simdjson::SUCCESS) throw bad_line{"not a JSON object"};

  entry = {};
  bool has_time = false, has_operation = false, has_body = false;
  for (auto member : object) {
    simdjson::ondemand::field field;
    std::string_view name;
    if (std::move(member).get(field) != simdjson::SUCCESS || field.unescaped_key().get(name) != simdjson::SUCCESS) {
      throw bad_line{"not JSON"};
    }
    simdjson::ondemand::value value = field.value();
    if (name == "at") {
      const auto time = doppel::parse_timestamp(read_string(value, name));
      if (!time) throw bad_line{"at is not a time such as 2024-05-01T10:00:00Z"};
      entry.at = *time;
      has_time = true;
    } else if (name == "op") {
      entry.operation = read_operation(read_string(value, name));
      has_operation = true;
    } else if (name == "deviceId") {
      entry.device_id = read_string(value, name);
    } else if (name == "moduleId") {
      entry.module_id = read_string(value, name);
    } else if (name == "if_match") {
      entry.if_match = read_string(value, name);
    } else if (name == "base_version") {
      std::uint64_t version = 0;
      if (value.get_uint64().get(version) != simdjson::SUCCESS) throw bad_line{"base_version is not a whole number"};
      entry.base_version = version;
    } else if (name == "body") {
      entry.body = read_raw(value);
      has_body = true;
    } else if (name == "text") {
      entry.body = read_string(value, name);
      has_body = true;
    } else {
      throw bad_line{"unknown member " + std::string(name)};
    }
  }
  const char* rest = nullptr;
  if (line.current_location().get(rest) == simdjson::SUCCESS) throw bad_line{"text after the object"};
  if (!has_time || !has_operation || entry.device_id.empty()) throw bad_line{"lacks one of at, op, deviceId"};
  if (has_body != (entry.operation != log_operation::create)) {
    throw bad_line{has_body ? "create takes no body" : "lacks body or text"};
  }
}

}  // namespace

struct log_reader::parser {
  simdjson::padded_string text;
  simdjson::ondemand::parser json;
};

log_reader::log_reader(const std::string& name) : name_(name), parser_(std::make_unique<parser>()) {
  const std::string text = read_file(name);
  parser_->text = simdjson::padded_string(text);
  size_ = text.size();
}

log_reader::~log_reader() = default;

bool log_reader::next(log_entry& entry) {
  const std::string_view text(parser_->text.data(), size_);
  while (position_ < size_) {
    const std::size_t end = std::min(text.find('\n', position_), size_);
    const std::string_view line = text.substr(position_, end - position_);
    const std::size_t capacity = size_ + simdjson::SIMDJSON_PADDING - position_;
    position_ = std::min(end + 1, size_);
    ++line_number_;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;

    const auto fail = [this](const std::string& why) {
      return input_error(std::string(shown_name(name_)) + ':' + std::to_string(line_number_) + ": " + why);
    };
    try {
      simdjson::ondemand::document document;
      if (parser_->json.iterate(line.data(), line.size(), capacity).get(document) != simdjson::SUCCESS) {
        throw bad_line{"not JSON"};
      }
      read_entry(document, entry);
    } catch (const bad_line& reason) {
      throw fail(reason.text);
    }
    return true;
  }
  return false;
}

}  // namespace cli
