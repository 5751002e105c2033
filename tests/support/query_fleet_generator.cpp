// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors
#include "query_generator.hpp"

#include <doppel/twin.hpp>

#include <cstdlib>
#include <iostream>
#include <limits>
#include <optional>

namespace doppel_test {
namespace {

// Few keys, so that queries meet them; some that need care when written in a query.
std::string random_key(random_source& random) {
  return random.pick<const char*>(
      {"a",       "b",    "c",          "x",        "y",     "env",          "floor",   "status", "version",
       "my-key",  "a-1",  "4g",         "group",    "count", "order",        "true",    "Env",    "gr\u00f6\u00dfe",
       "\u6771",  "a/b",  "k[0]",       "in]]side", "it's",  "say\\\"x\\\"", "c:\\\\d", "1e5",    "a@b",
       "desired", "tags", "\U0001F600", "u\u0308",  "\u00fc"});
}

std::string random_number(random_source& random) {
  return random.pick<const char*>({"0",
                                   "1",
                                   "2",
                                   "3",
                                   "5",
                                   "43",
                                   "-1",
                                   "-5",
                                   "100",
                                   "7",
                                   "1.0",
                                   "43.0",
                                   "2.5",
                                   "-0",
                                   "-0.0",
                                   "0.5",
                                   "1e2",
                                   "1E+2",
                                   "100.0",
                                   "1e-3",
                                   "9007199254740992",
                                   "9007199254740993",
                                   "9007199254740992.0",
                                   "-9007199254740993",
                                   "9223372036854775807",
                                   "9223372036854775806",
                                   "-9223372036854775808",
                                   "9.223372036854775807e18",
                                   "4503599627370495",
                                   "1e300",
                                   "-1.5e-300",
                                   "0.1",
                                   "0.30"});
}

std::string random_string(random_source& random) {
  return std::string("\"") +
         random.pick<const char*>({"",
                                   "a",
                                   "b",
                                   "A",
                                   "ab",
                                   "abc",
                                   "abcabc",
                                   "b-c",
                                   "prod",
                                   "Prod",
                                   "test",
                                   "43",
                                   "43.0",
                                   " 7 ",
                                   "1e2",
                                   "-0.5",
                                   "true",
                                   "null",
                                   "O'Brien",
                                   "C:\\\\logs",
                                   "say \\\"hi\\\"",
                                   "a%b",
                                   "a_b",
                                   "%",
                                   "\u00fc",
                                   "\u00dcBER",
                                   "u\u0308",
                                   "\u00e9\u00c9",
                                   "stra\u00dfe",
                                   "STRASSE",
                                   "\u03a3\u03c2\u03c3",
                                   "\u0414\u0416",
                                   "\u6771\u4eac",
                                   "\U0001F600",
                                   "a\U0001F600b",
                                   "\uffff",
                                   "\uff21",
                                   "tab\\there",
                                   "line\\nfeed",
                                   "nul\\u0000l",
                                   "\\u007f",
                                   "\u0434\u0430",
                                   "2024-03-01",
                                   "2024-03-01T00:00:00Z",
                                   "2024-03-01T00:00:00.123Z",
                                   "a/b",
                                   "[1]",
                                   "{}"}) +
         '"';
}

void append_member(std::string& out, const std::string& key, const std::string& value) {
  out += (out == "{" ? "\"" : ",\"") + key + "\":" + value;
}

std::string random_object(random_source& random, std::size_t depth, std::size_t most) {
  // An object that others are equal to but for its order and spelling.
  if (random.one_in(4)) {
    return random.pick<const char*>(
        {R"({"x":1,"y":"a"})", R"({"y":"a","x":1.0})", R"({"x":1,"y":["a"]})", R"({"y":["a"],"x":1})", R"({"x":1})"});
  }
  std::string out = "{";
  std::vector<std::string> used;
  for (std::size_t i = random.below(most + 1); i != 0; --i) {
    const std::string key = random_key(random);
    bool is_new = true;
    for (const std::string& other : used) {
      is_new = is_new && other != key;
    }
    if (is_new) {
      used.push_back(key);
      append_member(out, key, random_json(random, depth));
    }
  }
  return out + "}";
}

std::string random_array(random_source& random, std::size_t depth) {
  std::string out = "[";
  for (std::size_t i = random.below(4); i != 0; --i) {
    out += out == "[" ? "" : ",";
    out += random_json(random, depth);
  }
  return out + "]";
}

// Sections that hold the same paths again and again.
std::string random_section(random_source& random) {
  std::string out = "{";
  for (const char* key : {"env", "floor", "my-key", "a", "group"}) {
    if (!random.one_in(3)) {
      append_member(out, key, random_json(random, 2));
    }
  }
  std::string other = random_key(random);
  if (random.coin() && out.find('"' + other + "\":") == std::string::npos) {
    append_member(out, other, random_json(random, 3));
  }
  if (random.coin()) {
    append_member(out, "b", random_object(random, 2, 5));
  }
  return out + "}";
}

std::string random_twin(random_source& random, std::size_t number, bool is_module) {
  std::string out = "{";
  // Modules share the devices' ids.
  append_member(out, "deviceId", "\"dev-" + std::to_string(is_module ? number / 2 : number) + '"');
  if (is_module) {
    append_member(out, "moduleId", number % 2 == 0 ? "\"$edgeAgent\"" : "\"sensor\"");
  }
  append_member(out, "etag", random.pick<const char*>({"\"AAAAAAAAAAE=\"", "\"AAAAAAAAAAI=\""}));
  append_member(out, "status", random.coin() ? "\"enabled\"" : "\"disabled\"");
  if (random.one_in(3)) {
    append_member(out, "statusReason", random.coin() ? "null" : random_string(random));
  }
  append_member(out, "connectionState", random.coin() ? "\"Connected\"" : "\"Disconnected\"");
  if (random.coin()) {
    append_member(out, "lastActivityTime",
                  random.pick<const char*>({"\"0001-01-01T00:00:00Z\"", "\"2024-03-01T00:00:00.5Z\""}));
  }
  append_member(out, "cloudToDeviceMessageCount", std::to_string(random.below(3)));
  if (random.coin()) {
    append_member(out, "x509Thumbprint",
                  random.pick<const char*>({R"({"primaryThumbprint":null,"secondaryThumbprint":null})",
                                            R"({"primaryThumbprint":"2DB2","secondaryThumbprint":null})", "null"}));
  }
  append_member(out, "version", std::to_string(2 + random.below(4)));
  if (!random.one_in(5)) {
    append_member(out, "tags", random_section(random));
  }
  if (!random.one_in(8)) {
    std::string properties = "{";
    append_member(properties, "desired", random_section(random));
    append_member(properties, "reported", random_section(random));
    append_member(out, "properties", properties + "}");
  }
  if (random.coin()) {
    append_member(out, "configurations", R"({"chiller-v2":{"status":"Applied"},"base":{"status":"Targeted"}})");
  }
  append_member(out, "capabilities", random.coin() ? R"({"iotEdge":true})" : R"({"iotEdge":false})");
  if (random.one_in(4)) {
    append_member(out, "parentScopes", random.coin() ? R"([null,"a",[null]])" : random_array(random, 1));
  }
  if (random.one_in(6)) {
    append_member(out, "vendor", random_json(random, 2));  // a root that the service does not know
  }
  return out + "}";
}

std::string random_job(random_source& random, std::size_t number) {
  std::string out = "{";
  append_member(out, "deviceId", "\"dev-" + std::to_string(number) + '"');
  append_member(out, "jobId", random.coin() ? "\"job-1\"" : "\"job-2\"");
  append_member(out, "jobType", random.coin() ? "\"scheduleUpdateTwin\"" : "\"scheduleDeviceMethod\"");
  append_member(out, "status", random.pick<const char*>({"\"completed\"", "\"failed\"", "\"running\""}));
  append_member(out, "createdDateTimeUtc", random.coin() ? "\"2024-03-01T00:00:00Z\"" : "\"2023-12-31T10:00:00Z\"");
  if (random.coin()) {
    append_member(out, "outcome",
                  random.coin() ? R"({"deviceMethodResponse":null})"
                                : R"({"deviceMethodResponse":{"status":200,"payload":[1]}})");
  }
  if (random.one_in(3)) {
    append_member(out, "error", R"({"code":"DeviceNotOnline","description":""})");
  }
  return out + "}";
}

}  // namespace

std::optional<std::string> as_written(std::string_view text) {
  doppel::load_options options;
  options.limits.integer_min = std::numeric_limits<std::int64_t>::min();
  options.limits.integer_max = std::numeric_limits<std::int64_t>::max();
  options.missing_time = doppel::parse_timestamp("2024-02-01T12:30:00.5Z").value();
  doppel::workspace scratch;
  doppel::text_buffer out;
  doppel::load_report report;
  const auto twin = doppel::load_twin(text, scratch, options, &report);
  if (!twin || report.nulls_dropped != 0 || !write_service_view(*twin, out)) {
    return std::nullopt;
  }
  return std::string(out.view());
}

std::string random_json(random_source& random, std::size_t depth) {
  switch (random.below(depth == 0 ? 8 : 11)) {
    case 0: return random.coin() ? "true" : "false";
    case 1:
    case 2:
    case 3: return random_number(random);
    case 8: return random_array(random, depth - 1);
    case 9:
    case 10: return random_object(random, depth - 1, 3);
    default: return random_string(random);
  }
}

query_fleet random_fleet(random_source& random, const fleet_options& options) {
  query_fleet fleet;
  const auto add = [&](const std::string& text) {
    if (const std::string wrong = add_document(text, fleet); !wrong.empty()) {
      std::cerr << wrong << ": " << text << '\n';
      std::abort();
    }
  };
  const auto add_twin = [&](const std::string& text) {
    const std::optional<std::string> written = as_written(text);
    add(written ? *written : "no twin: " + text);
  };
  for (std::size_t i = 0; i != options.devices; ++i) {
    add_twin(random_twin(random, i, false));
  }
  for (std::size_t i = 0; i != options.modules; ++i) {
    add_twin(random_twin(random, i, true));
  }
  for (std::size_t i = 0; i != options.jobs; ++i) {
    add(random_job(random, i));
  }
  return fleet;
}

}  // namespace doppel_test
