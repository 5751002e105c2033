// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include <doppel/base/error_body.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using doppel::errc;

namespace {

std::string body(errc code, std::string_view property, std::string_view tracking_id = "") {
  std::string text;
  doppel::append_error_body(text, code, property, tracking_id, doppel::parse_timestamp("2024-05-01T10:00:00Z").value());
  return text;
}

std::string message(errc code, std::string_view property) {
  std::string text;
  doppel::append_error_message(text, code, property);
  return text;
}

}  // namespace

TEST_SUITE("base/error_body") {
  TEST_CASE("append_error_body: form (b) (spec/twin.md 22.1)") {
    CHECK(body(errc::key_character, "bad key", "1A2B") ==
          "{\"errorCode\":400004,\"trackingId\":\"1A2B\",\"message\":\"Property or Tag name has invalid "
          "characters. "
          "Error in Property/Tag bad key. Must not contain Control Characters, '.', '$', '#', or ' '.\","
          "\"timestampUtc\":\"2024-05-01T10:00:00Z\",\"info\":null}");
  }

  TEST_CASE("append_error_body: it is appended") {
    std::string text = "before ";
    doppel::append_error_body(text, errc::depth, "", "", {});
    CHECK(text.substr(0, 22) == "before {\"errorCode\":40");
  }

  TEST_CASE(
      "append_error_body: without a published code it is made from the status, never 0 (spec/wire.md "
      "1.2.11)") {
    CHECK(body(errc::job_exists, "j").substr(0, 20) == "{\"errorCode\":409000,");
    CHECK(body(errc::invalid_target_condition, "").substr(0, 20) == "{\"errorCode\":400000,");
  }

  TEST_CASE("append_error_message: the property comes into its place (spec/twin.md 22.2)") {
    CHECK(message(errc::null_in_array, "b") == "Value of Property or Tag cannot be null. Error inProperty/Tag b");
    CHECK(message(errc::value_length, "tags.X.X") ==
          "Property or Tag value should be maximum 4096 bytes. Error in Property/Tag tags.X.X");
    CHECK(message(errc::throttled, "twin_update") ==
          "The request has been throttled. Wait 10 seconds and try again. Operation type: twin_update");
    CHECK(message(errc::malformed_json, "unused") == doppel::service_error_of(errc::malformed_json).text);
  }

  TEST_CASE("append_error_message: what comes from outside cannot break out of the string") {
    CHECK(message(errc::not_found, "a\"b\\c") == "The device is not registered: a\\\"b\\\\c");
    CHECK(message(errc::not_found, std::string_view("\0\n\x1f\x7f", 4)) ==
          "The device is not registered: \\u0000\\u000a\\u001f\x7f");
    CHECK(message(errc::not_found, "\xc3\xa9 \xf0\x9f\x98\x80") ==
          "The device is not registered: \xc3\xa9 \xf0\x9f\x98\x80");
    CHECK(body(errc::depth, "", "\"").find("\"trackingId\":\"\\\"\"") != std::string::npos);
  }

  TEST_CASE("append_error_message: bytes that are no characters are replaced") {
    const std::string mark = "\xef\xbf\xbd";
    CHECK(message(errc::not_found,
                  "a\xff"
                  "b") == "The device is not registered: a" + mark + "b");
    CHECK(message(errc::not_found, "\xed\xa0\x80") == "The device is not registered: " + mark + mark + mark);
    CHECK(message(errc::not_found, "\xc3") == "The device is not registered: " + mark);
  }

  TEST_CASE("append_size_error_body: the text that the service was seen to send (spec/twin.md 5.11)") {
    std::string text;
    doppel::append_size_error_body(text, doppel::reported_size_name, 32768, "");
    CHECK(text == R"({"message":"'Properties.Reported' size should be less than 32768 bytes.","errorCode":403100,)"
                  R"("trackingId":"","details":null})");
  }

  TEST_CASE("append_size_error_body: the other sections") {
    std::string text;
    doppel::append_size_error_body(text, doppel::tags_size_name, 8192, "t");
    CHECK(text == R"({"message":"'Tags' size should be less than 8192 bytes.","errorCode":403100,)"
                  R"("trackingId":"t","details":null})");
    text.clear();
    doppel::append_size_error_body(text, doppel::desired_size_name, 0, "");
    CHECK(text == R"({"message":"'Properties.Desired' size should be less than 0 bytes.","errorCode":403100,)"
                  R"("trackingId":"","details":null})");
  }
}
