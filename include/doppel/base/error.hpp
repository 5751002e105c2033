// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_ERROR_HPP
#define DOPPEL_BASE_ERROR_HPP

#include <doppel/base/config.hpp>

#include <boost/system/error_code.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace doppel {
inline namespace v0 {

/// @file
/// What can go wrong, as error codes of Boost.System, and what the service says in each case.
/// Where in a text it went wrong is told by `doppel::diagnostic`.

/// Everything that the library can refuse or fail at.
///
/// Functions return `boost::system::result<T>`; a code says what happened, a `diagnostic` says where. Compare
/// a code with a `doppel::condition` to branch on the kind of failure. The numbers are stable within a minor
/// version.
/// @par Specification
/// spec/twin.md 22.2, and library choice for the codes that a service does not send
enum class errc {
  // Text and values (spec/twin.md 4 and 5).
  malformed_json = 1,  ///< not JSON, or JSON that 4.5.1 refuses
  text_too_long,       ///< the text exceeds `limits::text_bytes`
  duplicate_member,    ///< an object names a member twice, and strict mode was asked for (4.5.3)
  section_not_object,  ///< a body, `properties` or a section is not an object (4.5.2)
  key_character,       ///< a key holds a character that 4.1 forbids
  key_length,          ///< a key exceeds `limits::key_bytes`
  value_length,        ///< a string exceeds `limits::string_bytes`
  integer_range,       ///< an integer is outside of 4.2.3
  depth,               ///< an object or array is nested too deep (4.3)
  null_in_array,       ///< a null in or under an array (4.4.2)
  section_size,        ///< the section would grow beyond its limit (5)
  // State of the hub (spec/twin.md 11, 12, 18, 19).
  precondition_failed,            ///< the etag or the base version is not the current one
  not_found,                      ///< no such device
  module_not_found,               ///< no such module
  unauthorized,                   ///< no rights or bad credentials
  hub_not_found,                  ///< no such hub
  device_exists,                  ///< the device identity exists already
  module_exists,                  ///< the module identity exists already
  configuration_exists,           ///< the configuration exists already
  job_exists,                     ///< the job exists already
  job_not_cancellable,            ///< the job is running or over (18.13)
  job_etag,                       ///< a twin job needs the etag `*` (18.2)
  too_many_active_jobs,           ///< no further job may be active (18.14)
  throttled,                      ///< too many requests
  throttle_backlog_limit,         ///< too many requests are being delayed
  throttle_backlog_timeout,       ///< a delayed request waited too long
  device_throttled,               ///< too many requests of one device
  quota_exceeded,                 ///< the hub's daily quota is used up
  too_many_modules,               ///< too many modules on one device (12.6)
  too_many_devices,               ///< too many entries in one bulk call (14.2)
  device_defined_twice,           ///< one identity twice in one bulk call (14.2)
  invalid_protocol_version,       ///< missing or unknown api-version
  invalid_configuration_content,  ///< a configuration's content is mixed or missing (19.2)
  invalid_target_condition,       ///< a configuration's target condition is not valid (19.4)
  internal,                       ///< a fault of the hub
  unavailable,                    ///< the hub cannot answer now
  // The library itself.
  out_of_memory,      ///< the memory given to the library did not suffice; nothing was changed
  invalid_etag,       ///< not the text of an etag, or of a list of them
  invalid_timestamp,  ///< not a time by 2.1.3
  invalid_path,       ///< not a path, or a path that leads nowhere it may lead
  invalid_document,   ///< a full document whose parts do not fit together
  invalid_image,      ///< a saved block that is damaged or not one
  image_mismatch,     ///< a saved block of another format version or machine
  change_gap,         ///< a change that does not follow the state it is applied to
  sink_failed,        ///< what the caller gave to write to has not taken the bytes
  // Queries (spec/query.md 14, whose names these are). `invalid_target_condition` above belongs to them.
  syntax_error,         ///< a query, lexically or grammatically wrong
  reserved_word,        ///< a reserved word stands bare as a segment of a path or as an alias
  unknown_collection,   ///< FROM names no collection
  unknown_function,     ///< no function has this name
  wrong_arity,          ///< a function is given too few or too many arguments
  not_supported,        ///< understood, but not available in this mode, dialect or collection
  prefix_mismatch,      ///< a path starts with the name of another collection
  duplicate_column,     ///< two columns of one name
  not_grouped,          ///< a column beside aggregates or groups that is neither aggregate nor key
  aggregate_misplaced,  ///< an aggregate outside of the select list, or in another one
  query_too_long,       ///< a query has too many characters
  too_complex,          ///< a query is nested too deep
  bad_page_size,        ///< not a size that a page can have
  bad_continuation,     ///< not a continuation token, or one of another query
  canceled              ///< the caller has stopped it, or its time was up
};

/// What callers branch on: the kind of failure, coarser than `errc`.
///
/// Compare an error code with it: `if (ec == doppel::condition::limit_exceeded)`.
enum class condition {
  syntax = 1,           ///< the text is not of the required form
  invalid_value,        ///< well-formed, but a rule forbids it
  limit_exceeded,       ///< too long, too deep, too big or too many
  precondition_failed,  ///< the state is not the one the caller made a condition
  not_found,            ///< the thing does not exist
  conflict,             ///< the thing exists already, or its state forbids the operation
  unauthorized,         ///< the caller may not do this
  throttled,            ///< later, or less often, it would work
  unavailable,          ///< the hub failed; the request may be right
  out_of_memory         ///< memory ran out
};

/// How the service reports a failure.
struct service_error {
  std::string_view reason;  ///< one word, stable, for tests and logs; empty where there is none
  int status;               ///< HTTP status
  std::string_view name;    ///< value of the `iothub-errorcode` header; empty where none is known
  int code;                 ///< numeric code, 0 where none is known
  std::string_view text;    ///< message; a capital `X` in it stands for the property at fault
};

namespace detail {

struct error_row {
  errc code;
  condition kind;
  const char* message;
  service_error service;
};

inline constexpr std::string_view argument_invalid = "ArgumentInvalid";
inline constexpr std::string_view throttled_text =
    "The request has been throttled. Wait 10 seconds and try again. Operation type: X";

// One row per errc, in its order. Rows without a source in spec/twin.md 22.2 say so.
inline constexpr std::array<error_row, 60> error_table{{
    {errc::malformed_json,
     condition::syntax,
     "malformed JSON",
     {"malformed-json", 400, "IotHubFormatError", 400006, "The request body is not valid JSON."}},
    // Library choice: the service's name for a message that is too large.
    {errc::text_too_long,
     condition::limit_exceeded,
     "text too long",
     {"text-too-long", 413, "MessageTooLarge", 413001, "The request body is too large."}},
    // Library choice: only strict mode refuses it (4.5.3), as an illegal value.
    {errc::duplicate_member,
     condition::invalid_value,
     "duplicate member",
     {"duplicate-member", 400, argument_invalid, 400004, "Property or Tag is given twice. Error in Property/Tag X"}},
    {errc::section_not_object,
     condition::invalid_value,
     "section is not an object",
     {"section-not-object", 400, argument_invalid, 400004, "The value must be an object. Error in Property/Tag X"}},
    {errc::key_character,
     condition::invalid_value,
     "illegal character in key",
     {"key-character", 400, argument_invalid, 400004,
      "Property or Tag name has invalid characters. Error in Property/Tag X. Must not contain Control "
      "Characters, '.', "
      "'$', '#', or ' '."}},
    {errc::key_length,
     condition::limit_exceeded,
     "key too long",
     {"key-length", 400, argument_invalid, 400004,
      "Property or Tag name should be maximum 1024 bytes. Error in Property/Tag X"}},
    {errc::value_length,
     condition::limit_exceeded,
     "string too long",
     {"value-length", 400, argument_invalid, 400004,
      "Property or Tag value should be maximum 4096 bytes. Error in Property/Tag X"}},
    {errc::integer_range,
     condition::limit_exceeded,
     "integer out of range",
     {"integer-range", 400, argument_invalid, 400004,
      "Property or Tag value is an integer out of range. Error in Property/Tag X"}},
    {errc::depth,
     condition::limit_exceeded,
     "nested too deep",
     {"depth", 400, argument_invalid, 400004, "Nested depth of twin property exceeds 10. Error in Property/Tag X"}},
    {errc::null_in_array,
     condition::invalid_value,
     "null in or under an array",
     {"null-in-array", 400, argument_invalid, 400004,
      "Value of Property or Tag cannot be null. Error inProperty/Tag X"}},
    {errc::section_size,
     condition::limit_exceeded,
     "section too big",
     {"section-size", 403, "", 403100, "'X' size should be less than its limit."}},
    {errc::precondition_failed,
     condition::precondition_failed,
     "precondition failed",
     {"precondition", 412, "PreconditionFailed", 412001, "The condition does not match the current state."}},
    {errc::not_found,
     condition::not_found,
     "device not found",
     {"not-found", 404, "DeviceNotFound", 404001, "The device is not registered: X"}},
    {errc::module_not_found,
     condition::not_found,
     "module not found",
     {"not-found", 404, "ModuleNotFound", 404010, "The module is not registered: X"}},
    {errc::unauthorized,
     condition::unauthorized,
     "unauthorized",
     {"unauthorized", 401, "IotHubUnauthorizedAccess", 401002, "Unauthorized"}},
    // An empty reason or a code of 0 below: 22.2 has none.
    {errc::hub_not_found,
     condition::not_found,
     "hub not found",
     {"", 401, "IotHubNotFound", 401001, "The hub does not exist: X"}},
    {errc::device_exists,
     condition::conflict,
     "device exists",
     {"exists", 409, "DeviceAlreadyExists", 409001, "A device with this id exists already: X"}},
    {errc::module_exists,
     condition::conflict,
     "module exists",
     {"exists", 409, "ModuleAlreadyExistsOnDevice", 409301, "A module with this id exists already: X"}},
    {errc::configuration_exists,
     condition::conflict,
     "configuration exists",
     {"exists", 409, "ConfigurationAlreadyExists", 0, "A configuration with this id exists already: X"}},
    {errc::job_exists,
     condition::conflict,
     "job exists",
     {"exists", 409, "JobAlreadyExists", 0, "A job with this id exists already: X"}},
    {errc::job_not_cancellable,
     condition::conflict,
     "job cannot be cancelled",
     {"", 405, "OperationNotAllowedInCurrentState", 0, "The job cannot be cancelled in its current state: X"}},
    {errc::job_etag,
     condition::invalid_value,
     "job needs the etag *",
     {"", 400, argument_invalid, 400004, "Missing or invalid etag for job type ScheduleUpdateTwin"}},
    {errc::too_many_active_jobs,
     condition::throttled,
     "too many active jobs",
     {"", 429, "ThrottlingMaxActiveJobCountExceeded", 429004, "Too many active jobs."}},
    {errc::throttled,
     condition::throttled,
     "throttled",
     {"throttled", 429, "ThrottlingException", 429001, throttled_text}},
    {errc::throttle_backlog_limit,
     condition::throttled,
     "throttling backlog is full",
     {"throttled", 429, "ThrottleBacklogLimitExceeded", 429002, throttled_text}},
    {errc::throttle_backlog_timeout,
     condition::throttled,
     "timed out in the throttling backlog",
     {"throttled", 429, "ThrottlingBacklogTimeout", 429003, throttled_text}},
    {errc::device_throttled,
     condition::throttled,
     "device throttled",
     {"throttled", 429, "DeviceThrottlingLimitExceeded", 429005, throttled_text}},
    {errc::quota_exceeded,
     condition::throttled,
     "quota exceeded",
     {"", 403, "IotHubQuotaExceeded", 403002, "The daily message quota of the hub is used up."}},
    {errc::too_many_modules,
     condition::limit_exceeded,
     "too many modules",
     {"", 413, "TooManyModulesOnDevice", 413003, "Too many modules on the device: X"}},
    {errc::too_many_devices,
     condition::limit_exceeded,
     "too many devices",
     {"", 413, "TooManyDevices", 413002, "Too many devices in one request."}},
    {errc::device_defined_twice,
     condition::invalid_value,
     "device defined twice",
     {"", 400, "DeviceDefinedMultipleTimes", 400011, "The device is given more than once in one request: X"}},
    {errc::invalid_protocol_version,
     condition::invalid_value,
     "invalid protocol version",
     {"", 400, "InvalidProtocolVersion", 400001, "Missing or unknown api-version."}},
    {errc::invalid_configuration_content,
     condition::invalid_value,
     "invalid configuration content",
     {"", 400, "InvalidConfigurationContent", 0, "The configuration's content is not valid."}},
    {errc::invalid_target_condition,
     condition::invalid_value,
     "invalid target condition",
     {"", 400, "InvalidConfigurationTargetCondition", 0, "The configuration's target condition is not valid."}},
    {errc::internal,
     condition::unavailable,
     "internal error",
     {"internal", 500, "ServerError", 500001, "An internal error occurred."}},
    {errc::unavailable,
     condition::unavailable,
     "unavailable",
     {"internal", 503, "ServiceUnavailable", 503001, "The service is unavailable."}},
    // Library choice from here on: the service has no such rows. What a caller sent is 400 ArgumentInvalid,
    // what the hub failed at is 500 ServerError; reason words are ours.
    {errc::out_of_memory,
     condition::out_of_memory,
     "out of memory",
     {"out-of-memory", 500, "ServerError", 500001, "An internal error occurred."}},
    {errc::invalid_etag,
     condition::syntax,
     "invalid etag",
     {"invalid-etag", 400, argument_invalid, 400004, "The etag is not valid."}},
    {errc::invalid_timestamp,
     condition::syntax,
     "invalid timestamp",
     {"invalid-timestamp", 400, argument_invalid, 400004, "The time is not valid. Error in Property/Tag X"}},
    {errc::invalid_path,
     condition::syntax,
     "invalid path",
     {"invalid-path", 400, argument_invalid, 400004, "The path is not valid: X"}},
    {errc::invalid_document,
     condition::invalid_value,
     "invalid document",
     {"invalid-document", 400, argument_invalid, 400004, "The document is not valid. Error in Property/Tag X"}},
    {errc::invalid_image,
     condition::invalid_value,
     "invalid image",
     {"invalid-image", 500, "ServerError", 500001, "An internal error occurred."}},
    {errc::image_mismatch,
     condition::invalid_value,
     "image of another format",
     {"image-mismatch", 500, "ServerError", 500001, "An internal error occurred."}},
    {errc::change_gap,
     condition::precondition_failed,
     "change does not follow the state",
     {"change-gap", 500, "ServerError", 500001, "An internal error occurred."}},
    {errc::sink_failed,
     condition::unavailable,
     "sink failed",
     {"sink-failed", 500, "ServerError", 500001, "An internal error occurred."}},
    // Queries. The service says ArgumentInvalid and little else (spec/query.md 14); reasons are the names there.
    {errc::syntax_error,
     condition::syntax,
     "query syntax error",
     {"syntax_error", 400, argument_invalid, 400004, "The query is not valid: X"}},
    {errc::reserved_word,
     condition::syntax,
     "reserved word in query",
     {"reserved_word", 400, argument_invalid, 400004, "The query uses a reserved word as a name: X"}},
    {errc::unknown_collection,
     condition::invalid_value,
     "unknown collection in query",
     {"unknown_collection", 400, argument_invalid, 400004, "The query is over an unknown collection: X"}},
    {errc::unknown_function,
     condition::invalid_value,
     "unknown function in query",
     {"unknown_function", 400, argument_invalid, 400004, "The query calls an unknown function: X"}},
    {errc::wrong_arity,
     condition::invalid_value,
     "wrong number of arguments in query",
     {"wrong_arity", 400, argument_invalid, 400004,
      "The query calls a function with the wrong number of arguments: X"}},
    {errc::not_supported,
     condition::invalid_value,
     "not supported in query",
     {"not_supported", 400, argument_invalid, 400004, "The query uses what is not supported: X"}},
    {errc::prefix_mismatch,
     condition::invalid_value,
     "path of another collection in query",
     {"prefix_mismatch", 400, argument_invalid, 400004, "The query refers to another collection: X"}},
    {errc::duplicate_column,
     condition::invalid_value,
     "duplicate column in query",
     {"duplicate_column", 400, argument_invalid, 400004, "The query has two columns of one name: X"}},
    {errc::not_grouped,
     condition::invalid_value,
     "ungrouped column in query",
     {"not_grouped", 400, argument_invalid, 400004,
      "The query has a column that is neither grouped nor aggregated: X"}},
    {errc::aggregate_misplaced,
     condition::invalid_value,
     "misplaced aggregate in query",
     {"aggregate_misplaced", 400, argument_invalid, 400004, "The query has an aggregate where none may be: X"}},
    {errc::query_too_long,
     condition::limit_exceeded,
     "query too long",
     {"query_too_long", 400, argument_invalid, 400004, "The query is too long."}},
    {errc::too_complex,
     condition::limit_exceeded,
     "query too complex",
     {"too_complex", 400, argument_invalid, 400004, "The query is nested too deep."}},
    {errc::bad_page_size,
     condition::invalid_value,
     "bad page size",
     {"bad_page_size", 400, argument_invalid, 400004, "The page size is not valid: X"}},
    {errc::bad_continuation,
     condition::invalid_value,
     "bad continuation token",
     {"bad_continuation", 400, argument_invalid, 400004, "The continuation token is not valid."}},
    {errc::canceled,
     condition::unavailable,
     "canceled",
     {"canceled", 503, "ServiceUnavailable", 503001, "The operation was canceled."}},
}};

constexpr bool is_in_order(const std::array<error_row, 60>& table) noexcept {
  for (std::size_t i = 0; i != table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].code) != i + 1) {
      return false;
    }
  }
  return static_cast<std::size_t>(errc::canceled) == table.size();
}
static_assert(is_in_order(error_table), "error_table has one row per errc, in the order of the enumerators");

