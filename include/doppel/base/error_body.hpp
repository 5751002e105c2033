// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#ifndef DOPPEL_BASE_ERROR_BODY_HPP
#define DOPPEL_BASE_ERROR_BODY_HPP

#include <doppel/base/config.hpp>
#include <doppel/base/detail/utf8.hpp>
#include <doppel/base/error.hpp>
#include <doppel/base/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doppel {
inline namespace v0 {

/// @file
/// The JSON texts with which the service answers a refused request. A sink is anything with
/// `append(const char*, std::size_t)`, such as `std::string`; what it does when memory runs out is its own
/// affair.

namespace detail {

template <class Sink>
constexpr void append_view(Sink& sink, std::string_view text) {
  sink.append(text.data(), text.size());
}

template <class Sink>
constexpr void append_number(Sink& sink, std::uint64_t number) {
  char digits[20]{};
  std::size_t at = sizeof digits;
  do {
    digits[--at] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  sink.append(digits + at, sizeof digits - at);
}

// Appends text as the inside of a JSON string. What is not UTF-8 becomes U+FFFD, byte by byte: an error about
// bad text must itself be good text.
template <class Sink>
constexpr void append_escaped(Sink& sink, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  while (!text.empty()) {
    std::size_t length = utf8_sequence_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      append_view(sink, "\xef\xbf\xbd");
      length = 1;
    } else if (byte < 0x20) {
      const char escape[] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15U]};
      sink.append(escape, sizeof escape);
    } else {
      if (byte == '"' || byte == '\\') {
        append_view(sink, "\\");
      }
      append_view(sink, text.substr(0, length));
    }
    text.remove_prefix(length);
  }
}

}  // namespace detail

/// Appends the service's message for a failure, ready to stand inside a JSON string: the text of
/// `service_error_of(code)` with @p property in the place of `X`.
/// @param property key or path of the member at fault, or whatever the text speaks of; may be empty
/// @par Specification
/// spec/twin.md 22.2
template <class Sink>
constexpr void append_error_message(Sink& sink, errc code, std::string_view property) {
  const std::string_view text = service_error_of(code).text;
  const std::size_t place = text.find('X');
  detail::append_view(sink, text.substr(0, place));
  if (place != std::string_view::npos) {
    detail::append_escaped(sink, property);
    detail::append_view(sink, text.substr(place + 1));
  }
}

/// Appends the body that answers a refused request:
/// `{"errorCode":400004,"trackingId":"","message":"...","timestampUtc":"2024-05-01T10:00:00Z","info":null}`.
///
/// For a section that is too big, `append_size_error_body` gives what the service sends.
/// @param property as for `append_error_message`
/// @param tracking_id whatever helps to find the request in the logs; may be empty
/// @par Specification
/// spec/twin.md 22.1 (b). Library choice: where no numeric code is published, the status followed by 000,
/// since clients take a body without a code above 0 for no error.
/// @par Complexity
/// Linear in the length of what is written.
template <class Sink>
constexpr void append_error_body(Sink& sink, errc code, std::string_view property, std::string_view tracking_id,
                                 timestamp time) {
  const service_error& error = service_error_of(code);
  detail::append_view(sink, "{\"errorCode\":");
  detail::append_number(sink, static_cast<std::uint64_t>(error.code != 0 ? error.code : error.status * 1000));
  detail::append_view(sink, ",\"trackingId\":\"");
  detail::append_escaped(sink, tracking_id);
  detail::append_view(sink, "\",\"message\":\"");
  append_error_message(sink, code, property);
  detail::append_view(sink, "\",\"timestampUtc\":\"");
  char text[timestamp::max_text_size]{};
  detail::append_view(sink, {text, static_cast<std::size_t>(format_timestamp(time, text) - text)});
  detail::append_view(sink, "\",\"info\":null}");
}

/// Names of the sections in the service's message about their size.
inline constexpr std::string_view tags_size_name = "Tags";
inline constexpr std::string_view desired_size_name = "Properties.Desired";
inline constexpr std::string_view reported_size_name = "Properties.Reported";

/// Appends the body that answers a write that would make a section too big:
/// @code
/// {"message":"'Properties.Reported' size should be less than 32768 bytes.","errorCode":403100,
///  "trackingId":"","details":null}
/// @endcode
/// without the line break.
/// @param section one of `tags_size_name`, `desired_size_name` and `reported_size_name`
/// @param limit the limit in bytes
/// @param tracking_id may be empty
/// @par Specification
/// spec/twin.md 5.11; only the text for reported properties is published
template <class Sink>
constexpr void append_size_error_body(Sink& sink, std::string_view section, std::uint32_t limit,
                                      std::string_view tracking_id) {
  detail::append_view(sink, "{\"message\":\"'");
  detail::append_escaped(sink, section);
  detail::append_view(sink, "' size should be less than ");
  detail::append_number(sink, limit);
  detail::append_view(sink, " bytes.\",\"errorCode\":");
  detail::append_number(sink, static_cast<std::uint64_t>(service_error_of(errc::section_size).code));
  detail::append_view(sink, ",\"trackingId\":\"");
  detail::append_escaped(sink, tracking_id);
  detail::append_view(sink, "\",\"details\":null}");
}

}  // namespace v0
}  // namespace doppel

#endif  // DOPPEL_BASE_ERROR_BODY_HPP
