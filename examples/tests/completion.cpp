// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

#include "../doppel/completion.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

using words = std::vector<std::string>;

const cli::path_index& paths() {
  static const cli::path_index index = [] {
    cli::path_index made;
    made.add(R"({"deviceId":"a","tags":{"site":{"city":"Oslo"},"ring":1,"odd key":true},"properties":{"reported":{)"
             R"("$metadata":{"$lastUpdated":"x","fan":{"$lastUpdated":"x"}},"$version":2,"fan-2":null}}})");
    made.add(R"({"deviceId":"b","tags":{"ring":"canary","Ring":{}}})");
    return made;
  }();
  return index;
}

words offers(std::string_view line) {
  static const words commands = {".explain", ".help", ".mode", ".schema"};
  const std::size_t begin = line.find_last_of(" \t'(,=") + 1;
  return cli::complete(paths(), commands, line.substr(0, begin), line.substr(begin));
}

}  // namespace

TEST_SUITE("completion") {
  TEST_CASE("keywords and functions, in the case that the user writes") {
    CHECK(offers("SEL") == words{"SELECT"});
    CHECK(offers("sel") == words{"select"});
    CHECK(offers("SELECT * FROM devices WHERE STARTS") == words{"STARTSWITH("});
    CHECK(offers("SELECT * FROM devices wh") == words{"where"});
    CHECK(offers("TWIN_CH").empty());
  }

  TEST_CASE("collections after FROM") {
    CHECK(offers("SELECT * FROM ") == words{"devices", "devices.jobs", "devices.modules"});
    CHECK(offers("select * from devices.m") == words{"devices.modules"});
  }

  TEST_CASE("paths, one segment at a time, brackets where they are needed") {
    CHECK(offers("SELECT tag") == words{"tags."});
    CHECK(offers("SELECT tags.") == words{"tags.Ring.", "tags.[[odd key]]", "tags.ring", "tags.site."});
    CHECK(offers("SELECT tags.ri") == words{"tags.ring"});
    CHECK(offers("SELECT tags.site.") == words{"tags.site.city"});
    CHECK(offers("SELECT COUNT(tags.r") == words{"tags.ring"});
    CHECK(offers("SELECT properties.reported.f") == words{"properties.reported.fan-2"});
    CHECK(offers("SELECT DEVICEI") == words{"deviceId"});
  }

  TEST_CASE("nothing within a string") {
    CHECK(offers("SELECT * FROM devices WHERE tags.ring = 'ta").empty());
    CHECK(offers("SELECT * FROM devices WHERE tags.ring = 'x' AND ta") == words{"tags."});
  }

  TEST_CASE("commands of the shell, and what follows them") {
    CHECK(offers(".") == words{".explain", ".help", ".mode", ".schema"});
    CHECK(offers(".mo") == words{".mode"});
    CHECK(offers(".mode ") == words{"extended", "hub"});
    CHECK(offers(".schema tags.s") == words{"tags.site."});
    CHECK(offers(".explain SEL") == words{"SELECT"});
  }

  TEST_CASE("index: how often and of what kinds; $metadata only where it begins") {
    const auto& ring = paths().entries().find("tags.ring")->second;
    CHECK(ring.documents == 2);
    CHECK(cli::kind_names(ring.kinds) == "number, string");
    CHECK(cli::kind_names(paths().entries().find("properties.reported.fan-2")->second.kinds) == "null");
    CHECK(paths().entries().contains("properties.reported.$metadata.fan"));
    CHECK_FALSE(paths().entries().contains("properties.reported.$metadata.fan.$lastUpdated"));
  }

  TEST_CASE("segments: brackets for what is no name") {
    CHECK(cli::path_segment_text("fan") == "fan");
    CHECK(cli::path_segment_text("4g") == "4g");
    CHECK(cli::path_segment_text("$version") == "$version");
    CHECK(cli::path_segment_text("a-b") == "a-b");
    CHECK(cli::path_segment_text("\u00e9t\u00e9") == "\u00e9t\u00e9");
    CHECK(cli::path_segment_text("odd key") == "[[odd key]]");
    CHECK(cli::path_segment_text("a$") == "[[a$]]");
    CHECK(cli::path_segment_text("a.b") == "[[a.b]]");
    CHECK(cli::path_segment_text("-a") == "[[-a]]");
  }

  TEST_CASE("index: any number of levels") {
    std::string deep;
    for (int i = 0; i != 10'000; ++i) deep += R"({"a":)";
    deep += "1" + std::string(10'000, '}');
    cli::path_index index;
    index.add(deep);
    CHECK(index.entries().size() == 64);
  }
}