constexpr const error_row* find_error_row(int code) noexcept {
  const bool known = code >= 1 && static_cast<std::size_t>(code) <= error_table.size();
  return known ? &error_table[static_cast<std::size_t>(code) - 1] : nullptr;
}

constexpr const char* error_message(int code) noexcept {
  const error_row* row = find_error_row(code);
  return row != nullptr ? row->message : "unknown doppel error";
}

constexpr const char* condition_message(int code) noexcept {
  switch (static_cast<condition>(code)) {
    case condition::syntax: return "syntax error";
    case condition::invalid_value: return "invalid value";
    case condition::limit_exceeded: return "limit exceeded";
    case condition::precondition_failed: return "precondition failed";
    case condition::not_found: return "not found";
    case condition::conflict: return "conflict";
    case condition::unauthorized: return "unauthorized";
    case condition::throttled: return "throttled";
    case condition::unavailable: return "unavailable";
    case condition::out_of_memory: return "out of memory";
  }
  return "unknown doppel condition";
}

// error_category has virtual functions and, to stay a literal type, no virtual destructor; it cannot be
// deleted through the base because that destructor is protected.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#endif

class BOOST_SYMBOL_VISIBLE condition_category_type final : public boost::system::error_category {
public:
  constexpr condition_category_type() noexcept : error_category(0xfd16e7c417e49d5aU) {}

