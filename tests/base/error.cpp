// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/error.hpp>

#include <doctest/doctest.h>

#include <boost/system/result.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

using doppel::condition;
using doppel::errc;

namespace {

constexpr int last_code = static_cast<int>(errc::canceled);
constexpr int last_condition = static_cast<int>(condition::out_of_memory);

boost::system::error_code code_of(int value) { return make_error_code(static_cast<errc>(value)); }

void check_service_error(errc code, std::string_view reason, int status, std::string_view name, int number) {
  CAPTURE(static_cast<int>(code));
  const doppel::service_error& error = doppel::service_error_of(code);
  CHECK(error.reason == reason);
  CHECK(error.status == status);
  CHECK(error.name == name);
  CHECK(error.code == number);
}

}  // namespace

TEST_SUITE("base/error") {
  TEST_CASE("errc: every code fails and has a message of its own") {
    std::set<std::string> messages;
    for (int value = 1; value <= last_code; ++value) {
      CAPTURE(value);
      CHECK(code_of(value).failed());
      CHECK(messages.insert(code_of(value).message()).second);
    }
    CHECK(messages.count("unknown doppel error") == 0);
    CHECK(code_of(last_code + 1).message() == "unknown doppel error");
    CHECK(code_of(0).message() == "unknown doppel error");
  }

  TEST_CASE("errc: converts to error_code, result and std::error_code") {
    const boost::system::error_code code = errc::depth;
    CHECK(code == errc::depth);
    CHECK(code != errc::key_length);
    CHECK(std::string_view(code.category().name()) == "doppel");
    const boost::system::result<int> refused = errc::depth;
    REQUIRE(refused.has_error());
    CHECK(refused.error() == errc::depth);
    const std::error_code standard = code;
    CHECK(standard.value() == static_cast<int>(errc::depth));
    CHECK(standard.message() == code.message());
  }

  TEST_CASE("error_category: two objects of one id are one category, other ids are not") {
    CHECK(doppel::error_category() == doppel::error_category());
    CHECK(doppel::error_category() != doppel::condition_category());
    CHECK(doppel::error_category() != boost::system::generic_category());
  }

  TEST_CASE("condition: every code belongs to exactly one") {
    for (int value = 1; value <= last_code; ++value) {
      int matches = 0;
      for (int kind = 1; kind <= last_condition; ++kind) {
        matches += code_of(value) == static_cast<condition>(kind) ? 1 : 0;
      }
      CAPTURE(value);
      CHECK(matches == 1);
    }
  }

  TEST_CASE("condition: what callers branch on") {
    CHECK(make_error_code(errc::malformed_json) == condition::syntax);
    CHECK(make_error_code(errc::key_character) == condition::invalid_value);
    CHECK(make_error_code(errc::text_too_long) == condition::limit_exceeded);
    CHECK(make_error_code(errc::section_size) == condition::limit_exceeded);
    CHECK(make_error_code(errc::precondition_failed) == condition::precondition_failed);
    CHECK(make_error_code(errc::module_not_found) == condition::not_found);
    CHECK(make_error_code(errc::device_exists) == condition::conflict);
    CHECK(make_error_code(errc::unauthorized) == condition::unauthorized);
    CHECK(make_error_code(errc::device_throttled) == condition::throttled);
    CHECK(make_error_code(errc::unavailable) == condition::unavailable);
    CHECK(make_error_code(errc::out_of_memory) == condition::out_of_memory);
    CHECK(make_error_code(errc::depth) != condition::syntax);
  }

  TEST_CASE("condition: each has a message of its own") {
    std::set<std::string> messages;
    for (int kind = 1; kind <= last_condition; ++kind) {
      CHECK(messages.insert(make_error_condition(static_cast<condition>(kind)).message()).second);
    }
    CHECK(messages.count("unknown doppel condition") == 0);
  }

  TEST_CASE("service_error_of: the published rows (spec/twin.md 22.2)") {
    check_service_error(errc::malformed_json, "malformed-json", 400, "IotHubFormatError", 400006);
    check_service_error(errc::section_not_object, "section-not-object", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::key_character, "key-character", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::key_length, "key-length", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::value_length, "value-length", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::integer_range, "integer-range", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::depth, "depth", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::null_in_array, "null-in-array", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::section_size, "section-size", 403, "", 403100);
    check_service_error(errc::precondition_failed, "precondition", 412, "PreconditionFailed", 412001);
    check_service_error(errc::not_found, "not-found", 404, "DeviceNotFound", 404001);
    check_service_error(errc::module_not_found, "not-found", 404, "ModuleNotFound", 404010);
    check_service_error(errc::unauthorized, "unauthorized", 401, "IotHubUnauthorizedAccess", 401002);
    check_service_error(errc::hub_not_found, "", 401, "IotHubNotFound", 401001);
    check_service_error(errc::device_exists, "exists", 409, "DeviceAlreadyExists", 409001);
    check_service_error(errc::module_exists, "exists", 409, "ModuleAlreadyExistsOnDevice", 409301);
    check_service_error(errc::configuration_exists, "exists", 409, "ConfigurationAlreadyExists", 0);
    check_service_error(errc::job_exists, "exists", 409, "JobAlreadyExists", 0);
    check_service_error(errc::job_not_cancellable, "", 405, "OperationNotAllowedInCurrentState", 0);
    check_service_error(errc::job_etag, "", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::too_many_active_jobs, "", 429, "ThrottlingMaxActiveJobCountExceeded", 429004);
    check_service_error(errc::throttled, "throttled", 429, "ThrottlingException", 429001);
    check_service_error(errc::throttle_backlog_limit, "throttled", 429, "ThrottleBacklogLimitExceeded", 429002);
    check_service_error(errc::throttle_backlog_timeout, "throttled", 429, "ThrottlingBacklogTimeout", 429003);
    check_service_error(errc::device_throttled, "throttled", 429, "DeviceThrottlingLimitExceeded", 429005);
    check_service_error(errc::quota_exceeded, "", 403, "IotHubQuotaExceeded", 403002);
    check_service_error(errc::too_many_modules, "", 413, "TooManyModulesOnDevice", 413003);
    check_service_error(errc::too_many_devices, "", 413, "TooManyDevices", 413002);
    check_service_error(errc::device_defined_twice, "", 400, "DeviceDefinedMultipleTimes", 400011);
    check_service_error(errc::invalid_protocol_version, "", 400, "InvalidProtocolVersion", 400001);
    check_service_error(errc::invalid_configuration_content, "", 400, "InvalidConfigurationContent", 0);
    check_service_error(errc::invalid_target_condition, "", 400, "InvalidConfigurationTargetCondition", 0);
    check_service_error(errc::internal, "internal", 500, "ServerError", 500001);
    check_service_error(errc::unavailable, "internal", 503, "ServiceUnavailable", 503001);
  }

  TEST_CASE("service_error_of: rows of this library's choice") {
    check_service_error(errc::text_too_long, "text-too-long", 413, "MessageTooLarge", 413001);
    check_service_error(errc::duplicate_member, "duplicate-member", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::out_of_memory, "out-of-memory", 500, "ServerError", 500001);
    check_service_error(errc::sink_failed, "sink-failed", 500, "ServerError", 500001);
    check_service_error(errc::syntax_error, "syntax_error", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::bad_continuation, "bad_continuation", 400, "ArgumentInvalid", 400004);
    check_service_error(errc::canceled, "canceled", 503, "ServiceUnavailable", 503001);
    check_service_error(static_cast<errc>(0), "internal", 500, "ServerError", 500001);
    check_service_error(static_cast<errc>(-1), "internal", 500, "ServerError", 500001);
    check_service_error(static_cast<errc>(last_code + 1), "internal", 500, "ServerError", 500001);
  }

  TEST_CASE("service_error_of: texts that the service was seen to send (spec/twin.md 22.2)") {
    CHECK(doppel::service_error_of(errc::key_character).text ==
          "Property or Tag name has invalid characters. Error in Property/Tag X. Must not contain Control "
          "Characters, "
          "'.', '$', '#', or ' '.");
    CHECK(doppel::service_error_of(errc::value_length).text ==
          "Property or Tag value should be maximum 4096 bytes. Error in Property/Tag X");
    CHECK(doppel::service_error_of(errc::null_in_array).text ==
          "Value of Property or Tag cannot be null. Error inProperty/Tag X");
    CHECK(doppel::service_error_of(errc::throttled).text ==
          "The request has been throttled. Wait 10 seconds and try again. Operation type: X");
  }

  TEST_CASE("service_error_of: a code begins with its status, a text has at most one place for the property") {
    for (int value = 1; value <= last_code; ++value) {
      CAPTURE(value);
      const doppel::service_error& error = doppel::service_error_of(static_cast<errc>(value));
      CHECK((error.code == 0 || error.code / 1000 == error.status));
      CHECK_FALSE(error.text.empty());
      CHECK(std::count(error.text.begin(), error.text.end(), 'X') <= 1);
    }
  }
}
