// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_TESTS_SUPPORT_SUBJECT_HPP
#define DOPPEL_TESTS_SUPPORT_SUBJECT_HPP

#include "rules.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace doppel_test {

// What a write looked like from outside.
struct outcome {
  int status = 0;
  int code = 0;     // 22.2; 0 if accepted
  reasons refused;  // empty if accepted; the model names every reason that would do, the library one
  std::optional<std::string> notification;
  std::optional<std::string> event;  // opType
};

// One write as a fixture asks for it. Texts are passed on unread.
struct request {
  enum class form { merge, replace, reported } form = form::merge;
  std::string body;
  std::string at;  // canonical time
  std::optional<std::string> if_match;
  std::optional<std::uint64_t> base_version;
};

struct counter_values {
  std::string etag;
  std::uint64_t version = 0;
  std::uint64_t desired = 0;
  std::uint64_t reported = 0;
};

// One twin under test: the library's or the model's. The fixtures run against both.
class subject {
public:
  virtual ~subject() = default;

  // Both return what went wrong, or nothing.
  virtual std::string create(std::string_view device_id, std::string_view at) = 0;
  virtual std::string load(std::string_view document) = 0;

  virtual outcome write(const request& asked) = 0;
  virtual std::string service_view() const = 0;
  virtual counter_values counters() const = 0;
};

using subject_factory = std::function<std::unique_ptr<subject>()>;

std::unique_ptr<subject> make_model_subject();
std::unique_ptr<subject> make_library_subject();

}  // namespace doppel_test

#endif