  const char* name() const noexcept override { return "doppel.condition"; }
  std::string message(int code) const override { return condition_message(code); }
  const char* message(int code, char*, std::size_t) const noexcept override { return condition_message(code); }
};

BOOST_SYMBOL_VISIBLE inline constexpr condition_category_type condition_category{};

class BOOST_SYMBOL_VISIBLE error_category_type final : public boost::system::error_category {
public:
  constexpr error_category_type() noexcept : error_category(0xbbd5273e23781fe2U) {}

  const char* name() const noexcept override { return "doppel"; }
  std::string message(int code) const override { return error_message(code); }
  const char* message(int code, char*, std::size_t) const noexcept override { return error_message(code); }

  boost::system::error_condition default_error_condition(int code) const noexcept override {
    const error_row* row = find_error_row(code);
    if (row == nullptr) {
      return {code, *this};
    }
    return {static_cast<int>(row->kind), condition_category};
  }
};

BOOST_SYMBOL_VISIBLE inline constexpr error_category_type error_category{};

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

}  // namespace detail

/// The category of `errc`. Its name is "doppel".
[[nodiscard]] constexpr const boost::system::error_category& error_category() noexcept {
  return detail::error_category;
}

/// The category of `condition`. Its name is "doppel.condition".
[[nodiscard]] constexpr const boost::system::error_category& condition_category() noexcept {
  return detail::condition_category;
}

