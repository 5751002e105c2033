// SPDX-License-Identifier: BSL-1.0
// Copyright (c) 2026 the doppel authors

// Names that Windows, X11 and other old headers define as macros. They come after the library's dependencies,
// which do not all survive them, and before the library, which must.

#include <simdjson.h>
#include <boost/json.hpp>
#include <boost/system/result.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cassert>
#include <charconv>
#include <chrono>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <new>
#include <optional>
#include <ranges>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

// As function-like macros where they are such there.
#define HOSTILE hostile macro
// windows.h
#define min(a, b) HOSTILE
#define max(a, b) HOSTILE
#define near HOSTILE
#define far HOSTILE
#define small HOSTILE
#define interface HOSTILE
#define ERROR HOSTILE
#define DELETE HOSTILE
#define IN HOSTILE
#define OUT HOSTILE
#define OPTIONAL HOSTILE
#define CONST HOSTILE
#define VOID HOSTILE
#define NO_ERROR HOSTILE
#define GetObject HOSTILE
#define CreateEvent HOSTILE
#define STRICT HOSTILE
#define IGNORE HOSTILE
#define TRUE HOSTILE
#define FALSE HOSTILE
#define cdecl HOSTILE
#define pascal HOSTILE
#define huge HOSTILE
#define uuid HOSTILE
#define hyper HOSTILE
#define THIS HOSTILE
#define ABSOLUTE HOSTILE
#define RELATIVE HOSTILE
#define DIFFERENCE HOSTILE
#define DOMAIN HOSTILE
#define NEAR HOSTILE
#define FAR HOSTILE
#define Yield() HOSTILE
#define GetMessage HOSTILE
#define SendMessage HOSTILE
#define GetCurrentTime() HOSTILE
// X11
#define Bool HOSTILE
#define Status HOSTILE
#define None HOSTILE
#define True HOSTILE
#define False HOSTILE
#define Always HOSTILE
#define Success HOSTILE
#define Complex HOSTILE
#define Convex HOSTILE
#define Above HOSTILE
#define Below HOSTILE
#define Unsorted HOSTILE
#define Nonconvex HOSTILE
#define Opposite HOSTILE
#define CurrentTime HOSTILE
#define Expose HOSTILE
#define KeyPress HOSTILE
#define FocusIn HOSTILE
// Mac OS
#define check(assertion) HOSTILE
#define verify(assertion) HOSTILE
#define require(assertion, label) HOSTILE
#define check_error(code) HOSTILE
// POSIX, curses, Qt
#define major(device) HOSTILE
#define minor(device) HOSTILE
#define makedev(a, b) HOSTILE
#define OK HOSTILE
#define ERR HOSTILE
#define linux HOSTILE
#define unix HOSTILE
#define emit HOSTILE
#define signals HOSTILE
#define slots HOSTILE
#define foreach(element, container) HOSTILE
#define forever HOSTILE

#include <doppel.hpp>

int main() {
  doppel::identity identity;
  identity.device_id = "pump-1";
  const doppel::timestamp now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  auto twin = doppel::twin::create(identity, now);
  if (!twin) return 1;
  doppel::workspace scratch;
  doppel::write_options options;
  options.now = *doppel::parse_timestamp("2024-05-01T10:00:00Z");
  doppel::change change;
  const auto written = doppel::merge_reported(*twin, R"({"speed":3})", options, scratch, change);
  return written && twin->reported_version() == 2 ? 0 : 2;
}