/// Makes an error code; called by Boost.System when an `errc` is converted.
[[nodiscard]] inline boost::system::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), detail::error_category};
}

/// Makes an error condition; called by Boost.System when a `condition` is converted.
[[nodiscard]] inline boost::system::error_condition make_error_condition(condition code) noexcept {
  return {static_cast<int>(code), detail::condition_category};
}

/// Says how the service reports this failure.
///
/// @par Specification
/// spec/twin.md 22.2. Codes that the service does not know have rows by choice of this library: faults of the
/// caller are 400 ArgumentInvalid, faults of the hub 500 ServerError, and a text that is too long is 413
/// MessageTooLarge.
/// @return the row of @p code; for a value that is no enumerator, that of `errc::internal`
[[nodiscard]] constexpr const service_error& service_error_of(errc code) noexcept {
  const detail::error_row* row = detail::find_error_row(static_cast<int>(code));
  return row != nullptr ? row->service : detail::find_error_row(static_cast<int>(errc::internal))->service;
}

}  // namespace v0
}  // namespace doppel

namespace boost {
namespace system {

template <>
struct is_error_code_enum<doppel::errc> : std::true_type {};

template <>
struct is_error_condition_enum<doppel::condition> : std::true_type {};

}  // namespace system
}  // namespace boost

#endif  // DOPPEL_BASE_ERROR_HPP
